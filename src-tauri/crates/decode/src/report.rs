//! What taking a record apart gives: layers, events, and reasons where a layer was refused.
//!
//! Reasons hold places and schema names, never text of the payload: they may be logged.

use crate::{AggregateDamage, JsonFault, LayerKind, SchemaId, Schemas, Truncated};
use bytes::Bytes;
use std::collections::BTreeSet;

/// A record taken apart. At least one event, also where nothing could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// Each after the one that it lies in.
    pub layers: Vec<Layer>,
    pub events: Vec<Event>,
    /// Where the record holds more events than are shown.
    pub truncated: Option<Truncated>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    pub kind: LayerKind,
    /// The place in [`Decoded::layers`] of the one that it lies in.
    pub parent: Option<usize>,
    pub size_in: usize,
    pub size_out: usize,
    /// For a person: counts, schema, source. Not safe to show unescaped.
    pub detail: String,
    /// In percent: how sure it is that the bytes are of this kind. A pinned layer has 100.
    pub confidence: u8,
    /// Where its output was cut.
    pub truncated: Option<Truncated>,
}

/// One logical event of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place among the record's events.
    pub sub_index: u32,
    pub format: LayerKind,
    /// Its last layer, in [`Decoded::layers`].
    pub layer: usize,
    /// What its format was given: the bytes to show in hexadecimal.
    pub source: Bytes,
    pub content: Content,
    /// What the layers around it say of it: ids, times, names.
    pub facts: Vec<Fact>,
    /// What it changed, where it is a change of a database.
    pub change: Option<Change>,
    /// The JSON of the outermost envelope that carries this event and no other.
    pub around: Option<Bytes>,
    /// Why its bytes could not be read further.
    pub failure: Option<LayerFailure>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// JSON text for the tree: the source itself where that is JSON, else its conversion (see
    /// `structured`). Where it was cut, converted text is still whole JSON; source text is not.
    Json(Bytes),
    /// UTF-8 text, at its end perhaps cut within a character.
    Text(Bytes),
    Binary(Bytes),
}

impl Content {
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Json(bytes) | Self::Text(bytes) | Self::Binary(bytes) => bytes,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    pub value: String,
}

/// The images of a changed row, as JSON to compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub old: Option<Bytes>,
    pub new: Option<Bytes>,
}

/// Why the bytes after a layer could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFailure {
    /// The last layer that could; `None` for the record itself.
    pub after: Option<usize>,
    /// What was tried, in that order.
    pub candidates: Vec<Refused>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub kind: LayerKind,
    pub reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("it does not begin like one")]
    Beginning,
    #[error("it ends early, at byte {at}")]
    EndsEarly { at: usize },
    #[error("{what}, at byte {at}")]
    Malformed { at: usize, what: &'static str },
    #[error("{} bytes are left over after it", .bytes)]
    LeftOver { bytes: usize },
    #[error("it cannot be unpacked: {message}")]
    Unpacking { message: String },
    #[error("what comes out is neither text nor a known format")]
    Unreadable,
    #[error("it would take {bytes} bytes, and {room} are left")]
    TooLarge { bytes: usize, room: usize },
    #[error(transparent)]
    Aggregate(#[from] AggregateDamage),
    #[error(transparent)]
    Json(#[from] JsonFault),
    #[error("it is no UTF-8 text")]
    NotText,
    #[error("it lacks {0}")]
    Lacks(&'static str),
    #[error("the schema {0} is not known")]
    UnknownSchema(String),
    #[error("there is no schema for it")]
    NoSchema,
    #[error("no message of the schema fits it")]
    NoMessage,
    #[error("the schema does not say how: {what}")]
    Schema { what: &'static str },
    #[error("layers lie too deep within each other")]
    TooManyLayers,
    #[error("the work for one record is used up")]
    OutOfWork,
}

impl Decoded {
    /// An event's layers, the outermost first.
    pub fn trail(&self, event: &Event) -> Vec<&Layer> {
        let mut trail = Vec::new();
        let mut at = Some(event.layer);
        while let Some(layer) = at.and_then(|at| self.layers.get(at)) {
            trail.push(layer);
            at = layer.parent;
        }
        trail.reverse();
        trail
    }

    /// Why the first of the events that have a failure could not be read further.
    pub fn failure(&self) -> Option<&LayerFailure> {
        self.events.iter().find_map(|event| event.failure.as_ref())
    }

    /// The ids that headers of registries name in it, and that none of these schemas has, each once.
    pub fn unknown_schemas(&self, schemas: &Schemas) -> Vec<SchemaId> {
        let of_registry = |kind| matches!(kind, LayerKind::Glue | LayerKind::Confluent);
        let headers = self.layers.iter().filter(|layer| of_registry(layer.kind));
        // a header's detail begins with the id
        let named = headers.filter_map(|layer| layer.detail.split(',').next());
        let failures = self.events.iter().flat_map(|event| &event.failure);
        let refused = failures.flat_map(|failure| &failure.candidates);
        let refused = refused.filter_map(|refused| match &refused.reason {
            Reason::UnknownSchema(id) if of_registry(refused.kind) => Some(&**id),
            _ => None,
        });
        let ids = named.chain(refused).filter_map(|id| id.parse().ok());
        let unknown: BTreeSet<SchemaId> = ids.filter(|id| !schemas.has(id)).collect();
        unknown.into_iter().collect()
    }
}
