//! Rows of an answer, and an answer as a file's text: CSV, or JSON a line. It has the rows that the window shows; what an
//! answer leaves out is said there.

use super::{QuestionId, slots::Posed};
use crate::{Engine, EngineError, engine::blocking};
use exchange::TableCell;
use query::{TableRow, Value};
use std::fmt;
use store::SqlValue;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    Csv,
    /// An object a line.
    Lines,
}

/// A row as the window shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnsweredRow {
    pub cells: Vec<AnswerCell>,
    /// The record's handle, where the row is one.
    pub record: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AnswerCell {
    Value(Value),
    /// SQL's integers, all their digits; and its other numbers.
    Integer(i64),
    Real(f64),
    /// The beginning of some bytes, and how many there are.
    Bytes(Vec<u8>, usize),
}

/// Of a long value of SQL's the window shows so much; a file has all of it. A pipeline's values were cut before, and end in `…`.
const SHOWN_TEXT_BYTES: usize = 4 * 1024;
const SHOWN_BYTES: usize = 32;

impl From<TableRow> for AnsweredRow {
    fn from(row: TableRow) -> Self {
        Self {
            cells: row.cells.into_iter().map(AnswerCell::Value).collect(),
            record: row.record,
        }
    }
}

impl From<&SqlValue> for AnswerCell {
    fn from(value: &SqlValue) -> Self {
        match value {
            SqlValue::Null => Self::Value(Value::Null),
            SqlValue::Integer(value) => Self::Integer(*value),
            SqlValue::Real(value) => Self::Real(*value),
            SqlValue::Text(text) if text.len() > SHOWN_TEXT_BYTES => {
                let end = text.floor_char_boundary(SHOWN_TEXT_BYTES);
                Self::Value(Value::Text(format!("{}…", &text[..end])))
            }
            SqlValue::Text(text) => Self::Value(Value::Text(text.clone())),
            SqlValue::Blob(bytes) => {
                Self::Bytes(bytes[..bytes.len().min(SHOWN_BYTES)].to_vec(), bytes.len())
            }
        }
    }
}

impl fmt::Display for AnswerCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Real(value) => write!(f, "{value:?}"),
            Self::Bytes(bytes, all) if *all > bytes.len() => {
                write!(
                    f,
                    "{}… {all} bytes",
                    hexadecimal(bytes).trim_end_matches('\'')
                )
            }
            Self::Bytes(bytes, _) => f.write_str(&hexadecimal(bytes)),
        }
    }
}

impl Engine {
    /// The answer as it is now.
    pub async fn question_text(
        &self,
        id: QuestionId,
        format: TableFormat,
    ) -> Result<String, EngineError> {
        let posed = self.questions().get(id)?;
        blocking(move || match posed {
            Posed::Pipeline(asked) => {
                let made = asked.made();
                let rows = made.table.rows.iter();
                let rows = rows.map(|row| row.cells.iter().map(cell).collect());
                written(&made.table.columns, rows, format)
            }
            Posed::Sql(asked) => asked.read(|columns, rows| {
                let rows = rows.iter().map(|row| row.iter().map(sql_cell).collect());
                written(columns, rows, format)
            }),
        })
        .await?
    }
}

fn written(
    columns: &[String],
    rows: impl Iterator<Item = Vec<TableCell>>,
    format: TableFormat,
) -> Result<String, EngineError> {
    let text = match format {
        TableFormat::Csv => exchange::table_csv(columns, rows),
        TableFormat::Lines => exchange::table_lines(columns, rows),
    };
    text.map_err(|error| EngineError::Input(error.to_string()))
}

fn cell(value: &Value) -> TableCell {
    match value {
        Value::Missing => TableCell::Missing,
        Value::Null => TableCell::Null,
        Value::Bool(value) => TableCell::Bool(*value),
        Value::Number(_) | Value::Float(_) => TableCell::Number(value.to_string()),
        Value::Time(time) => TableCell::Text(time.to_string()),
        Value::Text(text) => TableCell::Text(text.clone()),
        Value::Json(text) => TableCell::Json(text.clone()),
    }
}

fn sql_cell(value: &SqlValue) -> TableCell {
    match value {
        SqlValue::Null => TableCell::Null,
        SqlValue::Integer(value) => TableCell::Number(value.to_string()),
        // JSON has no other numbers
        SqlValue::Real(value) if value.is_finite() => TableCell::Number(format!("{value:?}")),
        SqlValue::Real(value) => TableCell::Text(value.to_string()),
        SqlValue::Text(text) => TableCell::Text(text.clone()),
        SqlValue::Blob(bytes) => TableCell::Text(hexadecimal(bytes)),
    }
}

/// As SQL writes bytes.
fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    format!("x'{}'", digits.collect::<String>())
}
