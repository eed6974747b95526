//! A capture that runs: one task per stream, one per shard, and a handle to all of them.
//!
//! It carries out what the pure parts decide. Its own law: a task ends only when everything that it
//! handed to the store is committed, or refused.

mod graph;
mod look;
mod looks;
mod quota;
mod reader;
mod requests;
mod stream;

use crate::{
    CaptureError, Politeness, ReadTurns,
    clock::Clock,
    status::{CaptureStatus, RunState, ShardBoard, StreamStatus, Trouble},
};
use kinesis::Connection;
use quota::Quota;
use record::{ShardId, StreamName};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::{CaptureId, CaptureState, Store, StoreError};
use stream::StreamEnd;
use tokio::{
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
};

/// How a capture is run; the defaults are right for a stream that others use too.
#[derive(Clone, Copy, Debug)]
pub struct CaptureOptions {
    pub politeness: Politeness,
    /// `GetRecords` calls that may be out at once: bounds memory, not pace.
    pub reads_at_once: usize,
    /// How often a stream is looked at: is it still the same, has it been resharded? Less often where there are
    /// many.
    pub watch_interval: std::time::Duration,
}

impl Default for CaptureOptions {
    fn default() -> Self {
        Self {
            politeness: Politeness::On,
            reads_at_once: 16,
            watch_interval: std::time::Duration::from_secs(15),
        }
    }
}

/// What all tasks of a run are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Run,
    Pause,
    Stop,
    /// As `Stop`, but the capture begins again with the program.
    Suspend,
}

/// What all tasks of a run share.
struct Shared {
    connection: Connection,
    store: Store,
    capture: CaptureId,
    options: CaptureOptions,
    clock: Clock,
    /// Where the capture ends with a count.
    quota: Option<Quota>,
    reads: Arc<Semaphore>,
    turns: ReadTurns,
    command: watch::Sender<Command>,
    board: Mutex<Board>,
}

#[derive(Default)]
struct Board {
    end: Option<RunState>,
    streams: BTreeMap<StreamName, Option<Trouble>>,
    shards: BTreeMap<(StreamName, ShardId), ShardBoard>,
    /// As the streams were last described.
    retention_hours: BTreeMap<StreamName, u32>,
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        // the board is whole after every statement
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The capture ends with a count, and has it.
    fn is_spent(&self) -> bool {
        self.quota.as_ref().is_some_and(Quota::is_spent)
    }

    /// Waits until the capture's count is spent; for ever where it ends in some other way.
    async fn spent(&self) {
        match &self.quota {
            Some(quota) => quota.spent().await,
            None => std::future::pending().await,
        }
    }
}

/// A running capture. Dropping it stops it without waiting.
pub struct CaptureRun {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl CaptureRun {
    /// Begins, or goes on from the checkpoints. The endpoint need not be reachable yet. Runs with the same `turns`
    /// read a shard together as one polite reader would.
    pub async fn start(
        connection: Connection,
        store: Store,
        capture: CaptureId,
        options: CaptureOptions,
        turns: &ReadTurns,
    ) -> Result<Self, CaptureError> {
        let stored = {
            let store = store.clone();
            blocking(move || {
                let stored = store.capture(capture)?;
                store.set_capture_state(capture, CaptureState::Running)?;
                Ok(stored)
            })
            .await?
        };
        let options = CaptureOptions {
            watch_interval: looks::interval(options.watch_interval, stored.streams.len()),
            ..options
        };
        let shared = Arc::new(Shared {
            connection,
            store,
            capture,
            options,
            clock: Clock::start(),
            quota: Quota::of(&stored),
            reads: Arc::new(Semaphore::new(options.reads_at_once.max(1))),
            turns: turns.clone(),
            command: watch::Sender::new(Command::Run),
            board: Mutex::default(),
        });
        let mut streams = JoinSet::new();
        for (number, chosen) in stored.streams.into_iter().enumerate() {
            streams.spawn(stream::run(
                Arc::clone(&shared),
                chosen,
                looks::first_look(number),
            ));
        }
        let task = tokio::spawn(supervise(Arc::clone(&shared), streams));
        Ok(Self { shared, task })
    }

    pub fn capture(&self) -> CaptureId {
        self.shared.capture
    }

    /// What it reads through.
    pub fn connection(&self) -> &Connection {
        &self.shared.connection
    }

    /// Reads no more until [`resume`](Self::resume). A read or a commit that is under way comes to its end first;
    /// a shard that is at rest shows [`Phase::Paused`](crate::Phase::Paused).
    pub async fn pause(&self) -> Result<(), CaptureError> {
        self.tell(Command::Pause, CaptureState::Paused).await
    }

