//! One law per test. The issues named are those of other consumers that broke it.

use super::{
    super::{Effect, Failure, Input, Moment, Phase, ShardSetting, ShardState, StreamCheck},
    Shard, from_horizon, number, page, setting,
};
use record::{Millis, ShardId};
use store::{Anchor, Position};

fn stored(value: u64) -> ShardSetting {
    setting(Position::Stored(number(value)))
}

fn child() -> ShardId {
    "shardId-000000000001".parse().expect("a shard id")
}

#[test]
fn a_page_is_stored_and_the_next_is_read_meanwhile() {
    let mut shard = Shard::reading(&from_horizon());
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[1, 2])))),
        ["store [1, 2] at 2", "wait 1050"]
    );
    assert_eq!(shard.after(1050, Input::Tick), ["read"]);
    // one page ahead of the store, not two
    assert_eq!(shard.take(Input::Page(Ok(page(&[3])))), [""; 0]);
    assert_eq!(shard.after(2000, Input::Tick), [""; 0]);
    assert_eq!(
        shard.take(Input::Stored(Ok(()))),
        ["store [3] at 3", "read"]
    );
}

/// telegraf issue 19505, connect issue 139, KCL issues 829 and 1014: read all of it again.
#[test]
fn an_expired_iterator_is_renewed_at_the_last_stored_record() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1, 2]))));
    shard.take(Input::Stored(Ok(())));
    shard.after(1050, Input::Tick);
    assert_eq!(
        shard.take(Input::Page(Err(Failure::IteratorLost))),
        ["ask AtSequence(2)"]
    );
    shard.take(Input::Iterator(Ok(())));
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[2, 3]))))[0],
        "store [3] at 3"
    );
}

#[test]
fn a_renewal_waits_until_everything_read_is_stored() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1, 2]))));
    shard.after(1050, Input::Tick);
    assert_eq!(shard.take(Input::Page(Err(Failure::IteratorLost))), [""; 0]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["ask AtSequence(2)"]);
}

/// A laptop that slept for longer than the stream keeps its records.
#[test]
fn a_renewal_has_to_find_its_record_too() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1, 2]))));
    shard.take(Input::Stored(Ok(())));
    shard.after(1050, Input::Tick);
    shard.take(Input::Page(Err(Failure::IteratorLost)));
    shard.take(Input::Iterator(Ok(())));
    let effects = shard.take(Input::Page(Ok(page(&[20]))));
    assert_eq!(effects[0], "store [20] at 20 gap Trimmed Some(2)..Some(20)");
}

#[test]
fn before_the_first_record_a_renewal_keeps_the_durable_start() {
    let mut shard = Shard::reading(&setting(Position::Anchor(Anchor::AtTimestamp(Millis(
        5000,
    )))));
    shard.take(Input::Page(Ok(page(&[]))));
    shard.after(1050, Input::Tick);
    let asked = shard.take(Input::Page(Err(Failure::IteratorLost)));
    assert_eq!(asked, ["ask AtTimestamp(Millis(5000))"]);
}

#[test]
fn a_resume_that_finds_its_record_has_no_gap() {
    let mut shard = Shard::reading(&stored(7));
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[7, 8]))))[0],
        "store [8] at 8"
    );
}

/// Flink skips trimmed records without a word.
#[test]
fn a_resume_behind_the_horizon_declares_a_gap() {
    let mut shard = Shard::reading(&stored(7));
    let effects = shard.take(Input::Page(Ok(page(&[20, 21]))));
    assert_eq!(
        effects[0],
        "store [20, 21] at 21 gap Trimmed Some(7)..Some(20)"
    );
}

#[test]
fn a_resume_where_nothing_comes_back_declares_that_nothing_is_proven() {
    let mut shard = Shard::reading(&stored(7));
    assert_eq!(shard.take(Input::Page(Ok(page(&[])))), ["wait 1050"]);
    shard.after(1050, Input::Tick);
    let effects = shard.take(Input::Page(Ok(page(&[]))));
    assert_eq!(
        effects[0],
        "store [] at 7 gap ContinuityUnproven Some(7)..None"
    );
}

#[test]
fn a_number_that_the_endpoint_forgot_is_looked_for_from_the_horizon() {
    let mut shard = Shard::new(&stored(7));
    assert_eq!(shard.take(Input::Begin), ["ask AtSequence(7)"]);
    assert_eq!(
        shard.take(Input::Iterator(Err(Failure::IteratorLost))),
        ["ask TrimHorizon"]
    );
    shard.take(Input::Iterator(Ok(())));
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[5, 6, 7, 8]))))[0],
        "store [8] at 8"
    );
}

