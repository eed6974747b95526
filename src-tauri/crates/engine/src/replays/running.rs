//! Replays that are carried out: paused, stepped, paced, cancelled, brought to rest. How they begin is `starting`'s.

use super::{KeptReplay, ReplayCounts, WantedPacing, sharded::TakenBefore, turned};
use crate::{ConnectionId, Engine, EngineError, Notice, engine::now, publishing::PATIENCE};
use kinesis::Grant;
use publish::{Delivery, Phase, Progress};
use replay::PaceDial;
use std::{sync::Arc, time::Duration};
use store::{DeliveryId, DeliveryState};
use tokio::{task::JoinSet, time::timeout};

/// A replay that runs or is paused.
pub(super) struct Live {
    pub kept: Arc<KeptReplay>,
    pub pacing: WantedPacing,
    /// Of earlier starts, by the journal.
    pub counts_before: ReplayCounts,
    pub taken_before: TakenBefore,
    pub delivery: Delivery,
    pub dial: PaceDial,
    pub grant: Option<Grant>,
    pub through: Option<ConnectionId>,
}

impl Live {
    pub fn progress(&self) -> Progress {
        self.delivery.progress()
    }

    /// Until everything is sent: by the pace where it sets the times, by the present rate otherwise.
    pub fn time_left(&self, progress: &Progress) -> Option<Duration> {
        let plan = &self.kept.plan;
        let by_rate = progress.time_left(plan.tally.records);
        match self.pacing {
            WantedPacing::Original { .. } => {
                let is_as_planned = progress.already == 0 && self.pacing == self.kept.setup.pacing;
                let planned = Duration::from_millis(plan.duration.by_pace_millis);
                let last_at = plan.last_at?.since(plan.first_at?);
                let last_due = self
                    .dial
                    .due_at(last_at)
                    .or(is_as_planned.then_some(planned));
                let left = last_due?.saturating_add(progress.late);
                Some(left.saturating_sub(progress.clock))
            }
            WantedPacing::Fixed { rate } => {
                let at_rate = Progress {
                    records_per_second: rate.into(),
                    ..progress.clone()
                };
                by_rate.max(at_rate.time_left(plan.tally.records))
            }
            WantedPacing::AtOnce | WantedPacing::Step => by_rate,
        }
    }
}

impl Engine {
    pub async fn pause_replay(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.order(id, Order::Pause).await
    }

    /// Lets one record through, while paused.
    pub async fn step_replay(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.order(id, Order::Step).await
    }

    pub async fn cancel_replay(&self, id: DeliveryId) -> Result<(), EngineError> {
        // one that runs waits for no start of another
        if self.order(id, Order::Cancel).await.is_ok() {
            return Ok(());
        }
        let _one = self.replays().starting.lock().await;
        if self.is_live(id) {
            return self.order(id, Order::Cancel).await;
        }
        let cancelled = DeliveryState::Cancelled;
        self.ask(move |store| {
            if store.delivery(id)?.state == DeliveryState::Finished {
                return Ok(());
            }
            store.note_delivery(id, now(), cancelled, None)
        })
        .await?;
        self.notices().send(Notice::Writes);
        Ok(())
    }

    /// Another pace for what is not sent yet.
    pub async fn set_replay_pace(
        &self,
        id: DeliveryId,
        pacing: WantedPacing,
    ) -> Result<(), EngineError> {
        let state = self.with_live(id, |live| match live.progress().phase {
            Phase::Pausing | Phase::Paused => DeliveryState::Paused,
            _ => DeliveryState::Running,
        })?;
        let detail = turned::detail(pacing)?;
        self.ask(move |store| store.note_delivery(id, now(), state, Some(&detail)))
            .await?;
        let is_another = self.with_live(id, |live| {
            live.pacing = pacing;
            let before = live.dial.pacing();
            live.dial.turn_to(pacing.pacing());
            before != pacing.pacing()
        })?;
        // a turn waits for what is under way
        if is_another {
            self.order(id, Order::Turned).await?;
        }
        if pacing == WantedPacing::Step {
            self.order(id, Order::Pause).await?;
        }
        Ok(())
    }

