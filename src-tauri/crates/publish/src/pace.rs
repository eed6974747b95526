//! When a record may leave.

use crate::Planned;
use std::time::Duration;

/// Asked for the next entry in line, and again whenever it was told to wait: an answer may change
/// when the pace is turned. The delivery's clock starts with its first entry and stands still while
/// it is paused.
pub trait Pace: Send + 'static {
    /// The moment of the delivery's clock at which this entry is due. Times do not go backwards from
    /// one entry to the next.
    fn due(&mut self, next: &Planned, clock: Duration) -> Duration;

    /// A person turned the pace at this moment: what is not sent yet is timed by the new one, and none of
    /// it was due before. It is counted from what left last; where there is nothing, the next entry is due now.
    fn turn(&mut self, _clock: Duration, _last: Option<Left>) {}

    /// An entry leaves out of its turn: what follows is counted from there.
    fn count_from(&mut self, _left: Left) {}
}

/// An entry that left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its time in the plan.
    pub at_millis: i64,
    /// When it left, by the delivery's clock.
    pub clock: Duration,
}

/// At a fixed rate, from the first entry on that is still to leave: what an earlier start sent takes no time.
#[derive(Clone, Copy, Debug)]
pub struct Evenly {
    every: Duration,
    /// The entry that it was asked for, and how many came before.
    asked: Option<(u64, u32)>,
}

impl Evenly {
    /// No distance at all.
    pub const AT_ONCE: Self = Self {
        every: Duration::ZERO,
        asked: None,
    };

    /// So much time between two of them.
    pub fn every(distance: Duration) -> Self {
        Self {
            every: distance,
            asked: None,
        }
    }

    /// `None` for what is no rate: above 0 and at most a million a second.
    pub fn per_second(records: f64) -> Option<Self> {
        let is_rate = records > 0.0 && records <= 1e6;
        let every = is_rate.then(|| Duration::try_from_secs_f64(1.0 / records).ok());
        every.flatten().map(Self::every)
    }
}

impl Pace for Evenly {
    fn due(&mut self, next: &Planned, _clock: Duration) -> Duration {
        let before = match self.asked {
            None => 0,
            Some((position, before)) if position == next.position => before,
            Some((_, before)) => before.saturating_add(1),
        };
        self.asked = Some((next.position, before));
        self.every.saturating_mul(before)
    }
}

/// As fast as the target takes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

impl Pace for AtOnce {
    fn due(&mut self, _next: &Planned, _clock: Duration) -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entry;
    use bytes::Bytes;

    #[test]
    fn a_rate_spreads_the_entries_over_time() {
        let mut pace = Evenly::per_second(4.0).expect("a rate");
        let mut due = |position| {
            let entry = Entry {
                key: "k".to_owned(),
                explicit_hash_key: None,
                data: Bytes::new(),
                origin: None,
            };
            let planned = Planned {
                position,
                at_millis: 0,
                entry,
            };
            pace.due(&planned, Duration::ZERO)
        };
        // what is asked for again is the same entry; what was sent before takes no time
        assert_eq!(
            [1_000_000, 1_000_001, 1_000_001, 1_000_008].map(&mut due),
            [0, 250, 250, 500].map(Duration::from_millis)
        );
        for rate in [0.0, -1.0, f64::NAN, 2e6, 1e-300] {
            assert!(Evenly::per_second(rate).is_none(), "{rate}");
        }
    }
}
