//! Listings that come in many pages, with the real SDK over HTTP: nothing is lost, nothing comes twice, the order stays.

use crate::common;
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Answer, Proxy, Rule, raw};
use kinesis::{Connection, Operation, StreamStatus};
use record::{Millis, StreamName};
use std::collections::BTreeMap;

const CREATED_AT: Millis = Millis(1_700_000_000_123);

/// Gives this many items at a time.
fn emulator(page_items_max: usize) -> Emulator {
    let options = EmulatorOptions {
        page_items_max,
        ..EmulatorOptions::default()
    };
    Emulator::start(options).expect("an emulator")
}

fn name(text: &str) -> StreamName {
    text.parse().expect("a stream name")
}

async fn make(emulator: &Emulator, stream: &str, shards: u32) {
    let writer = emulator.writer();
    let made = writer
        .create_stream(&name(stream), shards, CREATED_AT)
        .await;
    made.expect("a stream");
}

/// So many streams; their names in order.
async fn many(emulator: &Emulator, count: usize) -> Vec<String> {
    let names: Vec<String> = (0..count)
        .map(|number| format!("orders-{number:03}"))
        .collect();
    for stream in &names {
        make(emulator, stream, 1).await;
    }
    names
}

fn calls(connection: &Connection, operation: Operation) -> u64 {
    connection.meter().of(operation).calls
}

fn client(endpoint: &str) -> aws_sdk_kinesis::Client {
    use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region};
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint);
    aws_sdk_kinesis::Client::from_conf(config.build())
}

#[tokio::test]
async fn streams_come_by_token_with_what_the_list_says_of_them() {
    let emulator = emulator(100);
    let expected = many(&emulator, 350).await;
    let connection = common::local(&emulator.endpoint()).await;
    let streams = connection.streams().await.expect("the streams");
    let names: Vec<&str> = streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, expected);
    assert_eq!(calls(&connection, Operation::ListStreams), 4);
    for stream in &streams {
        assert_eq!(stream.status, Some(StreamStatus::Active));
        assert_eq!(stream.created_at, Some(CREATED_AT));
        assert!(stream.mode.is_some());
        let arn = stream.arn.as_ref().expect("an ARN");
        assert_eq!(arn.stream_name(), stream.name.as_str());
    }
}

/// As moto does it, and the embedded endpoint did: names only, and no token.
#[tokio::test]
async fn streams_without_tokens_go_on_after_the_last_name() {
    let emulator = emulator(100);
    let expected = many(&emulator, 250).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let names_only = Action::edit("names only", |_, answer| {
        answer.remove("NextToken");
        answer.remove("StreamSummaries");
    });
    proxy.add(Rule::on("ListStreams", names_only));
    let connection = common::local(&proxy.endpoint()).await;
    let streams = connection.streams().await.expect("the streams");
    let names: Vec<&str> = streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, expected);
    assert!(streams.iter().all(|stream| stream.status.is_none()));
    assert_eq!(calls(&connection, Operation::ListStreams), 3);
}

/// A list that says of each page that there is more, and gives the same one, is not asked for ever.
#[tokio::test]
async fn a_list_that_does_not_get_on_ends() {
    let emulator = emulator(100);
    make(&emulator, "orders", 1).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let endless = Action::edit("endless", |_, answer| {
        answer.insert("HasMoreStreams".to_owned(), raw(true));
    });
    let rule = proxy.add(Rule::on("ListStreams", endless));
    let connection = common::local(&proxy.endpoint()).await;
    assert_eq!(connection.streams().await.expect("the streams").len(), 1);
    assert!(proxy.fired(rule) <= 2, "{}", proxy.fired(rule));

    let arn = connection.stream(&name("orders")).await;
    let arn = arn.expect("a description").identity.arn;
    let consumers = format!(
        r#"{{"Consumers": [{{"ConsumerName": "billing", "ConsumerARN": "{arn}/consumer/billing:1",
            "ConsumerStatus": "ACTIVE", "ConsumerCreationTimestamp": 1700000000.0}}], "NextToken": "again"}}"#
    );
    let rule = proxy.add(Rule::on("ListStreamConsumers", always(consumers)));
    let consumers = connection.consumers(&arn).await.expect("the consumers");
    assert_eq!((consumers.len(), proxy.fired(rule)), (1, 2));

    let tags = r#"{"Tags": [{"Key": "team", "Value": "a"}], "HasMoreTags": true}"#;
    let rule = proxy.add(Rule::on("ListTagsForStream", always(tags.to_owned())));
    let tags = connection.tags(&name("orders")).await.expect("the tags");
    assert_eq!((tags.len(), proxy.fired(rule)), (1, 2));
}

/// The same answer to every question.
fn always(body: String) -> Action {
    Action::instead("the same page", move |_| Answer {
        status: 200,
        content_type: "application/x-amz-json-1.1",
        body: body.clone().into(),
    })
}

#[tokio::test]
async fn shards_come_by_token() {
    let emulator = emulator(7);
    make(&emulator, "orders", 24).await;
    let connection = common::local(&emulator.endpoint()).await;
    let shards = connection
        .shards(&name("orders"))
        .await
        .expect("the shards");
    let ids: Vec<String> = shards.iter().map(|shard| shard.id.to_string()).collect();
    let expected: Vec<String> = (0..24)
        .map(|number| format!("shardId-{number:012}"))
        .collect();
    assert_eq!(ids, expected);
    assert_eq!(calls(&connection, Operation::ListShards), 4);
    // each range begins where the one before it ends
    assert!(
        shards
            .windows(2)
            .all(|pair| pair[0].hash_range.end.0 + 1 == pair[1].hash_range.start.0)
    );
}

#[tokio::test]
async fn consumers_come_by_token() {
    let emulator = emulator(4);
    make(&emulator, "orders", 1).await;
    make(&emulator, "payments", 1).await;
    let connection = common::local(&emulator.endpoint()).await;
    let stream = connection.stream(&name("orders")).await.expect("a stream");
    let other = connection
        .stream(&name("payments"))
        .await
        .expect("a stream");
    let client = client(&emulator.endpoint());
    let expected: Vec<String> = (0..10)
        .map(|number| format!("reader-{number:02}"))
        .collect();
    for (arn, consumer) in expected
        .iter()
        .map(|consumer| (&stream.identity.arn, consumer.as_str()))
        .chain([(&other.identity.arn, "another-stream-s")])
    {
        let registered = client
            .register_stream_consumer()
            .stream_arn(arn.as_str())
            .consumer_name(consumer);
        registered.send().await.expect("a consumer");
    }
    let consumers = connection
        .consumers(&stream.identity.arn)
        .await
        .expect("the consumers");
    let names: Vec<&str> = consumers
        .iter()
        .map(|consumer| consumer.name.as_str())
        .collect();
    assert_eq!(names, expected);
    assert_eq!(calls(&connection, Operation::ListStreamConsumers), 3);
}

#[tokio::test]
async fn tags_go_on_after_the_last_key() {
    let emulator = emulator(10);
    let client = client(&emulator.endpoint());
    let expected: BTreeMap<String, String> = (0..28)
        .map(|number| (format!("key-{number:02}"), format!("value {number}")))
        .collect();
    let create = client
        .create_stream()
        .stream_name("orders")
        .shard_count(1)
        .set_tags(Some(expected.clone().into_iter().collect()));
    create.send().await.expect("a stream");
    let connection = common::local(&emulator.endpoint()).await;
    let tags = connection.tags(&name("orders")).await.expect("the tags");
    let found: Vec<(String, String)> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    assert_eq!(calls(&connection, Operation::ListTagsForStream), 3);
}
