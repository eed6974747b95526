//! What a saga is: the typed form of a `*.saga.yaml` file. A [`Definition`] that exists is valid.
//!
//! It reads no files: text comes in, and errors name the line. The published JSON Schema
//! (`definitions/saga.schema.json`) says the same to editors; a test holds the two together.

use decode::Path;

mod check;
mod duration;
mod error;
mod fields;
mod parse;
mod roles;
mod steps;
mod yaml;

pub(crate) use duration::text as millis_text;
pub use error::{DefinitionError, Place};
pub(crate) use roles::{Role, Roles};
pub use yaml::{MAX_BYTES as MAX_DEFINITION_BYTES, as_json as yaml_as_json};

/// The order saga of the demo, as it is shipped.
pub const DEMO: &str = include_str!("../definitions/order-fulfilment.saga.yaml");
/// The JSON Schema of definition files.
pub const SCHEMA: &str = include_str!("../definitions/saga.schema.json");

#[derive(Clone, Debug)]
pub struct Definition {
    pub name: String,
    pub version: u32,
    /// Names of streams; none means every stream.
    pub streams: Vec<String>,
    pub clock: Clock,
    pub event: EventPaths,
    pub correlate: Correlate,
    /// The event types that start a saga.
    pub start: Vec<String>,
    pub steps: Vec<Step>,
    pub abort: Vec<String>,
    pub outcomes: Outcomes,
    pub compensation: UndoOrder,
    pub limits: Limits,
    pub(crate) roles: Roles,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub time: ClockTime,
    /// How far two clocks may be apart: times that are closer say nothing about order.
    pub skew_millis: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockTime {
    /// The event's own time where it has one, else its arrival.
    Event,
    Arrival,
}

/// Where a record says what it is; of each list the first that hits wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventPaths {
    pub kind: Vec<Lookup>,
    pub id: Vec<Lookup>,
    pub time: Vec<Lookup>,
    pub cause: Vec<Lookup>,
    pub source: Vec<Lookup>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Path(Path),
    BuiltIn(BuiltIn),
}

/// What every record has, whatever its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    Stream,
    Shard,
    PartitionKey,
    Arrival,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correlate {
    /// The key's name, for people.
    pub key: String,
    pub paths: Vec<Lookup>,
    pub aliases: Vec<Alias>,
    pub reuse: Reuse,
}

/// Another id of the saga, learned from events that carry both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub name: String,
    pub at: Vec<Lookup>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// One key is one saga.
    Never,
    /// A start after the end begins a new saga under the same key.
    NewAfterTerminal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    /// Places in [`Definition::steps`].
    pub after: Vec<usize>,
    pub request: Vec<String>,
    pub success: Vec<String>,
    pub failure: Vec<String>,
    pub timeout_millis: Option<i64>,
    /// How many times it may be tried again.
    pub retries: u32,
    /// How many successes it takes.
    pub count: u32,
    pub optional: bool,
    /// Where its answers appear; none means on any of the saga's streams.
    pub streams: Vec<String>,
    pub undo: Option<Undo>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    pub request: Vec<String>,
    pub success: Vec<String>,
    pub failure: Vec<String>,
    pub timeout_millis: Option<i64>,
    /// Under [`UndoOrder::Declared`]: the steps that must be undone before this one.
    pub after: Vec<usize>,
    pub streams: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub completed: Completed,
    pub failed: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Completed {
    /// Once every step that is not optional is done.
    #[default]
    AllRequiredSteps,
    On(Vec<String>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UndoOrder {
    #[default]
    ReverseCompletion,
    ReverseDefinition,
    Declared,
    Any,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub saga_millis: Option<i64>,
    pub stuck_after_millis: Option<i64>,
}

impl Definition {
    /// # Errors
    /// [`DefinitionError`] with the line and what was expected there.
    pub fn parse(text: &str) -> Result<Self, DefinitionError> {
        parse::definition(text)
    }

    /// A definition without steps: it finds the sagas and shows their flow, and judges nothing.
    pub fn zero_config(event: EventPaths, correlate: Correlate) -> Self {
        parse::zero_config(event, correlate)
    }

    /// Whether there is more to say than what belongs together.
    pub fn judges(&self) -> bool {
        !self.steps.is_empty() || !self.start.is_empty()
    }

    pub fn step(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// Whether step `later` comes after step `earlier`, directly or through others.
    pub fn is_after(&self, later: usize, earlier: usize) -> bool {
        self.roles.is_after(later, earlier)
    }
}

impl EventPaths {
    /// What most envelopes use, this product's demo among them.
    pub fn common() -> Self {
        parse::common_paths()
    }
}

#[cfg(test)]
mod tests;
