//! What belongs to an opened record, inside it and among the others; and a view's records by what they share.

use super::{Answer, records::record_id};
use crate::{
    app::App,
    wire::{
        GroupBy, GroupCounts, Number, PossibleRelation, RelatedRecords, Relation, TreeFound,
        TreePlace, TreeTarget,
    },
};
use engine::{Expansion, ViewId};
use record::Millis;
use tauri::State;

/// The nodes of an event's tree whose name or value holds a text, in any case.
#[tauri::command]
#[specta::specta]
pub async fn find_in_tree(
    app: State<'_, App>,
    record: String,
    event: u32,
    text: String,
) -> Answer<TreeFound> {
    let record = record_id(&record)?;
    Ok(app
        .engine()?
        .find_in_tree(record, event, text)
        .await?
        .into())
}

/// The row of a node once all around it is unfolded; absent where there is none.
#[tauri::command]
#[specta::specta]
pub async fn place_in_tree(
    app: State<'_, App>,
    record: String,
    event: u32,
    depth: u32,
    toggled: Vec<u32>,
    target: TreeTarget,
) -> Answer<Option<TreePlace>> {
    let record = record_id(&record)?;
    let expansion = Expansion {
        depth: depth as usize,
        toggled: toggled.into_iter().collect(),
    };
    let place = app
        .engine()?
        .place_in_tree(record, event, expansion, target.into());
    Ok(place.await?.map(TreePlace::from))
}

/// What other records may have in common with an event of this one; nothing is looked for yet.
#[tauri::command]
#[specta::specta]
pub async fn possible_relations(
    app: State<'_, App>,
    record: String,
    event: u32,
) -> Answer<Vec<PossibleRelation>> {
    let record = record_id(&record)?;
    let possible = app.engine()?.possible_relations(record, event).await?;
    Ok(possible.into_iter().map(PossibleRelation::from).collect())
}

/// Those of all captured records that have this in common with one. A later question ends this one.
#[tauri::command]
#[specta::specta]
pub async fn related_records(
    app: State<'_, App>,
    record: String,
    relation: Relation,
) -> Answer<RelatedRecords> {
    let record = record_id(&record)?;
    let related = app.engine()?.related_records(record, relation.into());
    Ok(related.await?.into())
}

/// Counts for `[from, until)` cut into even parts, of the `most` commonest types or keys and of the rest.
#[tauri::command]
#[specta::specta]
pub async fn view_groups(
    app: State<'_, App>,
    view: u32,
    by: GroupBy,
    from: Number,
    until: Number,
    buckets: u32,
    most: u32,
) -> Answer<GroupCounts> {
    let time = (Millis(from.as_i64()), Millis(until.as_i64()));
    let engine = app.engine()?;
    let counts = engine.view_groups(ViewId(view), by.into(), time, buckets, most);
    Ok(counts.await?.into())
}
