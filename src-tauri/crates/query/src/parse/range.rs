//! A stretch of time in a person's words: `now-15m`, `yesterday`, `14:03-14:20`, a time since 1970, or the line of a log that
//! says when it was written. Instants are read as the filter language reads them.

use super::instant::{day, instant, span_millis};
use crate::Clock;
use jiff::{Timestamp, civil};
use record::Millis;
use regex::Regex;
use std::{borrow::Cow, sync::LazyLock};

/// A longer text is no line that somebody pasted.
const MOST_BYTES: usize = 16 * 1024;
const BETWEEN: [&str; 6] = ["..", "–", " - ", " to ", " until ", "/"];
const MINUTE: i64 = 60_000;
const SECOND: i64 = 1_000;

/// At least a millisecond long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    pub from: Millis,
    /// Not part of it.
    pub until: Millis,
}

/// What one time names: the day, the minute, the second that it says, or the second around it where it says more.
#[derive(Clone, Copy)]
struct Named {
    range: TimeRange,
    at: Millis,
    is_day: bool,
}

/// The stretch that a text means; none where it names no time. A length of time is the one until now; a line of a log means
/// the first time in it.
pub fn read_time_range(text: &str, clock: &Clock) -> Option<TimeRange> {
    let text = text.trim();
    if text.len() > MOST_BYTES {
        return None;
    }
    until_now(text, clock)
        .or_else(|| within_a_day(text, clock))
        .or_else(|| Some(named(text, clock)?.range))
        .or_else(|| between(text, clock))
        .or_else(|| Some(named(&in_line(text, clock)?, clock)?.range))
        .filter(|range| range.from < range.until)
}

/// `15m`, `last 15m`, `now-15m`.
fn until_now(text: &str, clock: &Clock) -> Option<TimeRange> {
    let length = ["now-", "last "]
        .iter()
        .find_map(|begin| text.strip_prefix(begin))
        .unwrap_or(text);
    let from = clock.now.0.checked_sub(span_millis(length.trim())?)?;
    Some(TimeRange {
        from: Millis(from),
        until: clock.now,
    })
}

/// `14:03-14:20`. After seconds of a date a `-` begins an offset.
fn within_a_day(text: &str, clock: &Clock) -> Option<TimeRange> {
    static TIMES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?xi)^
            ((?:\d{4}-\d{2}-\d{2}[T\ ]|(?:today|yesterday)\ )?\d{1,2}:\d{2}|(?:(?:today|yesterday)\ )?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?)
            \ ?-\ ?
            (\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)$",
        )
    });
    let (_, [from, until]) = TIMES.captures(text)?.extract();
    ends(from, until, clock)
}

fn between(text: &str, clock: &Clock) -> Option<TimeRange> {
    BETWEEN.iter().find_map(|sign| {
        let (from, until) = text.split_once(sign)?;
        ends(from.trim(), until.trim(), clock)
    })
}

/// A time of day after another time is on the same day. Before it, it is on the next one; of two times of today, the first is
/// yesterday's then.
fn ends(from: &str, until: &str, clock: &Clock) -> Option<TimeRange> {
    let start = named(from, clock)?;
    if !is_time_of_day(until) {
        let end = named(until, clock)?;
        let until = if end.is_day { end.range.until } else { end.at };
        return Some(TimeRange {
            from: start.at,
            until,
        });
    }
    let time = time_of_day(until)?;
    let on = |date: civil::Date| Some(millis(clock.instant(date.to_datetime(time))?));
    let date = date_of(start.at, clock)?;
    let until = on(date)?;
    if until > start.at {
        return Some(TimeRange {
            from: start.at,
            until,
        });
    }
    if is_time_of_day(from) {
        let eve = date.yesterday().ok()?.to_datetime(time_of_day(from)?);
        let from = millis(clock.instant(eve)?);
        return Some(TimeRange { from, until });
    }
    Some(TimeRange {
        from: start.at,
        until: on(date.tomorrow().ok()?)?,
    })
}

fn named(text: &str, clock: &Clock) -> Option<Named> {
    let text = plain(text, clock)?;
    if let Some((Some(from), Some(until))) = day(&text, clock) {
        let range = TimeRange { from, until };
        return Some(Named {
            range,
            at: from,
            is_day: true,
        });
    }
    let at = if text.parse::<f64>().is_ok() {
        since_1970(&text)
    } else {
        instant(&text, clock)
    }?;
    let around = |before: i64, length: i64| {
        let from = at.0.checked_sub(before)?;
        let until = from.checked_add(length)?;
        Some(TimeRange {
            from: Millis(from),
            until: Millis(until),
        })
    };
    let range = match fineness(&text) {
        Fineness::Minute => around(0, MINUTE),
        Fineness::Second => around(0, SECOND),
        Fineness::Finer => around(SECOND / 2, SECOND),
    };
    Some(Named {
        range: range?,
        at,
        is_day: false,
    })
}

enum Fineness {
    Minute,
    Second,
    Finer,
}

fn fineness(text: &str) -> Fineness {
    static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{2}:\d{2}(:\d{2}(\.\d)?)?"));
    match TIME.captures(text) {
        Some(time) if time.get(2).is_some() => Fineness::Finer,
        Some(time) if time.get(1).is_some() => Fineness::Second,
        Some(_) => Fineness::Minute,
        None if text.len() <= 11 && is_digits(text) => Fineness::Second,
        None => Fineness::Finer,
    }
}

