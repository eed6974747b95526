//! From the SDK's errors to [`KinesisError`]: by error code, else by status and the body's first
//! bytes, else by the kind of failure. It logs nothing and retries nothing.

use crate::{Endpoint, KinesisError, Operation, profile::SignIn};
use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::StatusCode,
};
use aws_smithy_types::error::{ErrorMetadata, metadata::ProvideErrorMetadata};
use std::{error::Error, fmt::Write};

/// Bytes of a foreign body that a message shows.
const SHOWN_BODY_BYTES: usize = 200;
/// Characters of the endpoint's own message that are kept.
const SHOWN_CAUSE_CHARS: usize = 600;

/// The codes by which AWS says "slow down" (`GetRecords` and the common errors of the API reference).
pub(crate) const THROTTLE_CODES: [&str; 7] = [
    "ProvisionedThroughputExceeded",
    "LimitExceededException",
    "KMSThrottlingException",
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
];

/// What a message needs to know besides the error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: Operation,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) region: &'a str,
    pub(crate) profile: Option<&'a str>,
    pub(crate) sign_in: &'a SignIn,
}

pub(crate) fn classify<E>(asked: Asked<'_>, error: &SdkError<E, HttpResponse>) -> KinesisError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match error {
        SdkError::TimeoutError(_) => asked.timeout(),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            // connecting in vain is "nothing answers"; an answer that stops coming is a timeout
            if chain(error).contains("connect timeout") {
                asked.unreachable(chain(error))
            } else {
                asked.timeout()
            }
        }
        // a missing credential comes this way too, as a failure of no kind
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(connector) if connector.is_io() => asked.unreachable(chain(connector)),
            _ => asked
                .credentials(&chain(error))
                .unwrap_or_else(|| asked.unreachable(chain(error))),
        },
        SdkError::ConstructionFailure(_) => {
            let cause = chain(error);
            asked
                .credentials(&cause)
                .unwrap_or(KinesisError::InvalidArgument {
                    operation: asked.operation,
                    cause,
                })
        }
        // a body that was not read to its end: the line broke, whoever answers there
        SdkError::ResponseError(unreadable) if unreadable.raw().body().bytes().is_none() => {
            asked.unreachable(chain(error))
        }
        SdkError::ResponseError(unreadable) => asked.foreign(unreadable.raw(), &chain(error)),
        SdkError::ServiceError(refusal) => match refusal.err().code() {
            Some(code) => asked.refused(
                code,
                refusal.err().message().unwrap_or_default(),
                refusal.raw().status(),
            ),
            None => asked.foreign(refusal.raw(), "no error code"),
        },
        _ => KinesisError::Malformed {
            operation: asked.operation,
            cause: chain(error),
        },
    }
}

