//! A record of Kinesis made ready for the store: de-aggregated, its event types found, flagged.
//!
//! Pure, and meant for the network's side: the writer only lays down what is prepared here.

use decode::{Aggregation, deaggregate, event_type};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, SequenceNumber};
use std::ops::{BitOr, Range};

/// One Kinesis record with its user records. The blob is the truth; user records are ranges of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedRecord {
    pub(crate) sequence: SequenceNumber,
    pub(crate) arrival: Millis,
    /// Kinesis' own key: of the aggregate, where it is one.
    pub(crate) partition_key: Option<String>,
    pub(crate) blob: Vec<u8>,
    pub(crate) parts: Parts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parts {
    Whole {
        event_type: Option<String>,
        flags: RecordFlags,
    },
    /// Never empty.
    UserRecords(Vec<UserPart>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserPart {
    pub partition_key: Option<String>,
    pub explicit_hash_key: Option<HashKey>,
    pub event_type: Option<String>,
    pub flags: RecordFlags,
    pub start: u32,
    pub size_bytes: u32,
}

/// What is noteworthy about a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordFlags(pub u8);

impl RecordFlags {
    pub const NONE: Self = Self(0);
    /// A user record of a KPL aggregate.
    pub const KPL_PART: Self = Self(1);
    /// Its hash key lies outside the shard's range: written with an explicit hash key, or, in an
    /// aggregate, dropped silently by the KCL.
    pub const OUTSIDE_RANGE: Self = Self(2);
    /// It looks like a KPL aggregate and cannot be read as one: kept as it came.
    pub const DAMAGED_AGGREGATE: Self = Self(4);

    pub fn has(self, flag: Self) -> bool {
        self.0 & flag.0 == flag.0
    }
}

impl BitOr for RecordFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// `hash_range` is the shard's; without it no record is flagged as outside.
pub fn prepare(record: KinesisRecord, hash_range: Option<HashKeyRange>) -> PreparedRecord {
    let parts = match deaggregate(&record.payload) {
        Aggregation::Aggregated(user_records) if !user_records.is_empty() => {
            let part = |user: &decode::UserRecord| user_part(user, &record.payload, hash_range);
            Parts::UserRecords(user_records.iter().map(part).collect())
        }
        Aggregation::Single => whole(&record, hash_range, RecordFlags::NONE),
        Aggregation::Aggregated(_) | Aggregation::Damaged(_) => {
            whole(&record, hash_range, RecordFlags::DAMAGED_AGGREGATE)
        }
    };
    PreparedRecord {
        sequence: record.sequence,
        arrival: record.arrival,
        partition_key: record.partition_key,
        blob: record.payload,
        parts,
    }
}

/// How many rows [`prepare`] makes of it: what an aggregate holds, else one.
pub fn user_records(record: &KinesisRecord) -> u64 {
    match deaggregate(&record.payload) {
        Aggregation::Aggregated(user_records) => user_records.len().max(1) as u64,
        Aggregation::Single | Aggregation::Damaged(_) => 1,
    }
}

fn whole(record: &KinesisRecord, hash_range: Option<HashKeyRange>, flags: RecordFlags) -> Parts {
    let hash_key = record
        .partition_key
        .as_deref()
        .map(HashKey::of_partition_key);
    Parts::Whole {
        event_type: type_of(&record.payload),
        flags: flags | outside(hash_key, hash_range),
    }
}

fn user_part(user: &decode::UserRecord, blob: &[u8], hash_range: Option<HashKeyRange>) -> UserPart {
    let hash_key = user
        .explicit_hash_key
        .unwrap_or_else(|| HashKey::of_partition_key(user.partition_key));
    UserPart {
        partition_key: Some(user.partition_key.to_owned()),
        explicit_hash_key: user.explicit_hash_key,
        event_type: type_of(&blob[user.data.clone()]),
        flags: RecordFlags::KPL_PART | outside(Some(hash_key), hash_range),
        start: user.data.start as u32,
        size_bytes: user.data.len() as u32,
    }
}

fn type_of(payload: &[u8]) -> Option<String> {
    event_type(payload).map(std::borrow::Cow::into_owned)
}

fn outside(hash_key: Option<HashKey>, hash_range: Option<HashKeyRange>) -> RecordFlags {
    match (hash_key, hash_range) {
        (Some(key), Some(range)) if !range.contains(key) => RecordFlags::OUTSIDE_RANGE,
        _ => RecordFlags::NONE,
    }
}

/// One user record, wherever it is stored: what a row shows of it, its payload apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    pub sequence: SequenceNumber,
    pub sub: u32,
    pub arrival: Millis,
    pub partition_key: Option<&'a str>,
    pub explicit_hash_key: Option<HashKey>,
    pub event_type: Option<&'a str>,
    pub flags: RecordFlags,
    pub start: u32,
    pub size_bytes: u32,
}

impl Row<'_> {
    /// Where its payload lies in its blob.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..(self.start + self.size_bytes) as usize
    }
}

impl PreparedRecord {
    pub fn sequence(&self) -> SequenceNumber {
        self.sequence
    }

    pub fn arrival(&self) -> Millis {
        self.arrival
    }

    /// User records: the rows that it becomes.
    pub fn rows(&self) -> usize {
        match &self.parts {
            Parts::Whole { .. } => 1,
            Parts::UserRecords(parts) => parts.len(),
        }
    }

    /// Of the user records' payloads.
    pub(crate) fn size_bytes(&self) -> u64 {
        match &self.parts {
            Parts::Whole { .. } => self.blob.len() as u64,
            Parts::UserRecords(parts) => parts.iter().map(|part| u64::from(part.size_bytes)).sum(),
        }
    }

    pub(crate) fn row(&self, sub: usize) -> Row<'_> {
        let (sequence, arrival) = (self.sequence, self.arrival);
        match &self.parts {
            Parts::Whole { event_type, flags } => Row {
                sequence,
                sub: 0,
                arrival,
                partition_key: self.partition_key.as_deref(),
                explicit_hash_key: None,
                event_type: event_type.as_deref(),
                flags: *flags,
                start: 0,
                size_bytes: self.blob.len() as u32,
            },
            Parts::UserRecords(parts) => {
                let part = &parts[sub];
                Row {
                    sequence,
                    sub: sub as u32,
                    arrival,
                    partition_key: part.partition_key.as_deref(),
                    explicit_hash_key: part.explicit_hash_key,
                    event_type: part.event_type.as_deref(),
                    flags: part.flags,
                    start: part.start,
                    size_bytes: part.size_bytes,
                }
            }
        }
    }
}
