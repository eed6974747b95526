//! A function as a target, at ministack, which really runs the handler: it gets the records of the order in the
//! event of an event source mapping.

use super::{
    lab::{Lab, STEPS, saga, wanted},
    server::{Server, program},
};
use aws_sdk_lambda::{
    config::{BehaviorVersion, Credentials, Region},
    primitives::Blob,
    types::{Environment, FunctionCode, Runtime},
};
use engine::{DialogAnswer, EngineError, Permission, ReplayInto};
use std::{path::Path, process::Command};

const NAME: &str = "orders";

/// Writes each event to a file of its own.
const HANDLER: &str = r#"
import json, os, time
def handler(event, context):
    with open(os.path.join(os.environ["EVENTS"], str(time.time_ns()) + ".json"), "w") as f:
        json.dump(event, f)
    return {"batchItemFailures": []}
"#;

async fn create_function(endpoint: &str, folder: &Path, events: &Path) {
    std::fs::write(folder.join("handler.py"), HANDLER).expect("a handler");
    let zipped = Command::new(program("python3"))
        .args(["-m", "zipfile", "-c", "handler.zip", "handler.py"])
        .current_dir(folder)
        .status()
        .expect("python runs");
    assert!(zipped.success());
    let code = std::fs::read(folder.join("handler.zip")).expect("a zip file");
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    let events = events.to_str().expect("a path that is text");
    aws_sdk_lambda::Client::from_conf(config)
        .create_function()
        .function_name(NAME)
        .runtime(Runtime::from("python3.11"))
        .role("arn:aws:iam::000000000000:role/lambda-role")
        .handler("handler.handler")
        .code(FunctionCode::builder().zip_file(Blob::new(code)).build())
        .environment(Environment::builder().variables("EVENTS", events).build())
        .send()
        .await
        .expect("a function");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_invoked_with_the_records_of_an_order() {
    let server = Server::ministack().await;
    let lab = Lab::at(&server.endpoint).await;
    lab.capture_orders(10).await;
    let events = lab.folder.path().join("events");
    std::fs::create_dir(&events).expect("a folder");
    create_function(&server.endpoint, lab.folder.path(), &events).await;

    let into = ReplayInto::Function {
        connection: lab.connection,
        function: NAME.to_owned(),
    };
    let plan = lab
        .engine
        .plan_replay("test", wanted(saga(4), into, Vec::new()));
    let plan = plan.await.expect("a plan");
    let refused = lab.engine.start_replay(&plan.id, Permission::Nothing).await;
    assert!(
        matches!(refused, Err(EngineError::NotGranted)),
        "{refused:?}"
    );
    assert_eq!(std::fs::read_dir(&events).expect("a folder").count(), 0);

    let asked = lab.engine.ask_to_invoke(lab.connection, NAME).await;
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let permission = lab
        .engine
        .permit_invoking(asked.expect("a question"), answer);
    let permission = permission.expect("a permission");
    let started = lab.engine.start_replay(&plan.id, permission).await;
    let replay = lab.finished(started.expect("it starts").id).await;
    assert_eq!(replay.counts.acknowledged, STEPS);
    assert_eq!(steps(&events), STEPS);
    lab.engine.close().await;
}

/// Records of the order in all events.
fn steps(events: &Path) -> u64 {
    let mut steps = 0;
    for file in std::fs::read_dir(events).expect("a folder") {
        let text = std::fs::read(file.expect("a file").path()).expect("an event");
        let event: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        for record in event["Records"].as_array().expect("records") {
            assert_eq!(record["eventSource"], "aws:kinesis");
            assert_eq!(record["kinesis"]["partitionKey"], "ord-4");
            steps += 1;
        }
    }
    steps
}
