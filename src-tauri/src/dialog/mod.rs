//! The program's own dialogs: the question before anything is written, and the choice of files. They are opened from Rust and are no
//! part of the page, which can neither answer nor dress them.
//!
//! It decides nothing: what is asked comes from the engine, and so does what a yes is good for.

mod file;
#[cfg(target_os = "linux")]
mod gtk;
mod registry;
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
use engine::{
    AskedToInvoke, DialogAnswer, GRANT_LASTS, Identity, RegistryQuestion, TrustPurpose,
    TrustQuestion, Unmasking, WriteQuestion, safe_text,
};
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// A question as every platform shows it. The first button is the one that Enter presses.
struct Asked {
    title: &'static str,
    question: String,
    /// Names and values.
    facts: Vec<(&'static str, String)>,
    warning: Option<String>,
    /// What has to be typed before a yes, where something has to be.
    field: Option<Field>,
    no: &'static str,
    yes: String,
}

enum Field {
    /// This text, as a sign that it was read.
    Exactly(String),
    /// A password of this name, which nobody sees.
    Password(String),
}

/// What a person answered.
enum Said {
    No,
    Yes {
        /// In the dialog, where it asked for it.
        typed: Option<String>,
    },
}

/// Asks a person whether this stream may be written to; nothing is the person's no.
pub(crate) async fn ask_to_write(
    window: &WebviewWindow,
    question: &WriteQuestion,
    typed_name: Option<String>,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_question(question), typed_name).await
}

/// Asks a person whether this function may be invoked; nothing is the person's no. Where it looks like production its
/// name is typed in the dialog.
pub(crate) async fn ask_to_invoke(
    window: &WebviewWindow,
    question: &AskedToInvoke,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_function(question), None).await
}

/// As [`ask_to_invoke`], for the one function in a runtime interface emulator.
pub(crate) async fn ask_to_invoke_emulated(
    window: &WebviewWindow,
    address: &str,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_emulated(address), None).await
}

/// Asks a person whether more may be shown than before; nothing is the person's no.
pub(crate) async fn ask_to_unmask(
    window: &WebviewWindow,
    what: &Unmasking,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_unmasking(what), None).await
}

/// Asks a person whether anything may go to this endpoint from now on; nothing is the person's no.
pub(crate) async fn ask_to_trust(
    window: &WebviewWindow,
    question: &TrustQuestion,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_trust(question), None).await
}

/// Asks a person whether this host may be asked for schemas; nothing is the person's no. The answer has the password,
/// where there is a user.
pub(crate) async fn ask_to_use_registry(
    window: &WebviewWindow,
    question: &RegistryQuestion,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, registry::asked(question), None).await
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
    let said = answered.await.unwrap_or(Said::No);
    Ok(match said {
        Said::No => None,
        Said::Yes { typed } => Some(DialogAnswer::yes_in_native_dialog(typed.or(typed_name))),
    })
}

fn of_unmasking(what: &Unmasking) -> Asked {
    let (question, rule, yes) = match what {
        Unmasking::Session => (
            "Show true values until Kinescope is closed?",
            None,
            "Show true values",
        ),
        Unmasking::SwitchOff(_, rule) => {
            ("Switch this masking rule off?", Some(rule), "Switch it off")
        }
        Unmasking::Remove(_, rule) => ("Remove this masking rule?", Some(rule), "Remove it"),
    };
    let rule = rule.map(|rule| ("Rule", safe_text(rule).into_owned()));
    Asked {
        title: "Show masked values?",
        question: question.to_owned(),
        facts: rule.into_iter().collect(),
        warning: Some(UNMASK_WARNING.to_owned()),
        field: None,
        no: "Keep them masked",
        yes: yes.to_owned(),
    }
}

const UNMASK_WARNING: &str = "What was hidden is shown in the window, in copies and in files. It is written down with the time.";

fn of_trust(asked: &TrustQuestion) -> Asked {
    let endpoint = asked.endpoint();
    let host = safe_text(&endpoint.host).into_owned();
    let (question, warning) = match asked.purpose() {
        TrustPurpose::Kinesis => (
            format!(
                "May Kinescope sign requests for {host}, which is neither AWS nor this machine?"
            ),
            SIGNED_WARNING,
        ),
        TrustPurpose::Traces => (
            format!("May Kinescope send traces of sagas to {host}, which is not this machine?"),
            TRACES_WARNING,
        ),
    };
    Asked {
        title: "Trust this endpoint?",
        question,
        facts: vec![
            ("Endpoint", host),
            ("For", safe_text(&endpoint.credentials).into_owned()),
        ],
        warning: Some(warning.to_owned()),
        field: None,
        no: "Don’t trust it",
        yes: "Trust it".to_owned(),
    }
}

const SIGNED_WARNING: &str = "Whoever runs it sees these requests, with the names of streams. It is remembered until you withdraw it under Connections.";
const TRACES_WARNING: &str = "Whoever runs it gets what records say of the sagas. It is remembered until you withdraw it under Connections.";

fn of_function(asked: &AskedToInvoke) -> Asked {
    let question = asked.asked();
    let function = safe_text(question.name().as_str()).into_owned();
    let minutes = GRANT_LASTS.as_secs() / 60;
    let connection = question.connection();
    let account = question.account().map(safe_text);
    let sign = question.production_sign();
    let production =
        sign.map(|sign| format!("This looks like production because of {}.", safe_text(sign)));
    Asked {
        title: "Allow invoking?",
        question: format!("May Kinescope invoke {function} for {minutes} minutes?"),
        facts: vec![
            ("Function", function.clone()),
            (
                "Account",
                account.map_or_else(|| NOT_SAID.to_owned(), Into::into),
            ),
            ("Region", safe_text(&connection.region().name).into_owned()),
            (
                "Endpoint",
                safe_text(&connection.endpoint().url).into_owned(),
            ),
            ("Invokes as", caller(question.caller())),
            (
                "Connection",
                safe_text(&asked.connection_label()).into_owned(),
            ),
        ],
        field: sign.map(|_| Field::Exactly(function.clone())),
        warning: Some(match production {
            Some(production) => format!("{production} {INVOKE_WARNING}"),
            None => INVOKE_WARNING.to_owned(),
        }),
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
        field: None,
        no: "Don’t allow",
        yes: format!("Allow for {minutes} minutes"),
    }
}

const NOT_SAID: &str = "the endpoint does not say";
const INVOKE_WARNING: &str =
    "What a function does with the records is up to the function: it may write anywhere.";

fn caller(identity: &Identity) -> String {
    match identity {
        Identity::Known { arn, .. } => safe_text(arn).into_owned(),
        Identity::Absent { .. } => NOT_SAID.to_owned(),
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
        // it is typed in the window
        field: None,
        no: "Don’t allow",
        yes: format!("Allow for {minutes} minutes"),
    }
}
