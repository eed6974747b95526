//! Filters and records for the property tests: few names and numbers, so that they often meet.

use crate::{Comparison, Filter, Literal, Mark, Marks, Number, Regex, Subject, TextMatch};
use decode::{Path, Segment};
use proptest::prelude::*;
use record::{Millis, SequenceNumber, ShardId};
use std::fmt::Write;

/// A record that owns what a [`Subject`] borrows.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    arrival: i64,
    stream: String,
    shard: ShardId,
    key: Option<String>,
    event_type: Option<String>,
    sequence: SequenceNumber,
    marks: Marks,
    payload: Vec<u8>,
}

impl Record {
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            arrival: Millis(self.arrival),
            stream: &self.stream,
            shard: &self.shard,
            partition_key: self.key.as_deref(),
            event_type: self.event_type.as_deref(),
            size_bytes: self.payload.len() as u64,
            sequence: &self.sequence,
            marks: self.marks,
            payload: &self.payload,
            text: None,
        }
    }
}

prop_compose! {
    pub(crate) fn record()(
        arrival in 0i64..5,
        stream in "[ab]",
        shard in prop_oneof![Just("shardId-000000000000"), Just("shardId-000000000001")],
        key in proptest::option::of("[ab]{1,2}"),
        event_type in proptest::option::of("[ab]{1,2}"),
        sequence in 0u8..4,
        marks in proptest::collection::vec(mark(), 0..3),
        payload in payload(),
    ) -> Record {
        let shard = shard.parse().expect("a shard id");
        let sequence = sequence.to_string().parse().expect("a sequence number");
        let marks = marks.into_iter().fold(Marks::NONE, Marks::with);
        Record { arrival, stream, shard, key, event_type, sequence, marks, payload }
    }
}

fn mark() -> impl Strategy<Value = Mark> {
    proptest::sample::select(Mark::ALL.to_vec())
}

/// Expressions of few letters, and one that is in most payloads.
fn regex() -> impl Strategy<Value = Regex> {
    let pattern = r"[abAB](\.|[ab]|b\*|a\+|\(a\|b\)|[/]|\d|\.){0,3}";
    (pattern, any::<bool>()).prop_filter_map("an expression", |(pattern, any_case)| {
        Regex::new(&pattern, any_case).ok()
    })
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let spelling = proptest::collection::vec(proptest::bool::weighted(0.2), 7);
    let json = (
        proptest::option::of(-3i8..3),
        "[abAB*/]{0,3}",
        any::<bool>(),
        spelling,
    );
    let json = json.prop_map(|(number, text, flag, spelling)| {
        let value = serde_json::json!({
            "x": {"a": text}, "a": number, "b": {"a": text}, "c": [flag, "1.0"], "type": text,
        });
        let mut json = String::new();
        write_json(&value, &spelling, &mut json);
        json.into_bytes()
    });
    prop_oneof![4 => json, 1 => any::<Vec<u8>>()]
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
            c if is_escaped => write!(spelled, "\\u{:04x}", u32::from(c)).expect("text"),
            c => spelled.push(c),
        }
    }
    spelled + "\""
}

pub(crate) fn filter() -> impl Strategy<Value = Filter> {
    let small = prop_oneof![
        4 => condition(small_text(), small_path(), (0i64..5).prop_map(Millis)),
        1 => Just(Filter::Everything),
    ];
    tree(small)
}

/// Filters as the constructors make them, of any texts and numbers at all.
pub(crate) fn wild_filter() -> impl Strategy<Value = Filter> {
    tree(condition(
        any::<String>().boxed(),
        wild_path(),
        any::<i64>().prop_map(Millis),
    ))
}

fn tree(leaf: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::all),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::any),
            inner.prop_map(|filter| !filter),
        ]
    })
}

fn small_text() -> BoxedStrategy<String> {
    "[abAB1]{1,2}".boxed()
}

fn small_path() -> BoxedStrategy<Path> {
    prop_oneof![
        Just("a"),
        Just("b.a"),
        Just("c[0]"),
        Just("c[1]"),
        Just("x"),
        Just("x.a"),
        Just("$.type")
    ]
    .prop_map(|text| Path::parse(text).expect("a path"))
    .boxed()
}

