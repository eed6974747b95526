//! What a person wants replayed, as it was typed and chosen: saved with a plan, so that it can be looked
//! at and changed again. Nothing of it is checked yet.

use crate::{ConnectionId, connections::Origin};
use publish::{AfterUnclear, Order};
use replay::{FileFormat, Pacing, Placement, Rate, Speed, Tempo};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A replay that is set up.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedReplay {
    pub setup: ReplaySetup,
    pub into: ReplayInto,
}

/// Everything but the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplaySetup {
    /// Absent: named after its size and target.
    pub name: Option<String>,
    pub source: WantedRecords,
    pub rules: Vec<WantedRule>,
    pub order: Order,
    pub placement: Placement,
    pub pacing: WantedPacing,
    pub after_unclear: AfterUnclear,
    /// Of new ids and fake values. Absent: another one for each replay.
    pub seed: Option<String>,
    /// Beside the replay, so that what arrived can be compared; a file or a function cannot be captured.
    #[serde(default)]
    pub capture_target: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayInto {
    Stream {
        connection: ConnectionId,
        stream: String,
    },
    File {
        path: PathBuf,
        format: FileFormat,
    },
    Function {
        connection: ConnectionId,
        function: String,
    },
    /// In a runtime interface emulator on this machine: without a connection.
    LocalFunction {
        address: String,
    },
}

/// A target as it is kept: connections are known by how they are opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum KeptInto {
    Stream { through: Origin, stream: String },
    File { path: PathBuf, format: FileFormat },
    Function { through: Origin, function: String },
    LocalFunction { address: String },
}

/// Records of some captures; without captures, of the whole workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedRecords {
    pub captures: Vec<i64>,
    pub chosen: WantedChoice,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum WantedChoice {
    /// A stretch of one shard, both ends included. `name` is the shard's, for people.
    Sequences {
        shard: i64,
        name: String,
        first: String,
        last: String,
    },
    Time {
        from: Option<i64>,
        until: Option<i64>,
    },
    Filter {
        filter: String,
        from: Option<i64>,
        until: Option<i64>,
    },
    Picked {
        records: Vec<i64>,
    },
    /// All records with this value at this path.
    Carrying {
        path: String,
        value: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedRule {
    pub name: String,
    pub on: bool,
    pub change: WantedChange,
}

/// Without paths, the places are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum WantedChange {
    /// Without a delta: so that the first record is now.
    ShiftTime {
        delta_millis: Option<i64>,
        paths: Vec<String>,
    },
    NewIds {
        paths: Vec<String>,
        and_key: bool,
    },
    /// A value that is no JSON is taken as a text.
    Set {
        path: String,
        value: String,
    },
    Remove {
        path: String,
    },
    Rename {
        path: String,
        name: String,
    },
    StripTrace,
    Mask {
        paths: Vec<String>,
        and_key: bool,
    },
    PartitionKey {
        expression: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum WantedPacing {
    Original {
        speed: Speed,
        longest_wait_millis: Option<u64>,
    },
    Fixed {
        rate: Rate,
    },
    AtOnce,
    /// Each record waits for a person.
    Step,
}

impl WantedPacing {
    /// One that steps and is told to go on goes on at once.
    pub(crate) fn pacing(self) -> Pacing {
        match self {
            Self::Original {
                speed,
                longest_wait_millis,
            } => Pacing {
                tempo: Tempo::Original(speed),
                longest_wait_millis,
            },
            Self::Fixed { rate } => Pacing {
                tempo: Tempo::Fixed(rate),
                longest_wait_millis: None,
            },
            Self::AtOnce | Self::Step => Pacing::AT_ONCE,
        }
    }
}
