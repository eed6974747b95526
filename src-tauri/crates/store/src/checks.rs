//! Checks over what is stored in columns: damage that SQLite does not see is told, and never shown as a record.
//!
//! A block's parts carry zstd's checksums. What is around them does not: these tie the parts, the header and the shard
//! to each other, and a row of the tail to itself. Rows of older versions have none.

use crate::{ShardKey, StoreError, prepare::Row as RecordRow};
use mutants::Mutant;
use rusqlite::{Row, types::ValueRef};
use twox_hash::XxHash3_64;

/// What `sums` holds: the ends of columns and payloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sums([u8; 8]);

/// The header's columns that the check covers, as they lie in the database.
pub(crate) struct Head<'a> {
    pub shard: ShardKey,
    pub first: &'a [u8],
    pub last: &'a [u8],
    /// Records, first and last arrival, bytes, bytes of blobs.
    pub figures: [i64; 5],
    pub numbers: &'a [u8],
}

impl Sums {
    pub fn of(columns: &[u8], payloads: &[u8]) -> Self {
        let end = |bytes: &[u8]| bytes.last_chunk::<4>().copied().unwrap_or_default();
        let mut sums = [0; 8];
        sums[..4].copy_from_slice(&end(columns));
        sums[4..].copy_from_slice(&end(payloads));
        Self(sums)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// # Errors
    /// [`StoreError::Damaged`] where these are another block's.
    pub fn require_columns(self, columns: &[u8]) -> Result<(), StoreError> {
        require(columns.ends_with(&self.0[..4]))
    }

    pub fn require_payloads(self, payloads: &[u8]) -> Result<(), StoreError> {
        require(payloads.ends_with(&self.0[4..]))
    }
}

impl Head<'_> {
    pub fn check(&self, sums: Sums) -> i64 {
        let mut bytes = Vec::with_capacity(160);
        bytes.extend_from_slice(&self.shard.0.to_le_bytes());
        for part in [self.first, self.last, self.numbers] {
            put(&mut bytes, part);
        }
        for figure in self.figures {
            bytes.extend_from_slice(&figure.to_le_bytes());
        }
        put(&mut bytes, sums.as_bytes());
        XxHash3_64::oneshot(&bytes) as i64
    }

    /// The sums in `row`, once they and the header are seen to belong together; `None` in a block of an older version.
    pub fn verified(
        &self,
        row: &Row,
        sums: usize,
        check: usize,
    ) -> Result<Option<Sums>, StoreError> {
        let found: Option<[u8; 8]> = row.get(sums)?;
        let check: Option<i64> = row.get(check)?;
        if mutants::is_on(Mutant::ChecksUnread) {
            return Ok(None);
        }
        let Some((sums, check)) = found.map(Sums).zip(check) else {
            return if found.is_none() && check.is_none() {
                Ok(None)
            } else {
                Err(apart())
            };
        };
        require(self.check(sums) == check)?;
        Ok(Some(sums))
    }
}

fn require(holds: bool) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(apart()) }
}

fn apart() -> StoreError {
    StoreError::damaged("the parts of a block are not of one block")
}

/// Of a row of the tail. `outer_key` and `blob` stand with a record's first row only.
pub(crate) fn tail_row(
    id: i64,
    row: &RecordRow,
    outer_key: Option<&str>,
    blob: Option<&[u8]>,
) -> i64 {
    let mut bytes = Vec::with_capacity(256);
    bytes.extend_from_slice(&id.to_le_bytes());
    put(&mut bytes, row.sequence.as_key());
    bytes.extend_from_slice(&row.arrival.0.to_le_bytes());
    for number in [row.sub, row.start, row.size_bytes, row.flags.0.into()] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    for text in [row.partition_key, row.event_type, outer_key] {
        put_optional(&mut bytes, text.map(str::as_bytes));
    }
    let hash_key = row.explicit_hash_key.map(|key| key.0.to_be_bytes());
    put_optional(&mut bytes, hash_key.as_ref().map(<[u8; 16]>::as_slice));
    let sum = blob.map(|blob| XxHash3_64::oneshot(blob).to_le_bytes());
    put_optional(&mut bytes, sum.as_ref().map(<[u8; 8]>::as_slice));
    XxHash3_64::oneshot(&bytes) as i64
}

/// What lies in a row of the tail, against what its check was made of.
pub(crate) fn require_tail_row(
    found: ValueRef,
    made: impl FnOnce() -> i64,
) -> Result<(), StoreError> {
    match found {
        _ if mutants::is_on(Mutant::ChecksUnread) => Ok(()),
        ValueRef::Null => Ok(()),
        ValueRef::Integer(check) if check == made() => Ok(()),
        _ => Err(StoreError::damaged("a record does not match its check")),
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

fn put_optional(bytes: &mut Vec<u8>, part: Option<&[u8]>) {
    bytes.push(part.is_some().into());
    put(bytes, part.unwrap_or_default());
}
