use crate::wire::{
    KeyCollision, KeyCollisions, LeftOut, LeftOutRecord, LoadedPlan, Number, PlannedKeys,
    PlannedShard, ReplayPlan, ReplayPreview, RuleCount,
};
use engine::{PlanOverview, WantedReplay};
use record::Millis;

impl From<(WantedReplay, PlanOverview)> for LoadedPlan {
    fn from((wanted, plan): (WantedReplay, PlanOverview)) -> Self {
        Self {
            request: wanted.into(),
            plan: plan.into(),
        }
    }
}

impl From<PlanOverview> for ReplayPlan {
    fn from(plan: PlanOverview) -> Self {
        let count = Number::from_u64;
        Self {
            id: plan.id.to_string(),
            records: count(plan.records),
            size_bytes: count(plan.size_bytes),
            unique: PlannedKeys {
                keys: plan.keys.map(count),
            },
            shards: plan.shards.into_iter().map(PlannedShard::from).collect(),
            first_at: at(plan.first_at),
            last_at: at(plan.last_at),
            by_pace_millis: count(plan.by_pace_millis),
            by_quota_millis: count(plan.by_quota_millis),
            expected_millis: count(plan.expected_millis),
            left_out: LeftOut {
                oversize: count(plan.oversize),
                without_key: count(plan.bad_key),
                examples: each(plan.left_out, |(record, message)| LeftOutRecord {
                    record: record.to_string(),
                    message,
                }),
            },
            key_collisions: KeyCollisions {
                groups: count(plan.key_collisions),
                examples: each(plan.collisions, |(to, from)| KeyCollision { to, from }),
            },
            replayed_before: count(plan.replayed_before),
            changed: each(plan.changed, |(rule, records)| RuleCount {
                rule,
                records: count(records),
            }),
            warnings: plan.warnings,
        }
    }
}

fn each<A, B>(items: Vec<A>, convert: impl FnMut(A) -> B) -> Vec<B> {
    items.into_iter().map(convert).collect()
}

impl From<engine::PlannedShard> for PlannedShard {
    fn from(shard: engine::PlannedShard) -> Self {
        Self {
            shard: shard.shard,
            records: Number::from_u64(shard.records),
            size_bytes: Number::from_u64(shard.size_bytes),
            share: Number::from_rate(shard.share),
        }
    }
}

impl From<engine::ReplayPreview> for ReplayPreview {
    fn from(preview: engine::ReplayPreview) -> Self {
        Self {
            position: Number::from_u64(preview.position),
            total: Number::from_u64(preview.total),
            record: preview.record.to_string(),
            key_before: preview.key_before,
            key_after: preview.key_after,
            shard_after: preview.shard_after,
            before: preview.before,
            after: preview.after,
            changed: preview.is_changed,
            rules: preview.rules,
            problem: preview.problem,
        }
    }
}

fn at(time: Option<Millis>) -> Option<Number> {
    time.map(|time| Number::from_i64(time.0))
}
