//! An answer as a file's text: CSV, or JSON a line. It has the rows that the window shows; what an answer leaves out is
//! said there.

use super::QuestionId;
use crate::{Engine, EngineError, engine::blocking};
use exchange::TableCell;
use query::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    Csv,
    /// An object a line.
    Lines,
}

impl Engine {
    /// The answer as it is now.
    pub async fn question_text(
        &self,
        id: QuestionId,
        format: TableFormat,
    ) -> Result<String, EngineError> {
        let asked = self.questions().get(id)?;
        blocking(move || {
            let made = asked.made();
            let table = &made.table;
            let rows = table.rows.iter();
            let rows = rows.map(|row| row.cells.iter().map(cell).collect());
            let text = match format {
                TableFormat::Csv => exchange::table_csv(&table.columns, rows),
                TableFormat::Lines => exchange::table_lines(&table.columns, rows),
            };
            text.map_err(|error| EngineError::Input(error.to_string()))
        })
        .await?
    }
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
