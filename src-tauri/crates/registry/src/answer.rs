//! What a registry answers, as it is on the line.

use crate::{Reference, RegistryError, SchemaFormat};
use hyper::StatusCode;
use serde::Deserialize;

/// Longer messages are cut.
const MOST_MESSAGE_CHARS: usize = 300;

/// `GET /schemas/ids/{id}` and `GET /subjects/{subject}/versions/{version}`, of which the latter says more.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    schema: String,
    /// Absent: Avro.
    schema_type: Option<String>,
    #[serde(default)]
    references: Vec<Reference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error_code: u32,
    message: String,
}

/// One schema, and the names of those that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    pub format: SchemaFormat,
    pub text: String,
    pub references: Vec<Reference>,
}

/// # Errors
/// [`RegistryError::Foreign`].
pub(crate) fn document(body: &[u8]) -> Result<Document, RegistryError> {
    let said: Said = serde_json::from_slice(body)
        .map_err(|_| RegistryError::Foreign("its answer is not what a registry says".to_owned()))?;
    let format = match said.schema_type.as_deref() {
        None | Some("AVRO") => SchemaFormat::Avro,
        Some("JSON") => SchemaFormat::Json,
        Some("PROTOBUF") => SchemaFormat::Protobuf,
        Some(other) => {
            let other = shortened(other);
            return Err(RegistryError::Foreign(format!(
                "its schemas are of the type {other}"
            )));
        }
    };
    Ok(Document {
        format,
        text: said.schema,
        references: said.references,
    })
}

/// What an answer that is no success means: the codes of the API reference, else the status.
pub(crate) fn refused(status: StatusCode, body: &[u8]) -> RegistryError {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let message = shortened(&refusal.message);
    let status = status.as_u16();
    // 40403: no schema of this id; 40401 and 40402: no such subject, no such version
    match (status, refusal.error_code) {
        (401 | 403, _) => RegistryError::Denied { status, message },
        (404, 40_401..=40_403) => RegistryError::NotFound { message },
        (404, _) => RegistryError::Foreign("there is no registry at this address".to_owned()),
        (429 | 502..=504, _) => RegistryError::Busy { status, message },
        _ => RegistryError::Refused { status, message },
    }
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(MOST_MESSAGE_CHARS).collect()
}
