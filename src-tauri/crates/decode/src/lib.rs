//! Bytes to what a person can read: KPL aggregates, event types, previews, JSON trees and paths.
//!
//! Pure: no I/O, no clock, and no bytes that make it panic. It reads and never changes a payload:
//! the raw bytes stay the truth, and what cannot be read is told with its place and reason.

mod event_type;
mod json;
mod kpl;
mod path;
mod paths;
mod preview;
mod text;

pub use event_type::{MAX_EVENT_TYPE_CHARS, event_type};
pub use json::{
    Caps, Expansion, JsonEvent, JsonFault, JsonProblem, JsonTree, Limit, NodeKind, Pretty, Stop,
    TreeRow, TreeRows, is_number, json_events, string_text,
};
pub use kpl::{AggregateDamage, Aggregation, UserRecord, deaggregate};
pub use path::{Path, PathError, Scalar, Segment, find};
pub use paths::PathSet;
pub use preview::{Format, Preview, preview};
pub use text::{is_hidden, safe_text, shown_text};
