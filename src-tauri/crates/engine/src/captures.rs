//! Captures: laid down, run, held, ended, and how they stand.
//!
//! The store knows every capture; a run exists for those that read now. A run that has ended stays until
//! the capture is resumed or the program ends, because it knows why it ended.

use crate::{
    ConnectionId, Engine, EngineError, Notice, OpenedConnection, connections::Origin, engine::now,
    streams::stream_name,
};
use capture::{
    CaptureOptions, CaptureRequest, CaptureRun, RunState, ShardStatus, StreamRequest, Trouble,
};
use record::{Millis, SequenceNumber, ShardId};
use store::{
    CaptureId, CaptureState, ShardKey, Store, StoreError, StoredCapture, StoredGap, Until,
};

/// What a person wants captured.
#[derive(Clone, Debug)]
pub struct NewCapture {
    pub connection: ConnectionId,
    /// Absent: named after its streams and the time of day.
    pub name: Option<String>,
    pub streams: Vec<NewCaptureStream>,
    pub until: Option<Until>,
}

#[derive(Clone, Debug)]
pub struct NewCaptureStream {
    pub stream: String,
    /// Absent: all, also those that a reshard adds.
    pub shards: Option<Vec<String>>,
    pub start: capture::From,
}

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
    pub gaps: u64,
    /// The largest lag of its shards, where it runs and the endpoint says.
    pub lag_millis: Option<u64>,
    pub records_per_second: f64,
}

#[derive(Clone, Debug)]
pub struct CapturedStream {
    pub name: String,
    pub arn: String,
    pub shards: u64,
}

/// A capture with each of its shards and gaps.
#[derive(Clone, Debug)]
pub struct CaptureProgress {
    pub overview: CaptureOverview,
    /// Empty while it does not run.
    pub shards: Vec<ShardOverview>,
    pub gaps: Vec<GapOverview>,
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
    /// Lays down a capture and begins to read.
    ///
    /// # Errors
    /// [`EngineError::Input`] for names that no stream or shard can have; [`capture::CaptureError`] for
    /// streams and shards that are not there, or a start that cannot be.
    pub async fn start_capture(&self, wanted: NewCapture) -> Result<CaptureOverview, EngineError> {
        let opened = self.connection(wanted.connection)?;
        let created_at = now();
        let streams = wanted
            .streams
            .iter()
            .map(|stream| stream_request(stream, wanted.until))
            .collect::<Result<Vec<_>, _>>()?;
        let request = CaptureRequest {
            name: wanted
                .name
                .unwrap_or_else(|| default_name(&wanted.streams, created_at)),
            connection: Origin::of(&opened).to_json(),
            created_at,
            streams,
        };
        let id = capture::create(&opened.connection, self.store(), request).await?;
        self.run(id, &opened).await?;
        Ok(self.capture(id).await?.overview)
    }

    async fn run(&self, id: CaptureId, opened: &OpenedConnection) -> Result<(), EngineError> {
        let options = CaptureOptions::default();
        let run =
            CaptureRun::start(opened.connection.clone(), self.store().clone(), id, options).await?;
        self.runs().write().await.insert(id, run);
        self.notices().send(Notice::Captures);
        Ok(())
    }

    pub async fn pause_capture(&self, id: CaptureId) -> Result<(), EngineError> {
        if let Some(run) = self.runs().read().await.get(&id) {
            run.pause().await?;
        }
        self.notices().send(Notice::Captures);
        Ok(())
    }

    /// Goes on after the last stored record; opens the connection again where it is not open.
    ///
    /// # Errors
    /// [`kinesis::KinesisError::UntrustedEndpoint`] until the user has confirmed the host, now (`confirmed`) or before.
    pub async fn resume_capture(&self, id: CaptureId, confirmed: bool) -> Result<(), EngineError> {
        if let Some(run) = self
            .runs()
            .read()
            .await
            .get(&id)
            .filter(|run| !run.is_over())
        {
            run.resume().await?;
            self.notices().send(Notice::Captures);
            return Ok(());
        }
        let stored = self.ask(move |store| store.capture(id)).await?;
        let origin = Origin::from_json(&stored.connection)?;
        let opened = self.reopen(&origin, confirmed).await?;
        self.run(id, &opened).await
    }

