//! An opened record taken apart: the layers around its events, and of each event its facts, its content and why it
//! could not be read further. How a stream's records are to be read is not decided here.
//!
//! What comes out of a layer leaves through [`shown`] like the payload itself: a rule that masks a payload must also
//! mask what was unpacked of it.

use crate::{
    Engine, EngineError, Masks, SchemaReport, recent::Recent, shown, shown::to_take_apart,
    shown_unpacked,
};
use bytes::Bytes;
use decode::{
    Budget, Caps, Content, Decoded, Event, Fact, JsonFault, JsonTree, Layer, LayerKind, Pipeline,
    Pretty, SaidEvent, SchemaId, Schemas, Truncated, safe_text,
};
use std::{borrow::Cow, sync::Arc};
use store::{FullRecord, RecordId};

/// Records and trees that are kept: those on screen and a few before them.
const MOST_KEPT: usize = 4;

pub(crate) type Parsed = Result<JsonTree, JsonFault>;

/// A record as it was read at one time.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Taken {
    record: RecordId,
    /// Grows when streams are to be read otherwise.
    revision: u64,
    /// Of the masks.
    masked: u64,
}

#[derive(Default)]
pub(crate) struct OpenLayers {
    records: Recent<Taken, Layered, MOST_KEPT>,
    trees: Recent<(Taken, u32), Parsed, MOST_KEPT>,
}

/// A record and what was found in it.
pub(crate) struct Layered {
    taken: Taken,
    masks: Masks,
    /// As stored; JSON as it may be shown.
    raw: Bytes,
    is_json: bool,
    decoded: Decoded,
    pipeline: Pipeline,
    pub stream_arn: String,
    /// How searches read it.
    reading: Arc<store::Reading>,
}

/// What is known of a record's layers and events.
#[derive(Clone, Debug)]
pub struct OpenedLayers {
    /// At least one.
    pub events: u32,
    /// Where the record holds more events than are shown.
    pub truncated: Option<Truncated>,
    /// How it was read.
    pub pipeline: Pipeline,
    /// Schemas that it names, that are not there and that its stream's registry may have.
    pub schemas: Vec<SchemaReport>,
    pub first: OpenEvent,
}

/// One logical event of a record. Every text is safe to show.
#[derive(Clone, Debug)]
pub struct OpenEvent {
    pub index: u32,
    pub event_type: Option<String>,
    pub format: LayerKind,
    /// From the record inwards.
    pub trail: Vec<Layer>,
    pub facts: Vec<Fact>,
    /// The size of what its format was given: its bytes in hexadecimal.
    pub source_bytes: u64,
    /// Those are the record's own bytes.
    pub is_stored: bool,
    /// At which byte of its source its content begins, where that is a part of it: so its tree and its bytes can be
    /// looked at together.
    pub content_at: Option<u64>,
    /// The same in the stored payload.
    pub content_in_record: Option<u64>,
    pub has_before: bool,
    pub has_after: bool,
    pub failure: Option<OpenFailure>,
    /// Why there is no tree.
    pub tree_fault: Option<JsonFault>,
    /// Where the event's JSON stands in what filters read: a document of its own in the payload or in what is packed in
    /// it, or a part of one; nothing where it was unpacked from a part of a text, so that no filter on a path finds it.
    pub stored_at: Option<String>,
}

/// Why nothing further could be read.
#[derive(Clone, Debug)]
pub struct OpenFailure {
    /// The last layer that could; nothing for the record itself.
    pub after: Option<LayerKind>,
    /// What was tried, in that order, and why it was refused.
    pub candidates: Vec<(LayerKind, String)>,
}

/// What of an event is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventPart {
    #[default]
    Content,
    /// What was there before it, where it is a change.
    Before,
    After,
}

