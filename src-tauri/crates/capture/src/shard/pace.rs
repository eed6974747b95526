//! How much to ask for, and how soon to ask again.
//!
//! Kinesis allows 5 `GetRecords` calls and 2 MB a second per shard, shared with production's own
//! consumers, and blocks a shard for about 5 s after an answer of 10 MiB (API reference,
//! `GetRecords`). So: one call a second where there is nothing to catch up with, at most 4.5 a
//! second and nine tenths of the bytes where there is, and pages of about 1 MiB.

use mutants::Mutant;
use record::Millis;

/// Whether the limits of a shared shard are kept. Off is for measuring against a private endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Politeness {
    #[default]
    On,
    Off,
}

impl Politeness {
    /// Calls a second per shard that the pace stays under, idle and catching up.
    pub fn calls_per_second(self, is_behind: bool) -> Option<f64> {
        let calls = if is_behind {
            CATCH_UP_CALLS_PER_SECOND
        } else {
            IDLE_CALLS_PER_SECOND
        };
        (self == Self::On).then_some(calls)
    }

    /// Bytes a second per shard that the pace stays under.
    pub fn bytes_per_second(self) -> Option<f64> {
        (self == Self::On).then_some(BYTES_PER_SECOND)
    }
}

const IDLE_CALLS_PER_SECOND: f64 = 1.0;
const CATCH_UP_CALLS_PER_SECOND: f64 = 5.0;
/// A little over a second: arrival at the endpoint jitters.
const IDLE_INTERVAL_MILLIS: i64 = 1050;
const CATCH_UP_INTERVAL_MILLIS: i64 = 220;
const IMPOLITE_IDLE_MILLIS: i64 = 100;
const BYTES_PER_SECOND: f64 = 1_800_000.0;
const PAGE_BYTES: f64 = 1_048_576.0;
/// Until a record was seen, its size may be the stream's largest.
const FIRST_PAGE_BYTES: f64 = 8_388_608.0;
/// The API's largest `Limit`.
const LIMIT_MAX: u32 = 10_000;
/// A page may hold so many times the records of the one before it: sizes change.
const GROWTH: u32 = 8;
/// What is left of a larger average after a page of smaller records. Two pages' worth of the larger ones is still
/// far from the 10 MiB that block a shard.
const FORGOTTEN: f64 = 0.5;
/// What a page that was too large for memory is followed by.
const SHRINK: u32 = 4;
/// Lag below the idle interval is no reason to hurry.
const BEHIND_MILLIS: u64 = 1000;

/// Between two calls to a shard, by whomever.
pub(crate) fn interval_millis(is_behind: bool) -> i64 {
    if is_behind || mutants::is_on(Mutant::IdleInHaste) {
        CATCH_UP_INTERVAL_MILLIS
    } else {
        IDLE_INTERVAL_MILLIS
    }
}

/// How long these bytes are all that a shard gives.
pub(crate) fn bytes_millis(bytes: u64) -> i64 {
    (bytes as f64 * 1000.0 / BYTES_PER_SECOND).ceil() as i64
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    politeness: Politeness,
    limit: u32,
    /// No page is asked to hold more than this.
    limit_max: u32,
    /// Of the recent pages' largest average: learns larger ones at once, and forgets them by half with each page, so
    /// that a few large records among small ones do not keep the pages small for long.
    record_bytes: Option<f64>,
    sent_at: Millis,
    pub(super) is_behind: bool,
}

