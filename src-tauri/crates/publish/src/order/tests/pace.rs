//! How many requests it takes, and who waits for whom.

use super::{options, planned};
use crate::{
    Action, Batch, Limits, Order, OrderMachine, Outcome, Refusal, landing::tests::even,
    order::OrderOptions,
};
use record::{Millis, SequenceNumber};

const NOW: Millis = Millis(1_000);

fn machine(order: Order, requests_at_once: usize) -> OrderMachine {
    let options = OrderOptions {
        requests_at_once,
        ..OrderOptions::new(order, Limits::of_stream(None))
    };
    OrderMachine::new(options, even(4))
}

fn offer(machine: &mut OrderMachine, position: u64, key: &str) {
    let planned = planned(position, key, 1, 100);
    machine.offer(planned, NOW).expect("it fits");
}

#[track_caller]
fn sent(machine: &mut OrderMachine, now: Millis) -> Batch {
    match machine.next(now) {
        Action::Send(batch) => batch,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn waits(machine: &mut OrderMachine, now: Millis) -> Option<Millis> {
    match machine.next(now) {
        Action::Wait { until } => until,
        other => panic!("{other:?}"),
    }
}

fn acknowledged(number: u64) -> Outcome {
    Outcome::Acknowledged {
        shard: "shardId-000000000000".parse().expect("an id"),
        sequence: number.to_string().parse().expect("a number"),
    }
}

fn all_written(machine: &mut OrderMachine, batch: Batch) {
    let outcomes: Vec<Outcome> = batch.positions().map(|n| acknowledged(n + 1)).collect();
    machine.outcome(batch, &outcomes, NOW);
}

#[test]
fn different_keys_fill_batches_and_requests() {
    let mut machine = machine(Order::Keyed, 3);
    for n in 0..2_000 {
        offer(&mut machine, n, &format!("key-{n}"));
    }
    let batches: Vec<Batch> = (0..3).map(|_| sent(&mut machine, NOW)).collect();
    assert!(batches.iter().all(|batch| batch.entries().len() == 500));
    assert_eq!(waits(&mut machine, NOW), None, "no request is free");
}

#[test]
fn a_long_key_leaves_at_once_and_alone_while_others_gather() {
    let mut machine = machine(Order::Keyed, 4);
    for n in 0..1_000 {
        offer(&mut machine, n, "hot");
    }
    for n in 1_000..1_050 {
        offer(&mut machine, n, &format!("cold-{n}"));
    }
    let hot = sent(&mut machine, NOW);
    assert_eq!(hot.positions().collect::<Vec<_>>(), [0]);
    let until = waits(&mut machine, NOW).expect("the others wait for company");
    assert_eq!(until, Millis(1_005));
    all_written(&mut machine, hot);
    let hot = sent(&mut machine, NOW);
    assert_eq!(hot.positions().collect::<Vec<_>>(), [1]);
    let cold = sent(&mut machine, until);
    assert_eq!(cold.entries().len(), 50);
}

#[test]
fn a_record_by_itself_leaves_at_once() {
    let mut machine = machine(Order::Keyed, 4);
    offer(&mut machine, 0, "a");
    let first = sent(&mut machine, NOW);
    offer(&mut machine, 1, "b");
    let until = waits(&mut machine, NOW).expect("it does not wait for ever");
    assert_eq!(
        sent(&mut machine, until).positions().collect::<Vec<_>>(),
        [1]
    );
    all_written(&mut machine, first);
}

#[test]
fn a_throttled_shard_does_not_hold_up_the_others() {
    let mut machine = machine(Order::Keyed, 4);
    for n in 0..40 {
        offer(&mut machine, n, &format!("key-{n}"));
    }
    let batch = sent(&mut machine, NOW);
    let map = even(4);
    let shard = |batch: &Batch, n: usize| map.index_of(batch.entries()[n].hash_key());
    let outcomes: Vec<Outcome> = (0..40)
        .map(|n| match shard(&batch, n) {
            Some(2) => Outcome::Refused {
                refusal: Refusal::Throttled,
                code: "ProvisionedThroughputExceededException".into(),
                message: String::new(),
            },
            _ => acknowledged(n as u64 + 1),
        })
        .collect();
    let throttled = outcomes
        .iter()
        .filter(|outcome| outcome.is_throttled())
        .count();
    machine.outcome(batch, &outcomes, NOW);
    let until = waits(&mut machine, NOW).expect("the shard rests");
    assert!(until.since(NOW) >= 50);
    for n in 40..80 {
        offer(&mut machine, n, &format!("key-{n}"));
    }
    let others = sent(&mut machine, NOW);
    assert!((0..others.entries().len()).all(|n| shard(&others, n) != Some(2)));
    let until = waits(&mut machine, until).expect("it wakes, and gathers");
    let again = sent(&mut machine, until);
    assert!(again.entries().len() >= throttled);
    assert!((0..again.entries().len()).all(|n| shard(&again, n) == Some(2)));
}

#[test]
fn strict_records_follow_the_one_before_them_on_their_shard() {
    let mut machine = machine(Order::Strict, 4);
    let keys = ["a", "b", "a", "b", "a"];
    for (n, key) in (0..).zip(keys) {
        offer(&mut machine, n, key);
    }
    let map = even(4);
    let mut after = Vec::new();
    for n in 0..5 {
        let batch = sent(&mut machine, NOW);
        assert_eq!(waits(&mut machine, NOW), None, "one at a time");
        after.push(batch.after().map(|number| number.to_string()));
        let shard = map.landing(batch.entries()[0].hash_key()).expect("a shard");
        let outcome = Outcome::Acknowledged {
            shard: shard.clone(),
            sequence: (n + 100).to_string().parse().expect("a number"),
        };
        machine.outcome(batch, &[outcome], NOW);
    }
    // "a" lands on the first shard of four, "b" on the third
    let after: Vec<_> = after
        .iter()
        .map(|after| after.as_deref().unwrap_or("-"))
        .collect();
    assert_ne!(
        map.index_of(planned(0, "a", 1, 1).entry.hash_key()),
        map.index_of(planned(0, "b", 1, 1).entry.hash_key())
    );
    assert_eq!(after, ["-", "-", "100", "101", "102"]);
}

/// Sends the first record, and answers with the number that it got.
fn first_acknowledged(machine: &mut OrderMachine) -> SequenceNumber {
    let first = sent(machine, NOW);
    let landing = even(4);
    let shard = landing.landing(first.entries()[0].hash_key());
    let shard = shard.expect("a shard").clone();
    let sequence = "7".parse().expect("a number");
    machine.outcome(first, &[Outcome::Acknowledged { shard, sequence }], NOW);
    sequence
}

#[test]
fn a_number_of_another_shard_is_left_out_the_next_time() {
    let mut machine = machine(Order::Strict, 1);
    for n in 0..2 {
        offer(&mut machine, n, "a");
    }
    let sequence = first_acknowledged(&mut machine);
    let second = sent(&mut machine, NOW);
    assert_eq!(second.after(), Some(sequence));
    let refused = Outcome::Refused {
        refusal: Refusal::Barred,
        code: "InvalidArgumentException".into(),
        message: "ExclusiveMinimumSequenceNumber".into(),
    };
    machine.outcome(second, std::slice::from_ref(&refused), NOW);
    let again = sent(&mut machine, NOW);
    assert_eq!((again.after(), again.positions().next()), (None, Some(1)));
    machine.outcome(again, &[refused], NOW);
    assert!(
        matches!(machine.next(NOW), Action::Stopped(_)),
        "it is something else"
    );
    assert_eq!(machine.drain().len(), 1);
}

fn offered_again(machine: &mut OrderMachine) {
    let left = machine.drain();
    assert_eq!((machine.held(), left.is_empty()), (0, false));
    for planned in left {
        machine.offer(planned, NOW).expect("it fits");
    }
}

#[test]
fn a_strict_record_that_was_taken_back_follows_the_one_before_it() {
    let mut machine = machine(Order::Strict, 1);
    (0..3).for_each(|n| offer(&mut machine, n, "a"));
    let sequence = first_acknowledged(&mut machine);
    offered_again(&mut machine);
    let second = sent(&mut machine, NOW);
    assert_eq!(second.positions().collect::<Vec<_>>(), [1]);
    assert_eq!(second.after(), Some(sequence));
}

#[test]
fn a_shard_that_refused_is_left_alone_also_after_a_pause() {
    for order in [Order::Keyed, Order::Strict, Order::Fast] {
        let mut machine = machine(order, 4);
        offer(&mut machine, 0, "a");
        offer(&mut machine, 1, "a");
        let refused = Outcome::Refused {
            refusal: Refusal::Throttled,
            code: "ProvisionedThroughputExceededException".into(),
            message: String::new(),
        };
        let batch = sent(&mut machine, NOW);
        let outcomes = vec![refused; batch.entries().len()];
        machine.outcome(batch, &outcomes, NOW);
        let until = waits(&mut machine, NOW);
        offered_again(&mut machine);
        assert_eq!(waits(&mut machine, NOW), until, "{order:?}");
        let until = until.expect("the shard rests");
        let again = sent(&mut machine, until.saturating_add(5));
        assert_eq!(again.positions().next(), Some(0), "{order:?}");
    }
}

#[test]
fn lanes_that_were_taken_back_are_used_again_and_none_twice() {
    let mut machine = machine(Order::Keyed, 4);
    for _ in 0..3 {
        (0..40).for_each(|n| offer(&mut machine, n, &format!("key-{n}")));
        assert_eq!(machine.drain().len(), 40);
    }
    (0..80).for_each(|n| offer(&mut machine, n, &format!("key-{n}")));
    let batch = sent(&mut machine, NOW);
    let mut positions: Vec<u64> = batch.positions().collect();
    positions.sort_unstable();
    assert_eq!(positions, (0..80).collect::<Vec<_>>());
}

#[test]
fn what_fits_in_no_request_is_given_back() {
    let mut machine = OrderMachine::new(options(Order::Keyed, 1), even(1));
    let refused = machine.offer(planned(3, "key", 1, 898), NOW);
    assert_eq!(refused.expect_err("too large").planned.position, 3);
    assert_eq!(machine.held(), 0);
}
