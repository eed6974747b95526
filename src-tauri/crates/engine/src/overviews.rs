//! How captures stand: in a list, and one with its shards and gaps. It changes nothing.
//!
//! The store knows every capture; a run, where there is one, knows how it goes now.

use crate::{ConnectionId, Engine, EngineError, OpenedConnection, connections::Origin};
use capture::{CaptureRun, CaptureStatus, RunState, ShardStatus, Trouble};
use record::Millis;
use store::{
    CaptureId, CaptureState, CoverageInterval, ShardKey, Store, StoreError, StoredCapture,
    StoredGap,
};

/// A capture in a list.
#[derive(Clone, Debug)]
pub struct CaptureOverview {
    pub stored: StoredCapture,
    pub state: RunState,
    /// What it reads through, for a person; "file" where it was imported.
    pub connection: String,
    /// The open connection that it reads or waits through; none while nothing of it runs.
    pub connection_id: Option<ConnectionId>,
    pub streams: Vec<CapturedStream>,
    /// Streams that its run cannot reach as a whole, or not any more.
    pub troubles: Vec<StreamTrouble>,
    pub gaps: u64,
    /// The largest lag of its shards, where it runs and the endpoint says.
    pub lag_millis: Option<u64>,
    /// The first of its shards' alarms: when records would be trimmed before they are read.
    pub expires_at: Option<Millis>,
    pub records_per_second: f64,
}

#[derive(Clone, Debug)]
pub struct CapturedStream {
    pub name: String,
    pub arn: String,
    pub shards: u64,
}

/// Why nothing of a stream is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamTrouble {
    pub stream: String,
    pub trouble: Trouble,
}

/// A capture with each of its shards and gaps.
#[derive(Clone, Debug)]
pub struct CaptureProgress {
    pub overview: CaptureOverview,
    /// Empty while it does not run.
    pub shards: Vec<ShardOverview>,
    pub gaps: Vec<GapOverview>,
    /// Of some shard it is known what arrived. Without that, no gap means nothing.
    pub is_covered: bool,
}

#[derive(Clone, Debug)]
pub struct ShardOverview {
    /// The shard's key in the store, once it is known there.
    pub key: Option<ShardKey>,
    pub status: ShardStatus,
}

#[derive(Clone, Debug)]
pub struct GapOverview {
    pub gap: StoredGap,
    pub stream: String,
    pub shard: String,
}

impl Engine {
    /// All captures, the newest first.
    pub async fn captures(&self) -> Result<Vec<CaptureOverview>, EngineError> {
        let stored = self.ask(Store::captures).await?;
        let mut overviews = Vec::with_capacity(stored.len());
        for capture in stored {
            overviews.push(self.overview(capture).await?);
        }
        overviews.sort_by_key(|overview| std::cmp::Reverse(overview.stored.id));
        Ok(overviews)
    }

    pub async fn capture(&self, id: CaptureId) -> Result<CaptureProgress, EngineError> {
        let (stored, gaps, covered) = self
            .ask(move |store| Ok((store.capture(id)?, store.gaps(id)?, store.coverage(id)?)))
            .await?;
        let overview = self.overview(stored).await?;
        let shards = self.shards_in_reading(&overview.stored).await?;
        let is_covered = covered.iter().any(has_been_read)
            || shards.iter().any(|shard| has_read_on(shard, &covered));
        let names = self.shard_names().await?;
        let gaps = gaps
            .into_iter()
            .map(|gap| {
                let name = names.get(&gap.shard);
                GapOverview {
                    stream: name.map_or_else(String::new, |name| name.stream.to_string()),
                    shard: name.map_or_else(String::new, |name| name.stored.shard.id.to_string()),
                    gap,
                }
            })
            .collect();
        Ok(CaptureProgress {
            overview,
            shards,
            gaps,
            is_covered,
        })
    }

