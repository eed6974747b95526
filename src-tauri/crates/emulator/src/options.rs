//! What may be chosen about an emulator. The defaults are those of AWS, or what a demo wants.

use std::time::Duration;

/// How an emulator behaves; see [`EmulatorOptions::default`] for the usual values.
#[derive(Clone, Debug)]
pub struct EmulatorOptions {
    /// How long a shard iterator lives. 5 minutes, as on AWS.
    pub iterator_ttl: Duration,
    /// How long a `NextToken` lives. 300 seconds, as on AWS.
    pub next_token_ttl: Duration,
    /// No page of a listing has more items than this, whatever was asked for. AWS gives at most 10,000.
    pub page_items_max: usize,
    /// Refuse more than 5 `GetRecords` calls or 2 MB a second from one shard.
    pub enforces_read_limits: bool,
    /// Refuse more than 1,000 records or 1 MiB a second into one shard. Records written through
    /// an [`EmulatorWriter`](crate::EmulatorWriter) are never refused.
    pub enforces_write_limits: bool,
    /// The oldest records are dropped when what is retained (encoded payloads) exceeds this.
    pub retained_bytes_max: u64,
    /// Records older than this cannot be read; `None` leaves it to each stream's retention period.
    pub retention: Option<Duration>,
    /// The largest number of open shards over all streams.
    pub shards_max: u32,
    /// How long a stream stays CREATING, UPDATING or DELETING. Zero makes a new stream ACTIVE at once.
    pub transition: Duration,
    /// The region in ARNs.
    pub region: String,
    /// The account in ARNs: 12 digits.
    pub account: String,
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        Self {
            iterator_ttl: Duration::from_mins(5),
            next_token_ttl: Duration::from_mins(5),
            page_items_max: 10_000,
            enforces_read_limits: false,
            enforces_write_limits: false,
            retained_bytes_max: 256 << 20,
            retention: None,
            shards_max: 500,
            transition: Duration::ZERO,
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
        }
    }
}
