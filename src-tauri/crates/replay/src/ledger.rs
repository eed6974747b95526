//! What the journal knows of replays: each record with its original, its place and its doubts.
//!
//! Read whole: about 150 bytes a record of one delivery. The journal itself is the store's.

use crate::{ReplayError, SentRecord};
use std::collections::{BTreeMap, HashSet};
use store::{
    AttemptResult, DeliveryId, DeliveryKind, LogEvent, LogLine, RecordId, ShardKey, Store, Subject,
};

/// The records of one delivery in the order of its plan, those that are settled and those that are not.
pub fn sent_records(store: &Store, delivery: DeliveryId) -> Result<Vec<SentRecord>, ReplayError> {
    let mut sent: BTreeMap<u64, SentRecord> = BTreeMap::new();
    each_line(store, delivery, |line| match line.event {
        LogEvent::Intended(Subject::Captured {
            record,
            sequence,
            sub,
        }) => {
            sent.entry(line.position).or_insert_with(|| SentRecord {
                position: line.position,
                origin: record,
                sequence,
                sub,
                place: None,
                may_be_doubled: false,
            });
        }
        LogEvent::Came(AttemptResult::Acknowledged { shard, sequence }) => {
            if let Some(record) = sent.get_mut(&line.position) {
                record.place = Some((shard, sequence));
            }
        }
        LogEvent::Intended(Subject::Composed { .. }) | LogEvent::Came(_) => {}
    })?;
    let progress = store.delivery_progress(delivery)?;
    for position in progress
        .may_be_doubled()
        .into_iter()
        .chain(progress.unsettled())
    {
        if let Some(record) = sent.get_mut(&position) {
            record.may_be_doubled = true;
        }
    }
    Ok(sent.into_values().collect())
}

/// Records of these shards that any replay of this workspace has delivered.
pub(crate) fn replayed_before(
    store: &Store,
    shards: &HashSet<ShardKey>,
) -> Result<HashSet<RecordId>, ReplayError> {
    let mut replayed = HashSet::new();
    for delivery in store.deliveries(i64::MAX as usize)? {
        if delivery.delivery.kind != DeliveryKind::Replay {
            continue;
        }
        let mut origins: BTreeMap<u64, RecordId> = BTreeMap::new();
        each_line(store, delivery.id, |line| match line.event {
            LogEvent::Intended(Subject::Captured { record, .. })
                if shards.contains(&record.shard()) =>
            {
                origins.insert(line.position, record);
            }
            LogEvent::Came(AttemptResult::Acknowledged { .. }) => {
                replayed.extend(origins.remove(&line.position));
            }
            _ => {}
        })?;
    }
    Ok(replayed)
}

fn each_line(
    store: &Store,
    delivery: DeliveryId,
    mut take: impl FnMut(LogLine),
) -> Result<(), ReplayError> {
    let mut from = None;
    loop {
        let page = store.delivery_log(delivery, from)?;
        page.lines.into_iter().for_each(&mut take);
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(()),
        }
    }
}
