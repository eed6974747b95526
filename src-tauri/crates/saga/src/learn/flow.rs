//! What follows what: each saga's types in their order, and how often one comes before another.

use super::{Follows, fields::Sampled, keys::Candidate};
use record::Millis;
use std::collections::BTreeMap;

pub(super) struct Flow {
    /// The types that occur in sagas.
    pub kinds: Vec<String>,
    /// Per saga its events, in order.
    pub sagas: Vec<Vec<(usize, Millis)>>,
    /// How many sagas begin with each type.
    pub firsts: Vec<usize>,
    /// The mean place of each type's first occurrence, 0 for the beginning and 1 for the end.
    pub places: Vec<f64>,
    /// The streams of each type.
    pub streams: Vec<Vec<usize>>,
}

impl Flow {
    pub fn new(sampled: &Sampled, key: &Candidate) -> Self {
        let key_paths: Vec<usize> = (0..sampled.paths.len())
            .filter(|&path| key.paths.contains(&sampled.paths[path]))
            .collect();
        let mut by_key: BTreeMap<&str, Vec<(usize, Millis)>> = BTreeMap::new();
        let mut streams = vec![Vec::new(); sampled.kinds.len()];
        for event in &sampled.events {
            if let Some((_, value)) = event
                .fields
                .iter()
                .find(|(path, _)| key_paths.contains(path))
            {
                by_key
                    .entry(value)
                    .or_default()
                    .push((event.kind, event.time));
                if !streams[event.kind].contains(&event.stream) {
                    streams[event.kind].push(event.stream);
                }
            }
        }
        let mut sagas: Vec<Vec<(usize, Millis)>> = by_key.into_values().collect();
        for saga in &mut sagas {
            saga.sort_by_key(|(_, time)| *time);
        }
        let mut flow = Self {
            kinds: sampled.kinds.clone(),
            firsts: vec![0; sampled.kinds.len()],
            places: vec![f64::NAN; sampled.kinds.len()],
            sagas,
            streams,
        };
        flow.count();
        flow
    }

    fn count(&mut self) {
        let mut sums = vec![(0.0, 0usize); self.kinds.len()];
        for saga in &self.sagas {
            if let Some((first, _)) = saga.first() {
                self.firsts[*first] += 1;
            }
            let mut seen = vec![false; self.kinds.len()];
            for (place, (kind, _)) in saga.iter().enumerate() {
                if !std::mem::replace(&mut seen[*kind], true) {
                    sums[*kind].0 += place as f64 / saga.len() as f64;
                    sums[*kind].1 += 1;
                }
            }
        }
        for (place, (sum, count)) in self.places.iter_mut().zip(sums) {
            *place = sum / count as f64;
        }
    }

    pub fn occurs(&self, kind: usize) -> bool {
        !self.places[kind].is_nan()
    }

    /// Of the sagas with both types, the share in which `a` comes before `b`; `None` where there are none.
    pub fn before(&self, a: usize, b: usize) -> Option<f64> {
        let first = |saga: &[(usize, Millis)], kind: usize| {
            saga.iter().position(|(other, _)| *other == kind)
        };
        let both = self
            .sagas
            .iter()
            .filter_map(|saga| Some((first(saga, a)?, first(saga, b)?)));
        let (before, count) = both.fold((0usize, 0usize), |(before, count), (a, b)| {
            (before + usize::from(a < b), count + 1)
        });
        (count > 0).then(|| before as f64 / count as f64)
    }

    /// The time from `a` to `b`, which 99 of 100 sagas did not exceed.
    pub fn usual_millis(&self, a: usize, b: usize) -> Option<i64> {
        let first = |saga: &[(usize, Millis)], kind: usize| {
            saga.iter()
                .find(|(other, _)| *other == kind)
                .map(|(_, time)| *time)
        };
        let took = self
            .sagas
            .iter()
            .filter_map(|saga| Some(first(saga, b)?.since(first(saga, a)?)));
        Some(crate::views::overview::percentiles(took.filter(|took| *took >= 0).collect())?.p99)
    }

    /// The longest pause and the whole length, which 99 of 100 sagas did not exceed.
    pub fn pause_and_length_millis(&self) -> (i64, i64) {
        let percentile = |values: Vec<i64>| {
            crate::views::overview::percentiles(values).map_or(0, |found| found.p99)
        };
        let pauses = |saga: &Vec<(usize, Millis)>| {
            saga.windows(2)
                .map(|pair| pair[1].1.since(pair[0].1))
                .max()
                .unwrap_or(0)
        };
        let length = |saga: &Vec<(usize, Millis)>| {
            saga.last()
                .zip(saga.first())
                .map_or(0, |(last, first)| last.1.since(first.1))
        };
        (
            percentile(self.sagas.iter().map(pauses).collect()),
            percentile(self.sagas.iter().map(length).collect()),
        )
    }

    /// How often each type is directly followed by each other one, the most frequent first.
    pub fn follows(&self) -> Vec<Follows> {
        let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for pair in self.sagas.iter().flat_map(|saga| saga.windows(2)) {
            *counts.entry((pair[0].0, pair[1].0)).or_default() += 1;
        }
        let edge = |((first, then), times): ((usize, usize), usize)| Follows {
            first: self.kinds[first].clone(),
            then: self.kinds[then].clone(),
            times,
        };
        let mut follows: Vec<Follows> = counts.into_iter().map(edge).collect();
        follows.sort_by_key(|edge| std::cmp::Reverse(edge.times));
        follows
    }
}
