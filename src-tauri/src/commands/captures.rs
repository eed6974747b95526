//! Captures: starting, holding, ending, and how they stand.

use super::{Answer, connections::ask_to_trust, id};
use crate::{
    app::App,
    wire::{CaptureRow, CaptureStatus, NewCapture},
};
use engine::CaptureId;
use tauri::{State, WebviewWindow};

/// All captures of the workspace, the newest first.
#[tauri::command]
#[specta::specta]
pub async fn list_captures(app: State<'_, App>) -> Answer<Vec<CaptureRow>> {
    Ok(app
        .engine()?
        .captures()
        .await?
        .into_iter()
        .map(CaptureRow::from)
        .collect())
}

/// Starts reading at once.
#[tauri::command]
#[specta::specta]
pub async fn start_capture(app: State<'_, App>, capture: NewCapture) -> Answer<CaptureRow> {
    Ok(app
        .engine()?
        .start_capture(capture.try_into()?)
        .await?
        .into())
}

/// Stops reading until resumed; what was read is kept, and so is the place.
#[tauri::command]
#[specta::specta]
pub async fn pause_capture(app: State<'_, App>, capture: String) -> Answer<()> {
    Ok(app.engine()?.pause_capture(capture_id(&capture)?).await?)
}

/// Goes on after the last stored record; connects again where that is needed. `ask_trust`: where its endpoint is not one of
/// AWS's, and not confirmed, a native dialog asks for that first.
#[tauri::command]
#[specta::specta]
pub async fn resume_capture(
    app: State<'_, App>,
    window: WebviewWindow,
    capture: String,
    ask_trust: bool,
) -> Answer<()> {
    let engine = app.engine()?;
    let capture = capture_id(&capture)?;
    if ask_trust {
        let question = engine.ask_to_trust_origin(capture).await?;
        ask_to_trust(&app, &window, question).await?;
    }
    Ok(engine.resume_capture(capture).await?)
}

/// Ends the capture; what was read is kept.
#[tauri::command]
#[specta::specta]
pub async fn stop_capture(app: State<'_, App>, capture: String) -> Answer<()> {
    Ok(app.engine()?.stop_capture(capture_id(&capture)?).await?)
}

/// Gives the capture another name.
#[tauri::command]
#[specta::specta]
pub async fn rename_capture(app: State<'_, App>, capture: String, name: String) -> Answer<()> {
    Ok(app
        .engine()?
        .rename_capture(capture_id(&capture)?, name)
        .await?)
}

/// Deletes the capture and the records that no other capture holds.
#[tauri::command]
#[specta::specta]
pub async fn delete_capture(app: State<'_, App>, capture: String) -> Answer<()> {
    Ok(app.engine()?.delete_capture(capture_id(&capture)?).await?)
}

/// How each shard stands, and what is missing.
#[tauri::command]
#[specta::specta]
pub async fn capture_status(app: State<'_, App>, capture: String) -> Answer<CaptureStatus> {
    Ok(app.engine()?.capture(capture_id(&capture)?).await?.into())
}

pub(super) fn capture_ids(texts: &[String]) -> Answer<Vec<CaptureId>> {
    texts.iter().map(|text| capture_id(text)).collect()
}

pub(super) fn capture_id(text: &str) -> Answer<CaptureId> {
    Ok(CaptureId(id(text)?))
}
