//! KPL aggregates: one Kinesis record that holds many user records.
//!
//! The format is awslabs/amazon-kinesis-producer's aggregation-format.md: four magic bytes, an
//! `AggregatedRecord` protobuf, and the MD5 of that protobuf. The user records are ranges of the
//! blob; nothing is copied and nothing is dropped: a blob that breaks its promise is reported with
//! the reason, and the caller keeps it whole.

use md5::{Digest, Md5};
use record::HashKey;
use std::ops::Range;
use wire::{Field, Reader};

mod wire;

pub(crate) const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
const DIGEST_BYTES: usize = 16;

/// A blob of 10 MiB could name 1.7 million empty user records. Real aggregates hold hundreds.
const MAX_USER_RECORDS: usize = 500_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aggregation<'a> {
    /// No aggregate: the blob is the payload.
    Single,
    /// The user records in their order, at least one.
    Aggregated(Vec<UserRecord<'a>>),
    /// It begins as an aggregate does and cannot be read as one.
    Damaged(AggregateDamage),
}

/// One record as its producer put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord<'a> {
    pub partition_key: &'a str,
    pub explicit_hash_key: Option<HashKey>,
    /// Where its payload lies within the blob.
    pub data: Range<usize>,
}

/// Why a blob with the magic bytes of an aggregate could not be read. Records count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AggregateDamage {
    #[error("it is too short for an aggregate's 16-byte digest")]
    TooShort,
    #[error("its MD5 digest does not fit its content")]
    Digest,
    #[error("its protobuf cannot be read at byte {at}")]
    Protobuf { at: usize },
    #[error("a partition key is no UTF-8 text")]
    PartitionKey,
    #[error("an explicit hash key is no decimal number below 2^128")]
    ExplicitHashKey,
    #[error("record {record} names partition key {index} of {known}")]
    PartitionKeyIndex {
        record: usize,
        index: u64,
        known: usize,
    },
    #[error("record {record} names explicit hash key {index} of {known}")]
    ExplicitHashKeyIndex {
        record: usize,
        index: u64,
        known: usize,
    },
    #[error("record {record} has no partition key index")]
    PartitionKeyMissing { record: usize },
    #[error("record {record} has no data")]
    DataMissing { record: usize },
    #[error("it holds no records")]
    Empty,
    #[error("it holds more than {MAX_USER_RECORDS} records")]
    TooManyRecords,
}

/// Takes a blob apart where it is a KPL aggregate.
pub fn deaggregate(blob: &[u8]) -> Aggregation<'_> {
    if !blob.starts_with(&MAGIC) {
        return Aggregation::Single;
    }
    match user_records(blob) {
        Ok(records) => Aggregation::Aggregated(records),
        Err(damage) => Aggregation::Damaged(damage),
    }
}

fn user_records(blob: &[u8]) -> Result<Vec<UserRecord<'_>>, AggregateDamage> {
    let end = blob
        .len()
        .checked_sub(DIGEST_BYTES)
        .filter(|&end| end >= MAGIC.len());
    let end = end.ok_or(AggregateDamage::TooShort)?;
    if Md5::digest(&blob[MAGIC.len()..end])[..] != blob[end..] {
        return Err(AggregateDamage::Digest);
    }
    if let Some(records) = in_one_pass(Reader::new(blob, MAGIC.len()..end)) {
        return Ok(records);
    }
    let content = Content::read(Reader::new(blob, MAGIC.len()..end))?;
    let records = content.records.iter().enumerate();
    records
        .map(|(index, record)| content.resolve(index, record))
        .collect()
}

/// The records where the tables come before them and nothing else is there, as producers write them.
/// `None` for whatever is unusual or damaged: that is read again, and more carefully.
fn in_one_pass(mut reader: Reader<'_>) -> Option<Vec<UserRecord<'_>>> {
    /// The first record's size tells how many there may be; a wrong guess costs this much at most.
    const MAX_RESERVED: usize = 1_024;
    let mut content = Content::default();
    let mut records: Vec<UserRecord> = Vec::new();
    while reader.left() > 0 {
        let tag = reader.varint()?;
        let len = usize::try_from(reader.varint()?).ok()?;
        let start = reader.skip(len)?;
        match tag {
            RECORD => {
                if records.is_empty() {
                    let expected = reader.left() / (len + 2) + 1;
                    records.reserve(expected.min(MAX_RESERVED));
                }
                let record = reader.within(start..start + len);
                records.push(content.user_record(record)?);
            }
            PARTITION_KEY => {
                let key = reader.text(start..start + len)?;
                content.partition_keys.push(key);
            }
            EXPLICIT_HASH_KEY => {
                let key = reader.text(start..start + len)?.parse().ok()?;
                content.explicit_hash_keys.push(key);
            }
            _ => return None,
        }
        if records.len() > MAX_USER_RECORDS {
            return None;
        }
    }
    (!records.is_empty()).then_some(records)
}

/// Tags of `AggregatedRecord` with their wire types.
const PARTITION_KEY: u64 = 1 << 3 | 2;
const EXPLICIT_HASH_KEY: u64 = 2 << 3 | 2;
const RECORD: u64 = 3 << 3 | 2;

/// Tags of `Record` with their wire types.
const PARTITION_KEY_INDEX: u64 = 1 << 3;
const EXPLICIT_HASH_KEY_INDEX: u64 = 2 << 3;
const DATA: u64 = 3 << 3 | 2;

/// `AggregatedRecord`: two tables of keys, and records that point into them. A protobuf's fields
/// may come in any order, so nothing is looked up before all of it is read.
#[derive(Default)]
struct Content<'a> {
    partition_keys: Vec<&'a str>,
    explicit_hash_keys: Vec<HashKey>,
    records: Vec<RawRecord>,
}

