//! Hash keys: the 128-bit numbers by which Kinesis places records on shards.

use md5::{Digest, Md5};
use std::{fmt, str::FromStr};

/// A position in the hash-key space, 0 to 2^128 - 1. As text it is decimal, as AWS writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashKey(pub u128);

impl HashKey {
    pub const MAX: Self = Self(u128::MAX);

    /// Where Kinesis puts a record with this partition key and no explicit hash key: the MD5 of the
    /// key's UTF-8 bytes, read as a big-endian number (`PutRecord` in the API reference).
    pub fn of_partition_key(partition_key: &str) -> Self {
        Self(u128::from_be_bytes(
            Md5::digest(partition_key.as_bytes()).into(),
        ))
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HashKey {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A shard's part of the hash-key space, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HashKeyRange {
    pub start: HashKey,
    pub end: HashKey,
}

impl HashKeyRange {
    pub fn contains(&self, key: HashKey) -> bool {
        (self.start..=self.end).contains(&key)
    }

    /// The share of the whole space, 0.0 to 1.0.
    pub fn share(&self) -> f64 {
        (self.end.0.saturating_sub(self.start.0) as f64 + 1.0) / (u128::MAX as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_key_is_the_md5_as_a_number() {
        // the test suite of RFC 1321, appendix A.5
        assert_eq!(
            HashKey::of_partition_key("").0,
            0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e
        );
        assert_eq!(
            HashKey::of_partition_key("a").0,
            0x0cc1_75b9_c0f1_b6a8_31c3_99e2_6977_2661
        );
    }

    #[test]
    fn a_range_includes_both_its_ends() {
        let range = HashKeyRange {
            start: HashKey(5),
            end: HashKey(9),
        };
        assert!(range.contains(HashKey(5)) && range.contains(HashKey(9)));
        assert!(!range.contains(HashKey(4)) && !range.contains(HashKey(10)));
    }

    #[test]
    fn four_even_shards_have_a_quarter_each() {
        let range = HashKeyRange {
            start: HashKey(0),
            end: HashKey(u128::MAX / 4),
        };
        assert!((range.share() - 0.25).abs() < 1e-9);
    }
}
