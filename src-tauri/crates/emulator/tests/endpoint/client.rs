//! What the tests ask with: the SDK without retries, and HTTP by hand where the SDK is too polite.

use aws_sdk_kinesis::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
    operation::get_records::GetRecordsOutput,
    primitives::{Blob, DateTime},
    types::{Record, ShardIteratorType, StreamDescriptionSummary, StreamStatus},
};
use emulator::{Emulator, EmulatorOptions};
use record::Millis;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant, SystemTime},
};

pub const SHARD: &str = "shardId-000000000000";

pub fn start() -> Emulator {
    start_with(EmulatorOptions::default())
}

pub fn start_with(options: EmulatorOptions) -> Emulator {
    Emulator::start(options).expect("an emulator")
}

pub fn client(emulator: &Emulator) -> Client {
    Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(emulator.region().to_owned()))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .endpoint_url(emulator.endpoint())
            .build(),
    )
}

pub async fn create(client: &Client, stream: &str, shards: i32) {
    client
        .create_stream()
        .stream_name(stream)
        .shard_count(shards)
        .send()
        .await
        .expect("a stream");
    active(client, stream).await;
}

pub async fn active(client: &Client, stream: &str) {
    until(async || {
        let status = described(client, stream).await.stream_status;
        (status == StreamStatus::Active).then_some(())
    })
    .await;
}

pub async fn described(client: &Client, stream: &str) -> StreamDescriptionSummary {
    let asked = client.describe_stream_summary().stream_name(stream);
    let answer = asked.send().await.expect("a summary");
    answer.stream_description_summary.expect("a summary")
}

/// At a hash key, in decimal digits.
pub async fn split(client: &Client, stream: &str, shard: &str, at: &str) {
    let split = client
        .split_shard()
        .stream_name(stream)
        .shard_to_split(shard)
        .new_starting_hash_key(at);
    split.send().await.expect("a split");
    active(client, stream).await;
}

pub async fn put(client: &Client, stream: &str, key: &str, payload: impl Into<Vec<u8>>) -> String {
    let put = client
        .put_record()
        .stream_name(stream)
        .partition_key(key)
        .data(Blob::new(payload));
    put.send()
        .await
        .expect("a record put")
        .sequence_number()
        .to_owned()
}

pub async fn iterator(
    client: &Client,
    stream: &str,
    shard: &str,
    kind: ShardIteratorType,
) -> String {
    let iterator = client
        .get_shard_iterator()
        .stream_name(stream)
        .shard_id(shard)
        .shard_iterator_type(kind);
    iterator
        .send()
        .await
        .expect("an iterator")
        .shard_iterator()
        .expect("an iterator")
        .to_owned()
}

pub async fn iterator_at(client: &Client, stream: &str, time: Millis) -> Result<String, String> {
    let iterator = client
        .get_shard_iterator()
        .stream_name(stream)
        .shard_id(SHARD);
    let iterator = iterator
        .shard_iterator_type(ShardIteratorType::AtTimestamp)
        .timestamp(DateTime::from_millis(time.0));
    match iterator.send().await {
        Ok(answer) => Ok(answer.shard_iterator().expect("an iterator").to_owned()),
        Err(error) => Err(code(&error)),
    }
}

pub async fn page(client: &Client, iterator: &str) -> GetRecordsOutput {
    client
        .get_records()
        .shard_iterator(iterator)
        .send()
        .await
        .expect("a page")
}

/// The records of a shard up to its end or to an empty page.
pub async fn read_all(client: &Client, stream: &str, shard: &str) -> Vec<Record> {
    let mut next = Some(iterator(client, stream, shard, ShardIteratorType::TrimHorizon).await);
    let mut records = Vec::new();
    while let Some(iterator) = next {
        let page = page(client, &iterator).await;
        if page.records().is_empty() {
            break;
        }
        next = page.next_shard_iterator().map(str::to_owned);
        records.extend(page.records);
    }
    records
}

pub fn payloads(records: &[Record]) -> Vec<String> {
    records
        .iter()
        .map(|record| String::from_utf8_lossy(record.data().as_ref()).into_owned())
        .collect()
}

pub fn arrival(record: &Record) -> Millis {
    Millis::from_secs_f64(
        record
            .approximate_arrival_timestamp()
            .expect("an arrival")
            .as_secs_f64(),
    )
}

pub fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    error.code().unwrap_or("no code").to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "arrivals are compared with the real clock"
)]
pub fn now() -> Millis {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("a clock after 1970");
    Millis(i64::try_from(since.as_millis()).expect("a time that fits"))
}

/// Asks until there is an answer; panics after ten seconds.
pub async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            Instant::now() < deadline,
            "nothing came of it in ten seconds"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A signed-looking request by hand: head and body of the answer.
pub fn post(
    emulator: &Emulator,
    operation: &str,
    content_type: &str,
    extra: &str,
    body: &[u8],
) -> (String, Vec<u8>) {
    let address = emulator.endpoint().replace("http://", "");
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
         X-Amz-Target: Kinesis_20131202.{operation}\r\nX-Amz-Date: 20250101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c\r\n{extra}\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    connection
        .write_all(head.as_bytes())
        .expect("a request sent");
    // one who refuses a request by its head may hang up before the body is through: the answer tells
    if let Err(error) = connection.write_all(body) {
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{error}");
    }
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("an answer");
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("the end of a head");
    (
        String::from_utf8_lossy(&answer[..end]).to_lowercase(),
        answer[end + 4..].to_vec(),
    )
}
