//! Starts at a sequence number: found, trimmed, or no record's. One law per test.

use super::{
    super::{Failure, Input, ShardSetting},
    Shard, number, page, setting,
};
use record::Millis;
use store::{Anchor, Position};

fn at(value: u64) -> ShardSetting {
    setting(Position::Anchor(Anchor::AtSequence(number(value))))
}

fn after(value: u64) -> ShardSetting {
    setting(Position::Anchor(Anchor::AfterSequence(number(value))))
}

/// Its number did not come back, and it is looked for from the horizon on.
fn doubted(setting: &ShardSetting, records: &[u64]) -> Shard {
    let mut shard = Shard::reading(setting);
    assert_eq!(shard.take(Input::Page(Ok(page(records)))), ["wait 1050"]);
    assert_eq!(shard.after(1050, Input::Tick), ["ask TrimHorizon"]);
    assert_eq!(shard.take(Input::Iterator(Ok(()))), ["read"]);
    shard
}

#[test]
fn a_start_at_a_number_that_comes_back_is_proven() {
    let first = |setting: ShardSetting, records| {
        Shard::reading(&setting).take(Input::Page(Ok(page(records))))[0].clone()
    };
    assert_eq!(first(at(5), &[5, 6]), "store [5, 6] at 6");
    assert_eq!(first(after(5), &[5, 6]), "store [6] at 6");
    // no record has the number at which its shard begins
    let whole = ShardSetting {
        starting_sequence: Some(number(5)),
        ..at(5)
    };
    assert_eq!(first(whole, &[20]), "store [20] at 20");
}

/// Endpoints take a number that was trimmed, and begin at the horizon.
#[test]
fn a_start_at_a_number_that_was_trimmed_is_a_gap() {
    let from_horizon = |setting: ShardSetting| {
        doubted(&setting, &[20]).take(Input::Page(Ok(page(&[20, 21]))))[0].clone()
    };
    assert_eq!(
        from_horizon(at(5)),
        "store [20, 21] at 21 gap Trimmed None..Some(20)"
    );
    assert_eq!(
        from_horizon(after(5)),
        "store [20, 21] at 21 gap Trimmed Some(5)..Some(20)"
    );
}

/// Where older records are still there, all that followed the number is too.
#[test]
fn a_start_at_a_number_that_no_record_has_is_no_gap() {
    for setting in [at(5), after(5)] {
        let mut shard = doubted(&setting, &[20]);
        assert_eq!(shard.take(Input::Page(Ok(page(&[3, 4])))), ["wait 1050"]);
        assert_eq!(shard.after(1050, Input::Tick), ["ask AtSequence(5)"]);
        shard.take(Input::Iterator(Ok(())));
        assert_eq!(
            shard.take(Input::Page(Ok(page(&[20]))))[0],
            "store [20] at 20"
        );
    }
}

#[test]
fn a_start_behind_all_records_is_no_gap() {
    let mut shard = Shard::reading(&at(50));
    assert_eq!(shard.take(Input::Page(Ok(page(&[])))), ["wait 1050"]);
    shard.after(1050, Input::Tick);
    assert_eq!(shard.take(Input::Page(Ok(page(&[])))), ["wait 1050"]);
    assert_eq!(shard.after(1050, Input::Tick), ["ask TrimHorizon"]);
    shard.take(Input::Iterator(Ok(())));
    shard.take(Input::Page(Ok(page(&[3]))));
    assert_eq!(shard.after(1050, Input::Tick), ["ask AtSequence(50)"]);
    shard.take(Input::Iterator(Ok(())));
    assert_eq!(shard.take(Input::Page(Ok(page(&[])))), ["wait 1050"]);
    assert_eq!(shard.state.phase(), super::super::Phase::Live);
}

/// A closed shard gives its last page once.
#[test]
fn a_start_behind_all_records_of_a_closed_shard_is_no_gap() {
    let mut shard = Shard::reading(&at(50));
    let mut last = page(&[]);
    last.has_next = false;
    last.children = vec!["shardId-000000000001".parse().expect("a shard id")];
    assert_eq!(shard.take(Input::Page(Ok(last.clone()))), ["wait 1050"]);
    assert_eq!(shard.after(1050, Input::Tick), ["ask TrimHorizon"]);
    shard.take(Input::Iterator(Ok(())));
    shard.take(Input::Page(Ok(page(&[3]))));
    shard.after(1050, Input::Tick);
    shard.take(Input::Iterator(Ok(())));
    assert_eq!(
        shard.take(Input::Page(Ok(last))),
        ["store [] finished None"]
    );
}

#[test]
fn a_start_that_never_shows_itself_is_declared_once() {
    let mut shard = Shard::new(&after(5));
    assert_eq!(shard.take(Input::Begin), ["ask AtSequence(5)"]);
    shard.take(Input::Iterator(Ok(())));
    let mut silent = page(&[]);
    silent.server_time = Some(Millis(50_000));
    let mut effects = Vec::new();
    for _ in 0..4 {
        assert_eq!(shard.state.covered_through(), None, "nothing is proven yet");
        effects.extend(shard.take(Input::Page(Ok(silent.clone()))));
        effects.extend(shard.after(1050, Input::Tick));
        if effects
            .last()
            .is_some_and(|effect| effect.starts_with("ask"))
        {
            shard.take(Input::Iterator(Ok(())));
        }
    }
    let unproven = "store [] start gap ContinuityUnproven Some(5)..None";
    assert_eq!(
        effects,
        [
            "wait 1050",
            "read",
            "wait 1050",
            "ask TrimHorizon",
            "wait 1050",
            "read",
            unproven
        ]
    );
    // and then read on from the start itself
    assert_eq!(
        shard.after(1050, Input::Stored(Ok(()))),
        ["ask AtSequence(5)"]
    );
    shard.take(Input::Iterator(Ok(())));
    let effects = shard.take(Input::Page(Ok(page(&[20]))));
    assert_eq!(effects[0], "store [20] at 20");
    // an iterator that is renewed asks nothing anew, nor does the next run
    let mut next = Shard::reading(&ShardSetting {
        covered_through: Some(Millis(49_000)),
        ..after(5)
    });
    assert_eq!(
        next.take(Input::Page(Ok(page(&[20]))))[0],
        "store [20] at 20"
    );
}

#[test]
fn a_start_that_the_endpoint_refuses_is_a_declared_failure() {
    let mut shard = Shard::new(&setting(Position::Anchor(Anchor::AtSequence(number(5)))));
    shard.take(Input::Begin);
    let effects = shard.take(Input::Iterator(Err(Failure::IteratorLost)));
    assert_eq!(effects, ["store [] start gap ReadRefused None..None"]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(StartRefused)"]);
}
