//! What is covered, where a capture starts and ends, and what is declared missing. One law per test.

use super::{
    super::{Failure, Grant, Input, Outcome, ShardSetting, StreamCheck},
    Shard, from_horizon, number, page, setting,
};
use record::Millis;
use store::{Anchor, Position};

#[test]
fn quiet_time_is_covered_too_but_seldom_written() {
    let mut shard = Shard::reading(&from_horizon());
    let mut stores = Vec::new();
    for second in 0..25 {
        let mut empty = page(&[]);
        empty.server_time = Some(Millis(second * 1000));
        let mut effects = shard.take(Input::Page(Ok(empty)));
        effects.extend(shard.take(Input::Stored(Ok(()))));
        effects.extend(shard.after(1050, Input::Tick));
        stores.extend(
            effects
                .into_iter()
                .filter(|effect| effect.starts_with("store")),
        );
    }
    assert_eq!(
        stores,
        [
            "store [] start through 8000",
            "store [] start through 18000"
        ]
    );
    // what was not written yet is written with the stop
    assert_eq!(shard.take(Input::Stop), ["store [] start through 23000"]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Stopped)"]);
}

#[test]
fn a_reader_that_the_horizon_overtakes_declares_a_gap() {
    let retention = Some(100_000);
    let mut shard = Shard::reading(&ShardSetting {
        retention_millis: retention,
        ..from_horizon()
    });
    let mut first = page(&[1, 2]);
    (first.server_time, first.millis_behind) = (Some(Millis(60_000)), Some(58_000));
    shard.take(Input::Page(Ok(first)));
    shard.take(Input::Stored(Ok(())));
    shard.after(220, Input::Tick);
    let mut later = page(&[30]);
    (later.server_time, later.millis_behind) = (Some(Millis(125_000)), Some(95_000));
    let effects = shard.take(Input::Page(Ok(later)));
    assert_eq!(
        effects[0],
        "store [30] at 30 gap Trimmed Some(2)..Some(30) through 29000"
    );
}

#[test]
fn lag_is_not_covered() {
    let mut shard = Shard::reading(&from_horizon());
    let mut behind = page(&[]);
    (behind.server_time, behind.millis_behind) = (Some(Millis(90_000)), Some(60_000));
    shard.take(Input::Page(Ok(behind)));
    assert_eq!(shard.state.covered_through(), Some(Millis(29_000)));
}

#[test]
fn a_start_before_the_horizon_declares_what_is_missing() {
    let anchor = Position::Anchor(Anchor::AtTimestamp(Millis(5000)));
    let mut shard = Shard::new(&ShardSetting {
        horizon: Some(Millis(9000)),
        ..setting(anchor)
    });
    assert_eq!(
        shard.take(Input::Begin)[0],
        "store [] start gap Trimmed None..None"
    );
    // unless the stream is younger than that
    let young = ShardSetting {
        horizon: Some(Millis(9000)),
        stream_created_at: Millis(9500),
        ..setting(anchor)
    };
    assert_eq!(
        Shard::new(&young).take(Input::Begin),
        ["ask AtTimestamp(Millis(5000))"]
    );
}

#[test]
fn an_endpoint_that_rewinds_gives_nothing_from_before_the_start() {
    let anchor = Position::Anchor(Anchor::AtTimestamp(Millis(5500)));
    let mut shard = Shard::reading(&setting(anchor));
    // record 5 arrived at 5.000 s by a clock of whole seconds
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[1, 2, 5, 6]))))[0],
        "store [5, 6] at 6"
    );
}

#[test]
fn an_end_in_time_is_half_open_and_also_found_on_an_idle_shard() {
    let until = ShardSetting {
        until: Some(Millis(3000)),
        ..from_horizon()
    };
    let mut shard = Shard::reading(&until);
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[1, 2, 3]))))[0],
        "store [1, 2] finished Some(2)"
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Reached)"]);

    let mut idle = Shard::reading(&until);
    let mut empty = page(&[]);
    empty.server_time = Some(Millis(4000));
    assert_eq!(
        idle.take(Input::Page(Ok(empty)))[0],
        "store [] finished None through 3000"
    );
}

#[test]
fn an_end_in_records_cuts_the_page() {
    let mut shard = Shard::reading(&from_horizon());
    let mut granted = page(&[1, 2, 3]);
    granted.granted = Some(Grant {
        records: 2,
        is_last: true,
    });
    assert_eq!(
        shard.take(Input::Page(Ok(granted)))[0],
        "store [1, 2] finished Some(2)"
    );
    assert_eq!(shard.state.counted_records(), 2);
}

#[test]
fn a_start_that_the_endpoint_refuses_is_a_declared_failure() {
    let mut shard = Shard::new(&setting(Position::Anchor(Anchor::AtSequence(number(5)))));
    shard.take(Input::Begin);
    let effects = shard.take(Input::Iterator(Err(Failure::IteratorLost)));
    assert_eq!(effects, ["store [] start gap ReadRefused None..None"]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(StartRefused)"]);
}

#[test]
fn a_finished_shard_is_not_read_again() {
    let mut shard = Shard::new(&setting(Position::Finished {
        last: Some(number(9)),
    }));
    assert_eq!(
        shard.take(Input::Begin),
        [format!("Done({:?})", Outcome::Ended)]
    );
}

#[test]
fn a_gap_behind_a_waiting_page_is_stored_after_it() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1]))));
    shard.after(1050, Input::Tick);
    shard.take(Input::Page(Ok(page(&[2]))));
    assert_eq!(shard.take(Input::Stream(StreamCheck::StreamGone)), [""; 0]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["store [2] at 2"]);
    assert_eq!(
        shard.take(Input::Stored(Ok(()))),
        ["store [] at 2 gap StreamGone Some(2)..None"]
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(StreamGone)"]);
}
