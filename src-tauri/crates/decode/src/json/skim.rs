//! A skim over raw JSON: finds members and elements by counting brackets, builds nothing.
//!
//! Made for the capture's write path and for filters, so it stops as soon as it has its answer and
//! forgives what it passes over. It does not validate: what is no JSON may look like some.

use super::string::ends_in_escape;
use memchr::memchr;

/// A place in raw JSON, moved forward over whole values.
#[derive(Clone, Debug)]
pub(crate) struct Skim<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Skim<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        Self { bytes, at }
    }

    /// Somewhere within a document; beyond its end there is nothing.
    pub fn starting_at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space, left in place.
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Steps into the object or array that starts here.
    pub fn enter(&mut self, bracket: u8) -> Option<()> {
        (self.peek()? == bracket).then(|| self.at += 1)
    }

    /// The raw text between the quotes of the next key, and the place moved to its value. `None`
    /// at the end of the object.
    pub fn next_key(&mut self) -> Option<&'a [u8]> {
        if self.peek()? == b',' {
            self.at += 1;
        }
        let key = self.string()?;
        (self.peek()? == b':').then(|| self.at += 1)?;
        Some(key)
    }

    /// Moves to the next element of an array. `None` at its end.
    pub fn next_element(&mut self) -> Option<()> {
        match self.peek()? {
            b',' => {
                self.at += 1;
                Some(())
            }
            b']' => None,
            _ => Some(()),
        }
    }

    /// The raw text between the quotes of the string that starts here.
    pub fn string(&mut self) -> Option<&'a [u8]> {
        self.enter(b'"')?;
        let start = self.at;
        loop {
            let quote = self.at + quote_at(&self.bytes[self.at..])?;
            self.at = quote + 1;
            if !ends_in_escape(&self.bytes[start..quote]) {
                return Some(&self.bytes[start..quote]);
            }
        }
    }

    /// The number or word that starts here, as it is written.
    pub fn token(&mut self) -> Option<&'a [u8]> {
        self.peek()?;
        let start = self.at;
        let is_token = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.');
        let len = self.bytes[start..]
            .iter()
            .take_while(|b| is_token(b))
            .count();
        self.at += len;
        (len > 0).then(|| &self.bytes[start..self.at])
    }

    pub fn skip_value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' | b'[' => self.skip_container(),
            _ => self.token().map(|_| ()),
        }
    }

    fn skip_container(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// The place of the next quote. Keys and ids are short: eight bytes at a time, in line, beat the
/// call of `memchr` for them.
fn quote_at(bytes: &[u8]) -> Option<usize> {
    const IN_LINE_WORDS: usize = 6;
    const LOW_BITS: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
    for (index, word) in bytes.as_chunks().0.iter().take(IN_LINE_WORDS).enumerate() {
        // a byte becomes zero where it was a quote; the lowest bit set below marks the first zero
        let word = u64::from_le_bytes(*word) ^ QUOTES;
        let zeros = word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS;
        if zeros != 0 {
            return Some(index * 8 + zeros.trailing_zeros() as usize / 8);
        }
    }
    let start = (bytes.len() / 8).min(IN_LINE_WORDS) * 8;
    memchr(b'"', &bytes[start..]).map(|at| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_next_quote_is_the_first(mut bytes in proptest::collection::vec(b'!'..b'$', 0..80), len in 0usize..80) {
            prop_assert_eq!(quote_at(&bytes), bytes.iter().position(|&b| b == b'"'));
            bytes.truncate(len);
            let high: Vec<u8> = bytes.iter().map(|b| b | 0x80).collect();
            prop_assert_eq!(quote_at(&high), None);
        }
    }
}