    /// All that run come to rest and can be gone on with.
    pub(crate) async fn suspend_replays(&self) {
        self.replays().exports.end_all().await;
        self.suspend_where(|_| true).await;
    }

    /// For a connection that is closed.
    pub(crate) async fn suspend_replays_through(&self, connection: ConnectionId) {
        self.suspend_where(|live| live.through == Some(connection))
            .await;
    }

    async fn suspend_where(&self, is_meant: impl Fn(&Live) -> bool) {
        let ids: Vec<DeliveryId> = {
            let state = self.replays().lock();
            let meant = state.live.iter().filter(|(_, live)| is_meant(live));
            meant.map(|(id, _)| *id).collect()
        };
        // one that has to be waited for keeps no other from being asked
        let mut suspending = JoinSet::new();
        for id in ids {
            let engine = self.clone();
            suspending.spawn(async move { engine.suspend(id).await });
        }
        while suspending.join_next().await.is_some() {}
    }

    pub(super) async fn suspend(&self, id: DeliveryId) {
        let live = self.replays().lock().live.remove(&id);
        if let Some(live) = live {
            let suspended = timeout(PATIENCE, live.delivery.suspend()).await;
            if suspended.is_err() {
                tracing::warn!(
                    replay = id.0,
                    "a request was still under way; its outcome is not known"
                );
            }
            self.notices().send(Notice::Writes);
        }
    }

    /// Tells when it changes, and takes it away when it has ended.
    pub(super) fn follow(&self, live: Live) {
        let id = live.delivery.id();
        let mut progress = live.delivery.watch();
        {
            let mut state = self.replays().lock();
            state.live.insert(id, live);
            state.written = None;
        }
        self.notices().send(Notice::Writes);
        let engine = self.downgrade();
        tokio::spawn(async move {
            let mut phase = None;
            loop {
                let now = progress.borrow_and_update().phase;
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                if now == Phase::Ended {
                    engine.take_ended(id).await;
                    return;
                }
                if phase.replace(now) != Some(now) {
                    engine.notices().send(Notice::Writes);
                }
                drop(engine);
                if progress.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    async fn take_ended(&self, id: DeliveryId) {
        let live = {
            let mut state = self.replays().lock();
            let has_ended = |live: &Live| live.progress().phase == Phase::Ended;
            if state.live.get(&id).is_some_and(has_ended) {
                state.live.remove(&id)
            } else {
                None
            }
        };
        if let Some(live) = live {
            live.delivery.ended().await;
        }
        self.notices().send(Notice::Writes);
    }

    pub(super) fn is_live(&self, id: DeliveryId) -> bool {
        self.replays().lock().live.contains_key(&id)
    }

    pub(super) fn with_live<T>(
        &self,
        id: DeliveryId,
        act: impl FnOnce(&mut Live) -> T,
    ) -> Result<T, EngineError> {
        let mut state = self.replays().lock();
        match state.live.get_mut(&id) {
            Some(live) => Ok(act(live)),
            None => Err(EngineError::Input("this replay does not run".to_owned())),
        }
    }

    pub(super) async fn order(&self, id: DeliveryId, order: Order) -> Result<(), EngineError> {
        let orders = self.with_live(id, |live| live.delivery.orders())?;
        match order {
            Order::Pause => orders.pause().await,
            Order::Resume => orders.resume().await,
            Order::Step => orders.step().await,
            Order::Turned => orders.turned().await,
            Order::Cancel => orders.cancel().await,
        }
        self.notices().send(Notice::Writes);
        Ok(())
    }
}

pub(super) enum Order {
    Pause,
    Resume,
    Step,
    Turned,
    Cancel,
}
