//! One JSON document on its way through the masks: what is covered is replaced, every other byte stays as it was written.

use super::{Masks, holds_more};
use decode::{JsonEvent, JsonProblem, Segment, json_events, string_text};
use std::borrow::Cow;

/// JSON within strings is masked this deep; what lies deeper is masked as a whole.
const MAX_NESTED: usize = 4;
/// What is open deeper than this is masked as a whole: rules name nothing there, and each would be asked about all that is
/// around it.
const MAX_OPEN: usize = 256;

/// How a document ends.
pub(super) enum End {
    Whole,
    /// It could go on.
    Cut,
    Broken,
}

/// The way through one document.
pub(super) struct Document<'a> {
    masks: &'a Masks,
    bytes: &'a [u8],
    nested: usize,
    /// To the string that the document is in, below which paths go on.
    around: &'a [Segment],
    /// Of each open bracket: the place of the next element, or the key that was read last.
    way: Vec<Segment>,
    /// How many brackets were open where all within became masked.
    hidden_from: Option<usize>,
}

impl<'a> Document<'a> {
    pub fn new(masks: &'a Masks, bytes: &'a [u8], nested: usize, around: &'a [Segment]) -> Self {
        Self {
            masks,
            bytes,
            nested,
            around,
            way: Vec::new(),
            hidden_from: None,
        }
    }

    /// Writes the document masked; how many bytes of it were read.
    pub fn run(mut self, out: &mut Vec<u8>) -> (usize, End) {
        let mut copied = 0;
        for event in json_events(self.bytes) {
            let event = match event {
                Ok(event) => event,
                Err(fault) if fault.what == JsonProblem::EndsEarly => return (copied, End::Cut),
                Err(_) => break,
            };
            let place = match &event {
                JsonEvent::Open(at) | JsonEvent::Close(at) => *at..at + 1,
                JsonEvent::Key(place) | JsonEvent::Scalar(place) => place.clone(),
            };
            out.extend_from_slice(&self.bytes[copied..place.start]);
            copied = place.end;
            self.take(&event, &self.bytes[place], out);
            if self.way.is_empty() {
                return (copied, End::Whole);
            }
        }
        (copied, End::Broken)
    }

    fn take(&mut self, event: &JsonEvent, token: &[u8], out: &mut Vec<u8>) {
        match event {
            JsonEvent::Open(_) => {
                if self.hidden_from.is_none() && (self.is_too_deep() || self.is_covered()) {
                    self.hidden_from = Some(self.way.len());
                }
                self.way.push(match token {
                    b"[" => Segment::Index(0),
                    _ => Segment::Key(String::new()),
                });
                out.extend_from_slice(token);
            }
            JsonEvent::Close(_) => {
                self.way.pop();
                self.hidden_from = self.hidden_from.filter(|&depth| self.way.len() > depth);
                out.extend_from_slice(token);
                self.next_element();
            }
            JsonEvent::Key(_) => {
                let key = string_text(token);
                push(&key, &self.masks.found(&key), token, out);
                if let Some(last) = self.way.last_mut() {
                    *last = Segment::Key(key.into_owned());
                }
            }
            JsonEvent::Scalar(_) => {
                self.scalar(token, out);
                self.next_element();
            }
        }
    }

    fn next_element(&mut self) {
        if let Some(Segment::Index(index)) = self.way.last_mut() {
            *index += 1;
        }
    }

    /// Whether a rule names the value that begins here.
    fn is_covered(&self) -> bool {
        let by_name =
            matches!(self.way.last(), Some(Segment::Key(key)) if self.masks.has_name(key));
        by_name
            || self.masks.ways.lead_to(&[], &self.way)
            || (!self.around.is_empty() && self.masks.ways.lead_to(self.around, &self.way))
    }

    fn is_too_deep(&self) -> bool {
        self.around.len() + self.way.len() >= MAX_OPEN
    }

    /// From the root of the record.
    fn whole_way(&self) -> Vec<Segment> {
        [self.around, &self.way].concat()
    }

    fn scalar(&self, token: &[u8], out: &mut Vec<u8>) {
        let text = string_text(token);
        let shown = if self.hidden_from.is_some() || self.is_covered() {
            // a mask would say that there is something
            match token {
                b"null" => Cow::Borrowed(&*text),
                _ => Cow::Owned(self.masks.mask(&text)),
            }
        } else if token.starts_with(b"\"") {
            self.string(&text, token)
        } else {
            self.masks.found(&text)
        };
        push(&text, &shown, token, out);
    }

    /// A string may be JSON, hold some behind words, or something packed that holds more.
    fn string<'t>(&self, text: &'t str, token: &[u8]) -> Cow<'t, str> {
        // what paths go below, however it is written
        let is_document = decode::document_in_string(token).is_some();
        let begin = if is_document {
            Some(text.len() - text.trim_ascii_start().len())
        } else {
            json_within(text)
        };
        let Some(begin) = begin else {
            return if holds_more(text) {
                Cow::Owned(self.masks.mask(text))
            } else {
                self.masks.found(text)
            };
        };
        let (words, inner) = text.split_at(begin);
        let masked = (self.nested < MAX_NESTED)
            .then(|| {
                let (bytes, nested) = (inner.as_bytes(), self.nested + 1);
                self.masks.documents(bytes, nested, &self.whole_way())
            })
            .flatten();
        Cow::Owned(match masked {
            Some(masked) => {
                self.masks.found(words).into_owned() + &String::from_utf8_lossy(&masked)
            }
            None => self.masks.mask(text),
        })
    }
}

/// Where JSON begins in a text that has names in it, or more strings.
fn json_within(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let behind = |at: usize| bytes[at + 1..].iter().find(|b| !b.is_ascii_whitespace());
    (0..bytes.len()).find(|&at| match bytes[at] {
        b'{' => behind(at) == Some(&b'"') || bytes.get(at + 1) == Some(&b'\n'),
        b'[' => matches!(behind(at), Some(b'{' | b'"')),
        b'"' => bytes.get(at + 1) == Some(&b'{'),
        _ => false,
    })
}

/// The token as it was written where nothing of it is masked.
fn push(text: &str, shown: &str, token: &[u8], out: &mut Vec<u8>) {
    if text == shown {
        out.extend_from_slice(token);
    } else {
        let mut quoted = String::with_capacity(shown.len() + 2);
        decode::push_json_text(&mut quoted, shown);
        out.extend_from_slice(quoted.as_bytes());
    }
}
