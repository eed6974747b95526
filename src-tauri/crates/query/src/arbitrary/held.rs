//! What lies in a record: one document, several of them as text or packed, or any bytes at all. It knows the events
//! because it put them together.

use proptest::prelude::*;
use std::fmt::Write;

/// As the record was put together, not as it was taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// What can be found in it.
    pub text: Vec<u8>,
    pub json: Vec<u8>,
}

/// What is in a record: its payload, the text of what is packed in it, its events.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub payload: Vec<u8>,
    pub text: Option<Vec<u8>>,
    pub events: Vec<Event>,
}

pub(super) fn held(number: BoxedStrategy<i64>) -> impl Strategy<Value = Held> {
    let between = prop_oneof![
        Just(""),
        Just("\n"),
        Just(" \r\n"),
        Just("\u{1e}"),
        Just("\nno JSON: {a\n"),
        Just("\nSTART b\n\n"),
    ];
    let several = proptest::collection::vec((json(number.clone()), between), 2..4);
    prop_oneof![
        4 => json(number.clone()).prop_map(one),
        2 => ("(b x\n)?", several).prop_map(|(before, documents)| lines(&before, &documents)),
        2 => proptest::collection::vec((json(number), any::<bool>()), 1..4).prop_map(|events| packed(&events)),
        1 => any::<Vec<u8>>().prop_map(one),
    ]
}

fn one(payload: Vec<u8>) -> Held {
    Held {
        events: vec![Event {
            text: payload.clone(),
            json: payload.clone(),
        }],
        payload,
        text: None,
    }
}

/// Documents one after the other, with what is none between them.
fn lines(before: &str, documents: &[(Vec<u8>, &str)]) -> Held {
    let event = |(place, (json, behind)): (usize, &(Vec<u8>, &str))| Event {
        text: [
            if place == 0 { before.as_bytes() } else { b"" },
            json,
            behind.as_bytes(),
        ]
        .concat(),
        json: json.clone(),
    };
    let events: Vec<Event> = documents.iter().enumerate().map(event).collect();
    Held {
        payload: events.iter().flat_map(|event| event.text.clone()).collect(),
        text: None,
        events,
    }
}

/// Events that some bytes are unpacked to: a document, or else a line of text, of which more is known.
fn packed(events: &[(Vec<u8>, bool)]) -> Held {
    let event = |(json, is_json): &(Vec<u8>, bool)| {
        let json = if *is_json {
            json.clone()
        } else {
            b"END ab".to_vec()
        };
        let facts = if *is_json {
            &b""[..]
        } else {
            b"\n\xFD\n/group/ab"
        };
        Event {
            text: [&*json, facts].concat(),
            json,
        }
    };
    let events: Vec<Event> = events.iter().map(event).collect();
    let texts: Vec<&[u8]> = events.iter().map(|event| &*event.text).collect();
    Held {
        payload: b"\x1f\x8b".to_vec(),
        text: Some(texts.join(&b"\n\xFF\n"[..])),
        events,
    }
}

fn json(number: BoxedStrategy<i64>) -> impl Strategy<Value = Vec<u8>> {
    let spelling = proptest::collection::vec(proptest::bool::weighted(0.2), 7);
    let json = (
        proptest::option::of(number),
        "[abABéÉ\"\\\\\u{1F600}*/]{0,3}",
        any::<bool>(),
        proptest::bool::weighted(0.3),
        prop_oneof![Just("1.0"), Just("9007199254740993.5")],
        spelling,
    );
    json.prop_map(|(number, text, flag, is_in_string, digits, spelling)| {
        let within = |value: serde_json::Value| {
            let mut json = String::new();
            write_json(&value, &spelling, &mut json);
            if is_in_string { json.into() } else { value }
        };
        let value = serde_json::json!({
            "x": within(serde_json::json!({"a": text})), "a": number, "b": within(serde_json::json!({"a": text})),
            "c": within(serde_json::json!([flag, digits])), "type": text,
        });
        let mut json = String::new();
        write_json(&value, &spelling, &mut json);
        json.into_bytes()
    })
}

/// JSON with a space here and there, and with characters escaped that need not be.
fn write_json(value: &serde_json::Value, spelling: &[bool], json: &mut String) {
    use serde_json::Value;
    let space = |json: &mut String| {
        if spelling[json.len() % spelling.len()] {
            json.push_str(" \n");
        }
    };
    match value {
        // no encoder writes a number's digits as escapes
        Value::String(text) if text.starts_with(['{', '[']) => json.push_str(
            &spelled(text, spelling)
                .replace("\\u002d", "-")
                .replace("\\u002e", "."),
        ),
        Value::String(text) => json.push_str(&spelled(text, spelling)),
        Value::Array(items) => {
            json.push('[');
            for (place, item) in items.iter().enumerate() {
                json.push_str(if place > 0 { "," } else { "" });
                space(json);
                write_json(item, spelling, json);
            }
            json.push(']');
        }
        Value::Object(members) => {
            json.push('{');
            for (place, (key, member)) in members.iter().enumerate() {
                json.push_str(if place > 0 { "," } else { "" });
                space(json);
                json.push_str(&spelled(key, spelling));
                space(json);
                json.push(':');
                space(json);
                write_json(member, spelling, json);
            }
            json.push('}');
        }
        scalar => json.push_str(&scalar.to_string()),
    }
}

/// A string of JSON in which some characters are escaped that need not be.
pub(crate) fn spelled(text: &str, escaped: &[bool]) -> String {
    let mut spelled = String::from("\"");
    for (c, &is_escaped) in text.chars().zip(escaped.iter().cycle()) {
        match c {
            '/' if is_escaped => spelled.push_str("\\/"),
            '"' | '\\' if !is_escaped => spelled.extend(['\\', c]),
            '\n' if !is_escaped => spelled.push_str("\\n"),
            c if is_escaped => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(spelled, "\\u{unit:04x}").expect("text");
                }
            }
            c => spelled.push(c),
        }
    }
    spelled + "\""
}
