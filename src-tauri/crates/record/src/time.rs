//! Time as milliseconds since the Unix epoch: Kinesis' own resolution for arrival times.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    pub const MIN: Self = Self(i64::MIN);
    pub const MAX: Self = Self(i64::MAX);

    /// Rounds to the nearest millisecond: the SDK turns `.310` into `.309999…` on its way through
    /// a floating-point number.
    ///
    /// Seconds that are not finite, or beyond what `i64` milliseconds hold, saturate.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * 1000.0).round() as i64)
    }

    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    #[must_use]
    pub fn saturating_add(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to `self`; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// RFC 3339 in UTC with milliseconds; out of the calendar's range, the plain number.
impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_what_the_sdk_makes_of_310_milliseconds() {
        assert_eq!(
            Millis::from_secs_f64(1_700_000_000.31),
            Millis(1_700_000_000_310)
        );
    }

    #[test]
    fn shows_milliseconds_even_when_they_are_zero() {
        assert_eq!(Millis(0).to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_time_that_no_calendar_holds_is_shown_as_a_number() {
        assert_eq!(Millis::MAX.to_string(), "9223372036854775807 ms");
    }
}
