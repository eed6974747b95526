//! The server itself: headers, encodings, whom it refuses, and how it stops.

use crate::client::*;
use aws_sdk_kinesis::types::{ShardIteratorType, StartingPosition, SubscribeToShardEventStream};
use emulator::Emulator;
use std::net::TcpStream;

const JSON: &str = "application/x-amz-json-1.1";
const CBOR: &str = "application/x-amz-cbor-1.1";

fn refuses_connections(endpoint: &str) -> bool {
    TcpStream::connect(endpoint.replace("http://", "")).is_err()
}

#[tokio::test]
async fn answers_are_dated_and_numbered() {
    let emulator = start();
    let (head, body) = post(&emulator, "ListStreams", JSON, "", b"{}");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(
        head.contains("\r\ndate: ") && head.contains("\r\nx-amzn-requestid: "),
        "{head}"
    );
    assert_eq!(
        body,
        br#"{"HasMoreStreams":false,"StreamNames":[],"StreamSummaries":[]}"#
    );
}

#[tokio::test]
async fn a_web_page_is_refused() {
    let emulator = start();
    let (head, _) = post(
        &emulator,
        "ListStreams",
        JSON,
        "Origin: https://example.com\r\n",
        b"{}",
    );
    assert!(head.starts_with("http/1.1 403"), "{head}");
    assert_eq!(emulator.requests().count("ListStreams"), 0);
}

#[tokio::test]
async fn cbor_carries_payloads_as_bytes_and_arrivals_with_milliseconds() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let start = record::Millis(1_000 * (now().0 / 1_000) - 5_000 + 250);
    let record = emulator::NewRecord {
        partition_key: "key".to_owned(),
        payload: vec![0, 255],
        arrival: Some(start),
    };
    emulator
        .writer()
        .put(&"orders".parse().expect("a name"), &[record])
        .await
        .expect("a record");
    let iterator = iterator(&client, "orders", SHARD, ShardIteratorType::TrimHorizon).await;
    let request = ciborium::Value::Map(vec![("ShardIterator".into(), iterator.into())]);
    let mut body = Vec::new();
    ciborium::into_writer(&request, &mut body).expect("CBOR");
    let (head, body) = post(&emulator, "GetRecords", CBOR, "", &body);
    assert!(
        head.contains("content-type: application/x-amz-cbor-1.1"),
        "{head}"
    );
    let answer: ciborium::Value = ciborium::from_reader(&body[..]).expect("CBOR");
    let shown = format!("{answer:?}");
    assert!(shown.contains("Bytes([0, 255])"), "{shown}");
    assert!(
        shown.contains(&format!("Float({:?})", start.as_secs_f64())),
        "{shown}"
    );
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_the_protocol() {
    let emulator = start();
    let (head, _) = post(&emulator, "GetRecords", JSON, "", b"{");
    assert!(
        head.starts_with("http/1.1 400") && head.contains("serializationexception"),
        "{head}"
    );
    let (head, _) = post(&emulator, "GetRecords", JSON, "", b"{}");
    assert!(
        head.starts_with("http/1.1 400") && head.contains("validationexception"),
        "{head}"
    );
    let (head, _) = post(&emulator, "Nonsense", JSON, "", b"{}");
    assert!(
        head.starts_with("http/1.1 400") && head.contains("unknownoperationexception"),
        "{head}"
    );
    let (head, _) = post(&emulator, "PutRecord", JSON, "", &vec![b' '; 17 << 20]);
    assert!(head.starts_with("http/1.1 413"), "{head}");
}

#[tokio::test]
async fn shutting_down_closes_the_port() {
    let emulator = start();
    let endpoint = emulator.endpoint();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    emulator.shutdown().await;
    assert!(refuses_connections(&endpoint));
    assert!(client.list_streams().send().await.is_err());
}

#[tokio::test]
async fn dropping_it_closes_the_port() {
    let emulator = start();
    let endpoint = emulator.endpoint();
    drop(emulator);
    until(async || refuses_connections(&endpoint).then_some(())).await;
}

#[test]
fn it_needs_no_runtime_of_the_caller() {
    let emulator = Emulator::start(emulator::EmulatorOptions::default()).expect("an emulator");
    let (head, _) = post(&emulator, "ListStreams", JSON, "", b"{}");
    assert!(head.starts_with("http/1.1 200"), "{head}");
}

#[tokio::test]
async fn a_consumer_can_subscribe_to_a_shard() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    put(&client, "orders", "key", "a").await;
    let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    let consumer = client
        .register_stream_consumer()
        .stream_arn(arn)
        .consumer_name("reader")
        .send()
        .await;
    let consumer = consumer
        .expect("a consumer")
        .consumer
        .expect("a consumer")
        .consumer_arn;
    let mut events = until(async || {
        let position = StartingPosition::builder()
            .r#type(ShardIteratorType::TrimHorizon)
            .build()
            .expect("a position");
        let subscribe = client
            .subscribe_to_shard()
            .consumer_arn(&consumer)
            .shard_id(SHARD);
        subscribe.starting_position(position).send().await.ok()
    })
    .await
    .event_stream;
    let event = events.recv().await.expect("an event");
    let Some(SubscribeToShardEventStream::SubscribeToShardEvent(event)) = event else {
        panic!("{event:?}")
    };
    assert_eq!(payloads(event.records()), ["a"]);
}
