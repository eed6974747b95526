//! Lanes: queues whose records must leave one after the other, and which of them is ready.
//!
//! Ready lanes are kept by the size of their backlog in powers of two, the longest first: a long lane
//! that waits makes the whole delivery longer, a short one does not.

use super::Place;
use crate::Entry;
use mutants::Mutant;
use record::{HashKey, SequenceNumber, ShardId};
use std::collections::{HashMap, VecDeque};
use store::ShardKey;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LaneId(usize);

/// What the records of a lane have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum LaneKey {
    Key(String),
    Shard(ShardKey),
    /// Records without an origin, in the strict order.
    NoShard,
    /// The predicted target shard, `None` where there is no prediction.
    Landing(Option<usize>),
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub position: u64,
    pub at_millis: i64,
    pub entry: Entry,
}

#[derive(Debug, Default)]
pub(super) struct Lane {
    key: Option<LaneKey>,
    queue: VecDeque<Waiting>,
    is_under_way: bool,
    /// Its place among the ready ones: an older ticket means nothing any more.
    ticket: Option<u64>,
    /// The last numbers that this lane's records got, by the shard that they landed on.
    pub acknowledged: Vec<(ShardId, SequenceNumber)>,
    pub last_hash: Option<HashKey>,
}

impl Lane {
    pub fn head(&self) -> Option<&Entry> {
        self.queue.front().map(|waiting| &waiting.entry)
    }

    /// Records that wait or are under way.
    pub fn len(&self) -> usize {
        self.queue.len() + usize::from(self.is_under_way)
    }
}

/// 2^16 and more is one class: no window is that large.
const CLASSES: usize = 17;

#[derive(Debug, Default)]
pub(super) struct Lanes {
    all: Vec<Lane>,
    free: Vec<LaneId>,
    by_key: HashMap<LaneKey, LaneId>,
    ready: [VecDeque<(LaneId, u64)>; CLASSES],
    ready_count: usize,
    /// How many lanes there are of each class, ready or not.
    counts: [usize; CLASSES],
    tickets: u64,
}

fn class(len: usize) -> Option<usize> {
    len.checked_ilog2()
        .map(|log| (log as usize).min(CLASSES - 1))
}

impl Lanes {
    /// Queues a record; `None` as key makes a lane of its own.
    pub fn push(&mut self, key: Option<LaneKey>, waiting: Waiting) -> LaneId {
        let known = key.as_ref().and_then(|key| self.by_key.get(key).copied());
        let id = known.unwrap_or_else(|| self.open(key));
        self.resized(id, |lane| lane.queue.push_back(waiting));
        id
    }

    /// The lane of a source shard, with or without records.
    pub fn of_shard(&mut self, shard: ShardKey) -> LaneId {
        let key = LaneKey::Shard(shard);
        let known = self.by_key.get(&key).copied();
        known.unwrap_or_else(|| self.open(Some(key)))
    }

    fn open(&mut self, key: Option<LaneKey>) -> LaneId {
        let id = self.free.pop().unwrap_or_else(|| {
            self.all.push(Lane::default());
            LaneId(self.all.len() - 1)
        });
        if let Some(key) = &key {
            self.by_key.insert(key.clone(), id);
        }
        self.all[id.0].key = key;
        id
    }

    pub fn get(&self, id: LaneId) -> &Lane {
        &self.all[id.0]
    }

    pub fn get_mut(&mut self, id: LaneId) -> &mut Lane {
        &mut self.all[id.0]
    }

    /// Ready lanes.
    pub fn ready(&self) -> usize {
        self.ready_count
    }

    /// The longest lane has at least so many records.
    pub fn longest(&self) -> usize {
        let top = self.counts.iter().rposition(|&count| count > 0);
        top.map_or(0, |class| 1 << class)
    }

