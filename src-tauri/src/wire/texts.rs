//! Filters and questions that were asked before or saved.

use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TextKind {
    Filter,
    Question,
    Sql,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KnownTexts {
    /// The latest first.
    pub asked: Vec<String>,
    /// By their names.
    pub saved: Vec<SavedText>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedText {
    pub name: String,
    pub text: String,
}
