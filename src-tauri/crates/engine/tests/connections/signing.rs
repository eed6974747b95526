//! Where credentials come from, each source with real parts on loopback: a program, a role that STS hands out, and
//! single sign-on. The requests themselves show which credentials signed them.
//!
//! Each is played in a process of its own, whose environment names a made-up home folder. moto plays Kinesis and STS.

use crate::{
    engine,
    imitation::Imitation,
    sdk,
    server::Server,
    signed::{Signed, Wiretap},
};
use engine::{Choice, ConnectionSource, Identity};
use serde_json::{Value, json};
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

/// SHA-1 of the session's name "corp": how the AWS CLI names the file of its token.
const SSO_TOKEN_FILE: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const TOKEN: &str = r#"{"accessToken":"signed-in","expiresAt":"2099-01-01T00:00:00Z","region":"us-east-1","startUrl":"https://example.awsapps.com/start"}"#;
const PROGRAM: &str = r#"#!/bin/sh
echo '{"Version":1,"AccessKeyId":"ASIAOFTHEPROGRAM","SecretAccessKey":"nothing-secret","SessionToken":"t"}'
"#;

fn config(home: &Path, endpoint: &str, portal: &str) -> String {
    let program = home.join("credentials.sh");
    format!(
        "
[profile program]
credential_process = {}
region = us-east-1
services = lab

[profile keys]
aws_access_key_id = AKIAOFTHESOURCE
aws_secret_access_key = nothing-secret

[profile role]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = keys
region = us-east-1
services = lab

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = us-east-1
services = lab

[sso-session corp]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start

[services lab]
kinesis =
  endpoint_url = {endpoint}
sts =
  endpoint_url = {endpoint}
sso =
  endpoint_url = {portal}
",
        program.display()
    )
}

fn home(endpoint: &str, portal: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home folder");
    let cache = home.path().join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).expect("its folders");
    std::fs::write(cache.join(SSO_TOKEN_FILE), TOKEN).expect("its token");
    let config = config(home.path(), endpoint, portal);
    std::fs::write(home.path().join("config"), config).expect("its profiles");
    let program = home.path().join("credentials.sh");
    std::fs::write(&program, PROGRAM).expect("a program");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(program, executable).expect("it may run");
    home
}

/// Played by the parents below.
#[tokio::test]
#[ignore = "a part of the tests below"]
async fn as_a_child() {
    let Ok(profile) = std::env::var("TEST_PROFILE") else {
        return;
    };
    let (engine, _folder) = engine().await;
    let choice = Choice {
        source: ConnectionSource::Profile(profile),
        region: None,
        endpoint: None,
    };
    let opened = engine.open_connection(choice).await;
    let opened = opened.unwrap_or_else(|error| panic!("{error}: {:?}", error.next_step()));
    let streams = engine.streams(opened.id).await.expect("its streams");
    let names: Vec<String> = streams.iter().map(|one| one.name.to_string()).collect();
    let arn = match opened.identity {
        Identity::Known { arn, .. } => arn,
        Identity::Absent { why } => panic!("nobody: {why}"),
    };
    println!("OPENED {}", json!({ "arn": arn, "streams": names }));
    engine.close().await;
}

/// Who it was and what it saw; and what went over the wire.
async fn opened(profile: &str, portal: &str) -> (Value, Vec<Signed>) {
    let server = Server::moto().await;
    let create = sdk(&server.endpoint).create_stream().stream_name("orders");
    create.shard_count(1).send().await.expect("a stream");
    let wiretap = Wiretap::before(&server.endpoint).await;
    let home = home(&wiretap.endpoint, portal);
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args(["--exact", "signing::as_a_child", "--ignored", "--nocapture"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("AWS_CONFIG_FILE", home.path().join("config"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("TEST_PROFILE", profile);
    let output = tokio::task::spawn_blocking(move || child.output().expect("it runs"));
    let output = output.await.expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let opened = said.lines().find_map(|line| line.split_once("OPENED "));
    let (_, opened) = opened.unwrap_or_else(|| {
        panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
    });
    (
        serde_json::from_str(opened).expect("what it saw"),
        wiretap.signed(),
    )
}

/// By which key each operation was signed.
fn keys_of<'a>(signed: &'a [Signed], operation: &str) -> Vec<&'a str> {
    let of = signed.iter().filter(|one| one.operation == operation);
    let keys: Vec<&str> = of.map(|one| one.access_key.as_str()).collect();
    assert!(
        !keys.is_empty(),
        "{operation} was never asked for: {signed:?}"
    );
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_a_program() {
    let (opened, signed) = opened("program", "http://127.0.0.1:9").await;
    assert_eq!(opened["streams"], json!(["orders"]));
    let arn = opened["arn"].as_str().expect("who it is");
    assert!(arn.contains("123456789012"), "{arn}");
    for operation in ["ListStreams", "DescribeStreamSummary", "GetCallerIdentity"] {
        let keys = keys_of(&signed, operation);
        assert!(
            keys.iter().all(|key| *key == "ASIAOFTHEPROGRAM"),
            "{signed:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_a_role_that_another_profile_may_take() {
    let (opened, signed) = opened("role", "http://127.0.0.1:9").await;
    assert_eq!(opened["streams"], json!(["orders"]));
    let arn = opened["arn"].as_str().expect("who it is");
    assert!(
        arn.starts_with("arn:aws:sts::123456789012:assumed-role/reader/"),
        "{arn}"
    );
    assert_eq!(keys_of(&signed, "AssumeRole"), ["AKIAOFTHESOURCE"]);
    let keys = keys_of(&signed, "ListStreams");
    assert!(
        keys.iter().all(|key| key.starts_with("ASIA")),
        "the role's own: {signed:?}"
    );
    assert_eq!(keys_of(&signed, "GetCallerIdentity")[0], keys[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_single_sign_on() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let portal = Imitation::start(move |request| {
        heard.lock().expect("a lock").push(request.to_owned());
        let credentials = json!({ "roleCredentials": {
            "accessKeyId": "ASIAOFSINGLESIGNON",
            "secretAccessKey": "nothing-secret",
            "sessionToken": "t",
            "expiration": 4_070_908_800_000_u64,
        }});
        (200, credentials.to_string())
    })
    .await;
    let (opened, signed) = opened("sso", &portal.endpoint).await;
    assert_eq!(opened["streams"], json!(["orders"]));
    let keys = keys_of(&signed, "ListStreams");
    assert!(
        keys.iter().all(|key| *key == "ASIAOFSINGLESIGNON"),
        "{signed:?}"
    );
    assert_eq!(keys_of(&signed, "GetCallerIdentity")[0], keys[0]);
    let asked = asked.lock().expect("a lock");
    let request = asked.first().expect("the portal was asked");
    assert!(
        request.starts_with("GET /federation/credentials?"),
        "{request}"
    );
    for part in [
        "role_name=Developer",
        "account_id=123456789012",
        "x-amz-sso_bearer_token: signed-in",
    ] {
        assert!(request.contains(part), "{part}: {request}");
    }
}