#[test]
fn empty_pages_are_read_on_for_as_long_as_they_come() {
    let mut shard = Shard::reading(&from_horizon());
    for _ in 0..1000 {
        let mut empty = page(&[]);
        empty.millis_behind = Some(60_000);
        assert_eq!(shard.take(Input::Page(Ok(empty))), ["wait 220"]);
        assert_eq!(shard.after(220, Input::Tick), ["read"]);
    }
}

#[test]
fn repeated_and_shuffled_records_are_stored_once_and_in_order() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1, 2, 3]))));
    shard.take(Input::Stored(Ok(())));
    shard.after(1050, Input::Tick);
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[2, 5, 4, 3, 5]))))[0],
        "store [4, 5] at 5"
    );
}

/// KCL and Flink take "not found" for the end of a shard.
#[test]
fn not_found_is_never_the_end_of_a_shard() {
    let mut shard = Shard::reading(&stored(7));
    assert_eq!(
        shard.take(Input::Page(Err(Failure::Missing))),
        ["CheckStream"]
    );
    assert_eq!(
        shard.take(Input::Stream(StreamCheck::StreamGone)),
        ["store [] at 7 gap StreamGone Some(7)..None"]
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(StreamGone)"]);
    assert_eq!(shard.state.phase(), Phase::StreamGone);
}

#[test]
fn not_found_that_passes_is_tried_again() {
    let mut shard = Shard::reading(&stored(7));
    shard.take(Input::Page(Err(Failure::Missing)));
    assert_eq!(shard.take(Input::Stream(StreamCheck::Same)), ["wait 500"]);
    assert_eq!(shard.after(500, Input::Tick), ["ask AtSequence(7)"]);
}

#[test]
fn a_shard_that_vanishes_leaves_a_gap_and_lets_its_children_begin() {
    let mut shard = Shard::reading(&stored(7));
    shard.take(Input::Page(Err(Failure::Missing)));
    assert_eq!(
        shard.take(Input::Stream(StreamCheck::ShardGone)),
        ["store [] finished Some(7) gap ContinuityUnproven Some(7)..None"]
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Ended)"]);
}

#[test]
fn a_closed_shard_is_done_when_its_last_page_is_stored() {
    let mut shard = Shard::reading(&from_horizon());
    let mut last = page(&[1, 2]);
    (last.has_next, last.children) = (false, vec![child()]);
    assert_eq!(
        shard.take(Input::Page(Ok(last))),
        ["store [1, 2] finished Some(2)"]
    );
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Ended)"]);
}

#[test]
fn children_beside_an_iterator_do_not_end_the_parent() {
    let mut shard = Shard::reading(&from_horizon());
    let mut malformed = page(&[1]);
    malformed.children = vec![child()];
    assert_eq!(
        shard.take(Input::Page(Ok(malformed))),
        ["store [1] at 1", "wait 1050"]
    );
    shard.take(Input::Stored(Ok(())));
    // nor do they let children begin beside it, however long it stays silent
    for _ in 0..10 {
        assert_eq!(shard.after(1050, Input::Tick), ["read"]);
        let mut silent = page(&[]);
        silent.children = vec![child()];
        assert_eq!(shard.take(Input::Page(Ok(silent))), ["wait 1050"]);
    }
}

#[test]
fn a_parent_that_never_ends_is_drained_and_read_on() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::ChildrenKnown);
    for _ in 0..2 {
        assert_eq!(shard.take(Input::Page(Ok(page(&[])))), ["wait 1050"]);
        assert_eq!(shard.after(1050, Input::Tick), ["read"]);
    }
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[])))),
        ["Drained", "wait 1050"]
    );
    shard.after(1050, Input::Tick);
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[9])))),
        ["store [9] at 9", "wait 1050"]
    );
}

#[test]
fn silence_from_before_its_children_were_known_is_no_end() {
    let mut shard = Shard::reading(&from_horizon());
    for _ in 0..5 {
        assert_eq!(shard.take(Input::Page(Ok(page(&[])))), ["wait 1050"]);
        assert_eq!(shard.after(1050, Input::Tick), ["read"]);
    }
    // written to and split since the last answer
    assert_eq!(shard.take(Input::ChildrenKnown), Vec::<String>::new());
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[9])))),
        ["store [9] at 9", "wait 1050"]
    );
}

