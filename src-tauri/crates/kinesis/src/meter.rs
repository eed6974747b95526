//! Counts of what was asked of an endpoint: calls, retries, throttles, errors, bytes.
//!
//! It sees every attempt, also those that the SDK repeats by itself. It counts and never delays.

use aws_smithy_runtime_api::client::{
    interceptors::{
        Intercept,
        context::{
            BeforeDeserializationInterceptorContextMut, BeforeDeserializationInterceptorContextRef,
            FinalizerInterceptorContextRef,
        },
    },
    orchestrator::HttpResponse,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{DateTime, body::SdkBody, config_bag::ConfigBag, date_time::Format};
use http_body_util::{LengthLimitError, Limited};
use record::Millis;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

macro_rules! operations {
    ($($variant:ident),+ $(,)?) => {
        /// The API operations that this program calls.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $($variant),+ }

        impl Operation {
            pub const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }
        }
    };
}

operations!(
    ListStreams,
    DescribeStreamSummary,
    ListShards,
    ListStreamConsumers,
    ListTagsForStream,
    GetShardIterator,
    GetRecords,
    PutRecord,
    PutRecords,
    GetCallerIdentity,
);

impl Operation {
    /// The IAM action that allows it.
    pub fn action(self) -> String {
        let service = if self == Self::GetCallerIdentity {
            "sts"
        } else {
            "kinesis"
        };
        format!("{service}:{}", self.name())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What one connection has asked so far, by operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    pub operations: Vec<OperationCount>,
}

impl Meter {
    pub fn of(&self, operation: Operation) -> OperationCount {
        let found = self
            .operations
            .iter()
            .find(|count| count.operation == operation);
        found.copied().unwrap_or(OperationCount::none(operation))
    }

    pub fn total(&self, what: impl Fn(&OperationCount) -> u64) -> u64 {
        self.operations.iter().map(what).sum()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationCount {
    pub operation: Operation,
    /// Attempts: what the endpoint has to serve.
    pub calls: u64,
    /// Attempts after the first of their call.
    pub retries: u64,
    pub throttles: u64,
    /// Attempts that failed, throttles included.
    pub errors: u64,
    /// Bytes of the answers' bodies.
    pub received_bytes: u64,
}

impl OperationCount {
    fn none(operation: Operation) -> Self {
        Self {
            operation,
            calls: 0,
            retries: 0,
            throttles: 0,
            errors: 0,
            received_bytes: 0,
        }
    }
}

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU64,
    retries: AtomicU64,
    throttles: AtomicU64,
    errors: AtomicU64,
    received_bytes: AtomicU64,
}

/// The counters behind [`Meter`].
#[derive(Debug, Default)]
pub(crate) struct Counts([Counters; Operation::ALL.len()]);

impl Counts {
    pub(crate) fn tried_again(&self, operation: Operation) {
        self.0[operation as usize].retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Meter {
        let count = |operation: Operation| {
            let counters = &self.0[operation as usize];
            OperationCount {
                operation,
                calls: counters.calls.load(Relaxed),
                retries: counters.retries.load(Relaxed),
                throttles: counters.throttles.load(Relaxed),
                errors: counters.errors.load(Relaxed),
                received_bytes: counters.received_bytes.load(Relaxed),
            }
        };
        Meter {
            operations: Operation::ALL
                .into_iter()
                .map(count)
                .filter(|count| count.calls > 0)
                .collect(),
        }
    }
}

const NO_TIME: i64 = i64::MIN;
/// `GetRecords` answers at most 10 MiB of data, which base64 and field names make less than 32 of.
/// Imitations may answer anything, and need not say how much it will be.
pub(crate) const ANSWER_BYTES_MAX: u64 = 32 << 20;

/// Whether reading an answer ended at [`ANSWER_BYTES_MAX`].
pub(crate) fn is_over_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(<dyn std::error::Error>::is::<LengthLimitError>)
}

/// Watches the attempts of one call: counts them, and keeps the `Date` of the last answer.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    operation: Operation,
    counts: Arc<Counts>,
    notes: Arc<Notes>,
    /// Of many calls, each with one attempt: none of them is a retry.
    is_of_single_attempts: bool,
}

#[derive(Debug)]
struct Notes {
    attempts: AtomicU32,
    throttled: AtomicBool,
    /// Of an answer that was refused for its size; else 0.
    oversized: AtomicU64,
    server_time: AtomicI64,
}

impl Witness {
    pub(crate) fn new(operation: Operation, counts: &Arc<Counts>) -> Self {
        let notes = Notes {
            attempts: AtomicU32::new(0),
            throttled: AtomicBool::new(false),
            oversized: AtomicU64::new(0),
            server_time: AtomicI64::new(NO_TIME),
        };
        Self {
            operation,
            counts: Arc::clone(counts),
            notes: Arc::new(notes),
            is_of_single_attempts: false,
        }
    }

