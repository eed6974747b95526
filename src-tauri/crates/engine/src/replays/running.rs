//! Replays that are carried out: started once, paused, stepped, paced, cancelled, gone on with.
//!
//! Whoever goes on with one opens its target anew: a stream under a grant that holds now. What the journal
//! settled is left out then, and what is in doubt is sent again and listed.

use super::{
    KeptReplay, Permission, PlanId, ReplayCounts, ReplayInto, ReplayOverview, WantedPacing,
    opening::{Beginning, Opened, Start},
    sharded::TakenBefore,
    standing::counted,
    wanted::KeptInto,
};
use crate::{
    ConnectionId, Engine, EngineError, Notice,
    engine::{blocking, now},
    publishing::PATIENCE,
};
use kinesis::Grant;
use publish::{Delivery, Phase, Progress, Request};
use replay::{PaceDial, ReplaySource};
use std::{sync::Arc, time::Duration};
use store::{DeliveryClaim, DeliveryId, DeliveryState};
use tokio::{task::JoinSet, time::timeout};

/// A replay that runs or is paused.
pub(super) struct Live {
    pub kept: Arc<KeptReplay>,
    pub pacing: WantedPacing,
    /// Of earlier starts, by the journal.
    pub counts_before: ReplayCounts,
    pub taken_before: TakenBefore,
    delivery: Delivery,
    dial: PaceDial,
    grant: Option<Grant>,
    through: Option<ConnectionId>,
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
    /// Starts a replay of a plan. Asked twice, it answers with the one replay.
    ///
    /// # Errors
    /// [`EngineError::UnknownPlan`]; [`EngineError::Write`] with nothing sent where the permission is for another
    /// target or has ended.
    pub async fn start_replay(
        &self,
        plan: &PlanId,
        permission: Permission,
    ) -> Result<ReplayOverview, EngineError> {
        let _one = self.replays().starting.lock().await;
        let kept = self.kept_plan(plan)?;
        let beginning = Beginning::First;
        let opened = self.open_target(&kept, permission, beginning).await?;
        let new = self.new_delivery(plan, &kept, &opened)?;
        let store = self.store().clone();
        let id = match blocking(move || publish::begin(&store, &new)).await?? {
            Request::Again(id) => id,
            Request::First(claim) => {
                let (id, store) = (claim.id(), self.store().clone());
                let started = self.begin(claim, kept, opened).await;
                if let Err(error) = started {
                    let why = error.to_string();
                    let stopped = DeliveryState::Stopped;
                    blocking(move || store.note_delivery(id, now(), stopped, Some(&why))).await??;
                    return Err(error);
                }
                self.replays().used_seed();
                id
            }
        };
        self.replay(id).await
    }

    /// What watches the target watches before anything is sent.
    async fn begin(
        &self,
        claim: DeliveryClaim,
        kept: Arc<KeptReplay>,
        opened: Opened,
    ) -> Result<(), EngineError> {
        self.capture_from_now(claim.id(), &kept).await?;
        self.carry_out(claim, kept, opened, Beginning::First).await
    }

    /// Goes on after a pause, or after the program ended: with what is not settled yet.
    pub async fn resume_replay(
        &self,
        id: DeliveryId,
        permission: Permission,
    ) -> Result<(), EngineError> {
        let _one = self.replays().starting.lock().await;
        let grant = match &permission {
            Permission::Write(grant) => Some(grant.clone()),
            Permission::Nothing | Permission::Invoke(_) => None,
        };
        if self.is_live(id) {
            let goes_on =
                |live: &Live| live.grant.is_none() || grant.is_none() || live.grant == grant;
            if self.with_live(id, |live| goes_on(live))? {
                return self.order(id, Order::Resume).await;
            }
            // a new permission opens the target anew
            self.suspend(id).await;
        }
        let stored = self.ask(move |store| store.delivery(id)).await?;
        if matches!(
            stored.state,
            DeliveryState::Finished | DeliveryState::Cancelled
        ) {
            return Err(EngineError::Input("this replay is at its end".to_owned()));
        }
        let kept = Arc::new(KeptReplay::of_delivery(&stored)?);
        let beginning = Beginning::Again;
        let opened = self.open_target(&kept, permission, beginning).await?;
        let claim = self.ask(move |store| store.claim_delivery(id)).await?;
        self.capture_further(&stored, &kept).await;
        self.carry_out(claim, kept, opened, beginning).await
    }

    /// What is to be permitted before a replay goes on; `None` where it is only paused and holds its own
    /// permission.
    pub async fn resume_target(&self, id: DeliveryId) -> Result<Option<ReplayInto>, EngineError> {
        let holds_its_own = |live: &mut Live| live.grant.is_none();
        if self.is_live(id) && self.with_live(id, holds_its_own)? {
            return Ok(None);
        }
        let stored = self.ask(move |store| store.delivery(id)).await?;
        let kept = KeptReplay::of_delivery(&stored)?;
        Ok(Some(self.wanted(&kept)?.into))
    }

    pub async fn pause_replay(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.order(id, Order::Pause).await
    }

    /// Lets one record through, while paused.
    pub async fn step_replay(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.order(id, Order::Step).await
    }

    pub async fn cancel_replay(&self, id: DeliveryId) -> Result<(), EngineError> {
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

    async fn suspend(&self, id: DeliveryId) {
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

    async fn carry_out(
        &self,
        claim: DeliveryClaim,
        kept: Arc<KeptReplay>,
        opened: Opened,
        beginning: Beginning,
    ) -> Result<(), EngineError> {
        let (grant, through) = match (&opened, &kept.into) {
            (Opened::Stream(_, grant), KeptInto::Stream { through, .. }) => {
                (Some(grant.clone()), self.through(through))
            }
            (_, KeptInto::Function { through, .. }) => (None, self.through(through)),
            _ => (None, None),
        };
        let (source, (counts_before, taken_before)) = {
            let (store, kept, id) = (self.store().clone(), Arc::clone(&kept), claim.id());
            let runtime = tokio::runtime::Handle::current();
            blocking(move || {
                let _entered = runtime.enter();
                let before = match beginning {
                    Beginning::First => (ReplayCounts::default(), TakenBefore::default()),
                    Beginning::Again => counted(&store, id)?,
                };
                Ok::<_, EngineError>((ReplaySource::open(&store, &kept.plan)?, before))
            })
            .await??
        };
        let dial = PaceDial::new(kept.setup.pacing.pacing());
        let start = Start {
            claim,
            source,
            dial: &dial,
            kept: &kept,
            is_held: kept.setup.pacing == WantedPacing::Step,
        };
        let delivery = match opened {
            Opened::Stream(target, _) => start.into(*target),
            Opened::Function(target) => start.into(target),
            Opened::File => {
                let file = self.open_file(start.claim.id(), &kept, beginning).await?;
                start.into(file)
            }
        };
        let live = Live {
            counts_before,
            taken_before,
            pacing: kept.setup.pacing,
            kept,
            delivery,
            dial,
            grant,
            through,
        };
        self.follow(live);
        Ok(())
    }

    /// Tells when it changes, and takes it away when it has ended.
    fn follow(&self, live: Live) {
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

    fn with_live<T>(
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

    async fn order(&self, id: DeliveryId, order: Order) -> Result<(), EngineError> {
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

enum Order {
    Pause,
    Resume,
    Step,
    Turned,
    Cancel,
}
