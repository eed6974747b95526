//! A payload as one JSON document: itself where it is one, else what its layers hold. It converts and never repairs: what
//! is no JSON has none.

use super::guard::LONGEST_VALUE_BYTES;
use bytes::Bytes;
use decode::{
    Budget, Content, Decoded, Format, JsonEvent, Pipeline, Schemas, json_events, preview,
};
use std::{borrow::Cow, fmt::Write};

/// For one record; what needs more has no JSON here, and the inspector shows it.
const BUDGET: Budget = Budget {
    out_bytes: 12 * 1024 * 1024,
    ratio: 1_100,
    depth: 512,
    layers: 12,
    events: 10_000,
    work_bytes: 48 * 1024 * 1024,
};
/// SQLite refuses what is nested deeper (<https://www.sqlite.org/json1.html#json_depth_limit>).
const DEEPEST: usize = 1_000;

/// How a stream's payloads are taken apart.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub pipeline: Pipeline,
    pub schemas: Schemas,
}

impl Reading {
    fn decoded(&self, payload: &[u8]) -> Decoded {
        let bytes = Bytes::copy_from_slice(payload);
        decode::decode(&bytes, &self.pipeline, &self.schemas, BUDGET)
    }
}

pub(super) fn json_of<'p>(payload: &'p [u8], reading: &Reading) -> Option<Cow<'p, str>> {
    // what somebody pinned holds also for what looks like JSON
    if reading.pipeline == Pipeline::Auto
        && let Some(text) = whole(payload)
    {
        return Some(Cow::Borrowed(text));
    }
    let decoded = reading.decoded(payload);
    if decoded.truncated.is_some() || decoded.layers.iter().any(|layer| layer.truncated.is_some()) {
        return None;
    }
    let is_json = |content: &Content| matches!(content, Content::Json(_));
    if let [event] = &decoded.events[..] {
        let text = whole(event.content.bytes()).filter(|_| is_json(&event.content))?;
        return Some(Cow::Owned(text.to_owned()));
    }
    if !decoded.events.iter().any(|event| is_json(&event.content)) {
        return None;
    }
    let mut list = String::from("[");
    for event in &decoded.events {
        if list.len() > 1 {
            list.push(',');
        }
        match &event.content {
            Content::Json(bytes) => list.push_str(whole(bytes)?),
            Content::Text(bytes) => push_quoted(&mut list, &String::from_utf8_lossy(bytes)),
            Content::Binary(_) => list.push_str("null"),
        }
        // one byte is left for the bracket
        if list.len() >= LONGEST_VALUE_BYTES {
            return None;
        }
    }
    list.push(']');
    Some(Cow::Owned(list))
}

/// The text, if it is one JSON document that SQLite reads, too.
fn whole(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (mut depth, mut is_there) = (0_usize, false);
    for event in json_events(bytes) {
        is_there = true;
        match event.ok()? {
            JsonEvent::Open(_) => depth += 1,
            JsonEvent::Close(_) => depth -= 1,
            _ => {}
        }
        if depth > DEEPEST {
            return None;
        }
    }
    is_there.then_some(text)
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                // writing to a text cannot fail
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

pub(super) fn format_word(payload: &[u8]) -> &'static str {
    match preview(payload, 1).format {
        Format::Empty => "empty",
        Format::Json => "json",
        Format::Text => "text",
        Format::Binary => "binary",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_as_it_is_and_packed_json_is_unpacked() {
        let json = |payload: &[u8]| json_of(payload, &Reading::default()).map(Cow::into_owned);
        assert_eq!(json(b"{\"n\":1e400}").as_deref(), Some("{\"n\":1e400}"));
        assert_eq!(json(b"plain"), None);
        assert_eq!(json(b""), None);
        assert_eq!(json(&[0xFF, 0xFE, 1]), None);
        let packed = zstd::bulk::compress(b"{\"a\":1}", 1).expect("packed");
        assert_eq!(json(&packed).as_deref(), Some("{\"a\":1}"));
        assert_eq!(
            json(b"{\"a\":1}\n{\"a\":2}\n").as_deref(),
            Some("[{\"a\":1},{\"a\":2}]")
        );
        let deep = format!("{}{}", "[".repeat(1_001), "]".repeat(1_001));
        assert_eq!(json(deep.as_bytes()), None);
    }
}
