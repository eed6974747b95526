//! What a filter means, written down as simply as can be: a tree of the whole payload, numbers as
//! `f64`, a new regular expression for each question. The matcher must agree with it.

use crate::{Comparison, Filter, Literal, Mark, Subject, TextMatch, arbitrary};
use decode::{Path, Segment};
use proptest::prelude::*;
use serde_json::Value;
use std::cmp::Ordering;

fn takes(filter: &Filter, subject: &Subject<'_>) -> bool {
    let payload = subject.payload;
    let tree = || serde_json::from_slice::<Value>(payload).unwrap_or_default();
    match filter {
        Filter::Everything => true,
        Filter::All(parts) => parts.iter().all(|part| takes(part, subject)),
        Filter::Any(parts) => parts.iter().any(|part| takes(part, subject)),
        Filter::Not(inner) => !takes(inner, subject),
        Filter::Exists(path) => at(&tree(), path).is_some() && is_json(payload),
        Filter::Compare {
            field,
            comparison,
            value,
        } => at(&tree(), field)
            .is_some_and(|found| is_json(payload) && compares(found, *comparison, value)),
        Filter::Contains {
            text,
            case_sensitive,
        } => regex(&regex::escape(text), !case_sensitive).is_match(payload),
        Filter::Matches(pattern) => {
            regex(pattern.pattern(), pattern.is_any_case()).is_match(payload)
        }
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
        Filter::Type(text) => subject.event_type.is_some_and(|name| matches(text, name)),
        Filter::Size { min, max } => {
            min.is_none_or(|min| min <= subject.size_bytes)
                && max.is_none_or(|max| subject.size_bytes <= max)
        }
        Filter::Sequence(sequence) => subject.sequence.to_string() == sequence.to_string(),
        Filter::Is(Mark::Undecoded) => {
            let record = bytes::Bytes::copy_from_slice(payload);
            let decoded = decode::decode(
                &record,
                &decode::Pipeline::Auto,
                &decode::Schemas::default(),
                decode::Budget::default(),
            );
            decoded.events.iter().any(|event| event.failure.is_some())
        }
        Filter::Is(mark) => subject.marks.has(*mark),
    }
}

fn is_json(payload: &[u8]) -> bool {
    serde_json::from_slice::<Value>(payload).is_ok()
}

fn at<'v>(tree: &'v Value, path: &Path) -> Option<&'v Value> {
    path.segments()
        .iter()
        .try_fold(tree, |value, segment| match segment {
            Segment::Key(key) => value.as_object()?.get(key),
            Segment::Index(index) => value.as_array()?.get(*index),
        })
}

fn compares(found: &Value, comparison: Comparison, value: &Literal) -> bool {
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

fn equals(found: &Value, value: &Literal) -> bool {
    match (found, value) {
        (Value::Null, Literal::Null) => true,
        (Value::Bool(found), Literal::Bool(value)) => found == value,
        (Value::String(text), Literal::Like(_) | Literal::Regex(_)) => like(value, text),
        (Value::Number(number), Literal::Like(_) | Literal::Regex(_)) => {
            like(value, &number.to_string())
        }
        _ => order(found, value) == Some(Ordering::Equal),
    }
}

fn order(found: &Value, value: &Literal) -> Option<Ordering> {
    match (found, value) {
        (Value::Number(found), Literal::Number(value)) => {
            found.as_f64()?.partial_cmp(&value.as_str().parse().ok()?)
        }
        (Value::String(text), Literal::Number(value)) => {
            let found: Value = serde_json::from_str(text).ok()?;
            let is_bare =
                !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
            found
                .as_f64()
                .filter(|_| is_bare)?
                .partial_cmp(&value.as_str().parse().ok()?)
        }
        (Value::String(text), Literal::Text(value)) => Some(text.chars().cmp(value.chars())),
        _ => None,
    }
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
            filter.matches(&subject), takes(&filter, &subject),
            "{} on {}", filter, String::from_utf8_lossy(subject.payload)
        );
    }
}
