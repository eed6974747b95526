//! What a replay will do, worked out without sending anything.
//!
//! A plan is made from the same composing as the run, over the same pinned records, so the run does
//! what the plan says. It is saved as JSON and can be run later. What it cannot know: throttling by
//! other writers, and a reshard of the target.

mod ahead;
mod draft;
mod flow;
mod tally;

pub use tally::{Collision, KeyCollisions, LeftOut, ShardShare, Tally};

use crate::{Composer, Pacing, PinnedSelection, Recipe, ReplayError, TargetShards, text::as_text};
use ahead::pages;
use draft::Draft;
use flow::Flow;
use publish::Limits;
use record::Millis;
use serde::{Deserialize, Serialize};
use std::thread;
use store::{Payloads, RecordId, ShardKey, Store};

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
    /// Some of what is left out, and why.
    #[serde(default)]
    pub left_out_examples: Vec<LeftOutExample>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutExample {
    #[serde(with = "as_text")]
    pub record: RecordId,
    pub why: String,
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

    /// Reads the whole selection once, on a thread of its own; payloads only where a rule looks into them.
    /// `is_cancelled` is asked now and then; a cancelled plan is none.
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
        let reader = self.selection.read(store, payloads)?;
        let mut draft = Draft::new(self, composer, store)?;
        thread::scope(|scope| {
            for page in pages(scope, reader) {
                if is_cancelled() {
                    return Ok(None);
                }
                page?.iter().for_each(|selected| draft.take(selected));
            }
            Ok(Some(draft.into_plan()))
        })
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
