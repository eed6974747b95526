//! Before and after on real records, one at a time.

use crate::{ReplayError, ReplayRequest, compose::walked};
use record::ShardId;
use store::{Payloads, RecordId, Store};

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
    /// Where it would land, where that is known.
    pub shard: Option<ShardId>,
    /// Why it would be left out.
    pub unfit: Option<String>,
}

/// The record at this place of the request's selection; `None` beyond its end. Reads the selection up to there.
pub fn preview(
    store: &Store,
    request: &ReplayRequest,
    position: u64,
) -> Result<Option<Preview>, ReplayError> {
    let mut reader = request.selection.read(store, Payloads::Without)?;
    let selected = loop {
        match reader.next_record()? {
            Some(selected) if selected.position == position => break selected,
            Some(_) => {}
            None => return Ok(None),
        }
    };
    let Some(full) = store.record(selected.record.id)? else {
        return Ok(None);
    };
    let record = walked(full);
    let composer = request.composer(store)?;
    let entry = composer.compose(&record);
    let unfit = composer.check(&entry).err();
    let hash_key = entry.hash_key();
    let shard = request.targets.as_ref().and_then(|targets| {
        let place = targets.place_of(hash_key);
        targets.shards().get(place).map(|shard| shard.id.clone())
    });
    let changed_by = (0..request.recipe.rules.len()).filter(|&rule| entry.touched.by(rule));
    Ok(Some(Preview {
        changed_by: changed_by.collect(),
        is_unreadable: entry.is_unreadable,
        key_after: entry.key.into_owned(),
        after: entry.data.into_owned(),
        shard,
        unfit: unfit.map(|unfit| unfit.to_string()),
        record: record.id,
        key_before: record.partition_key,
        before: record.payload,
    }))
}
