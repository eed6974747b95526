//! Bytes to what a person can read: KPL aggregates, event types, previews, JSON trees and paths; and
//! [`decode`], which takes all layers of a record off, whatever they are.
//!
//! Pure: no I/O, no clock, and no bytes that make it panic. It reads and never changes a payload:
//! the raw bytes stay the truth, and what cannot be read is told with its place and reason.

mod budget;
mod cells;
mod detect;
mod documents;
mod envelope;
mod event_type;
mod formats;
mod framing;
mod inside;
mod json;
mod kpl;
mod layer;
mod path;
mod paths;
mod pipeline;
mod preview;
mod report;
mod run;
mod said;
mod schemas;
mod structured;
mod text;
mod unpack;

pub use budget::{Bound, Budget, FREE_RATIO_BYTES, Truncated};
pub use cells::{Cell, CellKind, cells, cells_of_events};
pub use documents::{begins_as_json, is_enveloped, is_one_document, several_documents};
pub use event_type::{MAX_EVENT_TYPE_CHARS, event_type};
pub use inside::document_in_string;
pub use json::{
    Caps, Expansion, Found, JsonEvent, JsonFault, JsonProblem, JsonTree, Limit, NodeKind, Place,
    Pretty, Stop, TreeRow, TreeRows, is_number, json_events, push_json_text, string_text,
};
pub use kpl::{AggregateDamage, Aggregation, UserRecord, deaggregate};
pub use path::{Path, PathError, Scalar, Segment, find, find_source, member_value};
pub use paths::PathSet;
pub use pipeline::{LayerKind, Pipeline, Step};
pub use preview::{Format, Preview, preview};
pub use report::{Change, Content, Decoded, Event, Fact, Layer, LayerFailure, Reason, Refused};
pub use run::decode;
pub use said::{SaidEvent, said, said_events, said_otherwise};
pub use schemas::{SchemaFault, SchemaId, SchemaIdError, Schemas};
pub use structured::{
    avro::AvroFault,
    protobuf::{ProtoFault, ProtoFile},
};
pub use text::{is_hidden, safe_text, shown_text};
