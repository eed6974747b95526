//! Finds a text in JSON that writes some of its characters otherwise than they are: `M\u00fcller`, `https:\/\/`, `\"`.
//!
//! Any number of backslashes may stand before what they escape, because JSON within a string of JSON has more of them.
//! Looked for so are the characters that encoders escape: `"`, `\`, `/` and controls by a letter of their own, and by
//! their numbers all outside ASCII and those that mean something in HTML. A letter or digit of ASCII that is written by
//! its number is not found. Texts as they are written are the business of other finders, and are found here, too.

use super::folded;
use memchr::{memchr, memchr2, memchr3, memmem};

/// A text of which some characters have another spelling. Cheap to use, not to make.
#[derive(Clone, Debug)]
pub struct Spelled {
    parts: Vec<Part>,
    /// The bytes with which a match may begin.
    first_bytes: Vec<u8>,
    stretch: Option<Stretch>,
    text: String,
    is_by_number_only: bool,
}

#[derive(Clone, Debug)]
enum Part {
    /// Which JSON has twice, and within a string four times.
    Backslashes(usize),
    Letter(Letter),
}

#[derive(Clone, Debug)]
struct Letter {
    /// As they are, in any case that counts.
    plain: Vec<String>,
    /// What stands behind the backslash.
    short: Option<u8>,
    /// The code units of each; none where it is not written by its number.
    numbers: Vec<Vec<u16>>,
}

/// What stands there in every spelling.
#[derive(Clone, Debug)]
enum Stretch {
    Exact(memmem::Finder<'static>),
    AnyCase(folded::Finder),
}

impl Spelled {
    /// Nothing where the text has one spelling.
    pub fn new(text: &str, case_sensitive: bool) -> Option<Self> {
        let is_short = |c: char| c == '\\' || short_escape(c).is_some();
        if !text.chars().any(|c| is_short(c) || Self::is_numbered(c)) {
            return None;
        }
        let mut parts = Vec::new();
        for c in text.chars() {
            match (c, parts.last_mut()) {
                ('\\', Some(Part::Backslashes(count))) => *count += 1,
                ('\\', _) => parts.push(Part::Backslashes(1)),
                _ => parts.push(Part::Letter(Letter::new(c, case_sensitive))),
            }
        }
        let mut found = Self {
            first_bytes: parts.first().map_or_else(Vec::new, Part::first_bytes),
            parts,
            stretch: None,
            text: text.to_owned(),
            is_by_number_only: !text.chars().any(is_short),
        };
        found.stretch = found.stretch().map(|stretch| {
            if case_sensitive {
                Stretch::Exact(memmem::Finder::new(stretch).into_owned())
            } else {
                Stretch::AnyCase(folded::Finder::new(stretch))
            }
        });
        Some(found)
    }

    /// Whether JSON may write a character as `\u` and its number, of those that are looked for so.
    pub fn is_numbered(c: char) -> bool {
        let is_of_html = matches!(c, '"' | '&' | '\'' | '+' | '<' | '=' | '>' | '`' | '/');
        is_of_html || !c.is_ascii() || c.is_ascii_control()
    }

    /// Another spelling has a `\u`; else it may be any backslash that makes it one.
    pub fn is_by_number_only(&self) -> bool {
        self.is_by_number_only
    }

    /// The longest part of the text that has one spelling.
    pub fn stretch(&self) -> Option<&str> {
        let is_other = |c: char| c == '\\' || short_escape(c).is_some() || Self::is_numbered(c);
        let stretches = self.text.split(is_other);
        let longest = stretches.max_by_key(|stretch| stretch.len());
        longest.filter(|stretch| !stretch.is_empty())
    }

    /// Whether a payload with a backslash holds it, however it is spelled.
    pub fn is_in(&self, payload: &[u8]) -> bool {
        let has_stretch = match &self.stretch {
            Some(Stretch::Exact(finder)) => finder.find(payload).is_some(),
            Some(Stretch::AnyCase(finder)) => finder.is_in(payload),
            None => true,
        };
        has_stretch && memchr(b'\\', payload).is_some() && self.is_anywhere(payload)
    }

    fn is_anywhere(&self, payload: &[u8]) -> bool {
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
            [a, b] => memchr2(a, b, payload),
            [a, b, c] => memchr3(a, b, c, payload),
            _ => payload
                .iter()
                .position(|byte| self.first_bytes.contains(byte)),
        }
    }

    fn is_at(&self, payload: &[u8]) -> bool {
        let mut rest = payload;
        let mut is_escaped = false;
        self.parts.iter().all(|part| match part {
            Part::Backslashes(count) => {
                let before = rest.len();
                rest = without_backslashes(rest);
                // those of the next character went with these
                is_escaped = before - rest.len() > *count;
                before - rest.len() >= *count
            }
            Part::Letter(letter) => {
                let after = letter.after(rest, std::mem::take(&mut is_escaped));
                after.map(|after| rest = after).is_some()
            }
        })
    }
}

/// What stands behind the backslash where there is a short form.
fn short_escape(c: char) -> Option<u8> {
    Some(match c {
        '"' => b'"',
        '/' => b'/',
        '\u{8}' => b'b',
        '\u{C}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => return None,
    })
}

fn without_backslashes(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|&&byte| byte == b'\\').count();
    &text[count..]
}

