//! Plans: made in slots, kept for this run, saved to files and read again.
//!
//! A newer plan in a slot ends the older one. Planning sends questions to the target and never a Put.

use super::{KeptReplay, ReplayInto, Replays, WantedReplay, wanted::KeptInto};
use crate::{Engine, EngineError, Masks, engine::blocking, safe_text};
use publish::Order;
use record::Millis;
use replay::{
    PinnedSelection, Plan,
    transform::{NamedRule, Rule},
};
use std::{fmt, path::Path, sync::Arc};
use store::{Cancel, RecordId, Store};

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
        let mut overview = overview(id, &kept, &self.masks());
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
        let (store, clock) = (self.store().clone(), self.clock());
        blocking(move || {
            let pinned = super::setup::pin(&store, &source, clock)?;
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

    /// Reads a plan from a file that a person chose: the same records and the same rules, counted anew against the
    /// target and the journal as they are now. What is not as it was saved is a warning.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a plan of another workspace or a newer version, [`EngineError::NotConnected`]; what
    /// the target says.
    pub async fn load_plan(
        &self,
        path: &Path,
    ) -> Result<(WantedReplay, PlanOverview), EngineError> {
        let path = path.to_owned();
        let store = self.store().clone();
        let saved = blocking(move || -> Result<KeptReplay, EngineError> {
            let kept = KeptReplay::from_json(&read(&path)?)?;
            kept.require_workspace(&store)?;
            Ok(kept)
        })
        .await??;
        let wanted = self.wanted(&saved)?;
        let target = self.find_target(&wanted.into).await?;
        let (store, setup) = (self.store().clone(), wanted.setup.clone());
        let (saved, kept) = blocking(move || {
            let mut request = saved.plan.request.clone();
            request.targets.clone_from(&target.shards);
            request.limits = target.limits.into();
            let plan = request.plan(&store, || false)?;
            let plan = plan.ok_or(EngineError::Superseded)?;
            let kept = KeptReplay::new(&store, setup, target, plan)?;
            Ok::<_, EngineError>((saved, kept))
        })
        .await??;
        let changed = changed_since(&saved, &kept);
        let mut overview = self.keep_plan(kept).await?;
        overview.warnings.extend(changed);
        Ok((wanted, overview))
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

fn overview(id: PlanId, kept: &KeptReplay, masks: &Masks) -> PlanOverview {
    let Plan {
        tally, duration, ..
    } = &kept.plan;
    let of_all = |records: u64| records as f64 / tally.records.max(1) as f64;
    let shard = |share: &replay::ShardShare| PlannedShard {
        shard: share.shard.to_string(),
        records: share.records,
        size_bytes: share.bytes,
        share: of_all(share.records),
    };
    let rules = kept.setup.rules.iter().zip(&tally.changed_by_rule);
    let shown = |key: &String| safe_text(&masks.key(key)).into_owned();
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

/// What a saved plan says otherwise than the same plan made now.
fn changed_since(saved: &KeptReplay, now: &KeptReplay) -> Vec<String> {
    let (then, plan) = (&saved.plan, &now.plan);
    let mut changed = Vec::new();
    if saved.target != now.target {
        changed.push("The target was created again since this plan was saved.".to_owned());
    }
    if then.request.targets != plan.request.targets {
        changed.push(
            "The target has other shards than when this plan was saved: the shares are of those it has now."
                .to_owned(),
        );
    }
    let all = |plan: &Plan| {
        let left_out = plan.tally.left_out;
        plan.tally.records + left_out.oversize + left_out.bad_key
    };
    if all(then) != all(plan) {
        changed.push(format!(
            "The plan was of {} records when it was saved, and {} of them are left.",
            all(then),
            all(plan)
        ));
    }
    let makes_ids = |rule: &NamedRule| rule.is_on && matches!(rule.rule, Rule::NewIds { .. });
    if plan.replayed_before > 0 && plan.request.recipe.rules.iter().any(makes_ids) {
        changed.push(
            "Some of these records were replayed before. A saved plan makes the same new ids each time: give it another seed to keep the copies apart."
                .to_owned(),
        );
    }
    changed
}

fn warnings(kept: &KeptReplay) -> Vec<String> {
    let tally = &kept.plan.tally;
    let mut warnings = Vec::new();
    if kept.setup.order == Order::Fast {
        warnings.push("Records of one key may arrive in another order than they had.".to_owned());
    }
    if matches!(kept.into, KeptInto::Stream { .. }) && kept.plan.request.targets.is_none() {
        let automatic = "The target distributes records by itself: keys, placement and order do not hold there.";
        warnings.push(automatic.to_owned());
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
