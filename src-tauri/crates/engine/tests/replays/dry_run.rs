//! Planning and previewing a hundred thousand records: the endpoint sees not one Put.

use super::lab::{EVERYTHING, Lab, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{EngineError, WantedChange, WantedRule};
use faults::Proxy;
use std::fmt::Write;

const RECORDS: u64 = 100_000;

/// A capture file as ferrokinesis writes it.
fn capture_file() -> String {
    let mut text = String::new();
    for n in 0..RECORDS {
        writeln!(
            text,
            "{{\"op\":\"PutRecords\",\"ts\":{},\"stream\":\"orders\",\"partition_key\":\"ord-{}\",\"data\":\"eyJuIjoxfQ==\",\
             \"sequence_number\":\"{}\",\"shard_id\":\"shardId-00000000000{}\"}}",
            1_760_000_000_000 + n,
            n % 5_000,
            49_000_000 + n,
            n % 4
        )
        .expect("a line");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_100_000_records_sends_no_put() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let lab = Lab::at(&proxy.endpoint()).await;
    lab.create_stream("order-test", 4).await;
    let path = lab.folder.path().join("orders.ndjson");
    std::fs::write(&path, capture_file()).expect("a file");
    let imported = lab.engine.import_capture(&path).await.expect("imported");
    assert_eq!((imported.records, imported.bad_lines), (RECORDS, 0));
    let captures = lab.engine.captures().await.expect("a list");
    assert_eq!(captures[0].stored.name, "orders");
    proxy.forget_log();

    let mark = WantedRule {
        name: "mark".to_owned(),
        on: true,
        change: WantedChange::Set {
            path: "$.replayed".to_owned(),
            value: "true".to_owned(),
        },
    };
    let wanted = wanted(EVERYTHING, lab.to_stream("order-test"), vec![mark]);
    let plan = lab.engine.plan_replay("test", wanted.clone()).await;
    let plan = plan.expect("a plan");
    assert_eq!((plan.records, plan.changed[0].1), (RECORDS, RECORDS));
    let shares: u64 = plan.shards.iter().map(|shard| shard.records).sum();
    assert_eq!(shares, RECORDS);
    let preview = lab.engine.preview_replay(wanted, RECORDS - 1).await;
    assert_eq!(preview.expect("a preview").total, RECORDS);

    let log = proxy.log();
    let puts = log
        .iter()
        .filter(|one| one.operation.starts_with("Put"))
        .count();
    assert!(!log.is_empty(), "the target was asked what it is");
    assert_eq!(puts, 0);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_plan_ends_the_older_one() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("order-test", 1).await;
    let path = lab.folder.path().join("orders.ndjson");
    std::fs::write(&path, capture_file()).expect("a file");
    lab.engine.import_capture(&path).await.expect("imported");
    let wanted = wanted(EVERYTHING, lab.to_stream("order-test"), Vec::new());
    let plan = || lab.engine.plan_replay("slot", wanted.clone());
    let (older, newer) = tokio::join!(plan(), plan());
    assert_eq!(newer.expect("a plan").records, RECORDS);
    assert!(
        matches!(older, Err(EngineError::Superseded)),
        "{:?}",
        older.map(|plan| plan.records)
    );
    lab.engine.close().await;
}
