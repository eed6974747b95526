//! What lies in records that are not plain JSON: their layers are taken off, and each event in them is read alone.
//!
//! Plain JSON does not come here: it is read as it is stored. What is unpacked leaves through [`shown`] like the payload
//! that it was in.

use super::reading::{ShownRecord, Source};
use crate::{
    Masks, decoding::Reading, engine::locked, shown, shown::to_take_apart, shown_unpacked,
};
use bytes::Bytes;
use decode::{Budget, Decoded, Event, Fact, LayerKind, Path, Pipeline, Scalar, Step};
use query::{Filter, Regex};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use store::{RecordId, ShardKey, Store, StoreError};

/// How JSON begins.
const JSON: &str = r"^[ \n\r\t\x{FEFF}]*[\[{]";
/// What hides a part of JSON from a look at its text.
const HIDDEN: &str = "data_base64";

/// How records are taken apart: by their content, or by what a person pinned for their stream.
#[derive(Clone)]
pub(super) struct Unpacking(Arc<Inner>);

struct Inner {
    reading: Arc<Reading>,
    by_shard: Mutex<HashMap<ShardKey, OfStream>>,
}

/// How the records of a shard's stream are read.
#[derive(Clone, Default)]
struct OfStream {
    arn: Arc<str>,
    /// Nothing where no layers are pinned.
    pinned: Option<Arc<Pipeline>>,
}

/// One event of a record.
pub(super) struct Unpacked {
    /// From 1.
    pub number: u16,
    pub content: Vec<u8>,
    around: Option<Vec<u8>>,
    facts: Vec<Fact>,
}

impl Unpacked {
    /// `is_json`: it lay in JSON that was masked before it was taken apart.
    fn new(event: &Event, is_json: bool, masks: &Masks) -> Option<Self> {
        let bytes = |bytes: &Bytes| {
            let shown = if is_json { shown } else { shown_unpacked };
            shown(bytes, masks).into_owned()
        };
        let fact = |fact: &Fact| Fact {
            name: fact.name,
            value: if is_json {
                fact.value.clone()
            } else {
                masks.remark(&fact.value).into_owned()
            },
        };
        Some(Self {
            number: u16::try_from(event.sub_index + 1).ok()?,
            content: bytes(event.content.bytes()),
            around: event.around.as_ref().map(bytes),
            facts: event.facts.iter().map(fact).collect(),
        })
    }

    fn bytes(&self) -> usize {
        self.content.len() + self.around.as_ref().map_or(0, Vec::len)
    }

    pub fn part(&self) -> saga::Part<'_> {
        saga::Part {
            number: self.number,
            around: self.around.as_deref(),
            facts: &self.facts,
        }
    }
}

impl Unpacking {
    pub fn new(reading: Arc<Reading>) -> Self {
        Self(Arc::new(Inner {
            reading,
            by_shard: Mutex::default(),
        }))
    }

    /// Whether records of the shard are to be read by layers that somebody pinned, whatever they look like.
    pub fn is_pinned(&self, store: &Store, shard: ShardKey) -> Result<bool, StoreError> {
        Ok(self.of_stream(store, shard)?.pinned.is_some())
    }

    /// The record's events. None where it is one event as it is stored, and nothing was taken off.
    pub fn events(
        &self,
        store: &Store,
        shard: ShardKey,
        payload: &[u8],
        masks: &Masks,
    ) -> Result<Vec<Unpacked>, StoreError> {
        let OfStream { arn, pinned } = self.of_stream(store, shard)?;
        let pipeline = pinned.as_deref().unwrap_or(&Pipeline::Auto);
        let raw = Bytes::copy_from_slice(&to_take_apart(payload, masks));
        let schemas = self.0.reading.schemas(&arn);
        let decoded = decode::decode(&raw, pipeline, schemas, Budget::default());
        if is_as_stored(&decoded, &raw) {
            return Ok(Vec::new());
        }
        let events = decoded.events.iter();
        Ok(events
            .filter_map(|event| Unpacked::new(event, decode::begins_as_json(payload), masks))
            .collect())
    }

    /// Records of which a look at their text cannot tell that they do not hold what is looked for.
    pub fn hides() -> Filter {
        match Regex::new(JSON, false) {
            Ok(json) => Filter::any([
                Filter::Not(Box::new(Filter::Matches(json))),
                Filter::Contains {
                    text: HIDDEN.to_owned(),
                    case_sensitive: true,
                },
            ]),
            Err(_) => Filter::Everything,
        }
    }

    fn of_stream(&self, store: &Store, shard: ShardKey) -> Result<OfStream, StoreError> {
        if !self.0.reading.has_pins() && !self.0.reading.has_registries() {
            return Ok(OfStream::default());
        }
        let known = locked(&self.0.by_shard).get(&shard).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let mut all = HashMap::new();
        for stream in store.streams()? {
            let arn = stream.stream.identity.arn.as_str();
            let of_stream = OfStream {
                arn: arn.into(),
                pinned: pinned_layers(self.0.reading.pipeline(arn)),
            };
            for of_shard in store.shards(stream.key)? {
                all.insert(of_shard.key, of_stream.clone());
            }
        }
        let found = all.get(&shard).cloned().unwrap_or_default();
        *locked(&self.0.by_shard) = all;
        Ok(found)
    }
}