impl Pace {
    pub(super) fn new(politeness: Politeness, max_record_bytes: u64) -> Self {
        let limit = match politeness {
            Politeness::On => {
                (FIRST_PAGE_BYTES / max_record_bytes.max(1) as f64).clamp(1.0, f64::from(LIMIT_MAX))
            }
            Politeness::Off => f64::from(LIMIT_MAX),
        };
        Self {
            politeness,
            limit: limit as u32,
            limit_max: LIMIT_MAX,
            record_bytes: None,
            sent_at: Millis::MIN,
            is_behind: true,
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// A page was too large for memory: asks for fewer records from now on. False where one is too many already.
    pub(super) fn shrink(&mut self) -> bool {
        let could = self.limit > 1;
        self.limit = (self.limit / SHRINK).max(1);
        self.limit_max = self.limit;
        could
    }

    pub(super) fn sent(&mut self, now: Millis) {
        self.sent_at = now;
    }

    /// Takes in a page and says when the next may be asked for.
    pub(super) fn after_page(
        &mut self,
        now: Millis,
        count: usize,
        bytes: u64,
        millis_behind: Option<u64>,
    ) -> Millis {
        let is_full = count >= self.limit as usize;
        self.is_behind = is_full || millis_behind.is_some_and(|millis| millis > BEHIND_MILLIS);
        if self.politeness == Politeness::Off {
            let is_idle = count == 0 && !self.is_behind;
            return if is_idle {
                now.saturating_add(IMPOLITE_IDLE_MILLIS)
            } else {
                now
            };
        }
        if count > 0 {
            self.learn(count, bytes);
        }
        let rest = interval_millis(self.is_behind).max(bytes_millis(bytes));
        self.sent_at.saturating_add(rest)
    }

    fn learn(&mut self, count: usize, bytes: u64) {
        let average = (bytes as f64 / count as f64).max(1.0);
        let remembered = self
            .record_bytes
            .map_or(average, |known| average.max(known * FORGOTTEN));
        self.record_bytes = Some(remembered);
        let fitting = (PAGE_BYTES / remembered).clamp(1.0, f64::from(self.limit_max)) as u32;
        self.limit = fitting.min(self.limit.saturating_mul(GROWTH));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn an_idle_shard_is_asked_less_than_once_a_second() {
        let mut pace = Pace::new(Politeness::On, MIB);
        pace.sent(Millis(10_000));
        assert_eq!(
            pace.after_page(Millis(10_030), 0, 0, Some(0)),
            Millis(11_050)
        );
        assert_eq!(
            pace.after_page(Millis(10_030), 3, 1500, Some(40)),
            Millis(11_050)
        );
    }

    #[test]
    fn a_shard_that_is_behind_is_asked_less_than_five_times_a_second() {
        let mut pace = Pace::new(Politeness::On, MIB);
        pace.sent(Millis(0));
        assert_eq!(pace.after_page(Millis(30), 0, 0, Some(60_000)), Millis(220));
    }

    #[test]
    fn large_pages_are_paid_for_in_time() {
        let mut pace = Pace::new(Politeness::On, MIB);
        pace.sent(Millis(0));
        assert_eq!(
            pace.after_page(Millis(90), 8, 8 * MIB, Some(60_000)),
            Millis(4661)
        );
    }

    #[test]
    fn pages_grow_step_by_step_and_shrink_at_once() {
        let mut pace = Pace::new(Politeness::On, MIB);
        let mut limits = vec![pace.limit()];
        for _ in 0..4 {
            let count = pace.limit() as usize;
            pace.after_page(Millis(0), count, count as u64 * 500, None);
            limits.push(pace.limit());
        }
        assert_eq!(limits, [8, 64, 512, 2097, 2097]);
        pace.after_page(Millis(0), 10, 10 * MIB, None);
        assert_eq!(pace.limit(), 1);
    }

    /// A page of 256 records and more is stored as whole blocks; at the pace of catching up, every second counts.
    #[test]
    fn large_records_do_not_keep_the_pages_of_small_ones_small() {
        let mut pace = Pace::new(Politeness::On, MIB);
        pace.sent(Millis(0));
        pace.after_page(Millis(0), 8, 8 * MIB, Some(60_000));
        assert_eq!(pace.limit(), 1);
        let mut pages = 0;
        while pace.limit() < 256 {
            let count = pace.limit() as usize;
            pace.after_page(Millis(0), count, count as u64 * 500, Some(60_000));
            pages += 1;
        }
        assert_eq!(pages, 8, "under two seconds at 4.5 pages a second");
    }

    #[test]
    fn what_was_too_large_for_memory_is_never_asked_for_again() {
        let mut pace = Pace::new(Politeness::Off, MIB);
        let limits = std::iter::from_fn(|| pace.shrink().then_some(pace.limit()));
        assert_eq!(limits.collect::<Vec<_>>(), [2500, 625, 156, 39, 9, 2, 1]);
        let mut pace = Pace::new(Politeness::On, MIB);
        assert!(pace.shrink());
        for _ in 0..4 {
            pace.after_page(Millis(0), 2, 200, None);
        }
        assert_eq!(pace.limit(), 2);
    }

    #[test]
    fn a_stream_with_larger_records_begins_with_fewer() {
        assert_eq!(Pace::new(Politeness::On, 10 * MIB).limit(), 1);
    }

    #[test]
    fn without_politeness_full_pages_follow_at_once() {
        let mut pace = Pace::new(Politeness::Off, MIB);
        pace.sent(Millis(0));
        assert_eq!(pace.limit(), 10_000);
        assert_eq!(
            pace.after_page(Millis(5), 10_000, 5_000_000, None),
            Millis(5)
        );
        assert_eq!(pace.after_page(Millis(5), 0, 0, Some(0)), Millis(105));
    }

    proptest! {
        /// Any sequence of pages stays within the shard's limits in any window of a second.
        #[test]
        fn limits_hold_whatever_the_pages(pages in proptest::collection::vec((0usize..5000, 1u64..2000, 0u64..100_000), 1..60)) {
            let mut pace = Pace::new(Politeness::On, MIB);
            let mut now = Millis(0);
            let mut calls: Vec<(i64, u64)> = Vec::new();
            for (count, size, behind) in pages {
                let count = count.min(pace.limit() as usize);
                let bytes = count as u64 * size;
                pace.sent(now);
                calls.push((now.0, bytes));
                now = pace.after_page(now, count, bytes, Some(behind)).max(now);
            }
            for window in calls.windows(6) {
                prop_assert!(window[5].0 - window[0].0 >= 1000);
            }
            for pair in calls.windows(2) {
                prop_assert!((pair[1].0 - pair[0].0) * 2000 >= pair[0].1 as i64);
            }
        }
    }
}
