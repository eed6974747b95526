//! What a payload is at a glance, for who reads a million of them: which can be read as the JSON that it is, and
//! which must be taken apart; and the documents in a text that holds more than one.
//!
//! Nothing is validated in what is one document. Where there are more, only a valid one ends where the next may begin:
//! what is none is passed over, line by line, and hides nothing behind it.

use crate::{
    envelope,
    formats::{RECORD_SEPARATOR, document_len},
    json::{JsonProblem, skim::Skim},
};
use memchr::{memchr, memchr2_iter, memrchr};

/// Bytes that are read in vain before lines are passed over unread, for each byte of a text: the time stays
/// proportional to its length.
const VAIN_READS: usize = 4;

/// Whether bytes begin as an object or an array does.
pub fn begins_as_json(bytes: &[u8]) -> bool {
    matches!(Skim::new(bytes).peek(), Some(b'{' | b'['))
}

/// Whether the bytes are one JSON value and nothing behind it.
pub fn is_one_document(bytes: &[u8]) -> bool {
    let mut skim = Skim::new(bytes);
    skim.skip_value().is_some() && skim.peek().is_none()
}

/// Whether JSON is an envelope that carries somebody else's event.
pub fn is_enveloped(json: &[u8]) -> bool {
    envelope::recognised(json).is_some()
}

/// The objects and arrays of a text that is not just one JSON value: one after the other, or on lines among others.
/// Nothing of a text that is one. The last may have been cut.
pub fn several_documents(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let at = if may_hold_several(text) && !is_one_document(text) {
        Skim::new(text).at()
    } else {
        text.len()
    };
    Documents {
        text,
        at,
        vain: text.len().saturating_mul(VAIN_READS),
    }
}

/// False only where no second document can begin: on no further line, and behind no end of a first one. Quick to say of
/// the JSON that machines write, which is most of what there is.
fn may_hold_several(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let begins_behind = |end: usize| {
        let behind = text[end + 1..].iter().find(|byte| !is_between(**byte));
        matches!(behind, Some(b'{' | b'['))
    };
    memchr(b'\n', text).is_some() || memchr2_iter(b'}', b']', text).any(begins_behind)
}

fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == RECORD_SEPARATOR
}

struct Documents<'a> {
    text: &'a [u8],
    at: usize,
    /// What may still be read in vain.
    vain: usize,
}

impl<'a> Iterator for Documents<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += rest.iter().take_while(|byte| is_between(**byte)).count();
            let rest = &self.text[self.at..];
            if !matches!(rest.first()?, b'{' | b'[') {
                self.at = self.line_after(self.at);
                continue;
            }
            let start = self.at;
            match document_len(rest) {
                Ok(len) => {
                    self.at += len;
                    return Some(&rest[..len]);
                }
                Err(fault) if fault.what == JsonProblem::EndsEarly => {
                    self.at = self.text.len();
                    return Some(rest);
                }
                Err(fault) => self.pass(start, fault.offset),
            }
        }
    }
}

impl Documents<'_> {
    /// Goes on with the next line; where much was read in vain, with the one on which the fault is.
    fn pass(&mut self, start: usize, read: usize) {
        let next = self.line_after(start);
        if read <= self.vain {
            self.vain -= read;
            self.at = next;
            return;
        }
        let before = &self.text[..(start + read).min(self.text.len())];
        let line = memrchr(b'\n', before).map_or(0, |end| end + 1);
        self.at = line.max(next);
    }

    fn line_after(&self, at: usize) -> usize {
        memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |end| at + end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn several(text: &str) -> Vec<&str> {
        several_documents(text.as_bytes())
            .map(|one| str::from_utf8(one).expect("text"))
            .collect()
    }

    #[test]
    fn what_must_be_taken_apart_is_told_at_a_glance() {
        for (payload, begins, is_one) in [
            (r#"{"a":1}"#, true, true),
            (" [1]\n", true, true),
            ("\u{feff}{}", true, true),
            ("{} {}", true, false),
            ("{}\n[1]", true, false),
            (r#"{"a":"#, true, false),
            (r#""text""#, false, true),
            ("", false, false),
            ("\u{1f}\u{8b}", false, false),
        ] {
            let bytes = payload.as_bytes();
            assert_eq!(begins_as_json(bytes), begins, "{payload}");
            assert_eq!(is_one_document(bytes), is_one, "{payload}");
        }
        assert!(is_enveloped(
            br#"{"detail-type":"a","source":"b","region":"c","detail":{}}"#
        ));
        assert!(!is_enveloped(br#"{"detail":{}}"#));
    }

    #[test]
    fn documents_stand_one_after_the_other_or_on_lines() {
        assert_eq!(several("{\"a\":1}\n[2] 3"), ["{\"a\":1}", "[2]"]);
        assert_eq!(several("{}{\"b\":1}\u{1e}[]"), ["{}", "{\"b\":1}", "[]"]);
        assert_eq!(
            several("\u{feff}{}\r\n{ \"b\":\n1 }\n"),
            ["{}", "{ \"b\":\n1 }"]
        );
        assert_eq!(several("{} {\"a\":"), ["{}", "{\"a\":"]);
        for one in [
            "{\"a\":1}\n",
            "{\"a\":[{},{}]} and more",
            "{\n\"a\":\n[]}",
            "{\"a\":\"}{\"}",
            "[1]",
            "7",
            "",
            " \n",
            "no JSON\nat all",
        ] {
            assert!(several(one).is_empty(), "{one}");
        }
    }

    #[test]
    fn a_line_that_is_none_hides_no_other() {
        let log = "START RequestId: 8f Version: $LATEST\n{\"id\":1}\n[INFO] {\"id\":2}\n{\"id\":\n{\"id\":3}\n\
            {\"broken\nEND\n  {\"id\":4}\n{\"id\":5,}\n{\"id\":6}";
        let found = several(log);
        for id in [1, 3, 4, 6] {
            let one = format!("{{\"id\":{id}}}");
            assert!(found.contains(&&*one), "{one} of {found:?}");
        }
        assert!(
            found
                .iter()
                .all(|one| !one.contains("INFO") && !one.contains("broken"))
        );
    }

    #[test]
    fn lines_that_are_read_in_vain_take_no_more_than_their_length() {
        // each line begins what the whole rest goes on with, up to a fault at its end
        let hostile = "[1,\n".repeat(200_000) + "x";
        let begun = std::time::Instant::now();
        assert!(several(&hostile).is_empty());
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }

    proptest! {
        #[test]
        fn what_was_put_together_comes_apart(
            documents in proptest::collection::vec((r#"\{("a":(1|"x y"|\[\]|\{"b":null\}))?\}|\[[0-9]?\]"#, 0usize..4), 2..6),
        ) {
            // lines that are no JSON in between change nothing
            let between = ["", "\n", "\nSTART x: {y}\n", "\u{1e}\n"];
            let text: String = documents.iter().flat_map(|(json, at)| [json, between[*at]]).collect();
            let expected: Vec<&str> = documents.iter().map(|(json, _)| &**json).collect();
            prop_assert_eq!(several(&text), expected, "{}", text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), text in r#"([\[\]{},:"\n]|"a"|1|x){0,30}"#) {
            several_documents(&bytes).for_each(drop);
            let begin = |one: &&str| matches!(one.as_bytes()[0], b'{' | b'[');
            prop_assert!(several(&text).iter().all(begin), "{}", text);
        }
    }
}
