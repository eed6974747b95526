//! Verifying finds each kind of difference, and none where there is none.

mod lab;

use lab::{Captured, START, Workspace, captured, sequence, shard_id, targets};
use publish::{Planned, Source};
use query::Filter;
use replay::{
    Chosen, Plan, ReplaySource, SentRecord, TargetCapture, Verification,
    transform::{NamedRule, Rule},
    verify,
};
use std::collections::HashMap;

struct Replayed {
    source: Workspace,
    target: Workspace,
    plan: Plan,
    sent: Vec<SentRecord>,
    /// What the target stored, by shard.
    stored: Vec<Vec<Captured>>,
}

const RECORDS: u64 = 600;

/// As if all records had been sent and acknowledged.
async fn replayed() -> Replayed {
    let source = Workspace::new(2);
    let target = source.beside("orders-test", 3);
    let order = |n: u64| captured(n, &format!("key-{}", n % 9), &format!("{{\"n\":{n}}}"));
    source.store_by_key((0..RECORDS).map(order).collect());
    let mut request = source.request(Chosen::Filter(Filter::Everything), 3);
    request.recipe.rules = vec![NamedRule {
        name: "mark".into(),
        is_on: true,
        rule: Rule::Set {
            path: "replayed".parse().expect("a path"),
            value: "true".parse().expect("JSON"),
        },
    }];
    let plan = source.plan(request);
    let mut entries = ReplaySource::open(&source.store, &plan).expect("a source");
    let (mut sent, mut stored) = (Vec::new(), vec![Vec::new(); 3]);
    loop {
        let pulled = entries.pull(100).await.expect("entries");
        if pulled.is_empty() {
            break;
        }
        for Planned {
            position, entry, ..
        } in pulled
        {
            let shard = targets(3).place_of(entry.hash_key());
            let number = 10_000 + position;
            let origin = entry.origin.expect("an origin");
            sent.push(SentRecord {
                position,
                origin: origin.record,
                sequence: origin.sequence,
                sub: origin.sub,
                place: Some((shard_id(shard), sequence(number))),
                may_be_doubled: false,
            });
            stored[shard].push(Captured {
                number,
                arrival: START + 1_000_000 + position as i64,
                key: Some(entry.key),
                payload: entry.data.to_vec(),
            });
        }
    }
    Replayed {
        source,
        target,
        plan,
        sent,
        stored,
    }
}

impl Replayed {
    fn verify(self) -> Verification {
        for (shard, records) in self.stored.into_iter().enumerate() {
            self.target.store_in(shard, records);
        }
        let target = TargetCapture {
            stream: self.target.stream,
            captures: vec![self.target.capture],
        };
        let sent = self.sent.into_iter().map(Ok);
        verify(&self.source.store, &self.plan, sent, &target).expect("a verification")
    }

    fn largest(&mut self) -> &mut Vec<Captured> {
        let largest = self.stored.iter_mut().max_by_key(|records| records.len());
        largest.expect("a shard")
    }
}

#[tokio::test]
async fn what_was_sent_is_there() {
    let mut replayed = replayed().await;
    // older records of the target are none of the run's
    replayed.stored[0].insert(0, captured(1, "old", "{}"));
    let found = replayed.verify();
    assert!(found.is_perfect(), "{found:?}");
    assert_eq!(found.identical, RECORDS);
}

#[tokio::test]
async fn a_target_that_gives_no_keys_back_is_compared_by_its_payloads() {
    let mut replayed = replayed().await;
    for record in replayed.stored.iter_mut().flatten() {
        record.key = None;
    }
    let records = replayed.largest();
    let doubled = Captured {
        number: 99_001,
        ..records[50].clone()
    };
    let doubled_position = records[50].number - 10_000;
    // such a stream knows no order either: two records lie the other way round
    let numbers = (records[0].number, records[1].number);
    (records[0].number, records[1].number) = (numbers.1, numbers.0);
    records.push(doubled);
    records.sort_by_key(|record| record.number);
    let places: Vec<_> = replayed
        .sent
        .iter()
        .map(|sent| sent.place.clone())
        .collect();
    let at = |number: u64| places[(number - 10_000) as usize].clone();
    for sent in &mut replayed.sent {
        sent.may_be_doubled = sent.position == doubled_position;
        match sent.position + 10_000 {
            n if n == numbers.0 => sent.place = at(numbers.1),
            n if n == numbers.1 => sent.place = at(numbers.0),
            _ => {}
        }
    }
    let found = replayed.verify();
    assert_eq!(
        (
            found.identical,
            found.changed.count,
            found.out_of_order.count
        ),
        (RECORDS, 0, 0),
        "{found:?}"
    );
    assert_eq!(found.doubled.examples[0].position, Some(doubled_position));
}

#[tokio::test]
async fn each_difference_is_found() {
    let mut replayed = replayed().await;
    let records = replayed.largest();
    let missing = records.remove(20);
    records[30].payload.push(b' ');
    records[31].key = Some("another key".into());
    // two records of one key change places
    let (first, second) = {
        let mut of_key: HashMap<&str, usize> = HashMap::new();
        let mut pair = (0, 0);
        for (place, record) in records.iter().enumerate().skip(60) {
            if let Some(first) = of_key.insert(record.key.as_deref().expect("a key"), place) {
                pair = (first, place);
                break;
            }
        }
        pair
    };
    let numbers = (records[first].number, records[second].number);
    // a number between those of the run, which another shard has
    let numbers_of_run = records[0].number..=records[records.len() - 1].number;
    let free = numbers_of_run
        .into_iter()
        .find(|n| records.iter().all(|record| record.number != *n));
    let extra = Captured {
        number: free.expect("a free number"),
        arrival: START + 2_000_000,
        key: Some("foreign".into()),
        payload: b"{}".to_vec(),
    };
    let doubled = Captured {
        number: 99_001,
        ..records[50].clone()
    };
    let doubled_position = records[50].number - 10_000;
    records.extend([extra, doubled]);
    records.sort_by_key(|record| record.number);
    for sent in &mut replayed.sent {
        sent.may_be_doubled = sent.position == doubled_position;
        // the target says that the later one has the smaller number
        let number = |n: u64| Some((sent.place.as_ref().expect("a place").0.clone(), sequence(n)));
        let swapped = match sent.position + 10_000 {
            n if n == numbers.0 => number(numbers.1),
            n if n == numbers.1 => number(numbers.0),
            _ => continue,
        };
        sent.place = swapped;
    }
    let found = replayed.verify();
    assert_eq!(found.missing.count, 1, "{found:?}");
    assert_eq!(found.missing.examples[0].sequence, sequence(missing.number));
    assert_eq!(found.out_of_order.count, 1, "{found:?}");
    // the two that changed places have each other's bytes
    assert_eq!(found.changed.count, 4, "{found:?}");
    assert_eq!(
        (found.extra.count, found.doubled.count),
        (1, 1),
        "{found:?}"
    );
    assert_eq!(found.doubled.examples[0].position, Some(doubled_position));
    assert_eq!(found.not_captured.count, 0);
    assert_eq!(found.identical, RECORDS - 5);
    assert!(!found.is_perfect());
}

#[tokio::test]
async fn what_was_not_captured_is_not_missing() {
    let mut replayed = replayed().await;
    let left = replayed.stored[1].split_off(10).len() as u64;
    let unread = std::mem::take(&mut replayed.stored[2]).len() as u64;
    let found = replayed.verify();
    assert_eq!(found.missing.count, 0);
    assert_eq!(found.not_captured.count, left + unread);
    assert_eq!(found.not_captured.examples.len(), 20);
}
