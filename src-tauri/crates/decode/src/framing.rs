//! The headers that schema registries put before a record.
//!
//! They name a schema and say nothing of the format: who has the schema knows it.

use crate::{
    LayerKind, SchemaId, Schemas, Step,
    budget::Meter,
    json::reader::is_json,
    layer::{Item, Next, Opened},
    report::Reason,
    schemas::Definition,
    structured::{Cursor, protobuf::ProtoSchema},
    unpack::Packing,
};
use bytes::Bytes;

/// awslabs/aws-glue-schema-registry, `AWSSchemaRegistryConstants`.
const GLUE_VERSION: u8 = 3;
const GLUE_ZLIB: u8 = 5;

/// Glue: version byte 3, compression byte 0 or 5 (zlib), the schema version's UUID.
pub(crate) fn glue(bytes: &Bytes, schemas: &Schemas, meter: &mut Meter) -> Result<Opened, Reason> {
    let mut cursor = Cursor::new(bytes);
    let [version, compression] = cursor.array()?;
    if version != GLUE_VERSION || !matches!(compression, 0 | GLUE_ZLIB) {
        return Err(Reason::Beginning);
    }
    let id = SchemaId::Glue(cursor.array()?);
    let payload = bytes.slice(cursor.at()..);
    let (payload, truncated, packing) = if compression == GLUE_ZLIB {
        let unpacked = Packing::Zlib.unpack(&payload, meter, false)?;
        meter.keep_unpacked(unpacked.bytes.len());
        (Bytes::from(unpacked.bytes), unpacked.truncated, ", zlib")
    } else {
        (payload, None, "")
    };
    let known = schemas.get(&id);
    let item = match known {
        Some(Definition::Protobuf(schema)) => glue_protobuf(&payload, &id, schema)?,
        other => framed(payload, &id, other),
    };
    Ok(Opened {
        items: vec![item],
        detail: format!("{id}{packing}"),
        confidence: if known.is_some() { 99 } else { 85 },
        truncated,
    })
}

/// Before a Protobuf message Glue writes which of the schema's messages it is.
fn glue_protobuf(payload: &Bytes, id: &SchemaId, schema: &ProtoSchema) -> Result<Item, Reason> {
    let mut cursor = Cursor::new(payload);
    let message = schema.glue_message(cursor.varint()?);
    let message = message.ok_or(Reason::NoMessage)?;
    Ok(message_item(
        payload.slice(cursor.at()..),
        id,
        message.full_name(),
    ))
}

/// Confluent: a zero byte, and the schema's number in four bytes.
pub(crate) fn confluent(
    bytes: &Bytes,
    schemas: &Schemas,
    is_pinned: bool,
) -> Result<Opened, Reason> {
    let mut cursor = Cursor::new(bytes);
    if cursor.byte()? != 0 {
        return Err(Reason::Beginning);
    }
    let id = SchemaId::Confluent(u32::from_be_bytes(cursor.array()?));
    let payload = bytes.slice(cursor.at()..);
    let known = schemas.get(&id);
    // one zero byte is too little to believe in without a schema
    if known.is_none() && !is_pinned && !is_json(&payload, false) {
        return Err(Reason::UnknownSchema(id.to_string()));
    }
    let item = match known {
        Some(Definition::Protobuf(schema)) => confluent_protobuf(&payload, &id, schema)?,
        other => framed(payload, &id, other),
    };
    let confidence = if known.is_some() { 95 } else { 70 };
    Ok(Opened::one(item, id.to_string(), confidence))
}

/// Before a Protobuf message Confluent writes the way to it: how many steps, and each; no step
/// stands for the first message.
fn confluent_protobuf(
    payload: &Bytes,
    id: &SchemaId,
    schema: &ProtoSchema,
) -> Result<Item, Reason> {
    const MAX_STEPS: u64 = 32;
    let mut cursor = Cursor::new(payload);
    let step = |cursor: &mut Cursor| {
        let step = u64::try_from(cursor.zigzag()?);
        step.map_err(|_| cursor.malformed("a message's place is negative"))
    };
    let way = match step(&mut cursor)? {
        0 => vec![0],
        steps if steps > MAX_STEPS => return Err(Reason::NoMessage),
        steps => (0..steps)
            .map(|_| step(&mut cursor))
            .collect::<Result<_, _>>()?,
    };
    let message = schema.confluent_message(&way).ok_or(Reason::NoMessage)?;
    Ok(message_item(
        payload.slice(cursor.at()..),
        id,
        message.full_name(),
    ))
}

fn message_item(bytes: Bytes, id: &SchemaId, message: &str) -> Item {
    let step = Step {
        layer: LayerKind::Protobuf,
        schema: Some(id.clone()),
        message: Some(message.to_owned()),
    };
    Item {
        next: Next::Step(step),
        ..Item::new(bytes)
    }
}

/// Without a schema it may still be JSON; else the missing schema is what the report says.
fn framed(payload: Bytes, id: &SchemaId, known: Option<&Definition>) -> Item {
    let is_json = match known {
        Some(Definition::Json) => true,
        Some(_) => false,
        None => is_json(&payload, false),
    };
    let next = if is_json {
        Next::Detect
    } else {
        Next::Step(Step {
            schema: Some(id.clone()),
            ..Step::new(LayerKind::Avro)
        })
    };
    Item {
        next,
        ..Item::new(payload)
    }
}
