//! An answer: typed cells under named columns, and what must be said of them.

use super::value::Value;
use std::fmt;

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<String>,
    /// The columns that rows are grouped by, shown or not; none where they are no groups.
    pub groups: Vec<String>,
    pub rows: Vec<TableRow>,
    /// Records that were pushed, and those that the question is about.
    pub records: u64,
    pub matched: u64,
    /// Events of those that became rows, or went into groups. Absent where nothing in payloads was asked for: rows are
    /// whole records then.
    pub events: Option<u64>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    pub cells: Vec<Value>,
    /// The handle under which the record was pushed, where the row is one.
    pub record: Option<u64>,
    /// Which of the record's events it is, from 0.
    pub event: u32,
    /// The places of cells that are the beginnings of longer texts.
    pub cut: Vec<usize>,
}

/// What an answer does not show, or not exactly.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// There are more rows.
    RowsLeftOut { shown: usize, of: u64 },
    /// There are more groups than are kept, and these records are in none that is shown.
    GroupsLeftOut { kept: usize, records: u64 },
    /// The column's values are estimates; the error to expect is this share of the value.
    Estimated { column: String, error: f64 },
    /// Some texts are longer than what is shown of them.
    TextsCut { at_bytes: usize },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RowsLeftOut { shown, of } => write!(f, "the first {shown} of {of} rows"),
            Self::GroupsLeftOut { kept, records } => write!(
                f,
                "there are more than {kept} groups: {records} records are in none that is shown"
            ),
            Self::Estimated { column, error } => {
                write!(
                    f,
                    "{column} is an estimate, within about {:.1} %",
                    error * 100.0
                )
            }
            Self::TextsCut { at_bytes } => {
                write!(f, "texts are cut after {at_bytes} bytes")
            }
        }
    }
}
