//! Writing under a grant at the embedded endpoint, and at endpoints that fail.

use crate::common;
use bytes::Bytes;
use emulator::{Emulator, EmulatorOptions};
use kinesis::{
    Connection, ConnectionSpec, DialogAnswer, Function, Grant, Invocation, Operation, Outcome,
    ProductionPatterns, ProductionSign, PutEntry, Refusal, Start, WriteError, Writer,
};
use record::{HashKey, Millis, StreamName};
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const CREATED: Millis = Millis(1_700_000_000_000);
const NOW: Millis = Millis(1_800_000_000_000);
const HOUR: Duration = Duration::from_hours(1);
/// When a grant of an hour has ended.
const LATE: Millis = Millis(NOW.0 + 3_600_000);

fn name(text: &str) -> StreamName {
    text.parse().expect("a stream name")
}

async fn emulator(stream: &str, shards: u32, created_at: Millis) -> Emulator {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let made = emulator.writer();
    let made = made.create_stream(&name(stream), shards, created_at).await;
    assert!(made.expect("a stream"));
    emulator
}

async fn grant(connection: &Connection, stream: &str) -> Grant {
    let patterns = ProductionPatterns::default();
    let question = connection.ask_to_write(&name(stream), &patterns).await;
    let answer = DialogAnswer::yes_in_native_dialog(None);
    Grant::confirm(question.expect("a target"), answer, NOW, HOUR).expect("a grant")
}

fn put<'a>(key: &'a str, data: &'a Bytes) -> PutEntry<'a> {
    PutEntry {
        key,
        explicit_hash_key: None,
        data,
    }
}

#[tokio::test]
async fn records_are_put_and_their_places_come_back() {
    let emulator = emulator("orders", 4, CREATED).await;
    let connection = common::local(&emulator.endpoint()).await;
    let grant = grant(&connection, "orders").await;
    let writer = Writer::open(&connection, &grant, || NOW)
        .await
        .expect("a writer");
    let (one, two) = (Bytes::from_static(b"one"), Bytes::from_static(b"\xff\x00"));
    let first = writer.put_record(put("a", &one), None).await;
    let Outcome::Acknowledged { shard, sequence } = first else {
        panic!("{first:?}")
    };
    let after = writer.put_record(put("a", &two), Some(sequence)).await;
    assert!(after.is_acknowledged(), "{after:?}");
    let last = PutEntry {
        explicit_hash_key: Some(HashKey::MAX),
        ..put("a", &one)
    };
    let outcomes = writer.put_records(&[put("a", &one), last]).await;
    let shards: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Acknowledged { shard, .. } => shard.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shards, [shard.as_str(), "shardId-000000000003"]);

    let stream = name("orders");
    let iterator = connection.iterator(&stream, &shard, &Start::TrimHorizon);
    let iterator = iterator.await.expect("an iterator");
    let page = connection.records(&iterator, 10).await.expect("a page");
    let payloads: Vec<&[u8]> = page.records.iter().map(|r| &r.payload[..]).collect();
    assert_eq!(payloads, [&b"one"[..], b"\xff\x00", b"one"]);
    let meter = connection.meter();
    let counts = [Operation::PutRecord, Operation::PutRecords].map(|operation| {
        let count = meter.of(operation);
        (count.calls, count.retries, count.errors)
    });
    assert_eq!(counts, [(2, 0, 0), (1, 0, 0)]);
}

