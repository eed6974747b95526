//! The filter itself: a tree of conditions on one record.

use crate::{Mark, Number, Regex};
use decode::Path;
use record::{Millis, SequenceNumber};
use std::ops::Not;

/// Which records are meant. Its text is the language of [`parse`](crate::parse) and its
/// [`Display`](std::fmt::Display) is that language again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    Everything,
    /// Every one of them; everything if there are none.
    All(Vec<Filter>),
    /// At least one of them; nothing if there are none.
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// A value inside the payload, which must be JSON. Never true where the field is absent.
    Compare {
        field: Path,
        comparison: Comparison,
        value: Literal,
    },
    /// The payload has this field, even if it is null.
    Exists(Path),
    /// The payload's bytes hold this text, as it is or as JSON may spell it ([`Spelled`](crate::Spelled)).
    Contains {
        text: String,
        case_sensitive: bool,
    },
    /// The payload's bytes, as they are written, hold a text that the expression matches.
    Matches(Regex),
    /// Arrival from `from` and before `until`.
    Time {
        from: Option<Millis>,
        until: Option<Millis>,
    },
    /// One of these shards, by their full names or their numbers.
    Shard(Vec<String>),
    /// The stream's name.
    Stream(TextMatch),
    Key(TextMatch),
    Type(TextMatch),
    /// The payload's size in bytes, both ends included.
    Size {
        min: Option<u64>,
        max: Option<u64>,
    },
    Sequence(SequenceNumber),
    Is(Mark),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    /// The field is there and is something else. `Not` of `Equal` also takes records without it.
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    /// Whether it asks for an order: numbers and texts have one, the others do not.
    pub fn is_ordering(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    Null,
    Bool(bool),
    /// Compares by exact value with JSON numbers, and with strings that hold just a number, as
    /// money often is.
    Number(Number),
    /// Compares with JSON strings, by code points.
    Text(String),
    /// A pattern as in [`TextMatch::Like`], for strings and for the text of numbers.
    Like(String),
    /// For strings and for the text of numbers; found anywhere in them.
    Regex(Regex),
}

/// A condition on a whole text; upper and lower case differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TextMatch {
    Is(String),
    /// A pattern: `*` stands for any text, `\*` and `\\` for the characters themselves.
    Like(String),
    /// Found anywhere in it.
    Regex(Regex),
}

impl Filter {
    /// All of them, in the shortest form: nested `All`s joined, `Everything` left out.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for filter in filters {
            match filter {
                Self::Everything => {}
                Self::All(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        match parts.len() {
            0 => Self::Everything,
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    /// Any of them, in the shortest form: nested `Any`s joined, `Everything` swallowing the rest.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for filter in filters {
            match filter {
                Self::Everything => return Self::Everything,
                Self::Any(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        if parts.len() == 1 {
            parts.remove(0)
        } else {
            Self::Any(parts)
        }
    }

    /// This and the other, in the shortest form.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    /// Whether the answer can differ between a record's events.
    pub fn looks_into_events(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::looks_into_events),
            Self::Not(inner) => inner.looks_into_events(),
            Self::Compare { .. } | Self::Exists(_) | Self::Contains { .. } | Self::Matches(_) => {
                true
            }
            _ => false,
        }
    }

    /// Whether it asks for a type: a record that names none may have events packed in it that do, so that its subject
    /// must have their text.
    pub fn asks_for_types(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_for_types),
            Self::Not(inner) => inner.asks_for_types(),
            Self::Type(_) => true,
            _ => false,
        }
    }

    /// Whether the payload's bytes are looked at. Where they are not, a subject may leave them out.
    pub fn needs_payload(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::needs_payload),
            Self::Not(inner) => inner.needs_payload(),
            Self::Compare { .. }
            | Self::Exists(_)
            | Self::Contains { .. }
            | Self::Matches(_)
            | Self::Is(Mark::Undecoded) => true,
            Self::Everything
            | Self::Time { .. }
            | Self::Shard(_)
            | Self::Stream(_)
            | Self::Key(_)
            | Self::Type(_)
            | Self::Size { .. }
            | Self::Sequence(_)
            | Self::Is(_) => false,
        }
    }

    /// Whether it asks for a mark, so that whoever stores the records need not find it out otherwise.
    pub fn asks_for(&self, mark: Mark) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks_for(mark)),
            Self::Not(inner) => inner.asks_for(mark),
            Self::Is(asked) => *asked == mark,
            _ => false,
        }
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}
