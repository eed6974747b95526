//! The question as the platform's message box: macOS and Windows. The facts are lines of its text.

use super::{Asked, Said};
use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};
use tauri::{WebviewWindow, async_runtime::spawn};
use tokio::sync::oneshot;

pub(super) fn ask(parent: &WebviewWindow, asked: Asked, answer: oneshot::Sender<Said>) {
    if asked.field.is_some() {
        // a message box has no field: what has to be typed there is not allowed from here
        let _ = answer.send(Said::No);
        return;
    }
    let facts = asked
        .facts
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let lines: Vec<String> = asked.warning.into_iter().chain(facts).collect();
    let question = AsyncMessageDialog::new()
        .set_parent(parent)
        .set_title(asked.question)
        .set_description(lines.join("\n"))
        .set_level(MessageLevel::Warning)
        .set_buttons(MessageButtons::OkCancelCustom(
            asked.yes.clone(),
            asked.no.to_owned(),
        ))
        .show();
    spawn(async move {
        let said = question.await;
        let is_yes =
            said == MessageDialogResult::Ok || said == MessageDialogResult::Custom(asked.yes);
        let said = if is_yes {
            Said::Yes { typed: None }
        } else {
            Said::No
        };
        // nobody waits any more: the window is going
        let _ = answer.send(said);
    });
}
