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

use crate::{
    app::App,
    wire::CommandError,
    words::{Facts, Words},
};
use engine::{
    AskedToInvoke, DialogAnswer, GRANT_LASTS, Identity, ProductionSign, RegistryQuestion,
    TrustPurpose, TrustQuestion, TrustedEndpoint, Unmasking, Whose, WriteQuestion, safe_text,
};
use tauri::{Manager, WebviewWindow};
use tokio::sync::oneshot;

/// A question as every platform shows it, in the person's language. The first button is the one that Enter presses.
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

/// A field with what is said above it.
struct Field {
    label: String,
    wants: Wants,
}

enum Wants {
    /// This text, as a sign that it was read.
    Exactly(String),
    /// A password, which nobody sees.
    Password,
}

/// What a person answered.
enum Said {
    No,
    Yes {
        /// In the dialog, where it asked for it.
        typed: Option<String>,
    },
}

/// Of the language that the person of this window speaks.
fn words_of(window: &WebviewWindow) -> &'static Words {
    window.state::<App>().spoken().words()
}

/// Asks a person whether this stream may be written to; nothing is the person's no.
pub(crate) async fn ask_to_write(
    window: &WebviewWindow,
    question: &WriteQuestion,
    typed_name: Option<String>,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_question(words_of(window), question), typed_name).await
}

/// Asks a person whether this function may be invoked; nothing is the person's no. Where it looks like production its
/// name is typed in the dialog.
pub(crate) async fn ask_to_invoke(
    window: &WebviewWindow,
    question: &AskedToInvoke,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_function(words_of(window), question), None).await
}

/// As [`ask_to_invoke`], for the one function in a runtime interface emulator.
pub(crate) async fn ask_to_invoke_emulated(
    window: &WebviewWindow,
    address: &str,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_emulated(words_of(window), address), None).await
}

/// Asks a person whether more may be shown than before; nothing is the person's no.
pub(crate) async fn ask_to_unmask(
    window: &WebviewWindow,
    what: &Unmasking,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_unmasking(words_of(window), what), None).await
}

/// Asks a person whether anything may go to this endpoint from now on; nothing is the person's no.
pub(crate) async fn ask_to_trust(
    window: &WebviewWindow,
    question: &TrustQuestion,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, of_trust(words_of(window), question), None).await
}

