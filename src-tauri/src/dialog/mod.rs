//! The program's own dialogs: the question before anything is written. They are opened from Rust and are no
//! part of the page, which can neither answer nor dress them.
//!
//! It decides nothing: what is asked comes from the engine, and so does what a yes is good for.

mod file;
#[cfg(target_os = "linux")]
mod gtk;
#[cfg(target_os = "linux")]
use gtk as native;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as native;

pub(crate) use file::{FileKind, open_file};

use crate::wire::CommandError;
use engine::{DialogAnswer, GRANT_LASTS, Identity, WriteQuestion, safe_text};
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// A question as every platform shows it. The first button is the one that Enter presses.
struct Asked {
    title: &'static str,
    question: String,
    /// Names and values.
    facts: Vec<(&'static str, String)>,
    warning: Option<String>,
    no: &'static str,
    yes: String,
}

/// Asks a person whether this stream may be written to; nothing is the person's no.
pub(crate) async fn ask_to_write(
    window: &WebviewWindow,
    question: &WriteQuestion,
    typed_name: Option<String>,
) -> Result<Option<DialogAnswer>, CommandError> {
    let (answer, answered) = oneshot::channel();
    let (parent, asked) = (window.clone(), of_question(question));
    window
        .run_on_main_thread(move || native::ask(&parent, asked, answer))
        .map_err(|error| CommandError::failed(format!("the question cannot be shown: {error}")))?;
    // a dialog that went without an answer was not answered with yes
    let is_yes = answered.await.unwrap_or(false);
    Ok(is_yes.then(|| DialogAnswer::yes_in_native_dialog(typed_name)))
}

fn of_question(question: &WriteQuestion) -> Asked {
    let target = question.asked().target();
    let caller = match target.caller() {
        Identity::Known { arn, .. } => safe_text(arn),
        Identity::Absent { .. } => "the endpoint does not say".into(),
    };
    let stream = safe_text(target.name().as_str()).into_owned();
    let minutes = GRANT_LASTS.as_secs() / 60;
    Asked {
        title: "Allow writing?",
        question: format!("May Kinescope write to {stream} for {minutes} minutes?"),
        facts: vec![
            ("Stream", stream),
            ("Account", safe_text(target.account()).into_owned()),
            ("Region", safe_text(target.region()).into_owned()),
            ("Endpoint", safe_text(target.endpoint()).into_owned()),
            ("ARN", safe_text(target.stream().arn.as_str()).into_owned()),
            ("Created", target.stream().created_at.to_string()),
            ("Writes as", caller.into_owned()),
            (
                "Connection",
                safe_text(&question.connection_label()).into_owned(),
            ),
        ],
        warning: question
            .asked()
            .production_sign()
            .map(|sign| format!("This looks like production because of {}.", safe_text(sign))),
        no: "Don’t allow",
        yes: format!("Allow for {minutes} minutes"),
    }
}
