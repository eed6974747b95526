//! `PutRecords` that fails in part: which entries fail, the request without them, and the answer with them.

use crate::{
    action::{Fields, raw},
    asked::Asked,
    rules::share,
};
use bytes::Bytes;
use serde_json::{json, value::RawValue};

/// Which entries of a `PutRecords` fail, as throttled ones do.
#[derive(Clone, Debug, PartialEq)]
pub enum Entries {
    All,
    /// By place, from 0.
    At(Vec<usize>),
    /// Each one whose place, counted from 1, is a multiple of this.
    Every(usize),
    /// Those with this partition key.
    WithKey(String),
    /// Each with this probability; the same seed, request and place always fall the same way.
    Share {
        probability: f64,
        seed: u64,
    },
}

impl Entries {
    fn fails(&self, request: u64, place: usize, entry: &RawValue) -> bool {
        match self {
            Self::All => true,
            Self::At(places) => places.contains(&place),
            Self::Every(every) => (place + 1).is_multiple_of(*every),
            Self::WithKey(key) => partition_key(entry).as_deref() == Some(key),
            Self::Share { probability, seed } => {
                share(&[*seed, request, place as u64]) < *probability
            }
        }
    }
}

fn partition_key(entry: &RawValue) -> Option<String> {
    let fields: Fields = serde_json::from_str(entry.get()).ok()?;
    serde_json::from_str(fields.get("PartitionKey")?.get()).ok()
}

/// A request in two: what is forwarded, and where the failures stand.
pub(crate) struct Parted {
    /// `None` where all entries fail.
    pub body: Option<Bytes>,
    pub kept: usize,
    fails: Vec<bool>,
}

impl Parted {
    /// `request` counts the requests that the rule saw. A request that is no `PutRecords` stays whole.
    pub fn of(asked: &Asked, body: &Bytes, entries: &Entries, request: u64) -> Self {
        let records: Vec<Box<RawValue>> = asked
            .fields
            .get("Records")
            .and_then(|records| serde_json::from_str(records.get()).ok())
            .unwrap_or_default();
        let fails: Vec<bool> = (0..)
            .zip(&records)
            .map(|(place, entry)| entries.fails(request, place, entry))
            .collect();
        let kept: Vec<&RawValue> = records
            .iter()
            .zip(&fails)
            .filter(|(_, fails)| !**fails)
            .map(|(entry, _)| &**entry)
            .collect();
        let body = match kept.len() {
            0 if !records.is_empty() => None,
            all if all == records.len() => Some(body.clone()),
            _ => Some(without(asked, &kept)),
        };
        Self {
            body,
            kept: kept.len(),
            fails,
        }
    }

    /// The endpoint's answer to what was kept, with the failures in their places.
    pub fn joined(&self, answer: Option<&Bytes>) -> Bytes {
        let mut fields: Fields = answer
            .and_then(|answer| serde_json::from_slice(answer).ok())
            .unwrap_or_default();
        let answered: Vec<Box<RawValue>> = fields
            .get("Records")
            .and_then(|records| serde_json::from_str(records.get()).ok())
            .unwrap_or_default();
        let told: u64 = fields
            .get("FailedRecordCount")
            .and_then(|count| count.get().parse().ok())
            .unwrap_or(0);
        let failing = self.fails.iter().filter(|fails| **fails).count() as u64;
        let mut answered = answered.into_iter();
        let records: Vec<Box<RawValue>> = self
            .fails
            .iter()
            .filter_map(|fails| {
                if *fails {
                    Some(failure())
                } else {
                    answered.next()
                }
            })
            .collect();
        let records = serde_json::value::to_raw_value(&records).expect("answers can be written");
        fields.insert("Records".to_owned(), records);
        fields.insert("FailedRecordCount".to_owned(), raw(told + failing));
        Bytes::from(serde_json::to_vec(&fields).expect("fields can be written"))
    }
}

fn without(asked: &Asked, kept: &[&RawValue]) -> Bytes {
    let kept = serde_json::value::to_raw_value(kept).expect("entries can be written");
    let mut fields: Fields = asked.fields.clone();
    fields.insert("Records".to_owned(), kept);
    Bytes::from(serde_json::to_vec(&fields).expect("fields can be written"))
}

fn failure() -> Box<RawValue> {
    raw(json!({
        "ErrorCode": "ProvisionedThroughputExceededException",
        "ErrorMessage": "Rate exceeded for shard.",
    }))
}
