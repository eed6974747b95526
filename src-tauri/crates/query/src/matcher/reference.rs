//! What a filter means, written down as simply as can be: every value of every event as the text that was written,
//! numbers as all their digits, a new regular expression for each question. The matcher must agree with it.

use crate::{
    Comparison, Filter, Literal, Mark, TextMatch,
    arbitrary::{self, Record},
};
use decode::{Path, Segment};
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::{cmp::Ordering, collections::BTreeMap, fmt::Write as _};

fn takes(filter: &Filter, record: &Record) -> bool {
    let subject = record.subject();
    let payload = subject.payload;
    let said = subject.text.unwrap_or(payload);
    let some = |path: &Path, is_so: &dyn Fn(&str) -> bool| {
        let mut values = record
            .events
            .iter()
            .filter_map(|event| at(&event.json, path));
        values.any(|value| is_so(&value))
    };
    match filter {
        Filter::Everything => true,
        Filter::All(parts) => parts.iter().all(|part| takes(part, record)),
        Filter::Any(parts) => parts.iter().any(|part| takes(part, record)),
        Filter::Not(inner) => !takes(inner, record),
        Filter::Exists(path) => some(path, &|_| true),
        Filter::Compare {
            field,
            comparison,
            value,
        } => some(field, &|found| compares(found, *comparison, value)),
        Filter::Contains {
            text,
            case_sensitive,
        } => regex(&spellings(text, !case_sensitive), !case_sensitive).is_match(said),
        Filter::Matches(pattern) => regex(pattern.pattern(), pattern.is_any_case()).is_match(said),
        Filter::Time { from, until } => {
            from.is_none_or(|from| from <= subject.arrival)
                && until.is_none_or(|until| subject.arrival < until)
        }
        Filter::Shard(names) => names.iter().any(|name| {
            let number = |text: &str| text.trim_start_matches("shardId-").parse::<u64>().ok();
            name == subject.shard.as_str()
                || (number(name).is_some()
                    && !name.starts_with('s')
                    && number(name) == number(subject.shard.as_str()))
        }),
        Filter::Stream(text) => matches(text, subject.stream),
        Filter::Key(text) => subject.partition_key.is_some_and(|key| matches(text, key)),
        Filter::Type(text) => match (subject.event_type, subject.text) {
            (Some(own), _) => matches(text, own),
            (None, None) => false,
            (None, Some(_)) => {
                let path = Path::parse("$.type").expect("a path");
                let mut events = record.events.iter();
                events.any(|event| {
                    let name = at(&event.json, &path).and_then(|found| self::text(&found));
                    name.is_some_and(|name| !name.is_empty() && matches(text, &name))
                })
            }
        },
        Filter::Size { min, max } => {
            min.is_none_or(|min| min <= subject.size_bytes)
                && max.is_none_or(|max| subject.size_bytes <= max)
        }
        Filter::Sequence(sequence) => subject.sequence.to_string() == sequence.to_string(),
        Filter::Is(Mark::Undecoded) => {
            let record = bytes::Bytes::copy_from_slice(payload);
            let own = (decode::Pipeline::Auto, decode::Schemas::default());
            let (pipeline, schemas) = subject.read_by.unwrap_or((&own.0, &own.1));
            let decoded = decode::decode(&record, pipeline, schemas, decode::Budget::default());
            decoded.events.iter().any(|event| event.failure.is_some())
        }
        Filter::Is(mark) => subject.marks.has(*mark),
    }
}

/// The source of the value at a path, which goes on below a string that is JSON.
fn at(json: &[u8], path: &Path) -> Option<String> {
    let raw = |json: &[u8]| serde_json::from_slice::<Box<RawValue>>(json).ok();
    let mut value = raw(json)?;
    for (place, segment) in path.segments().iter().enumerate() {
        if let Some(text) = text(value.get()).filter(|_| place > 0) {
            value = raw(text.as_bytes())?;
        }
        value = match segment {
            Segment::Key(key) => {
                let mut members: BTreeMap<String, Box<RawValue>> =
                    serde_json::from_str(value.get()).ok()?;
                members.remove(key)?
            }
            Segment::Index(index) => {
                let mut items: Vec<Box<RawValue>> = serde_json::from_str(value.get()).ok()?;
                (*index < items.len()).then(|| items.swap_remove(*index))?
            }
        };
    }
    Some(value.get().to_owned())
}

