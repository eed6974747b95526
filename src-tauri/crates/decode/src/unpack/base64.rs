//! Base64 text, in the standard and the URL-safe alphabet, padded or not, in lines or not.

use crate::report::Reason;
use base64::{
    Engine,
    alphabet::{Alphabet, STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Shorter texts are words more often than base64.
const MIN_CHARS: usize = 16;

/// Whether a text could have been meant as base64. Quick to say no.
pub(crate) fn begins(text: &[u8]) -> bool {
    text.len() >= MIN_CHARS
        && text
            .iter()
            .all(|&byte| is_of(byte) || byte.is_ascii_whitespace())
}

/// The bytes that a text stands for.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, Reason> {
    let mut chars = Vec::with_capacity(text.len());
    chars.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let is_url_safe = chars.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let alphabet = if is_url_safe { &URL_SAFE } else { &STANDARD };
    let bytes = engine(alphabet).decode(&chars);
    bytes.map_err(|_| Reason::Malformed {
        at: chars.iter().position(|&byte| !is_of(byte)).unwrap_or(0),
        what: "this is no base64",
    })
}

fn engine(alphabet: &Alphabet) -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

fn is_of(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}
