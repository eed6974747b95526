//! Connections that cannot be, endpoints that are not what they seem, and streams that vanish.

use crate::desk::{
    STREAM, assert_clear, capture_all, capture_from, close, emulator, failed, fill, local, open,
    put, rows, start, state, until, within,
};
use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region};
use emulator::Emulator;
use engine::{
    CaptureFrom, Choice, ConnectionSource, Engine, EngineError, GapReason, KinesisError, Phase,
    RunState, ShardOverview,
};
use faults::{Action, Proxy, Rule};
use record::Millis;
use std::path::Path;
use store::{CaptureState, Store};

/// No machine has it.
const UNKNOWN_PROFILE: &str = "kinescope-no-such-profile";

async fn refusal(engine: &Engine, choice: Choice) -> EngineError {
    match within("connecting", engine.open_connection(choice)).await {
        Ok(opened) => panic!("{:?} was opened", opened.choice),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_profile() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(&folder.path().join("profile.kscope")).await;
    let choice = Choice {
        source: ConnectionSource::Profile(UNKNOWN_PROFILE.to_owned()),
        region: None,
        endpoint: None,
    };
    let error = refusal(&engine, choice).await;
    assert!(
        matches!(
            error,
            EngineError::Kinesis(KinesisError::UnknownProfile { .. })
        ),
        "{error:?}"
    );
    assert_clear(&error, UNKNOWN_PROFILE, "");
    assert!(error.next_step().is_some_and(|step| !step.is_empty()));
    assert!(engine.connections().is_empty());
    close(engine).await;
}

/// A profile may be renamed between two starts: its captures say so, with the next step, and others go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_whose_profile_is_gone_says_so_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("gone.kscope");
    let capture = lay_down_running(&workspace);
    let engine = open(&workspace).await;
    let trouble = failed(&engine, capture).await;
    assert!(trouble.message.contains(UNKNOWN_PROFILE), "{trouble:?}");
    assert!(!trouble.next_step.is_empty(), "{trouble:?}");
    close(engine).await;
}

fn lay_down_running(workspace: &Path) -> store::CaptureId {
    let store = Store::open(workspace).expect("a workspace");
    let capture = store
        .create_capture(&store::NewCapture {
            name: "of yesterday".to_owned(),
            connection: format!(
                r#"{{"choice":{{"source":{{"profile":"{UNKNOWN_PROFILE}"}},"region":null,"endpoint":null}},
                    "region":"eu-west-1","trusted_host":null}}"#
            ),
            created_at: Millis(0),
            streams: Vec::new(),
        })
        .expect("a capture");
    store
        .set_capture_state(capture, CaptureState::Running)
        .expect("its state");
    store.close().expect("closed");
    capture
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_region() {
    let folder = tempfile::tempdir().expect("a folder");
    let emulator = emulator();
    let engine = open(&folder.path().join("region.kscope")).await;
    let elsewhere = Choice {
        region: Some("eu-west-3".to_owned()),
        ..local(&emulator.endpoint())
    };
    let opened = engine
        .open_connection(elsewhere)
        .await
        .expect("a connection");
    let error = start(&engine, opened.id, "orders")
        .await
        .expect_err("the stream is elsewhere");
    assert_clear(
        &error,
        "not found in region eu-west-3",
        "eu-west-3 is the right region",
    );
    assert!(engine.captures().await.expect("the captures").is_empty());
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_not_kinesis() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(&folder.path().join("page.kscope")).await;
    let emulator = emulator();
    let proxy = Proxy::to(&emulator.endpoint()).await;
    proxy.add(Rule::always(Action::other_answer(200, "<html></html>")));
    let page = proxy.endpoint();
    let error = refusal(&engine, local(&page)).await;
    let host = page.trim_start_matches("http://");
    assert_clear(
        &error,
        "this endpoint is not Kinesis",
        &format!("what runs at {host}"),
    );
    assert!(engine.connections().is_empty());
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_goes_down_while_capturing() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("down.kscope");
    let engine = open(&workspace).await;
    let emulator = emulator();
    fill(&emulator, &[("a", b"before".to_vec())]).await;
    let endpoint = emulator.endpoint();
    let capture = capture_all(&engine, &endpoint).await;
    rows(&engine, 1).await;
    emulator.shutdown().await;
    let trouble = until("the shard waits for its endpoint", || async {
        let progress = engine.capture(capture).await.expect("the capture");
        let shard = progress.shards.into_iter().next()?.status;
        (shard.phase == Phase::BackingOff && shard.backoff_until.is_some())
            .then_some(shard.last_error)
            .flatten()
    })
    .await;
    let host = endpoint.trim_start_matches("http://");
    assert!(trouble.message.contains("nothing answers"), "{trouble:?}");
    assert!(trouble.next_step.contains(host), "{trouble:?}");
    assert_eq!(state(&engine, capture).await, RunState::Running);
    close(engine).await;

    // the next start neither waits for the endpoint nor ends the capture
    let engine = open(&workspace).await;
    assert_eq!(rows(&engine, 1).await.len(), 1);
    let told = until("the cause is told", || async {
        let progress = engine.capture(capture).await.expect("the capture");
        progress.overview.troubles.into_iter().next()
    })
    .await;
    assert_eq!(told.stream, STREAM);
    let trouble = told.trouble;
    assert!(trouble.message.contains("nothing answers"), "{trouble:?}");
    assert!(trouble.next_step.contains(host), "{trouble:?}");
    let progress = engine.capture(capture).await.expect("the capture");
    assert_eq!(progress.overview.state, RunState::Running);
    assert!(progress.is_covered, "one record was read before");
    close(engine).await;
}

