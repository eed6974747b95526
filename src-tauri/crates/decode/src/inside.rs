//! JSON that stands in a string of JSON, as an SNS `Message` or the `body` of an API's request does: read where a path
//! goes below that string, and nowhere else.
//!
//! The string must be an object or an array as a whole. What is longer or deeper than the caps is a string and no more.

use crate::{
    Scalar,
    json::{
        reader,
        string::{escaped_char, unescape},
    },
};
use std::borrow::Cow;

/// Of a string's source. With [`MAX_DEPTH`] it bounds what one path can cost.
const MAX_BYTES: usize = 256 * 1024;

/// Strings within strings that one path goes below.
pub(crate) const MAX_DEPTH: usize = 4;

/// The document in a string, given what is between its quotes. `None` where there is none.
pub(crate) fn document(raw: &[u8]) -> Option<Cow<'_, str>> {
    if raw.len() > MAX_BYTES || !may_be_document(raw) || std::str::from_utf8(raw).is_err() {
        return None;
    }
    let text = unescape(raw);
    let is_container = text.trim_ascii_start().starts_with(['{', '[']);
    (is_container && reader::is_json(text.as_bytes(), false)).then_some(text)
}

/// The document in a whole string token, quotes included.
pub fn document_in_string(token: &[u8]) -> Option<Cow<'_, str>> {
    document(token.strip_prefix(b"\"")?.strip_suffix(b"\"")?)
}

/// Whether a bracket may come first: white space may stand before it, and either may be an escape.
fn may_be_document(raw: &[u8]) -> bool {
    let mut rest = raw;
    loop {
        rest = match rest {
            [b'{' | b'[', ..] | [b'\\', b'u', ..] => return true,
            [b' ', rest @ ..] | [b'\\', b'n' | b'r' | b't', rest @ ..] => rest,
            _ => return false,
        };
    }
}

/// At which byte of a string's source a byte of its text is written. The source is text. Places that are asked for in the order
/// of the text cost one way through it.
pub(crate) struct SourcePlaces<'a> {
    raw: &'a [u8],
    read: usize,
    written: usize,
}

impl<'a> SourcePlaces<'a> {
    pub fn new(raw: &'a [u8]) -> Self {
        Self {
            raw,
            read: 0,
            written: 0,
        }
    }

    pub fn of(&mut self, place: usize) -> usize {
        if place < self.written {
            (self.read, self.written) = (0, 0);
        }
        while self.written < place && self.read < self.raw.len() {
            let (text_len, source_len) = match self.raw[self.read] {
                b'\\' => {
                    let (char, len) = escaped_char(&self.raw[self.read..]);
                    (char.len_utf8(), len)
                }
                _ => (1, 1),
            };
            self.written += text_len;
            self.read += source_len;
        }
        self.read
    }
}

/// A value of the document in a string as one of the string's source, in which it begins at a byte.
/// `None` for a number whose digits are written as escapes, which no encoder does.
pub(crate) fn of_source<'a>(value: Scalar<'_>, raw: &'a [u8], start: usize) -> Option<Scalar<'a>> {
    Some(match value {
        Scalar::Null => Scalar::Null,
        Scalar::Bool(value) => Scalar::Bool(value),
        Scalar::Object => Scalar::Object,
        Scalar::Array => Scalar::Array,
        Scalar::String(text) => Scalar::String(Cow::Owned(text.into_owned())),
        Scalar::Number(digits) => {
            let source = raw.get(start..start + digits.len())?;
            let source = std::str::from_utf8(source).ok()?;
            Scalar::Number(Some(source).filter(|source| *source == digits)?)
        }
    })
}

#[cfg(test)]
mod tests;
