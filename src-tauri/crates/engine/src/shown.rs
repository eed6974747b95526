//! The one door through which payload text leaves Rust.
//!
//! Rows, trees, texts, bytes, exports, clipboard texts, SQL views and sagas ask here for what they may show. The rules
//! are the person's ([`crate::masking`]); they apply here and nowhere else. A test counts who reads payloads without
//! asking.

use mutants::Mutant;
use std::{borrow::Cow, sync::Arc};
use store::RecordRow;

/// How the fields of a row are called, for rules of names and paths.
const KEY_NAMES: [&str; 4] = ["partitionKey", "partition_key", "key", "@key"];
const TYPE_NAMES: [&str; 6] = [
    "eventType",
    "commandType",
    "detail-type",
    "type",
    "event_type",
    "@type",
];

/// The masking rules in force at one moment. The default has none.
#[derive(Clone, Debug, Default)]
pub struct Masks(Arc<InForce>);

#[derive(Debug, Default)]
struct InForce {
    rules: query::Masks,
    revision: u64,
}

impl Masks {
    /// `revision` is another one for each set of rules.
    pub(crate) fn new(rules: query::Masks, revision: u64) -> Self {
        Self(Arc::new(InForce { rules, revision }))
    }

    pub fn is_empty(&self) -> bool {
        self.0.rules.is_empty()
    }

    pub(crate) fn revision(&self) -> u64 {
        self.0.revision
    }

    /// A partition key as it may be shown.
    pub(crate) fn key<'a>(&self, key: &'a str) -> Cow<'a, str> {
        self.0.rules.text(&KEY_NAMES, key)
    }

    /// An event type that was read when the record was stored.
    pub(crate) fn event_type<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.0.rules.text(&TYPE_NAMES, name)
    }

    /// What somebody else said, who may have seen records: a function, an endpoint.
    pub(crate) fn note<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.0.rules.text(&[], text)
    }

    /// What was said of packed bytes by who took them apart.
    pub(crate) fn remark<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.0.rules.remark(text)
    }

    /// A row without what may not be shown of it.
    pub(crate) fn row(&self, mut row: RecordRow) -> RecordRow {
        if !self.is_empty() {
            row.partition_key = row.partition_key.map(|key| self.key(&key).into_owned());
            row.event_type = row
                .event_type
                .map(|name| self.event_type(&name).into_owned());
            row.head = shown(&row.head, self).into_owned();
        }
        row
    }
}

/// The payload as it may be shown under `masks`.
pub fn shown<'a>(payload: &'a [u8], masks: &Masks) -> Cow<'a, [u8]> {
    masks.0.rules.payload(payload)
}

/// What came out of a payload that is no JSON text: the way to it is not known there.
pub fn shown_unpacked<'a>(bytes: &'a [u8], masks: &Masks) -> Cow<'a, [u8]> {
    if mutants::is_on(Mutant::UnpackedBare) {
        return Cow::Borrowed(bytes);
    }
    masks.0.rules.unpacked(bytes)
}

/// What a search reads of a packed record ([`store::searched`]), part by part, so that each stays what it is.
pub(crate) fn shown_said<'a>(text: &'a [u8], masks: &Masks) -> Cow<'a, [u8]> {
    if masks.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(decode::said_otherwise(text, |part| {
        shown_unpacked(part, masks).into_owned()
    }))
}

/// What layers are taken off: JSON as it may be shown, so that rules count from the record's root; other bytes as they
/// are stored, of which nothing is shown but through [`shown_unpacked`].
pub(crate) fn to_take_apart<'a>(payload: &'a [u8], masks: &Masks) -> Cow<'a, [u8]> {
    if decode::begins_as_json(payload) {
        shown(payload, masks)
    } else {
        Cow::Borrowed(payload)
    }
}

/// For SQL.
impl store::Shows for Masks {
    fn payload<'a>(&self, payload: &'a [u8]) -> Cow<'a, [u8]> {
        shown(payload, self)
    }

    fn key<'a>(&self, key: &'a str) -> Cow<'a, str> {
        self.key(key)
    }

    fn event_type<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.event_type(name)
    }

    fn json<'a>(&self, payload: &'a [u8], read: &store::ReadJson<'_>) -> Option<Cow<'a, str>> {
        if self.is_empty() {
            return read(payload);
        }
        let json = read(&to_take_apart(payload, self))?.into_owned();
        if decode::begins_as_json(payload) {
            return Some(Cow::Owned(json));
        }
        let shown = shown_unpacked(json.as_bytes(), self);
        let shown = String::from_utf8_lossy(&shown).into_owned();
        // a mask in the place of all is no JSON
        decode::begins_as_json(shown.as_bytes()).then_some(Cow::Owned(shown))
    }
}
