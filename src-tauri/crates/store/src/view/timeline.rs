//! Counts over time and places in it, from a view's columns alone: no statement, no disk.

use super::{Lanes, View, column::Entry};
use crate::{RecordId, ShardKey};
use record::Millis;

/// Counts per shard and bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneCounts {
    pub lanes: Vec<ShardKey>,
    /// All buckets of the first lane, then all of the second, and so on.
    pub counts: Vec<u32>,
}

impl View {
    /// Counts in `buckets` equal parts of `from..until`. A record that arrived at `t` is in bucket
    /// `floor((t - from) * buckets / (until - from))`, as a `GROUP BY` of that would have it.
    pub fn buckets(&self, from: Millis, until: Millis, buckets: usize) -> LaneCounts {
        let times = bounds(from.0, until.0, buckets);
        let lanes = self.inner.read();
        let mut counts = vec![0; lanes.lanes.len() * buckets];
        if buckets > 0 {
            for (lane, counts) in lanes.lanes.iter().zip(counts.chunks_mut(buckets)) {
                lane.column.counts(&times, counts);
            }
        }
        LaneCounts {
            lanes: lanes.lanes.iter().map(|lane| lane.shard.key).collect(),
            counts,
        }
    }
}

/// The first millisecond of each bucket, and the end.
fn bounds(from: i64, until: i64, buckets: usize) -> Vec<i64> {
    let span = (i128::from(until) - i128::from(from)).max(0);
    let parts = buckets.max(1) as i128;
    let bound = |n: i128| (i128::from(from) + (n * span + parts - 1) / parts) as i64;
    (0..=buckets as i128).map(bound).collect()
}

impl Lanes {
    /// Rows that arrived before a time.
    pub(super) fn rank(&self, time: i64) -> usize {
        self.lanes
            .iter()
            .map(|lane| lane.column.rank_of_time(time))
            .sum()
    }

    pub(super) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.column.len()).sum()
    }

    pub(super) fn row_of(&self, id: RecordId, arrival: i64) -> Option<u64> {
        let entry = Entry {
            arrival,
            number: id.number(),
        };
        let place = self
            .lanes
            .binary_search_by_key(&id.shard(), |lane| lane.shard.key)
            .ok()?;
        let column = &self.lanes[place].column;
        let rank = column.rank(entry);
        (column.get(rank) == Some(entry)).then_some(())?;
        // at the same time, lower shards come first
        let before: usize = self.lanes[..place]
            .iter()
            .map(|lane| lane.column.rank_after_time(arrival))
            .sum();
        let after: usize = self.lanes[place + 1..]
            .iter()
            .map(|lane| lane.column.rank_of_time(arrival))
            .sum();
        Some((before + rank + after) as u64)
    }

    /// The lane and number of `count` rows from `first_row` on.
    pub(super) fn rows(&self, first_row: u64, count: usize) -> Vec<(usize, u32)> {
        let Some(mut places) = self.places(first_row) else {
            return Vec::new();
        };
        let mut rows = Vec::with_capacity(count.min(self.len()));
        let mut heads: std::collections::BinaryHeap<_> = places
            .iter()
            .enumerate()
            .filter_map(|(lane, &place)| self.head(lane, place))
            .collect();
        while rows.len() < count {
            let Some(std::cmp::Reverse((_, lane, number))) = heads.pop() else {
                break;
            };
            rows.push((lane, number));
            places[lane] += 1;
            heads.extend(self.head(lane, places[lane]));
        }
        rows
    }

    fn head(&self, lane: usize, place: usize) -> Option<std::cmp::Reverse<(i64, usize, u32)>> {
        let entry = self.lanes[lane].column.get(place)?;
        Some(std::cmp::Reverse((entry.arrival, lane, entry.number)))
    }

    /// How many rows of each lane come before a row.
    fn places(&self, row: u64) -> Option<Vec<usize>> {
        let row = usize::try_from(row).ok().filter(|&row| row < self.len())?;
        let time = self.time_of(row)?;
        let mut places: Vec<usize> = self
            .lanes
            .iter()
            .map(|lane| lane.column.rank_of_time(time))
            .collect();
        let mut left = row - places.iter().sum::<usize>();
        for (lane, place) in self.lanes.iter().zip(&mut places) {
            let together = lane.column.rank_after_time(time) - *place;
            let taken = together.min(left);
            *place += taken;
            left -= taken;
        }
        Some(places)
    }

    /// The arrival of a row: the latest time that at most `row` rows come before.
    fn time_of(&self, row: usize) -> Option<i64> {
        let mut low = self
            .lanes
            .iter()
            .filter_map(|lane| lane.column.first())
            .map(|e| e.arrival)
            .min()?;
        let mut high = self
            .lanes
            .iter()
            .filter_map(|lane| lane.column.last())
            .map(|e| e.arrival)
            .max()?;
        while low < high {
            let middle = (i128::from(low) + i128::from(high) + 1).div_euclid(2) as i64;
            if self.rank(middle) <= row {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Some(low)
    }
}
