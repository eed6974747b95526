use super::*;
use crate::{Path, PathSet, cells, find, find_source};
use proptest::prelude::*;
use serde_json::Value;

fn path(text: &str) -> Path {
    Path::parse(text).expect("a path")
}

/// What a look and a pass of many find, which must be the same.
#[track_caller]
fn found<'a>(json: &'a str, text: &str) -> Option<Scalar<'a>> {
    let mut passed = None;
    PathSet::new([&path(text)]).find(json.as_bytes(), |_, value| passed = Some(value));
    let alone = find(json.as_bytes(), &path(text));
    assert_eq!(alone, passed, "{text} in {json}");
    alone
}

/// As boto3 publishes it: `json.dumps({"Message": json.dumps({...})})`.
const NOTIFIED: &str = r#"{"TopicArn": "arn:x", "Message": "{\"orderId\": 42, \"who\": {\"name\": \"M\\u00fcller \\\"M\\\"\"}, \"lines\": [{\"sku\": \"x\"}, -1.50], \"ok\": true, \"none\": null}", "after": 7}"#;

#[test]
fn a_path_goes_on_below_a_string_that_is_json() {
    assert_eq!(
        found(NOTIFIED, "Message.orderId"),
        Some(Scalar::Number("42"))
    );
    assert_eq!(
        found(NOTIFIED, "Message.who.name"),
        Some(Scalar::String("Müller \"M\"".into()))
    );
    assert_eq!(
        found(NOTIFIED, "Message.lines[1]"),
        Some(Scalar::Number("-1.50"))
    );
    assert_eq!(found(NOTIFIED, "Message.lines"), Some(Scalar::Array));
    assert_eq!(found(NOTIFIED, "Message.who"), Some(Scalar::Object));
    assert_eq!(found(NOTIFIED, "Message.ok"), Some(Scalar::Bool(true)));
    assert_eq!(found(NOTIFIED, "Message.none"), Some(Scalar::Null));
    assert_eq!(found(NOTIFIED, "Message.other"), None);
    assert_eq!(found(NOTIFIED, "after"), Some(Scalar::Number("7")));
    // the string itself stays one
    assert!(matches!(
        found(NOTIFIED, "Message"),
        Some(Scalar::String(_))
    ));
    let source = find_source(NOTIFIED.as_bytes(), &path("Message.lines[0]"));
    assert_eq!(source.as_deref(), Some(&br#"{"sku": "x"}"#[..]));
}

#[test]
fn several_paths_share_one_look_below_a_string() {
    let paths = ["Message.orderId", "after", "Message", "Message.lines[1]"].map(path);
    let mut values = vec![None; paths.len()];
    PathSet::new(&paths).find(NOTIFIED.as_bytes(), |path, value| {
        values[path] = Some(value);
    });
    let alone = paths
        .iter()
        .map(|path| find(NOTIFIED.as_bytes(), path))
        .collect::<Vec<_>>();
    assert!(alone.iter().all(Option::is_some));
    assert_eq!(values, alone);
    let cells = cells(NOTIFIED.as_bytes(), true, &PathSet::new(&paths), 40);
    let texts: Vec<_> = cells
        .iter()
        .map(|cell| cell.text.chars().take(8).collect::<String>())
        .collect();
    assert_eq!(texts, ["42", "7", "{\"orderI", "-1.50"]);
}

#[test]
fn what_is_no_object_or_array_as_a_whole_is_a_string() {
    for text in [
        r#"{"a":1} and more"#,
        r#"{"a":1"#,
        "{a:1}",
        "[INFO] {\"a\":1}",
        "\"{\\\"a\\\":1}\"",
        "",
    ] {
        let json = serde_json::json!({ "m": text }).to_string();
        for path in ["m.a", "m[0]", "m[0].a"] {
            assert_eq!(found(&json, path), None, "{path} in {json}");
        }
    }
    // nor is a document that is a string as a whole
    assert_eq!(found(r#""{\"a\":1}""#, "a"), None);
    // a bracket may be an escape
    let json = r#"{"m":"\u007b\u0022a\u0022:1}"}"#;
    assert_eq!(found(json, "m.a"), Some(Scalar::Number("1")));
    assert_eq!(document(br"\u0031"), None);
    // white space before it is passed over
    let json = serde_json::json!({ "m": "\n\t {\"a\":1}\n" }).to_string();
    assert_eq!(found(&json, "m.a"), Some(Scalar::Number("1")));
}

#[test]
fn depth_and_size_have_caps() {
    let wrapped = |times: usize| {
        let inner = serde_json::json!({ "m": 5 });
        (0..times)
            .fold(
                inner,
                |inner, _| serde_json::json!({ "m": inner.to_string() }),
            )
            .to_string()
    };
    let way = |times: usize| vec!["m"; times + 1].join(".");
    let deepest = found(&wrapped(MAX_DEPTH), &way(MAX_DEPTH)).is_some();
    assert!(deepest);
    assert_eq!(found(&wrapped(MAX_DEPTH + 1), &way(MAX_DEPTH + 1)), None);
    let sized = |len: usize| {
        let text = serde_json::json!({ "a": "x".repeat(len) }).to_string();
        serde_json::json!({ "m": text }).to_string()
    };
    assert!(found(&sized(MAX_BYTES - 100), "m.a").is_some());
    assert_eq!(found(&sized(MAX_BYTES), "m.a"), None);
}

#[test]
fn places_are_those_of_the_source() {
    let raw = r#"é\n\u00e9\ud83d\ude00\"x"#.as_bytes();
    let text = unescape(raw);
    assert_eq!(text, "é\né😀\"x");
    for (place, c) in text.char_indices() {
        let source = &raw[SourcePlaces::new(raw).of(place)..];
        assert_eq!(unescape(source).chars().next(), Some(c));
    }
    // digits that are escapes are no number that can be given as it was written
    let json = r#"{"m":"{\"a\":\u0034\u0032,\"b\":7}"}"#;
    assert_eq!(found(json, "m.a"), None);
    assert_eq!(found(json, "m.b"), Some(Scalar::Number("7")));
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        "[abé\"\\\\\n{\\[]{0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[ab]", inner.clone(), 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

/// The same, with trees.
fn naive(value: &Value, segments: &[crate::Segment], strings: usize) -> Option<Value> {
    let Some((segment, rest)) = segments.split_first() else {
        return Some(value.clone());
    };
    let below = match segment {
        crate::Segment::Key(key) => value.get(key),
        crate::Segment::Index(index) => value.get(index),
    }?;
    match below {
        Value::String(text) if !rest.is_empty() && strings < MAX_DEPTH => {
            let inner: Value = serde_json::from_str(text).ok()?;
            naive(&inner, rest, strings + 1)
        }
        below => naive(below, rest, strings),
    }
}

proptest! {
    #[test]
    fn finds_what_trees_have(value in json()) {
        let text = value.to_string();
        for way in ["a", "a.b", "a.a", "a[0]", "a[0].b", "b.a.a", "[0].a", "[1][0]", "[0].b.a.b"] {
            let expected = naive(&value, path(way).segments(), 0);
            let is_same = match (found(&text, way), &expected) {
                (None, None)
                | (Some(Scalar::Null), Some(Value::Null))
                | (Some(Scalar::Object), Some(Value::Object(_)))
                | (Some(Scalar::Array), Some(Value::Array(_))) => true,
                (Some(Scalar::Bool(a)), Some(Value::Bool(b))) => a == *b,
                (Some(Scalar::Number(digits)), Some(Value::Number(number))) => digits == number.to_string(),
                (Some(Scalar::String(text)), Some(Value::String(wanted))) => text == *wanted,
                _ => false,
            };
            prop_assert!(is_same, "{} in {}: not {:?}", way, text, expected);
            let source = find_source(text.as_bytes(), &path(way));
            let source = source.map(|source| serde_json::from_slice::<Value>(&source).expect("JSON"));
            prop_assert_eq!(source, expected);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(raw in any::<Vec<u8>>(), text in r#"[\[{]("|\\"|\\u00|[ab:,1\]\}]){0,12}"#, place in 0usize..40) {
        document(&raw);
        document(text.as_bytes());
        SourcePlaces::new(text.as_bytes()).of(place);
        let json = format!(r#"{{"a":"{text}"}}"#);
        found(&json, "a.b");
        found(&json, "a[0].b");
    }
}
