//! A strict reader (RFC 8259) that gives one event after the other, each as a place in the source.
//!
//! It is stricter than a skim and kinder than the standard in two things: a byte order mark may
//! come first, and strings may hold bytes that are no UTF-8, so that they can be shown.

use super::number::number_len;
use memchr::memchr2;
use std::ops::Range;

/// Why a text is no JSON, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}, at byte {offset}")]
pub struct JsonFault {
    pub offset: usize,
    pub what: JsonProblem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    #[error("the text ends too early")]
    EndsEarly,
    #[error("expected a value")]
    Value,
    #[error("expected a key in quotes")]
    Key,
    #[error("expected a colon after the key")]
    Colon,
    #[error("expected a comma or the closing `{0}`")]
    CommaOrClose(char),
    #[error("expected nothing after the value")]
    Trailing,
    #[error("this is no number")]
    Number,
    #[error("this is no escape")]
    Escape,
    #[error("a control character within a string must be escaped")]
    ControlCharacter,
}

/// One step through a document, by its places in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The opening bracket of an object or an array.
    Open(usize),
    /// Its closing bracket.
    Close(usize),
    /// With its quotes.
    Key(Range<usize>),
    /// A string with its quotes, a number, `true`, `false` or `null`.
    Scalar(Range<usize>),
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The closing brackets to come, the next one last.
    closing: Vec<u8>,
    next: Next,
}

#[derive(Clone, Copy)]
enum Next {
    Value,
    FirstElementOrClose,
    FirstKeyOrClose,
    Key,
    CommaOrClose,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        Self {
            bytes,
            at,
            closing: Vec::new(),
            next: Next::Value,
        }
    }

    pub fn next(&mut self) -> Result<Option<Event>, JsonFault> {
        loop {
            let byte = self.peek();
            match self.next {
                Next::CommaOrClose => {
                    let Some(&closing) = self.closing.last() else {
                        return if byte.is_none() {
                            Ok(None)
                        } else {
                            self.fail(JsonProblem::Trailing)
                        };
                    };
                    if byte == Some(closing) {
                        return Ok(Some(self.close()));
                    }
                    if byte != Some(b',') {
                        return self.fail(JsonProblem::CommaOrClose(char::from(closing)));
                    }
                    self.at += 1;
                    self.next = if closing == b'}' {
                        Next::Key
                    } else {
                        Next::Value
                    };
                }
                Next::FirstElementOrClose if byte == Some(b']') => return Ok(Some(self.close())),
                Next::FirstKeyOrClose if byte == Some(b'}') => return Ok(Some(self.close())),
                Next::FirstKeyOrClose | Next::Key => return self.key().map(Some),
                Next::FirstElementOrClose | Next::Value => return self.value().map(Some),
            }
        }
    }

    /// The next byte that is no white space, left in place.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.bytes[self.at..];
        let blank = |b: &&u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t');
        self.at += rest.iter().take_while(blank).count();
        self.bytes.get(self.at).copied()
    }

    fn close(&mut self) -> Event {
        self.closing.pop();
        self.next = Next::CommaOrClose;
        self.at += 1;
        Event::Close(self.at - 1)
    }

    fn key(&mut self) -> Result<Event, JsonFault> {
        if self.peek() != Some(b'"') {
            return self.fail(JsonProblem::Key);
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return self.fail(JsonProblem::Colon);
        }
        self.at += 1;
        self.next = Next::Value;
        Ok(Event::Key(key))
    }

    fn value(&mut self) -> Result<Event, JsonFault> {
        let start = self.at;
        let (closing, next) = match self.peek() {
            Some(b'{') => (b'}', Next::FirstKeyOrClose),
            Some(b'[') => (b']', Next::FirstElementOrClose),
            Some(byte) => {
                let scalar = self.scalar(byte)?;
                self.next = Next::CommaOrClose;
                return Ok(Event::Scalar(scalar));
            }
            None => return self.fail(JsonProblem::Value),
        };
        self.closing.push(closing);
        self.next = next;
        self.at += 1;
        Ok(Event::Open(start))
    }

    fn scalar(&mut self, first: u8) -> Result<Range<usize>, JsonFault> {
        match first {
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            b'-' | b'0'..=b'9' => match number_len(&self.bytes[self.at..]) {
                Some(len) => Ok(self.take(len)),
                None => self.fail_number(),
            },
            _ => self.fail(JsonProblem::Value),
        }
    }

    fn take(&mut self, len: usize) -> Range<usize> {
        let start = self.at;
        self.at += len;
        start..self.at
    }

    fn word(&mut self, word: &[u8]) -> Result<Range<usize>, JsonFault> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(word) {
            return Ok(self.take(word.len()));
        }
        let what = if word.starts_with(rest) {
            JsonProblem::EndsEarly
        } else {
            JsonProblem::Value
        };
        Err(JsonFault {
            offset: self.at,
            what,
        })
    }

    /// `-`, `1.` and `1e` may go on where the text was cut.
    fn fail_number<T>(&self) -> Result<T, JsonFault> {
        let rest = &self.bytes[self.at..];
        let in_number =
            |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        let what = if rest.iter().all(in_number) {
            JsonProblem::EndsEarly
        } else {
            JsonProblem::Number
        };
        Err(JsonFault {
            offset: self.at,
            what,
        })
    }

    fn string(&mut self) -> Result<Range<usize>, JsonFault> {
        let start = self.at;
        let mut at = start + 1;
        loop {
            let rest = &self.bytes[at..];
            let plain = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            if let Some(control) = rest[..plain].iter().position(|&b| b < 0x20) {
                return Err(JsonFault {
                    offset: at + control,
                    what: JsonProblem::ControlCharacter,
                });
            }
            at += plain;
            match self.bytes.get(at) {
                None => {
                    return Err(JsonFault {
                        offset: at,
                        what: JsonProblem::EndsEarly,
                    });
                }
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(start..self.at);
                }
                Some(_) => {
                    let escape = escape_len(&self.bytes[at..]);
                    at += escape.map_err(|what| JsonFault { offset: at, what })?;
                }
            }
        }
    }

    /// At the end of the text, whatever was expected is what is missing.
    fn fail<T>(&self, what: JsonProblem) -> Result<T, JsonFault> {
        let what = if self.at == self.bytes.len() {
            JsonProblem::EndsEarly
        } else {
            what
        };
        Err(JsonFault {
            offset: self.at,
            what,
        })
    }
}

