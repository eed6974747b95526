//! The last calls to an endpoint, attempt by attempt, for a person who wants to know what was asked of it.
//!
//! It keeps names, limits and sizes; nothing that stands in a record, and no token: only that there was one.

use crate::{Operation, schemas::SchemaVersionAsked};
use aws_sdk_kinesis::operation::{
    create_stream::CreateStreamInput, delete_stream::DeleteStreamInput,
    describe_stream_summary::DescribeStreamSummaryInput, get_records::GetRecordsInput,
    get_shard_iterator::GetShardIteratorInput, list_shards::ListShardsInput,
    list_stream_consumers::ListStreamConsumersInput, list_streams::ListStreamsInput,
    list_tags_for_stream::ListTagsForStreamInput, put_record::PutRecordInput,
    put_records::PutRecordsInput,
};
use aws_sdk_kinesis::types::ShardIteratorType;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_types::DateTime;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many attempts are kept for a connection; older ones are forgotten.
pub const CALLS_KEPT: usize = 2_000;

/// The option of a call that goes on from an answer before it; what its token says is not kept.
const NEXT_TOKEN: &str = "next-token";

/// One attempt of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// From 1, in the order in which attempts ended.
    pub number: u64,
    pub operation: Operation,
    pub subject: Subject,
    pub ended: Instant,
    pub took: Duration,
    pub outcome: CallOutcome,
    /// 1 for the first of its call.
    pub attempt: u32,
    /// Of the answer's body.
    pub received_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    Answered,
    Throttled,
    /// The endpoint's code, or what failed on the way.
    Failed(String),
}

/// What a call was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub stream: Option<String>,
    pub shard: Option<String>,
    /// Other options as the AWS CLI names them, without dashes.
    pub options: Vec<(&'static str, String)>,
}

impl Subject {
    pub(crate) fn of(input: &Input) -> Self {
        let mut subject = Self::default();
        if let Some(input) = input.downcast_ref::<ListStreamsInput>() {
            subject.option("limit", input.limit());
            subject.option(
                "exclusive-start-stream-name",
                input.exclusive_start_stream_name(),
            );
            subject.next_token(input.next_token());
        } else if let Some(input) = input.downcast_ref::<DescribeStreamSummaryInput>() {
            subject.stream(input.stream_name(), input.stream_arn());
        } else if let Some(input) = input.downcast_ref::<ListShardsInput>() {
            subject.stream(input.stream_name(), input.stream_arn());
            subject.option("max-results", input.max_results());
            subject.option("exclusive-start-shard-id", input.exclusive_start_shard_id());
            subject.next_token(input.next_token());
        } else if let Some(input) = input.downcast_ref::<ListStreamConsumersInput>() {
            subject.stream(None, input.stream_arn());
            subject.option("stream-arn", input.stream_arn());
            subject.next_token(input.next_token());
        } else if let Some(input) = input.downcast_ref::<ListTagsForStreamInput>() {
            subject.stream(input.stream_name(), input.stream_arn());
            subject.option("exclusive-start-tag-key", input.exclusive_start_tag_key());
        } else if let Some(input) = input.downcast_ref::<GetShardIteratorInput>() {
            subject.iterator(input);
        } else if let Some(input) = input.downcast_ref::<GetRecordsInput>() {
            subject.option("limit", input.limit());
        } else if let Some(input) = input.downcast_ref::<PutRecordInput>() {
            subject.stream(input.stream_name(), input.stream_arn());
        } else if let Some(input) = input.downcast_ref::<PutRecordsInput>() {
            subject.stream(input.stream_name(), input.stream_arn());
        } else if let Some(input) = input.downcast_ref::<CreateStreamInput>() {
            subject.stream(input.stream_name(), None);
            subject.option("shard-count", input.shard_count());
        } else if let Some(input) = input.downcast_ref::<DeleteStreamInput>() {
            subject.stream(input.stream_name(), input.stream_arn());
        } else if let Some(input) = input.downcast_ref::<SchemaVersionAsked>() {
            subject.option("schema-version-id", Some(&input.id));
        }
        subject
    }

    fn iterator(&mut self, input: &GetShardIteratorInput) {
        self.stream(input.stream_name(), input.stream_arn());
        self.shard = input.shard_id().map(str::to_owned);
        let kind = input.shard_iterator_type().map(ShardIteratorType::as_str);
        self.option("shard-iterator-type", kind);
        self.option("starting-sequence-number", input.starting_sequence_number());
        self.option("timestamp", input.timestamp().map(DateTime::as_secs_f64));
    }

