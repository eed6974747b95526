//! Sizes: `512`, `1k`, `1.5M`, and ranges of them. A kilobyte has 1,024 bytes, as in Kinesis' own
//! limits.

use crate::{Comparison, Filter};

pub(super) const EXPECTED: &str = "a size, such as 512, 1k, 2M or 100..2k";

pub(super) fn filter(text: &str, comparison: Comparison) -> Result<Filter, String> {
    if let Some((low, high)) = text.split_once("..") {
        return match comparison {
            Comparison::Equal => range(low, high),
            _ => Err("a range stands right after `size:`".to_owned()),
        };
    }
    let bytes = bytes(text)?;
    let between = |min, max| Filter::Size { min, max };
    Ok(match comparison {
        Comparison::Equal => between(Some(bytes), Some(bytes)),
        Comparison::NotEqual => !between(Some(bytes), Some(bytes)),
        Comparison::AtLeast => between(Some(bytes), None),
        Comparison::AtMost => between(None, Some(bytes)),
        Comparison::Greater => match bytes.checked_add(1) {
            Some(min) => between(Some(min), None),
            None => return Err("no size is greater than that".to_owned()),
        },
        Comparison::Less => match bytes.checked_sub(1) {
            Some(max) => between(None, Some(max)),
            None => return Err("no size is less than 0".to_owned()),
        },
    })
}

fn range(low: &str, high: &str) -> Result<Filter, String> {
    let end = |text: &str| {
        if text.is_empty() {
            Ok(None)
        } else {
            bytes(text).map(Some)
        }
    };
    match (end(low)?, end(high)?) {
        (None, None) => Err(format!("expected {EXPECTED}")),
        (min, max) => Ok(Filter::Size { min, max }),
    }
}

/// Fractions of a byte are dropped.
fn bytes(text: &str) -> Result<u64, String> {
    let expected = || format!("expected {EXPECTED}");
    let unit_at = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let unit: u128 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err(expected()),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(expected());
    }
    let too_large = || "that size is too large".to_owned();
    // more digits than a gigabyte has bytes make no difference
    let fraction = &fraction[..fraction.len().min(12)];
    let part: u128 = fraction.parse().map_err(|_| expected())?;
    let whole: u64 = whole.parse().map_err(|_| too_large())?;
    let bytes = u128::from(whole) * unit + part * unit / 10u128.pow(fraction.len() as u32);
    u64::try_from(bytes).map_err(|_| too_large())
}
