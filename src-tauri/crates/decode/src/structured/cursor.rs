//! Bytes read one piece after the other, with the place where they end too early.

use crate::report::Reason;

#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub fn take(&mut self, len: usize) -> Result<&'a [u8], Reason> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..len).ok_or(Reason::EndsEarly {
            at: self.bytes.len(),
        })?;
        self.at += len;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn byte(&mut self) -> Result<u8, Reason> {
        Ok(self.array::<1>()?[0])
    }

    /// A base-128 varint of at most 64 bits, the lowest first (Protobuf, Avro).
    pub fn varint(&mut self) -> Result<u64, Reason> {
        let start = self.at;
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Reason::Malformed {
            at: start,
            what: "a number has more than 64 bits",
        })
    }

    /// A varint with its sign in the lowest bit.
    pub fn zigzag(&mut self) -> Result<i64, Reason> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub fn malformed(&self, what: &'static str) -> Reason {
        Reason::Malformed { at: self.at, what }
    }
}
