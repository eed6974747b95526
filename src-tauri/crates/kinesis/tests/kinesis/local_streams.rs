//! Streams are made and removed on this machine only.

use crate::common;
use emulator::{Emulator, EmulatorOptions};
use kinesis::{
    AwsSurroundings, Connection, ConnectionSpec, KinesisError, Operation, Source, Trust,
};
use record::StreamName;
use std::num::NonZeroU16;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_comes_and_goes_on_this_machine() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let connection = common::local(&emulator.endpoint()).await;
    let name: StreamName = "orders".parse().expect("a name");
    let streams = connection.local_streams().expect("it is on this machine");
    let two = NonZeroU16::new(2).expect("two");
    streams.create(&name, two).await.expect("a stream");
    let shards = connection.shards(&name).await.expect("its shards");
    assert_eq!(shards.len(), 2);
    let again = streams.create(&name, two).await;
    assert!(
        matches!(again, Err(KinesisError::Refused { .. })),
        "{again:?}"
    );
    streams.delete(&name).await.expect("it goes");
    let created = connection.meter().of(Operation::CreateStream);
    assert_eq!((created.calls, created.retries), (2, 0), "never by itself");
    let told: Vec<_> = connection
        .calls(0)
        .into_iter()
        .filter(|call| call.operation == Operation::CreateStream)
        .map(|call| call.subject)
        .collect();
    assert_eq!(told[0].stream.as_deref(), Some("orders"));
    assert_eq!(told[0].options, [("shard-count", "2".to_owned())]);
}

#[tokio::test]
async fn no_other_endpoint_can_make_or_remove_streams() {
    let open = |endpoint: Option<&str>, trust: Trust| {
        let spec = ConnectionSpec {
            source: Source::Environment,
            region: Some("eu-west-1".to_owned()),
            endpoint: endpoint.map(str::to_owned),
        };
        async move {
            let surroundings = AwsSurroundings::default();
            Connection::open_in(&surroundings, spec, trust, common::SHORT)
                .await
                .expect("nobody is asked")
        }
    };
    let elsewhere = [
        (None, Trust::AwsAndLoopback),
        (
            Some("https://kinesis.eu-west-1.amazonaws.com"),
            Trust::AwsAndLoopback,
        ),
        (
            Some("https://localhost.example.com"),
            Trust::Host("localhost.example.com:443".to_owned()),
        ),
        (
            Some("https://127.0.0.1.example.com"),
            Trust::Host("127.0.0.1.example.com:443".to_owned()),
        ),
        (
            Some("https://10.0.0.7:4566"),
            Trust::Host("10.0.0.7:4566".to_owned()),
        ),
    ];
    for (endpoint, trust) in elsewhere {
        let connection = open(endpoint, trust).await;
        assert!(connection.local_streams().is_none(), "{endpoint:?}");
    }
    for endpoint in [
        "http://localhost:4566",
        "https://[::1]:4566",
        "http://127.0.0.9",
    ] {
        let connection = open(Some(endpoint), Trust::AwsAndLoopback).await;
        assert!(connection.local_streams().is_some(), "{endpoint}");
    }
}
