//! `writer-vs-rusqlite` and `disk-vs-rusqlite`: the store's write path beside plain insertion.
//!
//! Both sides get the same 400,000 records in memory. Ours starts from what `GetRecords` gave, so that
//! preparing and compressing count, and ends when the last transaction is durable. The baseline is fixed:
//! one table, no index, 4 KiB pages, WAL, `synchronous=FULL`, 5,000 rows a transaction.

use crate::{
    figures::Figure,
    rounds::{Cost, Ratios, measure},
    sample::Sample,
    workspace::{BATCH, Workspace, hash_range},
};
use record::KinesisRecord;
use std::path::Path;

const RECORDS: usize = 400_000;
const SHARDS: usize = 4;
const ROUNDS: usize = 5;

pub fn figures() -> Vec<Figure> {
    let batches = batches();
    let mut rounds = Vec::new();
    let mut disk = Vec::new();
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let copy = batches.clone();
        let (theirs, their_bytes) = baseline(&folder.path().join("plain.db"), &copy);
        let (ours, our_bytes) = ours(&folder.path().join("bench.kscope"), copy);
        eprintln!(
            "  round {round}: {:.0} records/s beside {:.0}, {our_bytes} bytes beside {their_bytes}",
            RECORDS as f64 / ours.wall.as_secs_f64(),
            RECORDS as f64 / theirs.wall.as_secs_f64(),
        );
        rounds.push((ours, theirs));
        disk.push(our_bytes as f64 / their_bytes as f64);
    }
    disk.sort_by(f64::total_cmp);
    let ratios = Ratios::of(&rounds);
    let beside = format!(
        "plain rusqlite insertion of the same {RECORDS} rows; {}",
        ratios.describe()
    );
    vec![
        Figure::new(
            "writer-vs-rusqlite",
            ratios.median(),
            "x",
            "at least 0.8 (goal 1.0)",
            beside,
        ),
        Figure::new(
            "disk-vs-rusqlite",
            disk[disk.len() / 2],
            "x",
            "at most 0.5 (goal 0.4)",
            "bytes of the database after closing, beside the plain table's",
        ),
    ]
}

fn batches() -> Vec<(usize, Vec<KinesisRecord>)> {
    let mut sample = Sample::seeded(1);
    (0..RECORDS / BATCH)
        .map(|batch| {
            let shard = batch % SHARDS;
            (
                shard,
                (0..BATCH).map(|_| sample.record(shard, 250)).collect(),
            )
        })
        .collect()
}

fn ours(path: &Path, batches: Vec<(usize, Vec<KinesisRecord>)>) -> (Cost, u64) {
    let (cost, ()) = measure(|| {
        let workspace = Workspace::make(path, SHARDS);
        workspace.write(batches.into_iter().map(|(shard, records)| {
            let range = hash_range(shard, SHARDS);
            (
                shard,
                records
                    .into_iter()
                    .map(|record| store::prepare(record, Some(range)))
                    .collect(),
            )
        }));
        workspace.store.close().expect("the workspace closes");
    });
    (cost, bytes_of(path))
}

fn baseline(path: &Path, batches: &[(usize, Vec<KinesisRecord>)]) -> (Cost, u64) {
    let (cost, written) = measure(|| insert_plainly(path, batches));
    written.expect("the plain table is written");
    (cost, bytes_of(path))
}

fn insert_plainly(path: &Path, batches: &[(usize, Vec<KinesisRecord>)]) -> rusqlite::Result<()> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE record (shard INTEGER, sequence TEXT, arrival INTEGER, key TEXT, payload BLOB)",
    )?;
    for (shard, records) in batches {
        let transaction = connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for record in records {
                let sequence = record.sequence.to_string();
                insert.execute((
                    *shard as i64,
                    sequence,
                    record.arrival.0,
                    &record.partition_key,
                    &record.payload,
                ))?;
            }
        }
        transaction.commit()?;
    }
    connection.close().map_err(|(_, error)| error)
}

/// The file with its write-ahead log, where one is left.
fn bytes_of(path: &Path) -> u64 {
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    length(path)
        + length(&path.with_extension("kscope-wal"))
        + length(&path.with_extension("db-wal"))
}
