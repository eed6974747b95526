//! The protobuf wire format, as far as KPL aggregates need it: fields as ranges of the blob.
//!
//! <https://protobuf.dev/programming-guides/encoding/>. Groups, long deprecated and unknown to
//! this message, are refused.

use super::AggregateDamage;
use std::ops::Range;

/// A field with its number.
#[derive(Debug)]
pub(super) enum Field {
    Number(u32, u64),
    Bytes(u32, Range<usize>),
    /// A fixed-width number: this message has none, so a later version's may be passed over.
    Other,
}

/// Reads the fields of one message, which is a range of the blob.
pub(super) struct Reader<'a> {
    blob: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// `range` lies within the blob.
    pub fn new(blob: &'a [u8], range: Range<usize>) -> Self {
        Self {
            blob,
            at: range.start,
            end: range.end,
        }
    }

    /// The message in a field of this one.
    pub fn within(&self, range: Range<usize>) -> Self {
        Self::new(self.blob, range)
    }

    pub fn text(&self, range: Range<usize>) -> Option<&'a str> {
        std::str::from_utf8(&self.blob[range]).ok()
    }

    pub fn next(&mut self) -> Result<Option<Field>, AggregateDamage> {
        if self.at == self.end {
            return Ok(None);
        }
        let damage = AggregateDamage::Protobuf { at: self.at };
        self.field().map(Some).ok_or(damage)
    }

    fn field(&mut self) -> Option<Field> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|&number| number > 0)?;
        match tag & 7 {
            0 => Some(Field::Number(number, self.varint()?)),
            1 => self.skip(8).map(|_| Field::Other),
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Some(Field::Bytes(number, self.skip(len)?))
            }
            5 => self.skip(4).map(|_| Field::Other),
            _ => None,
        }
    }

    fn skip(&mut self, len: usize) -> Option<Range<usize>> {
        let start = self.at;
        self.at = start.checked_add(len).filter(|&end| end <= self.end)?;
        Some(start..self.at)
    }

    /// At most ten bytes of seven bits each, the lowest first; bits beyond 64 are refused.
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.blob[self.skip(1)?.start];
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
