//! A replay that is set up: its source, target, rules and pace, the plan of it, and one record before and
//! after.

use super::{Number, WriteOrder, WriteTarget};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayRequest {
    /// Absent: named after its size and target.
    pub name: Option<String>,
    pub source: ReplaySource,
    pub target: ReplayTarget,
    pub rules: Vec<ReplayRule>,
    pub order: WriteOrder,
    pub placement: Placement,
    pub pacing: ReplayPacing,
    pub after_unclear: AfterUnclear,
    /// Of new ids and fake values. Absent: another one for each replay.
    pub seed: Option<String>,
    /// A stream's: from before the first record on, until everything that was acknowledged is read.
    pub capture_target: bool,
}

/// No capture is the whole workspace.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplaySource {
    pub captures: Vec<String>,
    pub chosen: ReplayChosen,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum ReplayChosen {
    /// A stretch of one shard, both ends included.
    Sequences {
        lane: u32,
        shard: String,
        first: String,
        last: String,
    },
    Time {
        from: Option<Number>,
        until: Option<Number>,
    },
    Filter {
        filter: String,
        from: Option<Number>,
        until: Option<Number>,
    },
    Picked {
        records: Vec<String>,
    },
    /// All records with this value at this path.
    Carrying {
        path: String,
        value: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum ReplayTarget {
    Stream {
        target: WriteTarget,
    },
    File {
        path: String,
        format: ReplayFileFormat,
    },
    Lambda {
        connection: String,
        function: String,
    },
    /// The function in a runtime interface emulator on this machine.
    LocalLambda {
        address: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReplayFileFormat {
    /// A payload a line.
    Ndjson,
    /// The capture format of ferrokinesis.
    Ferrokinesis,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayRule {
    pub name: String,
    pub on: bool,
    pub rule: Rule,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum Rule {
    /// No delta: so that the first record is now. No paths: detected.
    ShiftTime {
        delta_millis: Option<Number>,
        paths: Vec<String>,
    },
    NewIds {
        paths: Vec<String>,
        and_key: bool,
    },
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Placement {
    ByKey,
    ShardFaithful,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AfterUnclear {
    Retry,
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum ReplayPacing {
    /// 0.1 to 100 times as fast as it happened.
    Original {
        speed: Number,
        longest_gap_millis: Option<Number>,
    },
    Fixed {
        records_per_second: Number,
    },
    AtOnce,
    /// Each record waits for a person.
    Step,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayPlan {
    /// Started at most once: starting it again answers with the same replay.
    pub id: String,
    pub records: Number,
    pub size_bytes: Number,
    pub unique: PlannedKeys,
    pub shards: Vec<PlannedShard>,
    pub first_at: Option<Number>,
    pub last_at: Option<Number>,
    pub by_pace_millis: Number,
    pub by_quota_millis: Number,
    pub expected_millis: Number,
    pub left_out: LeftOut,
    pub key_collisions: KeyCollisions,
    pub replayed_before: Number,
    pub changed: Vec<RuleCount>,
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlannedKeys {
    /// Different keys, where rules can change them.
    pub keys: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlannedShard {
    pub shard: String,
    pub records: Number,
    pub size_bytes: Number,
    pub share: Number,
}

/// Records that fit in no request.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    pub oversize: Number,
    /// With a key that is empty or too long.
    pub without_key: Number,
    pub examples: Vec<LeftOutRecord>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutRecord {
    pub record: String,
    pub message: String,
}

/// Different keys that become one.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyCollisions {
    pub groups: Number,
    pub examples: Vec<KeyCollision>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyCollision {
    pub to: String,
    pub from: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RuleCount {
    pub rule: String,
    pub records: Number,
}

/// A plan out of a file, with what it is a plan of.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoadedPlan {
    pub request: ReplayRequest,
    pub plan: ReplayPlan,
}

/// One record before and after the rules.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayPreview {
    pub position: Number,
    pub total: Number,
    pub record: String,
    pub key_before: Option<String>,
    pub key_after: String,
    pub shard_after: Option<String>,
    /// Indented where it is JSON, so that lines can be compared.
    pub before: String,
    pub after: String,
    pub changed: bool,
    pub rules: Vec<String>,
    pub problem: Option<String>,
}