/// `Record`, its tags left out: no consumer library gives them to anyone.
#[derive(Default)]
struct RawRecord {
    partition_key_index: Option<u64>,
    explicit_hash_key_index: Option<u64>,
    data: Option<Range<usize>>,
}

impl<'a> Content<'a> {
    fn read(mut reader: Reader<'a>) -> Result<Self, AggregateDamage> {
        let mut content = Self::default();
        while let Some(field) = reader.next()? {
            content.add(field, &reader)?;
            if content.records.len() > MAX_USER_RECORDS {
                return Err(AggregateDamage::TooManyRecords);
            }
        }
        if content.records.is_empty() {
            Err(AggregateDamage::Empty)
        } else {
            Ok(content)
        }
    }

    fn add(&mut self, field: Field, reader: &Reader<'a>) -> Result<(), AggregateDamage> {
        match field {
            Field::Bytes(1, range) => {
                let key = reader.text(range).ok_or(AggregateDamage::PartitionKey)?;
                self.partition_keys.push(key);
            }
            Field::Bytes(2, range) => {
                let key = reader.text(range).and_then(|text| text.parse().ok());
                let key = key.ok_or(AggregateDamage::ExplicitHashKey)?;
                self.explicit_hash_keys.push(key);
            }
            Field::Bytes(3, range) => {
                let record = RawRecord::read(reader.within(range))?;
                self.records.push(record);
            }
            Field::Bytes(..) | Field::Number(..) | Field::Other => {}
        }
        Ok(())
    }

    /// A record whose keys are known by now. In line, and without values that pass through memory:
    /// this has to keep up with MD5.
    #[inline]
    fn user_record(&self, mut reader: Reader<'a>) -> Option<UserRecord<'a>> {
        let (mut partition_key, mut explicit_hash_key, mut data) = (None, None, None);
        while reader.left() > 0 {
            match reader.varint()? {
                PARTITION_KEY_INDEX => {
                    partition_key = Some(entry(&self.partition_keys, reader.varint()?)?);
                }
                EXPLICIT_HASH_KEY_INDEX => {
                    explicit_hash_key = Some(entry(&self.explicit_hash_keys, reader.varint()?)?);
                }
                DATA => {
                    let len = usize::try_from(reader.varint()?).ok()?;
                    let start = reader.skip(len)?;
                    data = Some(start..start + len);
                }
                _ => return None,
            }
        }
        Some(UserRecord {
            partition_key: partition_key?,
            explicit_hash_key,
            data: data?,
        })
    }

    fn resolve(&self, record: usize, raw: &RawRecord) -> Result<UserRecord<'a>, AggregateDamage> {
        let index = raw.partition_key_index;
        let index = index.ok_or(AggregateDamage::PartitionKeyMissing { record })?;
        let partition_key = entry(&self.partition_keys, index).ok_or_else(|| {
            let known = self.partition_keys.len();
            AggregateDamage::PartitionKeyIndex {
                record,
                index,
                known,
            }
        })?;
        let explicit_hash_key = match raw.explicit_hash_key_index {
            None => None,
            Some(index) => Some(entry(&self.explicit_hash_keys, index).ok_or_else(|| {
                let known = self.explicit_hash_keys.len();
                AggregateDamage::ExplicitHashKeyIndex {
                    record,
                    index,
                    known,
                }
            })?),
        };
        let data = raw
            .data
            .clone()
            .ok_or(AggregateDamage::DataMissing { record })?;
        Ok(UserRecord {
            partition_key,
            explicit_hash_key,
            data,
        })
    }
}

fn entry<T: Copy>(table: &[T], index: u64) -> Option<T> {
    table.get(usize::try_from(index).ok()?).copied()
}

impl RawRecord {
    fn read(mut reader: Reader<'_>) -> Result<Self, AggregateDamage> {
        let mut record = Self::default();
        while let Some(field) = reader.next()? {
            match field {
                Field::Number(1, index) => record.partition_key_index = Some(index),
                Field::Number(2, index) => record.explicit_hash_key_index = Some(index),
                Field::Bytes(3, range) => record.data = Some(range),
                Field::Number(..) | Field::Bytes(..) | Field::Other => {}
            }
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests;