    /// For a client whose calls are never repeated: one for all of them. Its notes mean nothing.
    pub(crate) fn of_single_attempts(operation: Operation, counts: &Arc<Counts>) -> Self {
        Self {
            is_of_single_attempts: true,
            ..Self::new(operation, counts)
        }
    }

    /// The last answer's `Date` header: whole seconds, rounded down.
    pub(crate) fn server_time(&self) -> Option<Millis> {
        Some(self.notes.server_time.load(Relaxed))
            .filter(|&time| time != NO_TIME)
            .map(Millis)
    }

    /// An attempt of this call was throttled.
    pub(crate) fn was_throttled(&self) -> bool {
        self.notes.throttled.load(Relaxed)
    }

    /// The announced size of an answer that was not taken.
    pub(crate) fn oversized(&self) -> Option<u64> {
        Some(self.notes.oversized.load(Relaxed)).filter(|&bytes| bytes > 0)
    }

    fn note(&self, response: &HttpResponse, counters: &Counters) {
        let body = response.body().bytes().unwrap_or_default();
        counters
            .received_bytes
            .fetch_add(body.len() as u64, Relaxed);
        let status = response.status();
        if !status.is_success() && is_throttle(status.as_u16(), body) {
            counters.throttles.fetch_add(1, Relaxed);
            self.notes.throttled.store(true, Relaxed);
        }
        let date = response
            .headers()
            .get("date")
            .and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date {
            self.notes
                .server_time
                .store(date.secs().saturating_mul(1000), Relaxed);
        }
    }
}

impl Intercept for Witness {
    fn name(&self) -> &'static str {
        "Witness"
    }

    /// Before the body is read.
    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let length = context.response().headers().get("content-length");
        match length.and_then(|length| length.parse().ok()) {
            Some(bytes) if bytes > ANSWER_BYTES_MAX => {
                self.notes.oversized.store(bytes, Relaxed);
                Err("the answer is too large".into())
            }
            _ => Ok(()),
        }
    }

    /// What announces no size is read up to the limit.
    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        if body.bytes().is_none() {
            let unlimited = std::mem::replace(body, SdkBody::taken());
            let limit = usize::try_from(ANSWER_BYTES_MAX).unwrap_or(usize::MAX);
            *body = SdkBody::from_body_1_x(Limited::new(unlimited, limit));
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let counters = &self.counts.0[self.operation as usize];
        counters.calls.fetch_add(1, Relaxed);
        if !self.is_of_single_attempts && self.notes.attempts.fetch_add(1, Relaxed) > 0 {
            counters.retries.fetch_add(1, Relaxed);
        }
        if !matches!(context.output_or_error(), Some(Ok(_))) {
            counters.errors.fetch_add(1, Relaxed);
        }
        if let Some(response) = context.response() {
            self.note(response, counters);
        }
        Ok(())
    }
}

/// AWS names the throttle in the body; imitations may say it with the status alone.
fn is_throttle(status: u16, body: &[u8]) -> bool {
    const LOOKED_AT: usize = 1024;
    let head = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
    status == 429
        || crate::classify::THROTTLE_CODES
            .iter()
            .any(|code| head.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttle_is_known_by_its_code_or_status() {
        assert!(is_throttle(
            400,
            br#"{"__type":"ProvisionedThroughputExceededException"}"#
        ));
        assert!(is_throttle(429, b""));
        assert!(!is_throttle(
            400,
            br#"{"__type":"ResourceNotFoundException"}"#
        ));
        assert!(!is_throttle(500, b"<html>"));
    }

    #[test]
    fn actions_are_named_as_in_a_policy() {
        assert_eq!(Operation::GetRecords.action(), "kinesis:GetRecords");
        assert_eq!(
            Operation::GetCallerIdentity.action(),
            "sts:GetCallerIdentity"
        );
    }
}
