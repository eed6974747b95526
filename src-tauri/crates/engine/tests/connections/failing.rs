//! Connections that cannot be opened: cause and next step as the window gets them, from the real SDK.
//!
//! Each state is played in a process of its own, whose environment names a made-up home folder and loopback servers.
//! The texts are kept in a file that the window's own tests show; `KINESCOPE_WRITE_FAULTS=1 cargo test -p engine --test
//! connections failing` writes it anew.

use crate::{
    engine,
    imitation::{Answer, Imitation, refusal},
};
use engine::{Choice, ConnectionSource, EngineError};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, process::Command};

const TEXTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../ui/tests/browser/real-faults.json"
);

/// SHA-1 of the session's name "corp": how the AWS CLI names the file of its token.
const SSO_TOKEN_FILE: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

const CONFIG: &str = "
[profile dev-sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-central-1

[profile new-sso]
sso_session = other
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-central-1

[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://example.awsapps.com/start

[sso-session other]
sso_region = eu-central-1
sso_start_url = https://other.awsapps.com/start

[profile keys]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = nothing-secret
region = eu-west-1

[profile prod-readonly]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = keys
region = eu-west-1
";

struct Stage {
    name: &'static str,
    profile: &'static str,
    endpoint: Option<String>,
}

/// Played by the parent below, in a process with an environment of its own.
#[tokio::test]
#[ignore = "a part of the test below"]
async fn as_a_child() {
    let told = |name: &str| std::env::var(name).ok();
    let Some(profile) = told("TEST_PROFILE") else {
        return;
    };
    let (engine, _folder) = engine().await;
    let choice = Choice {
        source: ConnectionSource::Profile(profile),
        region: None,
        endpoint: told("TEST_ENDPOINT"),
    };
    let opened = engine.open_connection(choice).await;
    let error: EngineError = match (opened, told("TEST_STREAM")) {
        (Err(error), _) => error,
        (Ok(opened), Some(stream)) => engine
            .stream(opened.id, &stream)
            .await
            .expect_err("it has no such stream"),
        (Ok(_), None) => panic!("it opened"),
    };
    println!(
        "FAULT {}",
        json!({ "message": error.to_string(), "hint": error.next_step() })
    );
    engine.close().await;
}

async fn played(home: &Path, stage: &Stage, sts: &str) -> Value {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args(["--exact", "failing::as_a_child", "--ignored", "--nocapture"])
        .env_clear()
        .env("HOME", home)
        .env("AWS_CONFIG_FILE", home.join("config"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL_STS", sts)
        .env("TEST_PROFILE", stage.profile);
    if let Some(endpoint) = &stage.endpoint {
        child.env("TEST_ENDPOINT", endpoint);
    }
    if stage.name == "streamOfAnotherRegion" {
        child.env("TEST_STREAM", "orders");
    }
    let output = tokio::task::spawn_blocking(move || child.output().expect("it runs"))
        .await
        .expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let fault = said.lines().find_map(|line| line.split_once("FAULT "));
    let (_, fault) = fault.unwrap_or_else(|| {
        panic!(
            "{}: {said}\n{}",
            stage.name,
            String::from_utf8_lossy(&output.stderr)
        )
    });
    serde_json::from_str(fault).expect("a fault")
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home folder");
    let cache = home.path().join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).expect("its folders");
    std::fs::write(home.path().join("config"), CONFIG).expect("its profiles");
    let token = r#"{"accessToken":"over","expiresAt":"2020-01-01T00:00:00Z","region":"eu-central-1","startUrl":"https://example.awsapps.com/start"}"#;
    std::fs::write(cache.join(SSO_TOKEN_FILE), token).expect("its token");
    home
}

fn sts(_request: &str) -> Answer {
    let message = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/reader";
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{message}</Message></Error></ErrorResponse>"
    );
    (403, body)
}

fn another_region(_operation: &str) -> Answer {
    refusal(
        "InvalidSignatureException",
        "Credential should be scoped to a valid region, not 'eu-west-1'. ",
    )
}

fn without_the_stream(operation: &str) -> Answer {
    match operation {
        "ListStreams" => (200, r#"{"StreamNames":[],"HasMoreStreams":false}"#.into()),
        _ => refusal(
            "ResourceNotFoundException",
            "Stream orders under account 123456789012 not found.",
        ),
    }
}

fn a_web_page(_operation: &str) -> Answer {
    (200, "<!doctype html><title>Grafana</title>".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_says_its_cause_and_the_next_step() {
    let home = home();
    let sts = Imitation::start(sts).await;
    let region = Imitation::start(another_region).await;
    let streamless = Imitation::start(without_the_stream).await;
    let page = Imitation::start(a_web_page).await;
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its address").port()
    };
    let ports = [sts.port, region.port, streamless.port, page.port, nobody];
    let stage = |name, profile, endpoint: Option<&str>| Stage {
        name,
        profile,
        endpoint: endpoint.map(str::to_owned),
    };
    let stages = [
        stage("unknownProfile", "dev-so", None),
        stage("expiredSso", "dev-sso", None),
        stage("missingSso", "new-sso", None),
        stage("assumeRole", "prod-readonly", None),
        stage("wrongRegion", "keys", Some(&region.endpoint)),
        stage("streamOfAnotherRegion", "keys", Some(&streamless.endpoint)),
        stage(
            "refused",
            "keys",
            Some(&format!("http://127.0.0.1:{nobody}")),
        ),
        stage("notKinesis", "keys", Some(&page.endpoint)),
    ];
    let mut texts = BTreeMap::new();
    for stage in &stages {
        let mut text = played(home.path(), stage, &sts.endpoint).await.to_string();
        for port in ports {
            // a port like any other
            text = text.replace(&port.to_string(), "4566");
        }
        text = text.replace(&home.path().display().to_string(), "/home/dev");
        let fault: Value = serde_json::from_str(&text).expect("a fault");
        for part in ["message", "hint"] {
            let said = fault[part].as_str().expect("both are said");
            let debug = ["Error {", "Some(", "Error(", "Failure(", "\\\"", "kind:"];
            assert!(!said.is_empty(), "{}: {fault}", stage.name);
            assert!(
                !debug.iter().any(|sign| said.contains(sign)),
                "{}: {said}",
                stage.name
            );
        }
        texts.insert(stage.name, fault);
    }
    let fresh = serde_json::to_string_pretty(&texts).expect("text") + "\n";
    if std::env::var_os("KINESCOPE_WRITE_FAULTS").is_some() {
        std::fs::write(TEXTS, &fresh).expect("the texts are written");
    }
    let kept = std::fs::read_to_string(TEXTS).unwrap_or_default();
    assert!(
        fresh == kept,
        "ui/tests/browser/real-faults.json is old. Run: KINESCOPE_WRITE_FAULTS=1 cargo test -p engine --test connections failing\n{fresh}"
    );
}