    /// Ends the capture; what was read is committed.
    pub async fn stop_capture(&self, id: CaptureId) -> Result<(), EngineError> {
        let run = self.runs().write().await.remove(&id);
        match run {
            Some(run) if !run.is_over() => run.stop().await,
            _ => {
                self.ask(move |store| store.set_capture_state(id, CaptureState::Stopped))
                    .await?;
            }
        }
        self.notices().send(Notice::Captures);
        Ok(())
    }

    pub async fn rename_capture(&self, id: CaptureId, name: String) -> Result<(), EngineError> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 200 {
            return Err(EngineError::Input(
                "a capture's name has 1 to 200 characters".to_owned(),
            ));
        }
        self.ask(move |store| store.rename_capture(id, &name))
            .await?;
        self.notices().send(Notice::Captures);
        Ok(())
    }

    /// Deletes the capture and the records that no other capture covers.
    pub async fn delete_capture(&self, id: CaptureId) -> Result<(), EngineError> {
        let run = self.runs().write().await.remove(&id);
        if let Some(run) = run {
            run.stop().await;
        }
        self.ask(move |store| store.delete_capture(id)).await?;
        self.boards().stir();
        self.notices().send(Notice::Captures);
        self.notices().grew();
        Ok(())
    }

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
        let (stored, gaps) = self
            .ask(move |store| Ok((store.capture(id)?, store.gaps(id)?)))
            .await?;
        let overview = self.overview(stored).await?;
        let shards = self.shards_in_reading(&overview.stored).await?;
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
        let shards = status.as_ref().map_or(&[][..], |status| &status.shards);
        Ok(CaptureOverview {
            lag_millis: shards.iter().filter_map(|shard| shard.lag_millis).max(),
            records_per_second: shards.iter().map(|shard| shard.records_per_second).sum(),
            state: status.map_or_else(|| at_rest(&stored.state), |status| status.state),
            connection: Origin::from_json(&stored.connection)
                .map_or_else(|_| "file".to_owned(), |origin| origin.label()),
            connection_id,
            streams,
            gaps,
            stored,
        })
    }
}

fn stream_request(
    wanted: &NewCaptureStream,
    until: Option<Until>,
) -> Result<StreamRequest, EngineError> {
    let shards = wanted
        .shards
        .as_ref()
        .map(|shards| shards.iter().map(|id| shard_id(id)).collect());
    Ok(StreamRequest {
        stream: stream_name(&wanted.stream)?,
        shards: shards.transpose()?,
        from: wanted.start,
        until,
    })
}

fn shard_id(text: &str) -> Result<ShardId, EngineError> {
    text.parse()
        .map_err(|error: record::NameError| EngineError::Input(error.to_string()))
}

/// # Errors
/// [`EngineError::Input`] with the digit that is none.
pub fn sequence_number(text: &str) -> Result<SequenceNumber, EngineError> {
    text.trim()
        .parse()
        .map_err(|error: record::SequenceNumberError| EngineError::Input(error.to_string()))
}

/// "order-events, order-commands 14:03".
fn default_name(streams: &[NewCaptureStream], now: Millis) -> String {
    let names: Vec<&str> = streams
        .iter()
        .map(|stream| stream.stream.as_str())
        .collect();
    let time = jiff::Timestamp::from_millisecond(now.0)
        .map(|time| {
            time.to_zoned(jiff::tz::TimeZone::system())
                .strftime("%H:%M")
                .to_string()
        })
        .unwrap_or_default();
    format!("{} {time}", names.join(", "))
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

/// The state of a capture that is not run. One that ran when the program ended waits to go on.
fn at_rest(state: &CaptureState) -> RunState {
    match state {
        CaptureState::Running | CaptureState::Paused => RunState::Paused,
        CaptureState::Stopped => RunState::Stopped,
        CaptureState::Failed(reason) => RunState::Failed(Trouble::from_text(reason)),
    }
}
