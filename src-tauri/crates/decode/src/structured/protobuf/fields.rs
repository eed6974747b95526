//! The fields of one Protobuf message as they lie on the wire.

use crate::{report::Reason, structured::Cursor};

/// A field's value as the wire has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire<'a> {
    Varint(u64),
    Fixed32(u32),
    Fixed64(u64),
    Bytes(&'a [u8]),
    /// The old form of a nested message, without its end.
    Group(&'a [u8]),
}

/// Groups within groups are followed this far: each level looks for its end again.
const MAX_GROUPS: usize = 16;

/// The next field and its number. `None` at the end.
pub(super) fn next<'a>(cursor: &mut Cursor<'a>) -> Result<Option<(u32, Wire<'a>)>, Reason> {
    if cursor.left() == 0 {
        return Ok(None);
    }
    let (number, kind) = tag(cursor)?;
    match kind {
        3 => Ok(Some((number, Wire::Group(group(number, cursor)?)))),
        _ => Ok(Some((number, value(kind, cursor)?))),
    }
}

fn tag(cursor: &mut Cursor) -> Result<(u32, u8), Reason> {
    let tag = cursor.varint()?;
    let number = u32::try_from(tag >> 3).ok().filter(|&number| number > 0);
    match number {
        Some(number) if number < 1 << 29 => Ok((number, (tag & 7) as u8)),
        _ => Err(cursor.malformed("a field has no such number")),
    }
}

fn value<'a>(kind: u8, cursor: &mut Cursor<'a>) -> Result<Wire<'a>, Reason> {
    Ok(match kind {
        0 => Wire::Varint(cursor.varint()?),
        1 => Wire::Fixed64(u64::from_le_bytes(cursor.array()?)),
        2 => {
            let len = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX);
            Wire::Bytes(cursor.take(len)?)
        }
        5 => Wire::Fixed32(u32::from_le_bytes(cursor.array()?)),
        _ => return Err(cursor.malformed("a field has no such wire type")),
    })
}

/// The bytes up to the end of the group that has begun.
fn group<'a>(number: u32, cursor: &mut Cursor<'a>) -> Result<&'a [u8], Reason> {
    let whole = cursor.rest();
    let start = cursor.at();
    let mut open = vec![number];
    loop {
        let end = cursor.at() - start;
        let (number, kind) = tag(cursor)?;
        match kind {
            3 if open.len() < MAX_GROUPS => open.push(number),
            3 => return Err(cursor.malformed("groups lie too deep within each other")),
            4 if open.pop() == Some(number) => {
                if open.is_empty() {
                    return Ok(&whole[..end]);
                }
            }
            4 => return Err(cursor.malformed("a group ends that did not begin")),
            _ => {
                value(kind, cursor)?;
            }
        }
    }
}
