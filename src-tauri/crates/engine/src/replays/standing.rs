//! How each replay stands: from its delivery while it runs, from its journal afterwards.

use super::{
    CaptureBeside, KeptReplay, ReplayShard, WantedPacing,
    running::Live,
    sharded::{TakenBefore, shards},
    turned,
    wanted::KeptInto,
};
use crate::{ConnectionId, Engine, EngineError, engine::blocking};
use publish::{Phase, Progress};
use record::Millis;
use replay::{Ledger, Settled};
use std::sync::Arc;
use store::{DeliveryId, DeliveryKind, DeliveryState, RecordId, StoredDelivery};

/// In one list.
const MOST_REPLAYS: usize = 1_000;

#[derive(Clone, Debug, PartialEq)]
pub struct ReplayOverview {
    pub id: DeliveryId,
    pub name: String,
    pub state: ReplayState,
    /// The stream, the file or the function.
    pub target: String,
    pub started_at: Millis,
    pub ended_at: Option<Millis>,
    pub counts: ReplayCounts,
    pub planned: u64,
    pub in_flight: u64,
    /// Of the target, those with the most planned; none where it has none.
    pub shards: Vec<ReplayShard>,
    /// All of them.
    pub shards_total: usize,
    pub records_per_second: f64,
    pub left_millis: Option<u64>,
    /// By how much the last record missed its time, where it has one.
    pub late_millis: Option<u64>,
    pub message: Option<String>,
    pub hint: Option<String>,
    pub pacing: WantedPacing,
    pub can_verify: bool,
    /// What leaves next, and in how long.
    pub next: Option<(RecordId, Option<u64>)>,
    /// The stream that it writes to, where the connection to it is open.
    pub writes_to: Option<(ConnectionId, String)>,
    /// Where its target was to be captured.
    pub beside: Option<CaptureBeside>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplayCounts {
    pub acknowledged: u64,
    /// In no request.
    pub refused: u64,
    /// Nobody knows whether they are in the target.
    pub unclear: u64,
    /// Acknowledged after a doubt.
    pub may_be_doubled: u64,
    /// Attempts that were refused or unclear, of all starts.
    pub retries: u64,
    /// Those of them after which the target asked to slow down.
    pub throttles: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayState {
    Running,
    Paused,
    Finished,
    Cancelled,
    /// It cannot go on.
    Failed,
    /// It came to rest before its end and can go on.
    Interrupted,
}

/// Counted once, until the journal says something new.
pub(super) struct Rest {
    changed_at: Millis,
    state: DeliveryState,
    counts: ReplayCounts,
    taken: TakenBefore,
    /// Where a person turned it.
    pacing: Option<WantedPacing>,
}

impl Engine {
    /// All replays of the workspace, the newest first.
    pub async fn replay_list(&self) -> Result<Vec<ReplayOverview>, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let replays = engine.store().delivery_ids(DeliveryKind::Replay)?;
            let replays = replays.into_iter().take(MOST_REPLAYS);
            replays
                .map(|id| engine.overview_of(engine.store().delivery(id)?))
                .collect()
        })
        .await?
    }

    pub async fn replay(&self, id: DeliveryId) -> Result<ReplayOverview, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let stored = engine.store().delivery(id)?;
            engine.overview_of(stored)
        })
        .await?
    }

    fn overview_of(&self, stored: StoredDelivery) -> Result<ReplayOverview, EngineError> {
        let running = {
            let state = self.replays().lock();
            let live = state.live.get(&stored.id);
            let live = live.filter(|live| live.progress().phase != Phase::Ended);
            live.map(|live| (Arc::clone(&live.kept), live_overview(&stored, live)))
        };
        if let Some((kept, overview)) = running {
            return Ok(ReplayOverview {
                writes_to: self.writes_to(&kept),
                beside: self.beside(&stored, &kept)?,
                ..overview
            });
        }
        let rest = self.at_rest(&stored)?;
        match KeptReplay::of_delivery(&stored) {
            Ok(kept) => Ok(ReplayOverview {
                beside: self.beside(&stored, &kept)?,
                ..self.overview_at_rest(&stored, &kept, &rest)
            }),
            Err(error) => Ok(unreadable(stored, rest.counts, &error)),
        }
    }

    fn overview_at_rest(
        &self,
        stored: &StoredDelivery,
        kept: &KeptReplay,
        rest: &Rest,
    ) -> ReplayOverview {
        let counts = rest.counts;
        let state = match stored.state {
            DeliveryState::Finished => ReplayState::Finished,
            DeliveryState::Cancelled => ReplayState::Cancelled,
            DeliveryState::Planned
            | DeliveryState::Running
            | DeliveryState::Paused
            | DeliveryState::Stopped => ReplayState::Interrupted,
        };
        let can_go_on = state == ReplayState::Interrupted;
        let message = match stored.state {
            DeliveryState::Stopped => stored.detail.clone(),
            DeliveryState::Paused => Some("the replay was paused and came to rest".to_owned()),
            DeliveryState::Planned | DeliveryState::Running => {
                Some("the program ended while this replay ran".to_owned())
            }
            DeliveryState::Finished | DeliveryState::Cancelled => None,
        };
        ReplayOverview {
            ended_at: Some(stored.changed_at),
            message,
            hint: can_go_on
                .then(|| "Resume it: it goes on after the last record that is certain.".to_owned()),
            can_verify: kept.target.is_some() && counts.acknowledged > 0,
            writes_to: self.writes_to(kept),
            pacing: rest.pacing.unwrap_or(kept.setup.pacing),
            ..base(stored, kept, state, counts).with_shards(shards(
                &kept.plan.tally.shards,
                &rest.taken,
                &[],
            ))
        }
    }

    fn writes_to(&self, kept: &KeptReplay) -> Option<(ConnectionId, String)> {
        match &kept.into {
            KeptInto::Stream { through, stream } => Some((self.through(through)?, stream.clone())),
            KeptInto::File { .. } | KeptInto::Function { .. } | KeptInto::LocalFunction { .. } => {
                None
            }
        }
    }

    pub(super) fn at_rest(&self, stored: &StoredDelivery) -> Result<Arc<Rest>, EngineError> {
        let is_same =
            |rest: &Arc<Rest>| rest.changed_at == stored.changed_at && rest.state == stored.state;
        let known = self.replays().lock().at_rest.get(&stored.id).cloned();
        if let Some(rest) = known.filter(is_same) {
            return Ok(rest);
        }
        let mut ledger = Ledger::new(stored.id);
        ledger.read_on(self.store())?;
        let (counts, taken) = counted(&ledger);
        let rest = Arc::new(Rest {
            changed_at: stored.changed_at,
            state: stored.state,
            counts,
            taken,
            pacing: turned::last(self.store(), stored.id)?,
        });
        let mut state = self.replays().lock();
        state.at_rest.insert(stored.id, Arc::clone(&rest));
        Ok(rest)
    }
}

