//! When each record is due: as it happened, faster or slower, at a fixed rate, or at once.
//!
//! Pure: the clock is told, and waiting is the delivery's. The tempo may change while a replay runs; what
//! was due before stays due, and what follows is counted anew from there.

use publish::{Pace, Planned};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, Mutex, PoisonError},
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
    /// The last record that was passed: when it happened, and when it was due.
    last: Option<(i64, Duration)>,
    /// Where a fixed rate is counted from, and how many records since.
    counted: (Duration, u64),
}

impl Schedule {
    pub fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            last: None,
            counted: (Duration::ZERO, 0),
        }
    }

    /// When a record that happened at `at_millis` is due, if it is the next one.
    pub fn due(&self, at_millis: i64) -> Duration {
        let Some((last_at, last_due)) = self.last else {
            return Duration::ZERO;
        };
        match self.pacing.tempo {
            Tempo::AtOnce => last_due,
            Tempo::Original(Speed(factor)) => {
                let gap_millis = at_millis.saturating_sub(last_at).max(0);
                let wait = Duration::try_from_secs_f64(gap_millis as f64 / 1_000.0 / factor);
                last_due.saturating_add(self.pacing.cap(wait.unwrap_or(Duration::MAX)))
            }
            Tempo::Fixed(Rate(per_second)) => {
                let (from, records) = self.counted;
                let wait = Duration::try_from_secs_f64((records + 1) as f64 / per_second);
                let due = from.saturating_add(wait.unwrap_or(Duration::MAX));
                last_due.saturating_add(self.pacing.cap(due.saturating_sub(last_due)))
            }
        }
    }

    /// Goes on to the record after this one.
    pub fn pass(&mut self, at_millis: i64) -> Duration {
        let due = self.due(at_millis);
        if self.last.is_some() {
            self.counted.1 += 1;
        }
        self.last = Some((at_millis, due));
        due
    }

    /// Another pacing for the records that follow.
    pub fn change(&mut self, pacing: Pacing) {
        self.pacing = pacing;
        self.counted = (self.last.map_or(Duration::ZERO, |(_, due)| due), 0);
    }
}

/// A pacing that may be changed from outside while a delivery runs. Clones are one.
#[derive(Clone, Debug)]
pub struct PaceDial(Arc<Mutex<Pacing>>);

impl PaceDial {
    pub fn new(pacing: Pacing) -> Self {
        Self(Arc::new(Mutex::new(pacing)))
    }

    pub fn turn_to(&self, pacing: Pacing) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pacing;
    }

    pub fn pacing(&self) -> Pacing {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

/// A schedule that looks at its dial each time it is asked.
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
        let pacing = self.dial.pacing();
        if pacing != self.schedule.pacing {
            self.schedule.change(pacing);
        }
        self.schedule.due(next.at_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pacing(tempo: Tempo, longest_wait_millis: Option<u64>) -> Pacing {
        Pacing {
            tempo,
            longest_wait_millis,
        }
    }

    fn times(factor: f64) -> Tempo {
        Tempo::Original(Speed::try_from(factor).expect("a speed"))
    }

    fn rate(per_second: f64) -> Tempo {
        Tempo::Fixed(Rate::try_from(per_second).expect("a rate"))
    }

    fn dues(pacing: Pacing, at: &[i64]) -> Vec<u128> {
        let mut schedule = Schedule::new(pacing);
        at.iter().map(|&at| schedule.pass(at).as_millis()).collect()
    }

    #[test]
    fn distances_are_kept_scaled_and_capped() {
        let at = [5_000, 5_000, 5_100, 65_100, 65_000, 65_200];
        assert_eq!(
            dues(pacing(times(1.0), None), &at),
            [0, 0, 100, 60_100, 60_100, 60_300]
        );
        assert_eq!(
            dues(pacing(times(10.0), None), &at),
            [0, 0, 10, 6_010, 6_010, 6_030]
        );
        assert_eq!(
            dues(pacing(times(0.1), Some(2_000)), &at),
            [0, 0, 1_000, 3_000, 3_000, 5_000]
        );
        assert_eq!(
            dues(pacing(rate(4.0), None), &at),
            [0, 250, 500, 750, 1_000, 1_250]
        );
        assert_eq!(dues(pacing(rate(0.5), Some(100)), &at[..3]), [0, 100, 200]);
        assert_eq!(dues(Pacing::AT_ONCE, &at), [0; 6]);
    }

    #[test]
    fn speeds_and_rates_have_bounds() {
        for factor in [0.0, 0.09, 100.1, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Speed::try_from(factor), Err(PaceError::Speed));
        }
        for per_second in [0.0, -1.0, 1e7, f64::NAN] {
            assert_eq!(Rate::try_from(per_second), Err(PaceError::Rate));
        }
        let saved = serde_json::to_string(&pacing(times(2.5), Some(7))).expect("JSON");
        assert_eq!(saved, r#"{"tempo":{"original":2.5},"longestWaitMillis":7}"#);
        assert!(serde_json::from_str::<Pacing>(&saved.replace("2.5", "0")).is_err());
    }

    #[test]
    fn a_turn_of_the_dial_holds_from_the_record_in_line() {
        let dial = PaceDial::new(pacing(times(1.0), None));
        let mut pace = dial.pace();
        let entry = publish::Entry {
            key: "k".into(),
            explicit_hash_key: None,
            data: bytes::Bytes::new(),
            origin: None,
        };
        let mut due = |position, at_millis| {
            let next = Planned {
                position,
                at_millis,
                entry: entry.clone(),
            };
            pace.due(&next, Duration::ZERO).as_millis()
        };
        assert_eq!(due(0, 0), 0);
        assert_eq!(due(1, 1_000), 1_000);
        assert_eq!(due(2, 61_000), 61_000, "a minute to wait");
        dial.turn_to(pacing(times(100.0), None));
        assert_eq!(due(2, 61_000), 1_600, "asked again, the same record");
        assert_eq!(due(2, 61_000), 1_600);
        dial.turn_to(pacing(rate(10.0), None));
        assert_eq!(due(3, 61_001), 1_700);
        assert_eq!(due(4, 61_002), 1_800);
    }

    proptest! {
        #[test]
        fn nothing_is_due_before_what_came_before(
            at in prop::collection::vec(any::<i64>(), 1..50), factor in 0.1f64..100.0, cap in prop::option::of(0u64..10_000), turn in 0usize..50,
        ) {
            let mut schedule = Schedule::new(pacing(times(factor), cap));
            let mut before = Duration::ZERO;
            for (place, at) in at.into_iter().enumerate() {
                if place == turn {
                    schedule.change(pacing(rate(factor), cap));
                }
                let due = schedule.pass(at);
                prop_assert!(due >= before);
                if let Some(cap) = cap {
                    prop_assert!(due <= before + Duration::from_millis(cap));
                }
                before = due;
            }
        }
    }
}
