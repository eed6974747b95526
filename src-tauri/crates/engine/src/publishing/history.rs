//! What was published: one by one and as a list, from the journal and from what runs.

use super::{
    Draft, SentRecord,
    plan::{Again, Plan, PlanOf},
    tally::{Life, Tally},
};
use crate::{ConnectionId, Engine, EngineError};
use publish::{Message, Phase, Progress};
use record::Millis;
use std::{path::PathBuf, sync::Arc};
use store::{DeliveryId, DeliveryKind, DeliveryState, StoreError, StoredDelivery};

/// Entries of the history in one answer.
const MOST_ROWS: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublishKind {
    Draft,
    Import,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublishState {
    Running,
    Paused,
    /// Everything came to its outcome.
    Finished,
    Cancelled,
    /// It could not go on; the message says why.
    Failed,
    /// The program ended before.
    Interrupted,
}

/// One publishing.
#[derive(Clone, Debug)]
pub struct Published {
    pub id: DeliveryId,
    pub at: Millis,
    pub stream: String,
    /// As STS said; none where the endpoint has no STS.
    pub caller: Option<String>,
    pub kind: PublishKind,
    pub state: PublishState,
    pub sent: u64,
    pub refused: u64,
    pub unclear: u64,
    pub total: u64,
    pub size_bytes: u64,
    /// The first ones with their keys; none in a list.
    pub results: Vec<(String, SentRecord)>,
    pub records_per_second: f64,
    pub left_millis: Option<u64>,
    pub message: Option<String>,
    /// What can be done about it.
    pub hint: Option<String>,
    /// [`Engine::go_on_publishing`] takes it.
    pub can_go_on: bool,
    /// The file that it reads then; it may lie elsewhere by now.
    pub file: Option<PathBuf>,
    /// The stream that it writes to, where it can go on and the connection to it is open.
    pub writes_to: Option<(ConnectionId, String)>,
}

/// A message out of the history.
#[derive(Clone, Debug)]
pub struct PublishedDraft {
    pub draft: Draft,
    /// Its connection is open; else the draft's means nothing.
    pub is_connected: bool,
}

impl Engine {
    /// # Errors
    /// [`StoreError::UnknownDelivery`]
    pub async fn published(&self, id: DeliveryId) -> Result<Published, EngineError> {
        let progress = self.publishing().progress(id);
        // until it counts, what was counted before stands
        let counts = |now: &Progress| now.phase != Phase::Beginning;
        let (stored, plan, tally) = self
            .stored_publishing(id, progress.as_ref().is_some_and(counts))
            .await?;
        let through = self.through(&plan.origin);
        let mut published = published(stored, plan, &tally, progress.as_ref());
        let to = through.filter(|_| published.can_go_on);
        published.writes_to = to.map(|id| (id, published.stream.clone()));
        Ok(published)
    }

    async fn stored_publishing(
        &self,
        id: DeliveryId,
        is_running: bool,
    ) -> Result<(StoredDelivery, Plan, Arc<Tally>), EngineError> {
        let stored = self.ask(move |store| store.delivery(id)).await?;
        if stored.delivery.kind != DeliveryKind::Publish {
            return Err(StoreError::UnknownDelivery(id).into());
        }
        let plan = plan_of(&stored)?;
        let kept = self.publishing().tallies.get(id, stored.changed_at);
        if let Some(tally) = kept.filter(|_| !is_running) {
            return Ok((stored, plan, tally));
        }
        let life = life(stored.state, &plan, is_running);
        let tally = self.ask(move |store| Tally::read(store, id, life)).await?;
        let tally = Arc::new(tally);
        if !is_running {
            let tallies = &self.publishing().tallies;
            tallies.keep(id, stored.changed_at, &tally);
        }
        Ok((stored, plan, tally))
    }

    /// How many there are, and some of them, the newest first, without what became of single records.
    pub async fn publish_history(
        &self,
        first: usize,
        count: usize,
    ) -> Result<(usize, Vec<Published>), EngineError> {
        let ids = self
            .ask(|store| store.delivery_ids(DeliveryKind::Publish))
            .await?;
        let mut rows = Vec::new();
        for id in ids.iter().skip(first).take(count.min(MOST_ROWS)) {
            let mut row = self.published(*id).await?;
            row.results = Vec::new();
            rows.push(row);
        }
        Ok((ids.len(), rows))
    }

    /// The message as it was composed; none for an import.
    pub async fn draft_of_published(
        &self,
        id: DeliveryId,
    ) -> Result<Option<PublishedDraft>, EngineError> {
        let stored = self.ask(move |store| store.delivery(id)).await?;
        let plan = plan_of(&stored)?;
        let connections = self.connections().into_iter();
        let open = connections.filter(|opened| opened.choice == plan.origin.choice);
        let open = open.map(|opened| opened.id).next();
        let draft = composed_draft(stored, plan, open.unwrap_or(ConnectionId(0)));
        Ok(draft.map(|draft| PublishedDraft {
            draft,
            is_connected: open.is_some(),
        }))
    }
}

/// The message as it was composed; none for an import.
pub(super) fn composed_draft(
    stored: StoredDelivery,
    plan: Plan,
    connection: ConnectionId,
) -> Option<Draft> {
    let (PlanOf::Draft(of), Some(composed)) = (plan.of, stored.delivery.composed) else {
        return None;
    };
    Some(Draft {
        connection,
        stream: plan.stream,
        message: Message {
            text: String::from_utf8_lossy(&composed.body).into_owned(),
            format: of.format.into(),
            key: composed.partition_key,
            explicit_hash_key: composed.explicit_hash_key.map(|key| key.to_string()),
            is_literal: of.is_literal,
            encoding: of.encoding,
        },
        repeat: of.repeat,
        every_millis: of.every_millis,
        aggregate: plan.aggregate,
        order: plan.order.into(),
        moment: None,
    })
}

pub(super) fn plan_of(stored: &StoredDelivery) -> Result<Plan, EngineError> {
    serde_json::from_str(&stored.delivery.plan).map_err(|error| {
        let what = format!(
            "what was planned for delivery {} cannot be read: {error}",
            stored.id
        );
        EngineError::Store(StoreError::Damaged { what })
    })
}

fn published(
    stored: StoredDelivery,
    plan: Plan,
    tally: &Tally,
    progress: Option<&Progress>,
) -> Published {
    let state = state(stored.state, progress);
    // while it runs only the first page of the log is read
    let (sent, refused, unclear) = match progress {
        Some(now) if now.phase != Phase::Beginning => {
            (now.already + now.acknowledged, now.unfit, now.doubtful)
        }
        _ => (tally.sent, tally.refused, tally.unclear),
    };
    let is_cut_off = matches!(state, PublishState::Interrupted | PublishState::Failed);
    let can_go_on = is_cut_off && plan.again.is_some();
    let file = plan.file().filter(|_| can_go_on).cloned();
    let mut rows = tally.rows.iter().cloned();
    let left_millis = left_millis(&plan, sent + refused + unclear, progress);
    let keys = plan.keys.into_iter();
    Published {
        id: stored.id,
        at: stored.delivery.created_at,
        stream: plan.stream,
        caller: Some(stored.delivery.caller).filter(|caller| !caller.is_empty()),
        kind: match plan.of {
            PlanOf::Draft(_) => PublishKind::Draft,
            PlanOf::Import => PublishKind::Import,
        },
        state,
        sent,
        refused,
        unclear,
        total: plan.total,
        size_bytes: plan.size_bytes,
        results: keys
            .map(|key| (key, rows.next().unwrap_or_default()))
            .collect(),
        records_per_second: progress.map_or(0.0, |now| now.records_per_second),
        left_millis,
        message: match state {
            PublishState::Interrupted => {
                Some("the program ended before everything was sent".to_owned())
            }
            // of one that runs it says who writes
            PublishState::Failed => stored.detail,
            _ => None,
        },
        hint: is_cut_off.then(|| hint(can_go_on).to_owned()),
        can_go_on,
        file,
        writes_to: None,
    }
}

fn life(state: DeliveryState, plan: &Plan, is_running: bool) -> Life {
    let is_at_its_end = matches!(state, DeliveryState::Finished | DeliveryState::Cancelled);
    match plan.again {
        _ if is_running => Life::Running,
        Some(_) if !is_at_its_end => Life::CutOff,
        _ => Life::Over,
    }
}

fn hint(can_go_on: bool) -> &'static str {
    if can_go_on {
        "Go on with it: what is in the stream, and what may be, is not sent again."
    } else {
        "It cannot go on: what it was made of was not kept. What is in the stream, and what may be, is counted."
    }
}

