//! Sequence numbers: decimal strings of up to 129 digits, ordered as numbers within one shard.
//!
//! They fit in no integer type of Rust, SQLite or JavaScript (real ones have 56 digits), so they are
//! kept as bytes whose order is the numeric order. Some endpoints pad with zeros to a fixed width;
//! the number of leading zeros is kept, because the text must go back exactly as it came.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// AWS's pattern is `0|([1-9]\d{0,128})`.
const MAX_DIGITS: usize = 129;
/// 129 digits need 429 bits.
const MAX_NUMBER_BYTES: usize = 54;
/// A length byte, the number, and a count of leading zeros where there are any.
const MAX_KEY_BYTES: usize = 1 + MAX_NUMBER_BYTES + 1;
/// The largest power of ten that fits in 32 bits: nine digits are taken in one step.
const CHUNK_DIGITS: usize = 9;

/// A record's number in its shard. Ordered numerically; comparable within one shard only.
#[derive(Clone, Copy)]
pub struct SequenceNumber {
    len: u8,
    key: [u8; MAX_KEY_BYTES],
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SequenceNumberError {
    #[error("a sequence number has 1 to 129 decimal digits, and this has {0} characters")]
    Length(usize),
    #[error("a sequence number has decimal digits only, and character {0} is none")]
    Digit(usize),
    #[error("these bytes are no stored sequence number")]
    Key,
}

impl SequenceNumber {
    /// Bytes whose order is the numeric order: a length byte, the big-endian number without leading
    /// zero bytes and, only where the text was padded, the count of its leading zeros.
    pub fn as_key(&self) -> &[u8] {
        &self.key[..usize::from(self.len)]
    }

    /// The inverse of [`as_key`](Self::as_key).
    ///
    /// # Errors
    /// [`SequenceNumberError::Key`] for bytes that `as_key` never gives.
    pub fn from_key(bytes: &[u8]) -> Result<Self, SequenceNumberError> {
        let (&number_len, rest) = bytes.split_first().ok_or(SequenceNumberError::Key)?;
        let number_len = usize::from(number_len);
        let padding = rest.len().checked_sub(number_len);
        let canonical = number_len <= MAX_NUMBER_BYTES
            && rest.first().is_none_or(|&b| number_len == 0 || b != 0)
            && match padding {
                Some(0) => true,
                Some(1) => rest[number_len] != 0,
                _ => false,
            };
        if !canonical {
            return Err(SequenceNumberError::Key);
        }
        let mut key = [0; MAX_KEY_BYTES];
        key[..bytes.len()].copy_from_slice(bytes);
        Ok(Self {
            len: bytes.len() as u8,
            key,
        })
    }

    fn parts(&self) -> (&[u8], usize) {
        let number_len = usize::from(self.key[0]);
        let padding = self.as_key().get(1 + number_len).copied().unwrap_or(0);
        (&self.key[1..=number_len], usize::from(padding))
    }
}

impl FromStr for SequenceNumber {
    type Err = SequenceNumberError;

