//! What is known of each shard's time: what captures cover, and from where on they are still reading, so that
//! what is not read yet is never taken for "not captured". It says nothing about single records.

use crate::{Engine, EngineError, ViewId};
use capture::Phase;
use record::Millis;
use std::collections::{BTreeMap, HashMap};
use store::{CaptureId, CoverageInterval, ShardKey, StoredCapture};

/// What the captures of a view know of one shard.
#[derive(Clone, Debug, PartialEq)]
pub struct CoveredLane {
    pub shard: ShardKey,
    /// Times of which all is stored, in order and apart from each other.
    pub covered: Vec<(Millis, Millis)>,
    /// A capture goes on reading here: what is later and not covered is not read yet. Time 0 is the stream's
    /// beginning; `None` while nothing reads.
    pub read_on_from: Option<Millis>,
}

/// The shards that a capture reads now, with the time up to which it has read each.
type Reading = HashMap<ShardKey, Option<Millis>>;

impl Engine {
    /// What the view's captures cover; for the whole workspace, what all of them do.
    pub async fn view_coverage(&self, id: ViewId) -> Result<Vec<CoveredLane>, EngineError> {
        let chosen = self.views().captures_of(id)?;
        self.coverage_of(chosen.to_vec()).await
    }

    /// What some captures cover; none is all of them.
    pub(crate) async fn coverage_of(
        &self,
        chosen: Vec<CaptureId>,
    ) -> Result<Vec<CoveredLane>, EngineError> {
        let captures = self
            .ask(move |store| match &*chosen {
                [] => store.captures(),
                chosen => chosen.iter().map(|id| store.capture(*id)).collect(),
            })
            .await?;
        let mut lanes = Lanes::default();
        for capture in captures {
            // first what the readers say: the store may then know more, never less
            let reading = self.reading(&capture).await?;
            let stored = self.ask(move |store| store.coverage(capture.id)).await?;
            let reading = reading.unwrap_or_else(|| all_of(&stored));
            lanes.add(&stored, &reading);
        }
        Ok(lanes.finish())
    }

    /// `None` while it has just begun and its shards are not told yet: it is about to read all that it has read before.
    async fn reading(&self, capture: &StoredCapture) -> Result<Option<Reading>, EngineError> {
        let shards = self.shards_in_reading(capture).await?;
        if shards.is_empty() && self.is_running(capture.id).await {
            return Ok(None);
        }
        let is_read = |phase: Phase| phase.is_read() || phase == Phase::Waiting;
        let reading = shards
            .into_iter()
            .filter(|shard| is_read(shard.status.phase))
            .filter_map(|shard| Some((shard.key?, shard.status.covered_through)))
            .collect();
        Ok(Some(reading))
    }
}

fn all_of(stored: &[CoverageInterval]) -> Reading {
    let open = stored.iter().filter(|interval| interval.is_open);
    open.map(|interval| (interval.shard, None)).collect()
}

#[derive(Default)]
struct Lanes(BTreeMap<ShardKey, CoveredLane>);

impl Lanes {
    /// One capture's intervals; those that its readers extend reach up to where these are.
    fn add(&mut self, stored: &[CoverageInterval], reading: &Reading) {
        for interval in stored {
            let live = reading
                .get(&interval.shard)
                .copied()
                .flatten()
                .filter(|_| interval.is_open);
            if let (Some(from), Some(through)) = (interval.from, interval.through.max(live)) {
                self.lane(interval.shard).covered.push((from, through));
            }
        }
        for (&shard, &live) in reading {
            let through = stored
                .iter()
                .filter(|interval| interval.shard == shard)
                .filter_map(|interval| interval.through)
                .max();
            let from = through.max(live).unwrap_or(Millis(0));
            let lane = self.lane(shard);
            lane.read_on_from = Some(lane.read_on_from.map_or(from, |other| other.min(from)));
        }
    }

    fn lane(&mut self, shard: ShardKey) -> &mut CoveredLane {
        self.0.entry(shard).or_insert_with(|| CoveredLane {
            shard,
            covered: Vec::new(),
            read_on_from: None,
        })
    }

    fn finish(self) -> Vec<CoveredLane> {
        let mut lanes: Vec<CoveredLane> = self.0.into_values().collect();
        for lane in &mut lanes {
            lane.covered = merged(std::mem::take(&mut lane.covered));
        }
        lanes
    }
}

/// In order, with what touches or overlaps made one.
fn merged(mut intervals: Vec<(Millis, Millis)>) -> Vec<(Millis, Millis)> {
    intervals.sort_unstable();
    let mut apart: Vec<(Millis, Millis)> = Vec::with_capacity(intervals.len());
    for (from, until) in intervals {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => apart.push((from, until)),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARD: ShardKey = ShardKey(7);

    fn stored(from: i64, through: i64, is_open: bool) -> CoverageInterval {
        CoverageInterval {
            shard: SHARD,
            sequences: None,
            from: Some(Millis(from)),
            through: Some(Millis(through)),
            records: 0,
            is_open,
        }
    }

    /// The one lane of some captures: `covered, …; read on from`.
    fn lane(captures: &[(&[CoverageInterval], &[Option<i64>])]) -> String {
        let mut lanes = Lanes::default();
        for (intervals, live) in captures {
            let reading = live.iter().map(|live| (SHARD, live.map(Millis)));
            lanes.add(intervals, &reading.collect());
        }
        let lanes = lanes.finish();
        assert_eq!(lanes.len(), 1);
        let covered: Vec<String> = lanes[0]
            .covered
            .iter()
            .map(|(from, through)| format!("{}-{}", from.0, through.0))
            .collect();
        let read_on = lanes[0].read_on_from.map(|from| from.0);
        format!("{}; {read_on:?}", covered.join(", "))
    }

    #[test]
    fn touching_intervals_become_one() {
        let many: Vec<_> = [(5, 9), (0, 3), (3, 4), (8, 12)]
            .map(|(from, through)| stored(from, through, false))
            .into();
        assert_eq!(lane(&[(&many, &[])]), "0-4, 5-12; None");
        let inside = [stored(0, 10, false), stored(2, 3, false)];
        assert_eq!(lane(&[(&inside, &[])]), "0-10; None");
    }

    #[test]
    fn a_reader_knows_more_than_the_store_has_heard() {
        let idle = [stored(0, 10, true)];
        assert_eq!(lane(&[(&idle, &[Some(19)])]), "0-19; Some(19)");
        assert_eq!(lane(&[(&idle, &[Some(8)])]), "0-10; Some(10)");
        assert_eq!(lane(&[(&idle, &[None])]), "0-10; Some(10)");
        assert_eq!(lane(&[(&idle, &[])]), "0-10; None", "nothing reads");
    }

    #[test]
    fn a_reader_does_not_close_a_gap() {
        let ended_by_gap = [stored(0, 10, false)];
        assert_eq!(lane(&[(&ended_by_gap, &[Some(19)])]), "0-10; Some(19)");
    }

    #[test]
    fn before_its_first_page_a_shard_is_read_from_its_beginning() {
        assert_eq!(lane(&[(&[], &[None])]), "; Some(0)");
    }

    #[test]
    fn the_reader_that_is_furthest_behind_says_what_is_not_read_yet() {
        let ahead = [stored(50, 60, true)];
        let behind = [stored(0, 20, true)];
        assert_eq!(
            lane(&[(&ahead, &[Some(61)]), (&behind, &[Some(20)])]),
            "0-20, 50-61; Some(20)"
        );
    }
}
