//! Definitions as people write them, right and wrong.

use super::*;
use proptest::prelude::*;

const HEAD: &str = "apiVersion: kinescope/v1\nsaga: orders\nevent: { type: \"$.type\" }\n\
                    correlate: { key: id, paths: [{ at: \"$.id\" }] }\n";

fn with_steps(steps: &str) -> String {
    format!("{HEAD}steps:\n{steps}")
}

fn refused(text: &str) -> String {
    match Definition::parse(text) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.in_file("f.saga.yaml").to_string(),
    }
}

#[test]
fn the_demo_definition_is_what_its_document_promises() {
    let demo = Definition::parse(DEMO).expect("valid");
    assert_eq!(demo.name, "order-fulfilment");
    assert_eq!(demo.streams, ["order-commands", "order-events"]);
    let ids: Vec<&str> = demo.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["inventory", "payment", "shipping", "notify"]);
    let timeouts = demo.steps.iter().filter(|step| !step.optional);
    assert!(
        timeouts
            .map(|step| step.timeout_millis)
            .all(|timeout| timeout == Some(5_000))
    );
    let undos: Vec<_> = demo
        .steps
        .iter()
        .flat_map(|step| &step.undo)
        .map(|undo| undo.timeout_millis)
        .collect();
    assert_eq!(undos, [Some(5_000), Some(5_000)]);
    assert_eq!(
        demo.limits,
        Limits {
            saga_millis: Some(60_000),
            stuck_after_millis: Some(10_000)
        }
    );
    assert!(demo.is_after(2, 0) && !demo.is_after(0, 2));
}

#[test]
fn little_is_needed() {
    let definition = Definition::parse(HEAD).expect("valid");
    assert!(!definition.judges());
    assert_eq!(
        definition.clock,
        Clock {
            time: ClockTime::Event,
            skew_millis: 500
        }
    );
    assert_eq!(definition.outcomes.completed, Completed::AllRequiredSteps);
}

#[test]
fn unknown_fields_say_what_was_probably_meant() {
    insta::assert_snapshot!(refused(&with_steps("  - { id: a, sucess: A }\n")), @"f.saga.yaml:6:14: `sucess` is not a field here; expected one of `id`, `after`, `request`, `success`, `failure`, `timeout`, `retry`, `count`, `optional`, `stream`, `undo`; did you mean `success`?");
    insta::assert_snapshot!(refused(&format!("{HEAD}limit: {{}}\n")), @"f.saga.yaml:5:1: `limit` is not a field here; expected one of `apiVersion`, `saga`, `version`, `description`, `streams`, `clock`, `event`, `correlate`, `start`, `steps`, `abort`, `outcomes`, `compensation`, `limits`; did you mean `limits`?");
}

#[test]
fn unknown_steps_say_what_was_probably_meant() {
    let steps = "  - { id: payment, success: PAID }\n  - { id: ship, after: [paymnet], success: SHIPPED }\n";
    insta::assert_snapshot!(refused(&with_steps(steps)), @"f.saga.yaml:7:25: there is no step `paymnet`; expected one of `payment`, `ship`; did you mean `payment`?");
}

#[test]
fn steps_that_wait_for_each_other_are_named() {
    let steps = "  - { id: a, after: [c], success: A }\n  - { id: b, after: [a], success: B }\n  - { id: c, after: [b], success: C }\n  - { id: d, after: [c], success: D }\n";
    insta::assert_snapshot!(refused(&with_steps(steps)), @"f.saga.yaml:6:11: these steps wait for each other: a after c after b after a");
    insta::assert_snapshot!(refused(&with_steps("  - { id: a, after: [a], success: A }\n")), @"f.saga.yaml:6:11: these steps wait for each other: a after a");
}

#[test]
fn what_is_there_twice_says_where_it_was_first() {
    insta::assert_snapshot!(refused(&with_steps("  - { id: a, success: A }\n  - { id: a, success: B }\n")), @"f.saga.yaml:7:11: the step `a` is already on line 6");
    insta::assert_snapshot!(refused(&with_steps("  - { id: a, success: A }\n  - { id: b, success: A }\n")), @"f.saga.yaml:7:23: the event type `A` is already on line 6");
    insta::assert_snapshot!(refused(&format!("{HEAD}saga: again\n")), @"f.saga.yaml:5:1: the field `saga` is already on line 2");
}

