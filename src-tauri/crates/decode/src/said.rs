//! What is packed in a record, as one text for who searches it: its events one after the other, each with what stands
//! around it. Where one ends is told by bytes that no text holds, on lines of their own, so that an event is never taken
//! for another one's part.
//!
//! It decodes nothing, and where a record is plain text it is not needed.

use crate::{Event, event_type, several_documents};
use memchr::memmem;
use std::borrow::Cow;

/// Between two events.
const NEXT: &[u8] = b"\n\xFF\n";
/// Before the envelope that carries an event alone.
const ENVELOPE: &[u8] = b"\n\xFE\n";
/// Before what is known of an event that shares its envelope with others.
const FACTS: &[u8] = b"\n\xFD\n";
/// The least of the bytes that tell parts from one another: UTF-8 has none of them.
const LEAST_MARK: u8 = 0xFD;

/// One event of such a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidEvent<'a> {
    /// All that can be found in it.
    pub whole: &'a [u8],
    pub content: &'a [u8],
    /// The outermost envelope, where that carries this event alone.
    pub envelope: Option<&'a [u8]>,
}

/// The text of some events. One that stands alone is its content.
pub fn said(events: &[Event]) -> Vec<u8> {
    let mut text = Vec::new();
    for (place, event) in events.iter().enumerate() {
        if place > 0 {
            text.extend_from_slice(NEXT);
        }
        put(&mut text, event.content.bytes());
        match &event.around {
            Some(envelope) => {
                text.extend_from_slice(ENVELOPE);
                put(&mut text, envelope);
            }
            None => event.facts.iter().enumerate().for_each(|(place, fact)| {
                text.extend_from_slice(if place == 0 { FACTS } else { b"\n" });
                put(&mut text, fact.value.as_bytes());
            }),
        }
    }
    text
}

/// Bytes that are no text may hold the marks: another byte that is no text says as much.
fn put(text: &mut Vec<u8>, bytes: &[u8]) {
    let start = text.len();
    text.extend_from_slice(bytes);
    for byte in &mut text[start..] {
        *byte = (*byte).min(LEAST_MARK - 1);
    }
}

/// A text that [`said`] made, with other words for each of its parts: contents, envelopes, facts.
pub fn said_otherwise(text: &[u8], otherwise: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let is_mark = |at: usize| {
        let around = text.get(at.wrapping_sub(1)).zip(text.get(at + 1));
        text[at] >= LEAST_MARK && around == Some((&b'\n', &b'\n'))
    };
    let mut made = Vec::with_capacity(text.len());
    let mut start = 0;
    for mark in (0..text.len()).filter(|&at| is_mark(at)) {
        put(&mut made, &otherwise(&text[start..mark - 1]));
        made.extend_from_slice(&text[mark - 1..=mark + 1]);
        start = mark + 2;
    }
    put(&mut made, &otherwise(&text[start.min(text.len())..]));
    made
}

/// The events of a text that [`said`] made; at least one.
pub fn said_events(text: &[u8]) -> impl Iterator<Item = SaidEvent<'_>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (whole, behind) = split(text, NEXT);
        rest = behind;
        let (said, _) = split(whole, FACTS);
        let (content, envelope) = split(said, ENVELOPE);
        Some(SaidEvent {
            whole,
            content,
            envelope,
        })
    })
}

fn split<'a>(text: &'a [u8], mark: &[u8]) -> (&'a [u8], Option<&'a [u8]>) {
    match memmem::find(text, mark) {
        Some(at) => (&text[..at], Some(&text[at + mark.len()..])),
        None => (text, None),
    }
}

impl<'a> SaidEvent<'a> {
    /// A text that nothing is packed in.
    pub fn of_text(text: &'a [u8]) -> Self {
        Self {
            whole: text,
            content: text,
            envelope: None,
        }
    }

