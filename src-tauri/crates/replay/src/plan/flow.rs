//! How long the target's shards need, record by record: each takes 1 MB and 1,000 records a second.

use super::PlannedDuration;
use std::time::Duration;

/// Kinesis Data Streams, "Quotas and limits": of one shard.
const RECORDS_PER_SECOND: u64 = 1_000;
const BYTES_PER_SECOND: u64 = 1_000_000;

pub(super) struct Flow {
    shards: Vec<Shard>,
    last_due: Duration,
    finished: Duration,
}

#[derive(Clone, Copy, Default)]
struct Shard {
    records: u64,
    bytes: u64,
    /// When it has taken everything so far.
    free: Duration,
}

impl Flow {
    pub fn new(shards: usize) -> Self {
        Self {
            shards: vec![Shard::default(); shards],
            last_due: Duration::ZERO,
            finished: Duration::ZERO,
        }
    }

    pub fn send(&mut self, due: Duration, shard: Option<usize>, bytes: usize) {
        self.last_due = due;
        self.finished = self.finished.max(due);
        if let Some(shard) = shard.and_then(|place| self.shards.get_mut(place)) {
            shard.records += 1;
            shard.bytes += bytes as u64;
            shard.free = shard.free.max(due) + needed(1, bytes as u64);
            self.finished = self.finished.max(shard.free);
        }
    }

    pub fn duration(&self) -> PlannedDuration {
        let needed = |shard: &Shard| needed(shard.records, shard.bytes);
        let by_quota = self.shards.iter().map(needed).max();
        PlannedDuration {
            by_pace_millis: millis(self.last_due),
            by_quota_millis: millis(by_quota.unwrap_or_default()),
            expected_millis: millis(self.finished),
        }
    }
}

fn needed(records: u64, bytes: u64) -> Duration {
    let by_records =
        Duration::from_nanos(records.saturating_mul(1_000_000_000 / RECORDS_PER_SECOND));
    let by_bytes = Duration::from_nanos(bytes.saturating_mul(1_000_000_000 / BYTES_PER_SECOND));
    by_records.max(by_bytes)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_shard_decides() {
        let mut flow = Flow::new(2);
        for _ in 0..2_000 {
            flow.send(Duration::ZERO, Some(0), 500);
        }
        for _ in 0..10 {
            flow.send(Duration::ZERO, Some(1), 300_000);
        }
        let duration = flow.duration();
        assert_eq!(
            (
                duration.by_pace_millis,
                duration.by_quota_millis,
                duration.expected_millis
            ),
            (0, 3_000, 3_000)
        );
    }

    #[test]
    fn a_burst_at_the_end_is_waited_for() {
        let mut flow = Flow::new(1);
        flow.send(Duration::ZERO, Some(0), 100);
        for _ in 0..500 {
            flow.send(Duration::from_secs(10), Some(0), 100);
        }
        let duration = flow.duration();
        assert_eq!(
            (
                duration.by_pace_millis,
                duration.by_quota_millis,
                duration.expected_millis
            ),
            (10_000, 501, 10_500)
        );
    }

    #[test]
    fn a_target_without_shards_takes_as_long_as_the_pace() {
        let mut flow = Flow::new(0);
        flow.send(Duration::from_secs(2), None, 5_000_000);
        assert_eq!(flow.duration().expected_millis, 2_000);
    }
}
