//! The one evaluator: a filter made ready, asked about one record after the other.
//!
//! It never changes its mind about bytes: any payload is allowed, and what is no JSON simply has
//! no fields.

use crate::{Comparison, Filter, Literal, Mark, Number, Regex, TextMatch};
use decode::{Path, Pipeline, Scalar, Schemas};
use field::Field;
use like::Pattern;
use memchr::memmem;
use record::{Millis, SequenceNumber, ShardId};
use spelled::Spelled;
use std::{borrow::Cow, cmp::Ordering};

pub(crate) mod events;
pub(crate) mod field;
mod folded;
pub(crate) mod like;
pub(crate) mod spelled;
mod subject;

pub use subject::Subject;

/// A filter made ready for many records. Cheap to ask, not to make.
#[derive(Clone, Debug)]
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
        self.root.passes(subject, None)
    }

    /// With columns that stand for some of the payload's fields.
    pub(crate) fn matches_with(&self, subject: &Subject<'_>, columns: &Columns<'_>) -> bool {
        self.root.passes(subject, Some(columns))
    }
}

/// What a path means: `None` that it is no column, `Some(None)` that the column is missing here.
pub(crate) type Columns<'c> = dyn Fn(&Path) -> Option<Option<Scalar<'c>>> + 'c;

#[derive(Clone, Debug)]
enum Test {
    Everything,
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Field(Field, Comparison, Value),
    Exists(Field),
    Contains(memmem::Finder<'static>, Option<Box<Spelled>>),
    ContainsFolded(folded::Finder, Option<Box<Spelled>>),
    Matches(Regex),
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
    Is(Mark),
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
            } => Self::Field(
                Field::compared(field, *comparison, value),
                *comparison,
                Value::new(value),
            ),
            Filter::Exists(field) => Self::Exists(Field::new(field)),
            Filter::Contains {
                text,
                case_sensitive: true,
            } => Self::Contains(
                memmem::Finder::new(text).into_owned(),
                Spelled::new(text, true).map(Box::new),
            ),
            Filter::Contains {
                text,
                case_sensitive: false,
            } => Self::ContainsFolded(
                folded::Finder::new(text),
                Spelled::new(text, false).map(Box::new),
            ),
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
            Filter::Matches(regex) => Self::Matches(regex.clone()),
            Filter::Is(mark) => Self::Is(*mark),
        }
    }

    fn is_field(&self) -> bool {
        matches!(self, Self::Field(..) | Self::Exists(_))
    }

    /// Of a field: false only where it does not pass.
    fn is_likely(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Field(field, comparison, value) => {
                field.is_likely(subject, |found| value.compares(found, *comparison))
            }
            Self::Exists(field) => field.is_likely(subject, |_| true),
            _ => true,
        }
    }

    /// Of a field: whether it passes, by walking there.
    fn is_at_path(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Field(field, comparison, value) => {
                field.is_at_path(subject, |found| value.compares(found, *comparison))
            }
            Self::Exists(field) => field.is_at_path(subject, |_| true),
            _ => true,
        }
    }

    fn passes(&self, subject: &Subject<'_>, columns: Option<&Columns<'_>>) -> bool {
        match self {
            Self::Everything => true,
            Self::All(tests) => all(tests, subject, columns),
            Self::Any(tests) => tests.iter().any(|test| test.passes(subject, columns)),
            Self::Not(test) => !test.passes(subject, columns),
            Self::Field(field, comparison, value) => {
                field.passes(subject, columns, |found| value.compares(found, *comparison))
            }
            Self::Exists(field) => field.passes(subject, columns, |_| true),
            Self::Contains(finder, other) => {
                let said = subject.said();
                finder.find(said).is_some() || is_spelled(other.as_deref(), said)
            }
            Self::ContainsFolded(finder, other) => {
                let said = subject.said();
                finder.is_in(said) || is_spelled(other.as_deref(), said)
            }
            Self::Time { from, until } => {
                from.is_none_or(|from| subject.arrival >= from)
                    && until.is_none_or(|until| subject.arrival < until)
            }
            Self::Shard(names) => names.iter().any(|name| is_shard(name, subject.shard)),
            Self::Stream(text) => text.accepts(subject.stream),
            Self::Key(text) => subject.partition_key.is_some_and(|key| text.accepts(key)),
            Self::Type(text) => subject.has_type(|name| text.accepts(name)),
            Self::Size { min, max } => (*min..=*max).contains(&subject.size_bytes),
            Self::Sequence(sequence) => subject.sequence == sequence,
            Self::Matches(regex) => regex.is_in(subject.said()),
            Self::Is(Mark::Undecoded) => is_undecoded(subject),
            Self::Is(mark) => subject.marks.has(*mark),
        }
    }
}

