//! The records of one shard in ferrokinesis' store, addressed by their running number.
//!
//! Reads and deletes; never writes. ferrokinesis keeps a record under `{shard}/{sequence}`, and its
//! sequence numbers put a running number per shard before the time of writing, so that the running
//! number alone decides the order. See `ferrokinesis_core::sequence::parse_sequence`.

use ferrokinesis::{
    sequence::{self, SeqObj},
    store::Store,
    types::Stream,
};
use record::Millis;

/// ferrokinesis gives a shard's first record this number.
const FIRST_NUMBER: u64 = 1;

/// A record as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct KeptRecord {
    pub sequence: String,
    pub partition_key: String,
    /// Base64.
    pub data: String,
    pub arrival: Millis,
}

pub(crate) struct ShardLog<'a> {
    store: &'a Store,
    stream: &'a str,
    shard_index: i64,
    shard_created_millis: u64,
}

impl<'a> ShardLog<'a> {
    /// The log of an existing shard; `None` if the stream has no shard with this index.
    pub fn of(store: &'a Store, stream: &'a Stream, shard_index: i64) -> Option<Self> {
        let shard = stream.shards.get(usize::try_from(shard_index).ok()?)?;
        let start =
            sequence::parse_sequence(&shard.sequence_number_range.starting_sequence_number).ok()?;
        Some(Self {
            store,
            stream: &stream.stream_name,
            shard_index,
            shard_created_millis: start.shard_create_time,
        })
    }

    /// At most `limit` records at or after this sequence number, which need not be a record's.
    pub async fn from(&self, sequence: &str, limit: usize) -> Vec<KeptRecord> {
        let end = sequence::shard_ix_to_hex(self.shard_index + 1);
        let found = self
            .store
            .get_records_range_limited(self.stream, &self.key(sequence), &end, limit)
            .await;
        found
            .into_iter()
            .map(|(key, record)| KeptRecord {
                sequence: key
                    .split_once('/')
                    .map_or(String::new(), |(_, sequence)| sequence.to_owned()),
                partition_key: record.partition_key,
                data: record.data,
                arrival: Millis::from_secs_f64(record.approximate_arrival_timestamp),
            })
            .collect()
    }

    pub async fn first(&self) -> Option<KeptRecord> {
        self.from(&self.before_number(0), 1).await.pop()
    }

    /// The sequence number of the first record that arrived at this time or later; where there is
    /// none, that after the last record.
    pub async fn position_at(&self, time: Millis) -> String {
        let mut low = FIRST_NUMBER;
        let mut high = self.next_number().await;
        while low < high {
            let middle = low + (high - low) / 2;
            let at = self.from(&self.before_number(middle), 1).await;
            if at.first().is_none_or(|record| record.arrival >= time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        match self.from(&self.before_number(low), 1).await.pop() {
            Some(record) => record.sequence,
            None => self.end().await,
        }
    }

    /// The sequence number before the next record to be written and after all others.
    pub async fn end(&self) -> String {
        self.before_number(self.next_number().await)
    }

    /// A sequence number between this record's and the next one's.
    pub fn after(sequence: &str) -> Option<String> {
        sequence::parse_sequence(sequence)
            .ok()
            .map(|parts| sequence::increment_sequence(&parts, None))
    }

    pub async fn remove(&self, records: &[KeptRecord]) {
        let keys: Vec<String> = records
            .iter()
            .map(|record| self.key(&record.sequence))
            .collect();
        self.store.delete_record_keys(self.stream, &keys).await;
    }

    async fn next_number(&self) -> u64 {
        self.store
            .current_shard_seq(self.stream, self.shard_index)
            .await
    }

    fn before_number(&self, number: u64) -> String {
        sequence::stringify_sequence(&SeqObj {
            shard_create_time: self.shard_created_millis,
            seq_ix: Some(number),
            byte1: None,
            seq_time: Some(0),
            seq_rand: None,
            shard_ix: self.shard_index,
            version: 2,
        })
    }

    fn key(&self, sequence: &str) -> String {
        format!("{}/{sequence}", sequence::shard_ix_to_hex(self.shard_index))
    }
}
