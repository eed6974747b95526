//! The one evaluator: a filter made ready, asked about one record after the other.
//!
//! It never changes its mind about bytes: any payload is allowed, and what is no JSON simply has
//! no fields.

use crate::{Comparison, Filter, Literal, Number, TextMatch};
use decode::{Path, Scalar};
use memchr::memmem;
use pattern::Pattern;
use record::{Millis, SequenceNumber, ShardId};
use std::{borrow::Cow, cmp::Ordering};

mod folded;
mod pattern;

/// What a filter is asked about. Where the filter does not need the payload it may be left empty.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub arrival: Millis,
    /// The stream's name.
    pub stream: &'a str,
    pub shard: &'a ShardId,
    pub partition_key: Option<&'a str>,
    pub event_type: Option<&'a str>,
    pub size_bytes: u64,
    pub sequence: &'a SequenceNumber,
    /// The user record's raw bytes.
    pub payload: &'a [u8],
}

/// A filter made ready for many records. Cheap to ask, not to make.
#[derive(Debug)]
pub struct Matcher {
    root: Test,
}

impl Filter {
    pub fn compile(&self) -> Matcher {
        Matcher {
            root: Test::new(self),
        }
    }

    /// For one record; for many, [`compile`](Self::compile) once.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.compile().matches(subject)
    }
}

impl Matcher {
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.root.passes(subject)
    }
}

#[derive(Debug)]
enum Test {
    Everything,
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Field(Path, Comparison, Value),
    Exists(Path),
    Contains(memmem::Finder<'static>),
    ContainsFolded(folded::Finder),
    Time {
        from: Option<Millis>,
        until: Option<Millis>,
    },
    Shard(Vec<String>),
    Stream(Text),
    Key(Text),
    Type(Text),
    Size {
        min: u64,
        max: u64,
    },
    Sequence(SequenceNumber),
}

impl Test {
    fn new(filter: &Filter) -> Self {
        match filter {
            Filter::Everything => Self::Everything,
            Filter::All(parts) => Self::All(cheapest_first(parts)),
            Filter::Any(parts) => Self::Any(cheapest_first(parts)),
            Filter::Not(inner) => Self::Not(Box::new(Self::new(inner))),
            Filter::Compare {
                field,
                comparison,
                value,
            } => Self::Field(field.clone(), *comparison, Value::new(value)),
            Filter::Exists(field) => Self::Exists(field.clone()),
            Filter::Contains {
                text,
                case_sensitive: true,
            } => Self::Contains(memmem::Finder::new(text).into_owned()),
            Filter::Contains {
                text,
                case_sensitive: false,
            } => Self::ContainsFolded(folded::Finder::new(text)),
            Filter::Time { from, until } => Self::Time {
                from: *from,
                until: *until,
            },
            Filter::Shard(names) => Self::Shard(names.clone()),
            Filter::Stream(text) => Self::Stream(Text::new(text)),
            Filter::Key(text) => Self::Key(Text::new(text)),
            Filter::Type(text) => Self::Type(Text::new(text)),
            Filter::Size { min, max } => Self::Size {
                min: min.unwrap_or(0),
                max: max.unwrap_or(u64::MAX),
            },
            Filter::Sequence(sequence) => Self::Sequence(*sequence),
        }
    }

    fn passes(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::All(tests) => tests.iter().all(|test| test.passes(subject)),
            Self::Any(tests) => tests.iter().any(|test| test.passes(subject)),
            Self::Not(test) => !test.passes(subject),
            Self::Field(field, comparison, value) => decode::find(subject.payload, field)
                .is_some_and(|found| value.compares(&found, *comparison)),
            Self::Exists(field) => decode::find(subject.payload, field).is_some(),
            Self::Contains(finder) => finder.find(subject.payload).is_some(),
            Self::ContainsFolded(finder) => finder.is_in(subject.payload),
            Self::Time { from, until } => {
                from.is_none_or(|from| subject.arrival >= from)
                    && until.is_none_or(|until| subject.arrival < until)
            }
            Self::Shard(names) => names.iter().any(|name| is_shard(name, subject.shard)),
            Self::Stream(text) => text.accepts(subject.stream),
            Self::Key(text) => subject.partition_key.is_some_and(|key| text.accepts(key)),
            Self::Type(text) => subject.event_type.is_some_and(|name| text.accepts(name)),
            Self::Size { min, max } => (*min..=*max).contains(&subject.size_bytes),
            Self::Sequence(sequence) => subject.sequence == sequence,
        }
    }
}

/// What the record's own fields decide comes before what needs its payload.
fn cheapest_first(parts: &[Filter]) -> Vec<Test> {
    let cost = |filter: &&Filter| match filter {
        Filter::Contains {
            case_sensitive: true,
            ..
        } => 1,
        filter if filter.needs_payload() => 2,
        _ => 0,
    };
    let mut parts: Vec<&Filter> = parts.iter().collect();
    parts.sort_by_key(cost);
    parts.into_iter().map(Test::new).collect()
}

/// Whether a name, full or just the number with or without its zeros, means this shard.
pub(crate) fn is_shard(name: &str, shard: &ShardId) -> bool {
    if name == shard.as_str() || name == shard.short() {
        return true;
    }
    let is_number = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    is_number && name.starts_with('0') && {
        let number = name.trim_start_matches('0');
        shard.short() == if number.is_empty() { "0" } else { number }
    }
}

#[derive(Debug)]
enum Text {
    Is(String),
    Like(Pattern),
}

impl Text {
    fn new(text: &TextMatch) -> Self {
        match text {
            TextMatch::Is(text) => Self::Is(text.clone()),
            TextMatch::Like(pattern) => Self::Like(Pattern::new(pattern)),
        }
    }

    fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Is(expected) => expected == text,
            Self::Like(pattern) => pattern.accepts(text),
        }
    }
}

#[derive(Debug)]
enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Like(Pattern),
}

impl Value {
    fn new(literal: &Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Bool(value) => Self::Bool(*value),
            Literal::Number(number) => Self::Number(number.clone()),
            Literal::Text(text) => Self::Text(text.clone()),
            Literal::Like(pattern) => Self::Like(Pattern::new(pattern)),
        }
    }

    fn compares(&self, found: &Scalar<'_>, comparison: Comparison) -> bool {
        match comparison {
            Comparison::Equal => self.is(found),
            Comparison::NotEqual => !self.is(found),
            Comparison::Less => self.order(found).is_some_and(Ordering::is_lt),
            Comparison::AtMost => self.order(found).is_some_and(Ordering::is_le),
            Comparison::Greater => self.order(found).is_some_and(Ordering::is_gt),
            Comparison::AtLeast => self.order(found).is_some_and(Ordering::is_ge),
        }
    }

    fn is(&self, found: &Scalar<'_>) -> bool {
        match (self, found) {
            (Self::Null, Scalar::Null) => true,
            (Self::Bool(expected), Scalar::Bool(found)) => expected == found,
            (Self::Like(pattern), Scalar::String(text)) => pattern.accepts(text),
            (Self::Like(pattern), Scalar::Number(text)) => pattern.accepts(text),
            _ => self.order(found) == Some(Ordering::Equal),
        }
    }

    /// How what was found compares with this, where there is an order between them.
    fn order(&self, found: &Scalar<'_>) -> Option<Ordering> {
        match (self, found) {
            (Self::Number(number), Scalar::Number(text)) => number.cmp_value(text),
            (Self::Number(number), Scalar::String(text)) => number.cmp_value(text),
            (Self::Text(text), Scalar::String(found)) => {
                Some(Cow::as_ref(found).cmp(text.as_str()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
