//! One line that tells a person what a payload holds, from its first few kilobytes.

use crate::{json::reader::is_json, text};
use std::fmt::Write;

/// What is looked at to tell the format and to make the line.
const MAX_LOOK_BYTES: usize = 4 * 1024;

/// What a payload looks like. A guess from its first few kilobytes, good for showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Empty,
    Json,
    /// UTF-8 without control characters other than tabs and line ends.
    Text,
    Binary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub text: String,
    pub format: Format,
    /// Whether the payload goes on after what the text shows.
    pub truncated: bool,
}

/// A line of at most `max_chars` characters, safe to show: JSON without its white space, text with
/// one space for each, anything else in hexadecimal.
pub fn preview(payload: &[u8], max_chars: usize) -> Preview {
    let look = &payload[..payload.len().min(MAX_LOOK_BYTES)];
    let is_cut = look.len() < payload.len();
    let format = format(look, is_cut);
    let mut text = match format {
        Format::Empty => String::new(),
        Format::Json => compact_json(look, max_chars),
        Format::Text => one_line(look),
        Format::Binary => hexadecimal(look, max_chars),
    };
    let is_long = cut_to_chars(&mut text, max_chars);
    Preview {
        text,
        format,
        truncated: is_cut || is_long,
    }
}

/// The start of a JSON value as a line of at most `max_chars`.
pub(crate) fn json_line(source: &[u8], max_chars: usize) -> String {
    let mut line = compact_json(&source[..source.len().min(MAX_LOOK_BYTES)], max_chars);
    cut_to_chars(&mut line, max_chars);
    line
}

/// Says whether there was anything to cut.
pub(crate) fn cut_to_chars(text: &mut String, max_chars: usize) -> bool {
    let cut = text.char_indices().nth(max_chars).map(|(at, _)| at);
    cut.inspect(|&at| text.truncate(at)).is_some()
}

fn format(look: &[u8], is_cut: bool) -> Format {
    let whole = &look[..text::whole_chars(look, is_cut)];
    let is_text_byte = |b: &u8| !b.is_ascii_control() || matches!(b, b'\t' | b'\n' | b'\r');
    if look.is_empty() {
        Format::Empty
    } else if is_json(look, is_cut) {
        Format::Json
    } else if whole.iter().all(is_text_byte) && std::str::from_utf8(whole).is_ok() {
        Format::Text
    } else {
        Format::Binary
    }
}

/// Room for a character more than `max_chars`, so that the cut is seen.
fn compact_json(json: &[u8], max_chars: usize) -> String {
    let max_bytes = max_chars
        .saturating_add(1)
        .saturating_mul(char::MAX.len_utf8());
    let mut compact = Vec::with_capacity(json.len().min(max_bytes));
    let mut is_in_string = false;
    let mut is_escaped = false;
    for &byte in json {
        if compact.len() >= max_bytes {
            break;
        }
        if is_in_string || !byte.is_ascii_whitespace() {
            compact.push(byte);
        }
        is_in_string ^= byte == b'"' && !is_escaped;
        is_escaped = is_in_string && byte == b'\\' && !is_escaped;
    }
    let mut line = String::with_capacity(compact.len());
    text::push_safe_bytes(&mut line, &compact);
    line
}

fn one_line(bytes: &[u8]) -> String {
    let whole = &bytes[..text::whole_chars(bytes, true)];
    let text = String::from_utf8_lossy(whole);
    let mut line = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&text::safe_text(word));
    }
    line
}

/// One byte more than there is room for, so that the cut is seen.
fn hexadecimal(bytes: &[u8], max_chars: usize) -> String {
    let mut line = String::new();
    for byte in bytes.iter().take(max_chars / 3 + 1) {
        let space = if line.is_empty() { "" } else { " " };
        // writing to a String cannot fail
        let _ = write!(line, "{space}{byte:02x}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(payload: &[u8]) -> String {
        let Preview {
            text,
            format,
            truncated,
        } = preview(payload, 24);
        format!("{format:?} {text}{}", if truncated { " …" } else { "" })
    }

    #[test]
    fn a_line_tells_what_a_payload_holds() {
        let payloads: [&[u8]; 13] = [
            b"",
            b"{\n  \"a\": [1.50, \"b  \\\" c\"]\n}",
            b"{\"orderId\": \"ord-7919\", \"userId\": 42}",
            b"{\"a\":\"\xFF\xE2\x80\xAE\"}",
            b"{\"a\":1",
            b"{\"a\":1}\n{\"a\":2}",
            b"42",
            b"  two\r\n\tlines ",
            "Größe 日本 \u{202E}x".as_bytes(),
            b"\x0a\x0c\x6f\x72\x64",
            b"J\xFCrgen",
            b"NUL \0 in text",
            &[0xAB; 100],
        ];
        insta::assert_snapshot!(payloads.map(seen).join("\n"), @r#"
        Empty 
        Json {"a":[1.50,"b  \" c"]}
        Json {"orderId":"ord-7919","u …
        Json {"a":"\xFF\u{202E}"}
        Text {"a":1
        Text {"a":1} {"a":2}
        Json 42
        Text two lines
        Text Größe 日本 \u{202E}x
        Binary 0a 0c 6f 72 64
        Binary 4a fc 72 67 65 6e
        Binary 4e 55 4c 20 00 20 69 6e  …
        Binary ab ab ab ab ab ab ab ab  …
        "#);
    }

    #[test]
    fn only_the_beginning_of_a_large_payload_is_looked_at() {
        let large = format!("[{}1]", "\"é\", ".repeat(300_000));
        let seen = preview(large.as_bytes(), 10);
        assert_eq!(
            (seen.text.as_str(), seen.format, seen.truncated),
            (r#"["é","é",""#, Format::Json, true)
        );
        let blank = preview(&vec![b' '; 1 << 20], 10);
        assert_eq!((blank.text.as_str(), blank.truncated), ("", true));
        let text = "日".repeat(5_000);
        assert_eq!(preview(text.as_bytes(), 5_000).format, Format::Text);
    }

    proptest! {
        #[test]
        fn it_is_always_one_safe_line_within_the_limit(payload in any::<Vec<u8>>(), max_chars in 0usize..60) {
            let seen = preview(&payload, max_chars);
            prop_assert!(seen.text.chars().count() <= max_chars);
            prop_assert!(!seen.text.contains(crate::is_hidden));
        }

        #[test]
        fn text_is_seen_as_text(text in "[a-zé 日]{1,80}") {
            let seen = preview(text.as_bytes(), 200);
            prop_assert!(seen.format != Format::Binary && !seen.truncated);
        }
    }
}
