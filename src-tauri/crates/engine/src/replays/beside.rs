//! The capture of its target that runs beside a replay: begun before the first record leaves, ended when everything
//! that was acknowledged is read.
//!
//! The journal knows it, so it is found again after a crash, and reads on with the next start of the program. A person
//! may end it as any other capture; what it has not read by then is told as not captured. It compares nothing:
//! that is `verifying`.

use super::{
    KeptReplay,
    kept::KeptStream,
    verifying::{LOOK_EVERY, Reach, beginning, has_passed, holds, reach},
    wanted::KeptInto,
};
use crate::{CaptureFrom, Engine, EngineError, NewCapture, NewCaptureStream, engine::blocking};
use record::{Millis, StreamIdentity};
use std::{collections::HashMap, time::Duration};
use store::{
    CaptureId, CaptureState, DeliveryId, Store, StoreError, StoredCapture, StoredDelivery,
};

/// The longest pause between two looks at a capture that has not read everything.
const REST: Duration = Duration::from_secs(2);

/// How the capture beside a replay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureBeside {
    /// Absent: it was deleted, or could not begin.
    pub capture: Option<CaptureId>,
    /// That it has read.
    pub records: u64,
    pub state: BesideState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BesideState {
    Reading,
    /// Everything that was acknowledged is in captures of the target.
    Read,
    /// It does not read, and something that was acknowledged is in no capture.
    Short,
}

/// What is known of captures beside replays: which of them are looked after, and which replays at rest are read.
#[derive(Default)]
pub(super) struct Besides {
    followed: HashMap<CaptureId, DeliveryId>,
    /// As of this capture beside it, and of this change of the replay.
    read: HashMap<DeliveryId, ((Option<CaptureId>, Millis), bool)>,
}

impl KeptReplay {
    /// The stream that is captured beside it, where that was wanted.
    fn captured_beside(&self) -> Option<&str> {
        match &self.into {
            KeptInto::Stream { stream, .. } if self.setup.capture_target => Some(stream),
            _ => None,
        }
    }
}

impl Engine {
    /// Before the first record leaves: everything from here on is seen. Where an earlier start came no further, its
    /// capture goes on.
    pub(super) async fn capture_from_now(
        &self,
        id: DeliveryId,
        kept: &KeptReplay,
    ) -> Result<(), EngineError> {
        let known = self.ask(move |store| store.delivery_capture(id)).await?;
        if let Some(capture) = known {
            self.resume_capture(capture.id).await?;
            self.follow_beside(id, capture.id);
            return Ok(());
        }
        self.begin_beside(id, kept, CaptureFrom::Latest).await
    }

    /// For a replay that goes on: the capture goes on too, and where there is none any more another one begins where
    /// the replay did. What keeps it from that keeps no replay: it is told as not captured.
    pub(super) async fn capture_further(&self, stored: &StoredDelivery, kept: &KeptReplay) {
        if kept.captured_beside().is_none() {
            return;
        }
        let id = stored.id;
        self.forget_was_read(id);
        let goes_on = async {
            let known = self.ask(move |store| store.delivery_capture(id)).await?;
            let Some(capture) = known else {
                let from = CaptureFrom::Timestamp(beginning(stored));
                return self.begin_beside(id, kept, from).await;
            };
            self.resume_capture(capture.id).await?;
            self.follow_beside(id, capture.id);
            Ok(())
        };
        let gone_on: Result<(), EngineError> = goes_on.await;
        if let Err(error) = gone_on {
            tracing::warn!(replay = id.0, %error, "its target is not captured further");
        }
    }

    async fn begin_beside(
        &self,
        id: DeliveryId,
        kept: &KeptReplay,
        start: CaptureFrom,
    ) -> Result<(), EngineError> {
        if kept.captured_beside().is_none() {
            return Ok(());
        }
        let name = format!("{}, beside {}", kept.target_name(), kept.name());
        let capture = self.capture_target_of(kept, name, start).await?;
        self.ask(move |store| store.capture_beside(id, capture))
            .await?;
        self.follow_beside(id, capture);
        Ok(())
    }

    /// Begins a capture of the whole target.
    pub(super) async fn capture_target_of(
        &self,
        kept: &KeptReplay,
        name: String,
        start: CaptureFrom,
    ) -> Result<CaptureId, EngineError> {
        let KeptInto::Stream { through, stream } = &kept.into else {
            return Err(EngineError::NotGranted);
        };
        let wanted = NewCapture {
            connection: self.require_through(through, stream)?,
            name: Some(name),
            streams: vec![NewCaptureStream {
                stream: stream.clone(),
                shards: None,
                start,
            }],
            until: None,
        };
        Ok(self.start_capture(wanted).await?.stored.id)
    }

    /// Captures that go on with the program are looked after again.
    pub(crate) async fn follow_captures_beside(&self) -> Result<(), EngineError> {
        for (id, capture) in self.ask(Store::captures_beside).await? {
            let found = self.ask(move |store| store.capture(capture)).await?;
            if is_wanted(&found.state) {
                self.follow_beside(id, capture);
            }
        }
        Ok(())
    }

