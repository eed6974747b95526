use crate::wire::{
    CommandError, EventFact, EventFailure, EventLayer, EventPart, LayerKind, LayerStep, Likeness,
    Number, RecordEvent, RecordLayers, RefusedLayer, RegistryRow, SchemaKind, SchemaReport,
    SchemaRow, StreamDecoding,
};
use engine::{Layer, OpenEvent, OpenFailure, OpenedLayers, Pipeline, SchemaId, Step};

impl From<OpenedLayers> for RecordLayers {
    fn from(opened: OpenedLayers) -> Self {
        Self {
            events: opened.events,
            truncated: opened.truncated.map(|truncated| truncated.to_string()),
            pinned: pinned(opened.pipeline),
            schemas: opened.schemas.into_iter().map(SchemaReport::from).collect(),
            first: opened.first.into(),
        }
    }
}

fn pinned(pipeline: Pipeline) -> Option<Vec<LayerStep>> {
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
            content_at: event.content_at.map(Number::from_u64),
            content_in_record: event.content_in_record.map(Number::from_u64),
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

impl From<LayerKind> for engine::LayerKind {
    fn from(kind: LayerKind) -> Self {
        match kind {
            LayerKind::Kpl => Self::Kpl,
            LayerKind::Gzip => Self::Gzip,
            LayerKind::Zlib => Self::Zlib,
            LayerKind::Zstd => Self::Zstd,
            LayerKind::Lz4 => Self::Lz4,
            LayerKind::SnappyFrame => Self::SnappyFrame,
            LayerKind::Snappy => Self::Snappy,
            LayerKind::Base64 => Self::Base64,
            LayerKind::Glue => Self::Glue,
            LayerKind::Confluent => Self::Confluent,
            LayerKind::CloudWatchLogs => Self::CloudWatchLogs,
            LayerKind::DynamoDb => Self::DynamoDb,
            LayerKind::EventBridge => Self::EventBridge,
            LayerKind::CloudEvents => Self::CloudEvents,
            LayerKind::Sns => Self::Sns,
            LayerKind::Sqs => Self::Sqs,
            LayerKind::Dms => Self::Dms,
            LayerKind::LambdaFailure => Self::LambdaFailure,
            LayerKind::JsonDocuments => Self::JsonDocuments,
            LayerKind::AvroContainer => Self::AvroContainer,
            LayerKind::Json => Self::Json,
            LayerKind::Text => Self::Text,
            LayerKind::MessagePack => Self::MessagePack,
            LayerKind::Cbor => Self::Cbor,
            LayerKind::Avro => Self::Avro,
            LayerKind::Protobuf => Self::Protobuf,
            LayerKind::Xml => Self::Xml,
            LayerKind::Binary => Self::Binary,
        }
    }
}

/// # Errors
/// A schema's name that is none.
pub fn schema_id(text: &str) -> Result<SchemaId, CommandError> {
    let id = text.parse();
    id.map_err(|error: engine::SchemaIdError| CommandError::invalid(error.to_string()))
}

/// # Errors
/// A schema's name that is none.
pub fn pipeline(pinned: Option<Vec<LayerStep>>) -> Result<Pipeline, CommandError> {
    let step = |step: LayerStep| {
        Ok(Step {
            layer: step.layer.into(),
            schema: step.schema.as_deref().map(schema_id).transpose()?,
            message: step.message,
        })
    };
    Ok(match pinned {
        None => Pipeline::Auto,
        Some(steps) => {
            let steps: Result<_, CommandError> = steps.into_iter().map(step).collect();
            Pipeline::Pinned(steps?)
        }
    })
}

impl From<engine::StreamDecoding> for StreamDecoding {
    fn from(decoding: engine::StreamDecoding) -> Self {
        let registry = decoding.registry.as_ref();
        Self {
            registry: registry.map(|registry| RegistryRow::of(registry, decoding.is_signed_in)),
            pinned: pinned(decoding.pipeline),
            schemas: decoding.schemas.into_iter().map(SchemaRow::from).collect(),
        }
    }
}

impl From<engine::SchemaOverview> for SchemaRow {
    fn from(schema: engine::SchemaOverview) -> Self {
        Self {
            id: schema.id,
            kind: match schema.kind {
                engine::SchemaKind::Avro => SchemaKind::Avro,
                engine::SchemaKind::Protobuf => SchemaKind::Protobuf,
                engine::SchemaKind::Json => SchemaKind::Json,
            },
            files: schema.files,
        }
    }
}

impl From<Likeness> for engine::Likeness {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::Key => Self::Key,
            Likeness::Type => Self::Type,
        }
    }
}
