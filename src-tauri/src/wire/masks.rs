//! Masking rules, as the settings show them.

use super::FilterFault;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum MaskKind {
    Path,
    Name,
    Pattern,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MaskRule {
    pub kind: MaskKind,
    pub text: String,
    pub is_on: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Masking {
    pub rules: Vec<MaskRule>,
    /// This session shows true values.
    pub is_lifted: bool,
    /// Why the rules cannot be read: everything is hidden.
    pub problem: Option<String>,
}

/// What became of a rule that was to be added.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MaskAdded {
    pub masking: Masking,
    /// It was not added: what is wrong with its text, and where.
    pub fault: Option<FilterFault>,
}

/// What shows more than before: a native dialog asks for it.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "what")]
pub enum Unmasking {
    /// All, until this session ends.
    Session,
    SwitchOff {
        kind: MaskKind,
        text: String,
    },
    Remove {
        kind: MaskKind,
        text: String,
    },
}