/// A document's events in the order of the source. Ends after the first fault.
pub fn events(bytes: &[u8]) -> impl Iterator<Item = Result<Event, JsonFault>> + '_ {
    let mut reader = Some(Reader::new(bytes));
    std::iter::from_fn(move || {
        let event = reader.as_mut()?.next().transpose();
        if !matches!(event, Some(Ok(_))) {
            reader = None;
        }
        event
    })
}

/// How long the escape at the start of `bytes` is.
fn escape_len(bytes: &[u8]) -> Result<usize, JsonProblem> {
    match bytes.get(1) {
        None => Err(JsonProblem::EndsEarly),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => {
            let digits = &bytes[2..bytes.len().min(6)];
            match digits.iter().all(u8::is_ascii_hexdigit) {
                true if digits.len() == 4 => Ok(6),
                true => Err(JsonProblem::EndsEarly),
                false => Err(JsonProblem::Escape),
            }
        }
        Some(_) => Err(JsonProblem::Escape),
    }
}

/// Whether this is JSON, or could be its beginning where `is_cut`.
pub(crate) fn is_json(bytes: &[u8], is_cut: bool) -> bool {
    let mut reader = Reader::new(bytes);
    loop {
        match reader.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(fault) => return is_cut && fault.what == JsonProblem::EndsEarly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> String {
        let mut reader = Reader::new(text.as_bytes());
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => return "none".to_owned(),
                Err(fault) => return fault.to_string(),
            }
        }
    }

    #[test]
    fn faults_have_their_place_and_reason() {
        let texts = [
            "",
            "{",
            "[1",
            "[1 2]",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":1,}",
            "[1,]",
            "{]",
            "01",
            "-",
            "1.x",
            "nul",
            "nulx",
            "\"a",
            r#""\q""#,
            r#""\u12G4""#,
            r#""\u12"#,
            "\"a\nb\"",
            "1 2",
            "'a'",
            "\u{FEFF}[}",
        ];
        let faults = texts.map(|text| format!("{text:?}: {}", fault(text)));
        insta::assert_snapshot!(faults.join("\n"), @r#"
        "": the text ends too early, at byte 0
        "{": the text ends too early, at byte 1
        "[1": the text ends too early, at byte 2
        "[1 2]": expected a comma or the closing `]`, at byte 3
        "{\"a\" 1}": expected a colon after the key, at byte 5
        "{a:1}": expected a key in quotes, at byte 1
        "{\"a\":1,}": expected a key in quotes, at byte 7
        "[1,]": expected a value, at byte 3
        "{]": expected a key in quotes, at byte 1
        "01": expected nothing after the value, at byte 1
        "-": the text ends too early, at byte 0
        "1.x": this is no number, at byte 0
        "nul": the text ends too early, at byte 0
        "nulx": expected a value, at byte 0
        "\"a": the text ends too early, at byte 2
        "\"\\q\"": this is no escape, at byte 1
        "\"\\u12G4\"": this is no escape, at byte 1
        "\"\\u12": the text ends too early, at byte 1
        "\"a\nb\"": a control character within a string must be escaped, at byte 2
        "1 2": expected nothing after the value, at byte 2
        "'a'": expected a value, at byte 0
        "\u{feff}[}": expected a value, at byte 4
        "#);
    }

    #[test]
    fn a_cut_text_may_be_json() {
        let text = r#"{"a": [1.5e3, "x\u00e9", true, null]}"#;
        for cut in 1..text.len() {
            assert!(is_json(&text.as_bytes()[..cut], true), "{}", &text[..cut]);
            assert!(!is_json(&text.as_bytes()[..cut], false), "{}", &text[..cut]);
        }
        assert!(is_json(text.as_bytes(), false));
        assert!(!is_json(b"hello", true) && !is_json(b"{\"a\";", true));
    }

    proptest! {
        #[test]
        fn takes_what_serde_takes(text in r#"([\[\]{},: ]|"a?"|"\\[nu\\]|0|1|-|\.|e|true|null|\\u00e9"?){0,12}"#) {
            // RawValue checks the grammar and nothing else, such as the range of numbers
            let expected = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            prop_assert_eq!(is_json(text.as_bytes(), false), expected, "{}", text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
            is_json(&bytes, true);
            is_json(&[b"[\"", &bytes[..]].concat(), true);
        }
    }
}