    /// By name, or by the end of its ARN.
    fn stream(&mut self, name: Option<&str>, arn: Option<&str>) {
        let of_arn = arn
            .and_then(|arn| arn.rsplit_once('/'))
            .map(|(_, name)| name);
        self.stream = name.or(of_arn).map(str::to_owned);
    }

    fn next_token(&mut self, token: Option<&str>) {
        self.option(NEXT_TOKEN, token.map(|_| '…'));
    }

    fn option(&mut self, name: &'static str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.options.push((name, value.to_string()));
        }
    }
}

/// The calls that are kept; it never holds more than [`CALLS_KEPT`].
#[derive(Debug, Default)]
pub(crate) struct CallLog(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    count: u64,
    calls: VecDeque<Call>,
}

impl CallLog {
    /// `call` with the number that it is given here.
    pub(crate) fn add(&self, mut call: Call) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.count += 1;
        call.number = kept.count;
        if kept.calls.len() == CALLS_KEPT {
            kept.calls.pop_front();
        }
        kept.calls.push_back(call);
    }

    /// Those that are kept and came after this number, oldest first.
    pub(crate) fn after(&self, number: u64) -> Vec<Call> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.calls.partition_point(|call| call.number <= number);
        kept.calls.range(first..).cloned().collect()
    }
}

/// What an answer that is none says of itself: its code in the body, where it is a word.
pub(crate) fn code_in(body: &[u8]) -> Option<String> {
    const LOOKED_AT: usize = 1024;
    let head = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]).into_owned();
    let (_, rest) = head.split_once("\"__type\"")?;
    let code = rest.split('"').nth(1)?.rsplit('#').next()?;
    let is_word = !code.is_empty() && code.len() <= 80;
    (is_word && code.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operation: Operation) -> Call {
        Call {
            number: 0,
            operation,
            subject: Subject::default(),
            ended: Instant::now(),
            took: Duration::from_millis(3),
            outcome: CallOutcome::Answered,
            attempt: 1,
            received_bytes: 12,
        }
    }

    #[test]
    fn the_oldest_are_forgotten_and_numbers_go_on() {
        let log = CallLog::default();
        for _ in 0..CALLS_KEPT + 10 {
            log.add(call(Operation::GetRecords));
        }
        let all = log.after(0);
        assert_eq!(all.len(), CALLS_KEPT);
        assert_eq!(all[0].number, 11);
        let last = log.after(CALLS_KEPT as u64 + 8);
        let numbers: Vec<u64> = last.iter().map(|call| call.number).collect();
        assert_eq!(numbers, [2_009, 2_010]);
        assert!(log.after(2_010).is_empty());
    }

    #[test]
    fn a_code_is_a_word_or_nothing() {
        let code = |body: &str| code_in(body.as_bytes());
        assert_eq!(
            code(r#"{"__type":"com.amazonaws#ResourceNotFoundException","message":"x"}"#)
                .as_deref(),
            Some("ResourceNotFoundException")
        );
        assert_eq!(
            code(r#"{"__type": "Throttling"}"#).as_deref(),
            Some("Throttling")
        );
        assert_eq!(code(r#"{"__type":"<script>"}"#), None);
        assert_eq!(code("<html>"), None);
        assert_eq!(code(r#"{"__type""#), None);
    }

    #[test]
    fn a_subject_has_names_and_no_tokens() {
        let iterator = GetShardIteratorInput::builder()
            .stream_name("orders")
            .shard_id("shardId-000000000002")
            .shard_iterator_type("AFTER_SEQUENCE_NUMBER".into())
            .starting_sequence_number("4965")
            .build()
            .expect("input");
        let subject = Subject::of(&Input::erase(iterator));
        assert_eq!(subject.stream.as_deref(), Some("orders"));
        assert_eq!(subject.shard.as_deref(), Some("shardId-000000000002"));
        assert_eq!(
            subject.options,
            [
                ("shard-iterator-type", "AFTER_SEQUENCE_NUMBER".to_owned()),
                ("starting-sequence-number", "4965".to_owned()),
            ]
        );
        let records = GetRecordsInput::builder()
            .shard_iterator("AAAA-secret")
            .limit(10)
            .build()
            .expect("input");
        let subject = Subject::of(&Input::erase(records));
        assert_eq!(subject.options, [("limit", "10".to_owned())]);
        let page = ListShardsInput::builder().next_token("AAAA-secret").build();
        let subject = Subject::of(&Input::erase(page.expect("input")));
        assert_eq!(subject.options, [("next-token", "…".to_owned())]);
    }
}
