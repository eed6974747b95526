//! Ranges of numbers: `10..20`, `..0.5`, `1e3..`; both ends are included.

use crate::Number;

/// `None` where the text is no range; at least one end is there.
pub(crate) fn number_range(text: &str) -> Option<(Option<Number>, Option<Number>)> {
    let (low, high) = text.split_once("..")?;
    let end = |text: &str| match text {
        "" => Some(None),
        text => Number::parse(text).map(Some),
    };
    match (end(low)?, end(high)?) {
        (None, None) => None,
        ends => Some(ends),
    }
}
