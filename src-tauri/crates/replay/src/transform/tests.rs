//! Rules on payloads that no formatter would write, judged token by token.

use super::*;
use decode::{JsonEvent, Path, json_events};
use proptest::prelude::*;

const SEED: Seed = Seed(42);

fn path(text: &str) -> Path {
    text.parse().expect("a path")
}

fn transform(rules: &[Rule]) -> Transform {
    let named = |rule: &Rule| NamedRule {
        name: String::new(),
        is_on: true,
        rule: rule.clone(),
    };
    Transform::new(&rules.iter().map(named).collect::<Vec<_>>(), SEED)
}

fn data(rule: Rule, payload: &str) -> String {
    let transform = transform(&[rule]);
    let transformed = transform.apply("key", payload.as_bytes());
    String::from_utf8(transformed.data.into_owned()).expect("UTF-8")
}

fn set(at: &str, value: &str) -> Rule {
    Rule::Set {
        path: path(at),
        value: value.parse().expect("JSON"),
    }
}

fn remove(at: &str) -> Rule {
    Rule::Remove { path: path(at) }
}

fn rename(at: &str, name: &str) -> Rule {
    Rule::Rename {
        path: path(at),
        name: name.into(),
    }
}

fn shift(delta_millis: i64) -> Rule {
    Rule::ShiftTime {
        delta_millis,
        at: Places::Detected,
    }
}

fn new_ids() -> Rule {
    Rule::NewIds {
        at: Places::Detected,
        and_key: true,
    }
}

fn mask(at: &[&str]) -> Rule {
    Rule::Mask {
        paths: at.iter().map(|at| path(at)).collect(),
        and_key: false,
    }
}

#[test]
fn values_are_set_where_they_are_or_can_be() {
    let odd = "{ \"a\" : 1.50 ,\t\"a\":2, \"o\":{ } }";
    assert_eq!(
        data(set("a", "null"), odd),
        "{ \"a\" : null ,\t\"a\":null, \"o\":{ } }"
    );
    assert_eq!(
        data(set("b", "[1]"), odd),
        "{ \"a\" : 1.50 ,\t\"a\":2, \"o\":{ },\"b\":[1] }"
    );
    assert_eq!(
        data(set("o.x\u{e9}", "true"), odd),
        "{ \"a\" : 1.50 ,\t\"a\":2, \"o\":{ \"x\u{e9}\":true} }"
    );
    for nowhere in ["a.b", "x.y", "o[0]"] {
        assert_eq!(data(set(nowhere, "1"), odd), odd, "{nowhere}");
    }
    assert_eq!(data(set("$[1]", "9"), "[0, 1 ,2]"), "[0, 9 ,2]");
    assert_eq!(data(set("$[3]", "9"), "[0, 1 ,2]"), "[0, 1 ,2]");
}

