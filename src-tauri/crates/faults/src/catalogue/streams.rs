//! What `ListShards` and `DescribeStreamSummary` say of a stream, and is not so.

use crate::action::{Action, Fields, raw};
use serde_json::value::RawValue;

impl Action {
    /// Each shard is listed twice.
    pub fn duplicate_shards() -> Self {
        edit_shards("duplicate shards", |shards| {
            shards.into_iter().flat_map(|s| [s.clone(), s]).collect()
        })
    }

    /// The listing leaves a shard out: not listed yet, or no longer.
    pub fn without_shard(id: &str) -> Self {
        let id = raw(id);
        edit_shards("without a shard", move |mut shards| {
            shards.retain(|shard| {
                shard
                    .get("ShardId")
                    .is_none_or(|found| found.get() != id.get())
            });
            shards
        })
    }

    /// The children are listed before their parents.
    pub fn children_first() -> Self {
        edit_shards("children first", |mut shards| {
            shards.reverse();
            shards
        })
    }

    /// The stream has the same name and another creation: it was deleted and created again.
    pub fn created_later(seconds: u32) -> Self {
        edit_summary("created later", move |summary| {
            let created = summary.get("StreamCreationTimestamp");
            let created = created.and_then(|time| time.get().parse::<f64>().ok());
            if let Some(created) = created {
                let later = raw(created + f64::from(seconds));
                summary.insert("StreamCreationTimestamp".to_owned(), later);
            }
        })
    }

    /// The retention is said to be this.
    pub fn retention(hours: u32) -> Self {
        edit_summary("retention", move |summary| {
            summary.insert("RetentionPeriodHours".to_owned(), raw(hours));
        })
    }
}

fn edit_shards(
    name: &'static str,
    edit: impl Fn(Vec<Fields>) -> Vec<Fields> + Send + Sync + 'static,
) -> Action {
    Action::edit(name, move |_, answer| {
        let shards = answer.get("Shards").map_or("[]", |shards| shards.get());
        let Ok(shards) = serde_json::from_str::<Vec<Fields>>(shards) else {
            return;
        };
        put(answer, "Shards", serde_json::to_string(&edit(shards)));
    })
}

fn edit_summary(name: &'static str, edit: impl Fn(&mut Fields) + Send + Sync + 'static) -> Action {
    Action::edit(name, move |_, answer| {
        let summary = answer.get("StreamDescriptionSummary");
        let summary = summary.map(|summary| serde_json::from_str::<Fields>(summary.get()));
        if let Some(Ok(mut summary)) = summary {
            edit(&mut summary);
            let text = serde_json::to_string(&summary);
            put(answer, "StreamDescriptionSummary", text);
        }
    })
}

fn put(answer: &mut Fields, name: &str, text: serde_json::Result<String>) {
    if let Ok(Ok(value)) = text.map(RawValue::from_string) {
        answer.insert(name.to_owned(), value);
    }
}
