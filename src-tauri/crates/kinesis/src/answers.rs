//! From the SDK's answers about streams and shards to the words of this crate. Pure.

use crate::{
    Consumer, Encryption, KinesisError, Operation, RecordDistribution, ShardSummary, StreamListing,
    StreamMode, StreamStatus, StreamSummary,
};
use aws_sdk_kinesis::types;
use aws_smithy_types::DateTime;
use record::{HashKeyRange, Millis, SequenceNumber, ShardId, StreamIdentity, StreamName};

/// The SDK makes floating-point seconds of JSON into `.309999…`: round to milliseconds.
pub(crate) fn millis(time: &DateTime) -> Millis {
    let rounded = (i64::from(time.subsec_nanos()) + 500_000) / 1_000_000;
    Millis(time.secs().saturating_mul(1000).saturating_add(rounded))
}

pub(crate) fn hash_key_range(range: &types::HashKeyRange) -> Option<HashKeyRange> {
    Some(HashKeyRange {
        start: range.starting_hash_key.parse().ok()?,
        end: range.ending_hash_key.parse().ok()?,
    })
}

/// A name that Kinesis would never give cannot be asked about either: it is left out.
pub(crate) fn listing(name: &str, summaries: &[types::StreamSummary]) -> Option<StreamListing> {
    let summary = summaries.iter().find(|summary| summary.stream_name == name);
    Some(StreamListing {
        name: name.parse().ok()?,
        arn: summary.and_then(|summary| summary.stream_arn.parse().ok()),
        status: summary.map(|summary| stream_status(&summary.stream_status)),
        mode: summary
            .and_then(|summary| summary.stream_mode_details.as_ref())
            .map(|mode| stream_mode(&mode.stream_mode)),
        created_at: summary
            .and_then(|summary| summary.stream_creation_timestamp.as_ref())
            .map(millis),
    })
}

pub(crate) fn summary(
    name: &StreamName,
    description: types::StreamDescriptionSummary,
    server_time: Option<Millis>,
) -> Result<StreamSummary, KinesisError> {
    let arn = description.stream_arn.parse();
    let arn = arn.map_err(|error| malformed(Operation::DescribeStreamSummary, error))?;
    let count = |count: i32| u32::try_from(count).ok();
    Ok(StreamSummary {
        name: name.clone(),
        identity: StreamIdentity {
            arn,
            created_at: millis(&description.stream_creation_timestamp),
        },
        status: stream_status(&description.stream_status),
        mode: description
            .stream_mode_details
            .as_ref()
            .map_or(StreamMode::Provisioned, |mode| {
                stream_mode(&mode.stream_mode)
            }),
        open_shards: count(description.open_shard_count).unwrap_or(0),
        retention_hours: count(description.retention_period_hours).unwrap_or(0),
        encryption: match description.encryption_type {
            Some(types::EncryptionType::Kms) => Encryption::Kms {
                key: description.key_id,
            },
            _ => Encryption::Off,
        },
        consumers: description.consumer_count.and_then(count),
        max_record_kib: description.max_record_size_in_kib.and_then(count),
        warm_throughput_mibps: description
            .warm_throughput
            .and_then(|warm| warm.current_mibps)
            .and_then(count),
        distribution: match description.record_distribution_strategy {
            Some(types::RecordDistributionStrategy::Auto) => RecordDistribution::Automatic,
            None | Some(types::RecordDistributionStrategy::UserPartitionKey) => {
                RecordDistribution::ByKey
            }
            Some(other) => RecordDistribution::Other(other.as_str().to_owned()),
        },
        server_time,
    })
}

fn stream_status(status: &types::StreamStatus) -> StreamStatus {
    match status {
        types::StreamStatus::Creating => StreamStatus::Creating,
        types::StreamStatus::Deleting => StreamStatus::Deleting,
        types::StreamStatus::Active => StreamStatus::Active,
        types::StreamStatus::Updating => StreamStatus::Updating,
        other => StreamStatus::Other(other.as_str().to_owned()),
    }
}

fn stream_mode(mode: &types::StreamMode) -> StreamMode {
    match mode {
        types::StreamMode::Provisioned => StreamMode::Provisioned,
        types::StreamMode::OnDemand => StreamMode::OnDemand,
        other => StreamMode::Other(other.as_str().to_owned()),
    }
}

pub(crate) fn shard_summary(shard: &types::Shard) -> Result<ShardSummary, KinesisError> {
    const OPERATION: Operation = Operation::ListShards;
    let id = |text: &str| {
        text.parse::<ShardId>()
            .map_err(|error| malformed(OPERATION, error))
    };
    let sequence = |text: &str| {
        text.parse::<SequenceNumber>()
            .map_err(|error| malformed(OPERATION, error))
    };
    let parents = [&shard.parent_shard_id, &shard.adjacent_parent_shard_id];
    let hash_range = shard.hash_key_range.as_ref().and_then(hash_key_range);
    let numbers = shard.sequence_number_range.as_ref();
    let numbers = numbers.ok_or_else(|| malformed(OPERATION, "a shard has no sequence numbers"))?;
    Ok(ShardSummary {
        id: id(&shard.shard_id)?,
        parents: parents
            .into_iter()
            .flatten()
            .filter(|id| !id.is_empty())
            .map(|text| id(text))
            .collect::<Result<_, _>>()?,
        hash_range: hash_range
            .ok_or_else(|| malformed(OPERATION, "a shard has no hash-key range"))?,
        starting_sequence: sequence(&numbers.starting_sequence_number)?,
        ending_sequence: match numbers.ending_sequence_number.as_deref() {
            None | Some("" | "null") => None,
            Some(text) => Some(sequence(text)?),
        },
    })
}

pub(crate) fn consumer(consumer: types::Consumer) -> Consumer {
    Consumer {
        created_at: millis(&consumer.consumer_creation_timestamp),
        status: consumer.consumer_status.as_str().to_owned(),
        name: consumer.consumer_name,
        arn: consumer.consumer_arn,
    }
}

pub(crate) fn malformed(operation: Operation, cause: impl std::fmt::Display) -> KinesisError {
    KinesisError::Malformed {
        operation,
        cause: cause.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_to_milliseconds() {
        assert_eq!(
            millis(&DateTime::from_secs_f64(1_700_000_000.31)),
            Millis(1_700_000_000_310)
        );
        assert_eq!(
            millis(&DateTime::from_secs_and_nanos(1, 999_999_999)),
            Millis(2000)
        );
    }
}
