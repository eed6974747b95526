//! One record as text for somebody else's tools. What is asked for is whole or refused: half a payload on the clipboard
//! would be taken for all of it.

use crate::{Engine, EngineError, engine::blocking, shown};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use exchange::{LambdaRecord, LambdaSource, SnippetRecord};
use record::{NameError, ShardId, StreamArn};
use std::fmt::Write as _;
use store::{FullRecord, RecordId};

/// A larger text is for a file, not for the clipboard.
const MOST_TEXT_BYTES: usize = 32 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyForm {
    /// Indented, with every number as it was written.
    Json,
    /// The payload's text, byte for byte.
    Text,
    Base64,
    Hex,
    /// `aws kinesis put-record`.
    AwsCommand,
    /// A signed `PutRecord` request.
    Curl,
    /// A few lines of Python.
    Boto3,
    /// What a function would be invoked with.
    LambdaEvent,
}

impl Engine {
    /// # Errors
    /// [`EngineError::Input`] where the payload has no such form; [`EngineError::UnknownRecord`] once it is deleted.
    pub async fn record_copy(&self, id: RecordId, form: CopyForm) -> Result<String, EngineError> {
        let engine = self.clone();
        blocking(move || engine.copy(id, form)).await?
    }

    fn copy(&self, id: RecordId, form: CopyForm) -> Result<String, EngineError> {
        let full = self.full(id)?;
        let masks = self.masks();
        let bytes = shown(&full.payload, &masks);
        let partition_key = masks.key(full.row.partition_key.as_deref().unwrap_or_default());
        let partition_key = &*partition_key;
        let snippet = |write: fn(&SnippetRecord<'_>) -> String| {
            let (stream, _) = self.origin(&full)?;
            Ok(write(&SnippetRecord {
                stream: &stream,
                endpoint: None,
                profile: None,
                partition_key,
                explicit_hash_key: full.explicit_hash_key,
                data: &bytes,
            }))
        };
        match form {
            CopyForm::Json => self.json(&full),
            CopyForm::Text => std::str::from_utf8(&bytes)
                .map(str::to_owned)
                .map_err(|_| refused("the payload is not text: copy it as Base64 or hex")),
            CopyForm::Base64 => Ok(STANDARD.encode(&bytes)),
            CopyForm::Hex => Ok(hex(&bytes)),
            CopyForm::AwsCommand => snippet(exchange::aws_command),
            CopyForm::Curl => snippet(exchange::curl_command),
            CopyForm::Boto3 => snippet(exchange::boto3_program),
            CopyForm::LambdaEvent => {
                let (stream, shard) = self.origin(&full)?;
                let record = LambdaRecord {
                    partition_key,
                    sequence: full.row.sequence,
                    shard: &shard,
                    arrival: full.row.arrival,
                    data: &bytes,
                };
                let source = LambdaSource {
                    invoke_identity_arn: format!(
                        "arn:aws:iam::{}:role/lambda-role",
                        stream.account()
                    ),
                    stream,
                };
                exchange::lambda_event(&source, &[record])
                    .map_err(|error| refused(&error.to_string()))
            }
        }
    }

    /// What was unpacked counts as the record's JSON, where it is one document.
    fn json(&self, full: &FullRecord) -> Result<String, EngineError> {
        let layered = self.layered(full)?;
        let pretty = match &*self.tree_of(&layered, layered.event(0)?) {
            Ok(_) if layered.events() > 1 => {
                return Err(refused(
                    "the record holds several events: copy it as text or Base64",
                ));
            }
            Ok(tree) => tree.pretty(MOST_TEXT_BYTES),
            Err(_) => {
                return Err(refused(
                    "the payload is not JSON: copy it as text or Base64",
                ));
            }
        };
        match pretty.truncated_at {
            None => Ok(pretty.text),
            Some(_) => Err(refused("the payload is too long for the clipboard")),
        }
    }

    fn origin(&self, full: &FullRecord) -> Result<(StreamArn, ShardId), EngineError> {
        let key = full.row.shard;
        let names = self.names_of([key])?;
        let shard = names
            .get(&key)
            .ok_or(EngineError::UnknownRecord(full.row.id))?;
        let stream = shard.arn.parse();
        let stream = stream.map_err(|error: NameError| refused(&error.to_string()))?;
        Ok((stream, shard.stored.shard.id.clone()))
    }
}

fn refused(why: &str) -> EngineError {
    EngineError::Input(why.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
