//! The platform's choosers on macOS and Windows.

use super::Wanted;
use rfd::AsyncFileDialog;
use std::path::PathBuf;
use tauri::{WebviewWindow, async_runtime::spawn};
use tokio::sync::oneshot;

pub(super) fn choose(
    parent: &WebviewWindow,
    wanted: Wanted,
    answer: oneshot::Sender<Option<PathBuf>>,
) {
    let dialog = AsyncFileDialog::new().set_parent(parent);
    spawn(async move {
        let chosen = match wanted {
            Wanted::NewFile { name } => dialog.set_file_name(name).save_file().await,
            Wanted::Folder => dialog.pick_folder().await,
        };
        // nobody waits any more: the window is going
        let _ = answer.send(chosen.map(|chosen| chosen.path().to_owned()));
    });
}
