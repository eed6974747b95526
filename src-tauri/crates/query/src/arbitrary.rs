//! Filters and records for the property tests: few names and numbers, so that they often meet.

use crate::{Comparison, Filter, Literal, Mark, Marks, Number, Regex, Subject, TextMatch};
use decode::{Path, Segment};
use proptest::prelude::*;
use record::{Millis, SequenceNumber, ShardId};

mod held;
pub(crate) use held::spelled;
use held::{Event, Held, held};

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
    text: Option<Vec<u8>>,
    pub events: Vec<Event>,
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
            text: self.text.as_deref(),
            read_by: None,
        }
    }

    /// As if it held one of its events alone.
    pub fn subject_of(&self, event: usize) -> Subject<'_> {
        let alone = self.events.len() == 1;
        let text = (!alone).then(|| {
            let text = &self.events[event].text;
            if self.text.is_some() {
                return &**text;
            }
            // a part of the payload, as the run has it
            let before = self.events[..event].iter();
            let start: usize = before.map(|event| event.text.len()).sum();
            &self.payload[start..start + text.len()]
        });
        Subject {
            text: text.or(self.text.as_deref()),
            ..self.subject()
        }
    }
}

pub(crate) fn record() -> impl Strategy<Value = Record> {
    let large = proptest::sample::select(LARGE.to_vec());
    record_of(prop_oneof![3 => -3i64..3, 1 => large].boxed())
}

/// With no number that takes more than `f64` to tell it from others.
pub(crate) fn small_record() -> impl Strategy<Value = Record> {
    record_of((-3i64..3).boxed())
}

/// Neighbours that are one `f64`, and what a hash of them may be.
const LARGE: [i64; 5] = [
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    -9_007_199_254_740_993,
    5_129_900_000_000_000_000,
    5_129_900_000_000_000_001,
];

prop_compose! {
    fn record_of(number: BoxedStrategy<i64>)(
        arrival in 0i64..5,
        stream in "[ab]",
        shard in prop_oneof![Just("shardId-000000000000"), Just("shardId-000000000001")],
        key in proptest::option::of("[ab]{1,2}"),
        event_type in proptest::option::of("[ab]{1,2}"),
        sequence in 0u8..4,
        marks in proptest::collection::vec(mark(), 0..3),
        held in held(number),
    ) -> Record {
        let shard = shard.parse().expect("a shard id");
        let sequence = sequence.to_string().parse().expect("a sequence number");
        let marks = marks.into_iter().fold(Marks::NONE, Marks::with);
        let Held { payload, text, events } = held;
        Record { arrival, stream, shard, key, event_type, sequence, marks, payload, text, events }
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
        (anywhere(text.clone()), any::<bool>()).prop_map(|(text, case_sensitive)| {
            Filter::Contains {
                text,
                case_sensitive,
            }
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

/// Texts with characters that JSON may write in several ways.
fn anywhere(text: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    prop_oneof![2 => text, 1 => "[abéÉ/\"\\\\\u{1F600}]{1,3}"]
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
    let number = prop_oneof![
        4 => r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?(e[+-]?[0-9])?",
        2 => r"-?900719925474099[234](\.[05])?",
        1 => r"512990000000000000[012]|5\.12990000000000000[01]e18",
    ];
    let number = number.prop_map(|text| Literal::Number(Number::parse(&text).expect("a number")));
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
