//! Fields that were seen: names safe to show, kinds by how often they were met.

use crate::wire::{
    FieldChange, FieldDrift, FieldKind, FieldSeen, FieldsSeen, KindSeen, Number, TypeFields,
};
use engine::{Change, Drift, FieldSchema, TypeSchema, safe_text};
use record::Millis;

fn time(time: Millis) -> Number {
    Number::from_i64(time.0)
}

fn safe(text: &str) -> String {
    safe_text(text).into_owned()
}

impl From<engine::SeenFields> for FieldsSeen {
    fn from(seen: engine::SeenFields) -> Self {
        let types = seen.schema.types();
        Self {
            looked_at: Number::from_u64(seen.schema.records()),
            total: Number::from_u64(seen.total),
            left_out: Number::from_u64(seen.left_out),
            cut: seen.schema.is_cut(),
            types: types
                .map(|(stream, event_type, schema)| seen_type(stream, event_type, schema))
                .collect(),
            drift: seen
                .schema
                .drift()
                .into_iter()
                .map(FieldDrift::from)
                .collect(),
        }
    }
}

fn seen_type(stream: &str, event_type: Option<&str>, schema: &TypeSchema) -> TypeFields {
    let field = |(name, field): (&String, &FieldSchema)| FieldSeen {
        name: safe(name),
        path: safe(&field.path),
        records: Number::from_u64(field.spell.records),
        kinds: kinds(field),
        first: time(field.spell.first.at),
        last: time(field.spell.last.at),
    };
    TypeFields {
        stream: stream.to_owned(),
        event_type: event_type.map(safe),
        records: Number::from_u64(schema.records),
        fields: schema.fields.iter().map(field).collect(),
    }
}

fn kinds(field: &FieldSchema) -> Vec<KindSeen> {
    let mut kinds: Vec<_> = field.kinds.iter().collect();
    kinds.sort_by_key(|(_, spell)| std::cmp::Reverse(spell.records));
    let kind = |(kind, spell): (&engine::FieldKind, &engine::Spell)| KindSeen {
        kind: (*kind).into(),
        records: Number::from_u64(spell.records),
    };
    kinds.into_iter().map(kind).collect()
}

impl From<Drift> for FieldDrift {
    fn from(drift: Drift) -> Self {
        let (change, before, after) = match drift.change {
            Change::Appeared => (FieldChange::Appeared, Vec::new(), Vec::new()),
            Change::Disappeared => (FieldChange::Disappeared, Vec::new(), Vec::new()),
            Change::Kinds { before, after } => (
                FieldChange::Kinds,
                before.into_iter().map(FieldKind::from).collect(),
                after.into_iter().map(FieldKind::from).collect(),
            ),
        };
        Self {
            stream: drift.stream,
            event_type: drift.event_type.as_deref().map(safe),
            name: safe(&drift.field),
            path: safe(&drift.path),
            change,
            before,
            after,
            at: time(drift.at),
        }
    }
}

impl From<engine::FieldKind> for FieldKind {
    fn from(kind: engine::FieldKind) -> Self {
        match kind {
            engine::FieldKind::Null => Self::Null,
            engine::FieldKind::Bool => Self::Bool,
            engine::FieldKind::Number => Self::Number,
            engine::FieldKind::String => Self::String,
            engine::FieldKind::Object => Self::Object,
            engine::FieldKind::Array => Self::Array,
        }
    }
}
