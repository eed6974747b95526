//! A request as rules see it: which operation, on which stream and shard, with how many entries.
//!
//! `GetRecords` names neither: the proxy remembers which iterator was handed out for which shard. Only the
//! JSON protocol is read, which the Rust SDK speaks; other requests have an operation and nothing else.

use crate::action::{Fields, text};
use bytes::Bytes;
use hyper::HeaderMap;
use std::collections::{HashMap, VecDeque};

/// Iterators that are remembered: far more than are alive at a time.
const ITERATORS_MAX: usize = 20_000;

#[derive(Debug)]
pub(crate) struct Asked {
    pub operation: String,
    pub stream: Option<String>,
    pub shard: Option<String>,
    /// Who signed it, where somebody did.
    pub access_key: Option<String>,
    pub fields: Fields,
    /// Records to be written, and their data and keys.
    pub entries: usize,
    pub entry_bytes: usize,
}

impl Asked {
    pub fn of(headers: &HeaderMap, body: &Bytes, iterators: &Iterators) -> Self {
        let target = headers.get("x-amz-target").and_then(|t| t.to_str().ok());
        let operation = target.and_then(|target| target.rsplit('.').next());
        let operation = operation.or_else(|| query_action(body));
        let fields: Fields = serde_json::from_slice(body).unwrap_or_default();
        let of_iterator =
            text(&fields, "ShardIterator").and_then(|iterator| iterators.get(&iterator));
        let (stream, shard) = match of_iterator {
            Some((stream, shard)) => (Some(stream), Some(shard)),
            None => (stream_of(&fields), text(&fields, "ShardId")),
        };
        let operation = operation.unwrap_or_default().to_owned();
        let (entries, entry_bytes) = entries(&operation, &fields);
        Self {
            operation,
            stream,
            shard,
            access_key: access_key(headers),
            fields,
            entries,
            entry_bytes,
        }
    }
}

/// `Action=GetCallerIdentity&Version=…`
fn query_action(body: &[u8]) -> Option<&str> {
    let form = str::from_utf8(body).ok()?;
    form.split('&')
        .find_map(|field| field.strip_prefix("Action="))
}

/// `AWS4-HMAC-SHA256 Credential=KEY/20260411/…`
fn access_key(headers: &HeaderMap) -> Option<String> {
    let signed = headers.get("authorization")?.to_str().ok()?;
    let (_, credential) = signed.split_once("Credential=")?;
    Some(credential.split('/').next()?.to_owned())
}

fn stream_of(fields: &Fields) -> Option<String> {
    let by_arn = || {
        let arn = text(fields, "StreamARN")?;
        Some(arn.split_once('/')?.1.to_owned())
    };
    text(fields, "StreamName").or_else(by_arn)
}

/// How many records are to be written, and their data and keys.
fn entries(operation: &str, fields: &Fields) -> (usize, usize) {
    match operation {
        "PutRecord" => (1, counted_bytes(fields)),
        "PutRecords" => {
            let records = fields.get("Records").map_or("[]", |records| records.get());
            let records: Vec<Fields> = serde_json::from_str(records).unwrap_or_default();
            (records.len(), records.iter().map(counted_bytes).sum())
        }
        _ => (0, 0),
    }
}

fn counted_bytes(record: &Fields) -> usize {
    let field = |name| text(record, name).unwrap_or_default();
    let (base64, key) = (field("Data"), field("PartitionKey"));
    let padding = base64.bytes().rev().take_while(|&b| b == b'=').count();
    base64.len() / 4 * 3 - padding + key.len()
}

/// Which iterator reads which shard; the oldest are forgotten.
#[derive(Debug, Default)]
pub(crate) struct Iterators {
    shards: HashMap<String, (String, String)>,
    order: VecDeque<String>,
}

impl Iterators {
    fn get(&self, iterator: &str) -> Option<(String, String)> {
        self.shards.get(iterator).cloned()
    }

    /// Takes note of the iterators in an answer.
    pub fn learn(&mut self, asked: &Asked, answer: &[u8]) {
        let field = match asked.operation.as_str() {
            "GetShardIterator" => "ShardIterator",
            "GetRecords" => "NextShardIterator",
            _ => return,
        };
        let (Some(stream), Some(shard)) = (&asked.stream, &asked.shard) else {
            return;
        };
        let fields: Fields = serde_json::from_slice(answer).unwrap_or_default();
        let Some(iterator) = text(&fields, field) else {
            return;
        };
        if self.order.len() == ITERATORS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.shards.remove(&oldest);
        }
        let known = self
            .shards
            .insert(iterator.clone(), (stream.clone(), shard.clone()));
        if known.is_none() {
            self.order.push_back(iterator);
        }
    }
}
