//! What is dropped: the oldest records when memory is full, and what no reader may see any more.
//!
//! ferrokinesis' own `max_retained_bytes` refuses writes when it is reached, which would stop a
//! demo; here the oldest records of all shards make room, as if their retention had ended.

use crate::{
    shard_log::{KeptRecord, ShardLog},
    shim::Shim,
};
use ferrokinesis::types::Stream;
use record::Millis;

const FETCH_RECORDS: usize = 256;

impl Shim {
    /// The time before which this stream's records cannot be read.
    pub(crate) fn trim_horizon(&self, stream: &Stream, now: Millis) -> Millis {
        let retention_millis = match self.options.retention {
            Some(retention) => i64::try_from(retention.as_millis()).unwrap_or(i64::MAX),
            None => i64::from(stream.retention_period_hours) * 3_600_000,
        };
        now.saturating_add(-retention_millis)
    }

    /// Drops the oldest records until a 64th of the allowed memory is free. Call it with the
    /// gate held, so that two writers do not trim for the same bytes.
    pub(crate) async fn make_room(&self) {
        let max = self.options.retained_bytes_max;
        if self.retained_bytes() <= max {
            return;
        }
        let wanted = max - max / 64;
        let mut streams = Vec::new();
        for name in self.store.list_stream_names().await {
            streams.extend(self.store.get_stream(&name).await);
        }
        while self.retained_bytes() > wanted {
            let Some(log) = self.oldest_log(&streams).await else {
                return;
            };
            self.drop_oldest(&log, self.retained_bytes() - wanted).await;
        }
    }

    fn retained_bytes(&self) -> u64 {
        self.store.metrics().retained_bytes()
    }

    async fn oldest_log<'a>(&'a self, streams: &'a [Stream]) -> Option<ShardLog<'a>> {
        let mut oldest: Option<(Millis, ShardLog<'a>)> = None;
        for stream in streams {
            for index in 0..stream.shards.len() as i64 {
                let Some(log) = ShardLog::of(&self.store, stream, index) else {
                    continue;
                };
                let Some(first) = log.first().await else {
                    continue;
                };
                if oldest
                    .as_ref()
                    .is_none_or(|(arrival, _)| first.arrival < *arrival)
                {
                    oldest = Some((first.arrival, log));
                }
            }
        }
        oldest.map(|(_, log)| log)
    }

    async fn drop_oldest(&self, log: &ShardLog<'_>, bytes: u64) {
        let Some(first) = log.first().await else {
            return;
        };
        let mut found = log.from(&first.sequence, FETCH_RECORDS).await;
        let mut freed = 0;
        let enough = found.iter().position(|record| {
            freed += retained_size(record);
            freed >= bytes
        });
        found.truncate(enough.map_or(found.len(), |index| index + 1));
        log.remove(&found).await;
    }
}

/// About what ferrokinesis counts for a record: key and payload as kept, and a few bytes of framing.
fn retained_size(record: &KeptRecord) -> u64 {
    (record.data.len() + record.partition_key.len() + 12) as u64
}