#[test]
fn members_go_with_their_commas() {
    let payload = r#"{ "a":1, "b":2 , "c":3 }"#;
    assert_eq!(data(remove("a"), payload), r#"{ "b":2 , "c":3 }"#);
    assert_eq!(data(remove("b"), payload), r#"{ "a":1 , "c":3 }"#);
    assert_eq!(data(remove("c"), payload), r#"{ "a":1, "b":2 }"#);
    assert_eq!(data(remove("d"), payload), payload);
    assert_eq!(data(remove("$"), payload), payload);
    assert_eq!(data(remove("a"), r#"{ "a":1 }"#), "{  }");
    assert_eq!(
        data(remove("a"), r#"{"a":1,"a":2,"x":0,"a":3}"#),
        r#"{"x":0}"#
    );
    assert_eq!(
        data(remove("l[1]"), r#"{"l":[1, 2 ,3]}"#),
        r#"{"l":[1 ,3]}"#
    );
}

#[test]
fn members_get_another_name() {
    let payload = r#"{"old" :1,"taken":2,"old":{"old":3}}"#;
    assert_eq!(
        data(rename("old", "n\"w"), payload),
        r#"{"n\"w" :1,"taken":2,"n\"w":{"old":3}}"#
    );
    assert_eq!(data(rename("old", "taken"), payload), payload);
    assert_eq!(data(rename("$", "x"), payload), payload);
}

#[test]
fn trace_members_go_wherever_they_are() {
    let payload = r#"{"traceparent":"00-a","meta":{"X-Amzn-Trace-Id":"Root=1","keep":1,"b3":"x"},"l":[{"span_id":{"traceId":1}}],"trace":"stays"}"#;
    assert_eq!(
        data(Rule::StripTrace, payload),
        r#"{"meta":{"keep":1},"l":[{}],"trace":"stays"}"#
    );
}

#[test]
fn moments_are_found_and_moved_together() {
    let payload = r#"{"timestamp":"2025-10-30T12:00:00.000Z","createdAt":1761825600000,"phone":1761825600,"note":"at 2025-10-30T12:00:00Z","due":"2025-10-30 12:00:00+01:00","amount":1761825600.50}"#;
    assert_eq!(
        data(shift(3_600_000), payload),
        r#"{"timestamp":"2025-10-30T13:00:00.000Z","createdAt":1761829200000,"phone":1761825600,"note":"at 2025-10-30T12:00:00Z","due":"2025-10-30 13:00:00+01:00","amount":1761825600.50}"#
    );
    let named = Rule::ShiftTime {
        delta_millis: 1_000,
        at: Places::Paths(vec![path("phone"), path("list")]),
    };
    assert_eq!(
        data(
            named,
            r#"{"phone":1761825600,"list":["1761825600",{"x":1761825600.5}],"createdAt":1761825600}"#
        ),
        r#"{"phone":1761825601,"list":["1761825601",{"x":1761825601.5}],"createdAt":1761825600}"#
    );
}

#[test]
fn a_saga_stays_one_saga() {
    let transform = transform(&[new_ids()]);
    let saga = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    let texts = [
        format!(r#"{{"sagaId":"{saga}","orderId":"ord-7919","amount":7919}}"#),
        format!(r#"{{"ref":"saga:{saga}","payload":{{"orderId":"ord-7919","lineIds":[1,2]}}}}"#),
    ];
    let of = |text: &str| {
        let transformed = transform.apply("ord-7919", text.as_bytes());
        assert!(transformed.touched.by(0) && !transformed.touched.by(1));
        let value: serde_json::Value = serde_json::from_slice(&transformed.data).expect("JSON");
        (transformed.key.into_owned(), value)
    };
    let ((key, first), (_, second)) = (of(&texts[0]), of(&texts[1]));
    assert_ne!(first["sagaId"], saga);
    assert_eq!(
        second["ref"],
        format!("saga:{}", first["sagaId"].as_str().expect("a text"))
    );
    assert_eq!(first["orderId"], second["payload"]["orderId"]);
    assert_eq!(first["orderId"], key, "the partition key goes along");
    assert_eq!(first["amount"], 7919);
    assert!(
        second["payload"]["lineIds"][0]
            .as_u64()
            .is_some_and(|id| id >= 100_000_000_000_000)
    );
}

#[test]
fn masks_miss_no_repeated_key() {
    let payload =
        r#"{"email":"a@b.c","n":{"card":4111,"x":[true,"Ab"]},"email":"a@b.c","other":"a@b.c"}"#;
    let masked = data(mask(&["email", "n"]), payload);
    assert_eq!(masked.len(), payload.len());
    let value: serde_json::Value = serde_json::from_str(&masked).expect("JSON");
    assert_eq!(value["other"], "a@b.c");
    assert_ne!(value["n"]["card"], 4111);
    assert_eq!(value["n"]["x"][0], true);
    let fakes: Vec<&str> = masked
        .split('"')
        .filter(|text| text.contains('@'))
        .collect();
    assert_eq!(fakes.len(), 3);
    assert_eq!(fakes[0], fakes[1]);
    assert_ne!(fakes[0], "a@b.c");
}

#[test]
fn rules_run_in_their_order_and_can_be_off() {
    let rule = |is_on, rule| NamedRule {
        name: "rule".into(),
        is_on,
        rule,
    };
    let rules = [
        rule(true, rename("a", "b")),
        rule(false, remove("b")),
        rule(true, set("b", "2")),
        rule(
            true,
            Rule::PartitionKey {
                key: "{b}-{c}".parse().expect("an expression"),
            },
        ),
    ];
    let transform = Transform::new(&rules, SEED);
    let transformed = transform.apply("key", br#"{"a":1,"c":"x"}"#);
    assert_eq!(&*transformed.data, br#"{"b":2,"c":"x"}"#);
    assert_eq!(transformed.key, "2-x");
    assert_eq!(
        [0, 1, 2, 3].map(|rule| transformed.touched.by(rule)),
        [true, false, true, true]
    );
    assert!(transform.changes_keys());

    let text = serde_json::to_string(&rules).expect("JSON");
    let read: Vec<NamedRule> = serde_json::from_str(&text).expect("rules");
    assert_eq!(read, rules);
}

#[test]
fn what_is_no_json_keeps_its_bytes_and_is_told() {
    for payload in [&b"\xff\x00 no JSON"[..], b"", b"{\"a\":1", b"[01]"] {
        let all = [
            shift(1),
            new_ids(),
            remove("a"),
            mask(&["$"]),
            set("a", "1"),
            Rule::StripTrace,
        ];
        let transform = transform(&all);
        let transformed = transform.apply("same", payload);
        assert_eq!(&*transformed.data, payload);
        assert!(transformed.is_unreadable);
        assert!(matches!(transformed.data, std::borrow::Cow::Borrowed(_)));
    }
    assert!(!transform(&[]).apply("k", b"no JSON").is_unreadable);
}

/// JSON with white space, repeated and escaped keys, long numbers and nesting.
fn any_json() -> impl Strategy<Value = String> {
    let space = "[ \t\n]{0,2}";
    let key = prop_oneof![
        Just("\"a\""),
        Just("\"b\""),
        Just("\"\\u0061\""),
        Just("\"orderId\""),
        Just("\"createdAt\""),
        Just("\"traceId\"")
    ];
    let scalar = prop_oneof![
        Just("null".to_owned()),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        "17[0-9]{8}([0-9]{3})?",
        "\"[a-z\u{e9} ]{0,6}\"",
        Just("\"\\ud83d\\ude00\\n\"".to_owned()),
        Just("\"2025-10-30T12:00:00.123456Z\"".to_owned()),
        Just("\"6f9619ff-8b86-4d01-b42d-00cf4fc964ff\"".to_owned()),
        "\"ord-[0-9]{1,6}\"",
    ];
    let leaf =
        (space, scalar, space).prop_map(|(before, value, after)| format!("{before}{value}{after}"));
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let member = (space, key.clone(), space, inner.clone())
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// Tokens in their order, and the bytes between them.
fn tokens(text: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let (mut tokens, mut between, mut at) = (Vec::new(), Vec::new(), 0);
    for event in json_events(text) {
        let span = match event.expect("JSON") {
            JsonEvent::Open(at) | JsonEvent::Close(at) => at..at + 1,
            JsonEvent::Key(span) | JsonEvent::Scalar(span) => span,
        };
        between.push(text[at..span.start].to_vec());
        tokens.push(text[span.clone()].to_vec());
        at = span.end;
    }
    between.push(text[at..].to_vec());
    (tokens, between)
}

fn any_path() -> impl Strategy<Value = Path> {
    let segment = prop_oneof![
        Just(".a"),
        Just(".b"),
        Just("[0]"),
        Just("[1]"),
        Just(".orderId")
    ];
    prop::collection::vec(segment, 0..4)
        .prop_map(|segments| path(&format!("${}", segments.concat())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn rules_on_values_leave_every_other_byte(json in any_json(), at in any_path(), delta in any::<i32>(), rule in 0usize..4) {
        let rule = match rule {
            0 => shift(delta.into()),
            1 => Rule::ShiftTime { delta_millis: delta.into(), at: Places::Paths(vec![at]) },
            2 => new_ids(),
            _ => Rule::Mask { paths: vec![at], and_key: false },
        };
        let transform = transform(&[rule]);
        let transformed = transform.apply("key", json.as_bytes());
        let ((old, old_between), (new, new_between)) = (tokens(json.as_bytes()), tokens(&transformed.data));
        prop_assert_eq!(old_between, new_between, "nothing between tokens changes");
        prop_assert_eq!(old.len(), new.len());
        for (old, new) in old.iter().zip(&new) {
            let is_string = |token: &[u8]| token.starts_with(b"\"");
            prop_assert_eq!(is_string(old), is_string(new));
        }
        let changed = old != new;
        prop_assert_eq!(changed, matches!(transformed.data, Cow::Owned(_)), "owned only when changed");
        let again = transform.apply("key", json.as_bytes());
        prop_assert_eq!(again, transformed, "the same each time");
    }

    #[test]
    fn removing_takes_these_tokens_and_their_commas(json in any_json(), at in any_path()) {
        let document = Document::read(json.as_bytes()).expect("JSON");
        let gone = document.at(&at);
        let edited = transform(&[Rule::Remove { path: at.clone() }]).apply("k", json.as_bytes()).data.into_owned();
        // what is left, told by a walk over the old document
        let mut expected = Vec::new();
        for (span, token) in spans(json.as_bytes()) {
            let is_gone = gone.iter().any(|&node| {
                let value = document.value_span(node);
                let start = document.key_span(node).map_or(value.start, |key| key.start);
                node != 0 && start <= span.start && span.end <= value.end
            });
            if !is_gone {
                expected.push(token);
            }
        }
        prop_assert_eq!(tokens(&edited).0, expected, "{}", String::from_utf8_lossy(&edited));
        if !at.segments().is_empty() {
            let left = Document::read(&edited).expect("JSON still").at(&at);
            prop_assert!(left.len() <= gone.len() || !gone.is_empty());
        }
    }

    #[test]
    fn setting_leaves_the_value_there(json in any_json(), at in any_path(), value in any_json()) {
        let value: JsonValue = value.parse().expect("JSON");
        let edited = transform(&[Rule::Set { path: at.clone(), value: value.clone() }]).apply("k", json.as_bytes()).data.into_owned();
        let (before, after) = (Document::read(json.as_bytes()).expect("JSON"), Document::read(&edited).expect("JSON"));
        let (found, value) = (after.at(&at), value.to_string());
        prop_assert!(found.len() >= before.at(&at).len());
        for node in found {
            prop_assert_eq!(after.value(node), value.as_bytes());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), json in any_json(), cut in any::<prop::sample::Index>()) {
        let all = [shift(1), new_ids(), remove("a"), rename("b", "c"), set("a.x", "1"), Rule::StripTrace, mask(&["$"])];
        let transform = transform(&all);
        transform.apply("k", &bytes);
        transform.apply("k", &json.as_bytes()[..cut.index(json.len() + 1)]);
    }
}

fn spans(text: &[u8]) -> Vec<(std::ops::Range<usize>, Vec<u8>)> {
    json_events(text)
        .map(|event| match event.expect("JSON") {
            JsonEvent::Open(at) | JsonEvent::Close(at) => at..at + 1,
            JsonEvent::Key(span) | JsonEvent::Scalar(span) => span,
        })
        .map(|span| (span.clone(), text[span].to_vec()))
        .collect()
}
