//! What an endpoint holds: streams, shards, consumers, tags. Reads no records.
//!
//! `ListShards` and `DescribeStreamSummary`, never the old `DescribeStream` loop. Paging is done as
//! AWS documents it and, where an imitation cannot, by naming the last item seen.

use crate::{Connection, KinesisError, Operation, connection::send};
use aws_sdk_kinesis::types;
use aws_smithy_types::DateTime;
use record::{
    HashKeyRange, Millis, SequenceNumber, ShardId, StreamArn, StreamIdentity, StreamName,
};
use std::collections::HashSet;

/// Streams asked for at a time; the API allows up to 10,000 and answers 100 unless asked.
const STREAMS_PER_PAGE: i32 = 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamPage {
    pub streams: Vec<StreamListing>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<StreamPageStart>,
}

/// Opaque to the caller: a token, or the last name where an endpoint has no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamPageStart(PageStart);

#[derive(Clone, Debug, PartialEq, Eq)]
enum PageStart {
    Token(String),
    AfterName(String),
}

/// A line of the stream list; what the endpoint does not say at this point is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamListing {
    pub name: StreamName,
    pub arn: Option<StreamArn>,
    pub status: Option<StreamStatus>,
    pub mode: Option<StreamMode>,
    pub created_at: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSummary {
    pub name: StreamName,
    pub identity: StreamIdentity,
    pub status: StreamStatus,
    pub mode: StreamMode,
    pub open_shards: u32,
    pub retention_hours: u32,
    pub encryption: Encryption,
    pub consumers: Option<u32>,
    /// The API's `MaxRecordSizeInKiB`; absent where the endpoint does not say.
    pub max_record_kib: Option<u32>,
    pub warm_throughput_mibps: Option<u32>,
    pub distribution: RecordDistribution,
    /// The answer's `Date`: whole seconds, rounded down.
    pub server_time: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamStatus {
    Creating,
    Deleting,
    Active,
    Updating,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamMode {
    Provisioned,
    OnDemand,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    Off,
    Kms { key: Option<String> },
}

/// How records find their shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordDistribution {
    ByKey,
    /// Partition and hash keys are ignored: no order per key.
    Automatic,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardSummary {
    pub id: ShardId,
    /// At most two, the second after a merge. They may be trimmed away already.
    pub parents: Vec<ShardId>,
    pub hash_range: HashKeyRange,
    pub starting_sequence: SequenceNumber,
    /// Only closed shards have one.
    pub ending_sequence: Option<SequenceNumber>,
}

impl ShardSummary {
    pub fn is_open(&self) -> bool {
        self.ending_sequence.is_none()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    pub name: String,
    pub arn: String,
    pub status: String,
    pub created_at: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

impl Connection {
    /// One page of the stream list, by name.
    pub async fn stream_page(
        &self,
        start: Option<&StreamPageStart>,
    ) -> Result<StreamPage, KinesisError> {
        let request = self.0.client.list_streams().limit(STREAMS_PER_PAGE);
        let (request, after) = match start {
            None => (request, None),
            Some(StreamPageStart(PageStart::Token(token))) => (request.next_token(token), None),
            Some(StreamPageStart(PageStart::AfterName(name))) => (
                request.exclusive_start_stream_name(name),
                Some(name.as_str()),
            ),
        };
        let (output, _) = send!(self, Operation::ListStreams, request)?;
        let last = output.stream_names.last().cloned();
        let next = match (output.has_more_streams, output.next_token, last) {
            (true, Some(token), _) if !token.is_empty() => Some(PageStart::Token(token)),
            // a page that did not get on would be asked for ever
            (true, _, Some(last)) if after != Some(last.as_str()) => {
                Some(PageStart::AfterName(last))
            }
            _ => None,
        };
        let summaries = output.stream_summaries.unwrap_or_default();
        let streams = output
            .stream_names
            .iter()
            .filter_map(|name| listing(name, &summaries))
            .collect();
        Ok(StreamPage {
            streams,
            next: next.map(StreamPageStart),
        })
    }

    /// All streams, each once, by name.
    pub async fn streams(&self) -> Result<Vec<StreamListing>, KinesisError> {
        let mut streams = Vec::new();
        let mut seen = HashSet::new();
        let mut start = None;
        loop {
            let page = self.stream_page(start.as_ref()).await?;
            let before = seen.len();
            streams.extend(
                page.streams
                    .into_iter()
                    .filter(|stream| seen.insert(stream.name.clone())),
            );
            start = page.next;
            if start.is_none() || seen.len() == before {
                return Ok(streams);
            }
        }
    }

    /// `DescribeStreamSummary`.
    pub async fn stream(&self, name: &StreamName) -> Result<StreamSummary, KinesisError> {
        const OPERATION: Operation = Operation::DescribeStreamSummary;
        let request = self
            .0
            .client
            .describe_stream_summary()
            .stream_name(name.as_str());
        let (output, witness) = send!(self, OPERATION, request)?;
        let description = output.stream_description_summary;
        let description =
            description.ok_or_else(|| malformed(OPERATION, "it describes no stream"))?;
        summary(name, description, witness.server_time())
    }

    /// All shards, open and closed, each once, in the endpoint's order (parents first on AWS).
    pub async fn shards(&self, name: &StreamName) -> Result<Vec<ShardSummary>, KinesisError> {
        let mut shards: Vec<ShardSummary> = Vec::new();
        let mut seen = HashSet::new();
        let mut start = ShardsFrom::Beginning;
        loop {
            let page = self.shard_page(name, &start).await;
            let page = match (page, &start, shards.last()) {
                (Ok(page), ..) => page,
                // tokens live 300 s, and some endpoints cannot take their own: go on by the last name
                (Err(error), ShardsFrom::Token(_), Some(last)) if !error.is_retryable() => {
                    start = ShardsFrom::After(last.id.clone());
                    continue;
                }
                (Err(error), ..) => return Err(error),
            };
            let before = shards.len();
            shards.extend(
                page.shards
                    .into_iter()
                    .filter(|shard| seen.insert(shard.id.clone())),
            );
            match page.token {
                Some(token) if shards.len() > before => start = ShardsFrom::Token(token),
                _ => return Ok(shards),
            }
        }
    }

    /// Registered consumers (enhanced fan-out).
    pub async fn consumers(&self, arn: &StreamArn) -> Result<Vec<Consumer>, KinesisError> {
        let mut consumers: Vec<Consumer> = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = self
                .0
                .client
                .list_stream_consumers()
                .stream_arn(arn.as_str())
                .set_next_token(token);
            let (output, _) = send!(self, Operation::ListStreamConsumers, request)?;
            let is_empty = output.consumers().is_empty();
            consumers.extend(
                output
                    .consumers
                    .unwrap_or_default()
                    .into_iter()
                    .map(consumer),
            );
            token = output
                .next_token
                .filter(|token| !token.is_empty() && !is_empty);
            if token.is_none() {
                return Ok(consumers);
            }
        }
    }

    pub async fn tags(&self, name: &StreamName) -> Result<Vec<Tag>, KinesisError> {
        let mut tags: Vec<Tag> = Vec::new();
        loop {
            let last = tags.last().map(|tag| tag.key.clone());
            let request = self
                .0
                .client
                .list_tags_for_stream()
                .stream_name(name.as_str())
                .set_exclusive_start_tag_key(last);
            let (output, _) = send!(self, Operation::ListTagsForStream, request)?;
            let is_last = !output.has_more_tags || output.tags.is_empty();
            let page = output.tags.into_iter().map(|tag| Tag {
                key: tag.key,
                value: tag.value.unwrap_or_default(),
            });
            tags.extend(page);
            if is_last {
                return Ok(tags);
            }
        }
    }

    async fn shard_page(
        &self,
        name: &StreamName,
        start: &ShardsFrom,
    ) -> Result<ShardPage, KinesisError> {
        let request = self.0.client.list_shards();
        // a token stands for the stream too: the API refuses both together
        let request = match start {
            ShardsFrom::Beginning => request.stream_name(name.as_str()),
            ShardsFrom::Token(token) => request.next_token(token),
            ShardsFrom::After(id) => request
                .stream_name(name.as_str())
                .exclusive_start_shard_id(id.as_str()),
        };
        let (output, _) = send!(self, Operation::ListShards, request)?;
        let shards = output.shards.unwrap_or_default();
        Ok(ShardPage {
            shards: shards.iter().map(shard_summary).collect::<Result<_, _>>()?,
            token: output.next_token.filter(|token| !token.is_empty()),
        })
    }
}

enum ShardsFrom {
    Beginning,
    Token(String),
    After(ShardId),
}

struct ShardPage {
    shards: Vec<ShardSummary>,
    token: Option<String>,
}

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
fn listing(name: &str, summaries: &[types::StreamSummary]) -> Option<StreamListing> {
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

fn summary(
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

fn shard_summary(shard: &types::Shard) -> Result<ShardSummary, KinesisError> {
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

fn consumer(consumer: types::Consumer) -> Consumer {
    Consumer {
        created_at: millis(&consumer.consumer_creation_timestamp),
        status: consumer.consumer_status.as_str().to_owned(),
        name: consumer.consumer_name,
        arn: consumer.consumer_arn,
    }
}

fn malformed(operation: Operation, cause: impl std::fmt::Display) -> KinesisError {
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
