//! Entries from a file or a paste: NDJSON, a JSON array, CSV with a header.
//!
//! JSON keeps its exact bytes. A line that cannot be used is named by its number with the reason, and
//! the others go on. Reads no files: it is given their bytes.

mod csv;
mod json;

pub(crate) use json::cause;

use crate::{Entry, KeyExpression, Limits};
use bytes::Bytes;
use serde_json::value::RawValue;
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON value a line; empty lines are passed over.
    Ndjson,
    JsonArray,
    Csv(CsvValues),
}

/// What the values of a CSV row become; the row is one JSON object with the header's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CsvValues {
    /// All are texts.
    Text,
    /// `12.5`, `true` and `null` are what they look like, word for word.
    AsTheyLook,
}

#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub format: Format,
    pub key: KeyExpression,
    /// The field whose text is the payload; without it, it is the whole value.
    pub payload_field: Option<String>,
    pub limits: Limits,
}

/// A value of the import with the line on which it begins, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub line: u64,
    pub entry: Entry,
}

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// From 1.
    pub line: u64,
    pub reason: String,
}

/// A payload as the format gives it.
struct Value {
    line: u64,
    data: Bytes,
}

type Values = Box<dyn Iterator<Item = Result<Value, BadLine>> + Send>;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The entries one after the other, lazily: a preview takes the first few.
pub fn import(
    text: Bytes,
    options: ImportOptions,
) -> impl Iterator<Item = Result<Imported, BadLine>> + Send {
    let text = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(_) => text.slice(BYTE_ORDER_MARK.len()..),
        None => text,
    };
    let values: Values = match options.format {
        Format::Ndjson => Box::new(json::Lines::new(text)),
        Format::JsonArray => Box::new(json::Elements::new(text)),
        Format::Csv(values) => Box::new(csv::Rows::new(text, values)),
    };
    values.map(move |value| value.and_then(|value| imported(value, &options)))
}

fn imported(value: Value, options: &ImportOptions) -> Result<Imported, BadLine> {
    let Value { line, data } = value;
    let bad = |reason: String| BadLine { line, reason };
    let key = options
        .key
        .key(&data)
        .map_err(|error| bad(error.to_string()))?;
    let entry = Entry {
        key,
        explicit_hash_key: None,
        data: match &options.payload_field {
            None => data,
            Some(field) => field_of(&data, field).map_err(bad)?,
        },
        origin: None,
    };
    match options.limits.check(&entry) {
        Ok(()) => Ok(Imported { line, entry }),
        Err(unfit) => Err(bad(unfit.to_string())),
    }
}

/// The text of one field: a string's characters, anything else as it is written.
fn field_of(object: &[u8], field: &str) -> Result<Bytes, String> {
    let fields: HashMap<String, &RawValue> =
        serde_json::from_slice(object).map_err(|_| "it is no object with fields".to_owned())?;
    let value = fields.get(field);
    let value = value
        .ok_or_else(|| format!("there is no field {field}"))?
        .get();
    let text = serde_json::from_str::<String>(value);
    Ok(Bytes::from(text.unwrap_or_else(|_| value.to_owned())))
}

/// What the text seems to be, by its first character.
pub fn detect(text: &[u8]) -> Format {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    match text.trim_ascii_start().first() {
        Some(b'[') => Format::JsonArray,
        Some(b'{') => Format::Ndjson,
        _ => Format::Csv(CsvValues::AsTheyLook),
    }
}

/// The names in the header of a CSV; none where it has no header that can be read.
pub fn columns(text: &[u8]) -> Vec<String> {
    csv::columns(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))
}

#[cfg(test)]
mod tests;