fn compares(found: &str, comparison: Comparison, value: &Literal) -> bool {
    let order = order(found, value);
    match comparison {
        Comparison::Equal => equals(found, value),
        Comparison::NotEqual => !equals(found, value),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

fn equals(found: &str, value: &Literal) -> bool {
    match value {
        Literal::Null => found == "null",
        Literal::Bool(value) => found == value.to_string(),
        Literal::Like(_) | Literal::Regex(_) => match text(found) {
            Some(text) => like(value, &text),
            None => Digits::of(found).is_some() && like(value, found),
        },
        _ => order(found, value) == Some(Ordering::Equal),
    }
}

fn order(found: &str, value: &Literal) -> Option<Ordering> {
    match (value, text(found)) {
        (Literal::Number(value), text) => {
            let found = Digits::of(text.as_deref().unwrap_or(found))?;
            Some(found.order(&Digits::of(value.as_str())?))
        }
        (Literal::Text(value), Some(text)) => Some(text.chars().cmp(value.chars())),
        _ => None,
    }
}

/// Of a string's source.
fn text(source: &str) -> Option<String> {
    serde_json::from_str(source).ok()
}

/// A number with every digit that it has before and behind its point.
#[derive(Debug)]
struct Digits {
    is_negative: bool,
    digits: String,
}

impl Digits {
    /// Of places before the point, and behind it.
    const PLACES: usize = 60;

    /// Nothing for what is no number.
    fn of(source: &str) -> Option<Self> {
        let shape = regex(
            r"^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,2}))?$",
            false,
        );
        let found = shape.captures(source.as_bytes())?;
        let part = |group| {
            found
                .get(group)
                .map_or("", |part| str::from_utf8(part.as_bytes()).expect("text"))
        };
        let (whole, fraction) = (part(2), part(3));
        let exponent: i64 = part(4).trim_start_matches('+').parse().unwrap_or(0);
        let before = (Self::PLACES as i64 - exponent).max(0) as usize;
        let digits = format!("{whole:0>before$}{fraction}");
        let digits = format!("{digits:0<width$}", width = 2 * Self::PLACES);
        Some(Self {
            is_negative: part(1) == "-" && digits.contains(|digit| digit != '0'),
            digits,
        })
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.digits.cmp(&other.digits),
            (true, true) => other.digits.cmp(&self.digits),
            (is_negative, _) => {
                if is_negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

#[test]
fn neighbours_beyond_the_reach_of_floats_are_told_apart() {
    let order = |a: &str, b: &str| {
        Digits::of(a)
            .expect("a number")
            .order(&Digits::of(b).expect("a number"))
    };
    assert_eq!(
        order("9007199254740993", "9007199254740992"),
        Ordering::Greater
    );
    assert_eq!(
        order("9007199254740993.0", "9.007199254740993e15"),
        Ordering::Equal
    );
    assert_eq!(
        order("-9007199254740993", "-9007199254740992"),
        Ordering::Less
    );
    assert_eq!(order("-0", "0.0e5"), Ordering::Equal);
    assert_eq!(order("0.5", "5e-1"), Ordering::Equal);
    assert_eq!(order("10", "9"), Ordering::Greater);
}

/// An expression for a text in every way in which an encoder may write it.
fn spellings(text: &str, any_case: bool) -> String {
    let backslash = |c: char| c == '\\';
    let mut pattern = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if backslash(c) {
            let after = rest.trim_start_matches(backslash);
            let _ = write!(pattern, r"\\{{{},}}", rest.len() - after.len());
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let mut ways = vec![regex::escape(&c.to_string())];
        ways.extend(matches!(c, '"' | '/').then(|| format!(r"\\+{c}")));
        if !c.is_ascii() || matches!(c, '"' | '/') {
            let cases = [
                c.to_string(),
                c.to_lowercase().to_string(),
                c.to_uppercase().to_string(),
            ];
            for one in cases.iter().take(if any_case { 3 } else { 1 }) {
                let units = one
                    .encode_utf16()
                    .map(|unit| format!(r"\\+(?-i:u)(?i:{unit:04x})"));
                ways.push(units.collect());
            }
        }
        let _ = write!(pattern, "(?:{})", ways.join("|"));
    }
    pattern
}

fn like(value: &Literal, text: &str) -> bool {
    match value {
        Literal::Like(pattern) => star(pattern).is_match(text.as_bytes()),
        Literal::Regex(pattern) => {
            regex(pattern.pattern(), pattern.is_any_case()).is_match(text.as_bytes())
        }
        _ => false,
    }
}

fn matches(text: &TextMatch, found: &str) -> bool {
    match text {
        TextMatch::Is(text) => text == found,
        TextMatch::Like(pattern) => star(pattern).is_match(found.as_bytes()),
        TextMatch::Regex(pattern) => {
            regex(pattern.pattern(), pattern.is_any_case()).is_match(found.as_bytes())
        }
    }
}

fn star(pattern: &str) -> regex::bytes::Regex {
    let mut translated = String::from("(?s-u)^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => translated.push_str(".*"),
            '\\' => translated.push_str(&regex::escape(&chars.next().unwrap_or('\\').to_string())),
            c => translated.push_str(&regex::escape(&c.to_string())),
        }
    }
    regex(&(translated + "$"), false)
}

fn regex(pattern: &str, any_case: bool) -> regex::bytes::Regex {
    let mut builder = regex::bytes::RegexBuilder::new(pattern);
    builder
        .case_insensitive(any_case)
        .build()
        .expect("an expression")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn the_matcher_means_the_same(filter in arbitrary::filter(), record in arbitrary::record()) {
        let subject = record.subject();
        prop_assert_eq!(
            filter.matches(&subject), takes(&filter, &record),
            "{} on {}", filter, String::from_utf8_lossy(subject.said())
        );
    }
}
