//! One saga as the spans of one trace: the saga, under it its steps, and each compensation linked to its step.

use super::{
    attributes::{cut, flag, number, text, texts, word},
    ids::TraceId,
    proto::{Event, KeyValue, Link, Span, SpanKind, Status as SpanStatus, StatusCode},
};
use crate::{
    finding::Severity,
    saga::Saga,
    verdict::{Status, StepState},
    views::{
        findings::{FindingRow, findings},
        header::header,
        timeline::{Bar, Dot, Lane, Row, timeline},
    },
};
use record::Millis;
use std::collections::BTreeMap;

/// Of a finding.
const MAX_SEQUENCE_NUMBERS: usize = 20;

/// Events beyond the first `max_events` of the saga are counted and left out.
pub(super) fn spans(saga: &Saga<'_>, max_events: usize) -> Vec<Span> {
    let trace = TraceId::of(saga);
    let timeline = timeline(saga);
    let mut spans = vec![root(saga, trace)];
    let mut places = BTreeMap::new();
    for row in &timeline.rows {
        let place = match (row.lane, row.bar) {
            (Lane::Saga, _) => 0,
            (lane, Some(bar)) => {
                spans.push(step(saga, trace, row, bar));
                places.insert(lane_step(lane), spans.len() - 1);
                spans.len() - 1
            }
            (_, None) => continue,
        };
        add_events(&mut spans[place], saga, row, max_events);
    }
    for finding in findings(saga).iter().take(max_events) {
        let step = finding
            .steps
            .first()
            .and_then(|id| saga.definition().step(id));
        let place = step.and_then(|step| places.get(&Some((step, false))));
        let events = &mut spans[place.copied().unwrap_or(0)].events;
        events.push(finding_event(saga, finding));
    }
    spans
}

/// The step of a lane, and whether it is its undoing.
fn lane_step(lane: Lane) -> Option<(usize, bool)> {
    match lane {
        Lane::Saga => None,
        Lane::Step(step) => Some((step, false)),
        Lane::Undo(step) => Some((step, true)),
    }
}

fn root(saga: &Saga<'_>, trace: TraceId) -> Span {
    let judgement = &saga.judgement;
    let ended = judgement.ended.unwrap_or(judgement.last);
    Span {
        trace_id: trace.bytes(),
        span_id: trace.span(saga, Lane::Saga).bytes(),
        name: cut(&saga.definition().name),
        kind: SpanKind::Internal.into(),
        start_time_unix_nano: nanos(judgement.started),
        end_time_unix_nano: nanos(ended.max(judgement.started)),
        attributes: saga_attributes(saga),
        status: saga_status(saga),
        ..Span::default()
    }
}

fn saga_attributes(saga: &Saga<'_>) -> Vec<KeyValue> {
    let (definition, judgement) = (saga.definition(), &saga.judgement);
    let header = header(saga);
    let flags = [
        (header.flags.overdue, "overdue"),
        (header.flags.stuck, "stuck"),
        (header.flags.late, "late"),
        (header.flags.orphan, "orphan"),
        (header.flags.unknown, "unknown"),
    ];
    let mut attributes = vec![
        text("kinescope.saga.definition", &definition.name),
        number(
            "kinescope.saga.definition_version",
            i64::from(definition.version),
        ),
        text("kinescope.saga.key", &saga.key.text),
        text("kinescope.saga.key_name", &saga.key.name),
        number("kinescope.saga.life", i64::from(saga.life)),
        text("kinescope.saga.status", &word(&judgement.status)),
        text("kinescope.saga.sentence", &header.sentence),
        texts(
            "kinescope.saga.flags",
            flags
                .iter()
                .filter(|(is_up, _)| *is_up)
                .map(|(_, word)| *word),
        ),
        flag("kinescope.saga.start_captured", judgement.start_captured),
        flag("kinescope.saga.ended", judgement.ended.is_some()),
        texts(
            "kinescope.saga.streams",
            header
                .captured
                .iter()
                .map(|captured| captured.stream.as_str()),
        ),
    ];
    if !header.unknown.is_empty() {
        let unknown = header.unknown.iter().map(String::as_str);
        attributes.push(texts("kinescope.saga.unknown", unknown));
    }
    let mut aliases: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for alias in &saga.aliases {
        aliases.entry(&alias.name).or_default().push(&alias.text);
    }
    attributes.extend(
        aliases
            .into_iter()
            .map(|(name, ids)| texts(format!("kinescope.saga.alias.{}", cut(name)), ids)),
    );
    attributes
}

/// An error is what somebody has to look at, or what was undone: the sentence says which.
fn saga_status(saga: &Saga<'_>) -> Option<SpanStatus> {
    if !saga.definition().judges() {
        return None;
    }
    let judgement = &saga.judgement;
    let is_wrong = || {
        let mut findings = judgement.findings.iter();
        findings.any(|finding| finding.severity() == Severity::Error)
    };
    let code = match judgement.status {
        Status::Completed => StatusCode::Ok,
        Status::CompletedWithFindings if !is_wrong() => StatusCode::Ok,
        Status::Running if !judgement.flags.stuck && !judgement.flags.overdue => StatusCode::Unset,
        _ => StatusCode::Error,
    };
    let message = if code == StatusCode::Error {
        cut(&header(saga).sentence)
    } else {
        String::new()
    };
    Some(SpanStatus {
        message,
        code: code.into(),
    })
}

