//! The program's own dialogs. They are windows of the desk and no part of the page: what a person does to them
//! comes from the screen's keyboard, as it would from a real one.

use crate::{Desk, window::until};
use std::process::Command;

/// A dialog that is shown.
pub struct NativeDialog<'a> {
    desk: &'a Desk,
    id: String,
}

impl<'a> NativeDialog<'a> {
    /// Waits until it is there, and gives it the keyboard.
    pub(crate) async fn shown(desk: &'a Desk, title: &str) -> Self {
        let id = until(&format!("the dialog “{title}” is shown"), || async {
            let found = xdotool(desk, &["search", "--onlyvisible", "--name", title])?;
            found.lines().next().map(str::to_owned)
        })
        .await;
        let dialog = Self { desk, id };
        until("the dialog has the keyboard", || async {
            xdotool(desk, &["windowactivate", &dialog.id])?;
            let active = xdotool(desk, &["getactivewindow"])?;
            (active.trim() == dialog.id).then_some(())
        })
        .await;
        dialog
    }

    /// Keys by their X names, such as `Tab` and `Return`.
    pub fn press(&self, keys: &[&str]) {
        for key in keys {
            xdotool(self.desk, &["key", "--clearmodifiers", key]).expect("a key is pressed");
        }
    }

    pub fn type_text(&self, text: &str) {
        let typed = xdotool(
            self.desk,
            &["type", "--clearmodifiers", "--delay", "4", text],
        );
        typed.expect("a text is typed");
    }

    /// Waits until it is gone.
    pub async fn gone(self) {
        until("the dialog is gone", || async {
            let found = xdotool(self.desk, &["search", "--onlyvisible", "--name", ".*"])?;
            (!found.lines().any(|id| id == self.id)).then_some(())
        })
        .await;
    }
}

/// Answers every dialog that is shown with Escape, which allows nothing and chooses no file; says how many there were.
pub fn dismiss_dialogs(desk: &Desk) -> usize {
    let shown = xdotool(desk, &["search", "--onlyvisible", "--name", ".+"]).unwrap_or_default();
    let name = |id: &&str| xdotool(desk, &["getwindowname", id]).unwrap_or_default();
    let dialogs: Vec<&str> = shown
        .lines()
        // the program's windows, by their titles, are none
        .filter(|id| !name(id).trim().is_empty() && !name(id).starts_with("Kinescope"))
        .collect();
    for id in &dialogs {
        // one that is gone meanwhile needs no answer
        let _ = xdotool(
            desk,
            &["windowactivate", id, "key", "--clearmodifiers", "Escape"],
        );
    }
    dialogs.len()
}

/// What it says; nothing where it fails, as it does while nothing is found.
pub(crate) fn xdotool(desk: &Desk, arguments: &[&str]) -> Option<String> {
    let output = Command::new("xdotool")
        .args(arguments)
        .env("DISPLAY", desk.display())
        .output()
        .expect("xdotool runs; run: make set-up");
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