fn wild_path() -> BoxedStrategy<Path> {
    let segment = prop_oneof![
        "[a-z_-]{1,6}".prop_map(Segment::Key),
        any::<String>().prop_map(Segment::Key),
        any::<usize>().prop_map(Segment::Index),
        prop_oneof![
            Just("type"),
            Just("and"),
            Just("or"),
            Just("not"),
            Just("text")
        ]
        .prop_map(|name| Segment::Key(name.to_owned())),
    ];
    proptest::collection::vec(segment, 0..4)
        .prop_map(Path::new)
        .boxed()
}

fn condition(
    text: BoxedStrategy<String>,
    path: BoxedStrategy<Path>,
    time: impl Strategy<Value = Millis> + Clone + 'static,
) -> BoxedStrategy<Filter> {
    let names = text
        .clone()
        .prop_filter("a shard has a name", |name| !name.is_empty());
    let shards = prop_oneof![names, "[01]", Just("shardId-000000000001".to_owned())];
    prop_oneof![
        comparison(text.clone(), path.clone()),
        path.prop_map(Filter::Exists),
        (text.clone(), any::<bool>()).prop_map(|(text, case_sensitive)| Filter::Contains {
            text,
            case_sensitive
        }),
        time.clone().prop_map(|from| Filter::Time {
            from: Some(from),
            until: None
        }),
        (proptest::option::of(time.clone()), time).prop_map(|(from, until)| Filter::Time {
            from,
            until: Some(until)
        }),
        proptest::collection::vec(shards, 1..4).prop_map(Filter::Shard),
        text_match(text.clone()).prop_map(Filter::Stream),
        text_match(text.clone()).prop_map(Filter::Key),
        text_match(text).prop_map(Filter::Type),
        regex().prop_map(Filter::Matches),
        mark().prop_map(Filter::Is),
        (proptest::option::of(0u64..60), any::<u64>()).prop_map(|(min, max)| Filter::Size {
            min,
            max: Some(max)
        }),
        (20u64..60).prop_map(|min| Filter::Size {
            min: Some(min),
            max: None
        }),
        "[0-3]|0{0,3}[0-9]{1,56}".prop_map(|text| Filter::Sequence(text.parse().expect("digits"))),
    ]
    .boxed()
}

fn comparison(text: BoxedStrategy<String>, path: BoxedStrategy<Path>) -> BoxedStrategy<Filter> {
    let equality = prop_oneof![Just(Comparison::Equal), Just(Comparison::NotEqual)];
    let any_comparison = prop_oneof![
        equality.clone(),
        Just(Comparison::Less),
        Just(Comparison::AtMost),
        Just(Comparison::Greater),
        Just(Comparison::AtLeast),
    ];
    let number = r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?(e[+-]?[0-9])?"
        .prop_map(|text| Literal::Number(Number::parse(&text).expect("a number")));
    let ordered = prop_oneof![number, text.clone().prop_map(Literal::Text)];
    let unordered = prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        pattern(text).prop_map(Literal::Like),
        regex().prop_map(Literal::Regex),
    ];
    let compare = |(field, comparison, value)| Filter::Compare {
        field,
        comparison,
        value,
    };
    prop_oneof![
        (path.clone(), any_comparison, ordered).prop_map(compare),
        (path, equality, unordered).prop_map(compare),
    ]
    .boxed()
}

fn text_match(text: BoxedStrategy<String>) -> BoxedStrategy<TextMatch> {
    prop_oneof![
        text.clone().prop_map(TextMatch::Is),
        pattern(text).prop_map(TextMatch::Like),
        regex().prop_map(TextMatch::Regex)
    ]
    .boxed()
}

/// A pattern with a star that means something, and every other special character escaped.
fn pattern(text: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let part = text.prop_map(|text| text.replace('\\', r"\\").replace('*', r"\*"));
    proptest::collection::vec(part, 2..4)
        .prop_map(|parts| parts.join("*"))
        .prop_filter("a lone star means that the field is there", |pattern| {
            pattern != "*"
        })
        .boxed()
}
