//! The Glue Schema Registry of moto: a record names a version by its UUID, and the connection that captured the stream
//! asks for it.

use crate::{PATIENCE, engine, local, sdk, server::Server};
use aws_sdk_kinesis::primitives::Blob;
use engine::{
    CaptureFrom, DialogAnswer, Engine, EventPart, NewCapture, NewCaptureStream, PageRow,
    RegistryFault, SchemaReport, SchemaStanding, WantedRegistry,
};
use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"total","type":"long"}]}"#;
const PROTO: &str = "syntax = \"proto3\"; message Order { int64 total = 1; }";
const UNKNOWN: [u8; 16] = [7; 16];

/// A call to Glue by other means than the program's.
async fn ask(endpoint: &str, operation: &str, asked: Value) -> Value {
    let http = Client::builder(TokioExecutor::new()).build_http();
    // moto takes the service from the scope of a signature, and checks none
    let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=x";
    let request = Request::post(endpoint)
        .header("authorization", scope)
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSGlue.{operation}"))
        .body(Full::<Bytes>::from(asked.to_string()))
        .expect("a request");
    let answer = http.request(request).await.expect("an answer");
    let body = answer.into_body().collect().await.expect("its body");
    serde_json::from_slice(&body.to_bytes()).expect("JSON")
}

async fn version(endpoint: &str, name: &str, format: &str, definition: &str) -> [u8; 16] {
    let asked = json!({
        "SchemaName": name, "DataFormat": format, "Compatibility": "NONE",
        "SchemaDefinition": definition,
    });
    let made = ask(endpoint, "CreateSchema", asked).await;
    let uuid = made["SchemaVersionId"].as_str().expect("a version");
    let digits: Vec<char> = uuid.chars().filter(|c| *c != '-').collect();
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(&String::from_iter(pair), 16).expect("hex");
    }
    bytes
}

/// Glue's header, uncompressed.
fn framed(version: &[u8; 16], payload: &[u8]) -> Vec<u8> {
    [&[3, 0], &version[..], payload].concat()
}

async fn captured(engine: &Engine, endpoint: &str, payloads: &[Vec<u8>]) -> Vec<PageRow> {
    let client = sdk(endpoint);
    let made = client.create_stream().stream_name("orders").shard_count(1);
    made.send().await.expect("a stream");
    for payload in payloads {
        let put = client.put_record().stream_name("orders").partition_key("k");
        let put = put.data(Blob::new(payload.clone())).send().await;
        put.expect("written");
    }
    let opened = engine.open_connection(local(endpoint)).await;
    let wanted = NewCapture {
        connection: opened.expect("a connection").id,
        name: None,
        streams: vec![NewCaptureStream {
            stream: "orders".to_owned(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        }],
        until: None,
    };
    engine.start_capture(wanted).await.expect("a capture");
    let start = Instant::now();
    loop {
        let view = engine
            .open_view("test", Vec::new(), "")
            .await
            .expect("a view");
        if view.complete && view.matched >= payloads.len() as u64 {
            let page = engine.view_page(view.id, 0, 100, &[]).await;
            return page.expect("a page").rows;
        }
        assert!(start.elapsed() < PATIENCE, "the records never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn reports(engine: &Engine, row: &PageRow) -> Vec<SchemaReport> {
    let opened = engine.open_record(row.row.id).await.expect("it opens");
    opened.layers.schemas
}

fn fault(reports: &[SchemaReport]) -> RegistryFault {
    match reports {
        [one] => match &one.standing {
            SchemaStanding::Failed(failure) => failure.fault,
            SchemaStanding::Asking => panic!("{} is still being asked for", one.id),
        },
        other => panic!("one report was expected: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn glue_is_asked_through_the_connection_that_captured_the_stream() {
    let server = Server::moto().await;
    let avro = version(&server.endpoint, "avro", "AVRO", ORDER).await;
    let proto = version(&server.endpoint, "proto", "PROTOBUF", PROTO).await;
    let document = version(&server.endpoint, "json", "JSON", r#"{"type":"object"}"#).await;
    let payloads = [
        framed(&avro, &[84]),
        framed(&proto, &[0, 8, 42]),
        framed(&document, br#"{"total":42}"#),
        framed(&UNKNOWN, &[84]),
    ];
    let (engine, _folder) = engine().await;
    let rows = captured(&engine, &server.endpoint, &payloads).await;
    let arn = engine
        .open_record(rows[0].row.id)
        .await
        .expect("it opens")
        .stream_arn;
    assert_eq!(calls(&engine), 0, "nobody was asked to ask");

    let question = engine
        .question_of_registry(arn.clone(), WantedRegistry::Glue)
        .await;
    let question = question.expect("a question");
    let host = server.endpoint.strip_prefix("http://").expect("an address");
    assert_eq!(question.registry().host(), host);
    let yes = DialogAnswer::yes_in_native_dialog(None);
    engine.use_registry(question, yes).await.expect("kept");
    for row in &rows[..3] {
        assert_eq!(reports(&engine, row).await, []);
        let text = engine.record_text(row.row.id, 0, EventPart::Content).await;
        let text: String = text.expect("its text").text.split_whitespace().collect();
        assert_eq!(text, r#"{"total":42}"#);
    }
    assert_eq!(
        fault(&reports(&engine, &rows[3]).await),
        RegistryFault::NotFound
    );
    reports(&engine, &rows[3]).await;
    assert_eq!(calls(&engine), 4, "each is asked for once");

    let asked = engine.connections()[0].connection.calls(0);
    let glue = asked
        .iter()
        .find(|call| call.operation.name() == "GetSchemaVersion");
    let (name, id) = &glue.expect("it is told").subject.options[0];
    assert_eq!((*name, id.len()), ("schema-version-id", 36));

    let connection = engine.connections()[0].id;
    engine.close_connection(connection).await.expect("closed");
    engine.ask_registry_again(arn).await.expect("asked");
    assert_eq!(
        fault(&reports(&engine, &rows[3]).await),
        RegistryFault::NotConnected
    );
    engine.close().await;
}

fn calls(engine: &Engine) -> u64 {
    let meter = engine.connections()[0].connection.meter();
    let operations = meter.operations.iter();
    let glue = operations.filter(|count| count.operation.name() == "GetSchemaVersion");
    glue.map(|count| count.calls).sum()
}
