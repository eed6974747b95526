//! The demo on a real emulator, read back over HTTP.

use demo::{Demo, DemoOptions, Kind, Stream};
use emulator::{Emulator, EmulatorOptions};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

fn emulator() -> Emulator {
    Emulator::start(EmulatorOptions::default()).expect("an emulator")
}

fn without_history(events_per_second: f64) -> DemoOptions {
    DemoOptions {
        seed: 5,
        events_per_second,
        history: Duration::ZERO,
    }
}

/// Asks the endpoint by hand: the demo's crate has no client that could write.
fn ask(emulator: &Emulator, operation: &str, fields: &Value) -> Value {
    let address = emulator.endpoint().replace("http://", "");
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let body = fields.to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\n\
         X-Amz-Target: Kinesis_20131202.{operation}\r\nX-Amz-Date: 20250101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection
        .write_all(request.as_bytes())
        .expect("a request sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(body).expect("JSON")
    }
}

/// The arrivals of a shard's records in seconds, in the order of their sequence.
fn arrivals(emulator: &Emulator, stream: &str, shard: &str) -> Vec<f64> {
    let start =
        json!({ "StreamName": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
    let mut iterator = ask(emulator, "GetShardIterator", &start)["ShardIterator"].clone();
    let mut arrivals = Vec::new();
    loop {
        let page = ask(
            emulator,
            "GetRecords",
            &json!({ "ShardIterator": iterator }),
        );
        let records = page["Records"].as_array().expect("records");
        if records.is_empty() {
            return arrivals;
        }
        arrivals.extend(
            records
                .iter()
                .filter_map(|record| record["ApproximateArrivalTimestamp"].as_f64()),
        );
        iterator = page["NextShardIterator"].clone();
    }
}

fn shards(emulator: &Emulator, stream: &str) -> Vec<String> {
    let listed = ask(emulator, "ListShards", &json!({ "StreamName": stream }));
    let shards = listed["Shards"].as_array().expect("shards");
    shards
        .iter()
        .filter_map(|shard| shard["ShardId"].as_str().map(str::to_owned))
        .collect()
}

fn written(emulator: &Emulator) -> BTreeMap<Stream, u64> {
    let count = |stream: Stream| -> usize {
        shards(emulator, stream.name())
            .iter()
            .map(|shard| arrivals(emulator, stream.name(), shard).len())
            .sum()
    };
    Stream::ALL
        .into_iter()
        .map(|stream| (stream, count(stream) as u64))
        .collect()
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "in 30 seconds not: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_history_is_there_at_once() {
    let emulator = emulator();
    let demo = Demo::start(&emulator, DemoOptions::default())
        .await
        .expect("a demo");
    let status = demo.stop().await;
    assert!(
        (68_000..76_000).contains(&status.history_events),
        "{status:?}"
    );
    assert!(
        Kind::ALL.iter().all(|kind| status.sagas[kind] >= 300),
        "{:?}",
        status.sagas
    );
    assert_eq!(status.failure, None);

    let counts: Vec<usize> = Stream::ALL
        .into_iter()
        .map(|stream| shards(&emulator, stream.name()).len())
        .collect();
    assert_eq!(counts, [4, 4, 1]);
    let mut records = 0;
    for stream in Stream::ALL {
        for shard in shards(&emulator, stream.name()) {
            let arrivals = arrivals(&emulator, stream.name(), &shard);
            assert!(arrivals.is_sorted(), "{stream:?} {shard}");
            let span_seconds = arrivals.last().expect("records") - arrivals[0];
            assert!(
                (3_500.0..3_700.0).contains(&span_seconds),
                "{stream:?} {shard}: {span_seconds} s"
            );
            records += arrivals.len() as u64;
        }
    }
    assert_eq!(records, status.events);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_follows_the_wish() {
    let emulator = emulator();
    let demo = Demo::start(&emulator, without_history(1_000.0))
        .await
        .expect("a demo");
    for rate in [1_000.0, 100.0, 3_000.0] {
        demo.set_rate(rate);
        until(&format!("{rate}/s"), || {
            let status = demo.status();
            (status.measured_per_second / rate - 1.0).abs() <= 0.1
        })
        .await;
        assert!((demo.status().events_per_second - rate).abs() < f64::EPSILON);
    }
    assert_eq!(demo.stop().await.failure, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_it_wrote_is_there_and_nothing_follows_its_stop() {
    let emulator = emulator();
    let demo = Demo::start(&emulator, without_history(500.0))
        .await
        .expect("a demo");
    until("a thousand records", || demo.status().events >= 1_000).await;
    let status = demo.stop().await;
    assert_eq!(written(&emulator), status.streams);
    assert_eq!(status.streams.values().sum::<u64>(), status.events);
    assert_eq!(status.history_events, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_can_begin_again_on_its_streams() {
    let emulator = emulator();
    let first = Demo::start(&emulator, without_history(200.0))
        .await
        .expect("a demo");
    until("a hundred records", || first.status().events >= 100).await;
    let first = first.stop().await;
    let second = Demo::start(&emulator, without_history(200.0))
        .await
        .expect("the demo again");
    until("a hundred records more", || second.status().events >= 100).await;
    let second = second.stop().await;
    assert_eq!(
        written(&emulator).values().sum::<u64>(),
        first.events + second.events
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_deleted_is_said() {
    let emulator = emulator();
    let demo = Demo::start(&emulator, without_history(200.0))
        .await
        .expect("a demo");
    ask(
        &emulator,
        "DeleteStream",
        &json!({ "StreamName": "order-events" }),
    );
    until("the failure", || {
        demo.status()
            .failure
            .is_some_and(|failure| failure.contains("ResourceNotFoundException"))
    })
    .await;
    let commands = demo.status().streams[&Stream::OrderCommands];
    until("commands all the same", || {
        demo.status().streams[&Stream::OrderCommands] > commands
    })
    .await;
}
