//! What the shell itself says to a person: its native dialogs and the first titles of its windows, in each language. The page
//! has its own catalogues; standard error speaks English.
//!
//! A text that is missing in a language, or takes other values there, does not compile.

mod en;
mod id;
mod nl;
mod spoken;

pub(crate) use spoken::Spoken;

use engine::ProductionSign;

/// The languages of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    Indonesian,
    Dutch,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::English, Self::Indonesian, Self::Dutch];

    /// As the page names it, and as a language tag begins.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
            Self::Dutch => "nl",
        }
    }

    /// Of a BCP 47 tag; English where its language is not among ours.
    pub fn of_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let known = Self::ALL
            .into_iter()
            .find(|one| language.eq_ignore_ascii_case(one.tag()));
        known.unwrap_or_default()
    }

    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Indonesian => &id::WORDS,
            Self::Dutch => &nl::WORDS,
        }
    }
}

/// With one value in it.
type About = fn(&str) -> String;

/// Everything, in one language. What `fn`s are given is shown as it is.
pub(crate) struct Words {
    /// Of the inspector's own window, before its page says it.
    pub inspector_title: &'static str,
    pub ask: Questions,
    pub facts: Facts,
    pub signs: Signs,
    pub files: Files,
}

/// The questions that a person answers with yes or no. Both answers of one begin with different letters, which press them.
pub(crate) struct Questions {
    pub write_title: &'static str,
    /// A stream and minutes.
    pub write: fn(&str, u64) -> String,
    pub invoke_title: &'static str,
    /// A function and minutes.
    pub invoke: fn(&str, u64) -> String,
    /// An address and minutes.
    pub invoke_at: fn(&str, u64) -> String,
    pub invoke_warning: &'static str,
    pub allow: fn(u64) -> String,
    pub refuse: &'static str,
    /// Why the name of what is written to has to be typed.
    pub production: About,
    pub type_it: About,

    pub unmask_title: &'static str,
    pub unmask_session: &'static str,
    pub unmask_session_yes: &'static str,
    pub unmask_switch: &'static str,
    pub unmask_switch_yes: &'static str,
    pub unmask_remove: &'static str,
    pub unmask_remove_yes: &'static str,
    pub unmask_warning: &'static str,
    pub unmask_no: &'static str,

    pub trust_title: &'static str,
    /// A host.
    pub trust_signed: About,
    pub trust_signed_warning: &'static str,
    /// A host.
    pub trust_traces: About,
    pub trust_traces_warning: &'static str,
    pub trust_yes: &'static str,
    pub trust_no: &'static str,

    pub registry_title: &'static str,
    /// A host.
    pub registry: About,
    pub registry_warning: &'static str,
    pub registry_yes: &'static str,
    pub registry_no: &'static str,
    /// A user.
    pub password: About,
}

/// The names of what a question tells, and the values that are words.
pub(crate) struct Facts {
    pub account: &'static str,
    pub address: &'static str,
    pub arn: &'static str,
    pub asked_as: &'static str,
    pub connection: &'static str,
    pub created: &'static str,
    pub endpoint: &'static str,
    pub for_whom: &'static str,
    pub function: &'static str,
    pub host: &'static str,
    pub invokes_as: &'static str,
    pub region: &'static str,
    pub registry: &'static str,
    pub rule: &'static str,
    pub signed_by: &'static str,
    pub stream: &'static str,
    pub writes_as: &'static str,

    /// The endpoint has no answer to who we are.
    pub not_said: &'static str,
    pub nobody: &'static str,
    pub nobody_unsigned: &'static str,
    /// Credentials that are the program's own, for emulators.
    pub placeholders: &'static str,
    pub environment: &'static str,
    pub profile: About,
    pub traces: &'static str,
}

/// What looks like production, behind "because of".
pub(crate) struct Signs {
    pub marked: &'static str,
    pub stream: About,
    pub function: About,
    pub account: About,
    pub profile: About,
    pub tag: About,
    pub unreadable_tags: &'static str,
}

impl Signs {
    pub fn of(&self, sign: &ProductionSign) -> String {
        match sign {
            ProductionSign::MarkedConnection => self.marked.to_owned(),
            ProductionSign::Stream(name) => (self.stream)(name),
            ProductionSign::Function(name) => (self.function)(name),
            ProductionSign::Account(account) => (self.account)(account),
            ProductionSign::Profile(name) => (self.profile)(name),
            ProductionSign::Tag { key, value } => (self.tag)(&format!("{key}={value}")),
            ProductionSign::UnreadableTags => self.unreadable_tags.to_owned(),
        }
    }
}

/// Choosing files. Buttons are marked `_` before the letter that presses them.
#[cfg_attr(
    not(target_os = "linux"),
    allow(
        dead_code,
        reason = "other platforms' dialogs have buttons of their own"
    )
)]
pub(crate) struct Files {
    pub open: &'static str,
    /// A file's name.
    pub open_again: About,
    pub save: &'static str,
    pub folder: &'static str,
    pub open_button: &'static str,
    pub save_button: &'static str,
    pub choose_button: &'static str,
    pub cancel_button: &'static str,
    pub all: &'static str,
    pub records: &'static str,
    pub plans: &'static str,
    pub lines: &'static str,
    pub schemas: &'static str,
    pub workspaces: &'static str,
}

#[cfg(test)]
mod tests;
