//! CBOR as JSON text (RFC 8949).
//!
//! Item headers are read by the `ciborium-ll` crate, which checks them; nothing is built.

use super::{Cursor, Halt, JsonWriter, decimal, frames::Frames, message_pack::Seen};
use crate::report::Reason;
use ciborium_ll::{Decoder, Header};
use std::borrow::Cow;

/// The tag that says "this is CBOR" and nothing else (RFC 8949, 3.4.6).
const SELF_DESCRIBED: u64 = 55_799;
pub(crate) const SELF_DESCRIBED_BYTES: [u8; 3] = [0xD9, 0xD9, 0xF7];

/// Writes the one item that `cursor` holds.
pub(crate) fn write(cursor: &mut Cursor, writer: &mut JsonWriter) -> Result<Seen, Halt> {
    let mut seen = Seen::default();
    let mut frames = Frames::default();
    loop {
        match header(cursor)? {
            Header::Break => {
                let ended = frames.end(writer);
                ended.ok_or_else(|| cursor.malformed("a break where nothing can end"))?;
            }
            Header::Tag(SELF_DESCRIBED) => continue,
            Header::Tag(tag) => match number(tag, cursor)? {
                Some(number) if frames.at_key() => {
                    writer.key(&number)?;
                    frames.count();
                }
                Some(number) => {
                    writer.token(&number)?;
                    frames.count();
                }
                None if frames.at_key() => return Err(no_key(cursor)),
                None => {
                    writer.open_object()?;
                    writer.key("$tag")?;
                    writer.integer(tag.into())?;
                    writer.key("$value")?;
                    frames.open(false, Some(1));
                }
            },
            Header::Array(_) | Header::Map(_) if frames.at_key() => return Err(no_key(cursor)),
            Header::Array(count) => {
                seen.is_container |= frames.is_empty();
                writer.open_array()?;
                frames.open(false, count.map(|count| count as u64));
            }
            Header::Map(count) => {
                seen.is_container |= frames.is_empty();
                writer.open_object()?;
                frames.open(true, count.map(|count| (count as u64).saturating_mul(2)));
            }
            header if frames.at_key() => {
                key(header, cursor, writer, &mut seen)?;
                frames.count();
            }
            header => {
                scalar(header, cursor, writer, &mut seen)?;
                frames.count();
            }
        }
        if frames.close_full(writer) {
            return Ok(seen);
        }
    }
}

fn no_key(cursor: &Cursor) -> Halt {
    cursor
        .malformed("a key is a map, an array or a tagged value")
        .into()
}

fn header(cursor: &mut Cursor) -> Result<Header, Reason> {
    let start = cursor.at();
    let mut decoder = Decoder::from(cursor.rest());
    let header = decoder.pull().map_err(|error| match error {
        ciborium_ll::Error::Io(_) => Reason::EndsEarly {
            at: start + cursor.left(),
        },
        ciborium_ll::Error::Syntax(_) => Reason::Malformed {
            at: start,
            what: "this begins no CBOR item",
        },
    })?;
    let read = decoder.offset();
    cursor.take(read)?;
    Ok(header)
}

fn key(
    header: Header,
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
    seen: &mut Seen,
) -> Result<(), Halt> {
    if let Header::Text(len) = header {
        seen.text_keys += 1;
        let name = string(len, cursor, true)?;
        return writer.key(&text(&name, cursor)?);
    }
    seen.other_keys += 1;
    let mut text = writer.scratch();
    scalar(header, cursor, &mut text, &mut Seen::default())?;
    writer.key(&String::from_utf8_lossy(&text.finish()))
}

fn scalar(
    header: Header,
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
    seen: &mut Seen,
) -> Result<(), Halt> {
    match header {
        Header::Positive(value) => writer.integer(value.into()),
        Header::Negative(value) => writer.integer(-1 - i128::from(value)),
        Header::Float(value) => writer.double(value),
        Header::Simple(20) => writer.boolean(false),
        Header::Simple(21) => writer.boolean(true),
        Header::Simple(22) => writer.null(),
        Header::Simple(value) => {
            writer.open_object()?;
            writer.key("$simple")?;
            writer.integer(value.into())?;
            writer.close();
            Ok(())
        }
        Header::Bytes(len) => {
            let bytes = string(len, cursor, false)?;
            writer.bytes(&bytes)
        }
        Header::Text(len) => {
            seen.texts += 1;
            let bytes = string(len, cursor, true)?;
            writer.text(&text(&bytes, cursor)?)
        }
        Header::Array(_) | Header::Map(_) | Header::Tag(_) | Header::Break => {
            Err(cursor.malformed("no single value").into())
        }
    }
}

/// The content of a text or byte string, put together where it comes in pieces.
fn string<'a>(
    len: Option<usize>,
    cursor: &mut Cursor<'a>,
    is_text: bool,
) -> Result<Cow<'a, [u8]>, Reason> {
    if let Some(len) = len {
        return Ok(Cow::Borrowed(cursor.take(len)?));
    }
    let mut whole = Vec::new();
    loop {
        match header(cursor)? {
            Header::Break => return Ok(Cow::Owned(whole)),
            Header::Text(Some(len)) if is_text => whole.extend_from_slice(cursor.take(len)?),
            Header::Bytes(Some(len)) if !is_text => whole.extend_from_slice(cursor.take(len)?),
            _ => return Err(cursor.malformed("a piece of a string is no such string")),
        }
    }
}

fn text<'a>(bytes: &'a [u8], cursor: &Cursor) -> Result<Cow<'a, str>, Reason> {
    let text = std::str::from_utf8(bytes);
    Ok(Cow::Borrowed(text.map_err(|_| {
        cursor.malformed("a text string is no UTF-8")
    })?))
}

/// The number under tags 2 and 3 (big integers) and 4 (decimal fractions), where it is written in
/// the plain way; otherwise the tag is shown as one, and `cursor` stays.
fn number(tag: u64, cursor: &mut Cursor) -> Result<Option<String>, Reason> {
    let mut ahead = cursor.clone();
    let text = match tag {
        2 | 3 => big_integer(tag, &mut ahead)?,
        4 => decimal_fraction(&mut ahead)?,
        _ => None,
    };
    if text.is_some() {
        *cursor = ahead;
    }
    Ok(text)
}

fn big_integer(tag: u64, cursor: &mut Cursor) -> Result<Option<String>, Reason> {
    let Header::Bytes(Some(len)) = header(cursor)? else {
        return Ok(None);
    };
    if len >= decimal::MAX_BYTES {
        return Ok(None);
    }
    let magnitude = cursor.take(len)?;
    if tag == 2 {
        return decimal::digits(magnitude).map(Some);
    }
    // tag 3 is -1 - n: the bits of n inverted, below a byte of ones, are it in two's complement
    let inverted: Vec<u8> = std::iter::once(0xFF)
        .chain(magnitude.iter().map(|byte| !byte))
        .collect();
    decimal::signed_decimal(&inverted, 0).map(Some)
}

fn decimal_fraction(cursor: &mut Cursor) -> Result<Option<String>, Reason> {
    let Header::Array(Some(2)) = header(cursor)? else {
        return Ok(None);
    };
    let mut part = || -> Result<Option<i128>, Reason> {
        Ok(match header(cursor)? {
            Header::Positive(value) => Some(value.into()),
            Header::Negative(value) => Some(-1 - i128::from(value)),
            _ => None,
        })
    };
    let (Some(exponent), Some(mantissa)) = (part()?, part()?) else {
        return Ok(None);
    };
    Ok(Some(format!("{mantissa}e{exponent}")))
}
