//! Which layer bytes are, one candidate after the other, with a reason for each that is not it.

use crate::{
    Bound, Content, Fact, LayerKind, Refused, Schemas, Step, Truncated,
    budget::Meter,
    envelope,
    formats::{self, Given, RECORD_SEPARATOR, Shown},
    framing,
    json::string::{has_text, string_text},
    kpl::{self, Aggregation},
    layer::{Item, Next, Opened},
    report::Reason,
    structured::{Cursor, Halt, JsonWriter, avro},
    unpack::{Packing, base64},
};
use bytes::Bytes;

/// A layer that fits.
#[derive(Debug)]
pub(crate) enum Taken {
    Opened(LayerKind, Opened),
    Shown(LayerKind, Shown),
}

/// In the order of how much their beginnings say. What could be anything comes last.
const CANDIDATES: [LayerKind; 19] = [
    LayerKind::Kpl,
    LayerKind::Gzip,
    LayerKind::Zstd,
    LayerKind::Lz4,
    LayerKind::SnappyFrame,
    LayerKind::AvroContainer,
    LayerKind::Avro,
    LayerKind::Glue,
    LayerKind::Json,
    LayerKind::JsonDocuments,
    LayerKind::Xml,
    LayerKind::Base64,
    LayerKind::Text,
    LayerKind::Zlib,
    LayerKind::Confluent,
    LayerKind::MessagePack,
    LayerKind::Cbor,
    LayerKind::Protobuf,
    LayerKind::Snappy,
];

/// The layer that these bytes are, or why they are none.
pub(crate) fn detect(
    bytes: &Bytes,
    cut: Option<Bound>,
    schemas: &Schemas,
    meter: &mut Meter,
) -> Result<Taken, Vec<Refused>> {
    let given = Given {
        bytes,
        cut,
        is_pinned: false,
    };
    if bytes.is_empty() {
        return attempt(&Step::new(LayerKind::Text), &given, schemas, meter)
            .map_err(|reason| refused(LayerKind::Text, reason));
    }
    let mut report = Vec::new();
    for kind in CANDIDATES {
        match attempt(&Step::new(kind), &given, schemas, meter) {
            Ok(Taken::Shown(LayerKind::Json, shown)) => {
                return Ok(within_json(shown, &given, meter, &mut report));
            }
            Ok(taken) => return Ok(taken),
            Err(reason) => {
                let is_over = reason == Reason::OutOfWork;
                report.push(Refused { kind, reason });
                if is_over {
                    break;
                }
            }
        }
    }
    Err(report)
}

fn refused(kind: LayerKind, reason: Reason) -> Vec<Refused> {
    vec![Refused { kind, reason }]
}

/// The layer of a step, or why the bytes are none.
pub(crate) fn attempt(
    step: &Step,
    given: &Given,
    schemas: &Schemas,
    meter: &mut Meter,
) -> Result<Taken, Reason> {
    let kind = step.layer;
    if kind.is_format() {
        let shown = formats::show(step, given, schemas, meter)?;
        return Ok(Taken::Shown(kind, shown));
    }
    let opened = match kind {
        LayerKind::Kpl => kpl_records(given.bytes, meter)?,
        LayerKind::Base64 => base64_text(given, meter)?,
        LayerKind::Glue => framing::glue(given.bytes, schemas, meter)?,
        LayerKind::Confluent => framing::confluent(given.bytes, schemas, given.is_pinned)?,
        LayerKind::JsonDocuments => documents(given, meter)?,
        LayerKind::AvroContainer => avro_container(given.bytes, meter)?,
        _ => {
            if let Some(packing) = Packing::of(kind) {
                unpacked(packing, given, meter)?
            } else {
                // whoever opens an envelope relies on whole JSON
                formats::show(&Step::new(LayerKind::Json), given, schemas, meter)?;
                envelope::open(kind, given.bytes, meter)?
            }
        }
    };
    Ok(Taken::Opened(kind, opened))
}

