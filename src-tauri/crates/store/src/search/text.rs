//! What of a payload is searched: its bytes, or what they decode to where they are packed.
//!
//! Text is searched as it was written. It does not decode what is text already, such as Base64 in
//! JSON, and gives up on what is costly: that is counted, not passed over in silence.

use bytes::Bytes;
use decode::{Budget, Content, Event, Pipeline, Schemas};
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

pub fn searched(payload: &[u8]) -> Searched {
    match of(payload) {
        (_, Shown::AsWritten) => Searched::default(),
        (text, shown) => Searched {
            text: Some(text.into_owned()),
            is_in_part: shown == Shown::InPart,
        },
    }
}

/// What is packed in the payload, as a search looks at it.
pub fn searched_text(payload: &[u8]) -> Option<Vec<u8>> {
    searched(payload).text
}

pub(crate) fn of(payload: &[u8]) -> (Cow<'_, [u8]>, Shown) {
    if std::str::from_utf8(payload).is_ok() {
        return (Cow::Borrowed(payload), Shown::AsWritten);
    }
    let decoded = decode::decode(
        &Bytes::copy_from_slice(payload),
        &Pipeline::Auto,
        &Schemas::default(),
        BUDGET,
    );
    let is_cut =
        decoded.truncated.is_some() || decoded.layers.iter().any(|layer| layer.truncated.is_some());
    let is_unread =
        |event: &Event| event.failure.is_some() || matches!(event.content, Content::Binary(_));
    let shown = if is_cut || decoded.events.iter().any(is_unread) {
        Shown::InPart
    } else {
        Shown::Decoded
    };
    (Cow::Owned(decode::said(&decoded.events)), shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_as_it_is_and_what_is_packed_is_unpacked() {
        assert_eq!(
            of(b"{\"a\":1}"),
            (Cow::Borrowed(&b"{\"a\":1}"[..]), Shown::AsWritten)
        );
        let packed = zstd::bulk::compress(b"{\"order\":\"ord-7\"}", 1).expect("packed");
        let (text, shown) = of(&packed);
        assert_eq!(
            (&*text, shown),
            (&b"{\"order\":\"ord-7\"}"[..], Shown::Decoded)
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(of(&[0xFF, 0xFE, 0, 1, 2, 3]).1, Shown::InPart);
        let large = vec![b'x'; 2 * BUDGET.out_bytes];
        let packed = zstd::bulk::compress(&large, 1).expect("packed");
        assert_eq!(of(&packed).1, Shown::InPart);
    }
}
