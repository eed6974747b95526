//! Times: `now-5m`, RFC 3339, a date, a time of today, milliseconds since the epoch. What names no
//! zone is in the clock's.

use super::{
    FilterError, Parser, TokenKind,
    term::{NO_STOP, Operator, Relation},
    words::Word,
};
use crate::{Clock, Comparison, Filter};
use jiff::{Timestamp, civil};
use record::Millis;

const EXPECTED: &str =
    "a time: now-5m, 14:03:22, 2026-04-11, 2026-04-11T14:03:22.118Z or milliseconds since 1970";
const EXPECTED_SPAN: &str = "a length of time, such as 30s, 5m, 2h, 1h30m or 7d";

impl Parser<'_> {
    /// What follows `after:`, `before:`, `time:` and `last:`.
    pub(super) fn window(&mut self, name: &str) -> Result<Filter, FilterError> {
        let expected = if name == "last" {
            EXPECTED_SPAN
        } else {
            EXPECTED
        };
        let word = self.word(NO_STOP, expected)?;
        self.mark(word.at.clone(), TokenKind::Time);
        let time = |text: &str| instant(text, &self.clock);
        let window = match name {
            "after" => time(&word.text).map(|from| (Some(from), None)),
            "before" => time(&word.text).map(|until| (None, Some(until))),
            "last" => span_millis(&word.text).map(|span| (Some(self.back(span)), None)),
            _ if !word.text.contains("..") => day(&word.text, &self.clock),
            _ => ends(&word).and_then(|(from, until)| {
                let end = |text: &str| {
                    if text.is_empty() {
                        Some(None)
                    } else {
                        time(text).map(Some)
                    }
                };
                Some((end(from)?, end(until)?))
            }),
        };
        match window {
            Some((from, until)) => Ok(Filter::Time { from, until }),
            None if name == "time" => {
                let message =
                    format!("expected a date, or two times with `..` between, each {EXPECTED}");
                self.fail(word.at, message)
            }
            None => self.fail(word.at, format!("expected {expected}")),
        }
    }

    /// What follows `time>`, `time<=` and the others.
    pub(super) fn time_order(&mut self, operator: &Operator) -> Result<Filter, FilterError> {
        let word = self.word(NO_STOP, EXPECTED)?;
        self.mark(word.at.clone(), TokenKind::Time);
        let Some(time) = instant(&word.text, &self.clock) else {
            return self.fail(word.at, format!("expected {EXPECTED}"));
        };
        let next = time.saturating_add(1);
        let (from, until) = match operator.relation {
            Relation::Compares(Comparison::Greater) => (Some(next), None),
            Relation::Compares(Comparison::AtLeast) => (Some(time), None),
            Relation::Compares(Comparison::AtMost) => (None, Some(next)),
            _ => (None, Some(time)),
        };
        Ok(Filter::Time { from, until })
    }

    /// A window from so long before now.
    pub(super) fn since(&self, span_millis: i64) -> Filter {
        Filter::Time {
            from: Some(self.back(span_millis)),
            until: None,
        }
    }

    fn back(&self, span_millis: i64) -> Millis {
        self.clock.now.saturating_add(-span_millis)
    }
}

/// A date alone is its day.
pub(super) fn day(text: &str, clock: &Clock) -> Option<(Option<Millis>, Option<Millis>)> {
    let midnight = |date: civil::Date| {
        let midnight = clock.instant(date.at(0, 0, 0, 0))?;
        Some(Millis(midnight.as_millisecond()))
    };
    // longer texts are dates with times, which the type would cut off
    let date = (text.len() <= 10).then(|| text.parse::<civil::Date>().ok())??;
    Some((midnight(date), midnight(date.tomorrow().ok()?)))
}

/// At least one of the two ends is there.
fn ends(word: &Word) -> Option<(&str, &str)> {
    word.text
        .split_once("..")
        .filter(|(from, until)| !(from.is_empty() && until.is_empty()))
}

pub(super) fn instant(text: &str, clock: &Clock) -> Option<Millis> {
    if let Some(offset) = text.strip_prefix("now") {
        return relative(offset, clock.now);
    }
    if let Ok(millis) = text.parse() {
        return Some(Millis(millis));
    }
    let timestamp = text.parse::<Timestamp>().ok().or_else(|| {
        let local = text
            .parse::<civil::DateTime>()
            .ok()
            .or_else(|| time_of_day(text, clock))?;
        clock.instant(local)
    })?;
    Some(Millis(
        timestamp.as_nanosecond().div_euclid(1_000_000) as i64
    ))
}

fn time_of_day(text: &str, clock: &Clock) -> Option<civil::DateTime> {
    let is_clock = text.len() >= 5 && text.as_bytes()[2] == b':';
    let time = is_clock.then(|| text.parse::<civil::Time>().ok())??;
    Some(clock.today()?.to_datetime(time))
}

fn relative(offset: &str, now: Millis) -> Option<Millis> {
    if offset.is_empty() {
        return Some(now);
    }
    if let Some(span) = offset.strip_prefix('-') {
        return now.0.checked_sub(span_millis(span)?).map(Millis);
    }
    now.0
        .checked_add(span_millis(offset.strip_prefix('+')?)?)
        .map(Millis)
}

/// `1h30m`: whole numbers with their units, one after the other.
pub(crate) fn span_millis(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit_millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(unit_millis)?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}
