//! Rows of an answer, and an answer as a file's text: CSV, or JSON a line. It has the rows that the window shows; what an
//! answer leaves out is said there. Texts are whole in a file, though the window shows their beginnings: rows that are
//! events are read again. Where some are cut for all that, the file has one more column with the names of theirs.

use super::{Asked, QuestionId, slots::Posed};
use crate::{Engine, EngineError, engine::blocking, shown, shown_said};
use exchange::TableCell;
use query::{Marks, Subject, TableRow, Value, WholeRow};
use std::fmt;
use store::{RecordId, SqlValue, searched_text};

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

/// Of a long value of SQL's the window shows so much; a file has all of it.
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
        let engine = self.clone();
        blocking(move || match posed {
            Posed::Pipeline(asked) => engine.pipeline_text(&asked, format),
            Posed::Sql(asked) => asked.read(|columns, rows| {
                let rows = rows.iter().map(|row| row.iter().map(sql_cell).collect());
                written(columns, rows, format)
            }),
        })
        .await?
    }
}

/// Of a text in a file.
const MOST_CELL_BYTES: usize = 1024 * 1024;
/// Of all texts that are read again for one file: what comes then is as the window shows it.
const MOST_WHOLE_BYTES: usize = 256 * 1024 * 1024;
/// The column with the names of those whose text is cut.
const CUT_COLUMN: &str = "@cut";

impl Engine {
    fn pipeline_text(&self, asked: &Asked, format: TableFormat) -> Result<String, EngineError> {
        let made = asked.made();
        let columns = &made.table.columns;
        let mut room = MOST_WHOLE_BYTES;
        let whole = made.table.rows.iter().map(|row| {
            let as_shown = || WholeRow {
                cells: row.cells.clone(),
                cut: row.cut.clone(),
            };
            if row.cut.is_empty() || room == 0 {
                return as_shown();
            }
            let whole = self.whole_row(asked, row).unwrap_or_else(as_shown);
            let texts = row.cut.iter().map(|&place| whole.cells[place].text_bytes());
            room = room.saturating_sub(texts.sum());
            whole
        });
        let rows: Vec<WholeRow> = whole.collect();
        if rows.iter().all(|row| row.cut.is_empty()) {
            let rows = rows.iter().map(|row| row.cells.iter().map(cell).collect());
            return written(columns, rows, format);
        }
        let mut with_cut = columns.clone();
        with_cut.push(CUT_COLUMN.to_owned());
        let rows = rows.iter().map(|row| {
            let names: Vec<&str> = row.cut.iter().map(|&place| &*columns[place]).collect();
            let names = if names.is_empty() {
                TableCell::Missing
            } else {
                TableCell::Text(names.join(", "))
            };
            row.cells.iter().map(cell).chain([names]).collect()
        });
        written(&with_cut, rows, format)
    }

    /// A row that is an event, with the texts that the answer has the beginnings of; nothing where its record cannot be
    /// read again.
    fn whole_row(&self, asked: &Asked, row: &TableRow) -> Option<WholeRow> {
        let id = RecordId(row.record?.cast_signed());
        let full = self.full(id).ok()?;
        let masks = self.masks();
        let names = self.names_of([full.row.shard]).ok()?;
        let name = names.get(&full.row.shard)?;
        let text = searched_text(&full.payload, &self.store().reading(full.row.shard));
        let text = text.as_deref().map(|text| shown_said(text, &masks));
        let payload = shown(&full.payload, &masks);
        let shown_row = masks.row(full.row.clone());
        let subject = Subject {
            arrival: full.row.arrival,
            stream: &name.stream,
            shard: &name.stored.shard.id,
            partition_key: shown_row.partition_key.as_deref(),
            event_type: shown_row.event_type.as_deref(),
            size_bytes: full.row.size_bytes,
            sequence: &full.row.sequence,
            marks: Marks::NONE,
            payload: &payload,
            text: text.as_deref(),
            read_by: None,
        };
        let mut whole = asked
            .question
            .whole_row(&subject, row.event, MOST_CELL_BYTES)?;
        // what was whole stays as it was shown
        for (place, shown) in row.cells.iter().enumerate() {
            if !row.cut.contains(&place) {
                whole.cells[place].clone_from(shown);
            }
        }
        whole.cut.retain(|place| row.cut.contains(place));
        Some(whole)
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
