//! Captures: laid down, run, held, ended. How they stand is in `overviews`.
//!
//! The store knows every capture; a run exists for those that read now. A run that has ended stays until
//! the capture is resumed or the program ends, because it knows why it ended.

use crate::{
    CaptureOverview, ConnectionId, Engine, EngineError, Notice, OpenedConnection,
    connections::Origin, engine::now, streams::stream_name,
};
use capture::{CaptureOptions, CaptureRequest, CaptureRun, StreamRequest};
use record::{Millis, SequenceNumber, ShardId};
use store::{CaptureId, CaptureState, Until};

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

    /// Begins, unless it runs already: of two that wish for it at once, one begins.
    async fn run(&self, id: CaptureId, opened: &OpenedConnection) -> Result<(), EngineError> {
        let mut runs = self.runs().write().await;
        if runs.get(&id).is_none_or(CaptureRun::is_over) {
            let (connection, store) = (opened.connection.clone(), self.store().clone());
            let options = CaptureOptions::default();
            let run = CaptureRun::start(connection, store, id, options, self.turns()).await?;
            runs.insert(id, run);
        }
        drop(runs);
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
    /// [`kinesis::KinesisError::UntrustedEndpoint`] until a person has confirmed the host ([`Engine::trust`]).
    pub async fn resume_capture(&self, id: CaptureId) -> Result<(), EngineError> {
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
        let opened = self.reopen(&origin).await?;
        self.run(id, &opened).await?;
        self.follow_resumed(id).await
    }

    /// Ends the capture; what was read is committed.
    pub async fn stop_capture(&self, id: CaptureId) -> Result<(), EngineError> {
        let run = self.runs().write().await.remove(&id);
        match run {
            Some(run) if !run.is_over() => run.stop().await,
            _ => {
                self.ask(move |store| {
                    store.set_capture_state_if(id, CaptureState::Stopped, |state| {
                        *state != CaptureState::Finished
                    })
                })
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
