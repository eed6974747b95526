//! Runs over the program's life: which captures go on with its start, who is told when one changes, and how
//! all of them come to rest at its end.

use crate::{Engine, EngineError, Notice, OpenedConnection, connections::Origin};
use capture::{CaptureRun, RunState, Trouble};
use kinesis::Connection;
use std::{collections::HashMap, time::Duration};
use store::{CaptureId, CaptureState, Store, StoredCapture};
use tokio::sync::RwLock;

/// How often it is looked whether a run's state or a shard's phase has changed.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// The captures that read now, and those that ended and know why.
pub(crate) type Runs = RwLock<HashMap<CaptureId, CaptureRun>>;

impl Engine {
    /// The largest lag over all shards that are read now.
    pub(crate) async fn lag_millis(&self) -> Option<u64> {
        let runs = self.runs().read().await;
        runs.values()
            .flat_map(|run| run.status().shards)
            .filter_map(|shard| shard.lag_millis)
            .max()
    }

    pub(crate) async fn is_running(&self, capture: CaptureId) -> bool {
        let runs = self.runs().read().await;
        runs.get(&capture)
            .is_some_and(|run| run.status().state == RunState::Running)
    }

    /// Captures that ran when the program ended go on: each in the background, and what keeps it from going
    /// on is told in its state. Demo captures do not: the demo's streams ended with the program.
    pub(crate) async fn revive_captures(&self) -> Result<(), EngineError> {
        let running: Vec<StoredCapture> = self
            .ask(Store::captures)
            .await?
            .into_iter()
            .filter(|capture| capture.state == CaptureState::Running)
            .collect();
        for capture in running {
            let id = capture.id;
            let origin = Origin::from_json(&capture.connection);
            if origin.as_ref().is_ok_and(Origin::is_demo) {
                let ended = Trouble {
                    message: "the demo's streams ended with the program".to_owned(),
                    next_step:
                        "What was captured stays; start another capture to watch the demo again."
                            .to_owned(),
                };
                let ended = CaptureState::Failed(ended.to_text());
                self.ask(move |store| store.set_capture_state(id, ended))
                    .await?;
                continue;
            }
            let engine = self.clone();
            tokio::spawn(async move {
                if let Err(error) = engine.resume_capture(id).await {
                    tracing::warn!(capture = id.0, %error, "a capture did not go on after the start");
                    let trouble = Trouble {
                        message: error.to_string(),
                        next_step: error.next_step().unwrap_or_default(),
                    };
                    let failed = CaptureState::Failed(trouble.to_text());
                    let _ = engine
                        .ask(move |store| store.set_capture_state(id, failed))
                        .await;
                    engine.notices().send(Notice::Captures);
                }
            });
        }
        Ok(())
    }

    /// Tells when a run's state or a shard's phase has changed without a record being committed.
    pub(crate) fn watch_captures(&self) {
        let engine = self.downgrade();
        tokio::spawn(async move {
            let mut known = Vec::new();
            loop {
                tokio::time::sleep(WATCH_INTERVAL).await;
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                let runs = engine.runs().read().await;
                let states: Vec<_> = runs
                    .values()
                    .map(CaptureRun::status)
                    .map(|status| {
                        let phases: Vec<_> = status
                            .shards
                            .into_iter()
                            .map(|shard| {
                                (shard.phase, shard.last_error, shard.expires_at.is_some())
                            })
                            .collect();
                        (status.capture, status.state, status.streams, phases)
                    })
                    .collect();
                drop(runs);
                if states != known {
                    engine.notices().send(Notice::Captures);
                    known = states;
                }
            }
        });
    }

    /// Lets every run commit what it has read, and leaves the captures as they are for the next start.
    pub(crate) async fn suspend_captures(&self) {
        let runs: Vec<CaptureRun> = self
            .runs()
            .write()
            .await
            .drain()
            .map(|(_, run)| run)
            .collect();
        for run in runs {
            if !run.is_over() {
                run.suspend().await;
            }
        }
    }

    /// For a connection that is closed. A run that is over stays: it knows why.
    pub(crate) async fn end_runs_through(&self, connection: &Connection) {
        let ended: Vec<CaptureRun> = {
            let mut runs = self.runs().write().await;
            let through: Vec<CaptureId> = runs
                .iter()
                .filter(|(_, run)| run.connection() == connection && !run.is_over())
                .map(|(id, _)| *id)
                .collect();
            through.iter().filter_map(|id| runs.remove(id)).collect()
        };
        for run in ended {
            if run.status().state == RunState::Paused {
                run.suspend().await;
            } else {
                run.stop().await;
            }
        }
        self.notices().send(Notice::Captures);
    }

    /// A connection for a capture that goes on: an open one, or a new one that is not probed, so that an
    /// endpoint that is away for now does not end the capture.
    pub(crate) async fn reopen(&self, origin: &Origin) -> Result<OpenedConnection, EngineError> {
        // captures that go on at the same time share what the first of them opens
        let _turn = self.reopening().lock().await;
        match self
            .connections()
            .into_iter()
            .find(|opened| opened.choice == origin.choice)
        {
            Some(opened) => Ok(opened),
            None => self.open_unprobed(origin).await,
        }
    }
}
