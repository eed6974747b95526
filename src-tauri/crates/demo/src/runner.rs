//! Plays the schedule: an hour of history at once, then live until it is stopped.
//!
//! It writes through an [`EmulatorWriter`] and can hold no other client, so that the demo can never
//! write to a stream of the user's.

use crate::{
    schedule::{Schedule, Timed},
    script::Stream,
    status::{DemoStatus, Progress},
};
use emulator::{Emulator, EmulatorWriter, NewRecord, WriteError};
use record::{Millis, NameError, StreamName};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::watch, task::JoinHandle};

/// As many records as `PutRecords` takes.
const BATCH_RECORDS: usize = 500;
const HISTORY_CHUNK_MILLIS: i64 = 60_000;
const HISTORY_RATE_MAX: f64 = 20.0;
/// The history swells and ebbs by this share of its rate, in this many minutes.
const TIDE_SHARE: f64 = 0.35;
const TIDE_MINUTES: f64 = 23.0;
const TICK_MIN: Duration = Duration::from_millis(10);
const TICK_MAX: Duration = Duration::from_millis(200);
/// A longer gap between two ticks was a sleep of the computer.
const GAP_MAX_MILLIS: i64 = 5_000;

/// What the demo plays.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// The same seed makes the same orders.
    pub seed: u64,
    /// 1 to 5,000.
    pub events_per_second: f64,
    /// How much past there is when the demo begins; zero for none. Its rate is at most 20/s.
    pub history: Duration,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            events_per_second: 20.0,
            history: Duration::from_hours(1),
        }
    }
}

