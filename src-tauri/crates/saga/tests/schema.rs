//! The published JSON Schema and the parser say the same.

use saga::{DEMO, Definition, SCHEMA};
use serde_json::{Value, json};
use std::{fs, path::Path};

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// JSON is YAML: one text for both.
fn agree(document: &Value) -> bool {
    let by_schema = schema().is_valid(document);
    let by_parser = Definition::parse(&document.to_string());
    assert_eq!(
        by_schema,
        by_parser.is_ok(),
        "{document}\nparser: {by_parser:?}"
    );
    by_schema
}

fn minimal() -> Value {
    json!({
        "apiVersion": "kinescope/v1", "saga": "orders", "event": { "type": "$.type" },
        "correlate": { "key": "id", "paths": [{ "at": "$.id" }] },
        "steps": [{ "id": "pay", "success": "PAID" }],
    })
}

/// The minimal definition with the value at a JSON pointer changed; `null` takes it away.
fn changed(pointer: &str, value: Value) -> Value {
    let mut document = minimal();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .expect("a parent");
    if value.is_null() {
        parent.remove(name)
    } else {
        parent.insert(name.to_owned(), value)
    };
    document
}

/// A YAML file as JSON: the shipped ones use nothing that JSON has not.
fn as_json(yaml: &str) -> Value {
    saga::yaml_as_json(yaml).expect("YAML")
}

