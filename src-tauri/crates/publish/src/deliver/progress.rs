//! How far a delivery is, for whoever watches.

use crate::{Origin, Outcome, PublishError, StopReason};
use record::ShardId;
use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    time::Duration,
};
use store::DeliveryProgress;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The journal is read and the target confirmed; nothing is counted yet.
    #[default]
    Beginning,
    Running,
    /// What is under way is still awaited.
    Pausing,
    Paused,
    /// Nothing new is sent; what is under way is awaited.
    Ending,
    Ended,
}

/// How it ended. The journal holds what became of each record.
#[derive(Clone, Debug)]
pub enum End {
    /// Every entry of the plan has its place in the target, but for those that fit in no request, and
    /// those whose doubt was to be kept.
    Finished,
    Cancelled,
    /// It rests as it is, for a later start.
    Suspended,
    /// A person must do something; then it can be started again.
    Stopped(StopReason),
    Failed(PublishError),
}

/// Attempts are counted from this start on; records that were delivered before are in `already`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    pub phase: Phase,
    /// Left out, because an earlier start delivered them.
    pub already: u64,
    pub acknowledged: u64,
    pub acknowledged_bytes: u64,
    /// In no request, because they are too large or have no valid key; those of earlier starts included, until they
    /// fit.
    pub unfit: u64,
    /// Attempts that were refused, throttles included.
    pub refused: u64,
    pub throttled: u64,
    /// Attempts of which nobody knows what became.
    pub unclear: u64,
    /// Records of which nobody knows whether they are in the target, those of earlier starts included.
    pub doubtful: u64,
    /// Acknowledged after a doubt: they may be in the target twice.
    pub may_be_doubled: u64,
    pub under_way: u64,
    /// The target's shards, those of the plan first.
    pub shards: Vec<ShardProgress>,
    /// By how much the last record missed its time.
    pub late: Duration,
    /// What leaves next, and when by this clock.
    pub next: Option<(Option<Origin>, Duration)>,
    /// Over the last seconds.
    pub records_per_second: f64,
    /// Since the first record, pauses left out.
    pub clock: Duration,
    /// The last refusal or doubt in words; none after a success.
    pub trouble: Option<String>,
}

/// One shard of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardProgress {
    pub shard: ShardId,
    /// As the target said, from this start on.
    pub acknowledged: u64,
    /// As they are predicted to land.
    pub under_way: u64,
}

/// What each shard of the target took.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeMap<ShardId, u64>);

impl Taken {
    pub fn count(&mut self, outcome: &Outcome) {
        let Outcome::Acknowledged { shard, .. } = outcome else {
            return;
        };
        match self.0.get_mut(shard) {
            Some(count) => *count += 1,
            None => {
                self.0.insert(shard.clone(), 1);
            }
        }
    }

    /// A target that was resharded meanwhile has shards that the plan does not know.
    pub fn with<'a>(
        &self,
        planned: impl Iterator<Item = (&'a ShardId, usize)>,
    ) -> Vec<ShardProgress> {
        let mut others = self.0.clone();
        let mut shards: Vec<_> = planned
            .map(|(shard, under_way)| ShardProgress {
                shard: shard.clone(),
                acknowledged: others.remove(shard).unwrap_or_default(),
                under_way: under_way as u64,
            })
            .collect();
        shards.extend(
            others
                .into_iter()
                .map(|(shard, acknowledged)| ShardProgress {
                    shard,
                    acknowledged,
                    under_way: 0,
                }),
        );
        shards
    }
}

impl Progress {
    /// The time that is left for a plan of so many records, at the present rate.
    pub fn time_left(&self, planned: u64) -> Option<Duration> {
        let left = planned.saturating_sub(self.already + self.acknowledged + self.unfit);
        let seconds = left as f64 / self.records_per_second;
        Duration::try_from_secs_f64(seconds).ok()
    }

    pub(super) fn count(&mut self, outcome: &Outcome, bytes: usize) {
        match outcome {
            Outcome::Acknowledged { .. } => {
                self.acknowledged += 1;
                self.acknowledged_bytes += bytes as u64;
                self.trouble = None;
            }
            Outcome::Refused { code, message, .. } => {
                self.refused += u64::from(!outcome.is_withheld());
                self.throttled += u64::from(outcome.is_throttled());
                self.trouble = Some(format!("{code}: {message}"));
            }
            Outcome::Unclear { cause } => {
                self.unclear += 1;
                self.trouble = Some(cause.clone());
            }
        }
    }
}

/// Records that may be in the target, or not.
#[derive(Debug, Default)]
pub(super) struct Doubts(HashSet<u64>);

impl Doubts {
    /// What an earlier start left behind.
    pub fn begin(before: &DeliveryProgress, progress: &mut Progress) -> Self {
        let doubts = Self(before.unsettled().into_iter().collect());
        progress.doubtful = doubts.0.len() as u64;
        progress.may_be_doubled = before.may_be_doubled().len() as u64;
        doubts
    }

    pub fn learn(&mut self, position: u64, outcome: &Outcome, progress: &mut Progress) {
        match outcome {
            Outcome::Acknowledged { .. } => {
                progress.may_be_doubled += u64::from(self.0.remove(&position));
            }
            Outcome::Unclear { .. } => {
                self.0.insert(position);
            }
            Outcome::Refused { .. } => {}
        }
        progress.doubtful = self.0.len() as u64;
    }
}

/// Rates are over so many seconds.
const RATE_SECONDS: usize = 5;

/// The rate over the last seconds of the delivery's clock.
#[derive(Debug, Default)]
pub(super) struct Rate(VecDeque<(Duration, u64)>);

impl Rate {
    /// `count` in all, when the clock shows `clock`.
    pub fn at(&mut self, clock: Duration, count: u64) -> f64 {
        let is_new = self
            .0
            .back()
            .is_none_or(|(last, _)| clock.saturating_sub(*last) >= Duration::from_millis(200));
        if is_new {
            self.0.push_back((clock, count));
        }
        let oldest = clock.saturating_sub(Duration::from_secs(RATE_SECONDS as u64));
        while self.0.len() > 2 && self.0.front().is_some_and(|(at, _)| *at < oldest) {
            self.0.pop_front();
        }
        let Some((from, before)) = self.0.front() else {
            return 0.0;
        };
        let seconds = clock.saturating_sub(*from).as_secs_f64();
        if seconds > 0.0 {
            (count - before) as f64 / seconds
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_forgets_what_is_long_ago() {
        let mut rate = Rate::default();
        let mut last = 0.0;
        for second in 0..60 {
            let count = if second < 30 { second * 100 } else { 3_000 };
            last = rate.at(Duration::from_secs(second), count);
            if second == 20 {
                assert!((last - 100.0).abs() < 1.0, "{last}");
            }
        }
        assert!(
            last.abs() < f64::EPSILON,
            "nothing came for half a minute: {last}"
        );
    }

    #[test]
    fn the_time_left_follows_the_rate() {
        let progress = Progress {
            already: 10,
            acknowledged: 40,
            records_per_second: 10.0,
            ..Progress::default()
        };
        assert_eq!(progress.time_left(100), Some(Duration::from_secs(5)));
        let standing = Progress::default();
        assert_eq!(standing.time_left(100), None);
    }
}
