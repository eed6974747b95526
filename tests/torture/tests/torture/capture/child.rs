//! The engine as a child: it captures the stream into a workspace until it is told to end, or killed.

use capture::From;
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};
use store::{CaptureState, Store};
use torture::{
    Halt, Lab,
    lab::{QUICK, connect, create, start},
    say,
};

#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    pub endpoint: String,
    pub workspace: PathBuf,
    pub is_from_latest: bool,
    pub halt: Option<Halt>,
}

impl Job {
    pub fn of(lab: &Lab) -> Self {
        Self {
            endpoint: lab.proxy.endpoint(),
            workspace: lab.path(),
            is_from_latest: false,
            halt: None,
        }
    }
}

/// As the program does: a capture that is there goes on, or else one is made.
pub async fn run(job: Job) {
    let store = Store::open(&job.workspace).expect("the workspace");
    if let Some(halt) = job.halt {
        halt.watch(&store);
    }
    let connection = connect(&job.endpoint).await;
    say("ready");
    let known = store.captures().expect("the captures").pop();
    let capture = match known {
        Some(capture) => capture.id,
        None if job.is_from_latest => create(&connection, &store, From::Latest).await,
        None => create(&connection, &store, From::TrimHorizon).await,
    };
    say("created");
    let run = start(connection, &store, capture, QUICK).await;
    let end = tokio::task::spawn_blocking(|| {
        // a parent that is gone ends it too
        let _ = std::io::stdin().read_line(&mut String::new());
    });
    let mut told = (0, 0);
    while !end.is_finished() {
        let records = store.capture(capture).expect("the capture").records;
        let throttles: u64 = run
            .status()
            .shards
            .iter()
            .map(|shard| shard.throttles)
            .sum();
        if told != (records, throttles) {
            told = (records, throttles);
            say(format_args!("stored {records}"));
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    run.suspend().await;
    let state = store.capture(capture).expect("the capture").state;
    assert_eq!(
        state,
        CaptureState::Running,
        "it goes on with the next start"
    );
    store.close().expect("closed");
}