#[test]
fn shipped_definitions_are_accepted() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/sagas");
    let files = fs::read_dir(fixtures)
        .expect("the fixtures")
        .map(|file| file.expect("a file").path());
    let mut texts: Vec<String> = files
        .filter(|file| file.to_string_lossy().ends_with(".saga.yaml"))
        .map(|file| fs::read_to_string(file).expect("a fixture"))
        .collect();
    texts.push(DEMO.to_owned());
    assert_eq!(texts.len(), 14);
    for text in texts {
        assert!(
            Definition::parse(&text).is_ok(),
            "{:?}",
            Definition::parse(&text)
        );
        let errors: Vec<String> = schema()
            .iter_errors(&as_json(&text))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn what_is_right_is_right_for_both() {
    let full_step = json!([{
        "id": "pay", "request": ["PAY"], "success": "PAID", "failure": ["DECLINED"], "timeout": "1h30m",
        "retry": { "max": 3 }, "count": 2, "optional": false, "stream": "events",
        "undo": { "request": "REFUND", "success": ["REFUNDED"], "failure": "STUCK", "timeout": "500ms", "stream": ["events"] },
    }]);
    for (pointer, value) in [
        ("/steps", Value::Null),
        ("/steps", full_step),
        ("/version", json!(7)),
        ("/description", json!("for people")),
        ("/streams", json!(["events", "commands"])),
        ("/clock", json!({ "time": "arrival", "skew": "0s" })),
        (
            "/event/source",
            json!(["$.a['b c'][0]", "@stream", "@partitionKey"]),
        ),
        ("/event/time", json!(["$.time", "@arrival"])),
        ("/correlate/paths", json!({ "at": "@partitionKey" })),
        ("/correlate/reuse", json!("new-after-terminal")),
        (
            "/correlate/aliases",
            json!({ "name": "order", "at": ["$.a", "$.b"] }),
        ),
        ("/start", json!({ "on": "CREATED" })),
        (
            "/outcomes",
            json!({ "completed": { "allSteps": "required" }, "failed": { "on": "FAILED" } }),
        ),
        (
            "/compensation",
            json!({ "order": "declared", "covers": "completed" }),
        ),
        ("/limits", json!({ "saga": "72h", "stuckAfter": "5m" })),
    ] {
        assert!(agree(&changed(pointer, value.clone())), "{pointer} {value}");
    }
}

#[test]
fn what_is_wrong_is_wrong_for_both() {
    for (pointer, value) in [
        ("/apiVersion", Value::Null),
        ("/apiVersion", json!("kinescope/v2")),
        ("/saga", Value::Null),
        ("/saga", json!("")),
        ("/saga", json!(" ")),
        ("/saga", json!(["a"])),
        ("/version", json!(0)),
        ("/version", json!("1")),
        ("/version", json!(1.5)),
        ("/streams", json!([])),
        ("/streams", json!(["a", "a"])),
        ("/sagas", json!("x")),
        ("/clock", json!({ "time": "both" })),
        ("/clock", json!({ "skew": 500 })),
        ("/clock", json!({ "skew": "1.5s" })),
        ("/event", Value::Null),
        ("/event/type", Value::Null),
        ("/event/type", json!("type")),
        ("/event/type", json!("")),
        ("/event/type", json!("$")),
        ("/event/type", json!("@nothing")),
        ("/event/type", json!([])),
        ("/event/kind", json!("$.kind")),
        ("/event/type", json!("@arrival")),
        ("/event/time", json!("@stream")),
        ("/event/id", json!("@shard")),
        ("/correlate/paths", json!([{ "at": "@stream" }])),
        ("/correlate", Value::Null),
        ("/correlate/key", Value::Null),
        ("/correlate/paths", Value::Null),
        ("/correlate/paths", json!([])),
        ("/correlate/paths", json!([{}])),
        ("/correlate/paths", json!(["$.id"])),
        ("/correlate/reuse", json!("always")),
        ("/correlate/aliases", json!([{ "at": "$.a" }])),
        ("/start", json!("CREATED")),
        ("/start", json!({})),
        ("/steps", json!([])),
        ("/steps", json!({})),
        ("/steps", json!([{ "id": "a" }])),
        ("/steps", json!([{ "success": "A" }])),
        ("/steps", json!([{ "id": "a", "success": [] }])),
        (
            "/steps",
            json!([{ "id": "a", "success": "A", "timeout": "soon" }]),
        ),
        ("/steps", json!([{ "id": "a", "success": "A", "retry": 3 }])),
        (
            "/steps",
            json!([{ "id": "a", "success": "A", "retry": {} }]),
        ),
        (
            "/steps",
            json!([{ "id": "a", "success": "A", "optional": "yes" }]),
        ),
        ("/steps", json!([{ "id": "a", "success": "A", "undo": {} }])),
        (
            "/steps",
            json!([{ "id": "a", "success": "A", "undo": { "success": "B", "retry": { "max": 1 } } }]),
        ),
        ("/outcomes", json!({ "completed": {} })),
        (
            "/outcomes",
            json!({ "completed": { "on": "A", "allSteps": "required" } }),
        ),
        ("/outcomes", json!({ "completed": { "allSteps": "some" } })),
        ("/compensation", json!({ "order": "forward" })),
        ("/compensation", json!({ "covers": "all" })),
        ("/limits", json!({ "saga": "" })),
        ("/limits", json!({ "stuck": "5m" })),
    ] {
        assert!(
            !agree(&changed(pointer, value.clone())),
            "{pointer} {value}"
        );
    }
}

#[test]
fn the_example_of_the_specification_says_what_it_means() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/sagas/example.saga.yaml");
    let text = fs::read_to_string(file).expect("the example");
    assert!(agree(&as_json(&text)));
    let example = Definition::parse(&text).expect("a definition");
    let steps: Vec<(&str, Option<i64>, u32, bool)> = example
        .steps
        .iter()
        .map(|step| {
            (
                step.id.as_str(),
                step.timeout_millis,
                step.retries,
                step.optional,
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("inventory", Some(30_000), 0, false),
            ("payment", Some(60_000), 3, false),
            ("shipping", Some(48 * 3_600_000), 0, false),
            ("notify", None, 0, true),
        ]
    );
    assert_eq!(example.correlate.reuse, saga::Reuse::NewAfterTerminal);
    assert_eq!(example.clock.skew_millis, 500);
    assert_eq!(example.limits.saga_millis, Some(72 * 3_600_000));
}
