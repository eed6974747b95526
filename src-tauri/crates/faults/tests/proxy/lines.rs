//! Lines that break, and endpoints that fall silent.

use crate::bench::{Bench, STREAM, chain, client};
use aws_sdk_kinesis::primitives::Blob;
use faults::{Action, Answered, Calls, Proxy, Rule};
use std::time::{Duration, Instant};

async fn put(bench: &Bench, key: &str) -> Result<(), String> {
    let put = bench
        .client
        .put_record()
        .stream_name(STREAM)
        .partition_key(key)
        .data(Blob::new(b"x".as_slice()));
    put.send().await.map(drop).map_err(|error| chain(&error))
}

/// The next write under this fault: what the client heard, and whether the record is there.
async fn spoiled(action: Action) -> (Bench, String, bool) {
    let bench = Bench::with(0).await;
    let rule = bench
        .proxy
        .add(Rule::on("PutRecord", action).calls(Calls::First(1)));
    let heard = put(&bench, "a").await.expect_err("a fault");
    bench.assert_fired(rule, 1);
    let there = bench.stored().await == ["a"];
    put(&bench, "b").await.expect("the next one passes");
    (bench, heard, there)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_before_forwarding_loses_the_request() {
    let (bench, heard, there) = spoiled(Action::reset_before()).await;
    assert!(heard.contains("reset"), "{heard}");
    assert!(!there);
    let first = &bench.proxy.log()[0];
    assert_eq!((first.forwarded, first.answered), (None, Answered::Nothing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_after_forwarding_loses_the_acknowledgement_only() {
    let (bench, heard, there) = spoiled(Action::reset_after()).await;
    assert!(heard.contains("reset"), "{heard}");
    assert!(there);
    let first = &bench.proxy.log()[0];
    let forwarded = first.forwarded.expect("forwarded");
    assert_eq!((forwarded.entries, forwarded.status), (1, Some(200)));
    assert_eq!(first.answered, Answered::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_before_and_after_forwarding() {
    let (_, heard, there) = spoiled(Action::hang_before()).await;
    assert!(heard.contains("timeout") && !there, "{heard}");
    let (_, heard, there) = spoiled(Action::hang_after()).await;
    assert!(heard.contains("timeout") && there, "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_takes_its_time_and_loses_nothing() {
    const STALL: Duration = Duration::from_millis(300);
    for action in [Action::stall_before(STALL), Action::stall_after(STALL)] {
        let bench = Bench::with(0).await;
        let rule = bench.add("PutRecord", action);
        let started = Instant::now();
        put(&bench, "a").await.expect("late, but written");
        assert!(started.elapsed() >= STALL);
        bench.assert_fired(rule, 1);
        assert_eq!(bench.stored().await, ["a"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_ends_in_the_middle() {
    let bench = Bench::with(2).await;
    let iterator = bench.iterator().await;
    let rule = bench.add("GetRecords", Action::cut_body());
    let asked = bench.client.get_records().shard_iterator(&iterator);
    let error = asked.send().await.expect_err("half an answer");
    let heard = chain(&error);
    assert!(heard.contains("before message length reached"), "{heard}");
    bench.assert_fired(rule, 1);
    let last = bench.last();
    let Answered::Cut { body_bytes } = last.answered else {
        panic!("{last:?}")
    };
    assert!(body_bytes > 50, "{last:?}");
    bench.proxy.mend();
    assert_eq!(bench.page(&iterator).await.records.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unplugged_endpoint_refuses_and_comes_back_at_its_address() {
    let mut bench = Bench::with(1).await;
    let iterator = bench.iterator().await;
    bench.proxy.unplug().await;
    let heard = put(&bench, "a").await.expect_err("nobody there");
    assert!(heard.contains("refused"), "{heard}");
    bench.proxy.plug_in().await;
    // a client may hold a second connection that it does not yet know to be closed, and makes one attempt only
    let mut heard = put(&bench, "b").await;
    for _ in 0..20 {
        if heard.is_ok() {
            break;
        }
        heard = put(&bench, "b").await;
    }
    heard.expect("there again");
    assert_eq!(bench.page(&iterator).await.records.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_down_behind_the_proxy() {
    let proxy = Proxy::to("http://127.0.0.1:9").await;
    let listed = client(&proxy.endpoint()).list_streams().send().await;
    assert!(listed.is_err());
    let log = proxy.log();
    assert_eq!((log.len(), log[0].answered), (1, Answered::Nothing));
}
