//! Finds text in bytes whatever its case, by Unicode's simple case folding, as `regex` does.
//!
//! Invalid UTF-8 never matches. The needle's rarest ASCII byte is looked for first, in both its
//! cases, so that most of a payload is passed over at memory speed.

use memchr::{memchr, memchr_iter, memchr2_iter, memmem};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

#[derive(Clone, Debug)]
pub(super) struct Finder {
    ascii: Option<AsciiNeedle>,
    chars: Vec<Variants>,
    /// The bytes with which a match may begin.
    first_bytes: Vec<u8>,
}

/// The characters that fold together, such as `k`, `K` and the Kelvin sign, as UTF-8.
pub(super) type Variants = Vec<String>;

#[derive(Clone, Debug)]
struct AsciiNeedle {
    bytes: Vec<u8>,
    rare_at: usize,
    /// It holds `k` or `s`, which also stand for characters outside ASCII.
    has_wide_variants: bool,
}

/// The two characters outside ASCII that fold to letters inside it: U+017F and U+212A.
const WIDE_VARIANTS: [&str; 2] = ["\u{17F}", "\u{212A}"];

/// The bytes of JSON events, the most common first; the others are rarer.
const COMMON: &[u8] = b"\"e0123456789-,:ad{}tincorsbf lpumhygv_w.k";

impl Finder {
    pub fn new(text: &str) -> Self {
        let chars: Vec<Variants> = text.chars().map(variants).collect();
        let mut first_bytes: Vec<u8> = chars.first().map_or_else(Vec::new, |variants| {
            variants
                .iter()
                .filter_map(|variant| variant.bytes().next())
                .collect()
        });
        first_bytes.sort_unstable();
        first_bytes.dedup();
        Self {
            ascii: AsciiNeedle::new(text),
            chars,
            first_bytes,
        }
    }

    pub fn is_in(&self, payload: &[u8]) -> bool {
        match &self.ascii {
            Some(needle) => {
                needle.is_in(payload)
                    || (needle.has_wide_variants
                        && has_wide(payload)
                        && self.is_in_any_case(payload))
            }
            None => self.is_in_any_case(payload),
        }
    }

    fn is_in_any_case(&self, payload: &[u8]) -> bool {
        if self.chars.is_empty() {
            return true;
        }
        let mut at = 0;
        while let Some(next) = self.next_start(&payload[at..]) {
            at += next;
            if self.is_at(&payload[at..]) {
                return true;
            }
            at += 1;
        }
        false
    }

    fn next_start(&self, payload: &[u8]) -> Option<usize> {
        match self.first_bytes[..] {
            [a] => memchr(a, payload),
            [a, b] => memchr::memchr2(a, b, payload),
            [a, b, c] => memchr::memchr3(a, b, c, payload),
            _ => payload
                .iter()
                .position(|byte| self.first_bytes.contains(byte)),
        }
    }

    fn is_at(&self, payload: &[u8]) -> bool {
        let mut rest = payload;
        self.chars.iter().all(|variants| {
            let found = variants
                .iter()
                .find_map(|text| rest.strip_prefix(text.as_bytes()));
            found.map(|after| rest = after).is_some()
        })
    }
}

fn has_wide(payload: &[u8]) -> bool {
    !payload.is_ascii()
        && WIDE_VARIANTS
            .iter()
            .any(|c| memmem::find(payload, c.as_bytes()).is_some())
}

pub(super) fn variants(c: char) -> Variants {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    class.case_fold_simple();
    class
        .iter()
        .flat_map(|range| range.start()..=range.end())
        .map(String::from)
        .collect()
}

impl AsciiNeedle {
    fn new(text: &str) -> Option<Self> {
        if !text.is_ascii() || text.is_empty() {
            return None;
        }
        let bytes = text.to_ascii_lowercase().into_bytes();
        let rarity = |byte: &u8| COMMON.iter().position(|common| common == byte);
        let rarest = (0..bytes.len()).max_by_key(|&at| rarity(&bytes[at]).unwrap_or(COMMON.len()));
        let has_wide_variants = bytes.iter().any(|byte| matches!(byte, b'k' | b's'));
        Some(Self {
            bytes,
            rare_at: rarest?,
            has_wide_variants,
        })
    }

    fn is_in(&self, payload: &[u8]) -> bool {
        let Some(tail) = payload.len().checked_sub(self.bytes.len()) else {
            return false;
        };
        // where the rare byte of a match can stand
        let window = &payload[self.rare_at..=self.rare_at + tail];
        let rare = self.bytes[self.rare_at];
        let is_match =
            |at: usize| payload[at..at + self.bytes.len()].eq_ignore_ascii_case(&self.bytes);
        if rare.is_ascii_alphabetic() {
            memchr2_iter(rare, rare.to_ascii_uppercase(), window).any(is_match)
        } else {
            memchr_iter(rare, window).any(is_match)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_in(needle: &str, payload: &str) -> bool {
        Finder::new(needle).is_in(payload.as_bytes())
    }

    #[test]
    fn case_does_not_count() {
        assert!(is_in("order", r#"{"type":"ORDER_CREATED"}"#));
        assert!(is_in("\"STATUS\":\"Paid\"", r#"{"status":"PAID"}"#));
        assert!(is_in("straße", "STRAßE") && is_in("ΣΊΣΥΦΟΣ", "σίσυφος") && is_in("ёлка", "ЁЛКА"));
        assert!(!is_in("orders", "order") && !is_in("x", "") && is_in("", ""));
    }

    #[test]
    fn the_kelvin_sign_and_the_long_s_are_letters() {
        assert!(is_in("kelvin", "\u{212A}elvin") && is_in("\u{212A}elvin", "kelvin"));
        assert!(is_in("status", "\u{17F}tatu\u{17F}"));
        assert!(!is_in("status", "\u{17F}tatue"));
    }

    #[test]
    fn invalid_bytes_never_match() {
        assert!(!Finder::new("é").is_in(b"\xE9 \xC3"));
        assert!(Finder::new("É").is_in("\u{FFFD}é".as_bytes()));
        assert!(Finder::new("a\u{FFFD}").is_in("A\u{FFFD}".as_bytes()));
    }

    proptest! {
        #[test]
        fn agrees_with_regex(needle in "[aAkKsSßſ\u{212A}éÉςσ\".]{0,4}", text in "[aAkKsSßſ\u{212A}éÉςσ\". ]{0,12}") {
            let regex = regex::RegexBuilder::new(&regex::escape(&needle)).case_insensitive(true).build();
            prop_assert_eq!(is_in(&needle, &text), regex.expect("a pattern").is_match(&text));
        }

        #[test]
        fn no_bytes_make_it_panic(needle in any::<String>(), payload in any::<Vec<u8>>()) {
            Finder::new(&needle).is_in(&payload);
        }
    }
}
