//! Where a file is to be written, and which folder is meant: GTK's own choosers over the window.

use super::Wanted;
use gtk::{FileChooserAction, FileChooserNative, ResponseType, prelude::*};
use std::{cell::RefCell, path::PathBuf};
use tauri::WebviewWindow;
use tokio::sync::oneshot;

pub(super) fn choose(
    parent: &WebviewWindow,
    wanted: Wanted,
    answer: oneshot::Sender<Option<PathBuf>>,
) {
    let (title, action) = match &wanted {
        Wanted::NewFile { .. } => ("Export", FileChooserAction::Save),
        Wanted::Folder => ("Folder of definitions", FileChooserAction::SelectFolder),
    };
    let window = parent.gtk_window().ok();
    let dialog = FileChooserNative::new(Some(title), window.as_ref(), action, None, None);
    dialog.set_modal(true);
    if let Wanted::NewFile { name } = &wanted {
        dialog.set_do_overwrite_confirmation(true);
        dialog.set_current_name(name);
    }
    // it stays open for as long as somebody holds it: until it was answered
    let held = RefCell::new(Some((dialog.clone(), answer)));
    dialog.connect_response(move |dialog, response| {
        let chosen = (response == ResponseType::Accept)
            .then(|| dialog.filename())
            .flatten();
        if let Some((dialog, answer)) = held.take() {
            // nobody waits any more: the window is going
            let _ = answer.send(chosen);
            dialog.destroy();
        }
    });
    dialog.show();
}
