//! The small numbers by which a workspace names its streams, shards, captures and records.

use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

key!(
    /// One incarnation of a stream in this workspace.
    StreamKey
);
key!(
    /// One shard of one stream incarnation.
    ShardKey
);
key!(
    /// A capture. Never used again after the capture is deleted.
    CaptureId
);
key!(
    /// What was delivered to one target by one request. Never used again.
    DeliveryId
);
key!(
    /// A record: its shard's key and its number in the shard, counted from 0 in the order of
    /// storing. Never used again, and the same before and after the record is sealed.
    RecordId
);

const NUMBER_BITS: u32 = 32;

impl RecordId {
    pub(crate) fn new(shard: ShardKey, number: u32) -> Self {
        Self(shard.0 << NUMBER_BITS | i64::from(number))
    }

    pub fn shard(self) -> ShardKey {
        ShardKey(self.0 >> NUMBER_BITS)
    }

    pub(crate) fn number(self) -> u32 {
        self.0 as u32
    }
}
