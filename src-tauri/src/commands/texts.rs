//! Filters and questions that were asked before or saved. Each answer is what is known then.

use super::Answer;
use crate::{
    app::App,
    wire::{KnownTexts, TextKind},
};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn known_texts(app: State<'_, App>, kind: TextKind) -> Answer<KnownTexts> {
    Ok(app.engine()?.known_texts(kind.into()).await?.into())
}

/// Puts a text that was asked before all others.
#[tauri::command]
#[specta::specta]
pub async fn remember_text(
    app: State<'_, App>,
    kind: TextKind,
    text: String,
) -> Answer<KnownTexts> {
    let engine = app.engine()?;
    Ok(engine.remember_text(kind.into(), text).await?.into())
}

/// In the place of what had the name.
#[tauri::command]
#[specta::specta]
pub async fn save_text(
    app: State<'_, App>,
    kind: TextKind,
    name: String,
    text: String,
) -> Answer<KnownTexts> {
    let engine = app.engine()?;
    Ok(engine.save_text(kind.into(), name, text).await?.into())
}

/// Forgetting what is not there is no error.
#[tauri::command]
#[specta::specta]
pub async fn forget_text(app: State<'_, App>, kind: TextKind, name: String) -> Answer<KnownTexts> {
    Ok(app.engine()?.forget_text(kind.into(), name).await?.into())
}
