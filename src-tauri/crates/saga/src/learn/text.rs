//! The proposal as a definition file.

use super::{
    fields::Sampled,
    flow::Flow,
    keys::Candidate,
    roles::{Roles, Step},
    words::words,
};
use crate::definition::{EventPaths, Lookup, millis_text};
use decode::Path;
use std::fmt::{self, Write};

/// Deadlines are so many times what was usual.
const PATIENCE: i64 = 3;
const LEAST_MILLIS: i64 = 1_000;

pub(super) fn yaml(
    sampled: &Sampled,
    kinds: &[Path],
    candidates: &[Candidate],
    flow: &Flow,
    roles: &Roles,
) -> String {
    let mut text = Text(String::new());
    let name = roles.start.map_or_else(
        || candidates[0].name.clone(),
        |start| {
            let words = words(&flow.kinds[start]);
            words[..words.len().saturating_sub(1).max(1)].join("-")
        },
    );
    text.line(format_args!(
        "# Proposed from {} sagas. Deadlines are {PATIENCE} times what was usual.",
        flow.sagas.len()
    ));
    text.line(format_args!("apiVersion: kinescope/v1"));
    text.line(format_args!("saga: {}", quoted(&name)));
    text.line(format_args!("version: 1"));
    text.line(format_args!(
        "streams: {}",
        list(used_streams(sampled, flow))
    ));
    text.line(format_args!("clock: {{ time: event, skew: 100ms }}"));
    events(&mut text, sampled, kinds);
    correlation(&mut text, candidates);
    if let Some(start) = roles.start {
        text.line(format_args!(
            "start: {{ on: {} }}",
            quoted(&flow.kinds[start])
        ));
    }
    if !roles.steps.is_empty() {
        text.line(format_args!("steps:"));
    }
    for step in &roles.steps {
        text.step(flow, roles, step);
    }
    outcomes(&mut text, flow, roles);
    text.0
}

fn events(text: &mut Text, sampled: &Sampled, kinds: &[Path]) {
    let common = EventPaths::common();
    let used = |lookups: &[Lookup]| -> Vec<String> {
        let path = |lookup: &Lookup| match lookup {
            Lookup::Path(path) if sampled.has(path) => Some(path.to_string()),
            _ => None,
        };
        lookups.iter().filter_map(path).collect()
    };
    text.line(format_args!("event:"));
    text.line(format_args!(
        "  type: {}",
        list(kinds.iter().map(ToString::to_string))
    ));
    for (field, lookups) in [
        ("id", &common.id),
        ("time", &common.time),
        ("cause", &common.cause),
    ] {
        let paths = used(lookups);
        if !paths.is_empty() {
            text.line(format_args!("  {field}: {}", list(paths)));
        }
    }
    let mut sources = used(&common.source);
    sources.push("@stream".to_owned());
    text.line(format_args!("  source: {}", list(sources)));
}

fn correlation(text: &mut Text, candidates: &[Candidate]) {
    let key = &candidates[0];
    text.line(format_args!("correlate:"));
    text.line(format_args!("  key: {}", quoted(&key.name)));
    text.line(format_args!(
        "  paths: [{{ at: {} }}]",
        list(key.paths.iter().map(ToString::to_string))
    ));
    // an alias that only some of the events carry, with the key beside it, would find nothing new
    let aliases: Vec<&Candidate> = candidates[1..]
        .iter()
        .filter(|other| other.is_alias && other.kinds * 2 > key.kinds)
        .collect();
    if !aliases.is_empty() {
        text.line(format_args!("  aliases:"));
    }
    for alias in aliases {
        let at = list(alias.paths.iter().map(ToString::to_string));
        text.line(format_args!(
            "    - {{ name: {}, at: {at} }}",
            quoted(&alias.name)
        ));
    }
    text.line(format_args!("  reuse: new-after-terminal"));
}

fn outcomes(text: &mut Text, flow: &Flow, roles: &Roles) {
    let names = |kinds: &[usize]| list(kinds.iter().map(|&kind| flow.kinds[kind].clone()));
    if !roles.abort.is_empty() {
        text.line(format_args!("abort: {{ on: {} }}", names(&roles.abort)));
    }
    if roles.completed.is_some() || !roles.failed.is_empty() {
        text.line(format_args!("outcomes:"));
    }
    if let Some(completed) = roles.completed {
        text.line(format_args!(
            "  completed: {{ on: {} }}",
            quoted(&flow.kinds[completed])
        ));
    }
    if !roles.failed.is_empty() {
        text.line(format_args!("  failed: {{ on: {} }}", names(&roles.failed)));
    }
    text.line(format_args!(
        "compensation: {{ order: reverse-completion, covers: completed }}"
    ));
    let (pause, length) = flow.pause_and_length_millis();
    let (stuck, saga) = (
        patient(pause.max(LEAST_MILLIS) * 2),
        patient(length.max(LEAST_MILLIS) * 4),
    );
    text.line(format_args!(
        "limits: {{ saga: {saga}, stuckAfter: {stuck} }}"
    ));
}

struct Text(String);

impl Text {
    fn line(&mut self, line: fmt::Arguments<'_>) {
        self.0.write_fmt(line).expect("a string takes all text");
        self.0.push('\n');
    }

    fn step(&mut self, flow: &Flow, roles: &Roles, step: &Step) {
        let kind = |kind: usize| quoted(&flow.kinds[kind]);
        self.line(format_args!("  - id: {}", quoted(&step.id)));
        if !step.after.is_empty() {
            let before = step
                .after
                .iter()
                .map(|&before| roles.steps[before].id.clone());
            self.line(format_args!("    after: {}", list(before)));
        }
        if let Some(request) = step.request {
            self.line(format_args!("    request: {}", kind(request)));
        }
        self.line(format_args!("    success: {}", kind(step.success)));
        if !step.failure.is_empty() {
            self.line(format_args!(
                "    failure: {}",
                list(step.failure.iter().map(|&kind| flow.kinds[kind].clone()))
            ));
        }
        let Some(request) = step.request else {
            self.line(format_args!("    optional: true"));
            return;
        };
        self.line(format_args!(
            "    timeout: {}",
            timeout(flow, request, step.success)
        ));
        if let Some((request, success)) = step.undo {
            let asked = request.map_or(String::new(), |request| {
                format!("request: {}, ", kind(request))
            });
            let limit = timeout(flow, request.unwrap_or(step.success), success);
            self.line(format_args!(
                "    undo: {{ {asked}success: {}, timeout: {limit} }}",
                kind(success)
            ));
        }
    }
}

fn timeout(flow: &Flow, from: usize, to: usize) -> String {
    patient(flow.usual_millis(from, to).unwrap_or(LEAST_MILLIS))
}

/// Some times that, in whole seconds.
fn patient(millis: i64) -> String {
    let millis = millis.clamp(0, 30 * 86_400_000) * PATIENCE;
    millis_text((millis.max(LEAST_MILLIS) + 999) / 1_000 * 1_000)
}

fn used_streams(sampled: &Sampled, flow: &Flow) -> Vec<String> {
    let mut streams: Vec<usize> = flow.streams.iter().flatten().copied().collect();
    streams.sort_unstable();
    streams.dedup();
    streams
        .into_iter()
        .map(|stream| sampled.streams[stream].clone())
        .collect()
}

fn list(names: impl IntoIterator<Item = String>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| quoted(&name)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A JSON string is a YAML string; what a name hides is not carried over.
fn quoted(name: &str) -> String {
    serde_json::Value::from(decode::safe_text(name).as_ref()).to_string()
}
