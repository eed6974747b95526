use crate::wire::{Grant, Number, TargetFacts, TargetShard};
use engine::{Granted, Identity, ShardSummary, WriteTarget};

impl From<engine::TargetFacts> for TargetFacts {
    fn from(facts: engine::TargetFacts) -> Self {
        let open = facts.shards.iter().filter(|shard| shard.is_open());
        let target = facts.question.target();
        let why = facts.question.production_sign().map(ToString::to_string);
        Self {
            account: account(target),
            region: target.region().to_owned(),
            endpoint: target.endpoint().to_owned(),
            stream: target.name().to_string(),
            arn: target.stream().arn.to_string(),
            caller: caller(target),
            looks_like_production: why.is_some(),
            why: why.into_iter().collect(),
            automatic_distribution: facts.is_placed_automatically(),
            shards: open.map(TargetShard::from).collect(),
            record_limit_bytes: Number::from_u64(facts.record_limit_bytes()),
        }
    }
}

impl From<&ShardSummary> for TargetShard {
    fn from(shard: &ShardSummary) -> Self {
        Self {
            shard: shard.id.to_string(),
            start_hash: shard.hash_range.start.to_string(),
            end_hash: shard.hash_range.end.to_string(),
        }
    }
}

impl From<Granted> for Grant {
    fn from(granted: Granted) -> Self {
        let target = granted.grant.target();
        Self {
            id: granted.id.to_string(),
            connection: granted.through.to_string(),
            account: account(target),
            region: target.region().to_owned(),
            endpoint: target.endpoint().to_owned(),
            stream: target.name().to_string(),
            arn: target.stream().arn.to_string(),
            stream_created_at: Number::from_i64(target.stream().created_at.0),
            caller: caller(target),
            granted_at: Number::from_i64(granted.grant.granted_at().0),
            expires_at: Number::from_i64(granted.grant.expires_at().0),
            looks_like_production: granted.production_sign.is_some(),
            why: granted
                .production_sign
                .iter()
                .map(ToString::to_string)
                .collect(),
            connection_label: granted.connection_label,
        }
    }
}

fn account(target: &WriteTarget) -> Option<String> {
    Some(target.account().to_owned()).filter(|account| !account.is_empty())
}

fn caller(target: &WriteTarget) -> Option<String> {
    match target.caller() {
        Identity::Known { arn, .. } => Some(arn.clone()),
        Identity::Absent { .. } => None,
    }
}