/// Why the demo did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A stream of the demo has a name that Kinesis does not allow.
    #[error("the demo's stream {0:?}: {1}")]
    StreamName(&'static str, #[source] NameError),
    /// The embedded Kinesis refused a stream or the history.
    #[error("the demo could not write to the embedded Kinesis: {0}")]
    Write(#[from] WriteError),
}

/// A demo that plays until it is stopped or dropped.
#[derive(Debug)]
pub struct Demo {
    rate: watch::Sender<f64>,
    progress: Arc<Mutex<Progress>>,
    player: JoinHandle<()>,
}

impl Demo {
    /// Makes the streams that are not there yet, writes the history, and begins to play. It runs on
    /// the caller's runtime.
    pub async fn start(emulator: &Emulator, options: DemoOptions) -> Result<Self, DemoError> {
        let mut player = Player::new(emulator.writer())?;
        let progress = player.progress.clone();
        let now = player.writer.now();
        let history_millis = i64::try_from(options.history.as_millis()).unwrap_or(i64::MAX);
        let start = now.saturating_add(-history_millis);
        player.create_streams(start).await?;
        let mut schedule = Schedule::new(options.seed, start, options.events_per_second);
        player
            .write_history(&mut schedule, start, now, options.events_per_second)
            .await?;
        schedule.set_rate(options.events_per_second, now);
        player.note(&schedule, None);
        lock(&progress).go_live(Instant::now());
        let (rate, wanted) = watch::channel(schedule.events_per_second());
        let player = tokio::spawn(player.play(schedule, wanted));
        Ok(Self {
            rate,
            progress,
            player,
        })
    }

    /// Sets the wanted rate, 1 to 5,000 records a second.
    pub fn set_rate(&self, events_per_second: f64) {
        self.rate.send_replace(events_per_second);
    }

    pub fn status(&self) -> DemoStatus {
        lock(&self.progress).status(Instant::now())
    }

    /// Stops after the batch that is being written.
    pub async fn stop(self) -> DemoStatus {
        let Self {
            rate,
            progress,
            player,
        } = self;
        drop(rate);
        if let Err(error) = player.await {
            tracing::warn!(%error, "the demo's player did not end by itself");
        }
        lock(&progress).status(Instant::now())
    }
}

struct Player {
    writer: EmulatorWriter,
    names: BTreeMap<Stream, StreamName>,
    progress: Arc<Mutex<Progress>>,
}

impl Player {
    fn new(writer: EmulatorWriter) -> Result<Self, DemoError> {
        let name = |stream: Stream| {
            let name = stream
                .name()
                .parse()
                .map_err(|error| DemoError::StreamName(stream.name(), error))?;
            Ok((stream, name))
        };
        let names = Stream::ALL
            .into_iter()
            .map(name)
            .collect::<Result<_, DemoError>>()?;
        Ok(Self {
            writer,
            names,
            progress: Arc::new(Mutex::new(Progress::new(Instant::now()))),
        })
    }

    async fn create_streams(&self, created_at: Millis) -> Result<(), WriteError> {
        for (stream, name) in &self.names {
            self.writer
                .create_stream(name, stream.shards(), created_at)
                .await?;
        }
        Ok(())
    }

    async fn write_history(
        &mut self,
        schedule: &mut Schedule,
        start: Millis,
        end: Millis,
        events_per_second: f64,
    ) -> Result<(), WriteError> {
        let mut at = start;
        while at < end {
            let minutes = at.since(start) as f64 / 60_000.0;
            let tide = 1.0 + TIDE_SHARE * (minutes / TIDE_MINUTES * std::f64::consts::TAU).sin();
            schedule.set_rate(events_per_second.min(HISTORY_RATE_MAX) * tide, at);
            at = at.saturating_add(HISTORY_CHUNK_MILLIS).min(end);
            let due = schedule.take_due(at);
            if let (_, Some(failure)) = self.write(due, true).await {
                return Err(failure);
            }
        }
        Ok(())
    }

    async fn play(mut self, mut schedule: Schedule, mut wanted: watch::Receiver<f64>) {
        let mut last = self.writer.now();
        loop {
            let pause =
                Duration::from_millis(u64::try_from(schedule.next_due().since(last)).unwrap_or(0));
            tokio::select! {
                () = tokio::time::sleep(pause.clamp(TICK_MIN, TICK_MAX)) => {}
                changed = wanted.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let rate = *wanted.borrow_and_update();
                    schedule.set_rate(rate, self.writer.now());
                }
            }
            let now = self.writer.now();
            if now.since(last) > GAP_MAX_MILLIS {
                schedule.skip_to(now);
            }
            last = now;
            let (events, failure) = self.write(schedule.take_due(now), false).await;
            lock(&self.progress).wrote_live(events, Instant::now());
            self.note(&schedule, failure);
        }
    }

    /// Writes records in batches by stream, the past ones with the arrival that they were due. It
    /// says how many were written, and why the last ones were not that were not: a stream that
    /// takes nothing does not keep the others from it.
    async fn write(&mut self, due: Vec<Timed>, past: bool) -> (u64, Option<WriteError>) {
        let mut batches: BTreeMap<Stream, Vec<NewRecord>> = BTreeMap::new();
        for Timed { due, step, .. } in due {
            batches.entry(step.stream).or_default().push(NewRecord {
                partition_key: step.partition_key,
                payload: step.json.into_bytes(),
                arrival: past.then_some(due),
            });
        }
        let mut events = 0;
        let mut failure = None;
        for (stream, records) in batches {
            let Some(name) = self.names.get(&stream) else {
                continue;
            };
            for batch in records.chunks(BATCH_RECORDS) {
                match self.writer.put(name, batch).await {
                    Ok(_) => {
                        events += batch.len() as u64;
                        lock(&self.progress).wrote(stream, batch.len() as u64);
                    }
                    Err(error) => failure = Some(error),
                }
            }
        }
        (events, failure)
    }

    fn note(&self, schedule: &Schedule, failure: Option<WriteError>) {
        let mut progress = lock(&self.progress);
        progress.sagas.clone_from(schedule.started());
        progress.events_per_second = schedule.events_per_second();
        progress.failure = failure.map(|failure| failure.to_string());
    }
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    // counters are whole after every statement
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}
