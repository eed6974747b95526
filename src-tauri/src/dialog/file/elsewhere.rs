//! The choice as the platform's own dialog: macOS and Windows.

use super::{FileKind, Wanted};
use crate::words::Files;
use rfd::AsyncFileDialog;
use std::path::PathBuf;
use tauri::{WebviewWindow, async_runtime::spawn};
use tokio::sync::oneshot;

pub(super) fn choose(
    parent: &WebviewWindow,
    words: &'static Files,
    wanted: &Wanted,
    answer: oneshot::Sender<Vec<PathBuf>>,
) {
    let dialog = AsyncFileDialog::new()
        .set_parent(parent)
        .set_title(wanted.title(words));
    let wanted = wanted.clone();
    spawn(async move {
        let chosen: Vec<_> = match wanted {
            Wanted::File(kind) | Wanted::FileAgain(kind, _) => of_kind(dialog, kind, words)
                .pick_file()
                .await
                .into_iter()
                .collect(),
            Wanted::Files(kind) => {
                let chosen = of_kind(dialog, kind, words).pick_files().await;
                chosen.unwrap_or_default()
            }
            Wanted::NewFile(kind, name) => {
                let dialog = of_kind(dialog, kind, words).set_file_name(name);
                dialog.save_file().await.into_iter().collect()
            }
            Wanted::Folder => dialog.pick_folder().await.into_iter().collect(),
        };
        // nobody waits any more: the window is going
        let paths = chosen.iter().map(|chosen| chosen.path().to_owned());
        let _ = answer.send(paths.collect());
    });
}

fn of_kind(dialog: AsyncFileDialog, kind: FileKind, words: &Files) -> AsyncFileDialog {
    dialog.add_filter(kind.name(words), kind.extensions())
}
