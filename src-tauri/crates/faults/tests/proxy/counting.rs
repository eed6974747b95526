//! The proxy counts exactly, also under many clients at once.

use crate::bench::{Bench, SHARD, client, until};
use faults::{Action, Answered, Calls, Rule};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_at_once_are_counted_exactly() {
    const CLIENTS: u64 = 8;
    const CALLS: u64 = 25;
    let bench = Bench::with(0).await;
    let every = Rule::on("ListStreams", Action::throttled()).calls(Calls::Every(5));
    let every = bench.proxy.add(every);
    let other = bench.add("ListShards", Action::throttled());
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let client = client(&bench.proxy.endpoint());
        clients.spawn(async move {
            let mut refused = 0;
            for _ in 0..CALLS {
                refused += u64::from(client.list_streams().send().await.is_err());
            }
            refused
        });
    }
    let refused: u64 = clients.join_all().await.iter().sum();
    assert_eq!(bench.proxy.seen(every), CLIENTS * CALLS);
    assert_eq!(bench.proxy.fired(every), CLIENTS * CALLS / 5);
    assert_eq!(refused, CLIENTS * CALLS / 5);
    assert_eq!((bench.proxy.seen(other), bench.proxy.fired(other)), (0, 0));
    let log = bench.proxy.log();
    assert_eq!(log.len() as u64, CLIENTS * CALLS);
    let spoiled = log.iter().filter(|exchange| exchange.fault.is_some());
    assert_eq!(spoiled.count() as u64, refused);
    assert!(
        log.iter()
            .all(|exchange| exchange.answered != Answered::Nothing)
    );
    let reached = log.iter().filter(|exchange| exchange.forwarded.is_some());
    assert_eq!(reached.count() as u64, CLIENTS * CALLS - refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_are_switched_off_count_no_more_and_a_log_can_be_forgotten() {
    let bench = Bench::with(0).await;
    let rule = bench.add("ListStreams", Action::throttled());
    assert!(bench.client.list_streams().send().await.is_err());
    bench.proxy.mend();
    bench.proxy.forget_log();
    assert!(bench.client.list_streams().send().await.is_ok());
    assert_eq!((bench.proxy.seen(rule), bench.proxy.fired(rule)), (1, 1));
    let log = bench.proxy.log();
    assert_eq!((log.len(), log[0].fault), (1, None));
    assert!(matches!(
        log[0].answered,
        Answered::Whole { status: 200, .. }
    ));
}

/// A stream of events is passed on as it comes, not gathered first.
#[tokio::test(flavor = "multi_thread")]
async fn events_pass() {
    use aws_sdk_kinesis::types::{
        ShardIteratorType, StartingPosition, SubscribeToShardEventStream,
    };
    let bench = Bench::with(2).await;
    let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    let registered = bench
        .client
        .register_stream_consumer()
        .stream_arn(arn)
        .consumer_name("test");
    let consumer = registered.send().await.expect("a consumer").consumer;
    let consumer = consumer.expect("a consumer").consumer_arn;
    let start = StartingPosition::builder().r#type(ShardIteratorType::TrimHorizon);
    let start = start.build().expect("a start");
    // a new consumer is not active at once
    let mut events = until("a subscription", || async {
        let subscribed = bench.client.subscribe_to_shard();
        let subscribed = subscribed.consumer_arn(&consumer).shard_id(SHARD);
        let subscribed = subscribed.starting_position(start.clone()).send().await;
        Some(subscribed.ok()?.event_stream)
    })
    .await;
    let mut records = 0;
    while records < 2 {
        let event = events.recv().await.expect("an event").expect("no end yet");
        if let SubscribeToShardEventStream::SubscribeToShardEvent(event) = event {
            records += event.records.len();
        }
    }
    assert_eq!(bench.last().answered, Answered::Events { status: 200 });
}
