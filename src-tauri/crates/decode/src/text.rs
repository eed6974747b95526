//! Text from outside made safe to show: what could not be seen, or would change how the text
//! around it is seen, becomes visible.
//!
//! For showing only. It loses nothing a person needs, but it is no encoding: the bytes stay where
//! they are.

use std::{borrow::Cow, fmt::Write};

/// `text` with its control characters as pictures (`␀`, `␊`) and its invisible or reordering
/// characters as `\u{202E}`. Borrowed where nothing had to change.
pub fn safe_text(text: &str) -> Cow<'_, str> {
    match text.find(is_hidden) {
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
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => {
            true
        }
        '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{E0000}'..='\u{E007F}' => true,
        c => c.is_control(),
    }
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

/// Bytes as safe text, those that are no UTF-8 as `\xFF`.
pub(crate) fn push_safe_bytes(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(&safe_text(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
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
    }
}
