//! The choice as a GTK dialog over the window, on the thread that runs the window.

use super::Wanted;
use crate::words::Files;
use gtk::{FileChooserAction, FileChooserDialog, FileFilter, ResponseType, prelude::*};
use std::{cell::Cell, path::PathBuf};
use tauri::WebviewWindow;
use tokio::sync::oneshot;

pub(super) fn choose(
    parent: &WebviewWindow,
    words: &Files,
    wanted: &Wanted,
    answer: oneshot::Sender<Vec<PathBuf>>,
) {
    let (action, yes) = match wanted {
        Wanted::File(_) | Wanted::FileAgain(..) | Wanted::Files(_) => {
            (FileChooserAction::Open, words.open_button)
        }
        Wanted::NewFile(..) => (FileChooserAction::Save, words.save_button),
        Wanted::Folder => (FileChooserAction::SelectFolder, words.choose_button),
    };
    let dialog = FileChooserDialog::builder()
        .title(wanted.title(words))
        .action(action)
        .modal(true)
        .do_overwrite_confirmation(true)
        .select_multiple(matches!(wanted, Wanted::Files(_)))
        .build();
    if let Ok(window) = parent.gtk_window() {
        dialog.set_transient_for(Some(&window));
    }
    dialog.add_button(words.cancel_button, ResponseType::Cancel);
    dialog.add_button(yes, ResponseType::Accept);
    dialog.set_default_response(ResponseType::Accept);
    if let Wanted::NewFile(_, name) = wanted {
        dialog.set_current_name(name);
    }
    if let Wanted::File(kind)
    | Wanted::FileAgain(kind, _)
    | Wanted::Files(kind)
    | Wanted::NewFile(kind, _) = wanted
    {
        dialog.add_filter(filter(kind.name(words), kind.extensions()));
        dialog.add_filter(filter(words.all, &["*"]));
    }
    let answer = Cell::new(Some(answer));
    dialog.connect_response(move |dialog, response| {
        let paths = match response {
            ResponseType::Accept => dialog.filenames(),
            _ => Vec::new(),
        };
        if let Some(answer) = answer.take() {
            // nobody waits any more: the window is going
            let _ = answer.send(paths);
        }
        if response != ResponseType::DeleteEvent {
            dialog.close();
        }
    });
    dialog.show_all();
}

fn filter(name: &str, extensions: &[&str]) -> FileFilter {
    let filter = FileFilter::new();
    filter.set_name(Some(name));
    for extension in extensions {
        filter.add_pattern(&match *extension {
            "*" => "*".to_owned(),
            extension => format!("*.{extension}"),
        });
    }
    filter
}
