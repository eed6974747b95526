//! One record, opened.

use super::{Answer, id};
use crate::{
    app::App,
    wire::{
        CopyForm, EventPart, Likeness, Number, RecordDetails, RecordEvent, RecordRow, RecordText,
        TreePage, TreeRequest,
    },
};
use engine::RecordId;
use tauri::{State, ipc::Response};

/// All that is known of a record but its payload, and the first of its events.
#[tauri::command]
#[specta::specta]
pub async fn open_record(app: State<'_, App>, record: String) -> Answer<RecordDetails> {
    Ok(app.engine()?.open_record(record_id(&record)?).await?.into())
}

/// Another of its events.
#[tauri::command]
#[specta::specta]
pub async fn record_event(app: State<'_, App>, record: String, event: u32) -> Answer<RecordEvent> {
    let record = record_id(&record)?;
    Ok(app.engine()?.record_event(record, event).await?.into())
}

/// The last record of its stream before it that has its key or its type; absent where none was captured.
#[tauri::command]
#[specta::specta]
pub async fn earlier_record(
    app: State<'_, App>,
    record: String,
    likeness: Likeness,
) -> Answer<Option<RecordRow>> {
    let record = record_id(&record)?;
    let found = app.engine()?.earlier_record(record, likeness.into());
    Ok(found.await?.map(RecordRow::from))
}

/// Rows of an event's tree.
#[tauri::command]
#[specta::specta]
pub async fn record_tree(
    app: State<'_, App>,
    record: String,
    event: u32,
    request: TreeRequest,
) -> Answer<TreePage> {
    Ok(app
        .engine()?
        .record_tree(record_id(&record)?, event, request.into())
        .await?
        .into())
}

/// An event as indented JSON with the numbers as they were written; other text as it is.
#[tauri::command]
#[specta::specta]
pub async fn record_text(
    app: State<'_, App>,
    record: String,
    event: u32,
    part: EventPart,
) -> Answer<RecordText> {
    let record = record_id(&record)?;
    let text = app.engine()?.record_text(record, event, part.into());
    Ok(text.await?.into())
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

/// Up to `count` bytes from `first`, raw: of the payload, or of what an event's format was given.
#[tauri::command]
pub async fn record_bytes(
    app: State<'_, App>,
    record: String,
    event: Option<u32>,
    first: Number,
    count: u32,
) -> Answer<Response> {
    let bytes = app
        .engine()?
        .record_bytes(record_id(&record)?, event, first.as_u64(), count)
        .await?;
    Ok(Response::new(bytes))
}

pub(super) fn record_id(text: &str) -> Answer<RecordId> {
    Ok(RecordId(id(text)?))
}