impl Part {
    fn first_bytes(&self) -> Vec<u8> {
        let mut bytes = match self {
            Self::Backslashes(_) => vec![b'\\'],
            Self::Letter(letter) => {
                let plain = letter.plain.iter();
                let plain = plain.filter_map(|text| text.bytes().next());
                let has_other = letter.short.is_some() || !letter.numbers.is_empty();
                plain.chain(has_other.then_some(b'\\')).collect()
            }
        };
        bytes.sort_unstable();
        bytes.dedup();
        bytes
    }
}

impl Letter {
    fn new(c: char, case_sensitive: bool) -> Self {
        let plain = if case_sensitive {
            vec![c.to_string()]
        } else {
            folded::variants(c)
        };
        let units = |text: &String| text.encode_utf16().collect();
        let is_numbered = Spelled::is_numbered(c);
        let numbered = plain.iter().filter(|_| is_numbered);
        Self {
            numbers: numbered.map(units).collect(),
            short: short_escape(c),
            plain,
        }
    }

    /// What is behind it, where the text begins with it; its backslashes may be gone.
    fn after<'t>(&self, text: &'t [u8], is_escaped: bool) -> Option<&'t [u8]> {
        let mut plain = self.plain.iter();
        let written = plain.find_map(|plain| text.strip_prefix(plain.as_bytes()));
        written.or_else(|| {
            let code = without_backslashes(text);
            if !is_escaped && code.len() == text.len() {
                return None;
            }
            match code.split_first() {
                Some((first, after)) if Some(*first) == self.short => Some(after),
                _ => self
                    .numbers
                    .iter()
                    .find_map(|units| after_units(code, units)),
            }
        })
    }
}

/// What is behind some code units, of which the first has its backslashes no more.
fn after_units<'t>(text: &'t [u8], units: &[u16]) -> Option<&'t [u8]> {
    let mut rest = text;
    for (place, unit) in units.iter().enumerate() {
        if place > 0 {
            let code = without_backslashes(rest);
            if code.len() == rest.len() {
                return None;
            }
            rest = code;
        }
        let (digits, after) = rest.strip_prefix(b"u")?.split_at_checked(4)?;
        let digits = std::str::from_utf8(digits).ok()?;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_number || u16::from_str_radix(digits, 16) != Ok(*unit) {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_in(text: &str, case_sensitive: bool, payload: &str) -> bool {
        Spelled::new(text, case_sensitive).is_some_and(|found| found.is_in(payload.as_bytes()))
    }

    #[test]
    fn characters_are_found_as_encoders_write_them() {
        for (text, payload) in [
            ("Müller", r#"{"name":"M\u00fcller"}"#),
            ("Müller", r#"{"name":"M\u00FCller"}"#),
            ("Müller", r#"{"body":"{\"name\":\"M\\u00fcller\"}"}"#),
            ("https://x", r#"{"url":"https:\/\/x"}"#),
            (r#""name":"x""#, r#"{"body":"{\"name\":\"x\"}"}"#),
            (
                r#""name":"x""#,
                r#"{"a":"{\"b\":\"{\\\"name\\\":\\\"x\\\"}\"}"}"#,
            ),
            ("😀!", r#"{"a":"\ud83d\uDE00!"}"#),
            (r"C:\temp", r#"{"a":"C:\\temp"}"#),
            (r"a\é", r#"{"a":"a\\\u00e9"}"#),
            ("a<b & c", r#"{"a":"a\u003cb \u0026 c"}"#),
            ("a\tb", r#"{"a":"a\tb"}"#),
            ("Ёлка", r#"{"a":"\u0401\u043b\u043a\u0430"}"#),
        ] {
            assert!(is_in(text, true, payload), "{text} in {payload}");
            assert!(
                is_in(text, false, payload),
                "{text} in any case in {payload}"
            );
        }
    }

    #[test]
    fn case_counts_by_the_character_and_not_by_its_digits() {
        assert!(is_in("MÜLLER", false, r"m\u00fcller") && is_in("müller", false, r"M\u00dcLLER"));
        assert!(!is_in("MÜLLER", true, r"m\u00fcller") && !is_in("Ü", true, r"\u00fc"));
        assert!(is_in("ёлка", false, r"\u0401\u041b\u041A\u0430"));
    }

    #[test]
    fn other_texts_are_not_found() {
        for (text, payload) in [
            ("Müller", r"M\u00fdller"),
            ("Müller", r"M\u00fclle"),
            ("Müller", "Mu00fcller"),
            ("ü", r"\u00f"),
            ("ü", r"\u+0fc"),
            ("😀", r"\ud83d"),
            ("😀", r"\ud83dude00"),
            ("a/b", r"a\\b"),
            ("a\nb", r"anb"),
            (r"a\\b", r"a\b"),
            (r"\é", r"\u00e9"),
        ] {
            assert!(!is_in(text, true, payload), "{text} in {payload}");
        }
        assert!(Spelled::new("ord-7919 a_b.c: {}[],#", true).is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_as_it_is_is_found(text in r#"[aé"/\\u0n]{1,4}"#, around in r#"[aé"/\\u0n]{0,4}"#) {
            if let Some(found) = Spelled::new(&text, true) {
                let payload = format!("\\{around}{text}{around}");
                prop_assert!(found.is_in(payload.as_bytes()), "{} in {}", text, payload);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(text in any::<String>(), case_sensitive: bool, payload in any::<Vec<u8>>()) {
            if let Some(found) = Spelled::new(&text, case_sensitive) {
                found.is_in(&[b"\\", &*payload].concat());
            }
        }
    }
}
