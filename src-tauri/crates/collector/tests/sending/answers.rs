//! Each kind of answer, and each way of not answering.

use crate::{
    PATIENT, collector,
    endpoint::{Answer, Endpoint, Script},
};
use collector::{Accepted, Address, Collector, CollectorError, Patience};
use prost::Message;
use std::time::Duration;
use tokio::net::TcpListener;

/// What `send` says, and how often the endpoint was asked.
async fn told(
    answers: impl IntoIterator<Item = Answer>,
) -> (Result<Accepted, CollectorError>, usize) {
    let script = Script::new(answers);
    let endpoint = Endpoint::new(&script).await;
    let told = collector(&endpoint.url).send("batch").await;
    (told, script.asked().len())
}

fn protobuf(status: u16, body: Vec<u8>) -> Answer {
    (
        status,
        vec![("content-type", "application/x-protobuf".to_owned())],
        body,
    )
}

fn json(status: u16, body: &str) -> Answer {
    let headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
    (status, headers, body.as_bytes().to_vec())
}

/// A text field and a number field, as protobuf.
#[derive(Clone, PartialEq, Message)]
struct Fields {
    #[prost(int64, tag = "1")]
    number: i64,
    #[prost(string, tag = "2")]
    text: String,
}

#[derive(Clone, PartialEq, Message)]
struct Wrapped {
    #[prost(message, optional, tag = "1")]
    fields: Option<Fields>,
}

fn fields(number: i64, text: &str) -> Fields {
    Fields {
        number,
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn a_batch_arrives_as_it_is_at_the_typed_path() {
    let script = Script::new([protobuf(200, Vec::new())]);
    let endpoint = Endpoint::new(&script).await;
    let body: Vec<u8> = (0..=255).collect();
    let told = collector(&endpoint.url).send(body.clone()).await;
    assert_eq!(told.expect("accepted"), Accepted::default());
    let asked = script.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "POST");
    assert_eq!(asked[0].path, "/v1/traces");
    assert_eq!(asked[0].content_type, "application/x-protobuf");
    assert_eq!(asked[0].body, body);
}

#[tokio::test]
async fn a_partial_success_is_told_from_protobuf_and_json() {
    let expected = Accepted {
        rejected_spans: 3,
        message: Some("too old".to_owned()),
    };
    let wrapped = Wrapped {
        fields: Some(fields(3, "too old")),
    };
    for answer in [
        protobuf(200, wrapped.encode_to_vec()),
        json(
            200,
            r#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#,
        ),
        json(
            202,
            r#"{"partialSuccess":{"rejectedSpans":3,"errorMessage":"too old"}}"#,
        ),
    ] {
        assert_eq!(told([answer]).await.0.expect("accepted"), expected);
    }
    assert_eq!(
        told([json(200, "{}")]).await.0.expect("accepted"),
        Accepted::default()
    );
}

#[tokio::test]
async fn a_refusal_is_told_with_its_status_and_its_words() {
    let status = fields(3, "no such tenant").encode_to_vec();
    for (answer, expected) in [
        (protobuf(400, status), "status 400: no such tenant"),
        (
            json(401, r#"{"code":16,"message":"who are you"}"#),
            "status 401: who are you",
        ),
        (
            (404, Vec::new(), b"404 page not found\n".to_vec()),
            "status 404: 404 page not found",
        ),
        ((500, Vec::new(), Vec::new()), "status 500"),
    ] {
        let (told, asked) = told([answer]).await;
        let error = told.expect_err("refused");
        assert!(error.to_string().ends_with(expected), "{error}");
        assert_eq!(asked, 1, "a refusal is not asked for again");
    }
}

#[tokio::test]
async fn a_busy_collector_is_asked_again_and_not_for_ever() {
    for status in [429, 502, 503, 504] {
        let (again, asked) = told([(status, Vec::new(), Vec::new())]).await;
        again.expect("accepted the second time");
        assert_eq!(asked, 2, "{status}");
    }
    let busy: Answer = (503, Vec::new(), b"full".to_vec());
    let (refused, asked) = told(vec![busy; 10]).await;
    assert!(
        matches!(refused, Err(CollectorError::Refused { status: 503, message }) if message == "full")
    );
    assert_eq!(asked, PATIENT.attempts as usize);
    let (_, asked) = told([(429, vec![("retry-after", "3600".to_owned())], Vec::new())]).await;
    assert_eq!(asked, 1, "nobody waits an hour");
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let elsewhere = Script::default();
    let other = Endpoint::new(&elsewhere).await;
    for status in [301, 302, 307, 308] {
        let (told, _) = told([(status, vec![("location", other.url.clone())], Vec::new())]).await;
        let error = told.expect_err("not followed");
        assert!(
            matches!(&error, CollectorError::Redirected { to, .. } if *to == other.url),
            "{error}"
        );
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn what_is_no_collector_is_told() {
    let page: Answer = (
        200,
        vec![("content-type", "text/html".to_owned())],
        b"<html>".to_vec(),
    );
    for answer in [
        page,
        json(200, "[]x"),
        protobuf(200, vec![0xFF; 9]),
        json(200, &" ".repeat(100_000)),
    ] {
        let error = told([answer]).await.0.expect_err("no collector");
        assert!(matches!(error, CollectorError::Foreign(_)), "{error}");
    }
}

#[tokio::test]
async fn nobody_there_is_told_with_the_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = collector(&url)
        .send("batch")
        .await
        .expect_err("nobody is there");
    assert!(matches!(error, CollectorError::Unreachable(_)));
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn silence_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let patience = Patience {
        attempt: Duration::from_millis(50),
        ..PATIENT
    };
    let silent = Collector::new(Address::parse(&url).expect("an address"), patience);
    let told = silent
        .expect("the system's certificates")
        .send("batch")
        .await;
    assert!(matches!(told, Err(CollectorError::Silent(_))));
}
