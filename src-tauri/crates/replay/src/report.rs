//! What became of a replay, record by record, for people and for other programs: of every record that was
//! planned, sent or not.

use crate::{Ledger, Plan, ReplayError, Settled, names::shard_names};
use exchange::{ReplayReport, ReportEvent, ReportRow};
use record::ShardId;
use store::{DeliveryId, DeliveryState, Store};

/// The report of one delivery; `exchange` writes it as JSON or CSV.
pub fn report(
    store: &Store,
    delivery: DeliveryId,
    plan: &Plan,
) -> Result<ReplayReport, ReplayError> {
    let stored = store.delivery(delivery)?;
    let names = shard_names(store)?;
    let mut ledger = Ledger::new(delivery);
    ledger.read_on(store)?;
    ledger.fill(store, plan)?;
    let mut rows = Vec::new();
    for sent in ledger.records() {
        let shard = sent.origin.shard();
        let (stream, shard) = names.get(&shard).ok_or(ReplayError::UnknownShard(shard))?;
        let outcome = match sent.settled {
            Settled::Acknowledged => "acknowledged",
            Settled::Refused => "refused",
            // under way when it was last heard of: it may be there, or not
            Settled::InFlight | Settled::Unclear => "unclear",
            Settled::Waiting => "planned",
        };
        let (target_shard, target_sequence) = sent.place.clone().unzip();
        rows.push(ReportRow {
            source_stream: stream.to_string(),
            source_shard: shard.to_string(),
            source_sequence: sent.sequence.to_string(),
            source_sub: sent.sub,
            outcome: outcome.to_owned(),
            may_be_doubled: sent.may_be_doubled(),
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
        events: store
            .delivery_events(delivery)?
            .into_iter()
            .map(|event| ReportEvent {
                at: event.at.to_string(),
                state: word(event.state).to_owned(),
                detail: event.detail,
            })
            .collect(),
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
