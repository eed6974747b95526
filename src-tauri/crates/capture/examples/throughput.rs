//! How fast a capture is beside the plain SDK: `cargo run --release -p capture --example throughput`.
//!
//! Four shards with 200,000 records of 500 bytes in the embedded endpoint. One side reads and
//! discards with the SDK, one task per shard; the other captures into a workspace until all of it is
//! committed. Interleaved rounds; prints the ratios. `make bench` has the figure that counts.

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::ShardIteratorType,
};
use capture::{
    CaptureOptions, CaptureRequest, CaptureRun, From, Politeness, ReadTurns, StreamRequest,
};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use kinesis::{Connection, ConnectionSpec, Trust};
use record::{Millis, StreamName};
use std::{
    error::Error,
    time::{Duration, Instant},
};
use store::Store;

const RECORDS: usize = 200_000;
const SHARDS: u32 = 4;
const PAYLOAD_BYTES: usize = 500;
const ROUNDS: usize = 5;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Fallible<()> {
    let emulator = Emulator::start(EmulatorOptions {
        retained_bytes_max: 1 << 30,
        ..EmulatorOptions::default()
    })?;
    let stream: StreamName = "throughput".parse()?;
    fill(&emulator, &stream).await?;
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let before = cpu_seconds()?;
        let read = read_and_discard(&emulator.endpoint(), &stream).await?;
        let between = cpu_seconds()?;
        let captured = capture_all(&emulator.endpoint(), &stream).await?;
        let cpu_ratio = (between - before) / (cpu_seconds()? - between);
        let ratio = read.as_secs_f64() / captured.as_secs_f64();
        let rate = |time: Duration| RECORDS as f64 / time.as_secs_f64() / 1000.0;
        println!(
            "round {round}: read {:.0}k/s, captured {:.0}k/s, ratio {ratio:.2}, by CPU time {cpu_ratio:.2}",
            rate(read),
            rate(captured)
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "median {:.2}, {:.2} to {:.2}",
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1]
    );
    Ok(())
}

/// Of this process, the endpoint included; 0.01 s steps (`man 5 proc`, utime and stime).
fn cpu_seconds() -> Fallible<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}

async fn fill(emulator: &Emulator, stream: &StreamName) -> Fallible<()> {
    let writer = emulator.writer();
    writer
        .create_stream(stream, SHARDS, Millis(1_700_000_000_000))
        .await?;
    let numbers: Vec<usize> = (0..RECORDS).collect();
    for chunk in numbers.chunks(500) {
        let records: Vec<NewRecord> = chunk
            .iter()
            .map(|n| NewRecord {
                partition_key: format!("customer-{n}"),
                payload: payload(*n),
                arrival: None,
            })
            .collect();
        writer.put(stream, &records).await?;
    }
    Ok(())
}

fn payload(number: usize) -> Vec<u8> {
    let scattered = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut text = format!(
        r#"{{"eventType":"OrderPlaced","orderId":"{scattered:016x}","customerId":"{:016x}","amount":{},"note":""#,
        scattered.rotate_left(17),
        number % 1000
    );
    while text.len() < PAYLOAD_BYTES - 2 {
        text.push(char::from(
            b'a' + ((scattered >> (text.len() % 57)) % 26) as u8,
        ));
    }
    text.push_str("\"}");
    text.into_bytes()
}

async fn read_and_discard(endpoint: &str, stream: &StreamName) -> Fallible<Duration> {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    let client = Client::from_conf(config);
    let shards = client
        .list_shards()
        .stream_name(stream.as_str())
        .send()
        .await?
        .shards
        .unwrap_or_default();
    let started = Instant::now();
    let mut readers = tokio::task::JoinSet::new();
    for shard in shards {
        readers.spawn(read_shard(
            client.clone(),
            stream.to_string(),
            shard.shard_id,
        ));
    }
    let mut read = 0;
    while let Some(count) = readers.join_next().await {
        read += count??;
    }
    assert_eq!(read, RECORDS);
    Ok(started.elapsed())
}

async fn read_shard(client: Client, stream: String, shard: String) -> Fallible<usize> {
    let iterator = client
        .get_shard_iterator()
        .stream_name(stream)
        .shard_id(shard);
    let iterator = iterator
        .shard_iterator_type(ShardIteratorType::TrimHorizon)
        .send()
        .await?;
    let mut iterator = iterator.shard_iterator;
    let mut read = 0;
    loop {
        let page = client
            .get_records()
            .set_shard_iterator(iterator)
            .limit(10_000)
            .send()
            .await?;
        read += page.records.len();
        if page.records.is_empty() {
            return Ok(read);
        }
        iterator = page.next_shard_iterator;
    }
}

async fn capture_all(endpoint: &str, stream: &StreamName) -> Fallible<Duration> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("throughput.kscope"))?;
    let connection = Connection::open(ConnectionSpec::local(endpoint), Trust::default()).await?;
    let streams = vec![StreamRequest {
        stream: stream.clone(),
        shards: None,
        from: From::TrimHorizon,
        until: None,
    }];
    let request = CaptureRequest {
        name: "all".into(),
        connection: "{}".into(),
        created_at: Millis(0),
        streams,
    };
    let capture = capture::create(&connection, &store, request).await?;
    let options = CaptureOptions {
        politeness: Politeness::Off,
        ..CaptureOptions::default()
    };
    let started = Instant::now();
    let run = CaptureRun::start(
        connection,
        store.clone(),
        capture,
        options,
        &ReadTurns::default(),
    )
    .await?;
    // committed records, as the run counts them
    while run
        .status()
        .shards
        .iter()
        .map(|shard| shard.records)
        .sum::<u64>()
        < RECORDS as u64
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let elapsed = started.elapsed();
    run.stop().await;
    store.close()?;
    Ok(elapsed)
}