#[test]
fn paths_say_what_is_wrong_with_them() {
    let with_path = |path: &str| refused(&HEAD.replace("\"$.id\"", path));
    insta::assert_snapshot!(with_path("\"\""), @"f.saga.yaml:4:37: `` is no path: expected `$` at its start");
    insta::assert_snapshot!(with_path("\"$\""), @"f.saga.yaml:4:37: `$` is no path: expected a field's name after `$`");
    insta::assert_snapshot!(with_path("\"$..id\""), @"f.saga.yaml:4:37: `$..id` is no path: expected a field name, at character 3");
    insta::assert_snapshot!(with_path("\"@shard\""), @"f.saga.yaml:4:37: expected one of `@partitionKey`");
    let with_type = |path: &str| refused(&HEAD.replace("\"$.type\"", path));
    insta::assert_snapshot!(with_type("\"@strem\""), @"f.saga.yaml:3:16: expected one of `@stream`, `@shard`, `@partitionKey`; did you mean `@stream`?");
    insta::assert_snapshot!(with_path(""), @"f.saga.yaml:4:35: expected a path such as `$.payload.orderId`, and not nothing");
    insta::assert_snapshot!(with_path("[]"), @"f.saga.yaml:4:37: expected at least one, and not an empty list");
}

#[test]
fn values_say_what_was_expected() {
    insta::assert_snapshot!(refused(&with_steps("  - { id: a, success: A, timeout: 30 }\n")), @"f.saga.yaml:6:35: expected a length of time such as 500ms, 30s, 2m, 1h30m or 7d, and not `30`");
    insta::assert_snapshot!(refused(&with_steps("  - { id: a, success: A, optional: yes }\n")), @"f.saga.yaml:6:36: expected true or false, and not `yes`");
    insta::assert_snapshot!(refused(&with_steps("  - { id: a }\n")), @"f.saga.yaml:6:5: the field `success` is missing");
    insta::assert_snapshot!(refused(&HEAD.replace("v1", "v2")), @"f.saga.yaml:1:13: expected `kinescope/v1`, and not `kinescope/v2`");
    insta::assert_snapshot!(refused("- a\n- b\n"), @"f.saga.yaml:1:1: expected a saga definition as a block of fields (apiVersion, saga, version, description, streams, clock, event, correlate, start, steps, abort, outcomes, compensation, limits), and not a list");
    insta::assert_snapshot!(refused("saga: [\n"), @"f.saga.yaml:2:1: this is no YAML: while parsing a node, did not find expected node content");
    insta::assert_snapshot!(refused(""), @"f.saga.yaml:1:1: the file is empty; expected a saga definition that starts with `apiVersion: kinescope/v1`");
}

#[test]
fn large_deep_and_multiplying_files_are_refused_at_once() {
    insta::assert_snapshot!(refused(&"x".repeat(10 << 20)), @"f.saga.yaml:1:1: the file has 10485760 bytes; expected at most 262144");
    insta::assert_snapshot!(refused(&format!("saga: {}", "[".repeat(100_000))), @"f.saga.yaml:1:262: this is no YAML: recursion limit exceeded");
    let deep: Vec<String> = (1..200)
        .map(|depth| format!("{}a:", " ".repeat(depth)))
        .collect();
    insta::assert_snapshot!(refused(&format!("saga:\n{}\n", deep.join("\n"))), @"f.saga.yaml:17:17: expected at most 16 levels");
    insta::assert_snapshot!(refused("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), @"f.saga.yaml:1:4: expected the value itself: anchors are not read");
    insta::assert_snapshot!(refused("saga: !!python/object x\n"), @"f.saga.yaml:1:7: expected the value itself: tags are not read");
    insta::assert_snapshot!(refused(&format!("saga: [{}]", "x, ".repeat(30_000))), @"f.saga.yaml:1:60005: expected at most 20,000 values");
    insta::assert_snapshot!(refused("saga: a\n---\nsaga: b\n"), @"f.saga.yaml:2:1: expected one document in the file");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = Definition::parse(&text);
    }

    #[test]
    fn a_damaged_definition_is_read_or_refused_on_one_of_its_lines(at in 0usize..2_600, cut in 0usize..40, put in "[\\[\\]{}:,\"'a \\n&*!|>-]{0,6}") {
        let mut at = at.min(DEMO.len());
        while !DEMO.is_char_boundary(at) { at -= 1; }
        let mut end = (at + cut).min(DEMO.len());
        while !DEMO.is_char_boundary(end) { end -= 1; }
        let text = format!("{}{put}{}", &DEMO[..at], &DEMO[end.max(at)..]);
        if let Err(error) = Definition::parse(&text) {
            prop_assert!((1..=text.lines().count().max(1) + 1).contains(&error.place().line), "{error:?}");
        }
    }
}
