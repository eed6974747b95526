//! Paths that go below strings which are JSON, as filters, questions and lists of fields read them.

use super::tests::{empty_subject, takes_payload};
use crate::{MaskRule, Masks, Question, Schema, Seen, Subject};
use decode::{Path, Scalar, find};
use record::Millis;

/// As SNS sends it to a stream; the second has JSON in JSON in JSON.
const RECORDS: [&str; 3] = [
    r#"{"TopicArn":"arn:t","Message":"{\"orderId\":42,\"to\":{\"name\":\"M\\u00fcller\"},\"lines\":[{\"sku\":\"x-1\"}]}"}"#,
    r#"{"body":"{\"Message\":\"{\\\"orderId\\\":43,\\\"ok\\\":true}\"}","ids":"[7,\"b\"]"}"#,
    r#"{"Message":"orderId 42 {not JSON}","orderId":41}"#,
];

/// Which of the records pass.
fn passing(filter: &str) -> Vec<usize> {
    let filter = crate::parse(filter, Millis(0)).expect("a filter");
    let takes = |at: &usize| {
        let payload = RECORDS[*at].as_bytes();
        let takes = takes_payload(&filter, payload);
        assert!(!takes || filter.required().is_in(payload), "{filter}");
        takes
    };
    (0..RECORDS.len()).filter(takes).collect()
}

fn subject(payload: &str) -> Subject<'_> {
    Subject {
        payload: payload.as_bytes(),
        ..empty_subject()
    }
}

#[test]
fn filters_read_below_strings() {
    for (filter, records) in [
        ("Message.orderId:42", &[0][..]),
        ("Message.orderId>41", &[0]),
        ("Message.orderId:43", &[]),
        ("body.Message.orderId:43", &[1]),
        ("body.Message.ok:true", &[1]),
        ("Message.to.name:Müller", &[0]),
        ("Message.to.name:M*r", &[0]),
        ("Message.lines[0].sku:x-1", &[0]),
        ("Message.lines[0].sku:x-2", &[]),
        ("has:Message.lines", &[0]),
        ("has:Message.orderId", &[0]),
        ("-has:Message.orderId", &[1, 2]),
        ("ids[0]:7", &[1]),
        ("ids[1]:b", &[1]),
        ("orderId:42", &[]),
        ("orderId:41", &[2]),
    ] {
        assert_eq!(passing(filter), records, "{filter}");
    }
}

#[test]
fn questions_read_below_strings() {
    let text = "filter has:Message.orderId | fields Message.orderId, Message.to";
    let question = Question::parse(text, Millis(0)).expect("a question");
    let mut run = crate::Run::new(&question);
    for (handle, payload) in (0..).zip(RECORDS) {
        run.push(&subject(payload), handle);
    }
    let rows = run.answer().rows;
    let shown: Vec<_> = rows.iter().map(|row| format!("{:?}", row.cells)).collect();
    assert_eq!(shown.len(), 1, "{shown:?}");
    let is_told = |text| shown[0].contains(text);
    assert!(is_told("\"42\"") && is_told(r"M\\u00fcller"), "{shown:?}");
}

#[test]
fn fields_below_strings_are_completed_and_listed() {
    let (mut seen, mut schema) = (Seen::default(), Schema::default());
    for payload in RECORDS {
        seen.take(&subject(payload));
        schema.take(&subject(payload));
    }
    let values = |name: &str| {
        let field = seen.field(name).map(|field| field.values.keys().cloned());
        field.into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(values("Message.orderId"), ["42"]);
    assert_eq!(values("Message.lines[0].sku"), ["x-1"]);
    assert_eq!(values("body.Message.orderId"), ["43"]);
    assert_eq!(values("ids[0]"), ["7"]);
    let (_, _, fields) = schema.types().next().expect("a type");
    let kinds = |name: &str| {
        let field = fields.fields.get(name).expect(name);
        format!("{:?}", field.kinds.keys().collect::<Vec<_>>())
    };
    assert_eq!(kinds("Message"), "[String]");
    assert_eq!(kinds("Message.to"), "[Object]");
    assert_eq!(kinds("Message.lines"), "[Array]");
    assert_eq!(kinds("body.Message.ok"), "[Bool]");
    // those of a string do not shift what stands behind it
    assert_eq!(kinds("orderId"), "[Number]");
    assert_eq!(kinds("ids"), "[String]");
}

#[test]
fn a_string_that_begins_with_an_escape_is_one_value() {
    let mut seen = Seen::default();
    seen.take(&subject(r#"{"plain":"\u0031"}"#));
    let field = seen.field("plain").expect("a field");
    assert_eq!(field.values.keys().collect::<Vec<_>>(), [r#""1""#]);
}

#[test]
fn a_rule_for_a_path_below_a_string_masks_it_there() {
    let path = |text| Path::parse(text).expect("a path");
    let rule = MaskRule::Path(path("note.card.number"));
    let masks = Masks::new(&[rule], std::hash::RandomState::new()).expect("rules");
    let payload =
        br#"{"note":"{\"card\":{\"number\":4111,\"name\":\"x\"},\"number\":7}","number":8}"#;
    let shown = masks.payload(payload);
    let text = |way| match find(&shown, &path(way)) {
        Some(Scalar::String(text)) => text.into_owned(),
        Some(Scalar::Number(text)) => text.to_owned(),
        other => format!("{other:?}"),
    };
    assert!(text("note.card.number").starts_with("masked-"));
    assert_eq!(text("note.card.name"), "x");
    assert_eq!(text("note.number"), "7");
    assert_eq!(text("number"), "8");
}
