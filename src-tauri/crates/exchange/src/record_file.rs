//! Records with where and when they arrived, for other programs: an object a line, or a table for spreadsheets.
//!
//! Numbers of a payload keep the digits that they were written with. What is no text is base64, and said to be.

use crate::{ExchangeError, cell, payload_line};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::value::RawValue;

/// A record as it may leave the program.
#[derive(Clone, Copy, Debug)]
pub struct ExportedRecord<'r> {
    /// RFC 3339, in UTC.
    pub arrival: &'r str,
    pub stream: &'r str,
    pub shard: &'r str,
    pub sequence: &'r str,
    /// Its place in an aggregate, else 0.
    pub sub: u32,
    pub partition_key: &'r str,
    pub data: &'r [u8],
}

const COLUMNS: [&str; 9] = [
    "arrival",
    "stream",
    "shard",
    "sequence number",
    "sub-sequence number",
    "partition key",
    "size bytes",
    "encoding",
    "data",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'r> {
    arrival: &'r str,
    stream: &'r str,
    shard: &'r str,
    sequence_number: &'r str,
    sub_sequence_number: u32,
    partition_key: &'r str,
    data: Box<RawValue>,
}

/// A line with its end. The payload is as in [`payload_line`].
pub fn record_line(record: &ExportedRecord<'_>) -> Result<String, ExchangeError> {
    let data = payload_line(record.data).trim_end().to_owned();
    let line = Line {
        arrival: record.arrival,
        stream: record.stream,
        shard: record.shard,
        sequence_number: record.sequence,
        sub_sequence_number: record.sub,
        partition_key: record.partition_key,
        data: RawValue::from_string(data).map_err(ExchangeError::Json)?,
    };
    let mut text = serde_json::to_string(&line).map_err(ExchangeError::Json)?;
    text.push('\n');
    Ok(text)
}

/// The names of the columns.
pub fn record_head() -> Result<String, ExchangeError> {
    csv_line(&COLUMNS)
}

/// A line of the table. Cells obey [`cell`]'s rule.
pub fn record_row(record: &ExportedRecord<'_>) -> Result<String, ExchangeError> {
    let (encoding, data) = match std::str::from_utf8(record.data) {
        Ok(text) => ("text", text.to_owned()),
        Err(_) => ("base64", STANDARD.encode(record.data)),
    };
    csv_line(&[
        record.arrival,
        &cell(record.stream),
        &cell(record.shard),
        record.sequence,
        &record.sub.to_string(),
        &cell(record.partition_key),
        &record.data.len().to_string(),
        encoding,
        &cell(&data),
    ])
}

fn csv_line(cells: &[&str]) -> Result<String, ExchangeError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(ExchangeError::Csv)?;
    let bytes = writer
        .into_inner()
        .map_err(|e| ExchangeError::Csv(e.into_error().into()))?;
    // every cell came from a `str`
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(data: &[u8]) -> ExportedRecord<'_> {
        ExportedRecord {
            arrival: "2026-04-11T07:03:22.118Z",
            stream: "orders",
            shard: "shardId-000000000002",
            sequence: "49659600012345678901234567890123456789012345678901234567",
            sub: 0,
            partition_key: "=cust-42",
            data,
        }
    }

    #[test]
    fn a_line_has_the_payload_as_it_was_written() {
        let line = record_line(&record(b"{\"amount\": 5129900000000000001.10}")).expect("a line");
        insta::assert_snapshot!(line.trim_end(), @r#"{"arrival":"2026-04-11T07:03:22.118Z","stream":"orders","shard":"shardId-000000000002","sequenceNumber":"49659600012345678901234567890123456789012345678901234567","subSequenceNumber":0,"partitionKey":"=cust-42","data":{"amount": 5129900000000000001.10}}"#);
    }

    #[test]
    fn a_row_says_how_its_data_is_written_and_is_no_formula() {
        let row = |data| record_row(&record(data)).expect("a row");
        let tail = |row: String| row.split_once("4567,").map(|(_, tail)| tail.to_owned());
        assert_eq!(
            tail(row(b"{\"n\":1}")).as_deref(),
            Some("0,'=cust-42,7,text,\"{\"\"n\"\":1}\"\n")
        );
        assert_eq!(
            tail(row(b"+1")).as_deref(),
            Some("0,'=cust-42,2,text,'+1\n")
        );
        assert_eq!(
            tail(row(&[0xff, 0])).as_deref(),
            Some("0,'=cust-42,2,base64,/wA=\n")
        );
    }

    proptest! {
        #[test]
        fn whatever_is_in_a_record_both_can_be_read_again(
            data in prop::collection::vec(any::<u8>(), 0..64),
            key in "\\PC{0,12}",
        ) {
            let record = ExportedRecord { partition_key: &key, ..record(&data) };
            let line = record_line(&record).expect("a line");
            prop_assert_eq!(line.lines().count(), 1);
            let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            prop_assert_eq!(read["partitionKey"].as_str(), Some(&*key));
            let table = record_head().expect("a head") + &record_row(&record).expect("a row");
            let mut reader = csv::Reader::from_reader(table.as_bytes());
            let rows: Vec<_> = reader.records().collect::<Result<_, _>>().expect("a table");
            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(rows[0].len(), COLUMNS.len());
        }
    }
}