    /// What its run says of each shard; nothing where it has none.
    pub(crate) async fn shards_in_reading(
        &self,
        capture: &StoredCapture,
    ) -> Result<Vec<ShardOverview>, EngineError> {
        let runs = self.runs().read().await;
        let Some(status) = runs.get(&capture.id).map(CaptureRun::status) else {
            return Ok(Vec::new());
        };
        drop(runs);
        let names = self.shard_names().await?;
        let is_captured = |key| capture.streams.iter().any(|stream| stream.stream == key);
        let overview = |status: ShardStatus| {
            let known = names.values().find(|name| {
                is_captured(name.stored.stream)
                    && name.stored.shard.id == status.shard
                    && *name.stream == *status.stream.as_str()
            });
            ShardOverview {
                key: known.map(|name| name.stored.key),
                status,
            }
        };
        Ok(status.shards.into_iter().map(overview).collect())
    }

    async fn overview(&self, stored: StoredCapture) -> Result<CaptureOverview, EngineError> {
        let id = stored.id;
        let captured: Vec<_> = stored.streams.iter().map(|stream| stream.stream).collect();
        let (streams, gaps) = self
            .ask(move |store| {
                Ok((
                    captured_streams(store, &captured)?,
                    store.gaps(id)?.len() as u64,
                ))
            })
            .await?;
        let (status, connection_id) = {
            let runs = self.runs().read().await;
            let run = runs.get(&id);
            let through = run.filter(|run| !run.is_over()).and_then(|run| {
                let is_through = |opened: &OpenedConnection| opened.connection == *run.connection();
                self.connections().into_iter().find(is_through)
            });
            (run.map(CaptureRun::status), through.map(|opened| opened.id))
        };
        let troubles = status.as_ref().map(troubles).unwrap_or_default();
        let shards = status.as_ref().map_or(&[][..], |status| &status.shards);
        Ok(CaptureOverview {
            expires_at: shards.iter().filter_map(|shard| shard.expires_at).min(),
            lag_millis: shards.iter().filter_map(|shard| shard.lag_millis).max(),
            records_per_second: shards.iter().map(|shard| shard.records_per_second).sum(),
            state: status.map_or_else(|| at_rest(&stored.state), |status| status.state),
            connection: Origin::from_json(&stored.connection)
                .map_or_else(|_| "file".to_owned(), |origin| origin.label()),
            connection_id,
            streams,
            troubles,
            gaps,
            stored,
        })
    }
}

/// A capture that starts at a time has an interval from its birth on, before anything was read: from the start to
/// the start.
fn has_been_read(interval: &CoverageInterval) -> bool {
    interval.sequences.is_some() || interval.through > interval.from
}

/// The run knows of a time after what the store has, which hears of it less often.
fn has_read_on(shard: &ShardOverview, covered: &[CoverageInterval]) -> bool {
    let mut stored = covered
        .iter()
        .filter(|interval| Some(interval.shard) == shard.key);
    shard.status.covered_through.is_some()
        && stored.all(|interval| shard.status.covered_through > interval.through)
}

fn captured_streams(
    store: &Store,
    captured: &[store::StreamKey],
) -> Result<Vec<CapturedStream>, StoreError> {
    let streams = store.streams()?;
    let mut found = Vec::with_capacity(captured.len());
    for stream in streams
        .into_iter()
        .filter(|stream| captured.contains(&stream.key))
    {
        found.push(CapturedStream {
            shards: store.shards(stream.key)?.len() as u64,
            name: stream.stream.name.to_string(),
            arn: stream.stream.identity.arn.to_string(),
        });
    }
    Ok(found)
}

/// Of streams that should be read. What made the capture fail is told once, as its end.
fn troubles(status: &CaptureStatus) -> Vec<StreamTrouble> {
    let told = match &status.state {
        RunState::Running | RunState::Paused => None,
        RunState::Failed(told) => Some(told),
        RunState::Stopped | RunState::Finished => return Vec::new(),
    };
    let in_trouble = status.streams.iter().filter_map(|stream| {
        Some(StreamTrouble {
            stream: stream.stream.to_string(),
            trouble: stream.trouble.clone()?,
        })
    });
    in_trouble
        .filter(|stream| Some(&stream.trouble) != told)
        .collect()
}

/// The state of a capture that is not run. One that ran when the program ended waits to go on.
fn at_rest(state: &CaptureState) -> RunState {
    match state {
        CaptureState::Running | CaptureState::Paused => RunState::Paused,
        CaptureState::Stopped => RunState::Stopped,
        CaptureState::Finished => RunState::Finished,
        CaptureState::Failed(reason) => RunState::Failed(Trouble::from_text(reason)),
    }
}
