//! How far a replay is on each shard of its target: planned, acknowledged, in flight. Where the target was resharded
//! since the plan, what its new shards took stands beside what was planned for the old ones.

use publish::ShardProgress;
use record::ShardId;
use replay::{LedgerRecord, Settled, ShardShare};
use std::collections::BTreeMap;

/// Shown of one replay.
const MOST_SHARDS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayShard {
    pub shard: ShardId,
    /// 0 for a shard that the plan does not know.
    pub planned: u64,
    pub acknowledged: u64,
    pub in_flight: u64,
}

/// What each shard took before, by the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TakenBefore(BTreeMap<ShardId, u64>);

impl TakenBefore {
    pub fn count(&mut self, record: &LedgerRecord) {
        if let (Settled::Acknowledged, Some((shard, _))) = (record.settled, &record.place) {
            match self.0.get_mut(shard) {
                Some(count) => *count += 1,
                None => {
                    self.0.insert(shard.clone(), 1);
                }
            }
        }
    }
}

/// In the order of the plan, and how many there are in all; of very many those with the most planned.
pub(super) fn shards(
    planned: &[ShardShare],
    before: &TakenBefore,
    now: &[ShardProgress],
) -> (Vec<ReplayShard>, usize) {
    let mut taken = before.0.clone();
    let mut in_flight = BTreeMap::new();
    for shard in now {
        if shard.acknowledged > 0 {
            *taken.entry(shard.shard.clone()).or_default() += shard.acknowledged;
        }
        in_flight.insert(&shard.shard, shard.under_way);
    }
    let mut all: Vec<_> = planned
        .iter()
        .map(|share| ReplayShard {
            planned: share.records,
            acknowledged: taken.remove(&share.shard).unwrap_or_default(),
            in_flight: in_flight.get(&share.shard).copied().unwrap_or_default(),
            shard: share.shard.clone(),
        })
        .collect();
    let others = taken.into_iter().map(|(shard, acknowledged)| ReplayShard {
        shard,
        planned: 0,
        acknowledged,
        in_flight: 0,
    });
    // a file and a function have places that are no shards
    if !all.is_empty() {
        all.extend(others);
    }
    let total = all.len();
    if total > MOST_SHARDS {
        let mut planned: Vec<u64> = all.iter().map(|shard| shard.planned).collect();
        planned.sort_unstable_by(|one, other| other.cmp(one));
        let least = planned[MOST_SHARDS - 1];
        all.retain(|shard| shard.planned >= least);
        all.truncate(MOST_SHARDS);
    }
    (all, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> ShardId {
        format!("shardId-{number:012}").parse().expect("an id")
    }

    fn planned(records: impl IntoIterator<Item = u64>) -> Vec<ShardShare> {
        let shares = records.into_iter().enumerate();
        let share = |(number, records)| ShardShare {
            shard: id(number),
            records,
            bytes: records,
        };
        shares.map(share).collect()
    }

    fn now(number: usize, acknowledged: u64, under_way: u64) -> ShardProgress {
        ShardProgress {
            shard: id(number),
            acknowledged,
            under_way,
        }
    }

    #[test]
    fn starts_are_added_up_and_new_shards_stand_beside() {
        let before = TakenBefore([(id(0), 3), (id(7), 1)].into());
        let of = [now(0, 2, 4), now(1, 0, 1), now(7, 5, 0)];
        let (shards, total) = shards(&planned([10, 20]), &before, &of);
        let figures: Vec<_> = shards
            .iter()
            .map(|one| (one.planned, one.acknowledged, one.in_flight))
            .collect();
        assert_eq!(figures, [(10, 5, 4), (20, 0, 1), (0, 6, 0)]);
        assert_eq!((total, shards[2].shard.clone()), (3, id(7)));
    }

    #[test]
    fn what_has_no_shards_has_none() {
        let nothing = TakenBefore::default();
        assert_eq!(shards(&[], &nothing, &[now(0, 5, 0)]), (Vec::new(), 0));
    }

    #[test]
    fn of_very_many_those_with_the_most_planned_are_told() {
        let (shards, total) = shards(&planned(0..200), &TakenBefore::default(), &[]);
        assert_eq!((shards.len(), total), (MOST_SHARDS, 200));
        assert_eq!(shards[0].planned, 200 - MOST_SHARDS as u64);
    }
}
