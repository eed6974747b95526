//! When each record is due: as it happened, faster or slower, at a fixed rate, or at once.
//!
//! Pure: the clock is told, and waiting is the delivery's. The tempo may change while a replay runs: nothing
//! that has not left by then was due before.

use publish::{Left, Pace, Planned};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pacing {
    pub tempo: Tempo,
    /// No wait between two records is longer, as it is waited, not as it was.
    pub longest_wait_millis: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tempo {
    /// The distances between arrivals, divided by this.
    Original(Speed),
    Fixed(Rate),
    /// As fast as the target takes.
    AtOnce,
}

/// 0.1 to 100 times as fast as it happened.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Speed(f64);

/// Records a second: above 0, at most a million.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Rate(f64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaceError {
    #[error("a replay can be 0.1 to 100 times as fast as it happened")]
    Speed,
    #[error("a fixed rate is above 0 and at most 1,000,000 records a second")]
    Rate,
}

impl TryFrom<f64> for Speed {
    type Error = PaceError;
    fn try_from(factor: f64) -> Result<Self, PaceError> {
        if (0.1..=100.0).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(PaceError::Speed)
        }
    }
}

impl TryFrom<f64> for Rate {
    type Error = PaceError;
    fn try_from(per_second: f64) -> Result<Self, PaceError> {
        if per_second > 0.0 && per_second <= 1e6 {
            Ok(Self(per_second))
        } else {
            Err(PaceError::Rate)
        }
    }
}

impl From<Speed> for f64 {
    fn from(speed: Speed) -> Self {
        speed.0
    }
}

impl Speed {
    /// From one record to the next, by when they happened.
    fn wait_seconds(self, from_millis: i64, to_millis: i64) -> f64 {
        let gap_millis = to_millis.saturating_sub(from_millis).max(0);
        gap_millis as f64 / 1_000.0 / self.0
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

impl From<Rate> for f64 {
    fn from(rate: Rate) -> Self {
        rate.0
    }
}

impl Pacing {
    pub const AT_ONCE: Self = Self {
        tempo: Tempo::AtOnce,
        longest_wait_millis: None,
    };

    fn cap(&self, wait: Duration) -> Duration {
        let longest = self.longest_wait_millis.map(Duration::from_millis);
        longest.map_or(wait, |longest| wait.min(longest))
    }
}

/// The moments at which records are due, from the first one on.
#[derive(Clone, Debug)]
pub struct Schedule {
    pacing: Pacing,
    /// The last record that was passed: when it happened, and when it was due or left.
    last: Option<Left>,
    /// Nothing is due before the last change.
    not_before: Duration,
}

impl Schedule {
    pub fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            last: None,
            not_before: Duration::ZERO,
        }
    }

    /// When a record that happened at `at_millis` is due, if it is the next one.
    pub fn due(&self, at_millis: i64) -> Duration {
        let Some(last) = self.last else {
            return self.not_before;
        };
        let wait_seconds = match self.pacing.tempo {
            Tempo::AtOnce => 0.0,
            Tempo::Original(speed) => speed.wait_seconds(last.at_millis, at_millis),
            Tempo::Fixed(Rate(per_second)) => per_second.recip(),
        };
        let wait = self.pacing.cap(seconds(wait_seconds));
        let due = last.clock.saturating_add(wait);
        due.max(self.not_before)
    }

    /// Goes on to the record after this one.
    pub fn pass(&mut self, at_millis: i64) -> Duration {
        let clock = self.due(at_millis);
        self.last = Some(Left { at_millis, clock });
        clock
    }

    /// Another pacing for what follows this record, from this moment on: what has been waited already counts, and
    /// nothing is due before. Without a record the next one is due now.
    pub fn change(&mut self, pacing: Pacing, clock: Duration, last: Option<Left>) {
        *self = Self {
            pacing,
            last,
            not_before: clock,
        };
    }

    /// What follows is counted from this record, whenever it was due.
    pub fn count_from(&mut self, left: Left) {
        self.change(self.pacing, left.clock, Some(left));
    }
}

/// A pacing that may be changed from outside while a delivery runs. Clones are one.
#[derive(Clone, Debug)]
pub struct PaceDial(Arc<Mutex<Dialed>>);

#[derive(Debug)]
struct Dialed {
    pacing: Pacing,
    /// When the record that is being waited for happened, and when it is due.
    in_line: Option<(i64, Duration)>,
}

impl PaceDial {
    pub fn new(pacing: Pacing) -> Self {
        Self(Arc::new(Mutex::new(Dialed {
            pacing,
            in_line: None,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Dialed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn turn_to(&self, pacing: Pacing) {
        self.lock().pacing = pacing;
    }

    pub fn pacing(&self) -> Pacing {
        self.lock().pacing
    }

    /// When a record that happened at `at_millis` is due, seen from the one in line. Nobody knows where that does
    /// not follow from the two: at other tempos than the original, and where long waits are cut short.
    pub fn due_at(&self, at_millis: i64) -> Option<Duration> {
        let dialed = self.lock();
        let (in_line, due) = dialed.in_line?;
        match dialed.pacing {
            Pacing {
                tempo: Tempo::Original(speed),
                longest_wait_millis: None,
            } => Some(due.saturating_add(seconds(speed.wait_seconds(in_line, at_millis)))),
            _ => None,
        }
    }

    /// What a delivery asks.
    pub fn pace(&self) -> DialedPace {
        DialedPace {
            dial: self.clone(),
            schedule: Schedule::new(self.pacing()),
            next: None,
        }
    }
}

/// A schedule that looks at its dial when it is told that it was turned.
#[derive(Clone, Debug)]
pub struct DialedPace {
    dial: PaceDial,
    schedule: Schedule,
    /// The record that is being waited for: position and time.
    next: Option<(u64, i64)>,
}

impl Pace for DialedPace {
    fn due(&mut self, next: &Planned, _clock: Duration) -> Duration {
        if let Some((position, at)) = self.next
            && position != next.position
        {
            self.schedule.pass(at);
        }
        self.next = Some((next.position, next.at_millis));
        let due = self.schedule.due(next.at_millis);
        self.dial.lock().in_line = Some((next.at_millis, due));
        due
    }

    fn turn(&mut self, clock: Duration, last: Option<Left>) {
        self.next = None;
        self.schedule.change(self.dial.pacing(), clock, last);
    }

    fn count_from(&mut self, left: Left) {
        self.next = None;
        self.schedule.count_from(left);
    }
}

#[cfg(test)]
mod tests;
