//! Sagas as traces in OTLP's protobuf, in portions that a collector takes (opentelemetry.io/docs/specs/otlp).
//!
//! Pure: who sends the portions, and where to, is elsewhere. Ids of traces and spans come from the definition, the key
//! and its life, so that a saga sent twice is one trace. Payloads are not in it; ids, event types and places are.

use crate::{definition::Definition, saga::Saga};
use prost::Message;
use proto::{
    ExportTraceServiceRequest, InstrumentationScope, Resource, ResourceSpans, ScopeSpans, Span,
};

mod attributes;
mod ids;
mod proto;
mod spans;

/// What a collector's default settings take in one message over either transport (gRPC's limit).
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Of one saga; those beyond are counted in their spans.
const MAX_EVENTS: usize = 2_048;
/// A span's tag and length.
const SPAN_HEAD_BYTES: usize = 6;
/// The lengths of the messages around the spans.
const REQUEST_HEAD_BYTES: usize = 32;

/// A request's body, `application/x-protobuf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub body: Vec<u8>,
    pub sagas: usize,
    pub spans: usize,
}

/// Gathers sagas of one definition into batches. A saga is never cut in two.
#[derive(Debug)]
pub struct Packer {
    resource: Resource,
    spans: Vec<Span>,
    sagas: usize,
    size_bytes: usize,
    max_batch_bytes: usize,
}

impl Packer {
    /// The definition's name is the name of the service under which a collector shows the traces.
    pub fn new(definition: &Definition, max_batch_bytes: usize) -> Self {
        Self {
            resource: Resource {
                attributes: vec![attributes::text("service.name", &definition.name)],
            },
            spans: Vec::new(),
            sagas: 0,
            size_bytes: 0,
            max_batch_bytes,
        }
    }

    /// Gives back the batch that has no room for this saga any more.
    pub fn add(&mut self, saga: &Saga<'_>) -> Option<Batch> {
        let room_bytes = self.max_batch_bytes.saturating_sub(self.head_bytes());
        let (spans, size_bytes) = fitting(saga, room_bytes);
        let full = if self.size_bytes + size_bytes > room_bytes {
            self.finish()
        } else {
            None
        };
        self.spans.extend(spans);
        self.size_bytes += size_bytes;
        self.sagas += 1;
        full
    }

    /// What is left; `None` where nothing is.
    pub fn finish(&mut self) -> Option<Batch> {
        if self.sagas == 0 {
            return None;
        }
        let spans = std::mem::take(&mut self.spans);
        let count = spans.len();
        let scope = InstrumentationScope {
            name: "kinescope".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let request = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans: vec![ScopeSpans {
                    scope: Some(scope),
                    spans,
                }],
            }],
        };
        self.size_bytes = 0;
        Some(Batch {
            body: request.encode_to_vec(),
            sagas: std::mem::take(&mut self.sagas),
            spans: count,
        })
    }

    fn head_bytes(&self) -> usize {
        self.resource.encoded_len() + REQUEST_HEAD_BYTES + 2 * SPAN_HEAD_BYTES
    }
}

/// A saga's spans with as many events as there is room for. Without events it is small in any case.
fn fitting(saga: &Saga<'_>, room_bytes: usize) -> (Vec<Span>, usize) {
    let mut max_events = MAX_EVENTS;
    loop {
        let spans = spans::spans(saga, max_events);
        let size_bytes = spans
            .iter()
            .map(|span| span.encoded_len() + SPAN_HEAD_BYTES)
            .sum();
        if size_bytes <= room_bytes || max_events == 0 {
            return (spans, size_bytes);
        }
        max_events /= 2;
    }
}