#[tokio::test]
async fn a_throttled_entry_is_refused_and_not_tried_again() {
    let options = EmulatorOptions {
        enforces_write_limits: true,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start(options).expect("the embedded endpoint");
    let made = emulator.writer();
    made.create_stream(&name("orders"), 1, CREATED)
        .await
        .expect("a stream");
    let connection = common::local(&emulator.endpoint()).await;
    let grant = grant(&connection, "orders").await;
    let writer = Writer::open(&connection, &grant, || NOW)
        .await
        .expect("a writer");
    let data = Bytes::from(vec![7; 400_000]);
    let entries = [put("a", &data), put("b", &data), put("c", &data)];
    let outcomes = writer.put_records(&entries).await;
    let taken: Vec<bool> = outcomes.iter().map(Outcome::is_acknowledged).collect();
    assert_eq!(taken, [true, true, false]);
    assert!(outcomes[2].is_throttled(), "{outcomes:?}");
    assert_eq!(connection.meter().of(Operation::PutRecords).calls, 1);
}

#[tokio::test]
async fn another_incarnation_gets_nothing() {
    let granted = emulator("orders", 1, CREATED).await;
    let connection = common::local(&granted.endpoint()).await;
    let grant = grant(&connection, "orders").await;
    let again = emulator("orders", 1, Millis(CREATED.0 + 1000)).await;
    let elsewhere = common::local(&again.endpoint()).await;
    let refused = Writer::open(&elsewhere, &grant, || NOW)
        .await
        .expect_err("another endpoint");
    assert!(
        matches!(
            refused,
            WriteError::TargetChanged {
                what: "the endpoint",
                ..
            }
        ),
        "{refused:?}"
    );
    let refused = Writer::open(&connection, &grant, || LATE)
        .await
        .expect_err("too late");
    assert!(matches!(refused, WriteError::Expired { .. }), "{refused:?}");
    let other_region = ConnectionSpec {
        region: Some("eu-west-1".into()),
        ..ConnectionSpec::local(granted.endpoint())
    };
    let other_region = common::open(other_region).await.expect("a connection");
    assert!(Writer::open(&other_region, &grant, || NOW).await.is_err());
    let writer = Writer::open(&connection, &grant, || Millis(LATE.0 - 1)).await;
    let writer = writer.expect("one millisecond is left");
    tokio::time::sleep(Duration::from_millis(2)).await;
    let data = Bytes::from_static(b"late");
    for outcome in [
        writer.put_record(put("a", &data), None).await,
        writer.put_records(&[put("a", &data)]).await.remove(0),
    ] {
        assert!(
            matches!(&outcome, Outcome::Refused { code, .. } if code == "GrantExpired"),
            "{outcome:?}"
        );
    }
    for emulator in [&granted, &again] {
        let requests = format!("{:?}", emulator.requests());
        assert!(!requests.contains("Put"), "{requests}");
    }
}

#[tokio::test]
async fn a_permission_that_was_taken_back_puts_nothing_more() {
    let emulator = emulator("orders", 1, CREATED).await;
    let connection = common::local(&emulator.endpoint()).await;
    let grant = grant(&connection, "orders").await;
    let writer = Writer::open(&connection, &grant, || NOW)
        .await
        .expect("a writer");
    let data = Bytes::from_static(b"x");
    assert!(
        writer
            .put_record(put("a", &data), None)
            .await
            .is_acknowledged()
    );
    grant.clone().revoke();
    for outcome in [
        writer.put_record(put("a", &data), None).await,
        writer.put_records(&[put("a", &data)]).await.remove(0),
    ] {
        assert!(
            matches!(&outcome, Outcome::Refused { refusal: Refusal::Withheld, code, .. } if code == "GrantRevoked"),
            "{outcome:?}"
        );
    }
    let again = Writer::open(&connection, &grant, || NOW).await;
    assert!(matches!(again, Err(WriteError::Revoked)), "{again:?}");
    let puts = connection.meter();
    let puts = puts.of(Operation::PutRecord).calls + puts.of(Operation::PutRecords).calls;
    assert_eq!(puts, 1);
}

/// The clock of a machine that sleeps: its own time stands still, and the time of day has gone on.
#[tokio::test]
async fn a_permission_ends_while_the_machine_sleeps() {
    static TIME_OF_DAY: AtomicI64 = AtomicI64::new(NOW.0);
    let clock = || Millis(TIME_OF_DAY.load(Ordering::SeqCst));
    let emulator = emulator("orders", 1, CREATED).await;
    let connection = common::local(&emulator.endpoint()).await;
    let grant = grant(&connection, "orders").await;
    let writer = Writer::open(&connection, &grant, clock)
        .await
        .expect("a writer");
    let name = "orders".parse().expect("a function's name");
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let patterns = ProductionPatterns::default();
    let question = connection.ask_to_invoke(name, &patterns).await;
    let function = Function::confirm(question.expect("a question"), answer, HOUR, clock);
    let function = function.expect("a function");
    let data = Bytes::from_static(b"x");
    let put = || writer.put_record(put("a", &data), None);
    assert!(put().await.is_acknowledged());
    TIME_OF_DAY.store(LATE.0, Ordering::SeqCst);
    let invoked = match function.invoke("{}".to_owned()).await {
        Invocation::Undelivered(outcome) => outcome,
        other => panic!("{other:?}"),
    };
    for outcome in [put().await, invoked] {
        assert!(
            matches!(&outcome, Outcome::Refused { code, .. } if code == "GrantExpired"),
            "{outcome:?}"
        );
    }
    assert_eq!(connection.meter().of(Operation::PutRecord).calls, 1);
}

/// Reads each request and answers puts as told; all else goes to the real endpoint.
async fn bad_at_puts(endpoint: &str, answer: &'static [u8]) -> String {
    bad_at(endpoint, b".PutRec", answer).await
}

/// As [`bad_at_puts`], for one operation.
async fn bad_at(endpoint: &str, operation: &'static [u8], answer: &'static [u8]) -> String {
    let target = endpoint.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let target = target.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 65_536];
                let mut far = TcpStream::connect(target).await.expect("the endpoint");
                while let Ok(read @ 1..) = near.read(&mut request).await {
                    let mut parts = request[..read].windows(operation.len());
                    if parts.any(|part| part == operation) {
                        let _ = near.write_all(answer).await;
                        break;
                    }
                    far.write_all(&request[..read]).await.expect("forwarded");
                    let mut reply = vec![0; 65_536];
                    let got = far.read(&mut reply).await.expect("an answer");
                    let _ = near.write_all(&reply[..got]).await;
                }
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn what_nobody_knows_is_unclear_and_what_was_refused_is_not() {
    const REFUSED: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 47\r\n\r\n{\"__type\":\"AccessDeniedException\",\"message\":1} ";
    const FAULT: &[u8] = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";
    const GATEWAY: &[u8] =
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    const TOO_LARGE: &[u8] = b"HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n";
    const NONSENSE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let emulator = emulator("orders", 1, CREATED).await;
    let data = Bytes::from_static(b"x");
    for (answer, expected) in [
        (FAULT, "unclear"),
        (GATEWAY, "unclear"),
        (NONSENSE, "unclear"),
        // the connection closes without a word
        (b"", "unclear"),
        (TOO_LARGE, "barred"),
        (REFUSED, "barred"),
    ] {
        let endpoint = bad_at_puts(&emulator.endpoint(), answer).await;
        let connection = common::local(&endpoint).await;
        let grant = grant(&connection, "orders").await;
        let writer = Writer::open(&connection, &grant, || NOW)
            .await
            .expect("a writer");
        let one = writer.put_record(put("a", &data), None).await;
        let many = writer
            .put_records(&[put("a", &data), put("b", &data)])
            .await;
        assert_eq!(many.len(), 2);
        for outcome in many.iter().chain([&one]) {
            let found = match outcome {
                Outcome::Unclear { .. } => "unclear",
                Outcome::Refused {
                    refusal: Refusal::Barred,
                    ..
                } => "barred",
                other => panic!("{other:?}"),
            };
            assert_eq!(
                found,
                expected,
                "{outcome:?} for {}",
                String::from_utf8_lossy(answer)
            );
        }
        assert_eq!(
            connection.meter().of(Operation::PutRecords).calls,
            1,
            "one attempt"
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_is_gone_has_certainly_not_written() {
    let emulator = emulator("orders", 1, CREATED).await;
    let connection = common::local(&emulator.endpoint()).await;
    let grant = grant(&connection, "orders").await;
    let writer = Writer::open(&connection, &grant, || NOW)
        .await
        .expect("a writer");
    emulator.shutdown().await;
    let data = Bytes::from_static(b"x");
    // a pooled connection may find out by its reset, which is unclear; a new one knows
    let _ = writer.put_record(put("a", &data), None).await;
    let outcome = writer.put_record(put("a", &data), None).await;
    assert!(
        matches!(
            &outcome,
            Outcome::Refused { refusal: Refusal::Passing, code, .. } if code == "Unreachable"
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn production_needs_the_name_typed() {
    let emulator = emulator("orders-prod", 1, CREATED).await;
    let connection = common::local(&emulator.endpoint()).await;
    let patterns = ProductionPatterns::default();
    let ask = || async {
        let question = connection
            .ask_to_write(&name("orders-prod"), &patterns)
            .await;
        question.expect("a target")
    };
    assert_eq!(
        ask().await.production_sign(),
        Some(&ProductionSign::Stream("orders-prod".to_owned()))
    );
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let refused = Grant::confirm(ask().await, answer, NOW, HOUR);
    assert!(matches!(refused, Err(WriteError::NameNotTyped { .. })));
    let answer = DialogAnswer::yes_in_native_dialog(Some("orders-prod".into()));
    assert!(Grant::confirm(ask().await, answer, NOW, HOUR).is_ok());
}

#[tokio::test]
async fn tags_that_cannot_be_read_may_say_production() {
    const DENIED: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 47\r\n\r\n{\"__type\":\"AccessDeniedException\",\"message\":1} ";
    let emulator = emulator("orders", 1, CREATED).await;
    let patterns = ProductionPatterns::default();
    let endpoint = bad_at(&emulator.endpoint(), b".ListTagsForStream", DENIED).await;
    let connection = common::local(&endpoint).await;
    let question = connection.ask_to_write(&name("orders"), &patterns).await;
    let question = question.expect("a target");
    assert_eq!(
        question.production_sign(),
        Some(&ProductionSign::UnreadableTags)
    );
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let refused = Grant::confirm(question.clone(), answer, NOW, HOUR);
    assert!(matches!(refused, Err(WriteError::NameNotTyped { .. })));
    let answer = DialogAnswer::yes_in_native_dialog(Some("orders".into()));
    assert!(Grant::confirm(question, answer, NOW, HOUR).is_ok());
    // where they can be read and say nothing, nothing is to be typed
    let readable = common::local(&emulator.endpoint()).await;
    let question = readable.ask_to_write(&name("orders"), &patterns).await;
    assert_eq!(question.expect("a target").production_sign(), None);
}
