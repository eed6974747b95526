//! The one order of a replay: shards merged by arrival, none of them out of its own sequence.
//!
//! Arrival times may go backwards within a shard; a record then takes the time of the one before it.
//! A shard's records come after all of its parents', so that a key that moved with a reshard stays in
//! order. Pure: it is told times and says whose turn it is.

use std::{cmp::Reverse, collections::BinaryHeap};

pub(super) struct Merge {
    lanes: Vec<Lane>,
    ready: BinaryHeap<Reverse<(i64, usize)>>,
    last: i64,
}

struct Lane {
    /// Places of the lanes that come before this one.
    parents: Vec<usize>,
    /// When the next record arrived, while its parents are not at their end.
    held: Option<i64>,
    time: i64,
    has_ended: bool,
}

impl Merge {
    /// `parents` has a list for each lane.
    pub fn new(parents: Vec<Vec<usize>>) -> Self {
        let lane = |parents| Lane {
            parents,
            held: None,
            time: i64::MIN,
            has_ended: false,
        };
        Self {
            lanes: parents.into_iter().map(lane).collect(),
            ready: BinaryHeap::new(),
            last: i64::MIN,
        }
    }

    /// Says when a lane's next record arrived, or that there is none. To be said of every lane at
    /// first, and again of each lane whose turn it was.
    pub fn offer(&mut self, lane: usize, arrival: Option<i64>) {
        let Some(arrival) = arrival else {
            self.lanes[lane].has_ended = true;
            self.release();
            return;
        };
        self.lanes[lane].time = self.lanes[lane].time.max(arrival);
        let time = self.lanes[lane].time;
        if self.parents_ended(lane) {
            self.ready.push(Reverse((time, lane)));
        } else {
            self.lanes[lane].held = Some(time);
        }
    }

    /// Whose turn it is, and the time that its record takes; times never fall.
    pub fn next(&mut self) -> Option<(usize, i64)> {
        if self.ready.is_empty() {
            self.break_a_circle();
        }
        let Reverse((time, lane)) = self.ready.pop()?;
        self.last = self.last.max(time);
        Some((lane, self.last))
    }

    fn parents_ended(&self, lane: usize) -> bool {
        let parents = &self.lanes[lane].parents;
        parents
            .iter()
            .all(|&parent| parent == lane || self.lanes[parent].has_ended)
    }

    fn release(&mut self) {
        for lane in 0..self.lanes.len() {
            if self.lanes[lane].held.is_some() && self.parents_ended(lane) {
                self.make_ready(lane);
            }
        }
    }

    /// Shards that are each other's parents exist in damaged listings only; their records are not
    /// lost for that.
    fn break_a_circle(&mut self) {
        let first = self.lanes.iter().position(|lane| lane.held.is_some());
        if let Some(lane) = first {
            self.make_ready(lane);
        }
    }

    fn make_ready(&mut self, lane: usize) {
        if let Some(time) = self.lanes[lane].held.take() {
            self.ready.push(Reverse((time, lane)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn merged(lanes: &[Vec<i64>], parents: Vec<Vec<usize>>) -> Vec<(usize, i64)> {
        let mut merge = Merge::new(parents);
        let mut places = vec![0; lanes.len()];
        for (lane, times) in lanes.iter().enumerate() {
            merge.offer(lane, times.first().copied());
        }
        let mut turns = Vec::new();
        while let Some((lane, time)) = merge.next() {
            turns.push((lane, time));
            places[lane] += 1;
            merge.offer(lane, lanes[lane].get(places[lane]).copied());
        }
        turns
    }

    #[test]
    fn by_arrival_and_never_backwards() {
        let turns = merged(&[vec![10, 40, 20], vec![15, 30]], vec![vec![], vec![]]);
        assert_eq!(turns, [(0, 10), (1, 15), (1, 30), (0, 40), (0, 40)]);
    }

    #[test]
    fn a_child_waits_for_both_its_parents() {
        let turns = merged(
            &[vec![5], vec![10], vec![20, 21]],
            vec![vec![1, 2], vec![], vec![]],
        );
        assert_eq!(turns, [(1, 10), (2, 20), (2, 21), (0, 21)]);
    }

    #[test]
    fn a_circle_loses_nothing() {
        assert_eq!(merged(&[vec![1], vec![2]], vec![vec![1], vec![0]]).len(), 2);
        assert_eq!(merged(&[vec![1]], vec![vec![0]]).len(), 1);
    }

    proptest! {
        #[test]
        fn every_record_once_and_each_lane_in_its_order(
            lanes in prop::collection::vec(prop::collection::vec(-50i64..50, 0..12), 1..7),
            edges in prop::collection::vec((0usize..7, 0usize..7), 0..5),
        ) {
            let mut parents = vec![Vec::new(); lanes.len()];
            for (child, parent) in edges {
                if child < lanes.len() && parent < child {
                    parents[child].push(parent);
                }
            }
            let turns = merged(&lanes, parents.clone());
            prop_assert!(turns.is_sorted_by_key(|turn| turn.1));
            for (lane, times) in lanes.iter().enumerate() {
                let own: Vec<usize> = (0..turns.len()).filter(|&n| turns[n].0 == lane).collect();
                prop_assert_eq!(own.len(), times.len());
                for &parent in &parents[lane] {
                    let last = turns.iter().rposition(|turn| turn.0 == parent);
                    prop_assert!(last.zip(own.first()).is_none_or(|(last, &first)| last < first));
                }
            }
        }
    }
}