    fn from_str(text: &str) -> Result<Self, SequenceNumberError> {
        if text.is_empty() || text.len() > MAX_DIGITS {
            return Err(SequenceNumberError::Length(text.chars().count()));
        }
        if let Some(at) = text.bytes().position(|b| !b.is_ascii_digit()) {
            return Err(SequenceNumberError::Digit(at + 1));
        }
        // "0" is the number zero, not padding: its one digit stays.
        let zeros = text
            .bytes()
            .take_while(|&b| b == b'0')
            .count()
            .min(text.len() - 1);
        let limbs = limbs_from_digits(&text.as_bytes()[zeros..]);

        let mut key = [0; MAX_KEY_BYTES];
        let mut len = 1;
        for byte in limbs.iter().rev().flat_map(|limb| limb.to_be_bytes()) {
            if byte != 0 || len > 1 {
                key[len] = byte;
                len += 1;
            }
        }
        key[0] = (len - 1) as u8;
        if zeros > 0 {
            key[len] = zeros as u8;
            len += 1;
        }
        Ok(Self {
            len: len as u8,
            key,
        })
    }
}

/// Little-endian limbs of 32 bits.
fn limbs_from_digits(digits: &[u8]) -> [u32; MAX_NUMBER_BYTES.div_ceil(4)] {
    let mut limbs = [0u32; MAX_NUMBER_BYTES.div_ceil(4)];
    let mut used = 0;
    for chunk in digits.chunks(CHUNK_DIGITS) {
        let mut carry = chunk.iter().fold(0u64, |n, d| n * 10 + u64::from(d - b'0'));
        let scale = 10u64.pow(chunk.len() as u32);
        for limb in &mut limbs[..used] {
            let product = u64::from(*limb) * scale + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            limbs[used] = carry as u32;
            used += 1;
        }
    }
    limbs
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, padding) = self.parts();
        let mut text = [b'0'; MAX_DIGITS + CHUNK_DIGITS];
        let mut start = text.len();
        let mut rest = [0u8; MAX_NUMBER_BYTES];
        let rest = &mut rest[..number.len()];
        rest.copy_from_slice(number);
        while rest.iter().any(|&b| b != 0) {
            let mut remainder = 0u64;
            for byte in rest.iter_mut() {
                let n = (remainder << 8) | u64::from(*byte);
                *byte = (n / 1_000_000_000) as u8;
                remainder = n % 1_000_000_000;
            }
            for _ in 0..CHUNK_DIGITS {
                start -= 1;
                text[start] = b'0' + (remainder % 10) as u8;
                remainder /= 10;
            }
        }
        let digits = text[start..]
            .iter()
            .position(|&b| b != b'0')
            .map_or(text.len() - 1, |n| start + n);
        let digits = std::str::from_utf8(&text[digits..]).map_err(|_| fmt::Error)?;
        write!(f, "{:0>padding$}{digits}", "")
    }
}

impl fmt::Debug for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl PartialEq for SequenceNumber {
    fn eq(&self, other: &Self) -> bool {
        self.as_key() == other.as_key()
    }
}

impl Eq for SequenceNumber {}

impl std::hash::Hash for SequenceNumber {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_key().hash(state);
    }
}

impl PartialOrd for SequenceNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SequenceNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_key().cmp(other.as_key())
    }
}

impl Serialize for SequenceNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SequenceNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> SequenceNumber {
        text.parse().expect("a sequence number")
    }

    #[test]
    fn neighbours_of_56_digits_stay_apart() {
        let one = number("49590338271490256608559692538361571095921575989136588898");
        let next = number("49590338271490256608559692538361571095921575989136588899");
        assert!(one < next);
        assert_eq!(
            next.to_string(),
            "49590338271490256608559692538361571095921575989136588899"
        );
    }

    #[test]
    fn the_largest_number_fits() {
        let text = "9".repeat(MAX_DIGITS);
        assert_eq!(number(&text).to_string(), text);
    }

    #[test]
    fn padding_comes_back_and_does_not_disturb_the_order() {
        let padded = number("000000000000000000000000000042");
        assert_eq!(padded.to_string(), "000000000000000000000000000042");
        assert!(number("41") < padded && padded < number("43"));
        assert_eq!(number("0").to_string(), "0");
        assert_eq!(number("000").to_string(), "000");
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_place() {
        assert_eq!(
            "".parse::<SequenceNumber>(),
            Err(SequenceNumberError::Length(0))
        );
        assert_eq!(
            "1".repeat(130).parse::<SequenceNumber>(),
            Err(SequenceNumberError::Length(130))
        );
        assert_eq!(
            "12x".parse::<SequenceNumber>(),
            Err(SequenceNumberError::Digit(3))
        );
        assert_eq!(
            "-1".parse::<SequenceNumber>(),
            Err(SequenceNumberError::Digit(1))
        );
    }

    #[test]
    fn damaged_keys_are_refused() {
        for bytes in [
            &[][..],
            &[2, 1],
            &[1, 0],
            &[1, 7, 0],
            &[1, 7, 1, 1],
            &[200, 1],
        ] {
            assert_eq!(
                SequenceNumber::from_key(bytes),
                Err(SequenceNumberError::Key),
                "{bytes:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn text_and_key_round_trip(text in "[0-9]{1,129}") {
            let parsed = number(&text);
            prop_assert_eq!(parsed.to_string(), text);
            prop_assert_eq!(SequenceNumber::from_key(parsed.as_key()), Ok(parsed));
        }

        #[test]
        fn order_is_by_length_then_text(a in "0|[1-9][0-9]{0,128}", b in "0|[1-9][0-9]{0,128}") {
            let expected = a.len().cmp(&b.len()).then(a.cmp(&b));
            prop_assert_eq!(number(&a).cmp(&number(&b)), expected);
        }
    }
}
