//! The time and the zone that a text is read by.

use jiff::{Timestamp, civil, tz::TimeZone};
use record::Millis;

/// What `now` is, and whose clock a time without a zone is on.
///
/// From [`Millis`] alone: that time, and UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub now: Millis,
    pub zone: TimeZone,
}

impl From<Millis> for Clock {
    fn from(now: Millis) -> Self {
        let zone = TimeZone::UTC;
        Self { now, zone }
    }
}

impl Clock {
    /// The instant of a time on this clock. Of two, when clocks were put back, the first; of none, when they were put
    /// forward, as far after the leap.
    pub(crate) fn instant(&self, time: civil::DateTime) -> Option<Timestamp> {
        Some(time.to_zoned(self.zone.clone()).ok()?.timestamp())
    }

    /// The day that it is now.
    pub(crate) fn today(&self) -> Option<civil::Date> {
        let now = Timestamp::from_millisecond(self.now.0).ok()?;
        Some(now.to_zoned(self.zone.clone()).date())
    }
}

/// Equal stretches of time, counted from midnight at the start of 1970 on a clock of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bins {
    /// In milliseconds, above zero.
    pub span: i64,
    pub zone: TimeZone,
}

impl Bins {
    /// The start of the stretch that a time lies in: days start at the zone's midnight.
    pub fn start(&self, time: Millis) -> Millis {
        let floor = |millis: i64| millis.div_euclid(self.span).saturating_mul(self.span);
        if self.zone == TimeZone::UTC {
            return Millis(floor(time.0));
        }
        self.on_the_clock(time, floor)
            .unwrap_or_else(|| Millis(floor(time.0)))
    }

    fn on_the_clock(&self, time: Millis, floor: impl Fn(i64) -> i64) -> Option<Millis> {
        let at = Timestamp::from_millisecond(time.0).ok()?;
        let ahead = i64::from(self.zone.to_offset(at).seconds()) * 1_000;
        let shown = floor(time.0.checked_add(ahead)?);
        if self.span <= HOUR_MILLIS {
            // an hour that a clock shows twice is two
            return Some(Millis(shown - ahead));
        }
        // as UTC has no leaps, its fields are those that the clock shows
        let shown = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(shown).ok()?);
        let start = self.zone.to_ambiguous_zoned(shown).compatible().ok()?;
        Some(Millis(start.timestamp().as_millisecond()))
    }
}

const HOUR_MILLIS: i64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn start(zone: &str, span: &str, time: &str) -> String {
        let zone = TimeZone::get(zone).expect("a zone");
        let span = crate::parse::span_millis(span).expect("a span");
        let time: Timestamp = time.parse().expect("a time");
        let start = Bins { span, zone }.start(Millis(time.as_millisecond()));
        Timestamp::from_millisecond(start.0)
            .expect("a time")
            .to_string()
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let at = "2026-04-11T16:59:59Z";
        assert_eq!(start("UTC", "1d", at), "2026-04-11T00:00:00Z");
        assert_eq!(start("Asia/Jakarta", "1d", at), "2026-04-10T17:00:00Z");
        assert_eq!(
            start("Asia/Jakarta", "1d", "2026-04-11T17:00:00Z"),
            "2026-04-11T17:00:00Z"
        );
        assert_eq!(
            start("Asia/Kolkata", "1h", "2026-04-11T16:59:59Z"),
            "2026-04-11T16:30:00Z"
        );
        assert_eq!(start("Asia/Kolkata", "5m", at), "2026-04-11T16:55:00Z");
    }

    #[test]
    fn a_day_with_a_change_of_the_clock_is_one_bin() {
        // clocks go forward at 01:00Z on 2026-03-29, and back at 01:00Z on 2026-10-25
        for at in ["2026-03-28T23:30:00Z", "2026-03-29T21:59:00Z"] {
            assert_eq!(start("Europe/Amsterdam", "1d", at), "2026-03-28T23:00:00Z");
        }
        for at in ["2026-10-24T22:30:00Z", "2026-10-25T22:59:00Z"] {
            assert_eq!(start("Europe/Amsterdam", "1d", at), "2026-10-24T22:00:00Z");
        }
    }

    #[test]
    fn an_hour_that_the_clock_shows_twice_is_two_bins() {
        let at = |time| start("Europe/Amsterdam", "1h", time);
        assert_eq!(at("2026-10-25T00:30:00Z"), "2026-10-25T00:00:00Z");
        assert_eq!(at("2026-10-25T01:30:00Z"), "2026-10-25T01:00:00Z");
        assert_eq!(at("2026-10-25T02:30:00Z"), "2026-10-25T02:00:00Z");
        let of_minutes = |time| start("Europe/Amsterdam", "5m", time);
        assert_eq!(of_minutes("2026-10-25T01:31:00Z"), "2026-10-25T01:30:00Z");
    }

    #[test]
    fn no_time_is_outside_of_its_bin() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let span = HOUR_MILLIS;
        let bins = Bins { span, zone };
        for step in 0..20_000 {
            let time = Millis(1_790_000_000_000 + step * 487_001);
            let start = bins.start(time);
            assert!(start <= time && time.0 < start.0 + span, "{time:?}");
        }
    }
}
