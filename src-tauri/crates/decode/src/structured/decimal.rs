//! The decimal digits of big integers, for numbers that fit no machine type.

use crate::report::Reason;
use std::fmt::Write;

/// Longer ones take quadratic time; 2,466 digits are more than anyone reads.
pub(super) const MAX_BYTES: usize = 1_024;

/// The digits of an unsigned big-endian integer.
pub(super) fn digits(magnitude: &[u8]) -> Result<String, Reason> {
    let start = magnitude
        .iter()
        .position(|&byte| byte != 0)
        .unwrap_or(magnitude.len());
    let magnitude = &magnitude[start..];
    if magnitude.len() > MAX_BYTES {
        return Err(Reason::TooLarge {
            bytes: magnitude.len(),
            room: MAX_BYTES,
        });
    }
    // limbs of nine decimal digits, the lowest first
    let mut limbs: Vec<u32> = vec![0];
    for &byte in magnitude {
        let mut carry = u64::from(byte);
        for limb in &mut limbs {
            carry += u64::from(*limb) << 8;
            *limb = (carry % 1_000_000_000) as u32;
            carry /= 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry as u32);
        }
    }
    let mut text = String::new();
    for (index, limb) in limbs.iter().rev().enumerate() {
        // writing to a String cannot fail
        let _ = if index == 0 {
            write!(text, "{limb}")
        } else {
            write!(text, "{limb:09}")
        };
    }
    Ok(text)
}

/// A two's-complement big-endian integer with its last `scale` digits behind the point.
pub(super) fn signed_decimal(bytes: &[u8], scale: usize) -> Result<String, Reason> {
    let is_negative = bytes.first().is_some_and(|&byte| byte >= 0x80);
    let mut text = if is_negative {
        digits(&negated(bytes))?
    } else {
        digits(bytes)?
    };
    if scale > 0 {
        if text.len() <= scale {
            text.insert_str(0, &"0".repeat(scale + 1 - text.len()));
        }
        text.insert(text.len() - scale, '.');
    }
    if is_negative {
        text.insert(0, '-');
    }
    Ok(text)
}

/// The magnitude of a negative two's-complement number.
fn negated(bytes: &[u8]) -> Vec<u8> {
    let mut magnitude: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
    for byte in magnitude.iter_mut().rev() {
        let (sum, carried) = byte.overflowing_add(1);
        *byte = sum;
        if !carried {
            return magnitude;
        }
    }
    magnitude.insert(0, 1);
    magnitude
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_and_signs_are_placed() {
        let text = |bytes: &[u8], scale| signed_decimal(bytes, scale).expect("short");
        assert_eq!(text(&[], 0), "0");
        assert_eq!(text(&[0x04, 0xD2], 2), "12.34");
        assert_eq!(text(&[0xFF], 3), "-0.001");
        assert_eq!(text(&[0x80], 0), "-128");
        assert!(signed_decimal(&[1; MAX_BYTES + 1], 0).is_err());
    }

    proptest! {
        #[test]
        fn they_are_the_digits_of_machine_integers(value in any::<i128>()) {
            prop_assert_eq!(signed_decimal(&value.to_be_bytes(), 0).expect("short"), value.to_string());
        }
    }
}