    /// Goes on at once, also where it was waiting after a failure.
    pub async fn resume(&self) -> Result<(), CaptureError> {
        self.tell(Command::Run, CaptureState::Running).await
    }

    /// Ends the capture: what was read is committed, and it does not begin again by itself.
    pub async fn stop(self) {
        self.end(Command::Stop).await;
    }

    /// Ends the run and leaves the capture as it is in the store: for the program's own end.
    pub async fn suspend(self) {
        self.end(Command::Suspend).await;
    }

    /// Whether it has ended: stopped, at its own end, or by a failure.
    pub fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) {
        // a panic of the supervisor is an end too; the board then says what is known
        let _ = (&mut self.task).await;
    }

    pub fn status(&self) -> CaptureStatus {
        let now = self.shared.clock.now();
        let board = self.shared.board();
        let state = board
            .end
            .clone()
            .unwrap_or(match *self.shared.command.borrow() {
                Command::Run => RunState::Running,
                Command::Pause => RunState::Paused,
                Command::Stop | Command::Suspend => RunState::Stopped,
            });
        CaptureStatus {
            capture: self.shared.capture,
            state,
            streams: board
                .streams
                .iter()
                .map(|(stream, trouble)| StreamStatus {
                    stream: stream.clone(),
                    trouble: trouble.clone(),
                })
                .collect(),
            shards: board
                .shards
                .values()
                .map(|shard| {
                    let retention = board.retention_hours.get(&shard.status.stream);
                    shard.snapshot(now, retention.copied())
                })
                .collect(),
        }
    }
}

impl CaptureRun {
    async fn end(mut self, command: Command) {
        self.shared.command.send_replace(command);
        self.ended().await;
    }

    /// A run that comes to its end meanwhile keeps the end that it stores.
    async fn tell(&self, command: Command, state: CaptureState) -> Result<(), CaptureError> {
        if self.is_over() {
            return Ok(());
        }
        // a run that ends, by a failure too, is not begun again
        self.shared.command.send_if_modified(|told| {
            let goes_on = matches!(told, Command::Run | Command::Pause);
            if goes_on {
                *told = command;
            }
            goes_on
        });
        let (store, capture) = (self.shared.store.clone(), self.shared.capture);
        let is_under_way =
            |state: &CaptureState| matches!(state, CaptureState::Running | CaptureState::Paused);
        blocking(move || store.set_capture_state_if(capture, state, is_under_way)).await
    }
}

impl Drop for CaptureRun {
    fn drop(&mut self) {
        if *self.shared.command.borrow() != Command::Stop {
            self.shared.command.send_replace(Command::Suspend);
        }
    }
}

/// Waits for the streams, then says and stores how the capture ended.
async fn supervise(shared: Arc<Shared>, mut streams: JoinSet<StreamEnd>) {
    let mut failure = None;
    while let Some(ended) = streams.join_next().await {
        match ended {
            Ok(StreamEnd::Over) => {}
            Ok(StreamEnd::Failed(trouble)) => failure = failure.or(Some(trouble)),
            Err(panic) => {
                let message = format!("a task of this capture ended unexpectedly: {panic}");
                failure = failure.or(Some(Trouble {
                    message,
                    next_step: "Start the capture again.".into(),
                }));
            }
        }
    }
    let command = *shared.command.borrow();
    let end = match (failure, command) {
        (Some(trouble), _) => RunState::Failed(trouble),
        (None, Command::Stop | Command::Suspend) => RunState::Stopped,
        (None, Command::Run | Command::Pause) => RunState::Finished,
    };
    let state = match &end {
        RunState::Failed(trouble) => CaptureState::Failed(trouble.to_text()),
        RunState::Finished => CaptureState::Finished,
        _ => CaptureState::Stopped,
    };
    if command != Command::Suspend || state != CaptureState::Stopped {
        let (store, capture) = (shared.store.clone(), shared.capture);
        if let Err(error) = blocking(move || store.set_capture_state(capture, state)).await {
            tracing::warn!(%capture, %error, "a capture's end could not be stored");
        }
    }
    // said last: whoever sees the end finds it in the store too
    shared.board().end = Some(end);
}

/// Runs a call into the store, which blocks, where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, CaptureError> {
    match tokio::task::spawn_blocking(call).await {
        Ok(result) => result.map_err(CaptureError::from),
        // a cancelled call was never made: the runtime is going away, and the store with it
        Err(_) => Err(StoreError::Closed.into()),
    }
}
