//! What a collector answers: all of it taken, some of it refused, or an error; as protobuf, JSON or plain text.

use crate::CollectorError;
use prost::Message;
use serde::Deserialize;

/// Longer messages are cut.
const MAX_MESSAGE_CHARS: usize = 500;

/// The batch arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Of its spans, as the collector counts them.
    pub rejected_spans: u64,
    /// What the collector says about them, or a warning.
    pub message: Option<String>,
}

/// `ExportTraceServiceResponse`.
#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

/// `ExportTracePartialSuccess`.
#[derive(Clone, PartialEq, Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected_spans: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

/// `google.rpc.Status`, the body of an error.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(string, tag = "2")]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonResponse {
    #[serde(default)]
    partial_success: JsonPartialSuccess,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonPartialSuccess {
    rejected_spans: JsonNumber,
    error_message: String,
}

/// Numbers of 64 bits are texts in protobuf's JSON, and numbers in that of some.
#[derive(Deserialize)]
#[serde(untagged)]
enum JsonNumber {
    Number(i64),
    Text(String),
}

impl Default for JsonNumber {
    fn default() -> Self {
        Self::Number(0)
    }
}

#[derive(Deserialize)]
struct JsonStatus {
    #[serde(default)]
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Protobuf,
    Json,
    Other,
}

impl Form {
    pub fn of(content_type: &str) -> Self {
        match content_type.split(';').next().unwrap_or("").trim() {
            "application/x-protobuf" => Self::Protobuf,
            "application/json" => Self::Json,
            _ => Self::Other,
        }
    }
}

/// The answer to a batch that arrived.
pub(crate) fn accepted(form: Form, body: &[u8]) -> Result<Accepted, CollectorError> {
    let foreign =
        |error: &dyn std::fmt::Display| CollectorError::Foreign(shortened(&error.to_string()));
    if body.is_empty() {
        return Ok(Accepted::default());
    }
    let (rejected, message) = match form {
        Form::Protobuf => {
            let partial = Response::decode(body)
                .map_err(|error| foreign(&error))?
                .partial_success
                .unwrap_or_default();
            (partial.rejected_spans, partial.error_message)
        }
        Form::Json => {
            let response: JsonResponse =
                serde_json::from_slice(body).map_err(|error| foreign(&error))?;
            let partial = response.partial_success;
            let rejected = match partial.rejected_spans {
                JsonNumber::Number(number) => number,
                JsonNumber::Text(text) => text.parse().map_err(|error| foreign(&error))?,
            };
            (rejected, partial.error_message)
        }
        Form::Other => return Err(foreign(&"it answers neither protobuf nor JSON")),
    };
    Ok(Accepted {
        rejected_spans: u64::try_from(rejected).unwrap_or(0),
        message: (!message.is_empty()).then(|| shortened(&message)),
    })
}

/// What an error's body says.
pub(crate) fn refusal(form: Form, body: &[u8]) -> String {
    let message = match form {
        Form::Protobuf => Status::decode(body).ok().map(|status| status.message),
        Form::Json => serde_json::from_slice(body)
            .ok()
            .map(|status: JsonStatus| status.message),
        Form::Other => None,
    };
    let message = message.filter(|message| !message.is_empty());
    shortened(&message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()))
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(MAX_MESSAGE_CHARS).collect()
}
