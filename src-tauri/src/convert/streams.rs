use crate::wire::{Consumer, KeyPlacement, Number, Shard, StreamDetails, StreamRow, Tag};
use engine::{Encryption, ShardSummary, StreamListing, StreamMode, StreamStatus, StreamSummary};
use record::HashKey;

impl From<StreamListing> for StreamRow {
    fn from(stream: StreamListing) -> Self {
        Self {
            name: stream.name.to_string(),
            arn: stream.arn.map(|arn| arn.to_string()),
            status: stream.status.map(status),
            mode: stream.mode.map(mode),
            created_at: stream.created_at.map(|at| Number::from_i64(at.0)),
        }
    }
}

impl From<StreamSummary> for StreamDetails {
    fn from(stream: StreamSummary) -> Self {
        Self {
            name: stream.name.to_string(),
            arn: stream.identity.arn.to_string(),
            status: status(stream.status),
            mode: mode(stream.mode),
            created_at: Number::from_i64(stream.identity.created_at.0),
            open_shards: Number::from_u64(stream.open_shards.into()),
            retention_hours: Number::from_u64(stream.retention_hours.into()),
            encryption: match stream.encryption {
                Encryption::Off => "none".to_owned(),
                Encryption::Kms { key: Some(key) } => key,
                Encryption::Kms { key: None } => "KMS".to_owned(),
            },
            consumers: stream.consumers.map(|count| Number::from_u64(count.into())),
            max_record_size_kib: stream
                .max_record_kib
                .map(|kib| Number::from_u64(kib.into())),
        }
    }
}

/// The API's own words.
fn status(status: StreamStatus) -> String {
    match status {
        StreamStatus::Creating => "CREATING".to_owned(),
        StreamStatus::Deleting => "DELETING".to_owned(),
        StreamStatus::Active => "ACTIVE".to_owned(),
        StreamStatus::Updating => "UPDATING".to_owned(),
        StreamStatus::Other(word) => word,
    }
}

fn mode(mode: StreamMode) -> String {
    match mode {
        StreamMode::Provisioned => "PROVISIONED".to_owned(),
        StreamMode::OnDemand => "ON_DEMAND".to_owned(),
        StreamMode::Other(word) => word,
    }
}

impl From<ShardSummary> for Shard {
    fn from(shard: ShardSummary) -> Self {
        let mut parents = shard.parents.iter().map(ToString::to_string);
        Self {
            short: shard.id.short().to_owned(),
            id: shard.id.to_string(),
            open: shard.is_open(),
            parent: parents.next(),
            adjacent_parent: parents.next(),
            hash_key_start: shard.hash_range.start.to_string(),
            hash_key_end: shard.hash_range.end.to_string(),
            hash_share_start: hash_share(shard.hash_range.start),
            // the end is the range's last key: its share reaches to the next one's start
            hash_share_end: hash_share(HashKey(shard.hash_range.end.0.saturating_add(1))),
            sequence_start: shard.starting_sequence.to_string(),
            sequence_end: shard.ending_sequence.map(|sequence| sequence.to_string()),
        }
    }
}

/// A hash key's place in the whole space, 0.0 to 1.0.
fn hash_share(key: HashKey) -> f32 {
    (key.0 as f64 / u128::MAX as f64) as f32
}

impl From<engine::Consumer> for Consumer {
    fn from(consumer: engine::Consumer) -> Self {
        Self {
            name: consumer.name,
            arn: consumer.arn,
            status: consumer.status,
            created_at: Number::from_i64(consumer.created_at.0),
        }
    }
}

impl From<engine::Tag> for Tag {
    fn from(tag: engine::Tag) -> Self {
        Self {
            key: tag.key,
            value: tag.value,
        }
    }
}

impl From<engine::KeyPlacement> for KeyPlacement {
    fn from(placement: engine::KeyPlacement) -> Self {
        Self {
            hash_key: placement.hash_key.to_string(),
            hash_share: hash_share(placement.hash_key),
            shard: placement.shard.map(|shard| shard.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_range_ends_at_the_end_of_the_space() {
        assert!((hash_share(HashKey(u128::MAX.saturating_add(1))) - 1.0).abs() < 1e-6);
        assert!(hash_share(HashKey(0)).abs() < 1e-6);
    }
}
