//! The fingerprint of an Avro schema: CRC-64-AVRO of its Parsing Canonical Form, as single-object
//! encoding carries it.

use super::schema::{full_name, name_of};
use crate::json::string::push_json_text;
use serde_json::{Map, Value};

/// `None` where the text is no schema.
pub(crate) fn fingerprint(schema: &str) -> Option<u64> {
    let json: Value = serde_json::from_str(schema).ok()?;
    let mut canonical = String::new();
    write(&json, "", &mut canonical)?;
    Some(crc_64_avro(canonical.as_bytes()))
}

/// The specification's algorithm, bit by bit: schemas are short.
fn crc_64_avro(bytes: &[u8]) -> u64 {
    const EMPTY: u64 = 0xC15D_213A_A4D7_A795;
    bytes.iter().fold(EMPTY, |mut crc, &byte| {
        crc ^= u64::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (EMPTY & (crc & 1).wrapping_neg());
        }
        crc
    })
}

/// Names in full, only what matters to readers, in the fixed order, no white space. The nesting of
/// calls is that of the JSON text, which `serde_json` bounds.
fn write(json: &Value, namespace: &str, out: &mut String) -> Option<()> {
    match json {
        Value::String(name) => push_json_text(out, &reference(name, namespace)),
        Value::Array(branches) => list(branches, out, |branch, out| write(branch, namespace, out))?,
        Value::Object(object) => write_object(object, namespace, out)?,
        _ => return None,
    }
    Some(())
}

fn write_object(object: &Map<String, Value>, namespace: &str, out: &mut String) -> Option<()> {
    let kind = match object.get("type")? {
        Value::String(kind) => kind.as_str(),
        nested => return write(nested, namespace, out),
    };
    match kind {
        "record" | "error" | "enum" | "fixed" => {}
        "array" => return write_nested(object, kind, "items", namespace, out),
        "map" => return write_nested(object, kind, "values", namespace, out),
        name => {
            push_json_text(out, &reference(name, namespace));
            return Some(());
        }
    }
    let (name, within) = name_of(object, namespace, "type").ok()?;
    out.push_str("{\"name\":");
    push_json_text(out, &name);
    out.push_str(",\"type\":");
    push_json_text(out, kind);
    match kind {
        "enum" => {
            out.push_str(",\"symbols\":");
            list(object.get("symbols")?.as_array()?, out, |symbol, out| {
                push_json_text(out, symbol.as_str()?);
                Some(())
            })?;
        }
        "fixed" => {
            out.push_str(",\"size\":");
            out.push_str(&object.get("size")?.as_u64()?.to_string());
        }
        _ => {
            out.push_str(",\"fields\":");
            list(object.get("fields")?.as_array()?, out, |field, out| {
                out.push_str("{\"name\":");
                push_json_text(out, field.get("name")?.as_str()?);
                out.push_str(",\"type\":");
                write(field.get("type")?, &within, out)?;
                out.push('}');
                Some(())
            })?;
        }
    }
    out.push('}');
    Some(())
}

fn write_nested(
    object: &Map<String, Value>,
    kind: &str,
    member: &str,
    namespace: &str,
    out: &mut String,
) -> Option<()> {
    out.push_str("{\"type\":\"");
    out.push_str(kind);
    out.push_str("\",\"");
    out.push_str(member);
    out.push_str("\":");
    write(object.get(member)?, namespace, out)?;
    out.push('}');
    Some(())
}

fn list(
    items: &[Value],
    out: &mut String,
    mut write: impl FnMut(&Value, &mut String) -> Option<()>,
) -> Option<()> {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out)?;
    }
    out.push(']');
    Some(())
}

fn reference(name: &str, namespace: &str) -> String {
    const PRIMITIVES: [&str; 8] = [
        "null", "boolean", "int", "long", "float", "double", "bytes", "string",
    ];
    if PRIMITIVES.contains(&name) {
        name.to_owned()
    } else {
        full_name(name, namespace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fingerprints that Avro's own Java tests list for these schemas
    /// (share/test/data/schema-tests.txt).
    #[test]
    fn fingerprints_are_those_of_the_specification() {
        let java = |schema| fingerprint(schema).map(|print| print as i64);
        assert_eq!(java("\"null\""), Some(7_195_948_357_588_979_594));
        assert_eq!(
            java("{\"type\":\"boolean\"}"),
            Some(-6_970_731_678_124_411_036)
        );
        assert_eq!(java("7"), None);
    }
}
