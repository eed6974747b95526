//! Filters and records for the property tests: few names and numbers, so that they often meet.

use crate::{Comparison, Filter, Literal, Number, Subject, TextMatch};
use decode::{Path, Segment};
use proptest::prelude::*;
use record::{Millis, SequenceNumber, ShardId};

/// A record that owns what a [`Subject`] borrows.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    arrival: i64,
    stream: String,
    shard: ShardId,
    key: Option<String>,
    event_type: Option<String>,
    sequence: SequenceNumber,
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
            payload: &self.payload,
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
        payload in payload(),
    ) -> Record {
        let shard = shard.parse().expect("a shard id");
        let sequence = sequence.to_string().parse().expect("a sequence number");
        Record { arrival, stream, shard, key, event_type, sequence, payload }
    }
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let json = (proptest::option::of(-3i8..3), "[abAB*]{0,3}", any::<bool>());
    let json = json.prop_map(|(number, text, flag)| {
        serde_json::to_vec(&serde_json::json!({"a": number, "b": {"a": text}, "c": [flag, "1.0"]}))
            .expect("JSON")
    });
    prop_oneof![4 => json, 1 => any::<Vec<u8>>()]
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
        pattern(text).prop_map(TextMatch::Like)
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
