//! Killed in the middle of writing: what was acknowledged is there, nothing is there by half, and
//! the checkpoint is that of the records.

use crate::fixture::{
    batch, capture, everything, record, sequence, shard_records, stream_record, submit,
};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};
use store::{Position, Scope, Store};

const CHILD: &str = "KINESCOPE_TEST_KILL";
const ROUNDS: u64 = 12;

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    if let Some(path) = std::env::var_os(CHILD) {
        write_for_ever(Path::new(&path));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("test.kscope");
    for round in 0..ROUNDS {
        let acknowledged = kill_after(&path, 5 + round * 9);
        check(&path, &acknowledged);
    }
}

/// Batches small and large without an end, each acknowledgement a line.
fn write_for_ever(path: &Path) -> ! {
    let store = Store::open(path).expect("a workspace");
    let stream = store
        .put_stream(&stream_record("orders"))
        .expect("a stream");
    let shards = store.put_shards(stream, &shard_records(2)).expect("shards");
    let captures = store.captures().expect("captures");
    let capture = captures
        .first()
        .map_or_else(|| capture(&store, stream, "kill"), |capture| capture.id);
    let mut next: Vec<u64> = shards
        .iter()
        .map(|&shard| checkpoint(&store, capture, shard))
        .collect();
    for turn in 0u64.. {
        for (place, &shard) in shards.iter().enumerate() {
            let len = [1, 30, 400, 3, 700][(turn % 5) as usize];
            let payload = |n| format!("{{\"type\":\"T\",\"n\":{n},\"of\":\"a batch of {len}\"}}");
            let records = (next[place]..next[place] + len)
                .map(|n| record(n, n as i64, "k", payload(n).as_bytes()));
            submit(&store, batch(capture, shard, records.collect())).expect("committed");
            next[place] += len;
            println!("\nacknowledged {} {}", shard, next[place]);
        }
    }
    unreachable!("the parent kills this process")
}

/// The number after the last stored.
fn checkpoint(store: &Store, capture: store::CaptureId, shard: store::ShardKey) -> u64 {
    let checkpoints = store.checkpoints(capture).expect("checkpoints");
    match checkpoints
        .iter()
        .find(|c| c.shard == shard)
        .map(|c| c.position)
    {
        Some(Position::Stored(last)) => {
            (0..1_000_000)
                .find(|&n| sequence(n) == last)
                .expect("a number")
                + 1
        }
        _ => 0,
    }
}

fn kill_after(path: &Path, acknowledgements: u64) -> HashMap<i64, u64> {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "kill::a_kill_loses_nothing_that_was_acknowledged",
            "--nocapture",
        ])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut acknowledged = HashMap::new();
    let mut heard = 0;
    for line in BufReader::new(child.stdout.take().expect("its output"))
        .lines()
        .map_while(Result::ok)
    {
        let mut words = line
            .split_whitespace()
            .skip_while(|word| *word != "acknowledged")
            .skip(1);
        if let (Some(shard), Some(next)) = (words.next(), words.next()) {
            acknowledged.insert(
                shard.parse().expect("a shard"),
                next.parse().expect("a number"),
            );
            heard += 1;
            if heard == acknowledgements {
                child.kill().expect("killed");
            }
        }
    }
    assert!(
        !child.wait().expect("an end").success() && heard >= acknowledgements,
        "the child ended by itself"
    );
    acknowledged
}

fn check(path: &Path, acknowledged: &HashMap<i64, u64>) {
    let store = Store::open(path).expect("the workspace");
    store.verify().expect("a sound workspace");
    let capture = store.captures().expect("captures")[0].id;
    let rows = everything(&store, &Scope::default());
    for (&shard, &next) in acknowledged {
        let stored: Vec<_> = rows
            .iter()
            .filter(|row| row.shard.0 == shard)
            .map(|row| row.sequence)
            .collect();
        assert!(
            stored.len() as u64 >= next,
            "{} of {next} acknowledged records",
            stored.len()
        );
        assert_eq!(
            stored,
            (0..stored.len() as u64).map(sequence).collect::<Vec<_>>()
        );
        assert_eq!(
            checkpoint(&store, capture, store::ShardKey(shard)),
            stored.len() as u64
        );
    }
}
