//! How fast deliveries are journaled: intents and outcomes of every record, durable (synchronous=FULL),
//! in groups as a delivery commits them.
//!
//! `cargo run --release -p store --example journal_rate -- [records] [records a group]`

use record::{Millis, SequenceNumber, ShardId};
use std::time::Instant;
use store::{
    Attempt, AttemptResult, Begun, DeliveryKind, Intent, NewDelivery, RecordId, Store, Subject,
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: u64| {
        let argument = arguments.next();
        argument.map_or(default, |text| text.parse().expect("a number"))
    };
    let (count, group) = (next(200_000), next(512));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.kscope");
    let store = Store::open(&path).expect("a workspace");
    let new = NewDelivery {
        token: "rate".into(),
        kind: DeliveryKind::Replay,
        created_at: Millis(0),
        caller: "nobody".into(),
        target: "test".into(),
        target_stream: None,
        order: "keyed".into(),
        plan: "{}".into(),
        composed: None,
    };
    let Begun::New(delivery) = store.begin_delivery(&new).expect("begun") else {
        panic!("a new workspace knows no delivery")
    };
    let number = |n: u64| -> SequenceNumber {
        format!("49590338271490256608559{n:033}")
            .parse()
            .expect("a number")
    };
    let shards: Vec<ShardId> = (0..4)
        .map(|n| format!("shardId-{n:012}").parse().expect("an id"))
        .collect();
    let intent = |n: u64| Intent {
        position: n,
        subject: Subject::Captured {
            record: RecordId(1 << 32 | n as i64),
            sequence: number(n),
            sub: 0,
        },
    };
    let came = |n: u64| {
        let (shard, sequence) = (shards[n as usize % 4].clone(), number(n));
        (n, AttemptResult::Acknowledged { shard, sequence })
    };
    let positions: Vec<u64> = (0..count).collect();
    let groups: Vec<(Vec<Intent>, Vec<Attempt>)> = positions
        .chunks(group as usize)
        .map(|part| {
            let attempt = Attempt {
                at: Millis(7),
                results: part.iter().map(|&n| came(n)).collect(),
            };
            (part.iter().map(|&n| intent(n)).collect(), vec![attempt])
        })
        .collect();
    let started = Instant::now();
    let mut before: &[Attempt] = &[];
    for (intents, attempts) in &groups {
        // one group's outcomes are committed with the next one's intents
        store
            .journal(delivery, Millis(0), intents, before)
            .expect("journaled");
        before = attempts;
    }
    store
        .journal(delivery, Millis(0), &[], before)
        .expect("journaled");
    let seconds = started.elapsed().as_secs_f64();
    let progress = Instant::now();
    let acknowledged = store
        .delivery_progress(delivery)
        .expect("progress")
        .acknowledged();
    assert_eq!(acknowledged as u64, count);
    let read_seconds = progress.elapsed().as_secs_f64();
    store.close().expect("closed");
    let bytes = std::fs::metadata(&path).expect("a file").len();
    println!(
        "{count} records in groups of {group}: {:.0}k/s, {} bytes a record; read back in {:.0} ms",
        count as f64 / seconds / 1000.0,
        bytes / count,
        read_seconds * 1000.0
    );
}