    /// The events of what a record says: made by [`said`], or its payload as it is.
    pub fn all(text: &'a [u8], is_packed: bool) -> Vec<Self> {
        if is_packed {
            said_events(text).collect()
        } else {
            vec![Self::of_text(text)]
        }
    }

    /// The kinds of events that its documents name, then the one that its envelope names.
    pub fn types(self) -> impl Iterator<Item = Cow<'a, str>> {
        let documents = self.documents().into_iter();
        documents.chain(self.envelope).filter_map(event_type)
    }

    /// The JSON documents of its content: the content itself where that holds no more than one, whatever it is.
    pub fn documents(&self) -> Vec<&'a [u8]> {
        let documents: Vec<_> = several_documents(self.content).collect();
        if documents.is_empty() {
            vec![self.content]
        } else {
            documents
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, Pipeline, Schemas, decode};
    use bytes::Bytes;

    fn text_of(payload: Vec<u8>) -> Vec<u8> {
        let decoded = decode(
            &Bytes::from(payload),
            &Pipeline::Auto,
            &Schemas::default(),
            Budget::default(),
        );
        said(&decoded.events)
    }

    fn shown(text: &[u8]) -> Vec<String> {
        let event = |event: SaidEvent<'_>| {
            let content = String::from_utf8_lossy(event.content).into_owned();
            let rest = event.whole.len() - event.content.len();
            let envelope = event.envelope.map(<[u8]>::len);
            format!("{content} +{rest} {envelope:?}")
        };
        said_events(text).map(event).collect()
    }

    #[test]
    fn said_otherwise_the_parts_stay_apart() {
        let text = b"one\n\xFF\ntwo\n\xFE\nround\n\xFD\nfact\nfact\n\xFF\n";
        assert_eq!(said_otherwise(text, <[u8]>::to_vec), text);
        let upper = said_otherwise(text, <[u8]>::to_ascii_uppercase);
        assert_eq!(
            upper,
            b"ONE\n\xFF\nTWO\n\xFE\nROUND\n\xFD\nFACT\nFACT\n\xFF\n"
        );
        // no part can say a mark
        let marks = said_otherwise(text, |_| b"\n\xFF\n".to_vec());
        assert_eq!(said_events(&marks).count(), said_events(text).count());
    }

    #[test]
    fn events_and_what_is_around_them_keep_apart() {
        let two = "{\"a\":1}\n{\"a\":\"x\\ny\"}";
        assert_eq!(
            shown(&text_of(two.into())),
            ["{\"a\":1} +0 None", "{\"a\":\"x\\ny\"} +0 None"]
        );
        assert_eq!(text_of(b"{\"a\":1}".to_vec()), b"{\"a\":1}");
        assert_eq!(shown(b""), [" +0 None"]);
        let logs = |events: &str| {
            format!(
                r#"{{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/g","logStream":"s","subscriptionFilters":["f"],"logEvents":[{events}]}}"#
            )
        };
        let event = |message: &str| format!(r#"{{"id":"1","timestamp":1,"message":"{message}"}}"#);
        let alone = logs(&event("START"));
        let said = text_of(alone.clone().into());
        let found = shown(&said);
        assert_eq!(
            found,
            [format!(
                "START +{} Some({})",
                alone.len() + ENVELOPE.len(),
                alone.len()
            )]
        );
        let both = logs(&[event("START"), event("{}")].join(","));
        let said = text_of(both.into());
        let found: Vec<_> = said_events(&said).collect();
        assert_eq!(
            found.iter().map(|event| event.content).collect::<Vec<_>>(),
            [&b"START"[..], b"{}"]
        );
        assert!(
            found
                .iter()
                .all(|event| memmem::find(event.whole, b"/g").is_some())
        );
        assert!(found.iter().all(|event| event.envelope.is_none()));
    }

    #[test]
    fn bytes_that_are_no_text_pretend_no_event() {
        let hostile = text_of(b"\xF5\n\xFF\n{\"a\":1}".to_vec());
        assert_eq!(said_events(&hostile).count(), 1, "{hostile:?}");
    }
}
