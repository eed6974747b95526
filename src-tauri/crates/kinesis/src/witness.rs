//! What one call's attempts come to: it counts them, logs them, and keeps the `Date` of the last answer.
//!
//! An interceptor of the SDK's; it never delays, and refuses only answers that are too large.

use crate::{
    calls::{Call, CallOutcome, Subject, code_in},
    meter::{Counters, Counts, Operation},
};
use aws_smithy_runtime_api::client::{
    interceptors::{
        Intercept,
        context::{
            BeforeDeserializationInterceptorContextMut, BeforeDeserializationInterceptorContextRef,
            BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
            FinalizerInterceptorContextRef,
        },
    },
    orchestrator::{HttpResponse, OrchestratorError},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{
    DateTime,
    body::SdkBody,
    config_bag::{ConfigBag, Storable, StoreReplace},
    date_time::Format,
};
use http_body_util::{LengthLimitError, Limited};
use record::{Millis, ShardId, StreamName};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const NO_TIME: i64 = i64::MIN;
/// `GetRecords` answers at most 10 MiB of data, which base64 and field names make less than 32 of.
/// Imitations may answer anything, and need not say how much it will be.
pub(crate) const ANSWER_BYTES_MAX: u64 = 32 << 20;

/// Whether reading an answer ended at [`ANSWER_BYTES_MAX`].
pub(crate) fn is_over_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(<dyn std::error::Error>::is::<LengthLimitError>)
}

/// A shard of a stream, for calls that name it by an iterator only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub stream: StreamName,
    pub shard: ShardId,
}

/// What is asked by the call under way.
#[derive(Debug)]
struct Asking(Subject);

impl Storable for Asking {
    type Storer = StoreReplace<Self>;
}

/// When its attempt under way began.
#[derive(Debug)]
struct Began(Instant);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

/// Watches the attempts of one call: counts them, and keeps the `Date` of the last answer.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    operation: Operation,
    counts: Arc<Counts>,
    notes: Arc<Notes>,
    place: Option<Arc<Place>>,
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
            place: None,
            is_of_single_attempts: false,
        }
    }

    /// With the shard that the call is about, where its input does not say it.
    pub(crate) fn of(self, place: Option<&Arc<Place>>) -> Self {
        Self {
            place: place.cloned(),
            ..self
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

    /// Whether it was a throttle.
    fn note(&self, response: &HttpResponse, counters: &Counters) -> bool {
        let body = response.body().bytes().unwrap_or_default();
        counters
            .received_bytes
            .fetch_add(body.len() as u64, Relaxed);
        let status = response.status();
        let throttled = !status.is_success() && is_throttle(status.as_u16(), body);
        if throttled {
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
        throttled
    }

    fn subject(&self, config: &ConfigBag) -> Subject {
        let asked = config.load::<Asking>();
        let mut subject = asked.map(|asked| asked.0.clone()).unwrap_or_default();
        if let Some(place) = &self.place {
            subject.stream = Some(place.stream.as_str().to_owned());
            subject.shard = Some(place.shard.as_str().to_owned());
        }
        subject
    }

    fn log(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        config: &ConfigBag,
        attempt: u32,
        throttled: bool,
    ) {
        let ended = Instant::now();
        let began = config.load::<Began>().map_or(ended, |began| began.0);
        let response = context.response();
        let body = response.and_then(|response| response.body().bytes());
        self.counts.log().add(Call {
            number: 0,
            operation: self.operation,
            subject: self.subject(config),
            ended,
            took: ended.saturating_duration_since(began),
            outcome: outcome(context, throttled),
            attempt,
            received_bytes: body.map_or(0, |body| body.len() as u64),
        });
    }
}

fn outcome(context: &FinalizerInterceptorContextRef<'_>, throttled: bool) -> CallOutcome {
    let error = match context.output_or_error() {
        Some(Ok(_)) => return CallOutcome::Answered,
        Some(Err(error)) => Some(error),
        None => None,
    };
    if throttled {
        return CallOutcome::Throttled;
    }
    let why = match context.response() {
        Some(response) if !response.status().is_success() => {
            let code = response.body().bytes().and_then(code_in);
            code.unwrap_or_else(|| format!("HTTP {}", response.status().as_u16()))
        }
        Some(_) => "the answer could not be read".to_owned(),
        None if error.is_some_and(OrchestratorError::is_timeout_error) => {
            "no answer in time".to_owned()
        }
        None => "no answer".to_owned(),
    };
    CallOutcome::Failed(why)
}

impl Intercept for Witness {
    fn name(&self) -> &'static str {
        "Witness"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let subject = Subject::of(context.input());
        config.interceptor_state().store_put(Asking(subject));
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
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
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let counters = self.counts.of(self.operation);
        counters.calls.fetch_add(1, Relaxed);
        let before = if self.is_of_single_attempts {
            0
        } else {
            self.notes.attempts.fetch_add(1, Relaxed)
        };
        if before > 0 {
            counters.retries.fetch_add(1, Relaxed);
        }
        if !matches!(context.output_or_error(), Some(Ok(_))) {
            counters.errors.fetch_add(1, Relaxed);
        }
        let response = context.response();
        let throttled = response.is_some_and(|response| self.note(response, counters));
        self.log(context, config, before + 1, throttled);
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
}
