//! Columns to words: the conversions that several tables need.

use crate::StoreError;
use record::{Millis, SequenceNumber};
use rusqlite::Row;

pub(crate) fn millis(row: &Row, column: usize) -> Result<Millis, StoreError> {
    Ok(Millis(row.get(column)?))
}

pub(crate) fn optional_millis(row: &Row, column: usize) -> Result<Option<Millis>, StoreError> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Millis))
}

pub(crate) fn sequence(row: &Row, column: usize) -> Result<SequenceNumber, StoreError> {
    optional_sequence(row, column)?
        .ok_or_else(|| StoreError::damaged("a sequence number is missing"))
}

pub(crate) fn optional_sequence(
    row: &Row,
    column: usize,
) -> Result<Option<SequenceNumber>, StoreError> {
    let key = row
        .get_ref(column)?
        .as_blob_or_null()
        .map_err(rusqlite::Error::from)?;
    key.map(|key| SequenceNumber::from_key(key).map_err(|e| StoreError::damaged(e.to_string())))
        .transpose()
}
