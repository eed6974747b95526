//! Schema registries: which one a stream has, and how it stands with what it was asked for.

use super::Number;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Which registry is wanted. Its password is asked for by the native dialog, and never crosses.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum RegistryChoice {
    /// Glue's, through the connection that the stream was captured by.
    Glue,
    /// One that speaks Confluent's API.
    Confluent { url: String, user: Option<String> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RegistryKind {
    Glue,
    Confluent,
}

/// The registry that a stream has.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RegistryRow {
    pub kind: RegistryKind,
    /// `HOST:PORT`.
    pub host: String,
    /// Absent for Glue.
    pub url: Option<String>,
    pub user: Option<String>,
    /// False where the password was for an earlier run of the program.
    pub signed_in: bool,
}

/// A schema that a record names and that is not there.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SchemaReport {
    pub id: String,
    /// `HOST:PORT` of the registry.
    pub host: String,
    /// Absent: it is being asked for.
    pub failure: Option<SchemaFailure>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SchemaFailure {
    pub fault: RegistryFault,
    /// The registry's or the system's own words; may be empty.
    pub cause: String,
    /// It is not asked for before that.
    pub again_at: Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RegistryFault {
    Denied,
    NotFound,
    Unreachable,
    Busy,
    Refused,
    OtherHost,
    NotConnected,
    SignIn,
    Unusable,
}
