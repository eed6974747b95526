//! Definition files of sagas.

use super::Number;
use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionProblem {
    /// From 1.
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub message: String,
    pub hint: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionRow {
    pub name: String,
    /// Absent for one that ships with the program.
    pub file: Option<String>,
    pub shipped: bool,
    pub problems: Vec<DefinitionProblem>,
    pub version: Option<u32>,
    pub streams: Vec<String>,
    pub steps: u32,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaDefinitions {
    pub folder: String,
    pub definitions: Vec<DefinitionRow>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SeenType {
    #[serde(rename = "type")]
    pub event_type: String,
    pub count: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SeenPath {
    pub path: String,
    /// Of the records, from 0 to 1.
    pub share: Number,
}

/// What the captures hold, for who writes a definition.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaWords {
    pub types: Vec<SeenType>,
    pub paths: Vec<SeenPath>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LearnedDefinition {
    pub text: String,
    pub notes: Vec<LearnedNote>,
}

/// Why it was proposed so; the window has the words.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "code"
)]
pub enum LearnedNote {
    /// These paths were taken as the key: they tie so many sagas together.
    KeyTaken { paths: String, sagas: Number },
    /// Other fields that tie events together.
    OtherFields { names: String },
    /// What follows most often.
    Follows {
        first: String,
        then: String,
        times: Number,
    },
}
