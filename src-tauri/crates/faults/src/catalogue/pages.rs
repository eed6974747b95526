//! Pages of `GetRecords` that are allowed, odd or wrong.

use crate::{
    action::{Action, Answer, Fields, raw, text},
    rules::share,
};
use serde_json::{json, value::RawValue};

impl Action {
    /// No records, and the same iterator again: nothing is lost, nothing goes on.
    pub fn empty_page() -> Self {
        Self::instead("empty page", |asked| {
            let iterator = text(asked, "ShardIterator");
            let page =
                json!({"Records": [], "NextShardIterator": iterator, "MillisBehindLatest": 1000});
            Answer::json(200, &page)
        })
    }

    /// The page comes, and its next iterator leads to it once more. A shard's end stays one.
    pub fn repeated_page() -> Self {
        Self::edit("repeated page", |asked, page| {
            let goes_on = text(page, "NextShardIterator").is_some();
            if let Some(iterator) = text(asked, "ShardIterator").filter(|_| goes_on) {
                page.insert("NextShardIterator".to_owned(), raw(iterator));
            }
        })
    }

    /// Each record twice in a row.
    pub fn repeated_records() -> Self {
        edit_records("repeated records", |records| {
            records.into_iter().flat_map(|r| [r.clone(), r]).collect()
        })
    }

    /// The same records, with each other's times of arrival: sequence order is the truth.
    pub fn shuffled_arrivals(seed: u64) -> Self {
        edit_records("shuffled arrivals", move |records| {
            let times = records.iter().map(|r| r.get(ARRIVAL).cloned());
            let times = shuffled(times.collect(), seed);
            let stamped = records.into_iter().zip(times);
            stamped
                .map(|(mut record, time)| {
                    if let Some(time) = time {
                        record.insert(ARRIVAL.to_owned(), time);
                    }
                    record
                })
                .collect()
        })
    }

    /// The same records in another order than that of their numbers.
    pub fn shuffled_records(seed: u64) -> Self {
        edit_records("shuffled records", move |records| shuffled(records, seed))
    }

    /// The first records of the page are gone, as if the horizon had passed them.
    pub fn trimmed(count: usize) -> Self {
        edit_records("trimmed", move |mut records| {
            records.drain(..count.min(records.len()));
            records
        })
    }

    /// A shard's end that names no children, as imitations give it: children out.
    pub fn without_children() -> Self {
        Self::edit("without children", |_, page| {
            page.remove("ChildShards");
        })
    }

    /// Children in: on a shard's end they are its only ones, on any other page they are malformed, because
    /// the shard goes on.
    pub fn with_children(children: &[&str]) -> Self {
        let children: Vec<_> = children.iter().map(|id| child(id)).collect();
        Self::edit("with children", move |_, page| {
            page.insert("ChildShards".to_owned(), raw(children.clone()));
        })
    }

    /// Malformed: the shard is said to end here, with no children, whatever follows.
    pub fn end_without_children() -> Self {
        Self::edit("end without children", |_, page| {
            page.remove("NextShardIterator");
            page.remove("ChildShards");
        })
    }
}

const ARRIVAL: &str = "ApproximateArrivalTimestamp";

fn edit_records(
    name: &'static str,
    edit: impl Fn(Vec<Fields>) -> Vec<Fields> + Send + Sync + 'static,
) -> Action {
    Action::edit(name, move |_, page| {
        let records = page.get("Records").map_or("[]", |records| records.get());
        let Ok(records) = serde_json::from_str::<Vec<Fields>>(records) else {
            return;
        };
        let edited = serde_json::to_string(&edit(records)).unwrap_or_default();
        if let Ok(edited) = RawValue::from_string(edited) {
            page.insert("Records".to_owned(), edited);
        }
    })
}

/// The same order for the same seed.
fn shuffled<T>(items: Vec<T>, seed: u64) -> Vec<T> {
    let mut places: Vec<(f64, T)> = (0..).map(|n| share(&[seed, n])).zip(items).collect();
    places.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    places.into_iter().map(|(_, item)| item).collect()
}

fn child(id: &str) -> serde_json::Value {
    json!({
        "ShardId": id,
        "ParentShards": [],
        "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": "1"},
    })
}
