//! Many sagas at a glance: counts, variants, and durations over starts.

use super::list::{ListFilter, matching};
use crate::{
    engine::Engine,
    saga::SagaId,
    summary::Summary,
    verdict::{Path, Status},
};
use record::Millis;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

/// Durations that half, 19 of 20 and 99 of 100 sagas did not exceed, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    pub p50: i64,
    pub p95: i64,
    pub p99: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    pub sagas: usize,
    pub statuses: BTreeMap<Status, usize>,
    pub overdue: usize,
    pub stuck: usize,
    pub late: usize,
    pub orphan: usize,
    pub unknown: usize,
    pub with_findings: usize,
    /// Of those that have ended; `None` if none has.
    pub durations: Option<Percentiles>,
}

/// The sagas that took one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    pub variant: u64,
    pub path: Path,
    pub sagas: usize,
    pub durations: Percentiles,
    /// One of them.
    pub example: SagaId,
}

/// Sagas that lie so close together that one dot stands for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dot {
    pub started: Millis,
    pub duration_millis: i64,
    pub status: Status,
    pub is_stuck: bool,
    pub sagas: usize,
    pub example: SagaId,
}

pub fn overview(engine: &Engine, filter: &ListFilter) -> Overview {
    let mut overview = Overview::default();
    let mut durations = Vec::new();
    for (_, summary) in matching(engine, filter) {
        overview.sagas += 1;
        *overview.statuses.entry(summary.status).or_default() += 1;
        overview.overdue += usize::from(summary.flags.overdue);
        overview.stuck += usize::from(summary.flags.stuck);
        overview.late += usize::from(summary.flags.late);
        overview.orphan += usize::from(summary.flags.orphan);
        overview.unknown += usize::from(summary.flags.unknown);
        overview.with_findings += usize::from(summary.findings > 0);
        if summary.ended.is_some() {
            durations.push(summary.duration_millis());
        }
    }
    overview.durations = percentiles(durations);
    overview
}

/// The ways that were taken, the most frequent first.
pub fn variants(engine: &Engine, filter: &ListFilter) -> Vec<Variant> {
    let mut by_way: HashMap<u64, (SagaId, Vec<i64>)> = HashMap::new();
    for (id, summary) in matching(engine, filter) {
        let (example, durations) = by_way.entry(summary.variant).or_insert((id, Vec::new()));
        *example = id.min(*example);
        durations.push(summary.duration_millis());
    }
    let variant = |(variant, (example, durations)): (u64, (SagaId, Vec<i64>))| Variant {
        variant,
        path: engine
            .saga(example)
            .map(|saga| saga.judgement.path)
            .unwrap_or_default(),
        sagas: durations.len(),
        durations: percentiles(durations).unwrap_or_default(),
        example,
    };
    let mut variants: Vec<Variant> = by_way.into_iter().map(variant).collect();
    variants.sort_by(|a, b| (Reverse(a.sagas), &a.path.0).cmp(&(Reverse(b.sagas), &b.path.0)));
    variants
}

/// Durations over starts on a grid of at most so many columns and rows; durations grow by factors.
pub fn scatter(engine: &Engine, filter: &ListFilter, columns: u32, rows: u32) -> Vec<Dot> {
    let sagas: Vec<(SagaId, &Summary)> = matching(engine, filter).collect();
    let starts = || sagas.iter().map(|(_, summary)| summary.started.0);
    let first = starts().min().unwrap_or(0);
    let width = (starts().max().unwrap_or(0) - first).max(1) as f64;
    let height = |summary: &Summary| (summary.duration_millis() as f64 + 1.0).ln();
    let highest = sagas
        .iter()
        .map(|(_, summary)| height(summary))
        .fold(1.0, f64::max);
    let mut dots: BTreeMap<(u32, u32, Status, bool), Dot> = BTreeMap::new();
    for (id, summary) in &sagas {
        let column = ((summary.started.0 - first) as f64 / width
            * f64::from(columns.saturating_sub(1))) as u32;
        let row = (height(summary) / highest * f64::from(rows.saturating_sub(1))) as u32;
        let place = (column, row, summary.status, summary.flags.stuck);
        let dot = dots.entry(place).or_insert(Dot {
            started: summary.started,
            duration_millis: summary.duration_millis(),
            status: summary.status,
            is_stuck: summary.flags.stuck,
            sagas: 0,
            example: *id,
        });
        dot.sagas += 1;
    }
    dots.into_values().collect()
}

/// By nearest rank.
pub(crate) fn percentiles(mut durations: Vec<i64>) -> Option<Percentiles> {
    durations.sort_unstable();
    let last = durations.len().checked_sub(1)?;
    let at = |percent: usize| {
        durations[(durations.len() * percent)
            .div_ceil(100)
            .saturating_sub(1)
            .min(last)]
    };
    Some(Percentiles {
        p50: at(50),
        p95: at(95),
        p99: at(99),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        assert_eq!(percentiles(Vec::new()), None);
        assert_eq!(
            percentiles(vec![7]),
            Some(Percentiles {
                p50: 7,
                p95: 7,
                p99: 7
            })
        );
        let hundred = percentiles((1..=100).rev().collect());
        assert_eq!(
            hundred,
            Some(Percentiles {
                p50: 50,
                p95: 95,
                p99: 99
            })
        );
    }
}
