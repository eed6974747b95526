//! One record, opened.

use super::{Answer, id};
use crate::{
    app::App,
    wire::{CopyForm, Number, RecordDetails, RecordText, TreePage, TreeRequest},
};
use engine::RecordId;
use tauri::{State, ipc::Response};

/// All that is known of a record but its payload.
#[tauri::command]
#[specta::specta]
pub async fn open_record(app: State<'_, App>, record: String) -> Answer<RecordDetails> {
    Ok(app.engine()?.open_record(record_id(&record)?).await?.into())
}

/// Rows of the payload's JSON tree.
#[tauri::command]
#[specta::specta]
pub async fn record_tree(
    app: State<'_, App>,
    record: String,
    request: TreeRequest,
) -> Answer<TreePage> {
    Ok(app
        .engine()?
        .record_tree(record_id(&record)?, request.into())
        .await?
        .into())
}

/// The payload as indented JSON with the numbers as they were written; other text as it is.
#[tauri::command]
#[specta::specta]
pub async fn record_text(app: State<'_, App>, record: String) -> Answer<RecordText> {
    Ok(app.engine()?.record_text(record_id(&record)?).await?.into())
}

/// The payload as text, nothing changed but what could not be shown safely.
#[tauri::command]
#[specta::specta]
pub async fn record_raw(app: State<'_, App>, record: String) -> Answer<RecordText> {
    Ok(app.engine()?.record_raw(record_id(&record)?).await?.into())
}

/// The record as text for the clipboard, whole.
#[tauri::command]
#[specta::specta]
pub async fn record_copy(app: State<'_, App>, record: String, form: CopyForm) -> Answer<String> {
    let record = record_id(&record)?;
    Ok(app.engine()?.record_copy(record, form.into()).await?)
}

/// Up to `count` bytes of the payload from `first`, raw.
#[tauri::command]
pub async fn record_bytes(
    app: State<'_, App>,
    record: String,
    first: Number,
    count: u32,
) -> Answer<Response> {
    let bytes = app
        .engine()?
        .record_bytes(record_id(&record)?, first.as_u64(), count)
        .await?;
    Ok(Response::new(bytes))
}

pub(super) fn record_id(text: &str) -> Answer<RecordId> {
    Ok(RecordId(id(text)?))
}