/// JSON may be an envelope, or a string that holds more.
fn within_json(shown: Shown, given: &Given, meter: &mut Meter, report: &mut Vec<Refused>) -> Taken {
    if let Some((kind, confidence)) = envelope::recognised(given.bytes)
        && shown.truncated.is_none()
    {
        match envelope::open(kind, given.bytes, meter) {
            Ok(opened) => {
                return Taken::Opened(
                    kind,
                    Opened {
                        confidence,
                        ..opened
                    },
                );
            }
            Err(reason) => report.push(Refused { kind, reason }),
        }
    }
    let source = given.bytes.trim_ascii();
    if source.starts_with(b"\"") && !has_text(source, "") {
        let text = Bytes::from(string_text(source).into_owned());
        let within = Given {
            bytes: &text,
            cut: given.cut,
            is_pinned: false,
        };
        if let Ok(opened) = base64_text(&within, meter) {
            let detail = "within a JSON string".to_owned();
            return Taken::Opened(LayerKind::Base64, Opened { detail, ..opened });
        }
    }
    Taken::Shown(LayerKind::Json, shown)
}

fn kpl_records(bytes: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    if !bytes.starts_with(&kpl::MAGIC) {
        return Err(Reason::Beginning);
    }
    meter.work(bytes.len())?;
    let records = match kpl::deaggregate(bytes) {
        Aggregation::Single => return Err(Reason::Beginning),
        Aggregation::Damaged(damage) => return Err(damage.into()),
        Aggregation::Aggregated(records) => records,
    };
    let count = records.len();
    let most = meter.budget.events;
    let items = records.into_iter().take(most).map(|record| {
        let mut facts = vec![Fact {
            name: "partition key",
            value: record.partition_key.to_owned(),
        }];
        facts.extend(record.explicit_hash_key.map(|key| Fact {
            name: "explicit hash key",
            value: key.to_string(),
        }));
        Item::new(bytes.slice(record.data)).with_facts(facts)
    });
    Ok(Opened {
        items: items.collect(),
        detail: format!("{count} records"),
        confidence: 100,
        truncated: (count > most).then_some(Truncated {
            at: most,
            bound: Bound::Events,
        }),
    })
}

fn unpacked(packing: Packing, given: &Given, meter: &mut Meter) -> Result<Opened, Reason> {
    let unpacked = packing.unpack(given.bytes, meter, given.cut.is_some())?;
    let is_weak = matches!(packing, Packing::Zlib | Packing::Snappy);
    if packing == Packing::Snappy && !given.is_pinned && !is_meaningful(&unpacked.bytes) {
        return Err(Reason::Unreadable);
    }
    meter.keep_unpacked(unpacked.bytes.len());
    let item = Item::new(Bytes::from(unpacked.bytes));
    Ok(Opened {
        truncated: unpacked.truncated,
        ..Opened::one(item, String::new(), if is_weak { 90 } else { 99 })
    })
}

fn base64_text(given: &Given, meter: &mut Meter) -> Result<Opened, Reason> {
    if !given.is_pinned && !base64::begins(given.bytes) {
        return Err(Reason::Beginning);
    }
    meter.work(given.bytes.len())?;
    let bytes = base64::decode(given.bytes)?;
    meter.wrote(bytes.len());
    if !given.is_pinned && !is_meaningful(&bytes) {
        return Err(Reason::Unreadable);
    }
    meter.keep_unpacked(bytes.len());
    let item = Item::new(Bytes::from(bytes));
    Ok(Opened::one(item, String::new(), 85))
}

/// Whether bytes are text, or begin like something that is told by its beginning. Words and noise
/// decode as well as what was meant to be decoded.
fn is_meaningful(bytes: &[u8]) -> bool {
    const TOLD: [Packing; 4] = [
        Packing::Gzip,
        Packing::Zstd,
        Packing::Lz4,
        Packing::SnappyFrame,
    ];
    !bytes.is_empty()
        && (formats::is_text(bytes, false)
            || bytes.starts_with(&kpl::MAGIC)
            || bytes.starts_with(&avro::container::MAGIC)
            || TOLD.iter().any(|packing| packing.begins(bytes)))
}

