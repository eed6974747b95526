//! The strict order over a rest: the first record of each source shard follows the last one that was sent before.

use super::{
    embedded::{Every, emulator},
    lab::{Lab, options, plan, until},
};
use publish::{
    AtOnce, Delivery, End, Entries, Entry, KinesisTarget, Limits, Order, Outcome, PublishError,
    Target,
};
use record::SequenceNumber;
use std::sync::{Arc, Mutex};

type Puts = Arc<Mutex<Vec<(Option<SequenceNumber>, Outcome)>>>;

/// A stream with a note of what each put was to follow.
struct Noted(KinesisTarget, Puts);

impl Target for Noted {
    fn limits(&self) -> Limits {
        self.0.limits()
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        self.0.confirm().await
    }

    async fn send(&self, entries: &[Entry], after: Option<SequenceNumber>) -> Vec<Outcome> {
        let outcomes = self.0.send(entries, after).await;
        let mut puts = self.1.lock().expect("the notes");
        puts.extend(outcomes.iter().map(|outcome| (after, outcome.clone())));
        outcomes
    }
}

fn numbers(puts: &Puts) -> Vec<SequenceNumber> {
    let number = |(_, outcome): &(_, Outcome)| match outcome {
        Outcome::Acknowledged { sequence, .. } => *sequence,
        other => panic!("{other:?}"),
    };
    puts.lock().expect("the notes").iter().map(number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_start_follows_the_last_numbers() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("strict", 1).await;
    // of three source shards
    let plan = plan(60, 5);
    let target = lab.target(&lab.connection, "strict").await;
    let claim = lab.begin("strict", &target);
    let (order, map) = (options(Order::Strict, &target), lab.map("strict").await);
    let source = Entries::new(plan.clone());
    let first = Puts::default();
    let target = Noted(target, Arc::clone(&first));
    let delivery = Delivery::start(claim, target, source, Every(20), order, map.clone());
    let id = delivery.id();
    until("some are written", || async {
        delivery.progress().acknowledged >= 9
    })
    .await;
    delivery.suspend().await;
    let before = numbers(&first);

    let target = lab.target(&lab.connection, "strict").await;
    let claim = lab.store.claim_delivery(id).expect("free again");
    let order = options(Order::Strict, &target);
    let source = Entries::new(plan.clone());
    let second = Puts::default();
    let target = Noted(target, Arc::clone(&second));
    let delivery = Delivery::start(claim, target, source, AtOnce, order, map);
    assert!(matches!(delivery.ended().await, End::Finished));
    let puts = second.lock().expect("the notes").clone();
    assert!(puts.iter().all(|(after, _)| after.is_some()), "{puts:?}");
    let of_before = |(after, _): &&(Option<SequenceNumber>, Outcome)| {
        after.is_some_and(|number| before.contains(&number))
    };
    assert_eq!(puts.iter().filter(of_before).count(), 3, "one a shard");
    assert_eq!(lab.judge("strict", id, Order::Strict, &plan).await, 0);
}
