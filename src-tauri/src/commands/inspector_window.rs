//! The inspector's own window: the main window opens it and says which record it shows, and its page asks for that.

use super::{Answer, records::record_id};
use crate::{
    app::App,
    windows,
    wire::{CommandError, InspectedRecord, InspectorWord},
};
use tauri::{AppHandle, State, ipc::Channel};

/// Opens it on a record, if one is selected, or brings it to the front; `words` hears of it for as long as it is there.
#[tauri::command]
#[specta::specta]
pub async fn open_inspector_window(
    handle: AppHandle,
    app: State<'_, App>,
    record: Option<String>,
    words: Channel<InspectorWord>,
) -> Answer<()> {
    if let Some(record) = &record {
        record_id(record)?;
    }
    app.inspect(record);
    windows::open_inspector(&handle)
        .map_err(|error| CommandError::failed(format!("the window cannot be opened: {error}")))?;
    app.inspector_opened(words);
    Ok(())
}

/// The record that it shows from now on; none while none is selected.
#[tauri::command]
#[specta::specta]
pub async fn show_in_inspector_window(app: State<'_, App>, record: Option<String>) -> Answer<()> {
    if let Some(record) = &record {
        record_id(record)?;
    }
    app.inspect(record);
    Ok(())
}

/// For its page: the record that it is to show, now and whenever another is selected.
#[tauri::command]
#[specta::specta]
pub async fn watch_inspector_window(
    app: State<'_, App>,
    shown: Channel<InspectedRecord>,
) -> Answer<()> {
    app.watch_inspected(shown);
    Ok(())
}

/// From its page: the main window is to select the record after this one, or the one before.
#[tauri::command]
#[specta::specta]
pub async fn step_from_inspector_window(app: State<'_, App>, forward: bool) -> Answer<()> {
    let word = if forward {
        InspectorWord::Next
    } else {
        InspectorWord::Previous
    };
    app.step_inspected(word);
    Ok(())
}

/// Closes it; nothing happens where it is not open.
#[tauri::command]
#[specta::specta]
pub async fn close_inspector_window(handle: AppHandle) -> Answer<()> {
    windows::close_inspector(&handle);
    Ok(())
}
