//! How fast a delivery in key order is beside a bare loop of concurrent `PutRecords` with the Rust SDK,
//! against the bare embedded endpoint, journal durable. Rounds are interleaved.
//!
//! `cargo run --release -p publish --example replay_rate -- [records] [keys, 0: all differ] [rounds] [at once]`

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    primitives::Blob,
    types::PutRecordsRequestEntry,
};
use bytes::Bytes;
use emulator::{Emulator, EmulatorOptions};
use kinesis::{Connection, ConnectionSpec, DialogAnswer, Grant, ProductionPatterns, Trust};
use publish::{
    AtOnce, Delivery, End, Entries, Entry, KinesisTarget, Order, OrderOptions, Origin, Request,
    ShardMap, Target,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::{Millis, StreamName};
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use store::{DeliveryKind, NewDelivery, RecordId, Store};
use tokio::{sync::Semaphore, task::JoinSet};

const SIZE_BYTES: usize = 500;
const SHARDS: i32 = 4;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: usize| {
        let argument = arguments.next();
        argument.map_or(default, |text| text.parse().expect("a number"))
    };
    let (count, keys, rounds, at_once) = (next(200_000), next(10_000), next(3), next(8));
    let records = zipf(count, keys);
    println!(
        "{count} records of {SIZE_BYTES} bytes over {keys} keys (Zipf 1.0), {at_once} requests at once"
    );
    for round in 0..rounds {
        let bare = measured(bare(&records, at_once)).await;
        let ours = Box::pin(measured(delivery(&records, at_once))).await;
        let rate = |(wall, _): (f64, f64)| count as f64 / wall / 1000.0;
        println!(
            "round {round}: bare {:5.1}k/s, delivery {:5.1}k/s: {:.2}x by the clock, {:.2}x by processor time",
            rate(bare),
            rate(ours),
            bare.0 / ours.0,
            bare.1 / ours.1
        );
    }
}

async fn measured(work: impl Future<Output = Duration>) -> (f64, f64) {
    let cpu = cpu_seconds();
    let wall = work.await.as_secs_f64();
    (wall, cpu_seconds() - cpu)
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().expect("a name");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |n: usize| fields[n].parse::<f64>().expect("ticks");
    (ticks(11) + ticks(12)) / 100.0
}

fn zipf(count: usize, keys: usize) -> Vec<Entry> {
    let mut random = StdRng::seed_from_u64(7);
    let is_unique = keys == 0;
    let mut sums = Vec::with_capacity(keys);
    let mut sum = 0.0;
    for rank in 1..=keys {
        sum += 1.0 / rank as f64;
        sums.push(sum);
    }
    let entry = |n: usize| {
        let rank = if is_unique {
            n
        } else {
            let drawn = random.random_range(0.0..sum);
            sums.partition_point(|&upto| upto < drawn)
        };
        Entry {
            key: format!("key-{rank}"),
            explicit_hash_key: None,
            data: Bytes::from(vec![b'x'; SIZE_BYTES]),
            origin: Some(Origin {
                record: RecordId(1 << 32 | n as i64),
                sequence: format!("49590338271490256608559{n:033}")
                    .parse()
                    .expect("a number"),
                sub: 0,
                arrival: Millis(n as i64),
            }),
        }
    };
    (0..count).map(entry).collect()
}

fn sdk(endpoint: &str) -> Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    Client::from_conf(config)
}

async fn endpoint() -> (Emulator, Client) {
    let options = EmulatorOptions {
        retained_bytes_max: 4 << 30,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start_bare(options).expect("the embedded endpoint");
    let client = sdk(&emulator.endpoint());
    let create = client
        .create_stream()
        .stream_name("test")
        .shard_count(SHARDS);
    create.send().await.expect("a stream");
    loop {
        let described = client
            .describe_stream_summary()
            .stream_name("test")
            .send()
            .await;
        let summary = described.expect("described").stream_description_summary;
        if summary.is_some_and(|summary| summary.stream_status.as_str() == "ACTIVE") {
            return (emulator, client);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn bare(records: &[Entry], at_once: usize) -> Duration {
    let (_emulator, client) = endpoint().await;
    let started = Instant::now();
    let slots = Arc::new(Semaphore::new(at_once));
    let mut puts = JoinSet::new();
    for batch in records.chunks(500) {
        let entries = batch.iter().map(|entry| {
            PutRecordsRequestEntry::builder()
                .partition_key(&entry.key)
                .data(Blob::new(entry.data.as_ref()))
                .build()
                .expect("an entry")
        });
        let put = client.put_records().stream_name("test");
        let put = put.set_records(Some(entries.collect()));
        let slot = Arc::clone(&slots).acquire_owned().await.expect("open");
        puts.spawn(async move {
            let output = put.send().await.expect("written");
            drop(slot);
            assert_eq!(output.failed_record_count.unwrap_or(0), 0);
        });
    }
    while let Some(put) = puts.join_next().await {
        put.expect("written");
    }
    started.elapsed()
}

#[expect(clippy::disallowed_methods, reason = "a grant begins now")]
fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.expect("after 1970").as_millis() as i64)
}

async fn delivery(records: &[Entry], at_once: usize) -> Duration {
    let (emulator, _client) = endpoint().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("rate.kscope")).expect("a workspace");
    let spec = ConnectionSpec::local(emulator.endpoint());
    let connection = Connection::open(spec, Trust::default())
        .await
        .expect("a connection");
    let name: StreamName = "test".parse().expect("a name");
    let now = now();
    let question = connection
        .ask_to_write(&name, &ProductionPatterns::default())
        .await;
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let lasts = Duration::from_hours(1);
    let grant = Grant::confirm(question.expect("a target"), answer, now, lasts).expect("a grant");
    let target = KinesisTarget::open(connection.clone(), grant, &[])
        .await
        .expect("a target");
    let map = ShardMap::new(&connection.shards(&name).await.expect("the shards"));
    let new = NewDelivery {
        token: "rate".into(),
        kind: DeliveryKind::Replay,
        created_at: now,
        caller: "nobody".into(),
        target: "test".into(),
        target_stream: None,
        order: "keyed".into(),
        plan: "{}".into(),
        composed: None,
    };
    let Request::First(claim) = publish::begin(&store, &new).expect("begun") else {
        panic!("a new workspace knows no delivery")
    };
    let options = OrderOptions {
        requests_at_once: at_once,
        ..OrderOptions::new(Order::Keyed, target.limits())
    };
    let source = Entries::new(records.to_vec());
    let started = Instant::now();
    let delivery = Delivery::start(claim, target, source, AtOnce, options, map);
    let end = delivery.ended().await;
    let elapsed = started.elapsed();
    assert!(matches!(end, End::Finished), "{end:?}");
    let put = connection.meter();
    let calls: u64 = put.total(|count| count.calls);
    println!("         {calls} requests");
    elapsed
}
