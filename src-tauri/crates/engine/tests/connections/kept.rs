//! Connections that a person keeps: found again by the next start, and what their environment means for writing.

use crate::local;
use emulator::{Emulator, EmulatorOptions};
use engine::{
    ConnectionColour, Engine, EngineError, EngineOptions, EnvironmentClass, KnownConnection,
    TrustedEndpoints,
};
use std::path::Path;

async fn engine_at(folder: &Path, workspace: &str) -> Engine {
    let workspace = folder.join(workspace);
    let trusted = TrustedEndpoints::in_folder(folder);
    let engine = Engine::open_trusting(EngineOptions { workspace }, trusted).await;
    engine.expect("the engine opens")
}

fn kept(endpoint: &str, name: &str, environment: EnvironmentClass) -> KnownConnection {
    KnownConnection {
        choice: local(endpoint),
        name: name.to_owned(),
        colour: ConnectionColour::Orange,
        environment,
    }
}

#[tokio::test]
async fn what_is_kept_is_there_at_the_next_start_once_for_each_choice() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine_at(folder.path(), "one.kscope").await;
    let (first, other) = ("http://localhost:4566", "http://localhost:5000");
    for (endpoint, name, environment) in [
        (first, "Old name", EnvironmentClass::Production),
        (other, "Moto", EnvironmentClass::Test),
        (first, "  LocalStack ", EnvironmentClass::Development),
    ] {
        let known = kept(endpoint, name, environment);
        engine.keep_connection(known).await.expect("kept");
    }
    engine.close().await;

    let engine = engine_at(folder.path(), "another.kscope").await;
    let known = engine.known_connections().await.expect("a list");
    let expected = [
        kept(first, "LocalStack", EnvironmentClass::Development),
        kept(other, "Moto", EnvironmentClass::Test),
    ];
    assert_eq!(known, expected);
    let forgotten = engine.forget_known_connection(local(other));
    forgotten.await.expect("forgotten");
    assert_eq!(engine.known_connections().await.expect("a list").len(), 1);
    engine.close().await;
}

#[tokio::test]
async fn a_name_that_is_none_is_refused_and_keeps_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine_at(folder.path(), "names.kscope").await;
    for name in ["", "   ", "two\nlines", &"n".repeat(61)] {
        let known = kept("http://localhost:4566", name, EnvironmentClass::Unsaid);
        let kept = engine.keep_connection(known).await;
        assert!(matches!(kept, Err(EngineError::Input(_))), "{name:?}");
    }
    let secret = kept("https://me:hunter2@corp", "Corp", EnvironmentClass::Unsaid);
    let refused = engine.keep_connection(secret).await;
    assert!(matches!(refused, Err(EngineError::Input(_))));
    assert!(engine.known_connections().await.expect("a list").is_empty());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_production_needs_the_stream_s_name_typed() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine_at(folder.path(), "said.kscope").await;
    let choice = local(&emulator.endpoint());
    let opened = engine.open_connection(choice).await;
    let opened = opened.expect("a connection");
    engine
        .create_stream(opened.id, "orders", 1)
        .await
        .expect("a stream");
    for (environment, is_asked) in [
        (EnvironmentClass::Staging, false),
        (EnvironmentClass::Production, true),
        (EnvironmentClass::Unsaid, false),
    ] {
        let known = kept(&emulator.endpoint(), "Shop", environment);
        engine.keep_connection(known).await.expect("kept");
        let question = engine.ask_to_write(opened.id, "orders").await;
        let question = question.expect("a question");
        assert_eq!(question.require_name(None).is_err(), is_asked);
        assert!(question.require_name(Some("orders")).is_ok());
    }
    // where nothing is said of this region, what is said of another counts; and a file that nobody can read says the worst
    let elsewhere = |environment| KnownConnection {
        choice: engine::Choice {
            region: Some("eu-west-1".to_owned()),
            ..local(&emulator.endpoint())
        },
        ..kept("", "Elsewhere", environment)
    };
    let asks = async || {
        let question = engine.ask_to_write(opened.id, "orders").await;
        question.expect("a question").require_name(None).is_err()
    };
    let other = elsewhere(EnvironmentClass::Production);
    engine.keep_connection(other).await.expect("kept");
    assert!(!asks().await, "this one was said to be none");
    let forgotten = engine.forget_known_connection(local(&emulator.endpoint()));
    forgotten.await.expect("forgotten");
    assert!(asks().await);
    let other = elsewhere(EnvironmentClass::Test);
    engine.keep_connection(other).await.expect("kept");
    assert!(!asks().await);
    std::fs::write(folder.path().join("connections.json"), "{").expect("written");
    assert!(asks().await);
    engine.test_connection(opened.id).await.expect("an answer");
    engine.close().await;
}
