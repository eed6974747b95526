//! Members of objects: set, renamed, and the ones that carry traces.

use super::{document::Document, edits::Edits, rules::quoted};
use decode::{Path, Segment};

/// Names of trace members, without case and separators.
const TRACES: &[&str] = &[
    "traceparent",
    "tracestate",
    "baggage",
    "traceid",
    "spanid",
    "parentspanid",
    "parentid128",
    "traceflags",
    "xamzntraceid",
    "awstraceheader",
    "xraytraceid",
    "xraytraceheader",
    "b3",
    "xb3traceid",
    "xb3spanid",
    "xb3parentspanid",
    "xb3sampled",
    "xb3flags",
    "ddtraceid",
    "ddspanid",
    "xdatadogtraceid",
    "xdatadogparentid",
    "xdatadogsamplingpriority",
    "ubertraceid",
    "sentrytrace",
    "tracecontext",
    "xcloudtracecontext",
    "newrelic",
];

pub(super) fn set(document: &Document<'_>, path: &Path, value: &str, edits: &mut Edits) {
    let found = document.at(path);
    for &node in &found {
        edits.replace(document.value_span(node), value);
    }
    let Some((Segment::Key(name), above)) = path.segments().split_last() else {
        return;
    };
    for parent in document.at(&Path::new(above.to_vec())) {
        if document.is_object(parent) && document.members(parent, name).is_empty() {
            let last = document.children(parent).last();
            let comma = if last.is_some() { "," } else { "" };
            let end = last.map_or_else(
                || document.value_span(parent).end - 1,
                |last| document.value_span(last).end,
            );
            edits.insert(end, format!("{comma}{}:{value}", quoted(name)));
        }
    }
}

pub(super) fn rename(document: &Document<'_>, path: &Path, name: &str, edits: &mut Edits) {
    for node in document.at(path) {
        let is_taken = document
            .parent(node)
            .is_some_and(|object| !document.members(object, name).is_empty());
        if let (Some(span), false) = (document.key_span(node), is_taken) {
            edits.replace(span, quoted(name));
        }
    }
}

pub(super) fn traces(document: &Document<'_>) -> Vec<u32> {
    let is_trace = |name: &str| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        TRACES.contains(&plain.to_ascii_lowercase().as_str())
    };
    let is_trace = |&node: &u32| document.key(node).is_some_and(|name| is_trace(&name));
    document.nodes().filter(is_trace).collect()
}
