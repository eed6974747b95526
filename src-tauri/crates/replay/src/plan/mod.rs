//! What a replay will do, worked out without sending anything.
//!
//! A plan is made from the same composing as the run, over the same pinned records, so the run does
//! what the plan says. It is saved as JSON and can be run later. What it cannot know: throttling by
//! other writers, and a reshard of the target.

mod flow;
mod tally;

pub use tally::{KeyCollisions, LeftOut, ShardShare, Tally};

use crate::{
    Composer, Pacing, PinnedSelection, Recipe, ReplayError, Schedule, TargetShards,
    ledger::replayed_before,
};
use flow::Flow;
use publish::Limits;
use record::Millis;
use serde::{Deserialize, Serialize};
use store::{Payloads, ShardKey, Store};

/// Everything that decides what is sent, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplayRequest {
    pub selection: PinnedSelection,
    pub recipe: Recipe,
    pub pacing: Pacing,
    /// Absent where the target has no shards: a file, a function.
    pub targets: Option<TargetShards>,
    pub limits: RequestLimits,
}

/// [`publish::Limits`], saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestLimits {
    pub request_records: usize,
    pub request_bytes: usize,
    pub record_bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub request: ReplayRequest,
    pub tally: Tally,
    /// Of the records that are sent, in the time of the capture.
    pub first_at: Option<Millis>,
    pub last_at: Option<Millis>,
    /// Sent before by a replay of this workspace, into any target.
    pub replayed_before: u64,
    pub duration: PlannedDuration,
}

/// At 1 MB and 1,000 records a second and shard (Kinesis' quotas), with nobody else writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedDuration {
    /// Until the last record is due.
    pub by_pace_millis: u64,
    /// What the busiest shard needs at least.
    pub by_quota_millis: u64,
    /// Both together: a shard that is behind goes on at its quota.
    pub expected_millis: u64,
}

impl From<Limits> for RequestLimits {
    fn from(limits: Limits) -> Self {
        Self {
            request_records: limits.request_records,
            request_bytes: limits.request_bytes,
            record_bytes: limits.record_bytes,
        }
    }
}

impl From<RequestLimits> for Limits {
    fn from(limits: RequestLimits) -> Self {
        Self {
            request_records: limits.request_records,
            request_bytes: limits.request_bytes,
            record_bytes: limits.record_bytes,
        }
    }
}

impl ReplayRequest {
    pub fn composer(&self, store: &Store) -> Result<Composer, ReplayError> {
        let sources: Vec<ShardKey> = self.selection.shards().collect();
        Composer::new(
            &self.recipe,
            store,
            &sources,
            self.targets.as_ref(),
            self.limits.into(),
        )
    }

    /// Reads the whole selection once; payloads only where a rule looks into them. `cancel` is asked
    /// now and then; a cancelled plan is none.
    pub fn plan(
        self,
        store: &Store,
        is_cancelled: impl Fn() -> bool,
    ) -> Result<Option<Plan>, ReplayError> {
        let composer = self.composer(store)?;
        let payloads = if composer.needs_no_payload() {
            Payloads::Without
        } else {
            Payloads::With
        };
        let mut reader = self.selection.read(store, payloads)?;
        let mut tally = Tally::new(self.recipe.rules.len(), self.targets.as_ref());
        let mut keys = composer.changes_keys().then(tally::KeyWatch::default);
        let mut flow = Flow::new(
            self.targets
                .as_ref()
                .map_or(0, |targets| targets.shards().len()),
        );
        let mut schedule = Schedule::new(self.pacing);
        let mut ends: Option<(Millis, Millis)> = None;
        let replayed = replayed_before(store, &self.selection.shards().collect())?;
        let mut replayed_before = 0;
        while let Some(selected) = reader.next_record()? {
            if selected.position.is_multiple_of(4_096) && is_cancelled() {
                return Ok(None);
            }
            let sent = composer.compose(&selected.record);
            let shard = match composer.check(&sent) {
                Ok(()) => tally.sent(&sent, self.targets.as_ref()),
                Err(unfit) => {
                    tally.left_out(&unfit);
                    continue;
                }
            };
            if let Some(keys) = &mut keys {
                keys.see(selected.record.partition_key.as_deref(), &sent.key);
            }
            replayed_before += u64::from(replayed.contains(&selected.record.id));
            flow.send(schedule.pass(selected.at.0), shard, sent.size_bytes);
            ends = Some((ends.map_or(selected.at, |ends| ends.0), selected.at));
        }
        tally.key_collisions = keys
            .map(tally::KeyWatch::into_collisions)
            .unwrap_or_default();
        Ok(Some(Plan {
            request: self,
            tally,
            first_at: ends.map(|ends| ends.0),
            last_at: ends.map(|ends| ends.1),
            replayed_before,
            duration: flow.duration(),
        }))
    }
}

impl Plan {
    pub fn to_json(&self) -> Result<String, ReplayError> {
        serde_json::to_string(self).map_err(ReplayError::SavedPlan)
    }

    pub fn from_json(text: &str) -> Result<Self, ReplayError> {
        serde_json::from_str(text).map_err(ReplayError::SavedPlan)
    }
}
