//! Endpoints that are down, silent, or something else than Kinesis: each says what it is, in time.

use crate::common;
use kinesis::{Availability, CallOutcome, Identity, KinesisError, Operation};
use std::time::{Duration, Instant};

#[tokio::test]
async fn nobody_at_the_address() {
    let endpoint = common::nobody().await;
    let connection = common::local(&endpoint).await;
    let error = connection.stream_page(None).await.expect_err("nobody");
    let KinesisError::Unreachable { host, port, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(format!("http://{host}:{port}"), endpoint);
    assert!(error.is_retryable() && error.next_step().contains(&port.to_string()));
    let count = connection.meter().of(Operation::ListStreams);
    assert_eq!(
        (count.calls, count.retries, count.errors),
        (4, 3, 4),
        "adaptive retries are counted"
    );
    let calls = connection.calls(0);
    let attempts: Vec<u32> = calls.iter().map(|call| call.attempt).collect();
    assert_eq!(attempts, [1, 2, 3, 4], "and told, one by one");
    assert_eq!(
        calls[0].outcome,
        CallOutcome::Failed("no answer".to_owned())
    );
}

#[tokio::test]
async fn an_endpoint_that_says_nothing() {
    let connection = common::local(&common::answering(b"").await).await;
    let started = Instant::now();
    let error = connection.stream_page(None).await.expect_err("silence");
    assert!(matches!(error, KinesisError::Timeout { .. }), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_web_page_instead_of_kinesis() {
    let page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 26\r\n\r\n<html>Welcome to my</html>";
    let connection = common::local(&common::answering(page).await).await;
    let error = connection.stream_page(None).await.expect_err("a web page");
    let KinesisError::NotKinesis {
        status: 200, body, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(body, "<html>Welcome to my</html>");
    assert!(!error.is_retryable());
    assert!(
        error
            .to_string()
            .starts_with("this endpoint is not Kinesis: ListStreams at 127.0.0.1:"),
        "{error}"
    );
}

#[tokio::test]
async fn a_page_not_found() {
    let answer = b"HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\nnot found";
    let connection = common::local(&common::answering(answer).await).await;
    let error = connection.stream_page(None).await.expect_err("a 404");
    assert!(
        matches!(&error, KinesisError::NotKinesis { status: 404, .. }),
        "{error:?}"
    );
    assert!(matches!(
        connection.identity().await,
        Ok(Identity::Absent { .. })
    ));
    let capabilities = connection.capabilities().await;
    assert!(
        capabilities
            .iter()
            .all(|capability| capability.offered != Availability::Offered),
        "{capabilities:?}"
    );
}

#[tokio::test]
async fn an_empty_failure() {
    let answer = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";
    let connection = common::local(&common::answering(answer).await).await;
    let error = connection.stream_page(None).await.expect_err("a 500");
    assert!(
        matches!(&error, KinesisError::Fault { status: 500, .. }) && error.is_retryable(),
        "{error:?}"
    );
    let answer = b"HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n";
    let connection = common::local(&common::answering(answer).await).await;
    let error = connection.stream_page(None).await.expect_err("a 413");
    assert!(
        matches!(&error, KinesisError::NotKinesis { status: 413, .. }) && !error.is_retryable(),
        "{error:?}"
    );
}

#[tokio::test]
async fn json_of_another_service() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"status\":\"ok\"";
    let connection = common::local(&common::answering(answer).await).await;
    let error = connection
        .stream_page(None)
        .await
        .expect_err("cut off JSON");
    assert!(
        matches!(&error, KinesisError::Malformed { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn throttles_are_counted() {
    let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 63\r\n\r\n{\"__type\":\"LimitExceededException\",\"message\":\"Rate exceeded..\"}";
    let connection = common::local(&common::answering(answer).await).await;
    let error = connection.stream_page(None).await.expect_err("a throttle");
    assert!(
        matches!(&error, KinesisError::Throttled { .. }),
        "{error:?}"
    );
    let count = connection.meter().of(Operation::ListStreams);
    assert!(
        count.throttles >= 1 && count.throttles == count.calls,
        "{count:?}"
    );
    let calls = connection.calls(0);
    assert_eq!(calls.len() as u64, count.calls);
    assert!(
        calls
            .iter()
            .all(|call| call.outcome == CallOutcome::Throttled),
        "{calls:?}"
    );
}

#[tokio::test]
async fn an_answer_that_would_fill_the_memory_is_not_taken() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{";
    let connection = common::local(&common::answering(answer).await).await;
    let error = connection.stream_page(None).await.expect_err("100 GB");
    let KinesisError::Oversized { size_bytes, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(size_bytes, 99_999_999_999);
}

#[tokio::test]
async fn an_answer_that_does_not_say_how_long_it_is_is_read_up_to_the_limit() {
    const LIMIT_BYTES: u64 = 32 << 20;
    /// What the two sockets may hold between server and client.
    const UNDER_WAY_BYTES: u64 = 16 << 20;
    let (endpoint, sent) = common::flooding().await;
    let connection = common::local(&endpoint).await;
    let error = connection.stream_page(None).await.expect_err("a flood");
    assert_eq!(
        error,
        KinesisError::Oversized {
            operation: Operation::ListStreams,
            size_bytes: LIMIT_BYTES
        }
    );
    assert_eq!(
        error.to_string(),
        "ListStreams was answered with 33554432 bytes or more; this program takes up to 32 MiB at once"
    );
    assert!(
        !error.is_retryable(),
        "the same call would be answered so again"
    );
    let sent = sent.load(std::sync::atomic::Ordering::Relaxed);
    assert!(
        (LIMIT_BYTES..LIMIT_BYTES + UNDER_WAY_BYTES).contains(&sent),
        "{sent} bytes were sent"
    );
}
