//! What is being published now: begun, held, ended.

use super::{Published, plan::Plan, prepared::Prepared, tally::Tallies};
use crate::{
    Engine, EngineError, Granted,
    engine::{blocking, locked, now},
};
use kinesis::Identity;
use publish::{
    AfterUnclear, Delivery, Evenly, KinesisTarget, OrderOptions, Orders, Phase, Progress, Request,
    Target,
};
use std::{collections::HashMap, sync::Mutex, time::Duration};
use store::{Composed, DeliveryClaim, DeliveryId, DeliveryKind, NewDelivery};

const TOKEN_CHARS_MAX: usize = 100;
/// What is under way when the program ends is awaited so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// What is intended when the program is killed stays in doubt for ever: no more than full requests need.
const WINDOW_RECORDS: usize = 1_024;

#[derive(Default)]
pub(crate) struct Publishing {
    running: Mutex<HashMap<DeliveryId, Delivery>>,
    /// Held from asking the journal for a token to the delivery's place in the list above.
    pub(super) beginning: tokio::sync::Mutex<()>,
    pub(super) tallies: Tallies,
}

impl Publishing {
    pub(super) fn progress(&self, id: DeliveryId) -> Option<Progress> {
        let progress = locked(&self.running).get(&id).map(Delivery::progress);
        progress.filter(|progress| progress.phase != Phase::Ended)
    }

    fn orders(&self, id: DeliveryId) -> Option<Orders> {
        locked(&self.running).get(&id).map(Delivery::orders)
    }
}

impl Engine {
    /// What was begun with this token before.
    pub(super) async fn published_with(
        &self,
        token: &str,
    ) -> Result<Option<Published>, EngineError> {
        if token.is_empty() || token.len() > TOKEN_CHARS_MAX {
            return Err(EngineError::Input(
                "the request has no name of its own".to_owned(),
            ));
        }
        let token = token.to_owned();
        match self
            .ask(move |store| store.delivery_of_token(&token))
            .await?
        {
            Some(id) => Ok(Some(self.published(id).await?)),
            None => Ok(None),
        }
    }

    /// Begins, unless the token is known by now.
    pub(super) async fn deliver(
        &self,
        granted: Granted,
        token: String,
        prepared: Prepared,
        plan: Plan,
        composed: Option<Composed>,
        pace: Evenly,
    ) -> Result<Published, EngineError> {
        let target = granted.open(&[]).await?;
        let new = new_delivery(&granted, token, &plan, composed);
        let beginning = self.publishing().beginning.lock().await;
        let store = self.store().clone();
        let id = match blocking(move || publish::begin(&store, &new)).await?? {
            Request::Again(id) => id,
            Request::First(claim) => {
                self.carry_out_publishing(claim, target, prepared, &plan, pace)
            }
        };
        drop(beginning);
        self.published(id).await
    }

    pub(super) fn carry_out_publishing(
        &self,
        claim: DeliveryClaim,
        target: KinesisTarget,
        prepared: Prepared,
        plan: &Plan,
        pace: Evenly,
    ) -> DeliveryId {
        let options = OrderOptions {
            after_unclear: AfterUnclear::Keep,
            is_aggregated: plan.aggregate,
            window_records: WINDOW_RECORDS,
            ..OrderOptions::new(plan.order.into(), target.limits())
        };
        let map = prepared.map();
        self.hold(Delivery::start(claim, target, prepared, pace, options, map))
    }

    /// Keeps a delivery until it ends, and tells when it moves on.
    fn hold(&self, delivery: Delivery) -> DeliveryId {
        let (id, mut progress) = (delivery.id(), delivery.watch());
        locked(&self.publishing().running).insert(id, delivery);
        let (engine, notices) = (self.downgrade(), self.notices().clone());
        tokio::spawn(async move {
            // an error is the end, too
            while progress.changed().await.is_ok() {
                notices.wrote();
                if progress.borrow().phase == Phase::Ended {
                    break;
                }
            }
            if let Some(engine) = engine.upgrade() {
                let mut running = locked(&engine.publishing().running);
                // it may have been gone on with by now: another delivery holds its place
                if running.get(&id).is_some_and(is_over) {
                    running.remove(&id);
                }
            }
            notices.wrote();
        });
        id
    }

    /// What is under way is awaited; the rest waits for [`resume_publishing`](Self::resume_publishing).
    pub async fn pause_publishing_of(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.orders_of(id)?.pause().await;
        Ok(())
    }

    /// The target is confirmed again first.
    pub async fn resume_publishing(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.orders_of(id)?.resume().await;
        Ok(())
    }

    /// What was sent stays; the rest is not sent.
    pub async fn cancel_publishing(&self, id: DeliveryId) -> Result<(), EngineError> {
        self.orders_of(id)?.cancel().await;
        Ok(())
    }

    fn orders_of(&self, id: DeliveryId) -> Result<Orders, EngineError> {
        let orders = self.publishing().orders(id);
        orders.ok_or_else(|| {
            EngineError::Input("this is over: nothing of it is sent any more".to_owned())
        })
    }

    /// Before the workspace is closed: what is under way comes to its outcome, and the journal says what was not sent.
    pub(crate) async fn suspend_publishing(&self) {
        let running: Vec<_> = locked(&self.publishing().running).drain().collect();
        for (id, delivery) in running {
            if tokio::time::timeout(PATIENCE, delivery.suspend())
                .await
                .is_err()
            {
                tracing::warn!(
                    delivery = id.0,
                    "a request was still under way; its outcome is not known"
                );
            }
        }
    }
}

fn is_over(delivery: &Delivery) -> bool {
    let progress = delivery.watch();
    progress.has_changed().is_err() || progress.borrow().phase == Phase::Ended
}

fn new_delivery(
    granted: &Granted,
    token: String,
    plan: &Plan,
    composed: Option<Composed>,
) -> NewDelivery {
    let target = granted.grant.target();
    let words = [
        target.account(),
        target.region(),
        target.endpoint(),
        target.name().as_str(),
    ];
    NewDelivery {
        token,
        kind: DeliveryKind::Publish,
        created_at: now(),
        caller: match target.caller() {
            Identity::Known { arn, .. } => arn.clone(),
            Identity::Absent { .. } => String::new(),
        },
        target: words.join(" "),
        target_stream: Some(target.stream().clone()),
        order: plan.order.word().to_owned(),
        plan: serde_json::to_string(plan).expect("a plan is plain data"),
        composed,
    }
}
