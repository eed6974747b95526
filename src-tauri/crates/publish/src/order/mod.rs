//! In which order records may leave, as a pure machine: no clock, no network, no randomness of its own.
//!
//! Kinesis keeps no order within a `PutRecords` call, and writes some of its entries and not others.
//! What must stay in order (a *lane*: the records of one key or of one source shard, KPL records for one
//! shard) has therefore at most one record under way at a time; a record that was not written is sent
//! again before the next one of its lane. The journal and the sending are [`deliver`](crate::deliver)'s.

mod gates;
mod lanes;
mod machine;
#[cfg(test)]
mod tests;

pub use machine::OrderMachine;

use crate::{Entry, Limits, Planned};
use lanes::LaneId;
use record::{Millis, SequenceNumber};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// In order per partition key.
    #[default]
    Keyed,
    /// In order per source shard: one record at a time, each after the one before it.
    Strict,
    /// Unordered.
    Fast,
}

/// What follows when nobody knows whether a record was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterUnclear {
    /// It is sent again and listed: it may be in the stream twice.
    #[default]
    Retry,
    /// It is left as it is and listed: it may be in the stream once or not at all. The others go on.
    Keep,
    /// Nothing more is sent: it may be in the stream once or not at all.
    Stop,
}

#[derive(Clone, Debug)]
pub struct OrderOptions {
    pub order: Order,
    pub after_unclear: AfterUnclear,
    /// The entries are records that were put together by predicted shard: each may hold many keys, so in
    /// the keyed order those of one shard leave one after the other, those that stayed alone among them.
    pub is_aggregated: bool,
    pub limits: Limits,
    /// Requests under way at the same time.
    pub requests_at_once: usize,
    /// Records and bytes that the machine holds at most, those under way included.
    pub window_records: usize,
    pub window_bytes: usize,
    /// Of the waits after refusals.
    pub seed: u64,
}

impl OrderOptions {
    pub fn new(order: Order, limits: Limits) -> Self {
        Self {
            order,
            after_unclear: AfterUnclear::default(),
            is_aggregated: false,
            limits,
            requests_at_once: 8,
            window_records: 8_192,
            window_bytes: 64 << 20,
            seed: 0,
        }
    }
}

/// Records for one request. Whoever sends it gives it back with the outcomes.
#[derive(Debug)]
pub struct Batch {
    pub(crate) entries: Vec<Entry>,
    /// The number that a single entry must follow on its shard.
    pub(crate) after: Option<SequenceNumber>,
    pub(crate) places: Vec<Place>,
}

/// What the machine knows of an entry beside its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub position: u64,
    pub at_millis: i64,
    pub lane: LaneId,
    pub gate: usize,
}

#[cfg(test)]
impl Place {
    /// Of a machine without lanes.
    fn alone(position: u64) -> Self {
        Self {
            position,
            at_millis: 0,
            lane: LaneId::default(),
            gate: 0,
        }
    }
}

impl Batch {
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn after(&self) -> Option<SequenceNumber> {
        self.after
    }

    pub fn positions(&self) -> impl ExactSizeIterator<Item = u64> {
        self.places.iter().map(|place| place.position)
    }
}

#[derive(Debug)]
pub enum Action {
    Send(Batch),
    /// Nothing may be sent before this moment, an outcome or another entry; `None`: time alone changes
    /// nothing.
    Wait {
        until: Option<Millis>,
    },
    /// Nothing more will be sent by this machine.
    Stopped(StopReason),
}

/// Why a delivery goes no further without a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The target refuses, and will go on to.
    Barred { code: String, message: String },
    /// [`AfterUnclear::Stop`].
    Unclear { cause: String },
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Barred { code, message } => write!(f, "{code}: {message}"),
            Self::Unclear { cause } => write!(f, "it is not known whether it was written: {cause}"),
        }
    }
}

/// An entry that was handed in and not taken, with the reason.
#[derive(Debug)]
pub struct NotTaken {
    pub planned: Planned,
    pub unfit: crate::Unfit,
}