/// Several documents. One is JSON, and single numbers are rather text.
fn documents(given: &Given, meter: &mut Meter) -> Result<Opened, Reason> {
    let is_between = |byte: &&u8| byte.is_ascii_whitespace() || **byte == RECORD_SEPARATOR;
    let first = given.bytes.iter().find(|byte| !is_between(byte));
    if !given.is_pinned && !matches!(first, Some(b'{' | b'[')) {
        return Err(Reason::Beginning);
    }
    meter.work(given.bytes.len())?;
    let most = meter.budget.events;
    let is_cut = given.cut.is_some();
    let found = formats::json_documents(given.bytes, most.saturating_add(1), is_cut)?;
    let (mut places, last_is_cut) = found;
    let is_container = |place: &std::ops::Range<usize>| {
        matches!(given.bytes[place.clone()].first(), Some(b'{' | b'['))
    };
    if !given.is_pinned && (places.len() < 2 || !places.iter().all(is_container)) {
        return Err(Reason::Unreadable);
    }
    let truncated = match given.cut {
        _ if places.len() > most => Some((most, Bound::Events)),
        Some(bound) if last_is_cut => Some((given.bytes.len(), bound)),
        _ => None,
    };
    places.truncate(most);
    let detail = format!("{} documents", places.len());
    let items = places
        .into_iter()
        .map(|place| Item::new(given.bytes.slice(place)));
    Ok(Opened {
        items: items.collect(),
        detail,
        confidence: 95,
        truncated: truncated.map(|(at, bound)| Truncated { at, bound }),
    })
}

/// The data of a container, each converted; a damaged block ends it with its reason.
fn avro_container(bytes: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    if !bytes.starts_with(&avro::container::MAGIC) {
        return Err(Reason::Beginning);
    }
    meter.work(bytes.len())?;
    let mut container = avro::container::Container::open(bytes)?;
    let mut items = Vec::new();
    let mut truncated = None;
    while truncated.is_none()
        && let Some(block) = container.next_block()?
    {
        let (data, cut) = match block.packing {
            None => (bytes.slice_ref(block.packed), None),
            Some(packing) => {
                let unpacked = packing.unpack(block.packed, meter, false)?;
                meter.keep_unpacked(unpacked.bytes.len());
                (Bytes::from(unpacked.bytes), unpacked.truncated)
            }
        };
        truncated = block_items(&container.schema, &data, block.count, meter, &mut items)?;
        truncated = truncated.or(cut);
    }
    Ok(Opened {
        detail: format!(
            "{}, {} data, {}",
            container.schema.name,
            items.len(),
            container.codec_name()
        ),
        items,
        confidence: 100,
        truncated,
    })
}

fn block_items(
    schema: &avro::Schema,
    data: &Bytes,
    count: u64,
    meter: &mut Meter,
    items: &mut Vec<Item>,
) -> Result<Option<Truncated>, Reason> {
    let mut cursor = Cursor::new(data);
    for _ in 0..count {
        if items.len() >= meter.budget.events {
            return Ok(Some(Truncated {
                at: items.len(),
                bound: Bound::Events,
            }));
        }
        let start = cursor.at();
        let (room, bound) = meter.room();
        let mut writer = JsonWriter::new(room, bound, meter.budget.depth);
        let written = avro::write(schema, &mut cursor, &mut writer);
        let json = Bytes::from(writer.finish());
        meter.wrote(json.len());
        meter.keep(json.len());
        let at = json.len();
        let truncated = match written {
            Ok(()) => None,
            Err(Halt::Refused(reason)) => return Err(reason),
            Err(Halt::Full(bound)) => Some(Truncated { at, bound }),
        };
        items.push(Item {
            next: Next::Json {
                format: LayerKind::Avro,
                json,
                truncated,
            },
            ..Item::new(data.slice(start..cursor.at()))
        });
        if truncated.is_some() {
            return Ok(truncated);
        }
    }
    Ok(None)
}

/// Bytes that no layer fits, as text where they are some.
pub(crate) fn as_they_are(bytes: &Bytes, cut: Option<Bound>) -> (LayerKind, Content) {
    if formats::is_text(bytes, cut.is_some()) {
        (LayerKind::Text, Content::Text(bytes.clone()))
    } else {
        (LayerKind::Binary, Content::Binary(bytes.clone()))
    }
}
