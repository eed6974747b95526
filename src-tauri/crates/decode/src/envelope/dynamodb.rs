//! `DynamoDB`'s change records: attribute values unwrapped into plain JSON.
//!
//! `{"N":"1.50"}` becomes `1.50`, `{"S":"x"}` `"x"`, `{"M":{…}}` an object, sets and lists arrays,
//! and `{"B":"…"}` `{"$base64":"…"}` (`DynamoDB`'s API reference, "`AttributeValue`").

use super::object::Object;
use crate::{
    Change, Fact, JsonEvent,
    budget::Meter,
    json::{reader::Reader, string::string_text},
    layer::{Item, Next},
    report::Reason,
    structured::{Halt, JsonWriter},
};
use crate::{LayerKind, Truncated};
use bytes::Bytes;

/// The event shows what was done to which item, and both images; the record itself stays below.
pub(super) fn change(document: &Bytes, meter: &mut Meter) -> Result<Item, Reason> {
    let record = Object::read(document).ok_or(Reason::Lacks("an object"))?;
    let change = record.object("dynamodb").ok_or(Reason::Lacks("dynamodb"))?;
    meter.work(document.len())?;
    let (room, bound) = meter.room();
    let mut writer = JsonWriter::new(room, bound, meter.budget.depth);
    let written = write(&record, &change, &mut writer);
    let json = Bytes::from(writer.finish());
    meter.wrote(json.len());
    let truncated = match written {
        Ok(()) => None,
        Err(Halt::Refused(reason)) => return Err(reason),
        Err(Halt::Full(bound)) => Some(Truncated {
            at: json.len(),
            bound,
        }),
    };
    meter.keep(json.len());
    let images = Object::read(&json).ok_or(Reason::Lacks("an object"))?;
    let image = |name| images.range(name).map(|range| json.slice(range));
    let change = Change {
        old: image("old"),
        new: image("new"),
    };
    let facts = facts(&record);
    Ok(Item {
        bytes: document.clone(),
        facts,
        change: Some(change),
        next: Next::Json {
            format: LayerKind::Json,
            json,
            truncated,
        },
    })
}

fn facts(record: &Object) -> Vec<Fact> {
    let names = [
        ("operation", "eventName"),
        ("table", "tableName"),
        ("id", "eventID"),
        ("region", "awsRegion"),
    ];
    let fact = |(name, member)| {
        let value = record.text(member)?;
        Some(Fact { name, value })
    };
    let mut facts: Vec<Fact> = names.into_iter().filter_map(fact).collect();
    let time = record
        .object("dynamodb")
        .and_then(|change| change.text("ApproximateCreationDateTime"));
    facts.extend(time.map(|value| Fact {
        name: "time",
        value,
    }));
    facts
}

fn write(record: &Object, change: &Object, writer: &mut JsonWriter) -> Result<(), Halt> {
    writer.open_object()?;
    for (key, member) in [("eventName", "eventName"), ("table", "tableName")] {
        if let Some(value) = record.text(member) {
            writer.key(key)?;
            writer.text(&value)?;
        }
    }
    for (key, member) in [("keys", "Keys"), ("old", "OldImage"), ("new", "NewImage")] {
        if let Some(image) = change.get(member) {
            writer.key(key)?;
            unwrap_item(image, writer)?;
        }
    }
    writer.close();
    Ok(())
}

/// What is open in the source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// Names of attributes, each with its value.
    Map,
    List,
    /// The braces around one value, and the type that was read in them.
    Attribute(Option<Kind>),
    /// Members of a set, of this type.
    Set(Kind),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Bytes,
    Bool,
    Null,
    Map,
    List,
    Texts,
    Numbers,
    Blobs,
}

impl Kind {
    fn named(token: &[u8]) -> Option<Self> {
        Some(match token {
            b"\"S\"" => Self::Text,
            b"\"N\"" => Self::Number,
            b"\"B\"" => Self::Bytes,
            b"\"BOOL\"" => Self::Bool,
            b"\"NULL\"" => Self::Null,
            b"\"M\"" => Self::Map,
            b"\"L\"" => Self::List,
            b"\"SS\"" => Self::Texts,
            b"\"NS\"" => Self::Numbers,
            b"\"BS\"" => Self::Blobs,
            _ => return None,
        })
    }
}

const NO_ATTRIBUTE: &str = "this is no attribute value";

