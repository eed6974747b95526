//! Each row of the verdict table and each of its traps: a small capture and its verdict, both written by hand.
//!
//! The captures lie in `tests/fixtures/sagas` of the repository: `NAME.ndjson` (a line on what was captured, then
//! one record a line) and `NAME.verdict.json`.

use record::{Millis, SequenceNumber};
use saga::{
    DEMO, Definition, Engine, Judgement, Record, RecordHandle, Saga, ShardKey, Span,
    views::{header::header, told::steps},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use std::{collections::BTreeMap, fs, path::PathBuf};

#[derive(Deserialize)]
struct Head {
    now: i64,
    coverage: BTreeMap<String, Vec<(i64, i64)>>,
    definition: Option<String>,
    #[serde(default)]
    parents: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    stream: String,
    shard: String,
    sequence: SequenceNumber,
    arrival: i64,
    partition_key: Option<String>,
    payload: Box<RawValue>,
    #[serde(default)]
    replayed: bool,
}

struct Capture {
    head: Head,
    lines: Vec<Line>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/sagas")
}

fn read(file: &str) -> String {
    fs::read_to_string(folder().join(file)).expect("a fixture")
}

fn capture(name: &str) -> Capture {
    let text = read(&format!("{name}.ndjson"));
    let mut lines = text.lines();
    let head =
        serde_json::from_str(lines.next().expect("a first line")).expect("what was captured");
    let lines = lines
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect();
    Capture { head, lines }
}

impl Capture {
    fn engine(&self) -> (Engine, BTreeMap<(String, String), ShardKey>) {
        let text = self
            .head
            .definition
            .as_deref()
            .map_or(DEMO.to_owned(), read);
        let mut engine = Engine::new(Definition::parse(&text).expect("a definition"));
        let mut shards = BTreeMap::new();
        for (name, spans) in &self.head.coverage {
            let stream = engine.add_stream(name);
            let spans: Vec<Span> = spans
                .iter()
                .map(|&(from, until)| Span {
                    from: Millis(from),
                    until: Millis(until),
                })
                .collect();
            engine.cover(stream, &spans);
            for shard in ["0", "1"] {
                shards.insert(
                    (name.clone(), shard.to_owned()),
                    engine.add_shard(stream, shard),
                );
            }
            for (shard, parents) in &self.head.parents {
                let key = |shard: &String| shards[&(name.clone(), shard.clone())];
                engine.set_parents(key(shard), &parents.iter().map(key).collect::<Vec<_>>());
            }
        }
        (engine, shards)
    }

    /// The verdict on the one saga, its records taken in by these portions.
    fn judged(&self, order: &[usize], portion: usize) -> (Judgement, Value) {
        let (mut engine, shards) = self.engine();
        engine.advance(Millis(self.head.now));
        for portion in order.chunks(portion) {
            let records = portion.iter().map(|&line| {
                let line = &self.lines[line];
                Record {
                    handle: RecordHandle(0),
                    shard: shards[&(line.stream.clone(), line.shard.clone())],
                    sequence: &line.sequence,
                    sub: 0,
                    arrival: Millis(line.arrival),
                    partition_key: line.partition_key.as_deref(),
                    payload: line.payload.get().as_bytes(),
                    replayed: line.replayed,
                }
            });
            let extractor = engine.extractor().clone();
            engine.ingest(records.filter_map(|record| extractor.read(&record)));
            engine.settle();
        }
        let found = engine.find("s-1");
        assert_eq!(found.len(), 1, "one saga");
        let saga = engine.saga(found[0]).expect("a saga");
        let said = said(&saga);
        (saga.judgement, said)
    }
}

fn said(saga: &Saga<'_>) -> Value {
    let (judgement, definition) = (&saga.judgement, saga.definition());
    let flags = &judgement.flags;
    let flags = [
        (flags.overdue, "overdue"),
        (flags.stuck, "stuck"),
        (flags.late, "late"),
        (flags.orphan, "orphan"),
        (flags.unknown, "unknown"),
    ];
    let findings = judgement.findings.iter().map(|finding| {
        let steps = finding.kind.steps().into_iter().map(|step| definition.steps[step].id.clone());
        json!({
            "code": finding.kind.code(), "severity": finding.severity(), "confidence": finding.confidence,
            "steps": steps.collect::<Vec<_>>(), "says": finding.sentence(definition),
        })
    });
    let obligations = judgement.obligations.iter().map(|open| {
        json!({
            "step": open.step.map(|step| &definition.steps[step].id), "awaited": open.awaited,
            "since": open.opened.to_string(), "due": open.due.map(|due| due.to_string()),
            "optional": open.optional, "overdue": open.overdue,
        })
    });
    let steps = steps(saga).into_iter().map(|row| match row.undo {
        Some((undo, _)) => json!({ "step": row.id, "state": row.state, "undo": undo }),
        None => json!({ "step": row.id, "state": row.state }),
    });
    let unknown = judgement.unknowns.iter();
    json!({
        "status": judgement.status,
        "says": header(saga).sentence,
        "flags": flags.iter().filter(|(set, _)| *set).map(|(_, word)| word).collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "obligations": obligations.collect::<Vec<_>>(),
        "unknown": unknown.map(|unknown| json!({ "stream": unknown.stream, "after": unknown.after })).collect::<Vec<_>>(),
    })
}

/// Findings in a fixture are written in the order in which a person tells them.
fn sorted(mut verdict: Value) -> Value {
    if let Some(findings) = verdict["findings"].as_array_mut() {
        findings.sort_by_key(Value::to_string);
    }
    verdict
}

#[track_caller]
fn check(name: &str) {
    let capture = capture(name);
    let expected: Value =
        serde_json::from_str(&read(&format!("{name}.verdict.json"))).expect("a verdict");
    let told: Vec<usize> = (0..capture.lines.len()).collect();
    let (judgement, verdict) = capture.judged(&told, told.len());
    assert_eq!(sorted(verdict), sorted(expected), "{name}");
    let backwards: Vec<usize> = told.iter().rev().copied().collect();
    assert_eq!(
        capture.judged(&backwards, 1).0,
        judgement,
        "{name}, backwards and one by one"
    );
}

macro_rules! golden {
    ($($test:ident: $name:literal,)*) => {
        $(#[test] fn $test() { check($name); })*

        #[test]
        fn every_capture_is_judged() {
            let mut judged = vec![$($name.to_owned()),*];
            judged.sort_unstable();
            let files = fs::read_dir(folder()).expect("the fixtures").map(|file| file.expect("a file").file_name());
            let mut captures: Vec<String> = files
                .filter_map(|file| Some(file.to_str()?.strip_suffix(".ndjson")?.to_owned()))
                .collect();
            captures.sort_unstable();
            assert_eq!(judged, captures);
        }
    };
}

golden! {
    alias_only: "alias-only",
    all_steps: "all-steps",
    any_order: "any-order",
    clock_arrival: "clock-arrival",
    compensated: "compensated",
    compensated_after_a_timeout: "compensated-after-a-timeout",
    compensated_twice: "compensated-twice",
    compensated_with_a_gap: "compensated-with-a-gap",
    compensating: "compensating",
    compensating_behind: "compensating-behind",
    compensating_joined_late: "compensating-joined-late",
    compensation_failed: "compensation-failed",
    compensation_failed_and_retried: "compensation-failed-and-retried",
    completed: "completed",
    conflicting_duplicate: "conflicting-duplicate",
    conflicting_outcomes: "conflicting-outcomes",
    counted: "counted",
    counted_and_failed: "counted-and-failed",
    counted_one_missing: "counted-one-missing",
    declared_order: "declared-order",
    declared_order_broken: "declared-order-broken",
    failed_before_a_gap: "failed-before-a-gap",
    failed_nothing_to_undo: "failed-nothing-to-undo",
    failed_with_a_gap: "failed-with-a-gap",
    failed_without_its_start: "failed-without-its-start",
    late_failure: "late-failure",
    late_outcome: "late-outcome",
    late_outcome_without_start: "late-outcome-without-start",
    late_step: "late-step",
    late_undo: "late-undo",
    logical_duplicate: "logical-duplicate",
    missing_step: "missing-step",
    optional_failure: "optional-failure",
    optional_failure_before_the_end: "optional-failure-before-the-end",
    ordering_hazard: "ordering-hazard",
    orphan: "orphan",
    out_of_order_clock_skew: "out-of-order-clock-skew",
    out_of_order_late_arrival: "out-of-order-late-arrival",
    out_of_order_logic: "out-of-order-logic",
    out_of_order_reorder: "out-of-order-reorder",
    out_of_order_unordered: "out-of-order-unordered",
    overdue_and_not_captured: "overdue-and-not-captured",
    partially_compensated_deadline: "partially-compensated-deadline",
    partially_compensated_end: "partially-compensated-end",
    partially_compensated_unknown: "partially-compensated-unknown",
    phantom_undo: "phantom-undo",
    phantom_undo_in_doubt: "phantom-undo-in-doubt",
    premature_undo: "premature-undo",
    premature_undo_without_reason: "premature-undo-without-reason",
    producer_retry: "producer-retry",
    re_read: "re-read",
    redelivery: "redelivery",
    repeated_request: "repeated-request",
    replay: "replay",
    reshard_keeps_the_order: "reshard-keeps-the-order",
    retried: "retried",
    retried_without_asking: "retried-without-asking",
    retries_exhausted: "retries-exhausted",
    retries_waiting: "retries-waiting",
    reuse_never: "reuse-never",
    reverse_completion_out_of_order: "reverse-completion-out-of-order",
    reverse_definition: "reverse-definition",
    right_order_compensation: "right-order-compensation",
    silent_with_a_later_deadline: "silent-with-a-later-deadline",
    start_not_captured: "start-not-captured",
    step_stream: "step-stream",
    step_stream_not_named: "step-stream-not-named",
    stuck: "stuck",
    stuck_with_a_gap: "stuck-with-a-gap",
    timed_out_saga: "timed-out-saga",
    timed_out_saga_without_start: "timed-out-saga-without-start",
    timed_out_step: "timed-out-step",
    timed_out_step_not_yet: "timed-out-step-not-yet",
    undo_after_a_gap: "undo-after-a-gap",
    undo_after_the_pivot: "undo-after-the-pivot",
    undo_for_a_reason_that_was_not_captured: "undo-for-a-reason-that-was-not-captured",
    undo_without_coverage: "undo-without-coverage",
    undone_again_late: "undone-again-late",
    wrong_order_compensation: "wrong-order-compensation",
    wrong_order_likely: "wrong-order-likely",
    wrong_order_parallel: "wrong-order-parallel",
    wrong_order_unordered: "wrong-order-unordered",
    zombie_after_the_end: "zombie-after-the-end",
    zombie_step: "zombie-step",
    zombie_step_undone_again: "zombie-step-undone-again",
}
