//! A table of answers as a file: CSV for spreadsheets, or a JSON object a line.
//!
//! Numbers keep the digits that they were written with, in both. In CSV null and what is not there are
//! empty cells alike; in JSON lines what is not there is left out, and a name that comes again has its number behind it.

use crate::{ExchangeError, cell};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableCell {
    Missing,
    Null,
    Bool(bool),
    /// In JSON's grammar.
    Number(String),
    Text(String),
    /// A list or an object as it was written; one that was cut is a text.
    Json(String),
}

/// A header and a line for each row. Names, texts and lists obey [`cell`]'s rule; numbers are no
/// formulas.
pub fn table_csv(
    columns: &[String],
    rows: impl Iterator<Item = Vec<TableCell>>,
) -> Result<String, ExchangeError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = columns.iter().map(|name| cell(name).into_owned());
    writer.write_record(names).map_err(ExchangeError::Csv)?;
    for row in rows {
        let cells = row.iter().map(|value| in_csv(value).into_owned());
        writer.write_record(cells).map_err(ExchangeError::Csv)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| ExchangeError::Csv(e.into_error().into()))?;
    // every cell came from a `str`
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn in_csv(value: &TableCell) -> Cow<'_, str> {
    match value {
        TableCell::Missing | TableCell::Null => Cow::Borrowed(""),
        TableCell::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        TableCell::Number(text) if is_number(text) => Cow::Borrowed(text),
        TableCell::Number(text) | TableCell::Text(text) | TableCell::Json(text) => cell(text),
    }
}

/// What is called a number and is none could be a formula.
fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

/// An object for each row, its members in the order of the columns. Of columns of one name the later ones are `id_2`,
/// `id_3`, so that no value hides another.
pub fn table_lines(
    columns: &[String],
    rows: impl Iterator<Item = Vec<TableCell>>,
) -> Result<String, ExchangeError> {
    let columns = told_apart(columns);
    let mut text = String::new();
    for cells in rows {
        let line = Line {
            columns: &columns,
            cells: &cells,
        };
        text += &serde_json::to_string(&line).map_err(ExchangeError::Json)?;
        text.push('\n');
    }
    Ok(text)
}

/// Names that were there once keep theirs, also where a later one would become it.
fn told_apart(names: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut apart = Vec::with_capacity(names.len());
    for name in names {
        let times = counts.entry(name.as_str()).or_insert(0);
        *times += 1;
        let mut unlike = name.clone();
        while *times > 1 {
            unlike = format!("{name}_{times}");
            if taken.insert(unlike.clone()) {
                break;
            }
            *times += 1;
        }
        apart.push(unlike);
    }
    apart
}

struct Line<'t> {
    columns: &'t [String],
    cells: &'t [TableCell],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for (name, value) in self.columns.iter().zip(self.cells) {
            match value {
                TableCell::Missing => {}
                TableCell::Null => members.serialize_entry(name, &())?,
                TableCell::Bool(value) => members.serialize_entry(name, value)?,
                TableCell::Text(text) => members.serialize_entry(name, text)?,
                TableCell::Number(text) | TableCell::Json(text) => match one_line(text) {
                    Some(raw) => members.serialize_entry(name, &raw)?,
                    None => members.serialize_entry(name, text)?,
                },
            }
        }
        members.end()
    }
}

/// The JSON as it is but for its line ends; nothing where it is none.
fn one_line(text: &str) -> Option<Box<RawValue>> {
    // within a JSON string a line end is escaped: what is left of them is white space
    RawValue::from_string(text.replace(['\r', '\n'], " ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn rows() -> Vec<Vec<TableCell>> {
        let text = |text: &str| TableCell::Text(text.to_owned());
        let number = |text: &str| TableCell::Number(text.to_owned());
        let json = |text: &str| TableCell::Json(text.to_owned());
        vec![
            vec![
                text("=1+1"),
                number("-5129900000000000001"),
                json("{\"a\":\n[1.50]}"),
            ],
            vec![text("a, \"b\""), TableCell::Missing, TableCell::Null],
            vec![TableCell::Bool(true), number("+1"), json("[\"cut off")],
        ]
    }

    #[test]
    fn numbers_keep_their_digits_and_formulas_are_texts() {
        let columns = names(&["@key", "n", "lines"]);
        insta::assert_snapshot!(table_csv(&columns, rows().into_iter()).expect("CSV"), @r#"
        '@key,n,lines
        '=1+1,-5129900000000000001,"{""a"":
        [1.50]}"
        "a, ""b""",,
        true,'+1,"[""cut off"
        "#);
        insta::assert_snapshot!(table_lines(&columns, rows().into_iter()).expect("JSON"), @r#"
        {"@key":"=1+1","n":-5129900000000000001,"lines":{"a": [1.50]}}
        {"@key":"a, \"b\"","lines":null}
        {"@key":true,"n":"+1","lines":"[\"cut off"}
        "#);
    }

    #[test]
    fn columns_of_one_name_keep_their_values_in_lines() {
        let columns = names(&["id", "n", "id", "id_2", "id", ""]);
        let row = (0..6).map(|n| TableCell::Number(n.to_string())).collect();
        insta::assert_snapshot!(
            table_lines(&columns, [row].into_iter()).expect("JSON"),
            @r#"{"id":0,"n":1,"id_3":2,"id_2":3,"id_4":4,"":5}"#
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_both(texts in prop::collection::vec(any::<String>(), 1..5)) {
            let columns: Vec<String> = (0..texts.len()).map(|n| format!("c{n}")).collect();
            let row: Vec<TableCell> = texts.iter().cloned().map(TableCell::Text).collect();
            let line = table_lines(&columns, [row.clone()].into_iter()).expect("JSON");
            let read: serde_json::Value = serde_json::from_str(&line).expect("an object");
            prop_assert_eq!(line.matches('\n').count(), 1);
            let written = table_csv(&columns, [row].into_iter()).expect("CSV");
            let mut reader = csv::Reader::from_reader(written.as_bytes());
            let cells = reader.records().next().expect("a row").expect("cells");
            for (place, text) in texts.iter().enumerate() {
                prop_assert_eq!(read[&columns[place]].as_str(), Some(text.as_str()));
                prop_assert_eq!(&cells[place], &*cell(text));
            }
        }
    }
}
