//! Records into a file: begun, asked how far it is, cancelled.

use super::Answer;
use crate::{
    app::App,
    convert::replay_source,
    dialog::{self, FileKind},
    wire::{RecordExport, RecordFileFormat, ReplaySource},
};
use engine::ExportId;
use tauri::{State, WebviewWindow};

/// Begins to write records to a file that a native dialog asks for; absent: the person left it. They are written as they may
/// be shown now.
#[tauri::command]
#[specta::specta]
pub async fn export_records(
    app: State<'_, App>,
    window: WebviewWindow,
    source: ReplaySource,
    format: RecordFileFormat,
) -> Answer<Option<RecordExport>> {
    let _one_at_a_time = app.ask_alone()?;
    let wanted = replay_source(source)?;
    let (kind, name) = match format {
        RecordFileFormat::Lines => (FileKind::Lines, "records.ndjson"),
        RecordFileFormat::Csv => (FileKind::Csv, "records.csv"),
        RecordFileFormat::Capture => (FileKind::Lines, "records.ferro.ndjson"),
    };
    let Some(path) = dialog::save_file(&window, kind, name).await? else {
        return Ok(None);
    };
    let engine = app.engine()?;
    let begun = engine.start_export(wanted, format.into(), path).await?;
    Ok(Some(begun.into()))
}

/// How far it is.
#[tauri::command]
#[specta::specta]
pub async fn export_status(app: State<'_, App>, id: u32) -> Answer<RecordExport> {
    Ok(app.engine()?.export(ExportId(id))?.into())
}

/// Ends it; nothing is left of its file. One that is written already stays.
#[tauri::command]
#[specta::specta]
pub async fn cancel_export(app: State<'_, App>, id: u32) -> Answer<()> {
    Ok(app.engine()?.cancel_export(ExportId(id))?)
}
