//! Which calls these credentials may make here. Each reading call is made once, about one stream; a call that writes is
//! never made to find out.
//!
//! It says what was answered now and about that stream: a policy may say something else about another one.

use crate::{Connection, KinesisError, Operation, Start, clients::once, connection::send};
use record::{ShardId, StreamName};

/// What asking has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// The stream that was asked about; `None` where none was named and none is listed.
    pub stream: Option<StreamName>,
    /// Its ARN, where a call told it.
    pub arn: Option<String>,
    /// In the order in which they were asked.
    pub operations: Vec<CallPermission>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPermission {
    pub operation: Operation,
    pub allowed: Allowed,
    /// Why not, or why it is not known, in the endpoint's words where there are any; else empty.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    Yes,
    No,
    /// The answer was about something else, or there was none.
    Unknown,
    /// It writes: only writing would tell.
    NotTried,
}

/// The first shard of a stream that was never split: asked about where the shards may not be listed.
const FIRST_SHARD: &str = "shardId-000000000000";
const NO_STREAM: &str = "there is no stream to ask about";
const NO_ARN: &str = "it is asked by the stream's ARN, which no answer has told";
const NO_ITERATOR: &str = "it needs a shard iterator, which was not given";

impl Connection {
    /// Asks about this stream, or else about the first one that is listed: seven calls at most, each once, one of them
    /// a read of at most one record at the tip of one shard.
    pub async fn permissions(&self, stream: Option<StreamName>) -> Permissions {
        let mut asked = Asked::default();
        let listed = self.first_stream().await;
        let first = asked.note(Operation::ListStreams, listed).flatten();
        let stream = stream.or(first);
        match &stream {
            Some(stream) => self.ask_about(stream, &mut asked).await,
            None => {
                for operation in OF_A_STREAM {
                    asked.unknown(operation, NO_STREAM);
                }
            }
        }
        for operation in [Operation::PutRecord, Operation::PutRecords] {
            asked.add(operation, Allowed::NotTried, String::new());
        }
        Permissions {
            stream,
            arn: asked.arn,
            operations: asked.operations,
        }
    }

    async fn first_stream(&self) -> Result<Option<StreamName>, KinesisError> {
        let request = self.0.client.list_streams().limit(1);
        let (output, _) = send!(self, Operation::ListStreams, request, override once())?;
        let first = output.stream_names.first();
        Ok(first.and_then(|name| name.parse().ok()))
    }

    async fn ask_about(&self, stream: &StreamName, asked: &mut Asked) {
        let client = &self.0.client;
        let name = stream.as_str();

        let summary = client.describe_stream_summary().stream_name(name);
        let summary = send!(self, Operation::DescribeStreamSummary, summary, override once());
        asked.arn = asked
            .note(Operation::DescribeStreamSummary, summary)
            .and_then(|(output, _)| output.stream_description_summary)
            .map(|summary| summary.stream_arn);

        let shards = client.list_shards().stream_name(name).max_results(1);
        let shards = send!(self, Operation::ListShards, shards, override once());
        let shard = asked
            .note(Operation::ListShards, shards)
            .and_then(|(output, _)| Some(output.shards?.first()?.shard_id.clone()));

        if let Some(arn) = asked.arn.clone() {
            let consumers = client.list_stream_consumers().stream_arn(arn);
            let consumers = send!(self, Operation::ListStreamConsumers, consumers, override once());
            asked.note(Operation::ListStreamConsumers, consumers);
        } else {
            asked.unknown(Operation::ListStreamConsumers, NO_ARN);
        }

        let tags = client.list_tags_for_stream().stream_name(name);
        let tags = send!(self, Operation::ListTagsForStream, tags, override once());
        asked.note(Operation::ListTagsForStream, tags);

        let shard = shard.unwrap_or_else(|| FIRST_SHARD.to_owned());
        self.ask_to_read(stream, &shard, asked).await;
    }

    async fn ask_to_read(&self, stream: &StreamName, shard: &str, asked: &mut Asked) {
        let iterator = match shard.parse::<ShardId>() {
            Ok(shard) => {
                let iterator = self.iterator(stream, &shard, &Start::Latest).await;
                asked.note(Operation::GetShardIterator, iterator)
            }
            Err(error) => {
                asked.add(
                    Operation::GetShardIterator,
                    Allowed::Unknown,
                    error.to_string(),
                );
                None
            }
        };
        match iterator {
            Some(iterator) => {
                let page = self.records(&iterator, 1).await;
                asked.note(Operation::GetRecords, page);
            }
            None => asked.unknown(Operation::GetRecords, NO_ITERATOR),
        }
    }
}

const OF_A_STREAM: [Operation; 6] = [
    Operation::DescribeStreamSummary,
    Operation::ListShards,
    Operation::ListStreamConsumers,
    Operation::ListTagsForStream,
    Operation::GetShardIterator,
    Operation::GetRecords,
];

#[derive(Default)]
struct Asked {
    arn: Option<String>,
    operations: Vec<CallPermission>,
}

impl Asked {
    /// Notes what an answer means; what it answered, where it did.
    fn note<T>(&mut self, operation: Operation, answer: Result<T, KinesisError>) -> Option<T> {
        match answer {
            Ok(answer) => {
                self.add(operation, Allowed::Yes, String::new());
                Some(answer)
            }
            Err(error) => {
                self.add(operation, refused(&error), error.to_string());
                None
            }
        }
    }

    fn unknown(&mut self, operation: Operation, why: &str) {
        self.add(operation, Allowed::Unknown, why.to_owned());
    }

    fn add(&mut self, operation: Operation, allowed: Allowed, why: String) {
        self.operations.push(CallPermission {
            operation,
            allowed,
            why,
        });
    }
}

/// Only a denial is a no, and what an endpoint does not offer: imitations deny what they lack. A stream that is not
/// there, or an endpoint that is slow, says nothing about who may ask.
fn refused(error: &KinesisError) -> Allowed {
    match error {
        KinesisError::AccessDenied { .. }
        | KinesisError::EncryptionKey { .. }
        | KinesisError::Unsupported { .. } => Allowed::No,
        _ => Allowed::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_a_no_and_other_failures_are_unknown() {
        let cause = || "why".to_owned();
        let operation = Operation::GetRecords;
        for no in [
            KinesisError::AccessDenied {
                action: operation.action(),
                cause: cause(),
            },
            KinesisError::EncryptionKey { cause: cause() },
            KinesisError::Unsupported {
                operation,
                cause: cause(),
            },
        ] {
            assert_eq!(refused(&no), Allowed::No, "{no}");
        }
        for unknown in [
            KinesisError::Throttled {
                operation,
                cause: cause(),
            },
            KinesisError::NotFound {
                operation,
                region: "eu-west-1".to_owned(),
                cause: cause(),
            },
            KinesisError::Timeout {
                operation,
                host: "kinesis.eu-west-1.amazonaws.com".to_owned(),
            },
        ] {
            assert_eq!(refused(&unknown), Allowed::Unknown, "{unknown}");
        }
    }
}
