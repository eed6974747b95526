//! JSON as indented text, every token as it was written.
//!
//! For showing: hidden characters are made visible and very long lines are wrapped, which is said.
//! Whoever wants the exact text takes the payload.

use super::reader::{Event, Reader};
use crate::text::{self, Wrapping};
use std::ops::Range;

const INDENT: usize = 2;
/// Deeper levels are not indented further: 10,000 of them would take 200 MB of spaces.
const MAX_INDENTED_DEPTH: usize = 64;

/// Text to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pretty {
    pub text: String,
    /// The byte of the payload from which nothing is shown; `None` where all of it is.
    pub truncated_at: Option<usize>,
    /// Whether lines were broken that are whole in the payload.
    pub is_wrapped: bool,
}

/// Shows what can be read of `bytes` in about `max_bytes`. What comes after a fault is left out.
pub(super) fn pretty(bytes: &[u8], max_bytes: usize) -> Pretty {
    let mut writer = Writer {
        bytes,
        max_bytes,
        pretty: Pretty {
            text: String::new(),
            truncated_at: None,
            is_wrapped: false,
        },
        shown_until: 0,
        depth: 0,
        place: Place::Start,
    };
    let mut reader = Reader::new(bytes);
    loop {
        match reader.next() {
            Ok(Some(event)) => writer.event(event),
            Ok(None) => break,
            Err(_) => writer.pretty.truncated_at = Some(writer.shown_until),
        }
        if writer.pretty.truncated_at.is_some() {
            break;
        }
    }
    writer.pretty
}

struct Writer<'a> {
    bytes: &'a [u8],
    max_bytes: usize,
    pretty: Pretty,
    shown_until: usize,
    depth: usize,
    place: Place,
}

/// What the last event was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    AfterOpen,
    AfterKey,
    AfterValue,
}

impl Writer<'_> {
    fn event(&mut self, event: Event) {
        match event {
            Event::Key(span) => {
                self.begin();
                self.token(span);
                self.pretty.text.push_str(": ");
                self.place = Place::AfterKey;
            }
            Event::Scalar(span) => {
                self.begin();
                self.token(span);
                self.place = Place::AfterValue;
            }
            Event::Open(at) => {
                self.begin();
                self.token(at..at + 1);
                self.depth += 1;
                self.place = Place::AfterOpen;
            }
            Event::Close(at) => {
                self.depth -= 1;
                if self.place == Place::AfterValue {
                    self.new_line();
                }
                self.token(at..at + 1);
                self.place = Place::AfterValue;
            }
        }
    }

    /// What separates the next key or value from what is before it.
    fn begin(&mut self) {
        match self.place {
            Place::Start | Place::AfterKey => {}
            Place::AfterOpen => self.new_line(),
            Place::AfterValue => {
                self.pretty.text.push(',');
                self.new_line();
            }
        }
    }

    fn new_line(&mut self) {
        self.pretty.text.push('\n');
        let spaces = self.depth.min(MAX_INDENTED_DEPTH) * INDENT;
        self.pretty.text.extend(std::iter::repeat_n(' ', spaces));
    }

    fn token(&mut self, span: Range<usize>) {
        let room = self.max_bytes.saturating_sub(self.pretty.text.len());
        let shown = &self.bytes[span.start..span.end.min(span.start + room)];
        let shown = &shown[..text::whole_chars(shown, shown.len() < span.len())];
        self.pretty.is_wrapped |= text::push_wrapped(&mut self.pretty.text, shown, Wrapping::Token);
        self.shown_until = span.start + shown.len();
        if shown.len() < span.len() {
            self.pretty.truncated_at = Some(self.shown_until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_stay_as_they_were_written() {
        let json = r#" {"id":5129900000000000001,"n":1.50E+3,"a":[],"o":{ },"t":"\u00e9\ud800\n","a":[1,[true,null]]} "#;
        insta::assert_snapshot!(pretty(json.as_bytes(), 1_000).text, @r#"
        {
          "id": 5129900000000000001,
          "n": 1.50E+3,
          "a": [],
          "o": {},
          "t": "\u00e9\ud800\n",
          "a": [
            1,
            [
              true,
              null
            ]
          ]
        }
        "#);
    }

    #[test]
    fn truncation_says_where() {
        let json = br#"{"a":"0123456789","b":2}"#;
        assert_eq!(pretty(json, 1_000).truncated_at, None);
        let cut = pretty(json, 16);
        assert_eq!(
            (cut.text.as_str(), cut.truncated_at),
            ("{\n  \"a\": \"012345", Some(12))
        );
        assert_eq!(pretty(b"[1, 2", 1_000).truncated_at, Some(5));
        assert_eq!(pretty(b"[1, x]", 1_000).truncated_at, Some(2));
        assert_eq!(
            pretty(b"[1]", 0),
            Pretty {
                text: String::new(),
                truncated_at: Some(0),
                is_wrapped: false
            }
        );
    }

    #[test]
    fn depth_costs_no_more_than_its_brackets() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let shown = pretty(deep.as_bytes(), usize::MAX);
        assert_eq!(shown.truncated_at, None);
        assert!(shown.text.len() < 20_000 * (MAX_INDENTED_DEPTH * INDENT + 2));
    }

    #[test]
    fn hidden_characters_are_shown_and_long_strings_wrapped() {
        let json = [b"[\"\xE2\x80\xAE\xFF", &[b'x'; 10_000][..], b"\"]"].concat();
        let shown = pretty(&json, 100_000);
        assert!(shown.text.contains(r"\u{202E}\xFF") && shown.is_wrapped);
        assert!(shown.text.lines().all(|line| line.len() < 5_000));
    }

    proptest! {
        #[test]
        fn without_white_space_it_is_the_source(json in r#"\[("[a-z]{0,5}",|[1-9][0-9]{0,8}\.5,|\[\],|\{"k":null\},){0,9}0\]"#) {
            let shown = pretty(json.as_bytes(), usize::MAX).text;
            prop_assert_eq!(shown.replace([' ', '\n'], ""), json);
        }

        #[test]
        fn no_bytes_and_no_room_make_it_panic(bytes in any::<Vec<u8>>(), room in 0usize..40) {
            pretty(&[b"[\"", &bytes[..]].concat(), room);
            pretty(&bytes, room);
        }
    }
}
