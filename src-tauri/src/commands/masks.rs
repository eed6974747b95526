//! Masking rules: hiding more needs nothing, showing more a yes in the program's own dialog.
//!
//! The main window draws itself anew under other rules. The inspector's own window, which shows what it read before, is
//! closed.

use super::Answer;
use crate::{
    app::App,
    dialog,
    windows::inspector_gone,
    wire::{FilterFault, MaskAdded, MaskKind, Masking, Unmasking},
};
use engine::EngineError;
use tauri::{AppHandle, State, WebviewWindow};

/// The rules, and whether they hold.
#[tauri::command]
#[specta::specta]
pub async fn masking(app: State<'_, App>) -> Answer<Masking> {
    Ok(app.engine()?.masking().into())
}

/// It holds at once. What is no rule is told with its place.
#[tauri::command]
#[specta::specta]
pub async fn add_mask(
    handle: AppHandle,
    app: State<'_, App>,
    kind: MaskKind,
    text: String,
) -> Answer<MaskAdded> {
    let engine = app.engine()?;
    let (masking, fault) = match engine.add_mask(kind.into(), text.clone()).await {
        Ok(masked) => {
            inspector_gone(&handle).await;
            (masked, None)
        }
        Err(EngineError::Filter { at, message }) => {
            let fault = query::FilterError { at, message };
            (engine.masking(), Some(FilterFault::of(text.trim(), fault)))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(MaskAdded {
        masking: masking.into(),
        fault,
    })
}

#[tauri::command]
#[specta::specta]
pub async fn switch_mask_on(
    handle: AppHandle,
    app: State<'_, App>,
    kind: MaskKind,
    text: String,
) -> Answer<Masking> {
    let masked = app.engine()?.switch_mask_on(kind.into(), text).await?;
    inspector_gone(&handle).await;
    Ok(masked.into())
}

/// True values are hidden again before this session ends.
#[tauri::command]
#[specta::specta]
pub async fn mask_again(handle: AppHandle, app: State<'_, App>) -> Answer<Masking> {
    let masked = app.engine()?.mask_again().await?;
    inspector_gone(&handle).await;
    Ok(masked.into())
}

/// Asks in a native dialog; absent: the person said no, and all stays hidden.
#[tauri::command]
#[specta::specta]
pub async fn unmask(
    handle: AppHandle,
    app: State<'_, App>,
    window: WebviewWindow,
    what: Unmasking,
) -> Answer<Option<Masking>> {
    let engine = app.engine()?;
    let _one_at_a_time = app.ask_alone()?;
    let what = engine::Unmasking::from(what);
    match dialog::ask_to_unmask(&window, &what).await? {
        Some(yes) => {
            let masked = engine.unmask(what, yes).await?;
            inspector_gone(&handle).await;
            Ok(Some(masked.into()))
        }
        None => Ok(None),
    }
}