/// Writes an item, `{"name":{"S":"…"},…}`, as a plain object.
fn unwrap_item(source: &[u8], writer: &mut JsonWriter) -> Result<(), Halt> {
    let mut reader = Reader::new(source);
    let mut frames: Vec<Frame> = Vec::new();
    while let Some(event) = reader.next().map_err(Reason::Json)? {
        match event {
            JsonEvent::Open(at) => {
                let opened = opened(frames.last().copied(), source[at]);
                let frame = opened.ok_or(fault(at))?;
                match frame {
                    Frame::Map => writer.open_object()?,
                    Frame::List | Frame::Set(_) => writer.open_array()?,
                    Frame::Attribute(_) => {}
                }
                frames.push(frame);
            }
            JsonEvent::Close(at) => match frames.pop() {
                // `{}` is no value
                Some(Frame::Attribute(None)) | None => return Err(fault(at).into()),
                Some(Frame::Attribute(Some(_))) => {}
                Some(Frame::Map | Frame::List | Frame::Set(_)) => writer.close(),
            },
            JsonEvent::Key(span) => match frames.last_mut() {
                Some(Frame::Map) => writer.key(&string_text(&source[span]))?,
                Some(Frame::Attribute(kind @ None)) => {
                    let named = Kind::named(&source[span.clone()]);
                    *kind = Some(named.ok_or(fault(span.start))?);
                }
                _ => return Err(fault(span.start).into()),
            },
            JsonEvent::Scalar(span) => {
                let kind = match frames.last() {
                    Some(Frame::Attribute(Some(kind)) | Frame::Set(kind)) => *kind,
                    _ => return Err(fault(span.start).into()),
                };
                let start = span.start;
                scalar(kind, &source[span], writer)?.ok_or(fault(start))?;
            }
        }
    }
    Ok(())
}

fn fault(at: usize) -> Reason {
    Reason::Malformed {
        at,
        what: NO_ATTRIBUTE,
    }
}

/// What a bracket opens within `outer`.
fn opened(outer: Option<Frame>, bracket: u8) -> Option<Frame> {
    Some(match (outer, bracket) {
        (None | Some(Frame::Attribute(Some(Kind::Map))), b'{') => Frame::Map,
        (Some(Frame::Map | Frame::List), b'{') => Frame::Attribute(None),
        (Some(Frame::Attribute(Some(kind))), b'[') => match kind {
            Kind::List => Frame::List,
            Kind::Texts => Frame::Set(Kind::Text),
            Kind::Numbers => Frame::Set(Kind::Number),
            Kind::Blobs => Frame::Set(Kind::Bytes),
            _ => return None,
        },
        _ => return None,
    })
}

/// `None` where the token is none of its type.
fn scalar(kind: Kind, token: &[u8], writer: &mut JsonWriter) -> Result<Option<()>, Halt> {
    let text = string_text(token);
    let is_text = token.starts_with(b"\"");
    match kind {
        Kind::Number if is_text && crate::is_number(&text) => writer.token(&text)?,
        Kind::Text | Kind::Number if is_text => writer.text(&text)?,
        Kind::Bytes if is_text => {
            writer.open_object()?;
            writer.key("$base64")?;
            writer.text(&text)?;
            writer.close();
        }
        Kind::Bool if !is_text => writer.boolean(token == b"true")?,
        Kind::Null => writer.null()?,
        _ => return Ok(None),
    }
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bound;

    #[track_caller]
    fn check(item: &str, plain: &str) {
        let mut writer = JsonWriter::new(10_000, Bound::OutBytes, 64);
        let result = unwrap_item(item.as_bytes(), &mut writer);
        assert!(result.is_ok(), "{item}");
        assert_eq!(String::from_utf8(writer.finish()).expect("UTF-8"), plain);
    }

    #[test]
    fn attribute_values_become_plain_json() {
        check("{}", "{}");
        check(
            r#"{"id":{"S":"ord-7919"},"n":{"N":"51299000000000000000010.50"},"ok":{"BOOL":true},"no":{"NULL":true}}"#,
            r#"{"id":"ord-7919","n":51299000000000000000010.50,"ok":true,"no":null}"#,
        );
        check(
            r#"{"m":{"M":{"S":{"S":"é\n"},"l":{"L":[{"N":"1"},{"M":{}},{"L":[]}]}}},"b":{"B":"AAEC"}}"#,
            r#"{"m":{"S":"é\n","l":[1,{},[]]},"b":{"$base64":"AAEC"}}"#,
        );
        check(
            r#"{"s":{"SS":["a","b"]},"n":{"NS":["1","-2e3"]},"b":{"BS":["AA=="]}}"#,
            r#"{"s":["a","b"],"n":[1,-2e3],"b":[{"$base64":"AA=="}]}"#,
        );
    }

    #[test]
    fn what_is_no_attribute_value_is_refused() {
        for item in [
            r#"{"a":1}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"X":"1"}}"#,
            r#"{"a":{"S":1}}"#,
            r#"{"a":{"S":["x"]}}"#,
            r#"{"a":{"S":"x","N":"1"}}"#,
            r#"{"a":{"SS":[["x"]]}}"#,
            r"[]",
        ] {
            let mut writer = JsonWriter::new(10_000, Bound::OutBytes, 64);
            let result = unwrap_item(item.as_bytes(), &mut writer);
            assert!(matches!(result, Err(Halt::Refused(_))), "{item}");
        }
    }
}
