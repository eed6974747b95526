//! What taking one layer off gives, whatever the layer is.

use crate::{Change, Fact, LayerKind, Step, budget::Truncated};
use bytes::Bytes;

/// A layer that was taken off, and what lay in it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub items: Vec<Item>,
    pub detail: String,
    pub confidence: u8,
    pub truncated: Option<Truncated>,
}

impl Opened {
    pub fn one(item: Item, detail: String, confidence: u8) -> Self {
        Self {
            items: vec![item],
            detail,
            confidence,
            truncated: None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Item {
    pub bytes: Bytes,
    pub facts: Vec<Fact>,
    pub change: Option<Change>,
    pub next: Next,
}

/// What is known of an item's own layers.
#[derive(Debug)]
pub(crate) enum Next {
    /// Nothing: they are told by content.
    Detect,
    /// The layer around it says what it is.
    Step(Step),
    /// It is JSON, converted or carried as such, and no envelope.
    Json {
        format: LayerKind,
        json: Bytes,
        truncated: Option<Truncated>,
    },
}

impl Item {
    pub fn new(bytes: Bytes) -> Self {
        Self {
            bytes,
            facts: Vec::new(),
            change: None,
            next: Next::Detect,
        }
    }

    /// JSON that is shown as it is.
    pub fn json(bytes: Bytes) -> Self {
        let json = bytes.clone();
        Self {
            next: Next::Json {
                format: LayerKind::Json,
                json,
                truncated: None,
            },
            ..Self::new(bytes)
        }
    }

    pub fn with_facts(self, facts: Vec<Fact>) -> Self {
        Self { facts, ..self }
    }
}
