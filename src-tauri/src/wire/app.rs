//! The program itself: what it is, and the pings by which it says that something grew.

use super::Number;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    pub version: String,
    /// A BCP 47 tag that `Intl` accepts, such as `en-US`; never "C".
    pub locale: String,
    pub workspace_path: String,
    pub sqlite_version: String,
    /// Whether the program was started in demo mode: the demo's connection is then open already.
    pub demo: bool,
    /// The link to a view that the program was started with, as it was given; told once.
    pub link: Option<String>,
}

/// What a person chose the program to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LanguageChoice {
    /// What the system is set to, where that is among ours; else English.
    System,
    En,
    Id,
    Nl,
}

/// What was taken over from a damaged workspace into the one that is opened from then on.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SalvagedWorkspace {
    pub path: String,
    pub records: Number,
    /// Of those that the damaged one counted.
    pub lost_records: Number,
    /// Where something is missing.
    pub gaps: Number,
}

/// How much of what is stored has search text; records that just arrived come later.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SearchText {
    pub records: Number,
    /// Of these records.
    pub total: Number,
    /// Of the files beside the workspace.
    pub size_bytes: Number,
}

/// At most ten a second, under 200 bytes but for a link: the window asks again for what it shows.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum Ping {
    /// Records were committed, or a view's scan moved on.
    Grew {
        /// Grows with every commit.
        revision: Number,
        /// Records in the workspace.
        records: Number,
        /// The largest lag over all running shards, in milliseconds, where it is known.
        lag_millis: Option<Number>,
    },
    /// A capture's state or a shard's state changed: ask for the captures again.
    Captures,
    /// A connection was opened or closed: ask for the connections again.
    Connections,
    /// A board of sagas, or a definition file, changed.
    Sagas {
        /// Grows when a definition file changed.
        definitions: Number,
    },
    /// Something that writes moved on, or a permission came or went: ask again for what is shown of it.
    Writes,
    /// A later start of the program was given this text as a link to a view: the window follows it as if it had been pasted.
    Link { link: String },
    /// A file was dropped on the window.
    Dropped {
        /// Without its folder.
        name: String,
        /// It is a workspace, and opens in a window of its own.
        opened: bool,
    },
}

/// What the inspector's own window shows.
#[derive(Clone, Debug, Serialize, Type)]
pub struct InspectedRecord {
    /// Its handle; absent while none is selected.
    pub record: Option<String>,
}

/// What the main window hears of the inspector's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum InspectorWord {
    Opened,
    Closed,
    /// The record before the selected one is asked for.
    Previous,
    Next,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DemoStatus {
    /// The open connection that reads from it.
    pub connection: Option<String>,
    pub endpoint: String,
    pub events_written: Number,
    /// The wanted rate.
    pub events_per_second: Number,
    /// The rate of the last seconds.
    pub measured_per_second: Number,
    /// Why the last records could not be written, if they could not.
    pub failure: Option<String>,
    pub sagas: Vec<SagaKindCount>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaKindCount {
    pub kind: SagaKind,
    pub started: Number,
}

/// How a saga of the demo goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaKind {
    Happy,
    PaymentFailed,
    ShippingFailed,
    Rejected,
    Cancelled,
    Stuck,
    Redelivered,
    ChargedTwice,
    LatePayment,
    ShippedUnpaid,
}
