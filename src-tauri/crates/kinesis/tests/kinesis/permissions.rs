//! What may be called, asked of the embedded endpoint behind a proxy that refuses some of it.

use crate::common;
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Proxy, Rule};
use kinesis::{Allowed, Connection, Operation, Permissions};
use record::{Millis, StreamName};

struct Lab {
    _emulator: Emulator,
    proxy: Proxy,
    connection: Connection,
}

async fn lab(streams: &[&str]) -> Lab {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    for stream in streams {
        emulator
            .writer()
            .create_stream(&name(stream), 2, Millis(1_700_000_000_000))
            .await
            .expect("a stream");
    }
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let connection = common::local(&proxy.endpoint()).await;
    Lab {
        _emulator: emulator,
        proxy,
        connection,
    }
}

fn name(text: &str) -> StreamName {
    text.parse().expect("a stream name")
}

fn allowed(found: &Permissions, operation: Operation) -> Allowed {
    told(found, operation).0
}

fn told(found: &Permissions, operation: Operation) -> (Allowed, &str) {
    let found = found
        .operations
        .iter()
        .find(|one| one.operation == operation);
    let found = found.expect("every operation is told");
    (found.allowed, &found.why)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_is_named_and_writing_is_not_tried() {
    let lab = lab(&["orders", "payments"]).await;
    let found = lab.connection.permissions(None).await;
    assert_eq!(found.stream, Some(name("orders")), "the first one listed");
    for one in &found.operations {
        let expected = match one.operation {
            Operation::PutRecord | Operation::PutRecords => Allowed::NotTried,
            _ => Allowed::Yes,
        };
        assert_eq!((one.allowed, one.why.as_str()), (expected, ""), "{one:?}");
    }
    assert_eq!(found.operations.len(), 9);
    assert!(found.arn.is_some_and(|arn| arn.ends_with(":stream/orders")));
    let asked = lab.proxy.log();
    let written = asked
        .iter()
        .filter(|exchange| exchange.operation.starts_with("Put"));
    assert_eq!(written.count(), 0, "nothing was written to find out");
    assert_eq!(asked.len(), 7, "each call once: {asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refused_operation_is_named_and_the_others_are_not() {
    let refusable = [
        Operation::ListStreams,
        Operation::DescribeStreamSummary,
        Operation::ListShards,
        Operation::ListStreamConsumers,
        Operation::ListTagsForStream,
        Operation::GetShardIterator,
        Operation::GetRecords,
    ];
    let lab = lab(&["orders"]).await;
    for refused in refusable {
        let rule = Rule::on(refused.name(), Action::access_denied());
        let rule = lab.proxy.add(rule);
        let found = lab.connection.permissions(Some(name("orders"))).await;
        assert_eq!(lab.proxy.fired(rule), 1, "{refused} was refused, once");
        for other in refusable {
            let follows = match refused {
                // what it needs from the refused one it cannot have
                Operation::DescribeStreamSummary => other == Operation::ListStreamConsumers,
                Operation::GetShardIterator => other == Operation::GetRecords,
                _ => false,
            };
            let expected = match other {
                _ if other == refused => Allowed::No,
                _ if follows => Allowed::Unknown,
                _ => Allowed::Yes,
            };
            assert_eq!(
                allowed(&found, other),
                expected,
                "{other} without {refused}"
            );
        }
        let (_, why) = told(&found, refused);
        assert!(why.contains(refused.name()), "{why}");
        lab.proxy.switch_off(rule);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refusal_is_not_taken_for_one() {
    let lab = lab(&["orders"]).await;
    let gone = lab.connection.permissions(Some(name("gone"))).await;
    assert_eq!(allowed(&gone, Operation::ListStreams), Allowed::Yes);
    let (shards, why) = told(&gone, Operation::ListShards);
    assert_eq!(shards, Allowed::Unknown);
    assert!(why.contains("not found"), "{why}");

    let rule = lab.proxy.add(Rule::on("GetRecords", Action::throttled()));
    let busy = lab.connection.permissions(None).await;
    assert_eq!(lab.proxy.fired(rule), 1, "it is not asked again");
    assert_eq!(allowed(&busy, Operation::GetRecords), Allowed::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_stream_there_is_nothing_to_ask_about() {
    let lab = lab(&[]).await;
    let found = lab.connection.permissions(None).await;
    assert_eq!(found.stream, None);
    assert_eq!(allowed(&found, Operation::ListStreams), Allowed::Yes);
    assert_eq!(allowed(&found, Operation::GetRecords), Allowed::Unknown);
    assert_eq!(lab.proxy.log().len(), 1);
}
