//! The beginning of a replay: of a plan, once; and after a rest, by what its journal settled.
//!
//! Nothing leaves before the selection is what was planned, the target what was permitted, and what is to watch it
//! watches. A start that came to nothing uses up neither its plan nor its file.

use super::{
    KeptReplay, Permission, PlanId, ReplayCounts, ReplayInto, ReplayOverview, WantedPacing,
    opening::{Beginning, Opened, Start},
    running::{Live, Order},
    sharded::TakenBefore,
    standing::counted,
    turned,
    wanted::KeptInto,
};
use crate::{
    Engine, EngineError,
    engine::{blocking, now},
};
use publish::Request;
use replay::{Ledger, PaceDial, ReplaySource};
use std::{path::Path, sync::Arc};
use store::{DeliveryClaim, DeliveryHead, DeliveryId, DeliveryKind, DeliveryState, Store};

/// What the journal and the selection say before anything is sent.
struct Ready {
    beginning: Beginning,
    source: ReplaySource,
    counts: ReplayCounts,
    taken: TakenBefore,
    pacing: WantedPacing,
}

impl Engine {
    /// Starts a replay of a plan. Asked twice, it answers with the one replay; one that could not begin is begun again.
    ///
    /// # Errors
    /// [`EngineError::UnknownPlan`]; [`EngineError::Write`] with nothing sent where the permission is for another
    /// target or has ended; [`EngineError::Input`] for a file that was not chosen for it, or is another replay's.
    pub async fn start_replay(
        &self,
        plan: &PlanId,
        permission: Permission,
    ) -> Result<ReplayOverview, EngineError> {
        let _one = self.replays().starting.lock().await;
        if let Some(id) = self.begun_of(plan).await? {
            return self.replay(id).await;
        }
        let kept = self.kept_plan(plan)?;
        let opened = self
            .open_target(&kept, permission, Beginning::First)
            .await?;
        self.require_own_file(plan, &kept).await?;
        let new = self.new_delivery(plan, &kept, &opened)?;
        let store = self.store().clone();
        let claim = blocking(move || match publish::begin(&store, &new)? {
            Request::First(claim) => Ok::<_, EngineError>(claim),
            Request::Again(id) => Ok(store.claim_delivery(id)?),
        })
        .await??;
        let id = claim.id();
        if let Err(error) = self.begin(claim, kept, opened).await {
            let why = error.to_string();
            let stopped = DeliveryState::Stopped;
            self.ask(move |store| store.note_delivery(id, now(), stopped, Some(&why)))
                .await?;
            return Err(error);
        }
        self.replays().used_seed();
        self.replay(id).await
    }

    /// The replay of this plan, if one came so far that something may have left.
    async fn begun_of(&self, plan: &PlanId) -> Result<Option<DeliveryId>, EngineError> {
        let token = plan.to_string();
        let known = self
            .ask(move |store| match store.delivery_of_token(&token)? {
                Some(id) => Ok(Some((id, store.delivery_events(id)?))),
                None => Ok(None),
            })
            .await?;
        let begun = known.filter(|(id, events)| {
            let could_not = [DeliveryState::Planned, DeliveryState::Stopped];
            self.is_live(*id) || events.iter().any(|event| !could_not.contains(&event.state))
        });
        Ok(begun.map(|(id, _)| id))
    }

    /// A file belongs to the replay that writes it, until that one is at its end.
    async fn require_own_file(&self, plan: &PlanId, kept: &KeptReplay) -> Result<(), EngineError> {
        let KeptInto::File { path, .. } = &kept.into else {
            return Ok(());
        };
        let (store, token, path) = (self.store().clone(), plan.to_string(), path.clone());
        blocking(move || match writer_of(&store, &token, &path)? {
            Some(name) => Err(EngineError::Input(format!(
                "{} is written by the replay “{name}”, which can go on in it: cancel that one first, or choose another file",
                path.display()
            ))),
            None => Ok(()),
        })
        .await?
    }