#[test]
fn a_throttled_shard_waits_longer_each_time_and_keeps_its_iterator() {
    let mut shard = Shard::reading(&from_horizon());
    assert_eq!(
        shard.take(Input::Page(Err(Failure::Throttled))),
        ["wait 1000"]
    );
    assert_eq!(shard.state.phase(), Phase::BackingOff);
    assert_eq!(shard.after(1000, Input::Tick), ["read"]);
    assert_eq!(
        shard.take(Input::Page(Err(Failure::Throttled))),
        ["wait 2000"]
    );
    assert_eq!(shard.after(2000, Input::Tick), ["read"]);
    shard.take(Input::Page(Ok(page(&[]))));
    assert_eq!(shard.state.phase(), Phase::Live);
}

/// Some endpoints answer a bad iterator with an internal error.
#[test]
fn faults_that_stay_are_answered_with_a_new_iterator() {
    let mut shard = Shard::reading(&stored(7));
    for wait in ["wait 500", "wait 1000"] {
        assert_eq!(shard.take(Input::Page(Err(Failure::Passing))), [wait]);
        shard.after(1000, Input::Tick);
    }
    assert_eq!(
        shard.take(Input::Page(Err(Failure::Passing))),
        ["wait 2000"]
    );
    assert_eq!(shard.after(2000, Input::Tick), ["ask AtSequence(7)"]);
}

#[test]
fn a_person_who_resumes_does_not_wait_for_the_retry() {
    let mut shard = Shard::reading(&from_horizon());
    assert_eq!(
        shard.take(Input::Page(Err(Failure::Barred))),
        ["wait 15000"]
    );
    assert_eq!(shard.state.phase(), Phase::Blocked);
    assert_eq!(shard.take(Input::Resume), ["read"]);
}

#[test]
fn a_pause_asks_for_nothing_and_stores_what_was_read() {
    let mut shard = Shard::reading(&from_horizon());
    assert_eq!(shard.take(Input::Pause), [""; 0]);
    assert_eq!(shard.state.phase(), Phase::CatchingUp, "a read is out");
    assert_eq!(shard.take(Input::Page(Ok(page(&[1])))), ["store [1] at 1"]);
    assert_eq!(shard.state.phase(), Phase::Live, "a commit is out");
    assert_eq!(shard.take(Input::Stored(Ok(()))), [""; 0]);
    assert_eq!(shard.state.phase(), Phase::Paused);
    assert_eq!(shard.after(60_000, Input::Tick), [""; 0]);
    assert_eq!(shard.take(Input::Resume), ["ask AtSequence(1)"]);
}

/// The old iterator would go on behind what was trimmed meanwhile.
#[test]
fn what_was_trimmed_during_a_pause_leaves_a_gap() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1]))));
    shard.take(Input::Stored(Ok(())));
    shard.take(Input::Pause);
    shard.after(60_000, Input::Resume);
    shard.take(Input::Iterator(Ok(())));
    assert_eq!(
        shard.take(Input::Page(Ok(page(&[5]))))[0],
        "store [5] at 5 gap Trimmed Some(1)..Some(5)"
    );
}

/// Others may be before it in the line: a pause does not wait for the turn, nor use it.
#[test]
fn a_pause_leaves_the_line() {
    let mut state = ShardState::new(&from_horizon());
    let mut step = |input| {
        let moment = Moment {
            now: Millis(1000),
            jitter: 1.0,
        };
        let (next, effects) = state.clone().step(input, moment);
        state = next;
        (effects, state.phase())
    };
    step(Input::Begin);
    let queued = (vec![Effect::AskTurn], Phase::CatchingUp);
    assert_eq!(step(Input::Iterator(Ok(()))), queued);
    assert_eq!(step(Input::Pause), (vec![Effect::LeaveTurn], Phase::Paused));
    assert_eq!(step(Input::Turn), (Vec::new(), Phase::Paused), "too late");
    assert_eq!(step(Input::Resume), queued);
    let read = Effect::Read { limit: 8 };
    assert_eq!(step(Input::Turn), (vec![read], Phase::CatchingUp));
}

#[test]
fn a_stop_waits_for_the_store() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1]))));
    assert_eq!(shard.take(Input::Stop), [""; 0]);
    assert_eq!(shard.take(Input::Stored(Ok(()))), ["Done(Stopped)"]);
}

#[test]
fn a_store_that_fails_ends_the_reading_at_once() {
    let mut shard = Shard::reading(&from_horizon());
    shard.take(Input::Page(Ok(page(&[1]))));
    assert_eq!(
        shard.take(Input::Stored(Err(super::super::StoreRefused))),
        ["Done(StoreFailed)"]
    );
    assert_eq!(shard.state.phase(), Phase::Failed);
    assert_eq!(shard.take(Input::Tick), [""; 0]);
}
