//! A function as a target, at ministack, which really runs the handler.

mod lab;

use aws_sdk_lambda::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    primitives::Blob,
    types::{Environment, FunctionCode, Runtime},
};
use kinesis::{
    AwsSurroundings, Connection, ConnectionSpec, DialogAnswer, Function, ProductionPatterns,
    Timeouts, Trust,
};
use lab::{START, Workspace, captured, endpoint, server::Server};
use publish::{Outcome, Planned, Source, Target};
use query::Filter;
use replay::{Chosen, LambdaTarget, ReplaySource};
use std::{path::Path, process::Command, time::Duration};

/// Writes each event to a file of its own, and fails as the payload asks it to.
const HANDLER: &str = r#"
import base64, json, os, time
def handler(event, context):
    name = str(time.time_ns()) + ".json"
    with open(os.path.join(os.environ["EVENTS"], name), "w") as f:
        json.dump(event, f)
    failures = []
    for record in event["Records"]:
        data = base64.b64decode(record["kinesis"]["data"])
        if b"raise" in data:
            raise RuntimeError("asked to")
        if b"fail" in data:
            failures.append({"itemIdentifier": record["kinesis"]["sequenceNumber"]})
    return {"batchItemFailures": failures}
"#;

fn client(endpoint: &str) -> Client {
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    Client::from_conf(config)
}

async fn create_function(endpoint: &str, folder: &Path, events: &Path) {
    std::fs::write(folder.join("handler.py"), HANDLER).expect("a handler");
    let zipped = Command::new(lab::server::program("python3"))
        .args(["-m", "zipfile", "-c", "handler.zip", "handler.py"])
        .current_dir(folder)
        .status()
        .expect("python runs");
    assert!(zipped.success());
    let code = std::fs::read(folder.join("handler.zip")).expect("a zip file");
    let events = events.to_str().expect("a path that is text");
    client(endpoint)
        .create_function()
        .function_name("orders")
        .runtime(Runtime::from("python3.11"))
        .role("arn:aws:iam::000000000000:role/lambda-role")
        .handler("handler.handler")
        .code(FunctionCode::builder().zip_file(Blob::new(code)).build())
        .environment(Environment::builder().variables("EVENTS", events).build())
        .send()
        .await
        .expect("a function");
}

async fn connect(endpoint: &str) -> Connection {
    let spec = ConnectionSpec {
        region: Some("us-east-1".into()),
        ..ConnectionSpec::local(endpoint)
    };
    let surroundings = AwsSurroundings::default();
    Connection::open_in(&surroundings, spec, Trust::default(), Timeouts::default())
        .await
        .expect("a connection")
}

async fn target(connection: &Connection, name: &str, space: &Workspace) -> LambdaTarget {
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let name = name.parse().expect("a function's name");
    let patterns = ProductionPatterns::default();
    let question = connection.ask_to_invoke(name, &patterns).await;
    let question = question.expect("a question");
    let function = Function::confirm(question, answer, Duration::from_mins(5), endpoint::now);
    let function = function.expect("a function");
    let role = "arn:aws:iam::000000000000:role/lambda-role".to_owned();
    LambdaTarget::new(function, &space.store, role).expect("a target")
}

async fn entries(space: &Workspace) -> Vec<Planned> {
    let plan = space.plan(space.request(Chosen::Filter(Filter::Everything), 1));
    let mut source = ReplaySource::open(&space.store, &plan).expect("a source");
    source.pull(100).await.expect("entries")
}

fn read_events(folder: &Path) -> Vec<serde_json::Value> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read(path).expect("an event");
        serde_json::from_slice(&text).expect("JSON")
    };
    files.iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_gets_the_event_of_an_event_source_mapping() {
    let server = Server::ministack().await;
    let space = Workspace::new(2);
    let events = space.folder.path().join("events");
    std::fs::create_dir(&events).expect("a folder");
    create_function(&server.endpoint, space.folder.path(), &events).await;
    space.store_in(0, vec![captured(1, "a", "one"), captured(2, "b", "two")]);
    space.store_in(
        1,
        vec![
            captured(3, "c", "three"),
            captured(4, "c", "fail"),
            captured(5, "d", "five"),
        ],
    );
    let connection = connect(&server.endpoint).await;
    let target = target(&connection, "orders", &space).await;

    let sent: Vec<_> = entries(&space)
        .await
        .into_iter()
        .map(|planned| planned.entry)
        .collect();
    assert_eq!(sent.len(), 5);
    let outcomes = target.send(&sent, None).await;
    let told: Vec<bool> = outcomes.iter().map(Outcome::is_acknowledged).collect();
    assert_eq!(told, [true, true, true, false, false], "{outcomes:?}");

    let events = read_events(&events);
    assert_eq!(events.len(), 2, "an event holds records of one shard");
    let expected = serde_json::json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "b",
            "sequenceNumber": lab::sequence(2).to_string(),
            "data": "dHdv",
            "approximateArrivalTimestamp": (START + 20) as f64 / 1_000.0,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("shardId-000000000000:{}", lab::sequence(2)),
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::000000000000:role/lambda-role",
        "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
    });
    assert_eq!(events[0]["Records"][1], expected);
    assert_eq!(events[1]["Records"].as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failing_function_did_is_unclear_and_what_did_not_run_is_refused() {
    let server = Server::ministack().await;
    let space = Workspace::new(1);
    let events = space.folder.path().join("events");
    std::fs::create_dir(&events).expect("a folder");
    create_function(&server.endpoint, space.folder.path(), &events).await;
    space.store_in(0, vec![captured(1, "a", "raise")]);
    let connection = connect(&server.endpoint).await;
    let sent: Vec<_> = entries(&space)
        .await
        .into_iter()
        .map(|planned| planned.entry)
        .collect();

    let outcomes = target(&connection, "orders", &space)
        .await
        .send(&sent, None)
        .await;
    assert!(
        matches!(&outcomes[..], [Outcome::Unclear { .. }]),
        "{outcomes:?}"
    );
    assert_eq!(read_events(&events).len(), 1, "it did run");
    let outcomes = target(&connection, "missing", &space)
        .await
        .send(&sent, None)
        .await;
    assert!(
        matches!(&outcomes[..], [Outcome::Refused { .. }]),
        "{outcomes:?}"
    );
}