    /// What watches the target watches before anything is sent.
    async fn begin(
        &self,
        claim: DeliveryClaim,
        kept: Arc<KeptReplay>,
        opened: Opened,
    ) -> Result<(), EngineError> {
        let ready = self.ready(claim.id(), &kept, Beginning::First).await?;
        self.capture_from_now(claim.id(), &kept).await?;
        self.carry_out(claim, Arc::clone(&kept), opened, ready)
            .await?;
        self.used_file(&kept);
        Ok(())
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
        if is_at_its_end(stored.state) {
            return Err(EngineError::Input("this replay is at its end".to_owned()));
        }
        let kept = Arc::new(KeptReplay::of_delivery(&stored)?);
        let beginning = Beginning::Again;
        let opened = self.open_target(&kept, permission, beginning).await?;
        let claim = self.ask(move |store| store.claim_delivery(id)).await?;
        let ready = self.ready(id, &kept, beginning).await?;
        self.capture_further(&stored, &kept).await;
        self.carry_out(claim, kept, opened, ready).await
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

    async fn ready(
        &self,
        id: DeliveryId,
        kept: &Arc<KeptReplay>,
        beginning: Beginning,
    ) -> Result<Ready, EngineError> {
        let (store, kept) = (self.store().clone(), Arc::clone(kept));
        let runtime = tokio::runtime::Handle::current();
        blocking(move || {
            let _entered = runtime.enter();
            let mut ledger = Ledger::new(id);
            ledger.read_on(&store)?;
            ledger.require_selection(&store, &kept.plan)?;
            let (counts, taken) = counted(&ledger);
            Ok(Ready {
                beginning,
                source: ReplaySource::open(&store, &kept.plan)?,
                counts,
                taken,
                pacing: turned::last(&store, id)?.unwrap_or(kept.setup.pacing),
            })
        })
        .await?
    }

    async fn carry_out(
        &self,
        claim: DeliveryClaim,
        kept: Arc<KeptReplay>,
        opened: Opened,
        ready: Ready,
    ) -> Result<(), EngineError> {
        let (grant, through) = match (&opened, &kept.into) {
            (Opened::Stream(_, grant), KeptInto::Stream { through, .. }) => {
                (Some(grant.clone()), self.through(through))
            }
            (_, KeptInto::Function { through, .. }) => (None, self.through(through)),
            _ => (None, None),
        };
        let dial = PaceDial::new(ready.pacing.pacing());
        let start = Start {
            claim,
            source: ready.source,
            dial: &dial,
            kept: &kept,
            is_held: ready.pacing == WantedPacing::Step,
        };
        let delivery = match opened {
            Opened::Stream(target, _) => start.into(*target),
            Opened::Function(target) => start.into(target),
            Opened::File => {
                let id = start.claim.id();
                let file = self.open_file(id, &kept, ready.beginning).await?;
                start.into(file)
            }
        };
        self.follow(Live {
            counts_before: ready.counts,
            taken_before: ready.taken,
            pacing: ready.pacing,
            kept,
            delivery,
            dial,
            grant,
            through,
        });
        Ok(())
    }
}

pub(super) fn is_at_its_end(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Finished | DeliveryState::Cancelled)
}

/// The name of the replay, other than this plan's, that writes into a file or can go on in it.
fn writer_of(store: &Store, token: &str, path: &Path) -> Result<Option<String>, EngineError> {
    let target = path.display().to_string();
    let may_write = |head: &DeliveryHead| {
        head.kind == DeliveryKind::Replay
            && head.target_stream.is_none()
            && head.target == target
            && head.token != token
            && !is_at_its_end(head.state)
    };
    for head in store.delivery_heads()?.into_iter().filter(may_write) {
        // a plan that this version cannot read goes on in no file
        if let Ok(kept) = KeptReplay::of_delivery(&store.delivery(head.id)?)
            && let KeptInto::File { path: into, .. } = &kept.into
            && into == path
        {
            return Ok(Some(kept.name()));
        }
    }
    Ok(None)
}
