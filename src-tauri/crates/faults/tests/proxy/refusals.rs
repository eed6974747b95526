//! Errors that the endpoint never said.

use crate::bench::{Bench, STREAM};
use aws_sdk_kinesis::{error::ProvideErrorMetadata, operation::get_records::GetRecordsError};
use faults::{Action, Answered, Calls, Rule};

/// Whether the SDK has an error for this one.
type Is = fn(&GetRecordsError) -> bool;

#[tokio::test(flavor = "multi_thread")]
async fn modeled_errors_are_what_the_sdk_takes_them_for() {
    let bench = Bench::with(1).await;
    let iterator = bench.iterator().await;
    let modeled: [(Action, Is); 4] = [
        (
            Action::throttled(),
            GetRecordsError::is_provisioned_throughput_exceeded_exception,
        ),
        (
            Action::expired_iterator(),
            GetRecordsError::is_expired_iterator_exception,
        ),
        (
            Action::stream_not_found(),
            GetRecordsError::is_resource_not_found_exception,
        ),
        (
            Action::access_denied(),
            GetRecordsError::is_access_denied_exception,
        ),
    ];
    for (action, is) in modeled {
        let name = format!("{action:?}");
        let rule = bench.add("GetRecords", action);
        let asked = bench.client.get_records().shard_iterator(&iterator);
        let error = asked.send().await.expect_err("refused");
        let error = error.into_service_error();
        assert!(is(&error), "{error:?}");
        assert_eq!(error.code(), Some(name.as_str()));
        bench.assert_fired(rule, 1);
        assert_eq!(bench.last().forwarded, None);
        bench.proxy.switch_off(rule);
    }
    let page = bench.page(&iterator).await;
    assert_eq!(page.records.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_that_are_in_no_model_keep_code_and_status() {
    let bench = Bench::with(0).await;
    for (action, status, code) in [
        (
            Action::limit_exceeded(),
            400,
            Some("LimitExceededException"),
        ),
        (
            Action::expired_credentials(),
            400,
            Some("ExpiredTokenException"),
        ),
        (
            Action::internal_failure(),
            500,
            Some("InternalFailureException"),
        ),
        (
            Action::refused(418, "Teapot", "short and stout"),
            418,
            Some("Teapot"),
        ),
        (Action::bare_status(503), 503, None),
        (
            Action::other_answer(404, "<html>nothing here</html>"),
            404,
            None,
        ),
    ] {
        let rule = bench.add("ListStreams", action);
        let error = bench.client.list_streams().send().await;
        let error = error.expect_err("refused");
        let answered = error.raw_response().expect("an answer");
        assert_eq!(answered.status().as_u16(), status, "{error:?}");
        assert_eq!(error.code(), code, "{error:?}");
        bench.assert_fired(rule, 1);
        assert!(matches!(
            bench.last().answered,
            Answered::Whole { status: logged, .. } if logged == status
        ));
        bench.proxy.switch_off(rule);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_with_a_good_status_is_no_answer() {
    let bench = Bench::with(0).await;
    let rule = bench.add("ListStreams", Action::other_answer(200, "<html></html>"));
    let listed = bench.client.list_streams().send().await;
    assert!(listed.is_err(), "{listed:?}");
    bench.assert_fired(rule, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_operations_streams_and_shards_pass() {
    let bench = Bench::with(1).await;
    let elsewhere = [
        Rule::on("GetRecords", Action::throttled()).shard("shardId-000000000001"),
        Rule::on("GetRecords", Action::throttled()).stream("payments"),
        Rule::on("PutRecord", Action::throttled()),
        Rule::always(Action::throttled()).calls(Calls::After(1_000)),
    ];
    let rules = elsewhere.map(|rule| bench.proxy.add(rule));
    let here = bench.proxy.add(
        Rule::on("GetRecords", Action::empty_page())
            .stream(STREAM)
            .shard(crate::bench::SHARD)
            .calls(Calls::Nth(2)),
    );
    let iterator = bench.iterator().await;
    let first = bench.page(&iterator).await;
    assert_eq!(first.records.len(), 1);
    // an iterator that came with a page is known too
    let next = first.next_shard_iterator.expect("more");
    bench.page(&next).await;
    bench.assert_fired(here, 1);
    for rule in rules {
        bench.assert_fired(rule, 0);
    }
}
