//! What a target takes in one request, and what it takes as one record.

use crate::Entry;
use record::MAX_PARTITION_KEY_CHARS;

/// `PutRecords` in the API reference; 10 MiB is documented now, and not every endpoint takes it.
const RECORDS_PER_REQUEST: usize = 500;
const REQUEST_BYTES: usize = 5 << 20;
/// Unless the stream's `MaxRecordSizeInKiB` says otherwise.
const RECORD_KIB: u32 = 1024;

/// The sizes count data and partition key, as Kinesis does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub request_records: usize,
    pub request_bytes: usize,
    pub record_bytes: usize,
}

/// Why an entry can be in no request at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("the partition key is empty")]
    EmptyKey,
    #[error("the partition key has {0} characters; {MAX_PARTITION_KEY_CHARS} are allowed")]
    LongKey(usize),
    #[error("the record has {size_bytes} bytes with its key; the target takes {record_bytes}")]
    TooLarge {
        size_bytes: usize,
        record_bytes: usize,
    },
}

impl Limits {
    /// Of a Kinesis stream, with the `MaxRecordSizeInKiB` that it describes itself with, if any.
    pub fn of_stream(max_record_kib: Option<u32>) -> Self {
        let kib = max_record_kib.unwrap_or(RECORD_KIB).max(1);
        let record_bytes = kib as usize * 1024;
        Self {
            request_records: RECORDS_PER_REQUEST,
            // one record may be larger than the batches that we make of small ones
            request_bytes: REQUEST_BYTES.max(record_bytes),
            record_bytes,
        }
    }

    pub fn check(&self, entry: &Entry) -> Result<(), Unfit> {
        self.check_parts(&entry.key, entry.size_bytes())
    }

    /// For an entry that is only planned: `size_bytes` counts data and key.
    pub fn check_parts(&self, key: &str, size_bytes: usize) -> Result<(), Unfit> {
        if key.is_empty() {
            return Err(Unfit::EmptyKey);
        }
        // a character has at least one byte: short keys need no counting
        if key.len() > MAX_PARTITION_KEY_CHARS {
            let chars = key.chars().count();
            if chars > MAX_PARTITION_KEY_CHARS {
                return Err(Unfit::LongKey(chars));
            }
        }
        if size_bytes > self.record_bytes {
            return Err(Unfit::TooLarge {
                size_bytes,
                record_bytes: self.record_bytes,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn entry(key: &str, size: usize) -> Entry {
        Entry {
            key: key.into(),
            explicit_hash_key: None,
            data: Bytes::from(vec![0; size]),
            origin: None,
        }
    }

    #[test]
    fn a_record_counts_with_its_key() {
        let limits = Limits::of_stream(None);
        assert_eq!(limits.check(&entry("key", (1 << 20) - 3)), Ok(()));
        assert_eq!(
            limits.check(&entry("key", (1 << 20) - 2)),
            Err(Unfit::TooLarge {
                size_bytes: (1 << 20) + 1,
                record_bytes: 1 << 20
            })
        );
    }

    #[test]
    fn keys_are_counted_in_characters() {
        let limits = Limits::of_stream(None);
        assert_eq!(limits.check(&entry(&"日".repeat(256), 1)), Ok(()));
        assert_eq!(
            limits.check(&entry(&"日".repeat(257), 1)),
            Err(Unfit::LongKey(257))
        );
        assert_eq!(limits.check(&entry("", 1)), Err(Unfit::EmptyKey));
    }

    #[test]
    fn a_stream_with_large_records_takes_one_in_a_request() {
        let limits = Limits::of_stream(Some(10_240));
        assert!(limits.check(&entry("key", 10 << 20)).is_err());
        assert_eq!(limits.check(&entry("key", (10 << 20) - 3)), Ok(()));
        assert_eq!(limits.request_bytes, 10 << 20);
    }
}
