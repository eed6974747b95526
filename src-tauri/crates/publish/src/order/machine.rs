//! The machine itself: entries in, batches out, outcomes back.

use super::{
    Action, AfterUnclear, Batch, NotTaken, Order, OrderOptions, Place, StopReason,
    gates::Gates,
    lanes::{LaneId, LaneKey, Lanes, Waiting},
};
use crate::{Entry, Outcome, Planned, Refusal, landing::ShardMap};
use record::{Millis, SequenceNumber, ShardId};
use std::collections::HashSet;
use store::ShardKey;

/// A request costs as much as some dozens of records. Batches smaller than this leave only when
/// nothing else is under way, when they have waited, or when a long lane is at stake.
const WORTH_A_REQUEST: usize = 128;
/// How long records wait for company.
const LINGER_MILLIS: i64 = 5;
/// A lane shorter than this is nothing to hurry for.
const LONG_LANE: usize = 8;

/// Decides what leaves next. See the module.
#[derive(Debug)]
pub struct OrderMachine {
    options: OrderOptions,
    map: ShardMap,
    lanes: Lanes,
    gates: Gates,
    waiting: usize,
    bytes: usize,
    requests_under_way: usize,
    records_under_way: usize,
    /// By gate: the shard that each is predicted to land on.
    under_way_at: Vec<usize>,
    /// Since when there has been something ready that was not sent.
    ready_since: Option<Millis>,
    unclear: HashSet<u64>,
    stopped: Option<StopReason>,
}

impl OrderMachine {
    /// `map` predicts the target's shards; without it all of the target shares one back-off.
    pub fn new(options: OrderOptions, map: ShardMap) -> Self {
        let gates = Gates::new(map.len() + 1, options.seed);
        let under_way_at = vec![0; map.len() + 1];
        Self {
            options,
            map,
            lanes: Lanes::default(),
            gates,
            waiting: 0,
            bytes: 0,
            requests_under_way: 0,
            records_under_way: 0,
            under_way_at,
            ready_since: None,
            unclear: HashSet::new(),
            stopped: None,
        }
    }

    /// Records that wait or are under way.
    pub fn held(&self) -> usize {
        self.waiting + self.records_under_way
    }

    /// Records under way to each shard of the map, in its order, as they are predicted to land.
    pub fn under_way_by_shard(&self) -> impl Iterator<Item = (&ShardId, usize)> {
        let shards = self.map.shards().map(|(shard, _)| shard);
        shards.zip(self.under_way_at.iter().copied())
    }

    pub fn under_way(&self) -> usize {
        self.records_under_way
    }

    /// Records that the window still takes.
    pub fn room(&self) -> usize {
        if self.bytes >= self.options.window_bytes {
            return 0;
        }
        self.options.window_records.saturating_sub(self.held())
    }

    /// Positions with an unclear attempt: acknowledged since then, they may be in the target twice;
    /// else once or not at all.
    pub fn unclear(&self) -> &HashSet<u64> {
        &self.unclear
    }

    /// In the strict order: an earlier start sent this source shard's last record there under this number.
    pub fn follow(&mut self, source: ShardKey, shard: ShardId, number: SequenceNumber) {
        let lane = self.lanes.of_shard(source);
        self.lanes.get_mut(lane).acknowledged.push((shard, number));
    }

    /// Takes the next entry of the plan.
    ///
    /// # Errors
    /// [`NotTaken`] gives an entry back that fits in no request.
    pub fn offer(&mut self, planned: Planned, now: Millis) -> Result<(), Box<NotTaken>> {
        if let Err(unfit) = self.options.limits.check(&planned.entry) {
            return Err(Box::new(NotTaken { planned, unfit }));
        }
        let Planned {
            position,
            at_millis,
            entry,
        } = planned;
        let key = match self.options.order {
            Order::Keyed if self.options.is_aggregated => {
                Some(LaneKey::Landing(self.map.index_of(entry.hash_key())))
            }
            Order::Keyed => Some(LaneKey::Key(entry.key.clone())),
            Order::Strict => Some(
                entry
                    .origin
                    .map_or(LaneKey::NoShard, |origin| LaneKey::Shard(origin.shard())),
            ),
            Order::Fast => None,
        };
        self.waiting += 1;
        self.bytes += entry.size_bytes();
        let lane = self.lanes.push(
            key,
            Waiting {
                position,
                at_millis,
                entry,
            },
        );
        self.make_ready(lane, now);
        Ok(())
    }

