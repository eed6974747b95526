//! The text of JSON strings: escapes resolved, and what is no text replaced by U+FFFD.
//!
//! For comparing and naming. What a person sees is the source token itself, so that a lone
//! surrogate or an invalid byte is shown and not hidden.

use std::{borrow::Cow, fmt::Write};

/// Whether a quote after these bytes is escaped: they end in an odd number of backslashes.
pub(crate) fn ends_in_escape(raw: &[u8]) -> bool {
    raw.iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1
}

/// The text of a string from the bytes between its quotes.
pub(crate) fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        text.push_str(&String::from_utf8_lossy(&rest[..backslash]));
        let (char, len) = escaped_char(&rest[backslash..]);
        text.push(char);
        rest = &rest[backslash + len..];
    }
    text.push_str(&String::from_utf8_lossy(rest));
    Cow::Owned(text)
}

/// The text of a whole string token, quotes included. Bytes that are no string are taken as they
/// are.
pub fn string_text(token: &[u8]) -> Cow<'_, str> {
    let inner = token
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    unescape(inner.unwrap_or(token))
}

/// Text as a JSON string, quotes included: escaped where the grammar asks for it, nowhere else.
pub fn push_json_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(must_be_escaped) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            byte @ (b'"' | b'\\') => out.extend(['\\', char::from(byte)]),
            byte => {
                // writing to a String cannot fail
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

fn must_be_escaped(byte: u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\')
}

/// Whether the string between these quotes has this text.
pub(crate) fn has_text(raw: &[u8], text: &str) -> bool {
    raw == text.as_bytes() || (memchr::memchr(b'\\', raw).is_some() && unescape(raw) == text)
}

/// The character of the escape at the start of `raw`, and how many bytes it takes.
pub(crate) fn escaped_char(raw: &[u8]) -> (char, usize) {
    let char = match raw.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
        Some(b'u') => return unicode_escape(raw),
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (char, 2)
}

/// `\uXXXX`, or two of them where they are a surrogate pair.
fn unicode_escape(raw: &[u8]) -> (char, usize) {
    let Some(high) = code_unit(raw) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    if let Some(char) = char::from_u32(high) {
        return (char, 6);
    }
    let low = code_unit(&raw[6..]).filter(|low| (0xDC00..0xE000).contains(low));
    match low {
        Some(low) if high < 0xDC00 => {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                12,
            )
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

fn code_unit(raw: &[u8]) -> Option<u32> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, &digit| {
        Some(unit * 16 + char::from(digit).to_digit(16)?)
    })
}
