//! The last layer of an event: bytes shown as JSON, text or hexadecimal.

use crate::{
    Bound, Content, JsonFault, JsonProblem, LayerKind, Schemas, Step, Truncated,
    budget::Meter,
    json::reader::{Event as JsonEvent, Reader},
    report::Reason,
    schemas::Definition,
    structured::{
        Cursor, Halt, JsonWriter, avro, cbor,
        message_pack::{self, Seen},
        protobuf::{self, Fit, ProtoSchema},
        xml,
    },
    text,
};
use bytes::Bytes;
use protox::prost_reflect::MessageDescriptor;
use std::ops::Range;

/// Bytes in their last form.
#[derive(Debug)]
pub(crate) struct Shown {
    pub content: Content,
    pub detail: String,
    pub confidence: u8,
    pub truncated: Option<Truncated>,
}

/// What bytes a format is asked to show.
pub(crate) struct Given<'a> {
    pub bytes: &'a Bytes,
    /// Where a bound cut them: then an early end is no fault.
    pub cut: Option<Bound>,
    pub is_pinned: bool,
}

/// What was cut is believed in once so much of it could be read.
const LEAST_CUT_BYTES: usize = 64;

/// Guessing among more messages would cost more than it tells.
const MAX_GUESSED_MESSAGES: usize = 64;

/// Shows bytes in the format of `step`.
pub(crate) fn show(
    step: &Step,
    given: &Given,
    schemas: &Schemas,
    meter: &mut Meter,
) -> Result<Shown, Reason> {
    match step.layer {
        LayerKind::Json => json(given, meter),
        LayerKind::Text => plain_text(given, meter),
        LayerKind::MessagePack => packed(given, meter, message_pack::write, 92),
        LayerKind::Cbor => {
            let is_described = given.bytes.starts_with(&cbor::SELF_DESCRIBED_BYTES);
            packed(
                given,
                meter,
                cbor::write,
                if is_described { 99 } else { 91 },
            )
        }
        LayerKind::Avro => avro_datum(step, given, schemas, meter),
        LayerKind::Protobuf => protobuf_message(step, given, schemas, meter),
        LayerKind::Xml => xml_document(given, meter),
        _ => Ok(Shown {
            content: Content::Binary(given.bytes.clone()),
            detail: String::new(),
            confidence: 50,
            truncated: cut(given),
        }),
    }
}

fn cut(given: &Given) -> Option<Truncated> {
    let at = given.bytes.len();
    given.cut.map(|bound| Truncated { at, bound })
}

fn json(given: &Given, meter: &mut Meter) -> Result<Shown, Reason> {
    let mut reader = Reader::new(given.bytes);
    // most of what is no JSON shows it at once, and costs nothing
    reader.next()?;
    meter.work(given.bytes.len())?;
    let truncated = loop {
        match reader.next() {
            Ok(Some(_)) => {}
            Ok(None) => break cut(given),
            Err(fault) if fault.what == JsonProblem::EndsEarly && given.cut.is_some() => {
                break cut(given);
            }
            Err(fault) => return Err(fault.into()),
        }
    };
    Ok(Shown {
        content: Content::Json(given.bytes.clone()),
        detail: String::new(),
        confidence: 99,
        truncated,
    })
}

/// Stands before each document of a JSON text sequence (RFC 7464).
pub(crate) const RECORD_SEPARATOR: u8 = 0x1E;

/// JSON documents one after the other, white space or record separators between them.
/// Whether the last one was cut is said, too.
pub(crate) fn json_documents(
    bytes: &[u8],
    most: usize,
    is_cut: bool,
) -> Result<(Vec<Range<usize>>, bool), Reason> {
    let mut documents = Vec::new();
    let mut at = 0;
    loop {
        let between = |byte: &&u8| byte.is_ascii_whitespace() || **byte == RECORD_SEPARATOR;
        at += bytes[at..].iter().take_while(between).count();
        if at == bytes.len() || documents.len() >= most {
            return Ok((documents, false));
        }
        match document_len(&bytes[at..]) {
            Ok(len) => {
                documents.push(at..at + len);
                at += len;
            }
            Err(fault) if fault.what == JsonProblem::EndsEarly && is_cut => {
                return Ok((documents, true));
            }
            Err(fault) => {
                return Err(Reason::Json(JsonFault {
                    offset: at + fault.offset,
                    what: fault.what,
                }));
            }
        }
    }
}

