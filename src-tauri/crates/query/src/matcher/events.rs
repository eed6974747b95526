//! A record's events, one by one: what questions make rows of, and what lists of fields look into.
//!
//! What was packed tells its events itself. In a text each JSON document is one, with the lines up to the next; a text
//! with no more than one document is one event.

use super::Subject;
use decode::SaidEvent;
use std::borrow::Cow;

/// One event of a record.
pub(crate) struct Event<'e> {
    /// The record as if it held this event alone.
    pub subject: Subject<'e>,
    pub message: &'e [u8],
    /// Where its fields are.
    pub json: &'e [u8],
    pub envelope: Option<&'e [u8]>,
    /// The record holds no other.
    pub is_all: bool,
}

impl Subject<'_> {
    /// Gives each event to `take`, with its number from 0.
    pub(crate) fn each_event(&self, mut take: impl FnMut(&Event<'_>, u32)) {
        let Some(text) = self.text else {
            return self.each_part(&SaidEvent::of_text(self.payload), true, &mut |event| {
                take(&event.0, event.1);
            });
        };
        let mut number = 0;
        let mut events = decode::said_events(text).peekable();
        let is_alone = events.next().map(|first| (first, events.peek().is_none()));
        let first = is_alone.into_iter();
        for (event, is_alone) in first.chain(events.map(|event| (event, false))) {
            self.each_part(&event, is_alone, &mut |(part, _)| {
                take(&part, number);
                number += 1;
            });
        }
    }

    /// The JSON of each event.
    pub(crate) fn each_document(&self, mut take: impl FnMut(&[u8])) {
        self.each_event(|event, _| take(event.json));
    }

    /// An event as it was told, in as many parts as it has documents.
    fn each_part(
        &self,
        said: &SaidEvent<'_>,
        is_alone: bool,
        take: &mut dyn FnMut((Event<'_>, u32)),
    ) {
        let documents = said.documents();
        if documents.len() < 2 {
            let text = if is_alone {
                self.text
            } else {
                Some(said.whole)
            };
            let event = self.event(said, text, (said.content, documents[0]));
            return take((
                Event {
                    is_all: is_alone,
                    ..event
                },
                0,
            ));
        }
        let starts = documents.iter().map(|json| place_in(said.content, json));
        let ends = starts.skip(1).chain([said.content.len()]);
        let around = &said.whole[said.content.len()..];
        let mut start = 0;
        for ((json, end), number) in documents.iter().zip(ends).zip(0..) {
            let message = &said.content[start..end];
            let whole: Cow<'_, [u8]> = if around.is_empty() {
                message.into()
            } else {
                [message, around].concat().into()
            };
            take((self.event(said, Some(&whole), (message, json)), number));
            start = end;
        }
    }
}

impl<'a> Subject<'a> {
    fn event<'e>(
        &self,
        said: &SaidEvent<'e>,
        text: Option<&'e [u8]>,
        (message, json): (&'e [u8], &'e [u8]),
    ) -> Event<'e>
    where
        'a: 'e,
    {
        Event {
            subject: Subject { text, ..*self },
            message,
            json,
            envelope: said.envelope,
            is_all: false,
        }
    }
}

/// At which byte of a whole a part of it begins.
fn place_in(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use crate::{Subject, matcher::tests::empty_subject};

    fn events(payload: &[u8], text: Option<&[u8]>) -> Vec<String> {
        let subject = Subject {
            payload,
            text,
            ..empty_subject()
        };
        let mut events = Vec::new();
        subject.each_event(|event, number| {
            let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let said = event.subject.said().len();
            events.push(format!(
                "{number} {:?} {} {said}",
                shown(event.message),
                shown(event.json)
            ));
        });
        events
    }

    #[test]
    fn each_document_of_a_text_is_one_and_so_is_a_text_without() {
        assert_eq!(
            events(b"{\"a\":1}\n", None),
            [r#"0 "{\"a\":1}\n" {"a":1}"#.to_owned() + "\n 8"]
        );
        assert_eq!(
            events(b"a line\nanother", None),
            ["0 \"a line\\nanother\" a line\nanother 14"]
        );
        assert_eq!(events(b"", None), ["0 \"\"  0"]);
        assert_eq!(
            events(b"START\n{\"a\":1}\nx\n{\"a\":2}", None),
            [
                "0 \"START\\n{\\\"a\\\":1}\\nx\\n\" {\"a\":1} 16",
                "1 \"{\\\"a\\\":2}\" {\"a\":2} 7"
            ]
        );
        // one document among lines is one event, all of it
        assert_eq!(
            events(b"START\n{\"a\":1}", None),
            ["0 \"START\\n{\\\"a\\\":1}\" {\"a\":1} 13"]
        );
    }

    #[test]
    fn what_is_around_an_event_goes_with_each_part_of_it() {
        let text = b"{\"a\":1}{\"a\":2}\n\xFD\n/group\n\xFF\nEND\n\xFD\n/group";
        assert_eq!(
            events(b"\x1f\x8b", Some(text)),
            [
                "0 \"{\\\"a\\\":1}\" {\"a\":1} 16",
                "1 \"{\\\"a\\\":2}\" {\"a\":2} 16",
                "2 \"END\" END 12",
            ]
        );
    }
}
