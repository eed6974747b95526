//! How a stream's records are read: pinned layers, and schemas. The program reads a schema only from files that its user
//! chose in the program's own dialog.

use super::Answer;
use crate::{
    app::App,
    convert::{pipeline, schema_id},
    dialog::{self, FileKind},
    wire::{LayerStep, SchemaRow, StreamDecoding},
};
use tauri::{State, WebviewWindow};

#[tauri::command]
#[specta::specta]
pub async fn stream_decoding(app: State<'_, App>, stream_arn: String) -> Answer<StreamDecoding> {
    Ok(app.engine()?.stream_decoding(stream_arn).await?.into())
}

/// Reads the stream's records by these layers from now on; absent: each by its content.
#[tauri::command]
#[specta::specta]
pub async fn pin_decoding(
    app: State<'_, App>,
    stream_arn: String,
    pinned: Option<Vec<LayerStep>>,
) -> Answer<StreamDecoding> {
    let pipeline = pipeline(pinned)?;
    let pinned = app.engine()?.pin_decoding(stream_arn, pipeline);
    Ok(pinned.await?.into())
}

/// Opens the native dialog, and keeps what the chosen files say as a schema, known by `id` or by its file. Absent: the
/// user left it.
#[tauri::command]
#[specta::specta]
pub async fn add_schema(
    app: State<'_, App>,
    window: WebviewWindow,
    id: Option<String>,
) -> Answer<Option<SchemaRow>> {
    let id = id.as_deref().map(schema_id).transpose()?;
    let _one_at_a_time = app.ask_alone()?;
    let files = dialog::open_files(&window, FileKind::Schema).await?;
    if files.is_empty() {
        return Ok(None);
    }
    Ok(Some(app.engine()?.add_schema(files, id).await?.into()))
}

#[tauri::command]
#[specta::specta]
pub async fn forget_schema(
    app: State<'_, App>,
    stream_arn: String,
    id: String,
) -> Answer<StreamDecoding> {
    let forgotten = app.engine()?.forget_schema(stream_arn, schema_id(&id)?);
    Ok(forgotten.await?.into())
}