/// How long the document at the start of `bytes` is.
pub(crate) fn document_len(bytes: &[u8]) -> Result<usize, JsonFault> {
    let mut reader = Reader::new(bytes);
    let mut depth = 0usize;
    while let Some(event) = reader.next()? {
        let end = match event {
            JsonEvent::Open(_) => {
                depth += 1;
                continue;
            }
            JsonEvent::Key(_) => continue,
            JsonEvent::Close(at) => {
                depth -= 1;
                at + 1
            }
            JsonEvent::Scalar(span) => span.end,
        };
        if depth == 0 {
            return Ok(end);
        }
    }
    Ok(bytes.len())
}

/// Whether bytes are text that a person can read: UTF-8 without control characters other than tabs
/// and line ends.
pub(crate) fn is_text(bytes: &[u8], is_cut: bool) -> bool {
    let whole = &bytes[..text::whole_chars(bytes, is_cut)];
    let is_hidden = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
    !whole.iter().any(is_hidden) && std::str::from_utf8(whole).is_ok()
}

fn plain_text(given: &Given, meter: &mut Meter) -> Result<Shown, Reason> {
    let is_cut = given.cut.is_some();
    let whole = &given.bytes[..text::whole_chars(given.bytes, is_cut)];
    let fits = if given.is_pinned {
        std::str::from_utf8(whole).is_ok()
    } else {
        is_text(given.bytes, is_cut)
    };
    if !fits {
        return Err(Reason::NotText);
    }
    meter.work(given.bytes.len())?;
    Ok(Shown {
        content: Content::Text(given.bytes.clone()),
        detail: String::new(),
        confidence: if given.bytes.is_empty() { 100 } else { 90 },
        truncated: cut(given),
    })
}

/// Runs a conversion, and takes what it cost.
fn converted<T>(
    given: &Given,
    meter: &mut Meter,
    convert: impl FnOnce(&mut JsonWriter) -> Result<T, Halt>,
) -> Result<(Option<T>, Bytes, Option<Truncated>), Reason> {
    let (room, bound) = meter.room();
    let mut writer = JsonWriter::new(room, bound, meter.budget.depth);
    let result = convert(&mut writer);
    let json = Bytes::from(writer.finish());
    meter.wrote(json.len());
    let at = json.len();
    match (result, given.cut) {
        (Ok(outcome), cut) => {
            let truncated = cut.map(|bound| Truncated { at, bound });
            Ok((Some(outcome), json, truncated))
        }
        (Err(Halt::Full(bound)), _)
        | (Err(Halt::Refused(Reason::EndsEarly { .. })), Some(bound)) => {
            Ok((None, json, Some(Truncated { at, bound })))
        }
        (Err(Halt::Refused(reason)), _) => Err(reason),
    }
}

fn shown(
    json: Bytes,
    detail: String,
    confidence: u8,
    truncated: Option<Truncated>,
    meter: &mut Meter,
) -> Shown {
    meter.keep(json.len());
    Shown {
        content: Content::Json(json),
        detail,
        confidence,
        truncated,
    }
}

fn all_read(cursor: &Cursor) -> Result<(), Reason> {
    match cursor.left() {
        0 => Ok(()),
        bytes => Err(Reason::LeftOver { bytes }),
    }
}

/// `MessagePack` or CBOR: any byte begins some value of theirs, so a guess asks for more.
fn packed(
    given: &Given,
    meter: &mut Meter,
    write: impl FnOnce(&mut Cursor, &mut JsonWriter) -> Result<Seen, Halt>,
    confidence: u8,
) -> Result<Shown, Reason> {
    let (seen, json, truncated) = converted(given, meter, |writer| {
        let mut cursor = Cursor::new(given.bytes);
        let seen = write(&mut cursor, writer)?;
        all_read(&cursor)?;
        Ok(seen)
    })?;
    let confidence = match seen {
        _ if given.is_pinned || confidence == 99 => confidence,
        Some(seen) if seen.is_container && seen.text_keys > 0 && seen.other_keys == 0 => confidence,
        Some(seen) if seen.is_container && seen.text_keys + seen.texts > 0 => confidence - 30,
        // cut by a bound, it began well
        None if json.len() >= LEAST_CUT_BYTES => confidence - 40,
        _ => return Err(Reason::Unreadable),
    };
    Ok(shown(json, String::new(), confidence, truncated, meter))
}

