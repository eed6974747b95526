//! The inspector's own window: the main window opens it and says which record it shows, and its page asks for that.

use super::{Answer, records::record_id};
use crate::{
    app::App,
    windows,
    wire::{CommandError, InspectedRecord},
};
use tauri::{AppHandle, State, ipc::Channel};

/// Opens it on a record, or brings it to the front; `open` hears whether it is there, for as long as it is.
#[tauri::command]
#[specta::specta]
pub async fn open_inspector_window(
    handle: AppHandle,
    app: State<'_, App>,
    record: String,
    open: Channel<bool>,
) -> Answer<()> {
    record_id(&record)?;
    app.inspect(Some(record));
    windows::open_inspector(&handle)
        .map_err(|error| CommandError::failed(format!("the window cannot be opened: {error}")))?;
    app.inspector_opened(open);
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

/// Closes it; nothing happens where it is not open.
#[tauri::command]
#[specta::specta]
pub async fn close_inspector_window(handle: AppHandle) -> Answer<()> {
    windows::close_inspector(&handle);
    Ok(())
}
