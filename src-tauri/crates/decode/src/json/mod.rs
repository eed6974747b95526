//! JSON: a lenient skim for the hot paths.

pub(crate) mod number;
pub(crate) mod skim;
pub(crate) mod string;

/// Whether a text is exactly one JSON number.
pub fn is_number(text: &str) -> bool {
    number::is_number(text.as_bytes())
}
