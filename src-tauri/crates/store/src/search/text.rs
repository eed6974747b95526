//! What of a payload is searched: its bytes, or what they decode to where they are packed.
//!
//! Text is searched as it was written, unless layers are pinned for its stream, or all of it is Base64. What is packed
//! within other text, such as Base64 in JSON, is not unpacked. What is costly is given up: that is counted, not passed
//! over in silence.

use crate::Reading;
use bytes::Bytes;
use decode::{Budget, Content, Event, Pipeline};
use std::borrow::Cow;

/// How much of a record its search text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The payload's own bytes.
    AsWritten,
    /// What was packed in them, whole.
    Decoded,
    /// It must be decoded with more effort, or a schema, to be searched whole. The text is what could be
    /// had.
    InPart,
}

/// For one record: most packed payloads are some kilobytes of text.
const BUDGET: Budget = Budget {
    out_bytes: 256 * 1024,
    ratio: 1_100,
    depth: 64,
    layers: 6,
    events: 1_000,
    work_bytes: 1024 * 1024,
};

/// What a search looks at where that is not the payload as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// What [`decode::said`] makes of the events that are packed in the payload; nothing where that is text itself.
    pub text: Option<Vec<u8>>,
    /// More may be in it than the text has.
    pub is_in_part: bool,
}

/// As it is read by these layers and schemas.
pub fn searched(payload: &[u8], reading: &Reading) -> Searched {
    match of(payload, reading) {
        (_, Shown::AsWritten) => Searched::default(),
        (text, shown) => Searched {
            text: Some(text.into_owned()),
            is_in_part: shown == Shown::InPart,
        },
    }
}

/// What is packed in the payload, as a search looks at it.
pub fn searched_text(payload: &[u8], reading: &Reading) -> Option<Vec<u8>> {
    searched(payload, reading).text
}

pub(crate) fn of<'p>(payload: &'p [u8], reading: &Reading) -> (Cow<'p, [u8]>, Shown) {
    if reading.pipeline == Pipeline::Auto && is_plain(payload) {
        return (Cow::Borrowed(payload), Shown::AsWritten);
    }
    let record = Bytes::copy_from_slice(payload);
    let decoded = decode::decode(&record, &reading.pipeline, &reading.schemas, BUDGET);
    let is_cut =
        decoded.truncated.is_some() || decoded.layers.iter().any(|layer| layer.truncated.is_some());
    let is_unread =
        |event: &Event| event.failure.is_some() || matches!(event.content, Content::Binary(_));
    let is_in_part = is_cut || decoded.events.iter().any(is_unread);
    let text = decode::said(&decoded.events);
    let is_as_written = text == payload && std::str::from_utf8(payload).is_ok();
    // by content, whether a layer is known depends on the schemas there are; what is pinned stays what it is
    if is_as_written && (!is_in_part || reading.pipeline != Pipeline::Auto) {
        return (Cow::Borrowed(payload), Shown::AsWritten);
    }
    let shown = if is_in_part {
        Shown::InPart
    } else {
        Shown::Decoded
    };
    (Cow::Owned(text), shown)
}

/// Text that a person can read and that no layer packed: nothing is found in it by its content but what it is.
fn is_plain(payload: &[u8]) -> bool {
    let is_hidden =
        |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
    // in steps, so that most of a payload is looked at many bytes at once
    let has_hidden = |part: &[u8]| part.iter().fold(false, |any, &byte| any | is_hidden(byte));
    !payload.chunks(256).any(has_hidden)
        && std::str::from_utf8(payload).is_ok()
        && !is_base64(payload)
}

/// Texts that are shorter are rather ids.
const LEAST_BASE64: usize = 24;

/// Whether all of it may be Base64, also as a string of JSON.
fn is_base64(payload: &[u8]) -> bool {
    let text = payload.trim_ascii();
    let text = match text {
        [b'"', within @ .., b'"'] => within,
        text => text,
    };
    let is_digit = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\r' | b'\n')
    };
    text.len() >= LEAST_BASE64 && text.iter().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_content(payload: &[u8]) -> (Cow<'_, [u8]>, Shown) {
        of(payload, &Reading::default())
    }

    #[test]
    fn text_is_taken_as_it_is_and_what_is_packed_is_unpacked() {
        assert_eq!(
            by_content(b"{\"a\":1}"),
            (Cow::Borrowed(&b"{\"a\":1}"[..]), Shown::AsWritten)
        );
        let packed = zstd::bulk::compress(b"{\"order\":\"ord-7\"}", 1).expect("packed");
        let (text, shown) = by_content(&packed);
        assert_eq!(
            (&*text, shown),
            (&b"{\"order\":\"ord-7\"}"[..], Shown::Decoded)
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(by_content(&[0xFF, 0xFE, 0, 1, 2, 3]).1, Shown::InPart);
        let large = vec![b'x'; 2 * BUDGET.out_bytes];
        let packed = zstd::bulk::compress(&large, 1).expect("packed");
        assert_eq!(by_content(&packed).1, Shown::InPart);
    }
}