/// As the filter language writes it: days by their date, hours with two digits, slashes and commas gone.
fn plain<'t>(text: &'t str, clock: &Clock) -> Option<Cow<'t, str>> {
    static DATED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?x)^(\d{4})[-/](\d{2})[-/](\d{2})[T\ ](\d{1,2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?
            (?:\ ?(Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d))?$",
        )
    });
    let today = clock.today()?;
    for (word, date) in [("today", today), ("yesterday", today.yesterday().ok()?)] {
        if let Some(rest) = text.to_ascii_lowercase().strip_prefix(word) {
            let rest = rest.trim();
            return Some(Cow::Owned(if rest.is_empty() {
                date.to_string()
            } else {
                format!("{date}T{}", two_digits(rest))
            }));
        }
    }
    if is_time_of_day(text) {
        return Some(two_digits(text));
    }
    let Some(parts) = DATED.captures(text) else {
        return Some(Cow::Borrowed(text));
    };
    let part = |at: usize| parts.get(at).map_or("", |part| part.as_str());
    let fraction = parts.get(5).map(|digits| format!(".{}", digits.as_str()));
    let zone = part(6).replace("UTC", "Z");
    Some(Cow::Owned(format!(
        "{}-{}-{}T{}{}{zone}",
        part(1),
        part(2),
        part(3),
        two_digits(part(4)),
        fraction.unwrap_or_default(),
    )))
}

fn two_digits(time: &str) -> Cow<'_, str> {
    if time.as_bytes().get(1) == Some(&b':') {
        return Cow::Owned(format!("0{time}"));
    }
    Cow::Borrowed(time)
}

fn is_time_of_day(text: &str) -> bool {
    time_of_day(text).is_some()
}

fn time_of_day(text: &str) -> Option<civil::Time> {
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?$"));
    let text = text.trim();
    TIME.is_match(text)
        .then(|| two_digits(text).parse().ok())
        .flatten()
}

/// Seconds, milli-, micro- or nanoseconds, told apart by their digits: each of them means a time from 2001 to 2286.
fn since_1970(text: &str) -> Option<Millis> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !is_digits(whole) || !(fraction.is_empty() || is_digits(fraction) && whole.len() == 10) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => {
            let digits = fraction.chars().chain("000".chars()).take(3);
            let rest: i64 = digits.collect::<String>().parse().ok()?;
            Some(Millis(number * 1_000 + rest))
        }
        13 => Some(Millis(number)),
        16 => Some(Millis(number / 1_000)),
        19 => Some(Millis(number / 1_000_000)),
        _ => None,
    }
}

/// The first time that stands in a line. A number that could be one since 1970 is one only where nothing else is: it may as well be
/// an order's.
fn in_line<'t>(line: &'t str, clock: &Clock) -> Option<Cow<'t, str>> {
    static TIMES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?x)
            (?P<iso>\b\d{4}[-/]\d{2}[-/]\d{2}[T\ ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?(?:\ ?[+-](?:0\d|1[0-4]):?(?:00|15|30|45)\b)?)?(?:\ ?(?:Z|UTC)\b)?)
            |(?P<web>\b\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}\ [+-]\d{4}\b)
            |(?P<system>\b[A-Z][a-z]{2}\ {1,2}\d{1,2}\ \d{2}:\d{2}:\d{2}\b)
            |(?P<time>\b\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\b)
            |(?P<since>\b[12]\d{9}(?:\d{3}|\.\d{1,9})?\b)
            ",
        )
    });
    let written = TIMES.captures_iter(line);
    let found = written.min_by_key(|found| {
        (
            found.name("since").is_some(),
            found.get(0).map(|at| at.start()),
        )
    })?;
    let text = found.get(0)?.as_str();
    if found.name("web").is_some() {
        let zoned = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", text).ok()?;
        return Some(Cow::Owned(zoned.to_timestamp().ok()?.to_string()));
    }
    if found.name("system").is_some() {
        return of_this_year(text, clock).map(Cow::Owned);
    }
    if found.name("time").is_some() {
        return Some(Cow::Owned(text.replace(',', ".")));
    }
    Some(Cow::Borrowed(text))
}

/// `Apr 11 14:03:22`: of this year, or of the last one where that would be more than a day ahead.
fn of_this_year(text: &str, clock: &Clock) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let year = clock.today()?.year();
    [year, year.checked_sub(1)?].into_iter().find_map(|year| {
        let dated = format!("{year} {}", words.join(" "));
        let time = civil::DateTime::strptime("%Y %b %d %H:%M:%S", dated).ok()?;
        let at = millis(clock.instant(time)?);
        let is_ahead = at.0 > clock.now.0.saturating_add(24 * 60 * MINUTE);
        (!is_ahead).then(|| time.to_string())
    })
}

fn date_of(at: Millis, clock: &Clock) -> Option<civil::Date> {
    let at = Timestamp::from_millisecond(at.0).ok()?;
    Some(at.to_zoned(clock.zone.clone()).date())
}

fn millis(at: Timestamp) -> Millis {
    Millis(at.as_millisecond())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

#[cfg(test)]
#[path = "range_tests.rs"]
mod tests;
