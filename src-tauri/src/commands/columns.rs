//! The columns of the record table: what was chosen for the streams of a view, and the fields that could be columns.

use super::Answer;
use crate::{
    app::App,
    wire::{ColumnLayout, FieldsSeen},
};
use engine::ViewId;
use tauri::State;

/// What was chosen for the streams of a view, when they are looked at together.
#[tauri::command]
#[specta::specta]
pub async fn kept_columns(app: State<'_, App>, view: u32) -> Answer<ColumnLayout> {
    Ok(app.engine()?.kept_columns(ViewId(view)).await?.into())
}

/// In the place of what was chosen before; no columns forget it.
#[tauri::command]
#[specta::specta]
pub async fn keep_columns(app: State<'_, App>, layout: ColumnLayout) -> Answer<()> {
    Ok(app.engine()?.keep_columns(layout.into()).await?)
}

/// A typed path as it is written in full, from `$` on.
#[tauri::command]
#[specta::specta]
pub async fn read_path(app: State<'_, App>, text: String) -> Answer<String> {
    Ok(app.engine()?.read_path(&text)?)
}

/// The fields that the records of a view have, by event type; a sample where there are many.
#[tauri::command]
#[specta::specta]
pub async fn seen_fields(app: State<'_, App>, view: u32) -> Answer<FieldsSeen> {
    Ok(app.engine()?.seen_fields(ViewId(view)).await?.into())
}