/// Without a page that came, "no gaps" would be a claim.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_read_is_not_covered() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(&folder.path().join("never.kscope")).await;
    let emulator = emulator();
    fill(&emulator, &[("a", b"one".to_vec())]).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let refused = proxy.add(Rule::on("GetRecords", Action::access_denied()));
    let capture = capture_all(&engine, &proxy.endpoint()).await;
    // one that starts at a time has its place in the store before it has read anything
    let from_now = capture_from(&engine, &proxy.endpoint(), CaptureFrom::Latest).await;
    until("that one's shard is blocked too", || async {
        let progress = engine.capture(from_now).await.expect("the capture");
        assert!(!progress.is_covered, "{progress:?}");
        let is_blocked = |shard: &ShardOverview| shard.status.phase == Phase::Blocked;
        progress.shards.iter().any(is_blocked).then_some(())
    })
    .await;
    let progress = until("the shard is blocked", || async {
        let progress = engine.capture(capture).await.expect("the capture");
        let is_blocked = progress
            .shards
            .iter()
            .any(|shard| shard.status.phase == Phase::Blocked);
        is_blocked.then_some(progress)
    })
    .await;
    assert!(!progress.is_covered && progress.gaps.is_empty());
    proxy.switch_off(refused);
    engine.pause_capture(capture).await.expect("paused");
    engine.resume_capture(capture).await.expect("resumed");
    rows(&engine, 1).await;
    assert!(
        engine
            .capture(capture)
            .await
            .expect("the capture")
            .is_covered
    );
    until("the other has read too", || async {
        let progress = engine.capture(from_now).await.expect("the capture");
        progress.is_covered.then_some(())
    })
    .await;
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_deleted_while_captured() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("deleted.kscope");
    let engine = open(&workspace).await;
    let emulator = emulator();
    fill(&emulator, &[("a", b"one".to_vec())]).await;
    let capture = capture_all(&engine, &emulator.endpoint()).await;
    put(&emulator, &[("b", b"two".to_vec())]).await;
    rows(&engine, 2).await;
    delete(&emulator).await;
    let trouble = failed(&engine, capture).await;
    assert!(trouble.message.contains("orders"), "{trouble:?}");
    assert!(!trouble.next_step.is_empty(), "{trouble:?}");
    let gaps = engine.capture(capture).await.expect("the capture").gaps;
    let reasons: Vec<_> = gaps.iter().map(|gap| gap.gap.gap.reason).collect();
    assert_eq!(reasons, [GapReason::StreamGone]);
    rows(&engine, 2).await;
    close(engine).await;

    // the cause, the next step and the records outlive the program
    let engine = open(&workspace).await;
    assert_eq!(state(&engine, capture).await, RunState::Failed(trouble));
    rows(&engine, 2).await;
    // and a capture of it can be resumed in vain, again and again
    for _ in 0..2 {
        let _ = within("resuming", engine.resume_capture(capture)).await;
        failed(&engine, capture).await;
    }
    close(engine).await;
}

async fn delete(emulator: &Emulator) {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(emulator.endpoint())
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    let client = aws_sdk_kinesis::Client::from_conf(config);
    let request = client.delete_stream().stream_name("orders");
    request.send().await.expect("deleted");
}
