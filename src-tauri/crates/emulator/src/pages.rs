//! The listings that ferrokinesis answers in one piece, or without what AWS says in them: `ListStreams` with a
//! summary of each stream, `ListStreamConsumers`, and the page of `ListTagsForStream`.
//!
//! Source: `API_ListStreams`, `API_ListStreamConsumers` and `API_ListTagsForStream` of
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/>. `ListShards` is in `listing`.

use crate::{
    shim::{Shim, now},
    wire::{Fields, Refusal, invalid_argument, text},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ferrokinesis::{constants, types::Stream};
use record::Millis;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

/// Where none is asked for.
const PER_PAGE: usize = 100;

/// What the `NextToken` of a listing by name holds.
#[derive(Serialize, Deserialize)]
struct NameToken {
    operation: String,
    after: String,
    issued_at: Millis,
}

impl Shim {
    /// As many items as a request asks for, or as the operation gives by itself; never more than this endpoint
    /// gives at once.
    pub(crate) fn page_items(&self, fields: &Fields, name: &str, by_itself: usize) -> usize {
        let asked = fields.get(name).and_then(Value::as_u64);
        asked
            .and_then(|items| usize::try_from(items).ok())
            .unwrap_or(by_itself)
            .min(self.options.page_items_max)
    }

    pub(crate) async fn list_streams(&self, fields: &Fields) -> Result<Value, Refusal> {
        const OPERATION: &str = "ListStreams";
        let after = match text(fields, constants::NEXT_TOKEN) {
            Some(token) => Some(self.after(OPERATION, token)?),
            None => text(fields, constants::EXCLUSIVE_START_STREAM_NAME).map(str::to_owned),
        };
        let names = self.store.list_stream_names().await;
        let mut rest = names
            .into_iter()
            .filter(|name| after.as_ref().is_none_or(|after| name > after));
        let page: Vec<String> = rest
            .by_ref()
            .take(self.page_items(fields, constants::LIMIT, PER_PAGE))
            .collect();
        let has_more = rest.next().is_some();
        let mut summaries = Vec::with_capacity(page.len());
        for name in &page {
            // one that was deleted meanwhile keeps its name in this page, as it may on AWS
            if let Ok(stream) = self.store.get_stream(name).await {
                summaries.push(summary(&stream));
            }
        }
        let mut answer = json!({
            "StreamNames": page,
            "StreamSummaries": summaries,
            "HasMoreStreams": has_more,
        });
        if has_more && let Some(last) = page.last() {
            answer[constants::NEXT_TOKEN] = token_after(OPERATION, last)?.into();
        }
        Ok(answer)
    }

    pub(crate) async fn list_stream_consumers(&self, fields: &Fields) -> Result<Value, Refusal> {
        const OPERATION: &str = "ListStreamConsumers";
        let arn = text(fields, constants::STREAM_ARN).unwrap_or_default();
        let stream = self.store.stream_name_from_arn(arn).unwrap_or_default();
        self.store.get_stream(&stream).await?;
        let after = match text(fields, constants::NEXT_TOKEN) {
            Some(token) => Some(self.after(OPERATION, token)?),
            None => None,
        };
        let mut consumers = self.store.list_consumers_for_stream(arn).await;
        consumers.sort_by(|a, b| a.consumer_name.cmp(&b.consumer_name));
        let mut rest = consumers.into_iter().filter(|consumer| {
            after
                .as_ref()
                .is_none_or(|after| consumer.consumer_name > *after)
        });
        let page: Vec<_> = rest
            .by_ref()
            .take(self.page_items(fields, constants::MAX_RESULTS, PER_PAGE))
            .collect();
        let mut answer = json!({ "Consumers": page });
        if let (Some(_), Some(last)) = (rest.next(), page.last()) {
            answer[constants::NEXT_TOKEN] = token_after(OPERATION, &last.consumer_name)?.into();
        }
        Ok(answer)
    }

    /// A page of tags has no token: it goes on after its last key.
    pub(crate) fn limit_tags(&self, fields: &mut Fields) {
        const PER_PAGE: usize = 10;
        let items = self.page_items(fields, constants::LIMIT, PER_PAGE);
        fields.insert(constants::LIMIT.to_owned(), items.into());
    }

    fn after(&self, operation: &str, token: &str) -> Result<String, Refusal> {
        let token: NameToken = decode_token(token)
            .filter(|token: &NameToken| token.operation == operation)
            .ok_or_else(|| invalid_argument("Invalid NextToken."))?;
        refuse_old(token.issued_at, self.options.next_token_ttl)?;
        Ok(token.after)
    }
}

fn summary(stream: &Stream) -> Value {
    json!({
        "StreamARN": stream.stream_arn,
        "StreamName": stream.stream_name,
        "StreamStatus": stream.stream_status,
        "StreamModeDetails": stream.stream_mode_details,
        "StreamCreationTimestamp": stream.stream_creation_timestamp,
    })
}

fn token_after(operation: &str, after: &str) -> Result<String, Refusal> {
    encode_token(&NameToken {
        operation: operation.to_owned(),
        after: after.to_owned(),
        issued_at: now(),
    })
}

pub(crate) fn encode_token(token: &impl Serialize) -> Result<String, Refusal> {
    let json = serde_json::to_vec(token)
        .map_err(|error| Refusal::server_error(None, Some(&error.to_string())))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

pub(crate) fn decode_token<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

pub(crate) fn refuse_old(issued_at: Millis, ttl: Duration) -> Result<(), Refusal> {
    let age_millis = u128::try_from(now().since(issued_at)).unwrap_or(0);
    if age_millis <= ttl.as_millis() {
        return Ok(());
    }
    Err(Refusal::client_error(
        "ExpiredNextTokenException",
        Some("The NextToken has expired."),
    ))
}
