//! Before and after on real records: the first ones of a selection, or chosen ones.

use crate::{Composed, PinnedSelection, Recipe, ReplayError, transform::Transform};
use store::{Payloads, RecordId, Store, WalkedRecord};

/// One record as it was captured and as it would be sent. What is shown of the bytes, and how, is
/// decided elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub record: RecordId,
    pub key_before: Option<String>,
    pub key_after: String,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    /// Places in the list of rules.
    pub changed_by: Vec<usize>,
    pub is_unreadable: bool,
}

/// Previews of at most `max` records of the selection, in its order; with `rule`, only of such that this rule
/// changes, looked for among the first `look_at` records.
pub fn preview(
    store: &Store,
    selection: &PinnedSelection,
    recipe: &Recipe,
    rule: Option<usize>,
    (max, look_at): (usize, usize),
) -> Result<Vec<Preview>, ReplayError> {
    let transform = Transform::new(&recipe.rules, recipe.seed);
    let mut reader = selection.read(store, Payloads::With)?;
    let mut previews = Vec::new();
    for _ in 0..look_at {
        if previews.len() >= max {
            break;
        }
        let Some(selected) = reader.next_record()? else {
            break;
        };
        let found = of_record(&transform, recipe.rules.len(), selected.record);
        if rule.is_none_or(|rule| found.changed_by.contains(&rule)) {
            previews.push(found);
        }
    }
    Ok(previews)
}

fn of_record(transform: &Transform, rules: usize, record: WalkedRecord) -> Preview {
    let composed = Composed::by_rules(transform, &record);
    let (key_after, after) = (composed.key.into_owned(), composed.data.into_owned());
    let changed_by = (0..rules)
        .filter(|&rule| composed.touched.by(rule))
        .collect();
    Preview {
        record: record.id,
        key_after,
        after,
        changed_by,
        is_unreadable: composed.is_unreadable,
        key_before: record.partition_key,
        before: record.payload,
    }
}
