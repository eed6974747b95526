use crate::wire::{
    EventFact, EventFailure, EventLayer, EventPart, LayerKind, LayerStep, Number, RecordEvent,
    RecordLayers, RefusedLayer,
};
use engine::{Layer, OpenEvent, OpenFailure, OpenedLayers, Pipeline, Step};

impl From<OpenedLayers> for RecordLayers {
    fn from(opened: OpenedLayers) -> Self {
        Self {
            events: opened.events,
            truncated: opened.truncated.map(|truncated| truncated.to_string()),
            pinned: pinned(opened.pipeline),
            first: opened.first.into(),
        }
    }
}

pub(super) fn pinned(pipeline: Pipeline) -> Option<Vec<LayerStep>> {
    match pipeline {
        Pipeline::Auto => None,
        Pipeline::Pinned(steps) => Some(steps.into_iter().map(LayerStep::from).collect()),
    }
}

impl From<OpenEvent> for RecordEvent {
    fn from(event: OpenEvent) -> Self {
        let fact = |fact: engine::Fact| EventFact {
            name: fact.name.to_owned(),
            value: fact.value,
        };
        Self {
            index: event.index,
            event_type: event.event_type,
            format: event.format.into(),
            trail: event.trail.into_iter().map(EventLayer::from).collect(),
            facts: event.facts.into_iter().map(fact).collect(),
            source_bytes: Number::from_u64(event.source_bytes),
            stored: event.is_stored,
            has_before: event.has_before,
            has_after: event.has_after,
            failure: event.failure.map(EventFailure::from),
            tree_fault: event.tree_fault.map(|fault| fault.to_string()),
            stored_at: event.stored_at,
        }
    }
}

impl From<Layer> for EventLayer {
    fn from(layer: Layer) -> Self {
        Self {
            kind: layer.kind.into(),
            size_in: Number::from_u64(layer.size_in as u64),
            size_out: Number::from_u64(layer.size_out as u64),
            detail: layer.detail,
            confidence: layer.confidence,
            truncated: layer.truncated.map(|truncated| truncated.to_string()),
        }
    }
}

impl From<OpenFailure> for EventFailure {
    fn from(failure: OpenFailure) -> Self {
        let refused = |(kind, reason): (engine::LayerKind, String)| RefusedLayer {
            kind: kind.into(),
            reason,
        };
        Self {
            after: failure.after.map(LayerKind::from),
            candidates: failure.candidates.into_iter().map(refused).collect(),
        }
    }
}

impl From<Step> for LayerStep {
    fn from(step: Step) -> Self {
        Self {
            layer: step.layer.into(),
            schema: step.schema.map(|schema| schema.to_string()),
            message: step.message,
        }
    }
}

impl From<EventPart> for engine::EventPart {
    fn from(part: EventPart) -> Self {
        match part {
            EventPart::Content => Self::Content,
            EventPart::Before => Self::Before,
            EventPart::After => Self::After,
        }
    }
}

impl From<engine::LayerKind> for LayerKind {
    fn from(kind: engine::LayerKind) -> Self {
        use engine::LayerKind as Kind;
        match kind {
            Kind::Kpl => Self::Kpl,
            Kind::Gzip => Self::Gzip,
            Kind::Zlib => Self::Zlib,
            Kind::Zstd => Self::Zstd,
            Kind::Lz4 => Self::Lz4,
            Kind::SnappyFrame => Self::SnappyFrame,
            Kind::Snappy => Self::Snappy,
            Kind::Base64 => Self::Base64,
            Kind::Glue => Self::Glue,
            Kind::Confluent => Self::Confluent,
            Kind::CloudWatchLogs => Self::CloudWatchLogs,
            Kind::DynamoDb => Self::DynamoDb,
            Kind::EventBridge => Self::EventBridge,
            Kind::CloudEvents => Self::CloudEvents,
            Kind::Sns => Self::Sns,
            Kind::Sqs => Self::Sqs,
            Kind::Dms => Self::Dms,
            Kind::LambdaFailure => Self::LambdaFailure,
            Kind::JsonDocuments => Self::JsonDocuments,
            Kind::AvroContainer => Self::AvroContainer,
            Kind::Json => Self::Json,
            Kind::Text => Self::Text,
            Kind::MessagePack => Self::MessagePack,
            Kind::Cbor => Self::Cbor,
            Kind::Avro => Self::Avro,
            Kind::Protobuf => Self::Protobuf,
            Kind::Xml => Self::Xml,
            Kind::Binary => Self::Binary,
        }
    }
}