/// JSON that is pinned as such is read as it is.
fn pinned_layers(pipeline: Pipeline) -> Option<Arc<Pipeline>> {
    let is_json = |steps: &[Step]| matches!(steps, [only] if only.layer == LayerKind::Json);
    match pipeline {
        Pipeline::Auto => None,
        Pipeline::Pinned(steps) if is_json(&steps) => None,
        pinned @ Pipeline::Pinned(_) => Some(Arc::new(pinned)),
    }
}

fn is_as_stored(decoded: &Decoded, raw: &Bytes) -> bool {
    matches!(&decoded.events[..], [only] if only.content.bytes().as_ptr() == raw.as_ptr()
        && only.content.bytes().len() == raw.len())
}

/// Payloads of events, as they may be shown. A record that many events lie in is taken apart once, if they are asked for
/// one after the other.
pub(super) struct EventPayloads<'s> {
    source: &'s Source,
    last: Option<(RecordId, Vec<Unpacked>)>,
}

impl<'s> EventPayloads<'s> {
    pub fn new(source: &'s Source) -> Self {
        Self { source, last: None }
    }

    /// `None` once the record is gone. `part`: 0 for the record as it is stored.
    pub fn get(&mut self, id: RecordId, part: u16) -> Result<Option<Vec<u8>>, StoreError> {
        if part == 0 {
            return self.source.shown_payload(id);
        }
        Ok(self.within(id, part)?.map(|event| event.content.clone()))
    }

    /// What an event has at a path, as text: itself, else the envelope that carries it alone.
    pub fn text_at(
        &mut self,
        (id, part): (RecordId, u16),
        path: &Path,
    ) -> Result<Option<String>, StoreError> {
        let own = self.get(id, part)?;
        if let Some(text) = own.and_then(|own| text_at(&own, path)) {
            return Ok(Some(text));
        }
        let event = if part == 0 {
            None
        } else {
            self.within(id, part)?
        };
        let around = event.and_then(|event| event.around.as_deref());
        Ok(around.and_then(|around| text_at(around, path)))
    }

    fn within(&mut self, id: RecordId, part: u16) -> Result<Option<&Unpacked>, StoreError> {
        let is_last = |(known, _): &(RecordId, _)| *known == id;
        if !self.last.as_ref().is_some_and(is_last) {
            self.last = Some((id, self.source.unpacked(id)?));
        }
        let mut events = self.last.iter().flat_map(|(_, events)| events);
        Ok(events.find(|event| event.number == part))
    }
}

fn text_at(json: &[u8], path: &Path) -> Option<String> {
    match decode::find(json, path)? {
        Scalar::String(text) if !text.is_empty() => Some(text.into_owned()),
        Scalar::Number(text) => Some(text.to_owned()),
        _ => None,
    }
}

/// One event: a record as it is stored, or one that lies in it.
#[derive(Clone)]
pub(super) struct ShownEvent {
    pub shard: ShardKey,
    pub record: Arc<ShownRecord>,
    within: Option<Arc<Unpacked>>,
}

impl ShownEvent {
    pub fn stored(shard: ShardKey, record: ShownRecord) -> Self {
        Self {
            shard,
            record: Arc::new(record),
            within: None,
        }
    }

    /// The events of a record. `is_plain` says of what is stored whether it is read as it is.
    pub fn of(
        source: &Source,
        shard: ShardKey,
        record: ShownRecord,
        is_plain: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<Self>, StoreError> {
        let events = if is_plain(record.shown()) && !source.is_pinned(shard)? {
            Vec::new()
        } else {
            source.unpacked_of(shard, &record)?
        };
        let stored = Self::stored(shard, record);
        if events.is_empty() {
            return Ok(vec![stored]);
        }
        let within = |event: Unpacked| Self {
            within: Some(Arc::new(event)),
            ..stored.clone()
        };
        Ok(events.into_iter().map(within).collect())
    }

    pub fn content(&self) -> &[u8] {
        match &self.within {
            Some(event) => &event.content,
            None => self.record.shown(),
        }
    }

    pub fn part(&self) -> saga::Part<'_> {
        self.within
            .as_ref()
            .map_or_else(saga::Part::default, |event| event.part())
    }

    /// What it takes in memory beside its record.
    pub fn bytes(&self) -> usize {
        self.within.as_ref().map_or(0, |within| within.bytes())
    }

    /// What paths are proposed for: the envelope, where it carries this event alone.
    pub fn widest(&self) -> &[u8] {
        self.part().around.unwrap_or_else(|| self.content())
    }
}