/// Whether a text is there in another spelling.
fn is_spelled(other: Option<&Spelled>, said: &[u8]) -> bool {
    other.is_some_and(|other| other.is_in(said))
}

/// Whether all pass. A field that one glance rules out spares the walks to the others.
fn all(tests: &[Test], subject: &Subject<'_>, columns: Option<&Columns<'_>>) -> bool {
    let mut fields = tests.iter().filter(|test| test.is_field());
    if columns.is_some() || fields.nth(1).is_none() {
        return tests.iter().all(|test| test.passes(subject, columns));
    }
    // in the order of their costs: fields stand together
    let first = tests.iter().position(Test::is_field).unwrap_or(0);
    let (cheaper, rest) = tests.split_at(first);
    let end = rest
        .iter()
        .position(|test| !test.is_field())
        .unwrap_or(rest.len());
    let (fields, dearer) = rest.split_at(end);
    let passes = |test: &Test| test.passes(subject, columns);
    cheaper.iter().all(passes)
        && fields.iter().all(|test| test.is_likely(subject))
        && fields.iter().all(|test| test.is_at_path(subject))
        && dearer.iter().all(passes)
}

/// What the record's own fields decide comes before what needs its payload.
fn cheapest_first(parts: &[Filter]) -> Vec<Test> {
    let cost = |filter: &&Filter| match filter {
        Filter::Contains {
            case_sensitive: true,
            ..
        } => 1,
        Filter::Compare { .. } | Filter::Exists(_) => 2,
        filter if filter.asks_for(Mark::Undecoded) => 5,
        Filter::Contains { .. } | Filter::Matches(_) => 3,
        filter if filter.needs_payload() => 4,
        _ => 0,
    };
    let mut parts: Vec<&Filter> = parts.iter().collect();
    parts.sort_by_key(cost);
    parts.into_iter().map(Test::new).collect()
}

/// Whether taking the record apart, as the inspector does it, ended before its end. A record may take long, so that
/// work which must end does so between two of them.
fn is_undecoded(subject: &Subject<'_>) -> bool {
    if crate::expression::must_end() {
        return false;
    }
    let (by_content, no_schemas) = (Pipeline::Auto, Schemas::default());
    let (pipeline, schemas) = subject.read_by.unwrap_or((&by_content, &no_schemas));
    let record = bytes::Bytes::copy_from_slice(subject.payload);
    let decoded = decode::decode(&record, pipeline, schemas, decode::Budget::default());
    decoded.failure().is_some()
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

#[derive(Clone, Debug)]
enum Text {
    Is(String),
    Like(Pattern),
    Regex(Regex),
}

impl Text {
    fn new(text: &TextMatch) -> Self {
        match text {
            TextMatch::Is(text) => Self::Is(text.clone()),
            TextMatch::Like(pattern) => Self::Like(Pattern::new(pattern)),
            TextMatch::Regex(regex) => Self::Regex(regex.clone()),
        }
    }

    fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Is(expected) => expected == text,
            Self::Like(pattern) => pattern.accepts(text),
            Self::Regex(regex) => regex.is_in(text.as_bytes()),
        }
    }
}

#[derive(Clone, Debug)]
enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Like(Pattern),
    Regex(Regex),
}

impl Value {
    fn new(literal: &Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Bool(value) => Self::Bool(*value),
            Literal::Number(number) => Self::Number(number.clone()),
            Literal::Text(text) => Self::Text(text.clone()),
            Literal::Like(pattern) => Self::Like(Pattern::new(pattern)),
            Literal::Regex(regex) => Self::Regex(regex.clone()),
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
            (Self::Regex(regex), Scalar::String(text)) => regex.is_in(text.as_bytes()),
            (Self::Regex(regex), Scalar::Number(text)) => regex.is_in(text.as_bytes()),
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
pub(crate) mod tests;

#[cfg(test)]
mod inside_tests;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod undecoded_tests;