impl Engine {
    /// Takes a record apart, or finds how that went.
    pub(crate) fn layered(&self, full: &FullRecord) -> Result<Arc<Layered>, EngineError> {
        let reading = self.decoding().reading();
        let masks = self.masks();
        let names = self.names_of([full.row.shard])?;
        let arn = names.get(&full.row.shard).map(|shard| &*shard.arn);
        let taken = Taken {
            record: full.row.id,
            revision: reading.revision,
            masked: masks.revision(),
        };
        Ok(self.layers().records.get_or(taken, || {
            let raw = Bytes::copy_from_slice(&to_take_apart(&full.payload, &masks));
            let arn = arn.unwrap_or_default();
            let pipeline = reading.pipeline(arn);
            let schemas = reading.schemas(arn);
            let decoded = decode::decode(&raw, &pipeline, schemas, Budget::default());
            Layered {
                taken,
                is_json: decode::begins_as_json(&full.payload),
                masks,
                raw,
                decoded,
                pipeline,
                stream_arn: arn.to_owned(),
                reading: self.store().reading(full.row.shard),
            }
        }))
    }

    pub(crate) fn opened_layers(&self, layered: &Layered) -> Result<OpenedLayers, EngineError> {
        Ok(OpenedLayers {
            events: layered.events(),
            truncated: layered.decoded.truncated,
            pipeline: layered.pipeline.clone(),
            schemas: self.schema_reports(layered),
            first: self.opened_event(layered, 0)?,
        })
    }

    pub(crate) fn opened_event(
        &self,
        layered: &Layered,
        index: u32,
    ) -> Result<OpenEvent, EngineError> {
        let event = layered.event(index)?;
        let tree = self.tree_of(layered, event);
        let content = layered.shown(event, event.content.bytes());
        let change = event.change.as_ref();
        Ok(OpenEvent {
            index,
            event_type: decode::event_type(&content).map(|name| safe_text(&name).into_owned()),
            format: event.format,
            trail: layered
                .decoded
                .trail(event)
                .into_iter()
                .map(|layer| layered.safe_layer(layer))
                .collect(),
            facts: event
                .facts
                .iter()
                .map(|fact| layered.safe_fact(fact))
                .collect(),
            source_bytes: layered.shown(event, &event.source).len() as u64,
            is_stored: layered.place_of(&event.source) == Some(0)
                && event.source.len() == layered.raw.len(),
            content_at: layered.shown_place(&event.source, event),
            content_in_record: layered.shown_place(&layered.raw, event),
            has_before: change.is_some_and(|change| change.old.is_some()),
            has_after: change.is_some_and(|change| change.new.is_some()),
            failure: event.failure.as_ref().map(|failure| OpenFailure {
                after: failure
                    .after
                    .and_then(|at| Some(layered.decoded.layers.get(at)?.kind)),
                candidates: failure
                    .candidates
                    .iter()
                    .map(|refused| (refused.kind, layered.safe(&refused.reason.to_string())))
                    .collect(),
            }),
            tree_fault: tree.as_ref().as_ref().err().copied(),
            stored_at: layered.stored_at(event),
        })
    }

    /// The event's content as a tree, or why it is none.
    pub(crate) fn tree_of(&self, layered: &Layered, event: &Event) -> Arc<Parsed> {
        let key = (layered.taken, event.sub_index);
        self.layers().trees.get_or(key, || {
            let content = layered.shown(event, event.content.bytes());
            JsonTree::parse(&*content, caps(layered, event, content.len()))
        })
    }

    /// Indented JSON with every number as it was written; what is no JSON, as it is. Empty where there is no such part.
    pub(crate) fn text_of(
        &self,
        layered: &Layered,
        event: &Event,
        part: EventPart,
        most_bytes: usize,
    ) -> Pretty {
        let change = event.change.as_ref();
        let image = match part {
            EventPart::Content => {
                return match &*self.tree_of(layered, event) {
                    Ok(tree) => tree.pretty(most_bytes),
                    Err(_) => {
                        decode::shown_text(&layered.shown(event, event.content.bytes()), most_bytes)
                    }
                };
            }
            EventPart::Before => change.and_then(|change| change.old.as_ref()),
            EventPart::After => change.and_then(|change| change.new.as_ref()),
        };
        let image = layered.shown(event, image.map_or(&[][..], |image| image));
        match JsonTree::parse(&*image, Caps::default()) {
            Ok(tree) => tree.pretty(most_bytes),
            Err(_) => decode::shown_text(&image, most_bytes),
        }
    }
}

