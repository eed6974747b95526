//! CSV rows as JSON objects with the header's names.

use super::{BadLine, CsvValues, Value};
use bytes::Bytes;
use csv::{ReaderBuilder, StringRecord};
use serde_json::Value as Json;
use std::io::Cursor;

pub(super) struct Rows {
    records: csv::StringRecordsIntoIter<Cursor<Bytes>>,
    header: Result<StringRecord, Option<BadLine>>,
    values: CsvValues,
}

impl Rows {
    pub fn new(text: Bytes, values: CsvValues) -> Self {
        // rows of another length are told as such, instead of ending the reading
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .from_reader(Cursor::new(text));
        let header = reader.headers().cloned();
        let header = match header {
            Ok(header) => match twice(&header) {
                Some(name) => Err(Some(BadLine {
                    line: 1,
                    reason: format!("the header names {name} twice"),
                })),
                None => Ok(header),
            },
            Err(error) => Err(Some(bad(&error))),
        };
        Self {
            records: reader.into_records(),
            header,
            values,
        }
    }

    fn object(&self, header: &StringRecord, row: &StringRecord) -> Bytes {
        let mut out = Vec::from(*b"{");
        for (number, (name, value)) in header.iter().zip(row).enumerate() {
            if number > 0 {
                out.push(b',');
            }
            out.extend_from_slice(Json::from(name).to_string().as_bytes());
            out.push(b':');
            let is_literal = self.values == CsvValues::AsTheyLook
                && (decode::is_number(value) || matches!(value, "true" | "false" | "null"));
            if is_literal {
                out.extend_from_slice(value.as_bytes());
            } else {
                out.extend_from_slice(Json::from(value).to_string().as_bytes());
            }
        }
        out.push(b'}');
        Bytes::from(out)
    }
}

pub(super) fn columns(text: &[u8]) -> Vec<String> {
    let mut reader = ReaderBuilder::new().from_reader(text);
    let header = reader.headers();
    header.map_or_else(
        |_| Vec::new(),
        |header| header.iter().map(str::to_owned).collect(),
    )
}

/// A name that stands in the header twice.
fn twice(header: &StringRecord) -> Option<&str> {
    let mut names: Vec<&str> = header.iter().collect();
    names.sort_unstable();
    let pair = names.windows(2).find(|pair| pair[0] == pair[1]);
    pair.map(|pair| pair[0])
}

impl Iterator for Rows {
    type Item = Result<Value, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        let header = match &mut self.header {
            Ok(header) => header.clone(),
            Err(fault) => return fault.take().map(Err),
        };
        let row = match self.records.next()? {
            Ok(row) => row,
            Err(error) => return Some(Err(bad(&error))),
        };
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() != header.len() {
            return Some(Err(BadLine {
                line,
                reason: format!(
                    "it has {} fields, and the header has {}",
                    row.len(),
                    header.len()
                ),
            }));
        }
        Some(Ok(Value {
            line,
            data: self.object(&header, &row),
        }))
    }
}

fn bad(error: &csv::Error) -> BadLine {
    let line = error.position().map_or(1, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is no UTF-8 text".to_owned(),
        _ => error.to_string(),
    };
    BadLine { line, reason }
}