impl Asked<'_> {
    fn timeout(self) -> KinesisError {
        KinesisError::Timeout {
            operation: self.operation,
            host: self.endpoint.authority(),
        }
    }

    fn unreachable(self, cause: String) -> KinesisError {
        KinesisError::Unreachable {
            host: self.endpoint.host.clone(),
            port: self.endpoint.port,
            cause,
        }
    }

    /// The SDK's credential errors have no common type: their words tell them apart.
    fn credentials(self, cause: &str) -> Option<KinesisError> {
        let profile = self.profile.map(str::to_owned);
        let lower = cause.to_lowercase();
        let says = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
        if says(&[
            "expired",
            "aws sso login",
            "token not found",
            "cached sso token",
        ]) {
            let sign_in = match self.sign_in {
                SignIn::Replace if says(&["sso"]) => SignIn::Sso { profile },
                SignIn::Replace if says(&["login token"]) => SignIn::Login { profile },
                known => known.clone(),
            };
            Some(KinesisError::ExpiredCredentials {
                cause: cause.to_owned(),
                sign_in,
            })
        } else if says(&["credential", "token", "identity", "profile"]) {
            Some(KinesisError::Credentials {
                cause: cause.to_owned(),
                profile,
            })
        } else {
            None
        }
    }

    /// An answer that AWS would not give: HTML, an empty body, another service's JSON.
    fn foreign(self, response: &HttpResponse, cause: &str) -> KinesisError {
        let status = response.status().as_u16();
        let body = response.body().bytes().unwrap_or_default();
        // a gateway on the way says it with the status alone
        if status == 429 {
            return KinesisError::Throttled {
                operation: self.operation,
                cause: format!("HTTP 429: {}", shown_body(body)),
            };
        }
        if response.status().is_server_error() && body.is_empty() {
            return KinesisError::Fault {
                operation: self.operation,
                status,
                cause: "the answer is empty".into(),
            };
        }
        let is_json = body
            .iter()
            .find(|b| !b.is_ascii_whitespace())
            .is_some_and(|&b| b == b'{');
        if response.status().is_success() && is_json {
            return KinesisError::Malformed {
                operation: self.operation,
                cause: limited(cause),
            };
        }
        KinesisError::NotKinesis {
            operation: self.operation,
            host: self.endpoint.authority(),
            status,
            body: shown_body(body),
        }
    }

    fn refused(self, code: &str, message: &str, status: StatusCode) -> KinesisError {
        let operation = self.operation;
        let cause = if message.is_empty() {
            code.to_owned()
        } else {
            limited(message)
        };
        let profile = self.profile.map(str::to_owned);
        match code {
            "ExpiredIteratorException" => KinesisError::ExpiredIterator { cause },
            "ResourceNotFoundException" => KinesisError::NotFound {
                operation,
                region: self.region.to_owned(),
                cause,
            },
            _ if THROTTLE_CODES
                .iter()
                .any(|throttle| code.starts_with(throttle)) =>
            {
                KinesisError::Throttled { operation, cause }
            }
            "KMSAccessDeniedException"
            | "KMSDisabledException"
            | "KMSInvalidStateException"
            | "KMSNotFoundException"
            | "KMSOptInRequired" => KinesisError::EncryptionKey { cause },
            "ExpiredTokenException" | "ExpiredToken" | "RequestExpired" => {
                KinesisError::ExpiredCredentials {
                    cause,
                    sign_in: self.sign_in.clone(),
                }
            }
            // AWS's own words for a signature of another region
            "InvalidSignatureException" | "SignatureDoesNotMatch"
                if cause.contains("scoped to a valid region") =>
            {
                KinesisError::WrongRegion {
                    region: self.region.to_owned(),
                    cause,
                }
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "NotAuthorized"
            | "InvalidAccessKeyId" => KinesisError::Credentials { cause, profile },
            "UnknownOperationException"
            | "UnknownOperation"
            | "InvalidAction"
            | "NotImplemented"
            | "NotImplementedException"
            | "UnsupportedOperation" => KinesisError::Unsupported { operation, cause },
            // imitations deny what they lack; only AWS has IAM to explain it with
            "AccessDeniedException" | "AccessDenied" if self.endpoint.is_custom() => {
                KinesisError::Unsupported { operation, cause }
            }
            "AccessDeniedException" | "AccessDenied" => KinesisError::AccessDenied {
                action: operation.action(),
                cause,
            },
            "InvalidArgumentException"
            | "ValidationException"
            | "SerializationException"
            | "ValidationError" => KinesisError::InvalidArgument { operation, cause },
            _ if status.is_server_error() => KinesisError::Fault {
                operation,
                status: status.as_u16(),
                cause,
            },
            _ => KinesisError::Refused {
                operation,
                code: code.to_owned(),
                cause,
            },
        }
    }
}

/// Layers of the SDK that say nothing to a person.
const WRAPPERS: [&str; 3] = ["dispatch failure", "other", "service error"];

/// The error and its sources, each once, in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for cause in std::iter::successors(Some(error), |error| (*error).source()) {
        let message = said(cause);
        if text.contains(&message) || WRAPPERS.contains(&message.as_str()) {
            continue;
        }
        let separator = if text.is_empty() { "" } else { ": " };
        let _ = write!(text, "{separator}{message}");
    }
    if text.is_empty() {
        text = error.to_string();
    }
    limited(&text)
}

/// What a service answered is written out as a structure by the SDK: here it is the service's own sentence.
fn said(error: &(dyn Error + 'static)) -> String {
    let answered = error
        .downcast_ref::<ErrorMetadata>()
        .and_then(|metadata| metadata.message().or(metadata.code()));
    answered.map_or_else(|| error.to_string(), str::to_owned)
}

pub(crate) fn limited(text: &str) -> String {
    text.chars()
        .take(SHOWN_CAUSE_CHARS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn shown_body(body: &[u8]) -> String {
    if body.is_empty() {
        return "an empty body".into();
    }
    limited(&String::from_utf8_lossy(
        &body[..body.len().min(SHOWN_BODY_BYTES)],
    ))
}

#[cfg(test)]
mod tests;
