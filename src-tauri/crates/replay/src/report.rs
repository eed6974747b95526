//! What became of a replay, record by record, for people and for other programs.

use crate::{ReplayError, ledger::sent_records, names::shard_names};
use exchange::{ReplayReport, ReportRow};
use record::ShardId;
use std::collections::HashSet;
use store::{DeliveryId, DeliveryState, Store};

/// The report of one delivery; `exchange` writes it as JSON or CSV.
pub fn report(store: &Store, delivery: DeliveryId) -> Result<ReplayReport, ReplayError> {
    let stored = store.delivery(delivery)?;
    let names = shard_names(store)?;
    let unsettled: HashSet<u64> = store
        .delivery_progress(delivery)?
        .unsettled()
        .into_iter()
        .collect();
    let mut rows = Vec::new();
    for sent in sent_records(store, delivery)? {
        let shard = sent.origin.shard();
        let (stream, shard) = names.get(&shard).ok_or(ReplayError::UnknownShard(shard))?;
        let outcome = match sent.place {
            Some(_) => "acknowledged",
            None if unsettled.contains(&sent.position) => "unclear",
            None => "planned",
        };
        let (target_shard, target_sequence) = sent.place.unzip();
        rows.push(ReportRow {
            source_stream: stream.to_string(),
            source_shard: shard.to_string(),
            source_sequence: sent.sequence.to_string(),
            source_sub: sent.sub,
            outcome: outcome.to_owned(),
            may_be_doubled: sent.may_be_doubled,
            target_shard: target_shard.map(|shard: ShardId| shard.to_string()),
            target_sequence: target_sequence.map(|sequence| sequence.to_string()),
        });
    }
    Ok(ReplayReport {
        started_at: stored.delivery.created_at.to_string(),
        caller: stored.delivery.caller,
        target: stored.delivery.target,
        order: stored.delivery.order,
        state: word(stored.state).to_owned(),
        rows,
    })
}

fn word(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Planned => "planned",
        DeliveryState::Running => "running",
        DeliveryState::Paused => "paused",
        DeliveryState::Finished => "finished",
        DeliveryState::Cancelled => "cancelled",
        DeliveryState::Stopped => "stopped",
    }
}