    /// Enlists a lane that can send, or parks it where its shard is to be left alone.
    fn make_ready(&mut self, lane: LaneId, now: Millis) {
        if !self.lanes.could_be_ready(lane) {
            return;
        }
        let gate = self.gate_of(lane);
        if self.gates.is_closed(gate) {
            self.gates.park(gate, lane);
        } else {
            self.lanes.enlist(lane);
            self.ready_since.get_or_insert(now);
        }
    }

    fn gate_of(&self, lane: LaneId) -> usize {
        let head = self.lanes.get(lane).head();
        head.and_then(|entry| self.map.index_of(entry.hash_key()))
            .unwrap_or(self.map.len())
    }

    pub fn next(&mut self, now: Millis) -> Action {
        if let Some(reason) = &self.stopped {
            return Action::Stopped(reason.clone());
        }
        for lane in self.gates.open_due(now) {
            self.make_ready(lane, now);
        }
        // a batch that comes to nothing has parked the lanes that it would have taken from
        while let Some(shortest_lane) = self.choose(now) {
            if let Some(batch) = self.batch(shortest_lane) {
                return Action::Send(batch);
            }
        }
        self.wait()
    }

    fn wait(&self) -> Action {
        let linger = self.ready_since.filter(|_| self.has_slot(false));
        let linger = linger.map(|since| since.saturating_add(LINGER_MILLIS));
        let until = [linger, self.gates.next_opening()].into_iter().flatten();
        Action::Wait { until: until.min() }
    }

    /// Whether a batch is to leave now, and how long the lanes must be that it takes from.
    fn choose(&mut self, now: Millis) -> Option<usize> {
        let ready = self.lanes.ready();
        if ready == 0 || !self.has_slot(true) {
            return None;
        }
        if self.options.order == Order::Strict {
            return Some(1);
        }
        if let Some(long) = self.long_lane() {
            let longest = self.lanes.longest();
            if self.lanes.next_ready(longest).is_some() {
                return Some(long);
            }
        }
        let waited = self
            .ready_since
            .is_some_and(|since| now.since(since) >= LINGER_MILLIS);
        let worth = ready >= WORTH_A_REQUEST.min(self.options.limits.request_records);
        let leaves = self.requests_under_way == 0 || waited || worth;
        (leaves && self.has_slot(false)).then_some(1)
    }

    /// While a long lane is at stake one request is kept for it.
    fn has_slot(&self, for_a_long_lane: bool) -> bool {
        let slots = self.options.requests_at_once;
        let kept = usize::from(!for_a_long_lane && slots > 1 && self.long_lane().is_some());
        self.requests_under_way + kept < slots
    }

    /// The length from which a lane needs more requests than the rest of the window: it decides how
    /// long the delivery takes, so its records leave at once and in small company.
    fn long_lane(&self) -> Option<usize> {
        let long = (self.held() / WORTH_A_REQUEST).max(LONG_LANE);
        (self.lanes.longest() >= long).then_some(long)
    }

    fn batch(&mut self, shortest_lane: usize) -> Option<Batch> {
        let limits = self.options.limits;
        let records = match self.options.order {
            Order::Strict => 1,
            Order::Keyed | Order::Fast => limits.request_records,
        };
        let mut batch = Batch {
            entries: Vec::new(),
            after: None,
            places: Vec::new(),
        };
        let mut bytes = 0;
        while batch.entries.len() < records {
            let Some(lane) = self.lanes.next_ready(shortest_lane) else {
                break;
            };
            let gate = self.gate_of(lane);
            if self.gates.is_closed(gate) {
                self.lanes.set_aside(lane);
                self.gates.park(gate, lane);
                continue;
            }
            let size = self.lanes.get(lane).head().map_or(0, Entry::size_bytes);
            if !batch.entries.is_empty() && bytes + size > limits.request_bytes {
                break;
            }
            bytes += size;
            batch.after = self.after(lane);
            let Some((entry, place)) = self.lanes.take(lane, gate) else {
                break;
            };
            self.under_way_at[gate] += 1;
            batch.entries.push(entry);
            batch.places.push(place);
        }
        if self.lanes.ready() == 0 {
            self.ready_since = None;
        }
        if batch.entries.is_empty() {
            return None;
        }
        self.waiting -= batch.entries.len();
        self.records_under_way += batch.entries.len();
        self.requests_under_way += 1;
        Some(batch)
    }

