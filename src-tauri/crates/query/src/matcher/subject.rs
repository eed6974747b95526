//! What a filter is asked about: a record as whoever stores it knows it.

use crate::Marks;
use decode::{Pipeline, Schemas};
use record::{Millis, SequenceNumber, ShardId};
use std::borrow::Cow;

/// What a filter is asked about. Where the filter does not need the payload it may be left empty.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub arrival: Millis,
    /// The stream's name.
    pub stream: &'a str,
    pub shard: &'a ShardId,
    pub partition_key: Option<&'a str>,
    pub event_type: Option<&'a str>,
    pub size_bytes: u64,
    pub sequence: &'a SequenceNumber,
    pub marks: Marks,
    /// The user record's raw bytes.
    pub payload: &'a [u8],
    /// Where they are packed: the texts of the events in them, one after the other. Conditions on what a record says
    /// look here then, and a field may be any event's.
    pub text: Option<&'a [u8]>,
    /// The layers and schemas by which its stream is read; without them its content alone tells.
    pub read_by: Option<(&'a Pipeline, &'a Schemas)>,
}

impl<'a> Subject<'a> {
    /// What the record says: what is packed in it, or its bytes as they are.
    pub fn said(&self) -> &'a [u8] {
        self.text.unwrap_or(self.payload)
    }

    /// The record's own type, or else that of the first event packed in it that names one.
    pub fn first_type(&self) -> Option<Cow<'a, str>> {
        let of_events = |text: &'a [u8]| {
            let mut types = decode::said_events(text).flat_map(decode::SaidEvent::types);
            types.next()
        };
        let own = self.event_type.map(Cow::Borrowed);
        own.or_else(|| self.packed().and_then(of_events))
    }

    /// The text of what is packed in it; a part of a payload that is text itself is not.
    fn packed(&self) -> Option<&'a [u8]> {
        let payload = self.payload.as_ptr_range();
        self.text.filter(|text| !payload.contains(&text.as_ptr()))
    }

    /// Whether its type is so; where it names none itself, that of one of the events that are packed in it.
    pub(super) fn has_type(&self, is_so: impl Fn(&str) -> bool) -> bool {
        if let Some(own) = self.event_type {
            return is_so(own);
        }
        self.packed().is_some_and(|text| {
            let mut types = decode::said_events(text).flat_map(decode::SaidEvent::types);
            types.any(|name| is_so(&name))
        })
    }

    /// Whether some JSON of it is so: one of its events, or an envelope around one.
    pub(super) fn has_document(&self, is_so: impl Fn(&[u8]) -> bool) -> bool {
        let Some(text) = self.text else {
            return has_document(self.payload, &is_so);
        };
        decode::said_events(text).any(|event| {
            has_document(event.content, &is_so)
                || event
                    .envelope
                    .is_some_and(|json| has_document(json, &is_so))
        })
    }
}

/// Whether a text is so, or one of the documents in it where there are more. What breaks off counts as far as it goes.
fn has_document(text: &[u8], is_so: impl Fn(&[u8]) -> bool) -> bool {
    is_so(text) || decode::several_documents(text).any(is_so)
}
