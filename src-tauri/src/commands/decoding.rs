//! How a stream's records are read: pinned layers, and schemas. The program reads a schema only from files that its user
//! chose in the program's own dialog, and asks a registry only where its user said yes to its host in one.

use super::Answer;
use crate::{
    app::App,
    convert::{pipeline, schema_id},
    dialog::{self, FileKind},
    wire::{LayerStep, RegistryChoice, SchemaRow, StreamDecoding},
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

/// Asks in a native dialog whether this registry may be asked for the stream's schemas; absent: the person said no, and
/// nothing changes.
#[tauri::command]
#[specta::specta]
pub async fn use_registry(
    app: State<'_, App>,
    window: WebviewWindow,
    stream_arn: String,
    choice: RegistryChoice,
) -> Answer<Option<StreamDecoding>> {
    let engine = app.engine()?;
    let _one_at_a_time = app.ask_alone()?;
    let question = engine.question_of_registry(stream_arn, choice.into());
    let question = question.await?;
    match dialog::ask_to_use_registry(&window, &question).await? {
        Some(answer) => Ok(Some(engine.use_registry(question, answer).await?.into())),
        None => Ok(None),
    }
}

/// No registry is asked for the stream's schemas any more.
#[tauri::command]
#[specta::specta]
pub async fn leave_registry(app: State<'_, App>, stream_arn: String) -> Answer<StreamDecoding> {
    Ok(app.engine()?.leave_registry(stream_arn).await?.into())
}

/// What the registry did not give may be asked for again at once.
#[tauri::command]
#[specta::specta]
pub async fn ask_registry_again(app: State<'_, App>, stream_arn: String) -> Answer<StreamDecoding> {
    Ok(app.engine()?.ask_registry_again(stream_arn).await?.into())
}
