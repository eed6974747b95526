//! What became of a record that was put: written, certainly not written, or nobody knows.
//!
//! From the SDK's answers to that, once and here. It retries nothing; whoever retries must know that
//! an [`Unclear`](Outcome::Unclear) record may be in the stream already. In doubt it is unclear.

use crate::classify::{THROTTLE_CODES, chain, limited};
use aws_sdk_kinesis::types::PutRecordsResultEntry;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use record::{SequenceNumber, ShardId};
use std::error::Error;

/// Of one record in one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint said where the record is.
    Acknowledged {
        shard: ShardId,
        sequence: SequenceNumber,
    },
    /// Certainly not written.
    Refused {
        refusal: Refusal,
        /// AWS's error code, or a word of ours where no answer came.
        code: String,
        message: String,
    },
    /// A timeout, a 5xx or a connection lost after sending: it may have been written.
    Unclear { cause: String },
}

/// Whether a refusal's code says "slow down", where only the code is left of it.
pub fn says_slow_down(code: &str) -> bool {
    code == TOO_MANY || refusal_of(code) == Refusal::Throttled
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The shard, the stream or the account takes no more just now.
    Throttled,
    /// It may be well the next time: nobody answered at the address, the service was busy.
    Passing,
    /// It stays so until a person does something: permissions, credentials, keys, arguments.
    Barred,
    /// Nothing left this program: the permission to write is over.
    Withheld,
}

impl Outcome {
    pub fn is_acknowledged(&self) -> bool {
        matches!(self, Self::Acknowledged { .. })
    }

    pub fn is_throttled(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                refusal: Refusal::Throttled,
                ..
            }
        )
    }

    /// Whether anything was tried at all.
    pub fn is_withheld(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                refusal: Refusal::Withheld,
                ..
            }
        )
    }

    pub(crate) fn withheld(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::refused(Refusal::Withheld, code, message)
    }

    pub(crate) fn barred(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::refused(Refusal::Barred, code, message)
    }

    fn refused(refusal: Refusal, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Refused {
            refusal,
            code: code.into(),
            message: message.into(),
        }
    }

    fn unclear(cause: impl Into<String>) -> Self {
        Self::Unclear {
            cause: cause.into(),
        }
    }
}

pub(super) fn acknowledged(shard: &str, sequence: &str) -> Outcome {
    match (shard.parse(), sequence.parse()) {
        (Ok(shard), Ok(sequence)) => Outcome::Acknowledged { shard, sequence },
        _ => Outcome::unclear("the endpoint did not say where the record is"),
    }
}

/// Of one entry of a `PutRecords` call that was answered with 200.
pub(super) fn of_entry(entry: &PutRecordsResultEntry) -> Outcome {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if let Some(code) = text(&entry.error_code) {
        let message = limited(entry.error_message().unwrap_or_default());
        // the API reference: an entry with an error code was not processed
        let refusal = match code.as_str() {
            "InternalFailure" => Refusal::Passing,
            code => refusal_of(code),
        };
        return Outcome::refused(refusal, code, message);
    }
    acknowledged(
        entry.shard_id().unwrap_or_default(),
        entry.sequence_number().unwrap_or_default(),
    )
}

/// Of a whole call that failed.
pub(crate) fn of_failure<E>(error: &SdkError<E, HttpResponse>) -> Outcome
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => Outcome::barred("NotSent", chain(error)),
        SdkError::DispatchFailure(failure) => {
            let cause = chain(error);
            let is_of_the_line = failure.is_io() || failure.is_timeout();
            // hyper's word for everything before the connection stands; its type is not reachable
            if cause.contains("client error (Connect)") {
                Outcome::refused(Refusal::Passing, "Unreachable", cause)
            } else if !is_of_the_line && has_no_credentials(&cause) {
                Outcome::barred("Credentials", cause)
            } else {
                Outcome::unclear(cause)
            }
        }
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            let message = limited(answer.err().message().unwrap_or_default());
            match answer.err().code() {
                Some(code) if status < 500 => Outcome::refused(refusal_of(code), code, message),
                Some(code) => Outcome::unclear(format!("HTTP {status}: {code}: {message}")),
                None => of_foreign(status),
            }
        }
        SdkError::ResponseError(answer) => of_foreign(answer.raw().status().as_u16()),
        SdkError::TimeoutError(_) => Outcome::unclear("no answer came in time"),
        error => Outcome::unclear(chain(error)),
    }
}

/// The code of an answer that has none.
const TOO_MANY: &str = "HTTP 429";

/// An answer without an error code: a proxy's page, an imitation's empty body.
fn of_foreign(status: u16) -> Outcome {
    let code = format!("HTTP {status}");
    match status {
        429 => Outcome::refused(Refusal::Throttled, TOO_MANY, "no error code"),
        // the request came in part only; what was done with it is not said
        408 => Outcome::unclear(code),
        300..500 => Outcome::barred(code, "no error code"),
        _ => Outcome::unclear(format!("{code} that makes no sense")),
    }
}

fn refusal_of(code: &str) -> Refusal {
    if THROTTLE_CODES.iter().any(|known| code.starts_with(known)) {
        Refusal::Throttled
    } else if code == "ResourceInUseException" {
        // the stream is being changed
        Refusal::Passing
    } else {
        Refusal::Barred
    }
}

/// The SDK resolves credentials before it connects; their errors have no common type.
fn has_no_credentials(cause: &str) -> bool {
    let lower = cause.to_lowercase();
    ["credential", "token", "identity"]
        .iter()
        .any(|sign| lower.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: Option<&str>, shard: Option<&str>) -> Outcome {
        of_entry(
            &PutRecordsResultEntry::builder()
                .set_error_code(code.map(str::to_owned))
                .set_shard_id(shard.map(str::to_owned))
                .set_sequence_number(shard.map(|_| "42".to_owned()))
                .build(),
        )
    }

    #[test]
    fn an_entry_is_written_refused_or_unclear() {
        assert!(entry(None, Some("shardId-000000000000")).is_acknowledged());
        assert!(entry(Some(""), Some("shardId-000000000000")).is_acknowledged());
        assert!(entry(Some("ProvisionedThroughputExceededException"), None).is_throttled());
        assert!(matches!(
            entry(Some("InternalFailure"), None),
            Outcome::Refused {
                refusal: Refusal::Passing,
                ..
            }
        ));
        assert!(matches!(entry(None, None), Outcome::Unclear { .. }));
    }

    #[test]
    fn statuses_without_a_code() {
        assert!(of_foreign(429).is_throttled());
        for (code, says) in [
            ("HTTP 429", true),
            ("ProvisionedThroughputExceededException", true),
            ("AccessDeniedException", false),
            ("HTTP 403", false),
        ] {
            assert_eq!(says_slow_down(code), says, "{code}");
        }
        assert!(matches!(
            of_foreign(413),
            Outcome::Refused {
                refusal: Refusal::Barred,
                ..
            }
        ));
        for status in [200, 408, 500, 502, 504] {
            assert!(
                matches!(of_foreign(status), Outcome::Unclear { .. }),
                "{status}"
            );
        }
    }
}
