//! What is wrong with a definition: in which file, on which line, and what was expected there.

use super::yaml::{MAX_BYTES, shortened};
use std::fmt;

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    pub(crate) fn new(line: usize, column_from_0: usize) -> Self {
        Self {
            line: line.max(1),
            column: column_from_0 + 1,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    #[error(
        "the file is empty; expected a saga definition that starts with `apiVersion: kinescope/v1`"
    )]
    Empty,
    #[error("the file has {bytes} bytes; expected at most {MAX_BYTES}")]
    TooLarge { bytes: usize },
    #[error("this is no YAML: {message}")]
    Yaml { place: Place, message: String },
    #[error("expected {expected}")]
    Expected { place: Place, expected: String },
    #[error("`{field}` is not a field here; expected {expected}")]
    UnknownField {
        place: Place,
        field: String,
        expected: String,
    },
    #[error("the field `{field}` is missing")]
    MissingField { place: Place, field: &'static str },
    #[error("there is no step `{step}`; expected {expected}")]
    UnknownStep {
        place: Place,
        step: String,
        expected: String,
    },
    #[error("{what} `{name}` is already on line {}", .first.line)]
    Duplicate {
        place: Place,
        what: &'static str,
        name: String,
        first: Place,
    },
    #[error("these steps wait for each other: {cycle}")]
    Cycle { place: Place, cycle: String },
    #[error("`{path}` is no path: {problem}")]
    Path {
        place: Place,
        path: String,
        problem: String,
    },
}

impl DefinitionError {
    /// Where the file is wrong; its first line where it is wrong as a whole.
    pub fn place(&self) -> Place {
        match self {
            Self::Empty | Self::TooLarge { .. } => Place { line: 1, column: 1 },
            Self::Yaml { place, .. }
            | Self::Expected { place, .. }
            | Self::UnknownField { place, .. }
            | Self::MissingField { place, .. }
            | Self::UnknownStep { place, .. }
            | Self::Duplicate { place, .. }
            | Self::Cycle { place, .. }
            | Self::Path { place, .. } => *place,
        }
    }

    /// The whole message: `orders.saga.yaml:12:5: expected …`.
    pub fn in_file<'a>(&'a self, file: &'a str) -> impl fmt::Display + 'a {
        InFile { error: self, file }
    }

    pub(crate) fn expected(place: Place, expected: impl Into<String>) -> Self {
        Self::Expected {
            place,
            expected: expected.into(),
        }
    }

    pub(crate) fn duplicate(place: Place, what: &'static str, name: &str, first: Place) -> Self {
        Self::Duplicate {
            place,
            what,
            name: shortened(name),
            first,
        }
    }
}

struct InFile<'a> {
    error: &'a DefinitionError,
    file: &'a str,
}

impl fmt::Display for InFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.error.place();
        write!(f, "{}:{line}:{column}: {}", self.file, self.error)
    }
}

/// ``one of `a`, `b` ``, led by the one that was probably meant.
pub(crate) fn one_of(written: &str, known: &[&str]) -> String {
    let listed = || {
        known
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match closest(written, known) {
        Some(meant) => format!("one of {}; did you mean `{meant}`?", listed()),
        None if known.is_empty() => "no name here".to_owned(),
        None => format!("one of {}", listed()),
    }
}

/// The known name that is at most a third of its letters away.
fn closest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    const MAX_CHARS: usize = 64;
    if written.chars().count() > MAX_CHARS {
        return None;
    }
    let distance = |name: &str| edits(&written.to_lowercase(), &name.to_lowercase());
    let best = known.iter().map(|name| (distance(name), *name)).min()?;
    (best.0 <= best.1.chars().count().div_ceil(3)).then_some(best.1)
}

/// How many letters must be put in, taken out, exchanged, or swapped with their neighbour.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let exchanged = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = exchanged.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
