//! The program's own dialogs: the question before anything is written, and the choice of files. They are opened from Rust and are no
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

pub(crate) use file::{
    FileKind, choose_folder, file_name, open_file, open_file_again, open_files, save_file,
};

use crate::wire::CommandError;
use engine::{DialogAnswer, GRANT_LASTS, Identity, OpenedConnection, WriteQuestion, safe_text};
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
    ask(window, of_question(question), typed_name).await
}

/// Asks a person whether this function may be invoked; nothing is the person's no.
pub(crate) async fn ask_to_invoke(
    window: &WebviewWindow,
    through: &OpenedConnection,
    function: &str,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_function(through, function), None).await
}

/// As [`ask_to_invoke`], for the one function in a runtime interface emulator.
pub(crate) async fn ask_to_invoke_emulated(
    window: &WebviewWindow,
    address: &str,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_emulated(address), None).await
}

async fn ask(
    window: &WebviewWindow,
    asked: Asked,
    typed_name: Option<String>,
) -> Result<Option<DialogAnswer>, CommandError> {
    let (answer, answered) = oneshot::channel();
    let parent = window.clone();
    window
        .run_on_main_thread(move || native::ask(&parent, asked, answer))
        .map_err(|error| CommandError::failed(format!("the question cannot be shown: {error}")))?;
    // a dialog that went without an answer was not answered with yes
    let is_yes = answered.await.unwrap_or(false);
    Ok(is_yes.then(|| DialogAnswer::yes_in_native_dialog(typed_name)))
}

fn of_function(through: &OpenedConnection, function: &str) -> Asked {
    let function = safe_text(function).into_owned();
    let minutes = GRANT_LASTS.as_secs() / 60;
    let connection = &through.connection;
    Asked {
        title: "Allow invoking?",
        question: format!("May Kinescope invoke {function} for {minutes} minutes?"),
        facts: vec![
            ("Function", function),
            ("Region", safe_text(&connection.region().name).into_owned()),
            (
                "Endpoint",
                safe_text(&connection.endpoint().url).into_owned(),
            ),
            ("Invokes as", caller(&through.identity)),
            (
                "Connection",
                safe_text(&through.choice.label()).into_owned(),
            ),
        ],
        warning: Some(INVOKE_WARNING.to_owned()),
        no: "Don’t allow",
        yes: format!("Allow for {minutes} minutes"),
    }
}

fn of_emulated(address: &str) -> Asked {
    let address = safe_text(address).into_owned();
    let minutes = GRANT_LASTS.as_secs() / 60;
    Asked {
        title: "Allow invoking?",
        question: format!("May Kinescope invoke the function at {address} for {minutes} minutes?"),
        facts: vec![
            ("Endpoint", address),
            ("Invokes as", "nobody: requests are not signed".to_owned()),
        ],
        warning: Some(INVOKE_WARNING.to_owned()),
        no: "Don’t allow",
        yes: format!("Allow for {minutes} minutes"),
    }
}

const INVOKE_WARNING: &str =
    "What a function does with the records is up to the function: it may write anywhere.";

fn caller(identity: &Identity) -> String {
    match identity {
        Identity::Known { arn, .. } => safe_text(arn).into_owned(),
        Identity::Absent { .. } => "the endpoint does not say".to_owned(),
    }
}

fn of_question(question: &WriteQuestion) -> Asked {
    let target = question.asked().target();
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
            ("Writes as", caller(target.caller())),
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