    /// Changes a lane and keeps the classes right.
    fn resized<T>(&mut self, id: LaneId, change: impl FnOnce(&mut Lane) -> T) -> T {
        let lane = &mut self.all[id.0];
        let before = class(lane.len());
        let changed = change(lane);
        let after = class(lane.len());
        if before != after {
            if let Some(class) = before {
                self.counts[class] -= 1;
            }
            if let Some(class) = after {
                self.counts[class] += 1;
            }
            if self.all[id.0].ticket.is_some() {
                // it is ready already, in the class that it had
                self.withdraw(id);
                self.enlist(id);
            }
        }
        changed
    }

    /// True if the lane has a record that may leave and is not among the ready ones.
    pub fn could_be_ready(&self, id: LaneId) -> bool {
        let lane = self.get(id);
        !lane.is_under_way && lane.ticket.is_none() && !lane.queue.is_empty()
    }

    /// Puts a lane among the ready ones.
    pub fn enlist(&mut self, id: LaneId) {
        let Some(class) = class(self.get(id).len()) else {
            return;
        };
        self.tickets += 1;
        self.all[id.0].ticket = Some(self.tickets);
        self.ready[class].push_back((id, self.tickets));
        self.ready_count += 1;
    }

    fn withdraw(&mut self, id: LaneId) {
        if self.all[id.0].ticket.take().is_some() {
            self.ready_count -= 1;
        }
    }

    /// The ready lane with the longest backlog, if it has at least `shortest` records.
    pub fn next_ready(&mut self, shortest: usize) -> Option<LaneId> {
        let least = class(shortest).unwrap_or(0);
        for class in (least..CLASSES).rev() {
            while let Some(&(id, ticket)) = self.ready[class].front() {
                if self.all[id.0].ticket == Some(ticket) {
                    return Some(id);
                }
                self.ready[class].pop_front();
            }
        }
        None
    }

    /// Takes a ready lane out of the ready ones without taking its record.
    pub fn set_aside(&mut self, id: LaneId) {
        self.withdraw(id);
    }

    /// Takes the record at the head of a ready lane: it is under way until [`settle`](Self::settle).
    pub fn take(&mut self, id: LaneId, gate: usize) -> Option<(Entry, Place)> {
        self.withdraw(id);
        let lane = &mut self.all[id.0];
        let waiting = lane.queue.pop_front()?;
        // it still counts as one of the lane's: the class is the same
        lane.is_under_way = true;
        let place = Place {
            position: waiting.position,
            at_millis: waiting.at_millis,
            lane: id,
            gate,
        };
        Some((waiting.entry, place))
    }

    /// The lane's record has come back: written, or to be sent again before all others of its lane.
    pub fn settle(&mut self, id: LaneId, again: Option<Waiting>) {
        self.resized(id, |lane| {
            lane.is_under_way = false;
            if let Some(waiting) = again {
                if mutants::is_on(Mutant::FailedEntriesOnly) {
                    lane.queue.push_back(waiting);
                } else {
                    lane.queue.push_front(waiting);
                }
            }
        });
    }

    /// Forgets a lane that has nothing left. A strict lane is kept: it knows its last numbers.
    pub fn close_if_empty(&mut self, id: LaneId) {
        let lane = &mut self.all[id.0];
        if lane.len() > 0 || matches!(lane.key, Some(LaneKey::Shard(_) | LaneKey::NoShard)) {
            return;
        }
        if let Some(key) = lane.key.take() {
            self.by_key.remove(&key);
        }
        lane.last_hash = None;
        self.free.push(id);
    }

    /// Everything that waits, in the order of the plan. The last numbers of strict lanes stay known.
    pub fn drain(&mut self) -> Vec<Waiting> {
        let mut left = Vec::new();
        for id in (0..self.all.len()).map(LaneId) {
            if self.get(id).queue.is_empty() {
                continue;
            }
            self.withdraw(id);
            self.resized(id, |lane| left.extend(lane.queue.drain(..)));
            self.close_if_empty(id);
        }
        // what is in there is of older tickets
        self.ready.iter_mut().for_each(VecDeque::clear);
        left.sort_by_key(|waiting| waiting.position);
        left
    }
}
