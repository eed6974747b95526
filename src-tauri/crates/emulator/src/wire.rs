//! The two encodings of the Kinesis protocol, and answers in them.
//!
//! Knows no operation. Payloads travel as base64 inside: JSON carries them so, CBOR as byte strings.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ferrokinesis::error::KinesisErrorResponse;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A request's fields.
pub(crate) type Fields = Map<String, Value>;

/// Why a request is refused, in AWS's words.
pub(crate) type Refusal = KinesisErrorResponse;

const JSON: &str = "application/x-amz-json-1.1";
const CBOR: &str = "application/x-amz-cbor-1.1";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Cbor,
}

impl Encoding {
    /// The encoding of a request, which is also that of its answer.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match content_type.split(';').next()?.trim() {
            JSON => Some(Self::Json),
            CBOR => Some(Self::Cbor),
            _ => None,
        }
    }

    /// The fields of a request; `None` if the body is not an object in this encoding.
    pub fn decode(self, body: &[u8]) -> Option<Fields> {
        let value = match self {
            Self::Json => serde_json::from_slice(body).ok()?,
            Self::Cbor => {
                let value: ciborium::Value = ciborium::from_reader(body).ok()?;
                ferrokinesis::server::cbor_to_json(&value)
            }
        };
        match value {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    pub fn encode(self, value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
        let internal =
            |what: &dyn std::fmt::Display| Refusal::server_error(None, Some(&what.to_string()));
        match self {
            Self::Json => serde_json::to_vec(value).map_err(|error| internal(&error)),
            Self::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).map_err(|error| internal(&error))?;
                Ok(bytes)
            }
        }
    }

    pub fn answer(self, value: &impl Serialize) -> Result<Response, Refusal> {
        Ok(self.response(StatusCode::OK, self.encode(value)?))
    }

    /// The answer of operations that say nothing but "done".
    pub fn done(self) -> Response {
        self.response(StatusCode::OK, Vec::new())
    }

    pub fn refuse(self, refusal: &Refusal) -> Response {
        let status =
            StatusCode::from_u16(refusal.status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = self.response(status, self.encode(&refusal.body).unwrap_or_default());
        if let Ok(code) = HeaderValue::from_str(&refusal.body.error_type) {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        response
    }

    fn response(self, status: StatusCode, body: Vec<u8>) -> Response {
        let content_type = match self {
            Self::Json => JSON,
            Self::Cbor => CBOR,
        };
        (
            status,
            [(header::CONTENT_TYPE, content_type)],
            Body::from(body),
        )
            .into_response()
    }
}

/// A payload in base64, as ferrokinesis keeps it.
pub(crate) struct Blob<'a>(pub &'a str);

impl Serialize for Blob<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.serialize_str(self.0);
        }
        let bytes = STANDARD.decode(self.0).map_err(serde::ser::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

/// The number of bytes that base64 text stands for.
pub(crate) fn decoded_bytes(base64: &str) -> u64 {
    let padding = base64
        .bytes()
        .rev()
        .take_while(|&byte| byte == b'=')
        .count();
    (base64.len() / 4 * 3).saturating_sub(padding) as u64
}

pub(crate) fn invalid_argument(message: &str) -> Refusal {
    Refusal::client_error(ferrokinesis::constants::INVALID_ARGUMENT, Some(message))
}

pub(crate) fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_text_in_json_and_bytes_in_cbor() {
        let json = Encoding::Json.encode(&Blob("AAECAw==")).expect("JSON");
        assert_eq!(json, br#""AAECAw==""#);
        let cbor = Encoding::Cbor.encode(&Blob("AAECAw==")).expect("CBOR");
        assert_eq!(cbor, [0x44, 0, 1, 2, 3]);
        assert_eq!(decoded_bytes("AAECAw=="), 4);
        assert_eq!(decoded_bytes(""), 0);
    }

    #[test]
    fn both_encodings_give_the_same_fields() {
        let json = Encoding::Json.decode(br#"{"Limit":5}"#).expect("fields");
        let cbor = Encoding::Cbor.encode(&json).expect("CBOR");
        assert_eq!(Encoding::Cbor.decode(&cbor), Some(json));
        assert_eq!(Encoding::Json.decode(b"[]"), None);
        assert_eq!(Encoding::Json.decode(b"{"), None);
    }
}