/// Asks a person whether this host may be asked for schemas; nothing is the person's no. The answer has the password,
/// where there is a user.
pub(crate) async fn ask_to_use_registry(
    window: &WebviewWindow,
    question: &RegistryQuestion,
) -> Result<Option<DialogAnswer>, CommandError> {
    ask(window, registry::asked(words_of(window), question), None).await
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

fn of_unmasking(words: &'static Words, what: &Unmasking) -> Asked {
    let ask = &words.ask;
    let (question, rule, yes) = match what {
        Unmasking::Session => (ask.unmask_session, None, ask.unmask_session_yes),
        Unmasking::SwitchOff(_, rule) => (ask.unmask_switch, Some(rule), ask.unmask_switch_yes),
        Unmasking::Remove(_, rule) => (ask.unmask_remove, Some(rule), ask.unmask_remove_yes),
    };
    let rule = rule.map(|rule| (words.facts.rule, safe(rule)));
    Asked {
        title: ask.unmask_title,
        question: question.to_owned(),
        facts: rule.into_iter().collect(),
        warning: Some(ask.unmask_warning.to_owned()),
        field: None,
        no: ask.unmask_no,
        yes: yes.to_owned(),
    }
}

fn of_trust(words: &'static Words, asked: &TrustQuestion) -> Asked {
    let Words { ask, facts, .. } = words;
    let endpoint = asked.endpoint();
    let host = safe(&endpoint.host);
    let (question, warning) = match asked.purpose() {
        TrustPurpose::Kinesis => ((ask.trust_signed)(&host), ask.trust_signed_warning),
        TrustPurpose::Traces => ((ask.trust_traces)(&host), ask.trust_traces_warning),
    };
    Asked {
        title: ask.trust_title,
        question,
        facts: vec![
            (facts.endpoint, host),
            (facts.for_whom, credentials(facts, endpoint)),
        ],
        warning: Some(warning.to_owned()),
        field: None,
        no: ask.trust_no,
        yes: ask.trust_yes.to_owned(),
    }
}

/// Whose signatures go there, in words.
fn credentials(facts: &Facts, endpoint: &TrustedEndpoint) -> String {
    let profile = |name: &str| (facts.profile)(&safe(name));
    match endpoint.whose() {
        Whose::Profile(name) => profile(name),
        Whose::Environment(None) => facts.environment.to_owned(),
        Whose::Environment(Some(name)) => format!("{}, {}", facts.environment, profile(name)),
        Whose::Placeholders => facts.placeholders.to_owned(),
        Whose::Nobody => facts.traces.to_owned(),
    }
}

fn of_function(words: &'static Words, asked: &AskedToInvoke) -> Asked {
    let Words { ask, facts, .. } = words;
    let question = asked.asked();
    let function = safe(question.name().as_str());
    let connection = question.connection();
    let account = question.account().map(safe);
    let sign = question.production_sign();
    let warning = sign.map(|sign| format!("{} {}", because(words, sign), ask.invoke_warning));
    Asked {
        title: ask.invoke_title,
        question: (ask.invoke)(&function, minutes()),
        facts: vec![
            (facts.function, function.clone()),
            (
                facts.account,
                account.unwrap_or_else(|| facts.not_said.to_owned()),
            ),
            (facts.region, safe(&connection.region().name)),
            (facts.endpoint, safe(&connection.endpoint().url)),
            (facts.invokes_as, caller(facts, question.caller())),
            (facts.connection, safe(&asked.connection_label())),
        ],
        field: sign.map(|_| Field {
            label: (ask.type_it)(&function),
            wants: Wants::Exactly(function),
        }),
        warning: Some(warning.unwrap_or_else(|| ask.invoke_warning.to_owned())),
        no: ask.refuse,
        yes: (ask.allow)(minutes()),
    }
}

fn of_emulated(words: &'static Words, address: &str) -> Asked {
    let Words { ask, facts, .. } = words;
    let address = safe(address);
    Asked {
        title: ask.invoke_title,
        question: (ask.invoke_at)(&address, minutes()),
        facts: vec![
            (facts.endpoint, address),
            (facts.invokes_as, facts.nobody_unsigned.to_owned()),
        ],
        warning: Some(ask.invoke_warning.to_owned()),
        field: None,
        no: ask.refuse,
        yes: (ask.allow)(minutes()),
    }
}

fn of_question(words: &'static Words, question: &WriteQuestion) -> Asked {
    let Words { ask, facts, .. } = words;
    let target = question.asked().target();
    let stream = safe(target.name().as_str());
    let sign = question.asked().production_sign();
    Asked {
        title: ask.write_title,
        question: (ask.write)(&stream, minutes()),
        facts: vec![
            (facts.stream, stream),
            (facts.account, safe(target.account())),
            (facts.region, safe(target.region())),
            (facts.endpoint, safe(target.endpoint())),
            (facts.arn, safe(target.stream().arn.as_str())),
            (facts.created, target.stream().created_at.to_string()),
            (facts.writes_as, caller(facts, target.caller())),
            (facts.connection, safe(&question.connection_label())),
        ],
        warning: sign.map(|sign| because(words, sign)),
        // it is typed in the window
        field: None,
        no: ask.refuse,
        yes: (ask.allow)(minutes()),
    }
}

fn because(words: &Words, sign: &ProductionSign) -> String {
    (words.ask.production)(&safe(&words.signs.of(sign)))
}

fn caller(facts: &Facts, identity: &Identity) -> String {
    match identity {
        Identity::Known { arn, .. } => safe(arn),
        Identity::Absent { .. } => facts.not_said.to_owned(),
    }
}

/// How long a yes holds.
fn minutes() -> u64 {
    GRANT_LASTS.as_secs() / 60
}

fn safe(text: &str) -> String {
    safe_text(text).into_owned()
}