fn step(saga: &Saga<'_>, trace: TraceId, row: &Row, bar: Bar) -> Span {
    let (number, is_undo) = lane_step(row.lane).unwrap_or_default();
    let step = &saga.definition().steps[number];
    let state = saga.judgement.steps.get(number).copied();
    let until = bar.until.unwrap_or(saga.judgement.last).max(bar.from);
    let mut attributes = vec![
        text("kinescope.step.id", &step.id),
        flag("kinescope.step.optional", step.optional),
        flag("kinescope.step.answered", bar.until.is_some()),
    ];
    if let Some(state) = state {
        attributes.push(text("kinescope.step.state", &word(&state)));
    }
    if let Some(due) = row.deadline {
        attributes.push(text("kinescope.step.due", &due.to_string()));
    }
    let undone = is_undo.then(|| Link {
        trace_id: trace.bytes(),
        span_id: trace.span(saga, Lane::Step(number)).bytes(),
        attributes: vec![text("kinescope.link", "compensates")],
    });
    Span {
        trace_id: trace.bytes(),
        span_id: trace.span(saga, row.lane).bytes(),
        parent_span_id: trace.span(saga, Lane::Saga).bytes(),
        name: cut(&row.label),
        kind: SpanKind::Internal.into(),
        start_time_unix_nano: nanos(bar.from),
        end_time_unix_nano: nanos(until),
        attributes,
        links: undone.into_iter().collect(),
        status: state.map(|state| step_status(state, is_undo)),
        ..Span::default()
    }
}

fn step_status(state: StepState, is_undo: bool) -> SpanStatus {
    let (code, message) = match (state, is_undo) {
        (StepState::Failed, false) => (StatusCode::Error, "failed"),
        (StepState::Overdue, false) => (StatusCode::Error, "not answered in time"),
        (StepState::UndoFailed, true) => (StatusCode::Error, "the compensation failed"),
        (StepState::Undone, _)
        | (StepState::Done | StepState::Held | StepState::UndoFailed, false) => {
            (StatusCode::Ok, "")
        }
        _ => (StatusCode::Unset, ""),
    };
    SpanStatus {
        message: message.to_owned(),
        code: code.into(),
    }
}

fn add_events(span: &mut Span, saga: &Saga<'_>, row: &Row, max_events: usize) {
    let kept = row.dots.iter().filter(|dot| dot.event < max_events);
    span.events.extend(kept.map(|dot| event(saga, dot)));
    span.dropped_events_count += (row.dots.len() - span.events.len()) as u32;
}

/// A record, by its place: a stream, a shard and a sequence number find it again.
fn event(saga: &Saga<'_>, dot: &Dot) -> Event {
    let event = &saga.events()[dot.event];
    let mut attributes = vec![
        text("aws.kinesis.stream_name", &dot.stream),
        text("aws.kinesis.shard_id", &dot.shard),
        text("aws.kinesis.sequence_number", &event.sequence().to_string()),
        text("kinescope.event.arrived", &dot.arrival.to_string()),
    ];
    if event.sub > 0 {
        attributes.push(number(
            "kinescope.event.sub_sequence_number",
            i64::from(event.sub),
        ));
    }
    if event.part > 0 {
        attributes.push(number("kinescope.event.of_record", i64::from(event.part)));
    }
    let source = saga.source(event);
    if !source.is_empty() {
        attributes.push(text("kinescope.event.source", source));
    }
    if dot.is_repeated {
        attributes.push(flag("kinescope.event.repeated", true));
    }
    if event.replayed {
        attributes.push(flag("kinescope.event.replayed", true));
    }
    Event {
        time_unix_nano: nanos(dot.at),
        name: cut(&dot.kind),
        attributes,
    }
}

fn finding_event(saga: &Saga<'_>, finding: &FindingRow) -> Event {
    let events = finding.events.iter().take(MAX_SEQUENCE_NUMBERS);
    let sequences: Vec<String> = events
        .clone()
        .map(|&event| saga.events()[event].sequence().to_string())
        .collect();
    let last = finding
        .events
        .iter()
        .map(|&event| saga.events()[event].time)
        .max();
    let mut attributes = vec![
        text("kinescope.finding.code", finding.code),
        text("kinescope.finding.severity", &word(&finding.severity)),
        text("kinescope.finding.says", &finding.sentence),
        texts(
            "kinescope.finding.sequence_numbers",
            sequences.iter().map(String::as_str),
        ),
    ];
    if let Some(confidence) = finding.confidence {
        attributes.push(text("kinescope.finding.confidence", &word(&confidence)));
    }
    Event {
        time_unix_nano: nanos(last.unwrap_or(saga.judgement.last)),
        name: "finding".to_owned(),
        attributes,
    }
}

fn nanos(time: Millis) -> u64 {
    u64::try_from(time.0).unwrap_or(0).saturating_mul(1_000_000)
}
