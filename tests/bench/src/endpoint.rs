//! The embedded endpoint, filled, and the ways to read it that a capture is measured beside.

use crate::sample::Sample;
use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::ShardIteratorType,
};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use record::{Millis, StreamName};
use std::{path::Path, process::Command};

pub const SHARDS: u32 = 4;
/// Records put at once while filling.
const PUT: u64 = 1000;

pub fn stream() -> StreamName {
    "bench".parse().expect("a stream name")
}

/// An endpoint whose stream holds `records` records of about 500 bytes.
pub async fn filled(options: EmulatorOptions, records: u64) -> Emulator {
    let emulator = Emulator::start(options).expect("the embedded endpoint starts");
    let writer = emulator.writer();
    writer
        .create_stream(&stream(), SHARDS, Millis(1_700_000_000_000))
        .await
        .expect("the stream is made");
    let mut sample = Sample::seeded(2);
    for first in (0..records).step_by(PUT as usize) {
        let batch: Vec<NewRecord> = (first..records.min(first + PUT))
            .map(|number| NewRecord {
                partition_key: format!("user-{:011}", number * 7919 % 100_000),
                payload: sample.payload(Millis(1_760_000_000_000)),
                arrival: None,
            })
            .collect();
        writer
            .put(&stream(), &batch)
            .await
            .expect("the records are put");
    }
    emulator
}

/// The AWS SDK as its documentation uses it, one task per shard: reads every record and discards it.
pub async fn read_with_sdk(endpoint: &str, expected: u64) {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "bench"))
        .endpoint_url(endpoint)
        .build();
    let client = Client::from_conf(config);
    let stream = stream();
    let shards = client
        .list_shards()
        .stream_name(stream.as_str())
        .send()
        .await
        .expect("shards are listed");
    let tasks: Vec<_> = shards
        .shards()
        .iter()
        .map(|shard| {
            tokio::spawn(drain(
                client.clone(),
                stream.to_string(),
                shard.shard_id().to_owned(),
            ))
        })
        .collect();
    let mut read = 0;
    for task in tasks {
        read += task.await.expect("the reader does not panic");
    }
    assert_eq!(read, expected, "the SDK's readers see every record");
}

/// Reads a shard until two pages in a row are empty.
async fn drain(client: Client, stream: String, shard: String) -> u64 {
    let request = client
        .get_shard_iterator()
        .stream_name(stream)
        .shard_id(shard);
    let answer = request
        .shard_iterator_type(ShardIteratorType::TrimHorizon)
        .send()
        .await;
    let mut iterator = answer.expect("an iterator").shard_iterator;
    let (mut read, mut empty) = (0, 0);
    while let (Some(at), true) = (iterator, empty < 2) {
        let page = client
            .get_records()
            .shard_iterator(at)
            .limit(10_000)
            .send()
            .await
            .expect("a page");
        empty = if page.records().is_empty() {
            empty + 1
        } else {
            0
        };
        read += page.records().len() as u64;
        iterator = page.next_shard_iterator;
    }
    read
}

/// A boto3 loop that only reads; the seconds it says it took.
pub fn read_with_boto3(endpoint: &str, expected: u64) -> f64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("../../target/venv/bin/python"))
        .arg(root.join("boto3_read.py"))
        .args([endpoint, stream().as_str(), &expected.to_string()])
        .output()
        .expect("python runs; `make bench` makes its environment");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .expect("seconds")
}
