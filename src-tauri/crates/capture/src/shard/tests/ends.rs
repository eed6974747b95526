//! What is covered, where a capture starts and ends, and what is declared missing. One law per test.

use super::{
    super::{EndCheck, Failure, Input, Outcome, ShardSetting, StreamCheck},
    Shard, from_horizon, number, page, setting,
};
use record::Millis;
use store::{Anchor, GapReason, Position};

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
        shard.take(Input::Page(Ok(page(&[1, 2, 3, 13]))))[0],
        "store [1, 2] reached Some(2)"
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Reached)"]);

    let mut idle = Shard::reading(&until);
    let mut empty = page(&[]);
    empty.server_time = Some(Millis(4000));
    assert_eq!(
        idle.take(Input::Page(Ok(empty)))[0],
        "store [] reached None through 3000"
    );
}

/// What arrived behind the end was read, and not kept.
#[test]
fn nothing_behind_an_end_in_time_is_covered() {
    let mut shard = Shard::reading(&ShardSetting {
        until: Some(Millis(3000)),
        ..from_horizon()
    });
    let mut late = page(&[1, 2, 3, 13]);
    late.server_time = Some(Millis(60_000));
    let stored = &shard.take(Input::Page(Ok(late)))[0];
    assert_eq!(stored, "store [1, 2] reached Some(2) through 3000");
}

/// A page that is cut off behind the end may be followed by a record from before it.
#[test]
fn arrivals_that_go_backwards_over_the_end_are_not_left_out() {
    let mut shard = Shard::reading(&ShardSetting {
        until: Some(Millis(3000)),
        ..from_horizon()
    });
    let behind = |numbers: &[u64]| {
        let mut page = page(numbers);
        page.millis_behind = Some(60_000);
        page
    };
    assert_eq!(
        shard.take(Input::Page(Ok(behind(&[1, 3]))))[0],
        "store [1] at 1"
    );
    shard.take(Input::Stored(Ok(())));
    shard.after(1050, Input::Tick);
    let mut late = behind(&[4]);
    late.records[0].arrival = Millis(2900);
    assert_eq!(shard.take(Input::Page(Ok(late)))[0], "store [4] at 4");
    shard.take(Input::Stored(Ok(())));
    shard.after(1050, Input::Tick);
    assert_eq!(
        shard.take(Input::Page(Ok(behind(&[20]))))[0],
        "store [] reached Some(4)"
    );
}

/// Some endpoints send no `Date`. A minute later by this machine's clock is late enough for records on their way.
#[test]
fn without_the_server_s_time_an_end_in_time_comes_by_this_machine_s_clock() {
    let mut shard = Shard::reading(&from_horizon());
    let end = shard.now.saturating_add(5000);
    shard = Shard::reading(&ShardSetting {
        until: Some(end),
        ..from_horizon()
    });
    assert!(
        !shard
            .after(64_900, Input::Page(Ok(page(&[]))))
            .contains(&"store [] reached None".to_owned())
    );
    shard.after(1050, Input::Tick);
    // nothing is known to be covered by it
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[]))))[0],
        "store [] reached None"
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Reached)"]);

    // records that are still being read come first
    let mut behind = Shard::reading(&ShardSetting {
        until: Some(end),
        ..from_horizon()
    });
    assert_eq!(
        behind.after(70_000, Input::Page(Ok(page(&[1, 2]))))[0],
        "store [1, 2] at 2"
    );
}

#[test]
fn an_end_in_records_cuts_the_page() {
    let mut shard = Shard::reading(&from_horizon());
    let mut counted = page(&[1, 2, 3]);
    counted.left = Some(2);
    assert_eq!(
        shard.take(Input::Page(Ok(counted)))[0],
        "store [1, 2] reached Some(2)"
    );
    assert_eq!(shard.state.counted_records(), 2);
}

#[test]
fn a_spent_count_ends_a_shard_whatever_it_waits_for() {
    let mut reading = Shard::reading(&from_horizon());
    reading.take(Input::Page(Ok(page(&[1]))));
    reading.after(1050, Input::Tick);
    assert_eq!(reading.take(Input::Spent), [""; 0], "a commit is out");
    assert_eq!(reading.take(Input::Page(Ok(page(&[2])))), [""; 0]);
    assert_eq!(
        reading.take(Input::Stored(Ok(()))),
        ["store [] reached Some(1)"]
    );
    assert_eq!(reading.take(Input::Stored(Ok(()))), ["Done(Reached)"]);

    let mut barred = Shard::reading(&from_horizon());
    barred.take(Input::Page(Err(Failure::Barred)));
    barred.take(Input::Pause);
    assert_eq!(barred.take(Input::Spent), ["store [] reached None"]);
    assert_eq!(barred.take(Input::Stored(Ok(()))), ["Done(Reached)"]);
}

/// What is missing begins after the number that the capture began after, whatever ends the reading.
#[test]
fn a_gap_of_a_start_after_a_number_begins_after_it() {
    let after = setting(Position::Anchor(Anchor::AfterSequence(number(5))));
    let mut gone = Shard::reading(&after);
    assert_eq!(
        gone.take(Input::Stream(StreamCheck::StreamGone)),
        ["store [] start gap StreamGone Some(5)..None"]
    );
    let mut refused = Shard::new(&after);
    refused.take(Input::Begin);
    assert_eq!(
        refused.take(Input::Iterator(Err(Failure::IteratorLost))),
        ["store [] start gap ReadRefused Some(5)..None"]
    );
    let trimmed = ShardSetting {
        covered_through: Some(Millis(5000)),
        horizon: Some(Millis(9000)),
        ..after
    };
    assert_eq!(
        Shard::new(&trimmed).take(Input::Begin)[0],
        "store [] start gap Trimmed Some(5)..None"
    );
}