fn state(stored: DeliveryState, progress: Option<&Progress>) -> PublishState {
    match (progress.map(|now| now.phase), stored) {
        (Some(Phase::Beginning | Phase::Running | Phase::Ending | Phase::Ended), _) => {
            PublishState::Running
        }
        (Some(Phase::Pausing | Phase::Paused), _) => PublishState::Paused,
        (None, DeliveryState::Finished) => PublishState::Finished,
        (None, DeliveryState::Cancelled) => PublishState::Cancelled,
        (None, DeliveryState::Stopped) => PublishState::Failed,
        (None, DeliveryState::Planned | DeliveryState::Running | DeliveryState::Paused) => {
            PublishState::Interrupted
        }
    }
}

/// By the time between two records where a person set it, by the present rate otherwise.
fn left_millis(plan: &Plan, done: u64, progress: Option<&Progress>) -> Option<u64> {
    let now = progress?;
    let left = plan.total.saturating_sub(done) as f64;
    let by_rate = (now.records_per_second > 0.0).then(|| left / now.records_per_second * 1000.0);
    let by_plan = millis_between(plan).map(|every| left * every);
    let millis = match (by_rate, by_plan) {
        (Some(rate), Some(plan)) => rate.max(plan),
        (rate, plan) => rate.or(plan)?,
    };
    Some(millis as u64)
}

/// Between two records, where a person set it.
fn millis_between(plan: &Plan) -> Option<f64> {
    match (&plan.of, &plan.again) {
        (PlanOf::Draft(draft), _) => draft.every_millis.map(f64::from),
        (PlanOf::Import, Some(Again::Import(import))) => Some(1000.0 / import.records_per_second?),
        (PlanOf::Import, _) => None,
    }
}
