//! Many sagas at a glance: counts, variants, and durations over starts.

use super::list::{ListFilter, matching, waiting_text};
use crate::{
    engine::Engine,
    saga::{NamedId, SagaId, key},
    summary::{Summary, Waiting},
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
    pub events: usize,
    pub statuses: BTreeMap<Status, usize>,
    pub overdue: usize,
    pub stuck: usize,
    pub late: usize,
    pub orphan: usize,
    pub unknown: usize,
    pub with_findings: usize,
    /// Their ids are another saga's as well: a key that was used again, or an alias that several keys have.
    pub colliding: usize,
    /// What is awaited, as the list shows it, and by how many; the most frequent first.
    pub waiting: Vec<(String, usize)>,
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

/// One saga as a place: its start and its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub key: NamedId,
    pub life: u32,
    pub started: Millis,
    pub duration_millis: i64,
    pub status: Status,
}

/// Durations over starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// All, or an even sample of them.
    pub points: Vec<Point>,
    /// How many pass the filter.
    pub total: usize,
}

pub fn overview(engine: &Engine, filter: &ListFilter) -> Overview {
    let mut overview = Overview::default();
    let mut durations = Vec::new();
    let mut waiting = HashMap::new();
    // sagas of one group follow each other
    let mut group = (u32::MAX, 0);
    for (id, summary) in matching(engine, filter) {
        overview.sagas += 1;
        group = if group.0 == id.group {
            (id.group, group.1 + 1)
        } else {
            (id.group, 1)
        };
        overview.colliding += match group.1 {
            1 => 0,
            2 => 2,
            _ => 1,
        };
        overview.events += summary.events as usize;
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
        if let Some(awaited) = summary.waiting {
            *waiting.entry(awaited).or_default() += 1;
        }
    }
    overview.waiting = by_text(engine, waiting);
    overview.durations = percentiles(durations);
    overview
}

/// Several steps may await events of one type.
fn by_text(engine: &Engine, waiting: HashMap<Waiting, usize>) -> Vec<(String, usize)> {
    let mut texts: BTreeMap<String, usize> = BTreeMap::new();
    for (awaited, sagas) in waiting {
        *texts.entry(waiting_text(engine, awaited)).or_default() += sagas;
    }
    let mut texts: Vec<(String, usize)> = texts.into_iter().collect();
    texts.sort_by_key(|&(_, sagas)| Reverse(sagas));
    texts
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

/// The sagas that pass a filter, or every so many of them, so that there are at most `most`.
pub fn points(engine: &Engine, filter: &ListFilter, most: usize) -> Points {
    let sagas: Vec<(SagaId, &Summary)> = matching(engine, filter).collect();
    let every = sagas.len().div_ceil(most.max(1)).max(1);
    let point = |&(id, summary): &(SagaId, &Summary)| Point {
        key: key(engine, id.group, summary.key),
        life: summary.life,
        started: summary.started,
        duration_millis: summary.duration_millis(),
        status: summary.status,
    };
    Points {
        points: sagas.iter().step_by(every).map(point).collect(),
        total: sagas.len(),
    }
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