fn avro_datum(
    step: &Step,
    given: &Given,
    schemas: &Schemas,
    meter: &mut Meter,
) -> Result<Shown, Reason> {
    const SINGLE_OBJECT: [u8; 2] = [0xC3, 0x01];
    const HEADER_BYTES: usize = 10;
    let header = given.bytes.first_chunk::<HEADER_BYTES>();
    let header = header.filter(|header| header.starts_with(&SINGLE_OBJECT));
    let (id, definition, skipped) = match (&step.schema, header) {
        (Some(id), _) => {
            let definition = schemas.get(id);
            let definition = definition.ok_or_else(|| Reason::UnknownSchema(id.to_string()))?;
            (id.clone(), definition.clone(), 0)
        }
        (None, Some(&[_, _, ref fingerprint @ ..])) => {
            let fingerprint = u64::from_le_bytes(*fingerprint);
            let known = schemas.by_fingerprint(fingerprint);
            let (id, definition) = known
                .ok_or_else(|| Reason::UnknownSchema(format!("fingerprint:{fingerprint:016x}")))?;
            (id.clone(), definition.clone(), HEADER_BYTES)
        }
        (None, None) if given.is_pinned => {
            let (id, schema) = schemas.only_avro().ok_or(Reason::NoSchema)?;
            (id.clone(), Definition::Avro(schema.clone()), 0)
        }
        (None, None) => return Err(Reason::Beginning),
    };
    let Definition::Avro(schema) = definition else {
        return Err(Reason::Schema {
            what: "it is no Avro schema",
        });
    };
    let (_, json, truncated) = converted(given, meter, |writer| {
        let mut cursor = Cursor::new(&given.bytes[skipped..]);
        avro::write(&schema, &mut cursor, writer)?;
        Ok(all_read(&cursor)?)
    })?;
    let detail = format!("{}, {id}", schema.name);
    Ok(shown(json, detail, 97, truncated, meter))
}

fn protobuf_message(
    step: &Step,
    given: &Given,
    schemas: &Schemas,
    meter: &mut Meter,
) -> Result<Shown, Reason> {
    let known: Vec<_> = schemas
        .protobufs()
        .filter(|(id, _)| step.schema.as_ref().is_none_or(|wanted| wanted == *id))
        .collect();
    if known.is_empty() {
        return Err(match &step.schema {
            Some(id) => Reason::UnknownSchema(id.to_string()),
            None => Reason::NoSchema,
        });
    }
    if let Some(name) = &step.message {
        let found = known
            .iter()
            .find_map(|(_, schema)| schema.message(name).ok());
        let message = found.ok_or_else(|| Reason::UnknownSchema(name.clone()))?;
        let (fit, json, truncated) = converted(given, meter, |writer| {
            protobuf::write(message, given.bytes, writer)
        })?;
        let unknown = fit.map_or(0, |fit| fit.unknown);
        let detail = match unknown {
            0 => name.clone(),
            count => format!("{name}, {count} values that it does not know"),
        };
        let confidence = if unknown == 0 { 97 } else { 60 };
        return Ok(shown(json, detail, confidence, truncated, meter));
    }
    guessed_message(given, known.into_iter().map(|(_, schema)| &**schema), meter)
}

/// The message that knows all fields, and most of them.
fn guessed_message<'s>(
    given: &Given,
    known: impl Iterator<Item = &'s ProtoSchema>,
    meter: &mut Meter,
) -> Result<Shown, Reason> {
    let mut best: Option<(Fit, MessageDescriptor, Bytes)> = None;
    let mut rivals = 0;
    for message in known
        .flat_map(ProtoSchema::messages)
        .take(MAX_GUESSED_MESSAGES)
    {
        meter.work(given.bytes.len())?;
        let result = converted(given, meter, |writer| {
            protobuf::write(message.clone(), given.bytes, writer)
        });
        let Ok((Some(fit), json, None)) = result else {
            continue;
        };
        if fit.known.is_empty() || fit.unknown + fit.broken_text > 0 {
            continue;
        }
        match &best {
            Some((kept, ..)) if fit.known.len() == kept.known.len() => rivals += 1,
            Some((kept, ..)) if fit.known.len() < kept.known.len() => {}
            _ => {
                rivals = 0;
                best = Some((fit, message, json));
            }
        }
    }
    let (_, message, json) = best.ok_or(Reason::NoMessage)?;
    let name = message.full_name();
    let (detail, confidence) = match rivals {
        0 => (name.to_owned(), 70),
        count => (format!("{name}, or one of {count} others that fit"), 40),
    };
    Ok(shown(json, detail, confidence, None, meter))
}

fn xml_document(given: &Given, meter: &mut Meter) -> Result<Shown, Reason> {
    let is_cut = given.cut.is_some();
    let whole = &given.bytes[..text::whole_chars(given.bytes, is_cut)];
    let document = whole.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(whole);
    let document = document.trim_ascii_start();
    if !document.starts_with(b"<") {
        return Err(Reason::Beginning);
    }
    let document = std::str::from_utf8(document).map_err(|_| Reason::NotText)?;
    let (_, json, truncated) = converted(given, meter, |writer| xml::write(document, writer))?;
    if json.len() < LEAST_CUT_BYTES && given.cut.is_some() && !given.is_pinned {
        return Err(Reason::Unreadable);
    }
    Ok(shown(json, String::new(), 96, truncated, meter))
}