/// What came after the stored record is not known until that one comes back.
#[test]
fn nothing_is_covered_before_the_stored_record_came_back() {
    let mut shard = Shard::reading(&ShardSetting {
        covered_through: Some(Millis(7500)),
        ..setting(Position::Stored(number(7)))
    });
    let mut silent = page(&[]);
    silent.server_time = Some(Millis(50_000));
    assert_eq!(
        shard.take(Input::Page(Ok(silent.clone()))),
        ["wait 1050"],
        "nothing to store"
    );
    assert_eq!(shard.after(10_500, Input::Tick), ["read"]);
    silent.server_time = Some(Millis(60_500));
    shard.take(Input::Page(Ok(silent)));
    let stored = shard.stored.as_ref().expect("a batch");
    let gap = stored.gap.expect("a gap");
    assert_eq!(
        (gap.reason, gap.from, stored.covered_through),
        (
            GapReason::ContinuityUnproven,
            Some(Millis(7500)),
            Some(Millis(59_500))
        )
    );
}

#[test]
fn an_end_without_children_is_believed_if_the_listing_agrees() {
    let mut shard = Shard::reading(&from_horizon());
    let mut last = page(&[1, 2]);
    last.has_next = false;
    assert_eq!(shard.take(Input::Page(Ok(last))), ["store [1, 2] at 2"]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["CheckEnd"]);
    assert_eq!(shard.take(Input::End(EndCheck::Unknown)), ["wait 500"]);
    assert_eq!(shard.after(500, Input::Tick), ["CheckEnd"]);
    assert_eq!(
        shard.take(Input::End(EndCheck::Ended)),
        ["ask AtSequence(2)"]
    );
    shard.take(Input::Iterator(Ok(())));
    let mut again = page(&[2]);
    again.has_next = false;
    assert_eq!(shard.take(Input::Page(Ok(again))), ["CheckEnd"]);
    assert_eq!(
        shard.take(Input::End(EndCheck::Ended)),
        ["store [] finished Some(2)"]
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Ended)"]);
}

/// A closed shard whose answer lacked its iterator has more to give.
#[test]
fn what_follows_an_end_that_was_none_is_read() {
    let mut shard = Shard::reading(&from_horizon());
    for (numbers, stored) in [
        (vec![1, 2], "store [1, 2] at 2"),
        (vec![2, 3], "store [3] at 3"),
    ] {
        let mut last = page(&numbers);
        last.has_next = false;
        assert_eq!(shard.take(Input::Page(Ok(last))), [stored]);
        assert_eq!(shard.take(Input::Stored(Ok(()))), ["CheckEnd"]);
        let place = format!("ask AtSequence({})", numbers[1]);
        assert_eq!(shard.take(Input::End(EndCheck::Ended)), [place]);
        shard.take(Input::Iterator(Ok(())));
    }
}

/// Nobody can be asked again.
#[test]
fn the_end_of_a_shard_that_is_no_longer_listed_is_believed() {
    let mut shard = Shard::reading(&from_horizon());
    let mut last = page(&[1, 2]);
    last.has_next = false;
    shard.take(Input::Page(Ok(last)));
    shard.take(Input::Stored(Ok(())));
    assert_eq!(
        shard.take(Input::End(EndCheck::Gone)),
        ["store [] finished Some(2)"]
    );
}

/// async-kinesis issue 29: an answer without an iterator ended the reading of an open shard.
#[test]
fn an_end_that_the_listing_denies_is_no_end() {
    let mut shard = Shard::reading(&from_horizon());
    let mut last = page(&[1, 2]);
    last.has_next = false;
    shard.take(Input::Page(Ok(last)));
    shard.take(Input::Stored(Ok(())));
    assert_eq!(shard.take(Input::End(EndCheck::StillOpen)), ["wait 500"]);
    assert_eq!(shard.after(500, Input::Tick), ["ask AtSequence(2)"]);
}

/// Two silent pages are waited for where a shard is open; a closed one gives its last page once.
#[test]
fn an_end_without_the_record_to_go_on_from_is_declared() {
    let mut shard = Shard::reading(&setting(Position::Stored(number(7))));
    let mut last = page(&[]);
    last.has_next = false;
    assert_eq!(shard.take(Input::Page(Ok(last.clone()))), ["CheckEnd"]);
    let again = ["ask AtSequence(7)"];
    assert_eq!(shard.take(Input::End(EndCheck::Ended)), again);
    shard.take(Input::Iterator(Ok(())));
    assert_eq!(shard.take(Input::Page(Ok(last.clone()))), ["CheckEnd"]);
    let ended = "store [] finished Some(7) gap ContinuityUnproven Some(7)..None";
    assert_eq!(shard.take(Input::End(EndCheck::Ended)), [ended]);

    let mut shard = Shard::reading(&setting(Position::Stored(number(7))));
    last.children = vec!["shardId-000000000001".parse().expect("a shard id")];
    assert_eq!(shard.take(Input::Page(Ok(last))), [ended]);
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
    let last = Some(number(9));
    let mut shard = Shard::new(&setting(Position::Reached { last }));
    assert_eq!(shard.take(Input::Begin), ["Done(Reached)"]);
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
