//! `replay-vs-bare-put` and `replay-vs-serial`: a replay out of a workspace, in order per key and with its journal
//! durable, beside a bare loop of concurrent `PutRecords` and beside one put at a time.
//!
//! All write the same 200,000 records of 500 bytes into four shards of the embedded endpoint without its shim: over
//! 10,000 keys (Zipf 1.0, seeded), and once more with a key of its own for each record. The bare loop keeps no order and
//! no journal. One put at a time is measured on a tenth of the records.

use crate::{
    figures::Figure,
    replay_lab::{Lab, Put, captured, endpoint, zipf},
    rounds::{Cost, Ratios, measure},
};
use aws_sdk_kinesis::{Client, primitives::Blob, types::PutRecordsRequestEntry};
use std::sync::Arc;
use tokio::{runtime::Runtime, sync::Semaphore, task::JoinSet};

const RECORDS: usize = 200_000;
const KEYS: usize = 10_000;
const AT_ONCE: usize = 8;
const ROUNDS: usize = 3;
const SERIAL: usize = 20_000;

pub fn figures() -> Vec<Figure> {
    let runtime = Runtime::new().expect("a runtime");
    let few = zipf(RECORDS, KEYS);
    let (keyed, ours) = beside_bare(&runtime, "10,000 keys", &few);
    let (unique, _) = beside_bare(&runtime, "keys of their own", &zipf(RECORDS, 0));
    let serial = serial(&runtime, &few[..SERIAL]);
    let beside = format!(
        "concurrent PutRecords with the SDK, unordered, no journal; {}; with a key for each record {:.2} ({})",
        keyed.describe(),
        unique.median(),
        unique.describe()
    );
    vec![
        Figure::new(
            "replay-vs-bare-put",
            keyed.median(),
            "x",
            "at least 0.8 (goal 0.9)",
            beside,
        ),
        Figure::new(
            "replay-vs-serial",
            ours / serial,
            "x",
            "at least 5",
            format!("one PutRecord after the other: {serial:.0} records/s"),
        ),
    ]
}

/// How much faster a replay is than the bare loop, and the best of its rates.
fn beside_bare(runtime: &Runtime, what: &str, puts: &[Put]) -> (Ratios, f64) {
    let mut rounds: Vec<(Cost, Cost)> = Vec::new();
    let mut best = 0.0f64;
    for round in 0..ROUNDS {
        let (_emulator, client) = runtime.block_on(endpoint());
        let (theirs, ()) = measure(|| runtime.block_on(bare(&client, puts)));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let captured = captured(folder.path(), puts);
        let lab = runtime.block_on(Lab::open());
        let plan = lab.plan(&captured);
        let (ours, ()) = measure(|| runtime.block_on(lab.replay(&captured, &plan, AT_ONCE)));
        let rate = |cost: Cost| puts.len() as f64 / cost.wall.as_secs_f64();
        eprintln!(
            "  {what}, round {round}: {:.0} records/s beside {:.0}",
            rate(ours),
            rate(theirs)
        );
        best = best.max(rate(ours));
        rounds.push((ours, theirs));
    }
    (Ratios::of(&rounds), best)
}

async fn bare(client: &Client, puts: &[Put]) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut sending = JoinSet::new();
    for batch in puts.chunks(500) {
        let entries = batch.iter().map(|put| {
            PutRecordsRequestEntry::builder()
                .partition_key(&put.key)
                .data(Blob::new(put.data.as_slice()))
                .build()
                .expect("an entry")
        });
        let request = client.put_records().stream_name(Lab::STREAM);
        let request = request.set_records(Some(entries.collect()));
        let slot = Arc::clone(&slots).acquire_owned().await.expect("open");
        sending.spawn(async move {
            let output = request.send().await.expect("written");
            drop(slot);
            assert_eq!(output.failed_record_count.unwrap_or(0), 0);
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent.expect("written");
    }
}

/// Records a second.
fn serial(runtime: &Runtime, puts: &[Put]) -> f64 {
    let (_emulator, client) = runtime.block_on(endpoint());
    let (cost, ()) = measure(|| {
        runtime.block_on(async {
            for put in puts {
                let request = client
                    .put_record()
                    .stream_name(Lab::STREAM)
                    .partition_key(&put.key)
                    .data(Blob::new(put.data.as_slice()));
                request.send().await.expect("written");
            }
        });
    });
    puts.len() as f64 / cost.wall.as_secs_f64()
}
