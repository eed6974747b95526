//! Endpoints that are neither AWS nor this machine: confirmed once for each kind of credentials and host.

use crate::PATIENCE;
use engine::{
    Choice, ConnectionSource, DialogAnswer, Engine, EngineError, EngineOptions, KinesisError,
    RunState, TrustPurpose, TrustedEndpoint, TrustedEndpoints,
};
use std::{collections::BTreeSet, path::Path, time::Instant};
use store::{CaptureState, Store};

/// An address that is not among those of this machine by its looks, and yet leads nowhere else. Nothing there speaks
/// TLS, so that opening goes on to fail after the trust is settled.
const HOST: &str = "[::ffff:127.0.0.1]";

async fn engine(folder: &Path) -> Engine {
    let options = EngineOptions {
        workspace: folder.join("test.kscope"),
    };
    let trusted = TrustedEndpoints::in_folder(&folder.join("settings"));
    Engine::open_trusting(options, trusted)
        .await
        .expect("the engine opens")
}

fn foreign(port: u16) -> Choice {
    Choice {
        source: ConnectionSource::Local,
        region: None,
        endpoint: Some(format!("https://{HOST}:{port}")),
    }
}

/// Whether opening it stops at the question of trust; the question is there just then.
async fn is_asked_about(engine: &Engine, choice: Choice) -> bool {
    let question = engine.ask_to_trust(&choice).await.expect("it can be asked");
    let opened = engine.open_connection(choice).await;
    let error = opened.map(|opened| opened.id).expect_err("nothing listens");
    let is_refused = matches!(
        error,
        EngineError::Kinesis(KinesisError::UntrustedEndpoint { .. })
    );
    assert_eq!(is_refused, question.is_some(), "{error}");
    is_refused
}

fn yes() -> DialogAnswer {
    DialogAnswer::yes_in_native_dialog(None)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_outlives_the_program_and_can_be_withdrawn() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = engine(folder.path()).await;
    assert!(is_asked_about(&first, foreign(9)).await);
    assert!(is_asked_about(&first, foreign(9)).await, "asking is no yes");
    let question = first.ask_to_trust(&foreign(9)).await.expect("asked");
    let question = question.expect("nobody has confirmed it");
    assert_eq!(question.purpose(), TrustPurpose::Kinesis);
    first.trust(question, yes()).await.expect("trusted");
    assert!(!is_asked_about(&first, foreign(9)).await);
    first.close().await;
    drop(first);

    let second = engine(folder.path()).await;
    assert!(
        !is_asked_about(&second, foreign(9)).await,
        "confirmed before"
    );
    assert!(is_asked_about(&second, foreign(10)).await, "another port");
    let other_credentials = Choice {
        source: ConnectionSource::Environment,
        region: Some("us-east-1".to_owned()),
        ..foreign(9)
    };
    assert!(is_asked_about(&second, other_credentials).await);
    let confirmed = second.trusted_endpoints().await.expect("they are told");
    let expected = TrustedEndpoint {
        credentials: "placeholders".to_owned(),
        host: format!("{HOST}:9"),
    };
    assert_eq!(confirmed, BTreeSet::from([expected.clone()]));
    second
        .withdraw_trust(expected)
        .await
        .expect("it is withdrawn");
    assert!(
        is_asked_about(&second, foreign(9)).await,
        "as if never confirmed"
    );
    second.close().await;
}

/// A workspace may come from somebody else: what it says of trust counts for nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_of_a_workspace_brings_no_trust_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.kscope");
    let origin = format!(
        r#"{{"choice":{{"source":"local","region":null,"endpoint":"https://{HOST}:9"}},"region":"us-east-1","trusted_host":"{HOST}:9"}}"#
    );
    let capture = tokio::task::spawn_blocking(move || {
        let store = Store::open(&path).expect("a workspace");
        let new = store::NewCapture {
            name: "from elsewhere".to_owned(),
            connection: origin,
            created_at: record::Millis(1_700_000_000_000),
            streams: Vec::new(),
        };
        let capture = store.create_capture(&new).expect("a capture");
        store
            .set_capture_state(capture, CaptureState::Running)
            .expect("it runs");
        store.close().expect("closed");
        capture
    })
    .await
    .expect("laid down");
    let engine = engine(folder.path()).await;
    let started = Instant::now();
    let message = loop {
        let state = engine
            .capture(capture)
            .await
            .expect("it is known")
            .overview
            .state;
        match state {
            RunState::Failed(trouble) => break trouble.message,
            state => assert!(started.elapsed() < PATIENCE, "it is {state:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(message.contains("nobody has confirmed it yet"), "{message}");
    assert!(engine.connections().is_empty());

    let is_refused = async || {
        matches!(
            engine.resume_capture(capture).await,
            Err(EngineError::Kinesis(KinesisError::UntrustedEndpoint { .. }))
        )
    };
    assert!(is_refused().await, "to go on it has to be confirmed");
    let question = engine.ask_to_trust_origin(capture).await.expect("asked");
    let question = question.expect("nobody has confirmed it");
    engine.trust(question, yes()).await.expect("trusted");
    assert!(!is_refused().await, "it is confirmed");
    let confirmed = engine.trusted_endpoints().await.expect("they are told");
    assert_eq!(confirmed.len(), 1, "and kept");
    engine.close().await;
}

/// Sagas hold what records say: they go to another machine only where a person allowed it.
#[tokio::test(flavor = "multi_thread")]
async fn a_collector_elsewhere_is_asked_about_and_one_here_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path()).await;
    let asked = async |address: &str| {
        let question = engine.ask_to_trust_collector(address).await;
        question.expect("an address")
    };
    for here in [
        "http://localhost:4318",
        "http://127.0.0.1:4318/v1/traces",
        "https://[::1]",
    ] {
        assert_eq!(asked(here).await, None, "{here}");
    }
    for elsewhere in [
        "https://Collector.example",
        "https://collector.example:443/other/path",
    ] {
        let question = asked(elsewhere).await.expect("it is asked about");
        assert_eq!(question.endpoint().host, "collector.example:443");
        assert_eq!(question.purpose(), TrustPurpose::Traces);
    }
    for another in [
        "https://collector.example:4318",
        "https://collector.example.org",
        "https://localhost.example",
        "https://[::ffff:127.0.0.1]",
        "https://2130706433",
    ] {
        assert!(asked(another).await.is_some(), "{another}");
    }
    let question = asked("https://collector.example").await.expect("asked");
    let endpoint = question.endpoint().clone();
    engine.trust(question, yes()).await.expect("trusted");
    assert_eq!(asked("https://collector.example/v1/traces").await, None);
    assert!(asked("https://collector.example:4318").await.is_some());
    engine.withdraw_trust(endpoint).await.expect("withdrawn");
    assert!(asked("https://collector.example").await.is_some());
    engine.close().await;
}
