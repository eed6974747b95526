//! What changed between two states, leaf by leaf.

use crate::value::Value;
use decode::{Path, Segment};
use std::fmt;

/// More are not listed.
pub const MAX_CHANGES: usize = 1_000;

/// JSON texts; `None` for what was not, or is no longer, there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: Path,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{}: {before} -> {after}", self.path),
            (None, Some(after)) => write!(f, "+{}: {after}", self.path),
            (Some(before), None) => write!(f, "-{}: {before}", self.path),
            (None, None) => write!(f, "{}", self.path),
        }
    }
}

pub(super) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    collect(Some(before), Some(after), &mut Vec::new(), &mut changes);
    changes
}

fn collect(
    before: Option<&Value>,
    after: Option<&Value>,
    way: &mut Vec<Segment>,
    changes: &mut Vec<Change>,
) {
    if before == after || changes.len() >= MAX_CHANGES {
        return;
    }
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
            for (key, value) in gone {
                within(Segment::Key(key.clone()), Some(value), None, way, changes);
            }
            for (key, value) in new {
                within(
                    Segment::Key(key.clone()),
                    old.get(key),
                    Some(value),
                    way,
                    changes,
                );
            }
        }
        (Some(Value::List(old)), Some(Value::List(new))) => {
            for index in 0..old.len().max(new.len()) {
                within(
                    Segment::Index(index),
                    old.get(index),
                    new.get(index),
                    way,
                    changes,
                );
            }
        }
        _ => changes.push(Change {
            path: Path::new(way.clone()),
            before: before.map(ToString::to_string),
            after: after.map(ToString::to_string),
        }),
    }
}

fn within(
    segment: Segment,
    before: Option<&Value>,
    after: Option<&Value>,
    way: &mut Vec<Segment>,
    changes: &mut Vec<Change>,
) {
    way.push(segment);
    collect(before, after, way, changes);
    way.pop();
}
