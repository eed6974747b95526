//! The choice as the platform's own dialog: macOS and Windows.

use super::{FileKind, Wanted};
use rfd::AsyncFileDialog;
use std::path::PathBuf;
use tauri::{WebviewWindow, async_runtime::spawn};
use tokio::sync::oneshot;

pub(super) fn choose(
    parent: &WebviewWindow,
    wanted: &Wanted,
    answer: oneshot::Sender<Option<PathBuf>>,
) {
    let dialog = AsyncFileDialog::new()
        .set_parent(parent)
        .set_title(wanted.title());
    let wanted = wanted.clone();
    spawn(async move {
        let chosen = match wanted {
            Wanted::File(kind) => of_kind(dialog, kind).pick_file().await,
            Wanted::NewFile(kind, name) => {
                let dialog = of_kind(dialog, kind).set_file_name(name);
                dialog.save_file().await
            }
            Wanted::Folder => dialog.pick_folder().await,
        };
        // nobody waits any more: the window is going
        let _ = answer.send(chosen.map(|chosen| chosen.path().to_owned()));
    });
}

fn of_kind(dialog: AsyncFileDialog, kind: FileKind) -> AsyncFileDialog {
    dialog.add_filter(kind.name(), kind.extensions())
}