pub(super) fn counted(ledger: &Ledger) -> (ReplayCounts, TakenBefore) {
    let in_vain = ledger.in_vain();
    let mut counts = ReplayCounts {
        retries: in_vain.attempts,
        throttles: in_vain.throttles,
        ..ReplayCounts::default()
    };
    let mut taken = TakenBefore::default();
    for record in ledger.records() {
        taken.count(record);
        match record.settled {
            Settled::Acknowledged => {
                counts.acknowledged += 1;
                counts.may_be_doubled += u64::from(record.is_doubtful);
            }
            Settled::Refused => counts.refused += 1,
            Settled::InFlight | Settled::Unclear => counts.unclear += 1,
            Settled::Waiting => {}
        }
    }
    (counts, taken)
}

/// What both kinds share; nothing of it runs.
fn base(
    stored: &StoredDelivery,
    kept: &KeptReplay,
    state: ReplayState,
    counts: ReplayCounts,
) -> ReplayOverview {
    ReplayOverview {
        id: stored.id,
        name: kept.name(),
        state,
        target: kept.target_name(),
        started_at: stored.delivery.created_at,
        ended_at: None,
        counts,
        planned: kept.plan.tally.records,
        in_flight: 0,
        shards: Vec::new(),
        shards_total: 0,
        records_per_second: 0.0,
        left_millis: None,
        late_millis: None,
        message: None,
        hint: None,
        pacing: kept.setup.pacing,
        can_verify: false,
        next: None,
        writes_to: None,
        beside: None,
    }
}

fn live_overview(stored: &StoredDelivery, live: &Live) -> ReplayOverview {
    let progress = live.progress();
    let state = match progress.phase {
        Phase::Pausing | Phase::Paused => ReplayState::Paused,
        Phase::Beginning | Phase::Running | Phase::Ending | Phase::Ended => ReplayState::Running,
    };
    let is_running = state == ReplayState::Running;
    let has_times = matches!(
        live.pacing,
        WantedPacing::Original { .. } | WantedPacing::Fixed { .. }
    );
    let next = progress.next.and_then(|(origin, due)| {
        let waits = due.saturating_sub(progress.clock);
        let wait = (is_running && has_times).then(|| millis(waits));
        Some((origin?.record, wait))
    });
    ReplayOverview {
        in_flight: progress.under_way,
        records_per_second: if is_running {
            progress.records_per_second
        } else {
            0.0
        },
        left_millis: if is_running {
            live.time_left(&progress).map(millis)
        } else {
            None
        },
        late_millis: (is_running && has_times).then(|| millis(progress.late)),
        message: progress.trouble.clone(),
        pacing: live.pacing,
        next,
        ..base(
            stored,
            &live.kept,
            state,
            live_counts(&live.counts_before, &progress),
        )
        .with_shards(shards(
            &live.kept.plan.tally.shards,
            &live.taken_before,
            &progress.shards,
        ))
    }
}

impl ReplayOverview {
    fn with_shards(mut self, (shards, total): (Vec<ReplayShard>, usize)) -> Self {
        (self.shards, self.shards_total) = (shards, total);
        self
    }
}

/// What earlier starts came to is counted on.
fn live_counts(before: &ReplayCounts, progress: &Progress) -> ReplayCounts {
    if progress.phase == Phase::Beginning {
        return *before;
    }
    ReplayCounts {
        acknowledged: progress.already + progress.acknowledged,
        refused: progress.unfit,
        unclear: progress.doubtful,
        may_be_doubled: progress.may_be_doubled,
        retries: before.retries + progress.refused + progress.unclear,
        throttles: before.throttles + progress.throttled,
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Its plan is none that this version reads: what became of its records is known all the same.
fn unreadable(stored: StoredDelivery, counts: ReplayCounts, error: &EngineError) -> ReplayOverview {
    ReplayOverview {
        id: stored.id,
        name: stored.delivery.target.clone(),
        state: ReplayState::Failed,
        target: stored.delivery.target,
        started_at: stored.delivery.created_at,
        ended_at: Some(stored.changed_at),
        counts,
        planned: counts.acknowledged + counts.unclear + counts.refused,
        in_flight: 0,
        shards: Vec::new(),
        shards_total: 0,
        records_per_second: 0.0,
        left_millis: None,
        late_millis: None,
        message: Some(error.to_string()),
        hint: None,
        pacing: WantedPacing::AtOnce,
        can_verify: false,
        next: None,
        writes_to: None,
        beside: None,
    }
}
