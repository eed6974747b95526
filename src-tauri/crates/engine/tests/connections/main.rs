//! Connections as a person meets them: what they offer, whom they may trust, what closing one ends, and what is
//! said when one cannot be opened. Over loopback, with servers that are made up here.

mod closing;
mod failing;
#[cfg(unix)]
mod glue;
mod imitation;
mod kept;
mod keys;
mod probing;
mod reading;
#[path = "../../../capture/tests/lab/server.rs"]
#[allow(dead_code, reason = "one of its servers is enough here")]
mod server;
#[cfg(unix)]
mod signed;
#[cfg(unix)]
mod signing;
mod streams;
mod trust;

use engine::{Choice, ConnectionSource, Engine, EngineOptions};
use std::{
    future::Future,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(1);

/// An engine on a workspace of its own, which ends with the folder.
async fn engine() -> (Engine, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("test.kscope");
    let engine = Engine::open(EngineOptions { workspace })
        .await
        .expect("the engine opens");
    (engine, folder)
}

/// A client that is not the program's.
fn sdk(endpoint: &str) -> aws_sdk_kinesis::Client {
    use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region};
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint);
    aws_sdk_kinesis::Client::from_conf(config.build())
}

fn local(endpoint: &str) -> Choice {
    Choice {
        source: ConnectionSource::Local,
        region: None,
        endpoint: Some(endpoint.to_owned()),
    }
}

fn demo() -> Choice {
    Choice {
        source: ConnectionSource::Demo,
        region: None,
        endpoint: None,
    }
}

/// Waits for a condition, never for a time.
async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
