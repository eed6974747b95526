//! The question as a GTK dialog over the window, on the thread that runs the window.
//!
//! GTK comes with the webview. A crate that opens GTK's dialogs from a thread of its own would take turns with the
//! window's on one event loop.

use super::{Asked, Field, Said, Wants};
use gtk::{
    Align, Entry, Grid, InputPurpose, Label, MessageDialog, MessageType, ResponseType,
    pango::WrapMode, prelude::*,
};
use std::cell::Cell;
use tauri::WebviewWindow;
use tokio::sync::oneshot;

const VALUE_CHARS: i32 = 64;

pub(super) fn ask(parent: &WebviewWindow, asked: Asked, answer: oneshot::Sender<Said>) {
    let is_alarming = asked.warning.is_some();
    let dialog = MessageDialog::builder()
        .title(asked.title)
        .modal(true)
        .message_type(if is_alarming {
            MessageType::Warning
        } else {
            MessageType::Question
        })
        .text(asked.question)
        .build();
    if let Some(warning) = asked.warning {
        dialog.set_secondary_text(Some(&warning));
    }
    if let Ok(window) = parent.gtk_window() {
        dialog.set_transient_for(Some(&window));
    }
    dialog.content_area().add(&facts(&asked.facts));
    // Alt and their first letters press them
    dialog.add_button(&format!("_{}", asked.no), ResponseType::Cancel);
    dialog.add_button(&format!("_{}", asked.yes), ResponseType::Accept);
    // a key that was meant for the window says no
    dialog.set_default_response(ResponseType::Cancel);
    let typed = asked.field.map(|field| to_be_typed(&dialog, field));
    let answer = Cell::new(Some(answer));
    dialog.connect_response(move |dialog, response| {
        if let Some(answer) = answer.take() {
            let said = match response {
                ResponseType::Accept => Said::Yes {
                    typed: typed.as_ref().map(|entry| entry.text().to_string()),
                },
                _ => Said::No,
            };
            // nobody waits any more: the window is going
            let _ = answer.send(said);
        }
        if response != ResponseType::DeleteEvent {
            dialog.close();
        }
    });
    dialog.show_all();
}

/// A field below the facts; a yes can be said once it holds its text, or a password.
fn to_be_typed(dialog: &MessageDialog, field: Field) -> Entry {
    let Field { label, wants } = field;
    let is_secret = matches!(wants, Wants::Password);
    let label = Label::builder()
        .label(label)
        .halign(Align::Start)
        .xalign(0.0)
        .wrap(true)
        .wrap_mode(WrapMode::Char)
        .max_width_chars(VALUE_CHARS)
        .margin_start(24)
        .margin_end(24)
        .build();
    let entry = Entry::builder()
        .margin_start(24)
        .margin_end(24)
        .margin_bottom(12)
        .visibility(!is_secret)
        .build();
    if is_secret {
        entry.set_input_purpose(InputPurpose::Password);
    }
    dialog.content_area().add(&label);
    dialog.content_area().add(&entry);
    dialog.set_response_sensitive(ResponseType::Accept, false);
    let parent = dialog.clone();
    entry.connect_changed(move |entry| {
        let typed = entry.text();
        let is_it = match &wants {
            Wants::Exactly(text) => typed.trim() == text,
            Wants::Password => !typed.is_empty(),
        };
        parent.set_response_sensitive(ResponseType::Accept, is_it);
    });
    entry
}

fn facts(facts: &[(&str, String)]) -> Grid {
    let grid = Grid::builder()
        .column_spacing(12)
        .row_spacing(4)
        .margin_start(24)
        .margin_end(24)
        .margin_bottom(12)
        .build();
    for (row, (name, value)) in (0..).zip(facts) {
        let name = Label::builder()
            .label(*name)
            .halign(Align::Start)
            .valign(Align::Start)
            .build();
        name.style_context().add_class("dim-label");
        let value = Label::builder()
            .label(value)
            .halign(Align::Start)
            .xalign(0.0)
            .wrap(true)
            .wrap_mode(WrapMode::Char)
            .max_width_chars(VALUE_CHARS)
            .build();
        grid.attach(&name, 0, row, 1, 1);
        grid.attach(&value, 1, row, 1, 1);
    }
    grid
}
