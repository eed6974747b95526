//! The capture format of ferrokinesis 0.7: one JSON object a line for each record that was put.
//!
//! `ferrokinesis --capture FILE` writes it and `ferro replay FILE` reads it. The fields and their
//! order are those of `ferrokinesis_core::capture::CaptureRecord`. Arrival times are whole
//! milliseconds, a record without a partition key has an empty one, and sequence number and shard are
//! for information: a replay does not use them.

use crate::ExchangeError;
use base64::{Engine, engine::general_purpose::STANDARD};
use record::{HashKey, Millis};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PutOperation {
    PutRecord,
    PutRecords,
}

/// A record as it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedPut {
    pub operation: PutOperation,
    pub arrival: Millis,
    /// The stream's name. Any text, as a file may say anything.
    pub stream: String,
    pub partition_key: String,
    pub data: Vec<u8>,
    pub explicit_hash_key: Option<HashKey>,
    /// As it is written: a file that was not made by Kinesis may hold any text.
    pub sequence_number: String,
    pub shard_id: String,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    op: PutOperation,
    ts: u64,
    #[serde(borrow)]
    stream: Cow<'a, str>,
    #[serde(borrow)]
    partition_key: Cow<'a, str>,
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    explicit_hash_key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sequence_number: Cow<'a, str>,
    #[serde(borrow)]
    shard_id: Cow<'a, str>,
}

/// One line, its end included. A time before 1970 is written as 0: the format has no sign.
pub fn write_captured_put(put: &CapturedPut) -> Result<String, ExchangeError> {
    let line = Line {
        op: put.operation,
        ts: u64::try_from(put.arrival.0).unwrap_or(0),
        stream: (&put.stream).into(),
        partition_key: (&put.partition_key).into(),
        data: STANDARD.encode(&put.data).into(),
        explicit_hash_key: put.explicit_hash_key.map(|key| key.to_string().into()),
        sequence_number: (&put.sequence_number).into(),
        shard_id: (&put.shard_id).into(),
    };
    let mut text = serde_json::to_string(&line).map_err(ExchangeError::Line)?;
    text.push('\n');
    Ok(text)
}

/// One line, with or without its end. An empty one is `None`, as ferrokinesis passes over it.
pub fn read_captured_put(line: &str) -> Result<Option<CapturedPut>, ExchangeError> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    let line: Line = serde_json::from_str(line).map_err(ExchangeError::Line)?;
    let hash_key = |text: Cow<str>| text.parse().map_err(|_| ExchangeError::HashKey);
    Ok(Some(CapturedPut {
        operation: line.op,
        arrival: Millis(i64::try_from(line.ts).unwrap_or(i64::MAX)),
        stream: line.stream.into_owned(),
        partition_key: line.partition_key.into_owned(),
        data: STANDARD
            .decode(line.data.as_bytes())
            .map_err(ExchangeError::Data)?,
        explicit_hash_key: line.explicit_hash_key.map(hash_key).transpose()?,
        sequence_number: line.sequence_number.into_owned(),
        shard_id: line.shard_id.into_owned(),
    }))
}
