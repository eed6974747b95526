//! Text from outside made safe to show: what could not be seen, or would change how the text
//! around it is seen, becomes visible.
//!
//! For showing only. It loses nothing a person needs, but it is no encoding: the bytes stay where
//! they are.

use crate::json::Pretty;
use std::{borrow::Cow, fmt::Write};

/// `text` with its control characters as pictures (`␀`, `␊`) and its invisible or reordering
/// characters as `\u{202E}`. Borrowed where nothing had to change.
pub fn safe_text(text: &str) -> Cow<'_, str> {
    let first = if is_printable(text.as_bytes()) {
        None
    } else {
        text.find(is_hidden)
    };
    match first {
        None => Cow::Borrowed(text),
        Some(first) => {
            let mut safe = String::with_capacity(text.len() + 16);
            safe.push_str(&text[..first]);
            text[first..].chars().for_each(|c| push_safe(&mut safe, c));
            Cow::Owned(safe)
        }
    }
}

/// Characters that are not seen, or that reorder what follows (Unicode Standard Annex 9: bidi
/// controls; Trojan Source, CVE-2021-42574). The joiners U+200C and U+200D stay: words and emoji
/// need them.
pub fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{FEFF}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => true,
        c => c.is_control(),
    }
}

/// The common case, told at memory speed: ASCII without control characters.
fn is_printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| (b' '..=b'~').contains(b))
}

/// One character, made visible where it is hidden.
pub(crate) fn push_safe(text: &mut String, c: char) {
    match c {
        '\0'..='\u{1F}' => text.extend(char::from_u32(0x2400 + u32::from(c))),
        '\u{7F}' => text.push('␡'),
        c if is_hidden(c) => {
            // writing to a String cannot fail
            let _ = write!(text, "\\u{{{:04X}}}", u32::from(c));
        }
        c => text.push(c),
    }
}

/// A payload as text to show in lines, at most `max_bytes` of it: tabs and line ends as they are,
/// other hidden characters visible, long lines broken.
pub fn shown_text(payload: &[u8], max_bytes: usize) -> Pretty {
    let cut = &payload[..payload.len().min(max_bytes)];
    let shown = &cut[..whole_chars(cut, cut.len() < payload.len())];
    let mut text = String::with_capacity(shown.len());
    let is_wrapped = push_wrapped(&mut text, shown, Wrapping::Lines);
    let truncated_at = (shown.len() < payload.len()).then_some(shown.len());
    Pretty {
        text,
        truncated_at,
        is_wrapped,
    }
}

/// Bytes as safe text, those that are no UTF-8 as `\xFF`.
pub(crate) fn push_safe_bytes(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(&safe_text(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
}

/// A line longer than this is broken: no text view of a webview takes a megabyte in one line.
const MAX_LINE_BYTES: usize = 4 * 1024;

/// What a line break in the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// A character to be shown: a token has no lines.
    Token,
    /// The end of a line.
    Lines,
}

/// Adds bytes as safe text with long lines broken. Says whether one was.
pub(crate) fn push_wrapped(text: &mut String, bytes: &[u8], wrapping: Wrapping) -> bool {
    let mut is_wrapped = false;
    let lines = bytes.split_inclusive(|&b| b == b'\n' && wrapping == Wrapping::Lines);
    for line in lines {
        let (mut line, ends) = match wrapping {
            Wrapping::Lines => line
                .strip_suffix(b"\n")
                .map_or((line, false), |line| (line, true)),
            Wrapping::Token => (line, false),
        };
        if ends {
            line = line.strip_suffix(b"\r").unwrap_or(line);
        }
        while line.len() > MAX_LINE_BYTES {
            let end = whole_chars(&line[..MAX_LINE_BYTES], true);
            push_safe_bytes(text, &line[..end]);
            text.push('\n');
            line = &line[end..];
            is_wrapped = true;
        }
        push_safe_bytes(text, line);
        if ends {
            text.push('\n');
        }
    }
    is_wrapped
}

/// How many of the bytes are whole characters, where what follows them was cut off: at most three
/// bytes of the last one are left out. Only those are looked at.
pub(crate) fn whole_chars(bytes: &[u8], is_cut: bool) -> usize {
    const MOST_CHAR_BYTES: usize = char::MAX.len_utf8();
    let tail = bytes.len().saturating_sub(MOST_CHAR_BYTES);
    let is_lead = |byte: &u8| byte & 0xC0 != 0x80;
    let last = bytes[tail..].iter().rposition(is_lead);
    match last {
        Some(lead) if is_cut && is_beginning(&bytes[tail + lead..]) => tail + lead,
        _ => bytes.len(),
    }
}

/// Whether bytes that hold no character yet could become one.
fn is_beginning(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hidden_characters_are_shown() {
        insta::assert_snapshot!(safe_text("a\0b\n\t\u{1b}[31m\u{7f}\u{85}"), @r"a␀b␊␉␛[31m␡\u{0085}");
        insta::assert_snapshot!(safe_text("user\u{202E}gnp.exe\u{2066}\u{200B}\u{FEFF}"), @r"user\u{202E}gnp.exe\u{2066}\u{200B}\u{FEFF}");
    }

    #[test]
    fn what_can_be_seen_stays_as_it_is() {
        for text in ["", "Grüße, 日本 {\"a\": 1}", "👩‍👩‍👧", "می‌خواهم", "עברית"]
        {
            assert!(
                matches!(safe_text(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn invalid_bytes_are_shown() {
        let mut text = String::new();
        push_safe_bytes(&mut text, b"J\xFCrgen \xE2\x82 \xC3\xA9");
        assert_eq!(text, r"J\xFCrgen \xE2\x82 é");
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            prop_assert!(!safe_text(&text).contains(is_hidden));
        }

        #[test]
        fn a_cut_leaves_out_a_broken_last_character_only(
            bytes in proptest::collection::vec(proptest::sample::select(&b"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xFF"[..]), 0..12),
        ) {
            let last = bytes.utf8_chunks().last();
            let broken = last.map_or(&b""[..], |chunk| chunk.invalid());
            let expected = bytes.len() - if is_beginning(broken) { broken.len() } else { 0 };
            prop_assert_eq!(whole_chars(&bytes, true), expected);
            prop_assert_eq!(whole_chars(&bytes, false), bytes.len());
        }
    }
}