/// JSON that a bound cut has no end of its own: its tree ends there, too.
fn caps(layered: &Layered, event: &Event, content_bytes: usize) -> Caps {
    let layer = layered.decoded.layers.get(event.layer);
    let is_cut =
        event.format == LayerKind::Json && layer.is_some_and(|layer| layer.truncated.is_some());
    let whole = Caps::default();
    Caps {
        bytes: if is_cut {
            whole.bytes.min(content_bytes.saturating_sub(1))
        } else {
            whole.bytes
        },
        ..whole
    }
}

impl Layered {
    /// Something of an event as it may be shown. JSON was masked from its root before it was taken apart, and is
    /// from the event's root now.
    pub fn shown<'b>(&self, event: &Event, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let trail = || self.decoded.trail(event);
        if !self.is_json && trail().iter().any(|layer| layer.kind.is_envelope()) {
            return shown_unpacked(bytes, &self.masks);
        }
        shown(bytes, &self.masks)
    }

    /// Where the event's content lies in `whole` as both are shown.
    fn shown_place(&self, whole: &Bytes, event: &Event) -> Option<u64> {
        let is_as_it_lies = self.is_json || self.masks.is_empty();
        let place = place_in(whole, event.content.bytes()).filter(|_| is_as_it_lies);
        place.map(|at| at as u64)
    }

    fn safe_layer(&self, layer: &Layer) -> Layer {
        Layer {
            detail: self.safe(&layer.detail),
            ..layer.clone()
        }
    }

    fn safe_fact(&self, fact: &Fact) -> Fact {
        Fact {
            name: fact.name,
            value: self.safe(&fact.value),
        }
    }

    /// What was masked before it was taken apart tells nothing more.
    fn safe(&self, text: &str) -> String {
        if self.is_json {
            return safe_text(text).into_owned();
        }
        safe_text(&self.masks.remark(text)).into_owned()
    }

    /// Those that it names and that none of these has.
    pub fn unknown_schemas(&self, schemas: &Schemas) -> Vec<SchemaId> {
        self.decoded.unknown_schemas(schemas)
    }

    pub fn events(&self) -> u32 {
        self.decoded.events.len() as u32
    }

    /// # Errors
    /// [`EngineError::Input`] where there are not so many.
    pub fn event(&self, index: u32) -> Result<&Event, EngineError> {
        self.decoded
            .events
            .get(index as usize)
            .ok_or_else(|| EngineError::Input(format!("the record holds {} events", self.events())))
    }

    /// At which byte of the record these bytes lie, if they are part of it.
    fn place_of(&self, bytes: &Bytes) -> Option<usize> {
        place_in(&self.raw, bytes)
    }

    /// Whether searches and filters come upon this JSON as one of the record's documents.
    fn is_searched(&self, json: &[u8]) -> bool {
        let text = store::searched_text(&self.raw, &self.reading);
        let events = SaidEvent::all(text.as_deref().unwrap_or(&self.raw), text.is_some());
        events.iter().any(|event| event.documents().contains(&json))
    }

    /// Where filters find an event's JSON; nothing where they do not.
    ///
    /// # Errors
    /// [`EngineError::Input`] where there are not so many events.
    pub(crate) fn searched_at(&self, index: u32) -> Result<Option<String>, EngineError> {
        Ok(self.stored_at(self.event(index)?))
    }

    fn stored_at(&self, event: &Event) -> Option<String> {
        let Content::Json(json) = &event.content else {
            return None;
        };
        if self.is_searched(json) {
            return Some("$".to_owned());
        }
        let place = self.place_of(json)?;
        let whole = JsonTree::parse(&*self.raw, Caps::default()).ok()?;
        let node = whole.beginning_at(place)?;
        (whole.source(node)? == &**json).then_some(())?;
        Some(whole.path(node)?.to_string())
    }
}

/// At which byte of a whole a part of it begins; nothing for a copy.
fn place_in(whole: &[u8], part: &[u8]) -> Option<usize> {
    let place = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (place + part.len() <= whole.len()).then_some(place)
}
