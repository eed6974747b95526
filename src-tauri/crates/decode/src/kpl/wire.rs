//! The protobuf wire format, as far as KPL aggregates need it: fields as ranges of the blob.
//!
//! <https://protobuf.dev/programming-guides/encoding/>. Groups, long deprecated and unknown to
//! this message, are passed over whole, as every protobuf library passes them over.

use super::AggregateDamage;
use std::ops::Range;

/// How deep groups may stand in each other: protobuf libraries' own bound.
const MAX_GROUPS: u32 = 100;

/// A field with its number.
#[derive(Debug)]
pub(super) enum Field {
    Number(u32, u64),
    Bytes(u32, Range<usize>),
    /// A fixed-width number or a group: this message has none, so a later version's may be passed over.
    Other,
}

/// What a tag begins.
enum Element {
    Field(Field),
    /// The end of the group of this number.
    EndOfGroup(u32),
}

/// Reads the fields of one message, which is a range of the blob.
pub(super) struct Reader<'a> {
    /// The blob up to the message's end.
    blob: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// `range` lies within the blob.
    pub fn new(blob: &'a [u8], range: Range<usize>) -> Self {
        Self {
            blob: &blob[..range.end],
            at: range.start,
        }
    }

    /// The message in a field of this one.
    #[inline]
    pub fn within(&self, range: Range<usize>) -> Self {
        Self::new(self.blob, range)
    }

    #[inline]
    pub fn text(&self, range: Range<usize>) -> Option<&'a str> {
        std::str::from_utf8(&self.blob[range]).ok()
    }

    /// How many bytes are left.
    #[inline]
    pub fn left(&self) -> usize {
        self.blob.len() - self.at
    }

    pub fn next(&mut self) -> Result<Option<Field>, AggregateDamage> {
        if self.at == self.blob.len() {
            return Ok(None);
        }
        let at = self.at;
        match self.element(MAX_GROUPS) {
            Some(Element::Field(field)) => Ok(Some(field)),
            Some(Element::EndOfGroup(_)) | None => Err(AggregateDamage::Protobuf { at }),
        }
    }

    fn element(&mut self, groups_left: u32) -> Option<Element> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|&number| number > 0)?;
        let field = match tag & 7 {
            0 => Field::Number(number, self.varint()?),
            1 => self.skip(8).map(|_| Field::Other)?,
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                let start = self.skip(len)?;
                Field::Bytes(number, start..start + len)
            }
            3 => self.group(number, groups_left.checked_sub(1)?)?,
            4 => return Some(Element::EndOfGroup(number)),
            5 => self.skip(4).map(|_| Field::Other)?,
            _ => return None,
        };
        Some(Element::Field(field))
    }

    /// Passes over a group's fields up to its own end.
    fn group(&mut self, number: u32, groups_left: u32) -> Option<Field> {
        loop {
            if let Element::EndOfGroup(ended) = self.element(groups_left)? {
                return (ended == number).then_some(Field::Other);
            }
        }
    }

    /// Passes over so many bytes. Gives the place of the first.
    #[inline]
    pub fn skip(&mut self, len: usize) -> Option<usize> {
        if len > self.left() {
            return None;
        }
        let start = self.at;
        self.at += len;
        Some(start)
    }

    #[inline]
    pub fn varint(&mut self) -> Option<u64> {
        let &byte = self.blob.get(self.at)?;
        if byte < 0x80 {
            self.at += 1;
            return Some(byte.into());
        }
        self.long_varint()
    }

    /// At most ten bytes of seven bits each, the lowest first; bits beyond 64 are refused.
    fn long_varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let &byte = self.blob.get(self.at)?;
            self.at += 1;
            if shift == 63 && byte > 1 {
                return None;
            }
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}
