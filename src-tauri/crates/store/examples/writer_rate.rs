//! How fast the store writes beside plain rusqlite, and in how many bytes. Rounds are interleaved.
//!
//! `cargo run --release -p store --example writer_rate -- [records] [rounds] [shards] [batch]`

mod common;

use common::{Events, START, capture, cpu_seconds};
use record::KinesisRecord;
use std::{path::Path, sync::mpsc, time::Instant};
use store::{Position, PreparedRecord, ShardBatch, Store, prepare};

struct Figures {
    wall: f64,
    cpu: f64,
    bytes: u64,
}

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|a| a.parse::<usize>().expect("a number"));
    let mut next = |default| arguments.next().unwrap_or(default);
    let (count, rounds, shards, batch) = (next(400_000), next(5), next(8), next(1_000));
    let mut events = Events::new(7);
    let records: Vec<(usize, KinesisRecord)> = (0..count)
        .map(|n| (n / batch % shards, n))
        .map(|(shard, n)| (shard, events.record(n as u64, shard, START + n as i64 / 4)))
        .collect();
    let bytes: usize = records.iter().map(|(_, r)| r.payload.len()).sum();
    println!(
        "{count} records of {} bytes, {shards} shards, batches of {batch}",
        bytes / count
    );
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..rounds {
        let plain = plain(&folder.path().join(format!("plain-{round}.db")), &records);
        let ours = ours(
            &folder.path().join(format!("ours-{round}.kscope")),
            &records,
            shards,
            batch,
            count,
        );
        let rate = |figures: &Figures| count as f64 / figures.wall / 1000.0;
        println!(
            "plain {:6.0}k/s {:4} B   store {:6.0}k/s {:4} B   wall {:.2}x  cpu {:.2}x  disk {:.2}x",
            rate(&plain),
            plain.bytes / count as u64,
            rate(&ours),
            ours.bytes / count as u64,
            plain.wall / ours.wall,
            plain.cpu / ours.cpu,
            ours.bytes as f64 / plain.bytes as f64
        );
    }
}

fn measured(path: &Path, work: impl FnOnce()) -> Figures {
    let (started, cpu) = (Instant::now(), cpu_seconds());
    work();
    let wall = started.elapsed().as_secs_f64();
    let cpu = cpu_seconds() - cpu;
    let bytes = std::fs::metadata(path).expect("a file").len();
    Figures { wall, cpu, bytes }
}

fn plain(path: &Path, records: &[(usize, KinesisRecord)]) -> Figures {
    let mut connection = rusqlite::Connection::open(path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE record (shard INTEGER, sequence TEXT, arrival INTEGER, key TEXT, payload BLOB)",
        )
        .expect("a table");
    let texts: Vec<String> = records
        .iter()
        .map(|(_, r)| r.sequence.to_string())
        .collect();
    let mut figures = measured(path, || {
        for (part, texts) in records.chunks(5_000).zip(texts.chunks(5_000)) {
            let transaction = connection.transaction().expect("a transaction");
            {
                let mut statement = transaction
                    .prepare_cached("INSERT INTO record VALUES (?, ?, ?, ?, ?)")
                    .expect("a statement");
                for ((shard, record), text) in part.iter().zip(texts) {
                    statement
                        .execute(rusqlite::params![
                            *shard as i64,
                            text,
                            record.arrival.0,
                            record.partition_key,
                            record.payload
                        ])
                        .expect("inserted");
                }
            }
            transaction.commit().expect("committed");
        }
    });
    drop(connection);
    figures.bytes = std::fs::metadata(path).expect("a file").len();
    figures
}

fn ours(
    path: &Path,
    records: &[(usize, KinesisRecord)],
    shards: usize,
    batch: usize,
    count: usize,
) -> Figures {
    let store = Store::open(path).expect("a workspace");
    let (capture, keys) = capture(&store, shards);
    let owned: Vec<(usize, Vec<KinesisRecord>)> = records
        .chunks(batch)
        .map(|part| (part[0].0, part.iter().map(|(_, r)| r.clone()).collect()))
        .collect();
    let (first, second): (Vec<_>, Vec<_>) =
        owned.into_iter().partition(|(shard, _)| shard % 2 == 0);
    let mut figures = measured(path, || {
        let (sender, receiver) = mpsc::sync_channel(4_096);
        std::thread::scope(|scope| {
            // as the capture does: tasks of several shards prepare and submit at the same time
            for part in [first, second] {
                let (store, keys, sender) = (store.clone(), &keys, sender.clone());
                scope.spawn(move || {
                    for (shard, records) in part {
                        let records: Vec<PreparedRecord> =
                            records.into_iter().map(|r| prepare(r, None)).collect();
                        let Some(last) = records.last() else { continue };
                        let checkpoint = Position::Stored(last.sequence());
                        let batch = ShardBatch {
                            capture,
                            shard: keys[shard],
                            records,
                            checkpoint,
                            covered_through: None,
                            gap: None,
                        };
                        let sender = sender.clone();
                        store.submit(
                            batch,
                            Box::new(move |done| {
                                let _ = sender.send(done.expect("committed").inserted);
                            }),
                        );
                    }
                });
            }
            drop(sender);
            assert_eq!(receiver.iter().sum::<u64>() as usize, count);
        });
    });
    store.close().expect("closed");
    figures.bytes = std::fs::metadata(path).expect("a file").len();
    figures
}