    fn follow_beside(&self, id: DeliveryId, capture: CaptureId) {
        let is_known = {
            let mut state = self.replays().lock();
            state.besides.read.remove(&id);
            state.besides.followed.insert(capture, id).is_some()
        };
        if is_known {
            return;
        }
        let engine = self.downgrade();
        tokio::spawn(async move {
            let mut rest = LOOK_EVERY;
            loop {
                tokio::time::sleep(rest).await;
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                let is_over = engine.end_where_read(id, capture, &mut rest).await;
                let is_over = is_over.unwrap_or_else(|error| {
                    tracing::warn!(replay = id.0, %error, "the capture of its target was not looked at");
                    matches!(
                        error,
                        EngineError::Store(StoreError::UnknownCapture(_) | StoreError::Closed)
                    )
                });
                if is_over {
                    let mut state = engine.replays().lock();
                    state.besides.followed.remove(&capture);
                    state.besides.read.remove(&id);
                    drop(state);
                    engine.notices().wrote();
                    return;
                }
            }
        });
    }

    /// Ends the capture where the replay rests and everything that was acknowledged is read; true where it needs
    /// nobody to look after it any more.
    async fn end_where_read(
        &self,
        id: DeliveryId,
        capture: CaptureId,
        rest: &mut Duration,
    ) -> Result<bool, EngineError> {
        let stored = self.ask(move |store| store.capture(capture)).await?;
        if !is_wanted(&stored.state) {
            return Ok(true);
        }
        if self.is_live(id) || !self.is_read_up(id, capture).await? {
            *rest = if self.is_live(id) {
                LOOK_EVERY
            } else {
                (*rest * 2).min(REST)
            };
            return Ok(false);
        }
        // nobody goes on with the replay meanwhile
        let _one = self.replays().starting.lock().await;
        if self.is_live(id) || !self.is_read_up(id, capture).await? {
            return Ok(false);
        }
        self.stop_capture(capture).await?;
        Ok(true)
    }

    /// Whether captures of the target hold everything that was acknowledged, or this one has read past it: what it
    /// lost on the way does not come any more.
    async fn is_read_up(&self, id: DeliveryId, capture: CaptureId) -> Result<bool, EngineError> {
        let store = self.store().clone();
        blocking(move || {
            let Some((target, reach)) = acknowledged(&store, &store.delivery(id)?)? else {
                return Ok(false);
            };
            Ok(holds(&store, &target, &reach)? || has_passed(&store, capture, &target, &reach)?)
        })
        .await?
    }

    /// A capture beside a replay that a person goes on with is looked after again, where it has something left to read.
    pub(crate) async fn follow_resumed(&self, capture: CaptureId) -> Result<(), EngineError> {
        let besides = self.ask(Store::captures_beside).await?;
        let beside = besides.into_iter().find(|(_, known)| *known == capture);
        if let Some((id, capture)) = beside
            && !self.is_read_up(id, capture).await?
        {
            self.follow_beside(id, capture);
        }
        Ok(())
    }

    /// Whether a capture beside it reads now.
    pub(super) async fn is_read_beside(&self, id: DeliveryId) -> Result<bool, EngineError> {
        let beside = self.ask(move |store| store.delivery_capture(id)).await?;
        match beside {
            Some(capture) => Ok(self.is_running(capture.id).await),
            None => Ok(false),
        }
    }

    /// How the capture beside it stands, where one was wanted. Reads the store.
    pub(super) fn beside(
        &self,
        stored: &StoredDelivery,
        kept: &KeptReplay,
    ) -> Result<Option<CaptureBeside>, EngineError> {
        if kept.captured_beside().is_none() {
            return Ok(None);
        }
        let capture = self.store().delivery_capture(stored.id)?;
        let is_reading = capture
            .as_ref()
            .is_some_and(|capture| capture.state == CaptureState::Running);
        let state = if is_reading {
            self.forget_was_read(stored.id);
            BesideState::Reading
        } else if !self.is_live(stored.id) && self.was_read(stored, capture.as_ref())? {
            BesideState::Read
        } else {
            BesideState::Short
        };
        Ok(Some(CaptureBeside {
            records: capture.as_ref().map_or(0, |capture| capture.records),
            capture: capture.map(|capture| capture.id),
            state,
        }))
    }

    /// Looked up once for a replay at rest.
    fn was_read(
        &self,
        stored: &StoredDelivery,
        capture: Option<&StoredCapture>,
    ) -> Result<bool, EngineError> {
        let of_now = (capture.map(|capture| capture.id), stored.changed_at);
        let known = self.replays().lock().besides.read.get(&stored.id).copied();
        if let Some((of, is_read)) = known
            && of == of_now
        {
            return Ok(is_read);
        }
        let is_read = is_read(self.store(), stored)?;
        let mut state = self.replays().lock();
        state.besides.read.insert(stored.id, (of_now, is_read));
        Ok(is_read)
    }

    /// After somebody captured its target anew.
    pub(super) fn forget_was_read(&self, id: DeliveryId) {
        self.replays().lock().besides.read.remove(&id);
    }
}

/// One that is paused may go on.
fn is_wanted(state: &CaptureState) -> bool {
    matches!(state, CaptureState::Running | CaptureState::Paused)
}

fn is_read(store: &Store, stored: &StoredDelivery) -> Result<bool, EngineError> {
    match acknowledged(store, stored)? {
        Some((target, reach)) => Ok(holds(store, &target, &reach)?),
        None => Ok(false),
    }
}

/// Which of its target's shards a replay reached, and how far; `None` where the target is no stream.
fn acknowledged(
    store: &Store,
    stored: &StoredDelivery,
) -> Result<Option<(StreamIdentity, Reach)>, EngineError> {
    let kept = KeptReplay::of_delivery(stored)?;
    let Some(target) = kept.target.as_ref().and_then(KeptStream::identity) else {
        return Ok(None);
    };
    let sent = replay::sent_records(store, stored.id)?;
    Ok(Some((target, reach(&sent))))
}
