//! Sagas found in plain events: definitions, correlation, verdicts and what the views show of them.
//!
//! Pure: no I/O, no clock, no threads of its own. Records come in as bytes with their place, time comes in as an
//! argument, and the same events give the same verdicts in whatever order and portions they come.

pub mod commands;
mod correlate;
mod definition;
mod engine;
mod evaluate;
mod event;
pub mod export;
mod extract;
mod finding;
pub mod fold;
mod follow;
mod frontier;
pub mod learn;
mod names;
mod order;
mod parts;
mod saga;
mod span_text;
mod streams;
mod summary;
mod value;
mod verdict;
pub mod views;

pub use definition::{
    Alias, BuiltIn, Clock, ClockTime, Completed, Correlate, DEMO, Definition, DefinitionError,
    EventPaths, Limits, Lookup, MAX_DEFINITION_BYTES, Outcomes, Place, Reuse, SCHEMA, Step, Undo,
    UndoOrder, yaml_as_json,
};
pub use engine::Engine;
pub use evaluate::MAX_SAGA_EVENTS;
pub use event::{Event, NameKey, RecordHandle, ShardKey, StreamKey};
pub use extract::{Extractor, Part, Reading, Record, is_telling};
pub use finding::{Confidence, Disorder, Finding, FindingKind, Severity, ZombieAfter};
pub use follow::{follow, follow_partition_key};
pub use saga::{NamedId, Saga, SagaId};
pub use streams::{Span, Streams};
pub use value::Value;
pub use verdict::{
    Awaited, Flags, Judgement, Obligation, Path, Status, StepState, Trigger, Unknown,
};