    /// In the strict order: the number of the lane's last record on the shard that the next one is
    /// predicted to land on, or of the record before it where both have the same hash key.
    fn after(&self, lane: LaneId) -> Option<SequenceNumber> {
        if self.options.order != Order::Strict {
            return None;
        }
        let lane = self.lanes.get(lane);
        let hash = lane.head()?.hash_key();
        let known = |shard: &ShardId| {
            let mut known = lane.acknowledged.iter();
            known.find(|(id, _)| id == shard).map(|(_, number)| *number)
        };
        match self.map.landing(hash) {
            Some(shard) => known(shard),
            None if lane.last_hash == Some(hash) => {
                lane.acknowledged.last().map(|(_, number)| *number)
            }
            None => None,
        }
    }

    /// Takes a batch back with what became of each of its entries.
    ///
    /// # Panics
    /// If there is not one outcome for each entry.
    pub fn outcome(&mut self, batch: Batch, outcomes: &[Outcome], now: Millis) {
        assert_eq!(batch.entries.len(), outcomes.len(), "one outcome an entry");
        self.requests_under_way -= 1;
        self.records_under_way -= outcomes.len();
        let after = batch.after;
        let entries = batch.entries.into_iter().zip(batch.places);
        for ((entry, place), outcome) in entries.zip(outcomes) {
            self.under_way_at[place.gate] -= 1;
            self.settle(entry, place, outcome, after, now);
        }
    }

    fn settle(
        &mut self,
        entry: Entry,
        place: Place,
        outcome: &Outcome,
        after: Option<SequenceNumber>,
        now: Millis,
    ) {
        match outcome {
            Outcome::Acknowledged { shard, sequence } => {
                self.gates.passed(place.gate);
                if self.options.order == Order::Strict {
                    self.remember(place.lane, &entry, shard, *sequence);
                }
                self.let_go(place.lane, &entry, now);
                return;
            }
            Outcome::Refused {
                refusal: Refusal::Barred,
                code,
                ..
            } if after.is_some() && code == "InvalidArgumentException" => {
                // the stream was resharded: the number is another shard's
                self.lanes.get_mut(place.lane).acknowledged.clear();
            }
            Outcome::Refused {
                refusal: Refusal::Barred | Refusal::Withheld,
                code,
                message,
            } => self.stop(StopReason::Barred {
                code: code.clone(),
                message: message.clone(),
            }),
            Outcome::Refused { .. } => self.gates.close(place.gate, now),
            Outcome::Unclear { cause } => {
                self.gates.close(place.gate, now);
                self.unclear.insert(place.position);
                match self.options.after_unclear {
                    AfterUnclear::Retry => {}
                    AfterUnclear::Keep => {
                        self.let_go(place.lane, &entry, now);
                        return;
                    }
                    AfterUnclear::Stop => self.stop(StopReason::Unclear {
                        cause: cause.clone(),
                    }),
                }
            }
        }
        self.waiting += 1;
        let again = Waiting {
            position: place.position,
            at_millis: place.at_millis,
            entry,
        };
        self.lanes.settle(place.lane, Some(again));
        self.make_ready(place.lane, now);
    }

    /// The entry will not be sent again: the next one of its lane may leave.
    fn let_go(&mut self, lane: LaneId, entry: &Entry, now: Millis) {
        self.bytes -= entry.size_bytes();
        self.lanes.settle(lane, None);
        self.make_ready(lane, now);
        self.lanes.close_if_empty(lane);
    }

    fn remember(&mut self, lane: LaneId, entry: &Entry, shard: &ShardId, number: SequenceNumber) {
        let lane = self.lanes.get_mut(lane);
        lane.acknowledged.retain(|(known, _)| known != shard);
        lane.acknowledged.push((shard.clone(), number));
        lane.last_hash = Some(entry.hash_key());
    }

    /// The first reason stays.
    fn stop(&mut self, reason: StopReason) {
        self.stopped.get_or_insert(reason);
    }

    /// Gives back everything that waits, in the order of the plan: it will not be sent unless it is offered again.
    /// What was learnt of the target stays: the last numbers of strict lanes, and which shards are to be left alone.
    ///
    /// # Panics
    /// While something is under way.
    pub fn drain(&mut self) -> Vec<Planned> {
        assert_eq!(self.requests_under_way, 0, "nothing is under way");
        let left = self.lanes.drain();
        self.gates.forget_parked();
        self.waiting = 0;
        self.bytes = 0;
        self.ready_since = None;
        let planned = left.into_iter().map(|waiting| Planned {
            position: waiting.position,
            at_millis: waiting.at_millis,
            entry: waiting.entry,
        });
        planned.collect()
    }
}
