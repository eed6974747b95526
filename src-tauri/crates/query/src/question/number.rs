//! Numbers by their texts.

use crate::Number;
use std::cmp::Ordering;

/// Both are numbers.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let b = Number::parse(b);
    b.and_then(|b| b.cmp_value(a)).unwrap_or(Ordering::Equal)
}
