//! The choice as the platform's own dialog: macOS and Windows.

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
    let dialog = AsyncFileDialog::new()
        .set_parent(parent)
        .set_title(wanted.title)
        .add_filter(wanted.kind.name(), wanted.kind.extensions());
    match wanted.new_name {
        Some(name) => {
            let chosen = dialog.set_file_name(name).save_file();
            // nobody waits any more: the window is going
            spawn(async move { answer.send(chosen.await.map(|file| file.path().to_owned())) });
        }
        None => {
            let chosen = dialog.pick_file();
            spawn(async move { answer.send(chosen.await.map(|file| file.path().to_owned())) });
        }
    }
}
