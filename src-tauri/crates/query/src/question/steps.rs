//! A question as it was written: steps, names and expressions with their places.

use super::{aggregate::Aggregate, formula::Function, pattern::Extract};
use crate::{Filter, clock::Bins};
use decode::Path;
use std::ops::Range;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Fields(Vec<Column>),
    Display(Vec<(Name, Range<usize>)>),
    Filter(Filter, Range<usize>),
    Stats {
        aggregates: Vec<(Aggregate, Option<Expression>, String)>,
        by: Vec<Column>,
    },
    /// `true` for what is descending.
    Sort(Vec<(Expression, bool)>),
    Limit(usize),
    Dedup(Vec<Column>),
    Parse {
        from: Option<Expression>,
        extract: Extract,
        names: Vec<String>,
    },
}

/// An expression with the name of its column: the one it was given, else its own text.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub expression: Expression,
    pub name: String,
    pub is_named: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Name(Name, Range<usize>),
    Number(String),
    Text(String),
    /// The beginning of the stretch of so many milliseconds that a time lies in.
    Bin(Box<Expression>, Bins),
    Call(Function, Vec<Expression>),
}

/// A name as it was written: `$.type` is the payload's, `type` the record's or a column's.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    pub path: Path,
    pub is_rooted: bool,
}

impl Name {
    pub fn own(name: &str) -> Self {
        Self {
            path: Path::new(vec![decode::Segment::Key(name.to_owned())]),
            is_rooted: false,
        }
    }
}
