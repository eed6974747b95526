//! `MessagePack` as JSON text (<https://github.com/msgpack/msgpack/blob/master/spec.md>).
//!
//! Markers are read by the `rmp` crate. Values are never built: a record of one-byte items would
//! take 30 times its size.

use super::{Cursor, Halt, JsonWriter, frames::Frames};
use crate::report::Reason;
use rmp::Marker;

/// What was seen, to judge whether it was meant as `MessagePack`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub is_container: bool,
    pub text_keys: usize,
    pub other_keys: usize,
    pub texts: usize,
}

/// Writes the one value that `cursor` holds.
pub(crate) fn write(cursor: &mut Cursor, writer: &mut JsonWriter) -> Result<Seen, Halt> {
    let mut seen = Seen::default();
    let mut frames = Frames::default();
    loop {
        let marker = Marker::from_u8(cursor.byte()?);
        match container(marker, cursor)? {
            Some(_) if frames.at_key() => {
                return Err(cursor.malformed("a key is a map or an array").into());
            }
            Some((is_map, count)) => {
                seen.is_container |= frames.is_empty();
                open(writer, is_map)?;
                frames.open(is_map, Some(count * (1 + u64::from(is_map))));
            }
            None => {
                if frames.at_key() {
                    key(marker, cursor, writer, &mut seen)?;
                } else {
                    scalar(marker, cursor, writer, &mut seen)?;
                }
                frames.count();
            }
        }
        if frames.close_full(writer) {
            return Ok(seen);
        }
    }
}

fn open(writer: &mut JsonWriter, is_map: bool) -> Result<(), Halt> {
    if is_map {
        writer.open_object()
    } else {
        writer.open_array()
    }
}

/// Whether the marker opens a map or an array, and of how many.
fn container(marker: Marker, cursor: &mut Cursor) -> Result<Option<(bool, u64)>, Reason> {
    Ok(Some(match marker {
        Marker::FixMap(count) => (true, count.into()),
        Marker::Map16 => (true, u16::from_be_bytes(cursor.array()?).into()),
        Marker::Map32 => (true, u32::from_be_bytes(cursor.array()?).into()),
        Marker::FixArray(count) => (false, count.into()),
        Marker::Array16 => (false, u16::from_be_bytes(cursor.array()?).into()),
        Marker::Array32 => (false, u32::from_be_bytes(cursor.array()?).into()),
        _ => return Ok(None),
    }))
}

fn key(
    marker: Marker,
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
    seen: &mut Seen,
) -> Result<(), Halt> {
    if let Some(len) = text_len(marker, cursor)?
        && let Ok(name) = std::str::from_utf8(cursor.take(len)?)
    {
        seen.text_keys += 1;
        return writer.key(name);
    }
    seen.other_keys += 1;
    // a scalar's own text is its key
    let mut text = writer.scratch();
    scalar(marker, cursor, &mut text, &mut Seen::default())?;
    writer.key(&String::from_utf8_lossy(&text.finish()))
}

fn scalar(
    marker: Marker,
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
    seen: &mut Seen,
) -> Result<(), Halt> {
    if let Some(len) = text_len(marker, cursor)? {
        let text = cursor.take(len)?;
        seen.texts += 1;
        return writer.text_or_bytes(text);
    }
    if let Some(value) = integer(marker, cursor)? {
        return writer.integer(value);
    }
    match marker {
        Marker::Null => writer.null(),
        Marker::True => writer.boolean(true),
        Marker::False => writer.boolean(false),
        Marker::F32 => writer.single(f32::from_be_bytes(cursor.array()?)),
        Marker::F64 => writer.double(f64::from_be_bytes(cursor.array()?)),
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
            let len = match marker {
                Marker::Bin8 => cursor.byte()?.into(),
                Marker::Bin16 => u16::from_be_bytes(cursor.array()?).into(),
                _ => u32::from_be_bytes(cursor.array()?) as usize,
            };
            writer.bytes(cursor.take(len)?)
        }
        _ => extension(marker, cursor, writer),
    }
}

fn text_len(marker: Marker, cursor: &mut Cursor) -> Result<Option<usize>, Reason> {
    Ok(Some(match marker {
        Marker::FixStr(len) => len.into(),
        Marker::Str8 => cursor.byte()?.into(),
        Marker::Str16 => u16::from_be_bytes(cursor.array()?).into(),
        Marker::Str32 => u32::from_be_bytes(cursor.array()?) as usize,
        _ => return Ok(None),
    }))
}

fn integer(marker: Marker, cursor: &mut Cursor) -> Result<Option<i128>, Reason> {
    Ok(Some(match marker {
        Marker::FixPos(value) => value.into(),
        Marker::FixNeg(value) => value.into(),
        Marker::U8 => cursor.byte()?.into(),
        Marker::U16 => u16::from_be_bytes(cursor.array()?).into(),
        Marker::U32 => u32::from_be_bytes(cursor.array()?).into(),
        Marker::U64 => u64::from_be_bytes(cursor.array()?).into(),
        Marker::I8 => i8::from_be_bytes(cursor.array()?).into(),
        Marker::I16 => i16::from_be_bytes(cursor.array()?).into(),
        Marker::I32 => i32::from_be_bytes(cursor.array()?).into(),
        Marker::I64 => i64::from_be_bytes(cursor.array()?).into(),
        _ => return Ok(None),
    }))
}

fn extension(marker: Marker, cursor: &mut Cursor, writer: &mut JsonWriter) -> Result<(), Halt> {
    let len = match marker {
        Marker::FixExt1 => 1,
        Marker::FixExt2 => 2,
        Marker::FixExt4 => 4,
        Marker::FixExt8 => 8,
        Marker::FixExt16 => 16,
        Marker::Ext8 => cursor.byte()?.into(),
        Marker::Ext16 => u16::from_be_bytes(cursor.array()?).into(),
        Marker::Ext32 => u32::from_be_bytes(cursor.array()?) as usize,
        _ => {
            return Err(Halt::Refused(Reason::Malformed {
                at: cursor.at() - 1,
                what: "the byte 0xc1 begins no MessagePack value",
            }));
        }
    };
    let kind = i8::from_be_bytes(cursor.array()?);
    let data = cursor.take(len)?;
    writer.open_object()?;
    if let Some((seconds, nanoseconds)) = timestamp(kind, data) {
        writer.key("$timestamp")?;
        writer.open_object()?;
        writer.key("seconds")?;
        writer.integer(seconds.into())?;
        writer.key("nanoseconds")?;
        writer.integer(nanoseconds.into())?;
        writer.close();
    } else {
        writer.key("$ext")?;
        writer.integer(kind.into())?;
        writer.base64_member(data)?;
    }
    writer.close();
    Ok(())
}

/// The specification's three layouts of extension type -1.
fn timestamp(kind: i8, data: &[u8]) -> Option<(i64, u32)> {
    if kind != -1 {
        return None;
    }
    if let Ok(seconds) = <[u8; 4]>::try_from(data) {
        return Some((u32::from_be_bytes(seconds).into(), 0));
    }
    if let Ok(both) = <[u8; 8]>::try_from(data) {
        let both = u64::from_be_bytes(both);
        return Some(((both & 0x3_FFFF_FFFF) as i64, (both >> 34) as u32));
    }
    let (nanoseconds, seconds) = data.split_first_chunk::<4>()?;
    let seconds = <[u8; 8]>::try_from(seconds).ok()?;
    Some((
        i64::from_be_bytes(seconds),
        u32::from_be_bytes(*nanoseconds),
    ))
}
