//! Plans: made in slots, kept for this run, saved to files and read again.
//!
//! A newer plan in a slot ends the older one. Planning sends questions to the target and never a Put.

use super::{KeptReplay, ReplayInto, Replays, WantedReplay};
use crate::{Engine, EngineError, engine::blocking, safe_text};
use publish::Order;
use record::Millis;
use replay::{PinnedSelection, Plan};
use std::{fmt, path::Path, sync::Arc};
use store::{Cancel, RecordId, Store};

/// Kinesis Data Streams, "Quotas and limits": of one shard.
const SHARD_RECORDS_PER_SECOND: f64 = 1_000.0;
const SHARD_BYTES_PER_SECOND: f64 = 1_000_000.0;
const MOST_PLAN_BYTES: u64 = 64 << 20;

/// A plan of this run; also the token by which a replay of it starts once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlanId(String);

/// A plan for a person.
#[derive(Clone, Debug)]
pub struct PlanOverview {
    pub id: PlanId,
    pub records: u64,
    pub size_bytes: u64,
    /// Different keys, where they were counted.
    pub keys: Option<u64>,
    pub shards: Vec<PlannedShard>,
    pub first_at: Option<Millis>,
    pub last_at: Option<Millis>,
    pub by_pace_millis: u64,
    pub by_quota_millis: u64,
    pub expected_millis: u64,
    pub oversize: u64,
    pub bad_key: u64,
    /// Some that are left out, and why.
    pub left_out: Vec<(RecordId, String)>,
    pub key_collisions: u64,
    /// A new key, and old ones that became it.
    pub collisions: Vec<(String, Vec<String>)>,
    pub replayed_before: u64,
    /// Each rule that is on, and how many records it changes.
    pub changed: Vec<(String, u64)>,
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct PlannedShard {
    pub shard: String,
    pub records: u64,
    pub size_bytes: u64,
    /// Of all records.
    pub share: f64,
    pub millis_at_quota: f64,
}

impl PlanId {
    pub(super) fn new(number: u64, random: u64) -> Self {
        Self(format!("plan-{number}-{random:016x}"))
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for PlanId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Engine {
    /// Plans a replay; sends no Put.
    ///
    /// # Errors
    /// [`EngineError::Superseded`] when a newer plan was asked for in the slot; [`EngineError::Input`] for
    /// what cannot be read and for a source without records; what the target says.
    pub async fn plan_replay(
        &self,
        slot: &str,
        wanted: WantedReplay,
    ) -> Result<PlanOverview, EngineError> {
        let cancel = self.replays().take_slot(slot);
        let target = self.find_target(&wanted.into).await?;
        let request = self.request(&wanted, &target, None).await?;
        let (store, is_wanted) = (self.store().clone(), cancel.clone());
        let kept = blocking(move || {
            let plan = request.plan(&store, || is_wanted.is_cancelled())?;
            let plan = plan.ok_or(EngineError::Superseded)?;
            KeptReplay::new(&store, wanted.setup, target, plan)
        })
        .await??;
        if cancel.is_cancelled() {
            return Err(EngineError::Superseded);
        }
        self.keep_plan(kept).await
    }

    async fn keep_plan(&self, kept: KeptReplay) -> Result<PlanOverview, EngineError> {
        let tally = &kept.plan.tally;
        let selected = tally.records + tally.left_out.oversize + tally.left_out.bad_key;
        if selected == 0 {
            return Err(EngineError::Input("the source holds no records".to_owned()));
        }
        let cuts_target = self.cuts_target(&kept).await?;
        let (id, kept) = self.replays().take_plan(kept);
        let mut overview = overview(id, &kept);
        if cuts_target {
            let own = "Records of the target itself are left out of the source.";
            overview.warnings.push(own.to_owned());
        }
        Ok(overview)
    }

    /// Whether the source would have reached into the target.
    async fn cuts_target(&self, kept: &KeptReplay) -> Result<bool, EngineError> {
        let Some(target) = kept
            .target
            .as_ref()
            .and_then(super::kept::KeptStream::identity)
        else {
            return Ok(false);
        };
        let source = kept.setup.source.clone();
        let store = self.store().clone();
        blocking(move || {
            let pinned = super::setup::pin(&store, &source)?;
            reaches_into(&store, &pinned, &target)
        })
        .await?
    }

    /// Writes a plan to a file that a person chose.
    pub async fn save_plan(&self, id: &PlanId, path: &Path) -> Result<(), EngineError> {
        let kept = self.kept_plan(id)?;
        let path = path.to_owned();
        blocking(move || {
            let text = kept.to_json()?;
            std::fs::write(&path, text).map_err(|error| EngineError::File { path, error })
        })
        .await?
    }

    /// Reads a plan from a file that a person chose: the same records, the same rules, the same figures.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a plan of another workspace or a newer version, [`EngineError::NotConnected`].
    pub async fn load_plan(
        &self,
        path: &Path,
    ) -> Result<(WantedReplay, PlanOverview), EngineError> {
        let path = path.to_owned();
        let store = self.store().clone();
        let kept = blocking(move || -> Result<KeptReplay, EngineError> {
            let kept = KeptReplay::from_json(&read(&path)?)?;
            kept.require_workspace(&store)?;
            Ok(kept)
        })
        .await??;
        let wanted = self.wanted(&kept)?;
        Ok((wanted, self.keep_plan(kept).await?))
    }

    /// Where a plan goes: what is to be permitted.
    pub fn plan_target(&self, id: &PlanId) -> Result<ReplayInto, EngineError> {
        Ok(self.wanted(&*self.kept_plan(id)?)?.into)
    }

    pub(super) fn kept_plan(&self, id: &PlanId) -> Result<Arc<KeptReplay>, EngineError> {
        self.replays()
            .plan(id)
            .ok_or_else(|| EngineError::UnknownPlan(id.clone()))
    }
}

impl Replays {
    fn take_slot(&self, slot: &str) -> Cancel {
        let cancel = Cancel::new();
        let before = self.lock().slots.insert(slot.to_owned(), cancel.clone());
        if let Some(before) = before {
            before.cancel();
        }
        cancel
    }
}

fn read(path: &Path) -> Result<String, EngineError> {
    let failed = |error| EngineError::File {
        path: path.to_owned(),
        error,
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MOST_PLAN_BYTES {
        let path = path.display();
        return Err(EngineError::Input(format!(
            "{path} is too large for a plan"
        )));
    }
    std::fs::read_to_string(path).map_err(failed)
}

fn reaches_into(
    store: &Store,
    pinned: &PinnedSelection,
    target: &record::StreamIdentity,
) -> Result<bool, EngineError> {
    let streams = store.streams()?.into_iter();
    for stream in streams.filter(|stream| stream.stream.identity == *target && stream.records > 0) {
        let own = store.shards(stream.key)?;
        if pinned
            .shards()
            .any(|shard| own.iter().any(|own| own.key == shard))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn overview(id: PlanId, kept: &KeptReplay) -> PlanOverview {
    let Plan {
        tally, duration, ..
    } = &kept.plan;
    let of_all = |records: u64| records as f64 / tally.records.max(1) as f64;
    let shard = |share: &replay::ShardShare| PlannedShard {
        shard: share.shard.to_string(),
        records: share.records,
        size_bytes: share.bytes,
        share: of_all(share.records),
        millis_at_quota: (share.records as f64 / SHARD_RECORDS_PER_SECOND)
            .max(share.bytes as f64 / SHARD_BYTES_PER_SECOND)
            * 1_000.0,
    };
    let rules = kept.setup.rules.iter().zip(&tally.changed_by_rule);
    let shown = |text: &String| safe_text(text).into_owned();
    PlanOverview {
        id,
        records: tally.records,
        size_bytes: tally.bytes,
        keys: tally.key_collisions.different,
        shards: tally.shards.iter().map(shard).collect(),
        first_at: kept.plan.first_at,
        last_at: kept.plan.last_at,
        by_pace_millis: duration.by_pace_millis,
        by_quota_millis: duration.by_quota_millis,
        expected_millis: duration.expected_millis,
        oversize: tally.left_out.oversize,
        bad_key: tally.left_out.bad_key,
        left_out: kept
            .plan
            .left_out_examples
            .iter()
            .map(|one| (one.record, one.why.clone()))
            .collect(),
        key_collisions: tally.key_collisions.keys,
        collisions: tally
            .key_collisions
            .examples
            .iter()
            .map(|one| (shown(&one.to), one.from.iter().map(shown).collect()))
            .collect(),
        replayed_before: kept.plan.replayed_before,
        changed: rules
            .filter(|(rule, _)| rule.on)
            .map(|(rule, records)| (rule.name.clone(), *records))
            .collect(),
        warnings: warnings(kept),
    }
}

fn warnings(kept: &KeptReplay) -> Vec<String> {
    let tally = &kept.plan.tally;
    let mut warnings = Vec::new();
    if kept.setup.order == Order::Fast {
        warnings.push("Records of one key may arrive in another order than they had.".to_owned());
    }
    if tally.without_key > 0 {
        warnings.push(format!(
            "{} records have no partition key: they are sent under their sequence number.",
            tally.without_key
        ));
    }
    if tally.unreadable > 0 {
        warnings.push(format!(
            "{} records are no JSON: rules leave their payloads as they are.",
            tally.unreadable
        ));
    }
    if tally.key_collisions.is_partial {
        warnings.push("There are too many keys to find all that become one.".to_owned());
    }
    warnings
}
