//! The event that Lambda hands to a function for a batch of Kinesis records, and what such a
//! function answers about records that failed.
//!
//! Shape and names are those of "Using AWS Lambda with Amazon Kinesis" (AWS Lambda Developer Guide,
//! example event) and of `ReportBatchItemFailures`. Nothing is sent from here.

use crate::ExchangeError;
use base64::{Engine, engine::general_purpose::STANDARD};
use record::{Millis, SequenceNumber, ShardId, StreamArn};
use serde::{Deserialize, Serialize, de::IgnoredAny};

/// What all records of an event share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LambdaSource {
    pub stream: StreamArn,
    /// The role that an event source mapping would poll with.
    pub invoke_identity_arn: String,
}

/// A record of an event, its bytes as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LambdaRecord<'a> {
    pub partition_key: &'a str,
    pub sequence: SequenceNumber,
    pub shard: &'a ShardId,
    pub arrival: Millis,
    pub data: &'a [u8],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    records: Vec<EventRecord<'a>>,
}

#[derive(Serialize)]
struct EventRecord<'a> {
    kinesis: Kinesis<'a>,
    #[serde(rename = "eventSource")]
    source: &'static str,
    #[serde(rename = "eventVersion")]
    version: &'static str,
    #[serde(rename = "eventID")]
    id: String,
    #[serde(rename = "eventName")]
    name: &'static str,
    #[serde(rename = "invokeIdentityArn")]
    invoke_identity: &'a str,
    #[serde(rename = "awsRegion")]
    region: &'a str,
    #[serde(rename = "eventSourceARN")]
    stream: &'a StreamArn,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kinesis<'a> {
    #[serde(rename = "kinesisSchemaVersion")]
    schema_version: &'static str,
    partition_key: &'a str,
    sequence_number: SequenceNumber,
    data: String,
    /// Seconds.
    approximate_arrival_timestamp: f64,
}

/// The event's JSON.
pub fn lambda_event(
    source: &LambdaSource,
    records: &[LambdaRecord<'_>],
) -> Result<String, ExchangeError> {
    let event = Event {
        records: records
            .iter()
            .map(|record| event_record(source, record))
            .collect(),
    };
    serde_json::to_string(&event).map_err(ExchangeError::Json)
}

fn event_record<'a>(source: &'a LambdaSource, record: &LambdaRecord<'a>) -> EventRecord<'a> {
    EventRecord {
        kinesis: Kinesis {
            schema_version: "1.0",
            partition_key: record.partition_key,
            sequence_number: record.sequence,
            data: STANDARD.encode(record.data),
            approximate_arrival_timestamp: record.arrival.as_secs_f64(),
        },
        source: "aws:kinesis",
        version: "1.0",
        id: format!("{}:{}", record.shard, record.sequence),
        name: "aws:kinesis:record",
        invoke_identity: &source.invoke_identity_arn,
        region: source.stream.region(),
        stream: &source.stream,
    }
}

/// The records that a function says it could not process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchFailures {
    /// Sequence numbers as the function wrote them.
    pub sequences: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    batch_item_failures: Option<Vec<Failure>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    #[serde(default)]
    item_identifier: Option<String>,
}

impl BatchFailures {
    /// Reads a function's answer. What names no failures is a success: an empty answer, `null`, any
    /// value that is no object. An empty or missing identifier fails the whole batch, which is told
    /// by an empty text (Lambda Developer Guide, "Success and failure conditions").
    pub fn read(answer: &[u8]) -> Result<Self, ExchangeError> {
        let trimmed = answer.trim_ascii();
        if !trimmed.starts_with(b"{") {
            return Ok(Self::default());
        }
        let answer: Answer = serde_json::from_slice(trimmed).map_err(ExchangeError::Answer)?;
        let failures = answer.batch_item_failures.unwrap_or_default();
        let sequence = |failure: Failure| failure.item_identifier.unwrap_or_default();
        Ok(Self {
            sequences: failures.into_iter().map(sequence).collect(),
        })
    }
}

/// Why a function failed, where a runtime interface emulator answers for it: it says so in the answer alone, with the
/// runtime's error object, and a timeout in plain text (its `handlers.go`). `None`: it ran to its end.
pub fn emulated_failure(answer: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Failure {
        error_message: IgnoredAny,
        error_type: String,
    }
    const MOST_CHARS: usize = 100;
    let limited = |text: &str| text.chars().take(MOST_CHARS).collect();
    let answer = answer.trim_ascii();
    if answer.starts_with(b"Task timed out after ") {
        return Some(limited(&String::from_utf8_lossy(answer)));
    }
    if !answer.starts_with(b"{") {
        return None;
    }
    let failure: Failure = serde_json::from_slice(answer).ok()?;
    let Failure {
        error_message: IgnoredAny,
        error_type,
    } = failure;
    Some(limited(&error_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_is_that_of_the_developer_guide() {
        let source = LambdaSource {
            stream: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"
                .parse()
                .expect("an ARN"),
            invoke_identity_arn: "arn:aws:iam::123456789012:role/lambda-role".into(),
        };
        let shard = "shardId-000000000006".parse().expect("a shard id");
        let record = LambdaRecord {
            partition_key: "1",
            sequence: "49590338271490256608559692538361571095921575989136588898"
                .parse()
                .expect("a sequence number"),
            shard: &shard,
            arrival: Millis(1_545_084_650_987),
            data: b"Hello, this is a test.",
        };
        let event = lambda_event(&source, &[record]).expect("an event");
        let expected = r#"{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"49590338271490256608559692538361571095921575989136588898","data":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==","approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}]}"#;
        assert_eq!(event, expected);
    }

    #[test]
    fn an_answer_without_failures_is_a_success() {
        for answer in [
            "",
            "null",
            "\"done\"",
            "{}",
            r#"{"batchItemFailures":[]}"#,
            r#"{"batchItemFailures":null}"#,
            "[1]",
        ] {
            let failures = BatchFailures::read(answer.as_bytes()).expect("an answer");
            assert_eq!(failures, BatchFailures::default(), "{answer}");
        }
    }

    #[test]
    fn an_emulator_tells_failures_in_its_answer() {
        let failure = |answer: &str| emulated_failure(answer.as_bytes());
        let raised =
            r#"{"errorMessage":"no","errorType":"ValueError","requestId":"1","stackTrace":[]}"#;
        assert_eq!(failure(raised).as_deref(), Some("ValueError"));
        let late = "Task timed out after 3.00 seconds";
        assert_eq!(failure(late).as_deref(), Some(late));
        for fine in [
            "",
            "null",
            "\"done\"",
            r#"{"batchItemFailures":[]}"#,
            r#"{"errorType":"a word of its own"}"#,
        ] {
            assert_eq!(failure(fine), None, "{fine}");
        }
    }

    #[test]
    fn failures_are_named_by_their_sequence_numbers() {
        let answer = br#"{"batchItemFailures":[{"itemIdentifier":"49"},{"itemIdentifier":""},{}]}"#;
        let failures = BatchFailures::read(answer).expect("an answer");
        assert_eq!(failures.sequences, ["49", "", ""]);
        assert!(BatchFailures::read(br#"{"batchItemFailures":1}"#).is_err());
    }
}
