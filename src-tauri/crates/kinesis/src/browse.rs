//! What an endpoint holds: streams, shards, consumers, tags. Reads no records.
//!
//! `ListShards` and `DescribeStreamSummary`, never the old `DescribeStream` loop. Paging is done as
//! AWS documents it and, where an imitation cannot, by naming the last item seen.

use crate::{
    Connection, KinesisError, Operation,
    answers::{consumer, listing, malformed, shard_summary, summary},
    connection::send,
};
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

    /// Registered consumers (enhanced fan-out), each once.
    pub async fn consumers(&self, arn: &StreamArn) -> Result<Vec<Consumer>, KinesisError> {
        let mut consumers: Vec<Consumer> = Vec::new();
        let mut seen = HashSet::new();
        let mut token: Option<String> = None;
        loop {
            let request = self
                .0
                .client
                .list_stream_consumers()
                .stream_arn(arn.as_str())
                .set_next_token(token);
            let (output, _) = send!(self, Operation::ListStreamConsumers, request)?;
            let before = consumers.len();
            let page = output.consumers.unwrap_or_default().into_iter();
            let new = page.map(consumer);
            consumers.extend(new.filter(|consumer| seen.insert(consumer.arn.clone())));
            let gets_on = consumers.len() > before;
            token = output
                .next_token
                .filter(|token| !token.is_empty() && gets_on);
            if token.is_none() {
                return Ok(consumers);
            }
        }
    }

    pub async fn tags(&self, name: &StreamName) -> Result<Vec<Tag>, KinesisError> {
        let mut tags: Vec<Tag> = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let last = tags.last().map(|tag| tag.key.clone());
            let request = self
                .0
                .client
                .list_tags_for_stream()
                .stream_name(name.as_str())
                .set_exclusive_start_tag_key(last);
            let (output, _) = send!(self, Operation::ListTagsForStream, request)?;
            let before = tags.len();
            let page = output.tags.into_iter().map(|tag| Tag {
                key: tag.key,
                value: tag.value.unwrap_or_default(),
            });
            tags.extend(page.filter(|tag: &Tag| seen.insert(tag.key.clone())));
            if !output.has_more_tags || tags.len() == before {
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
