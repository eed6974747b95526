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
        match self.field() {
            Some(field) => Ok(Some(field)),
            None => Err(AggregateDamage::Protobuf { at }),
        }
    }

    fn field(&mut self) -> Option<Field> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|&number| number > 0)?;
        match tag & 7 {
            0 => Some(Field::Number(number, self.varint()?)),
            1 => self.skip(8).map(|_| Field::Other),
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                let start = self.skip(len)?;
                Some(Field::Bytes(number, start..start + len))
            }
            5 => self.skip(4).map(|_| Field::Other),
            _ => None,
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
