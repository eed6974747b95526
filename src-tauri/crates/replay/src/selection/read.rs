//! Reading a pinned selection in its order: a page of each shard in memory, and nothing more.

use super::{PinnedSelection, order::Merge};
use crate::ReplayError;
use record::Millis;
use std::collections::{HashMap, VecDeque};
use store::{Payloads, ShardKey, ShardWalk, Store, WalkedRecord};

/// A record with its place in the replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedRecord {
    /// From 0, the same each time the selection is read.
    pub position: u64,
    /// When it is to happen: its arrival, never earlier than the one before it.
    pub at: Millis,
    pub record: WalkedRecord,
}

/// A place in a selection, moved on record by record. Reads from the disk: not for async code.
pub struct SelectionReader {
    lanes: Vec<Lane>,
    merge: Merge,
    payloads: Payloads,
    position: u64,
}

struct Lane {
    walk: ShardWalk,
    page: VecDeque<WalkedRecord>,
}

impl PinnedSelection {
    pub fn read(&self, store: &Store, payloads: Payloads) -> Result<SelectionReader, ReplayError> {
        let walks = self.walks(store)?;
        let parents = parents(store, &walks)?;
        let lane = |walk| Lane {
            walk,
            page: VecDeque::new(),
        };
        let mut reader = SelectionReader {
            lanes: walks.into_iter().map(lane).collect(),
            merge: Merge::new(parents),
            payloads,
            position: 0,
        };
        for lane in 0..reader.lanes.len() {
            reader.offer(lane)?;
        }
        Ok(reader)
    }
}

impl SelectionReader {
    /// The record that is next; `None` at the end.
    pub fn next_record(&mut self) -> Result<Option<SelectedRecord>, ReplayError> {
        let Some((lane, at)) = self.merge.next() else {
            return Ok(None);
        };
        let Some(record) = self.lanes[lane].page.pop_front() else {
            return Ok(None);
        };
        let position = self.position;
        self.position += 1;
        self.offer(lane)?;
        Ok(Some(SelectedRecord {
            position,
            at: Millis(at),
            record,
        }))
    }

    fn offer(&mut self, place: usize) -> Result<(), ReplayError> {
        let lane = &mut self.lanes[place];
        if lane.page.is_empty()
            && let Some(page) = lane.walk.next_page(self.payloads)?
        {
            lane.page = page.into();
        }
        let arrival = lane.page.front().map(|record| record.arrival.0);
        self.merge.offer(place, arrival);
        Ok(())
    }
}

/// For each walk, the places of the walks of its shard's parents.
fn parents(store: &Store, walks: &[ShardWalk]) -> Result<Vec<Vec<usize>>, ReplayError> {
    let mut parents_of: HashMap<ShardKey, Vec<ShardKey>> = HashMap::new();
    let mut streams: Vec<_> = walks.iter().map(ShardWalk::stream).collect();
    streams.dedup();
    for stream in streams {
        let shards = store.shards(stream)?;
        let key_of: HashMap<_, _> = shards
            .iter()
            .map(|shard| (&shard.shard.id, shard.key))
            .collect();
        for shard in &shards {
            let parents = shard.shard.parents.iter();
            let known = parents.filter_map(|id| key_of.get(id).copied());
            parents_of.insert(shard.key, known.collect());
        }
    }
    let place_of: HashMap<ShardKey, usize> = (0..)
        .zip(walks)
        .map(|(place, walk)| (walk.shard(), place))
        .collect();
    let ancestors = |walk: &ShardWalk| {
        // a parent that is not selected may have one that is
        let mut found = Vec::new();
        let mut open = parents_of.get(&walk.shard()).cloned().unwrap_or_default();
        let mut seen = open.clone();
        while let Some(shard) = open.pop() {
            if let Some(&place) = place_of.get(&shard) {
                found.push(place);
                continue;
            }
            for &above in parents_of.get(&shard).into_iter().flatten() {
                if !seen.contains(&above) {
                    seen.push(above);
                    open.push(above);
                }
            }
        }
        found
    };
    Ok(walks.iter().map(ancestors).collect())
}
