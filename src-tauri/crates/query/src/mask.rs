//! Masking: what a person must not see of a payload is replaced, the rest keeps its bytes.
//!
//! The same text gets the same mask, so that masked ids still belong together. What cannot be taken apart here (a
//! text that is no JSON under a rule of paths or names, or bytes that are no text) is masked as a whole: a rule is
//! never passed by because it does not fit.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use decode::{Path, Segment};
use document::{Document, End};
use regex::{Regex, RegexBuilder};
use std::{
    borrow::Cow,
    hash::{BuildHasher, RandomState},
    ops::Range,
};
use ways::Ways;

mod document;
#[cfg(test)]
mod tests;
mod ways;

const BEGIN: &str = "masked-";
const MASK_CHARS: usize = BEGIN.len() + 10;

/// A compiled pattern takes at most so much memory.
const PATTERN_BYTES: usize = 1 << 20;
const MIN_BASE64_CHARS: usize = 16;
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);
/// How gzip, zstd, lz4 frames, zlib and KPL aggregates begin.
const PACKED: [&[u8]; 7] = [
    &[0x1F, 0x8B],
    &[0x28, 0xB5, 0x2F, 0xFD],
    &[0x04, 0x22, 0x4D, 0x18],
    &[0x78, 0x01],
    &[0x78, 0x9C],
    &[0x78, 0xDA],
    &[0xF3, 0x89, 0x9A, 0xC2],
];

/// What is to be masked. A path or a name covers all that lies in the value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MaskRule {
    /// From the root of the record, of each of its events, or of JSON within a string: `$.customer.email`.
    Path(Path),
    /// A member's name at any depth, in any case.
    Name(String),
    /// What a regular expression finds, within keys and values of JSON and in other text.
    Pattern(String),
}

/// Why rules cannot be used: the first that is wrong, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mask {index}: {problem}")]
pub struct MaskError {
    pub index: usize,
    pub problem: MaskProblem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaskProblem {
    #[error("the name is empty")]
    EmptyName,
    /// Which bytes of the pattern are to blame, and why.
    #[error("the regular expression is not one: {message}")]
    Pattern { at: Range<usize>, message: String },
    /// It would put a mask between any two characters.
    #[error("the regular expression matches an empty text")]
    MatchesNothing,
}

/// Rules in force. The default has none and changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    ways: Ways,
    /// In lower case.
    names: Vec<String>,
    patterns: Vec<Regex>,
    /// Whatever there is.
    hides_all: bool,
    salt: Option<RandomState>,
}

impl Masks {
    /// `salt` makes masks differ from one program run to the next: nobody can try out values.
    ///
    /// # Errors
    /// [`MaskError`] of the first rule that cannot be used.
    pub fn new(rules: &[MaskRule], salt: RandomState) -> Result<Self, MaskError> {
        let mut masks = Self {
            salt: Some(salt),
            ..Self::default()
        };
        for (index, rule) in rules.iter().enumerate() {
            let wrong = |problem| MaskError { index, problem };
            match rule {
                MaskRule::Path(path) => masks.ways.add(path),
                MaskRule::Name(name) if name.trim().is_empty() => {
                    return Err(wrong(MaskProblem::EmptyName));
                }
                MaskRule::Name(name) => masks.names.extend(ways::names_of(name)),
                MaskRule::Pattern(text) => masks.patterns.push(pattern(text).map_err(wrong)?),
            }
        }
        Ok(masks)
    }

    /// Hides all payloads, keys and types: for who has rules that cannot be read.
    pub fn of_everything(salt: RandomState) -> Self {
        Self {
            hides_all: true,
            salt: Some(salt),
            ..Self::default()
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.hides_all && !self.names_places() && self.patterns.is_empty()
    }

    /// A payload as it is stored, or the first part of one, as it may be shown. JSON stays JSON.
    pub fn payload<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_empty() || bytes.is_empty() {
            return Cow::Borrowed(bytes);
        }
        if self.hides_all {
            return Cow::Owned(self.mask(&String::from_utf8_lossy(bytes)).into_bytes());
        }
        let masked = self.documents(bytes, 0, &[]);
        Cow::Owned(masked.unwrap_or_else(|| self.other(bytes).into_bytes()))
    }

    /// What came out of bytes that are no JSON text: it may have lain in an envelope, of which nothing is known any more,
    /// so that a rule for what carries events hides it whole.
    pub fn unpacked<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let by_name = self.names.iter().any(|name| ways::carries(name));
        if !bytes.is_empty() && (by_name || self.ways.covers_carried()) {
            return Cow::Owned(self.mask(&String::from_utf8_lossy(bytes)).into_bytes());
        }
        self.payload(bytes)
    }

    /// A text of its own about a record, known by some names: a key, a type.
    pub fn text<'a>(&self, names: &[&str], text: &'a str) -> Cow<'a, str> {
        if self.is_empty() || text.is_empty() {
            return Cow::Borrowed(text);
        }
        let is_covered = |name: &&str| self.has_name(name) || self.ways.end_at(name);
        if self.hides_all || names.iter().any(is_covered) {
            return Cow::Owned(self.mask(text));
        }
        self.found(text)
    }

    /// What was said of a payload by who took it apart. Where in the payload it stood is not known: a rule of places hides it.
    pub fn remark<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.is_empty() && (self.hides_all || self.names_places()) {
            return Cow::Owned(self.mask(text));
        }
        self.found(text)
    }

    fn names_places(&self) -> bool {
        !self.ways.is_empty() || !self.names.is_empty()
    }

    /// What stands in a text's place; a mask stays what it is.
    fn mask(&self, text: &str) -> String {
        if is_mask(text) {
            return text.to_owned();
        }
        let hash = self.salt.as_ref().map_or(0, |salt| salt.hash_one(text));
        format!("{BEGIN}{:010x}", hash >> 24)
    }

    fn has_name(&self, name: &str) -> bool {
        !self.names.is_empty() && self.names.contains(&name.to_lowercase())
    }

    /// With what the patterns find replaced.
    fn found<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut shown = Cow::Borrowed(text);
        for pattern in &self.patterns {
            let masked =
                pattern.replace_all(&shown, |found: &regex::Captures<'_>| self.mask(&found[0]));
            if let Cow::Owned(masked) = masked {
                shown = Cow::Owned(masked);
            }
        }
        shown
    }

    /// What is no JSON.
    fn other(&self, bytes: &[u8]) -> String {
        match str::from_utf8(bytes) {
            Ok(text) if !self.names_places() && !holds_more(text) => self.found(text).into_owned(),
            _ => self.mask(&String::from_utf8_lossy(bytes)),
        }
    }

    /// One or more JSON documents after each other, masked; None where it is something else. Of one that is cut, as the
    /// first part of a payload is, what was read is told, and of what follows a broken one nothing.
    fn documents(&self, bytes: &[u8], nested: usize, around: &[Segment]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let blank = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            out.extend_from_slice(&rest[..blank]);
            at += blank;
            let document = match bytes.get(at) {
                // a lone word or number is as much a text as it is JSON
                Some(b'{' | b'[' | b'"' | 0xEF) => {
                    Document::new(self, &bytes[at..], nested, around)
                }
                Some(_) if at == blank => return None,
                Some(_) => Document::new(self, &bytes[at..], nested, around),
                None => return (at > blank).then_some(out),
            };
            let (read, end) = document.run(&mut out);
            at += read;
            match end {
                End::Whole => {}
                End::Broken if at == blank + read => return None,
                End::Cut | End::Broken => {
                    out.extend_from_slice("…".as_bytes());
                    return Some(out);
                }
            }
        }
    }
}

/// Whether a text, or a part of it, is what stands in a masked one's place.
pub fn holds_mask(text: &str) -> bool {
    let mut places = text.match_indices(BEGIN);
    places.any(|(at, _)| text.get(at..at + MASK_CHARS).is_some_and(is_mask))
}

fn is_mask(text: &str) -> bool {
    let digits = text.strip_prefix(BEGIN);
    text.len() == MASK_CHARS
        && digits.is_some_and(|digits| {
            digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

/// Whether a text is base64 of text, or of something packed.
fn holds_more(text: &str) -> bool {
    let text: String = text.split_ascii_whitespace().collect();
    if text.len() < MIN_BASE64_CHARS {
        return false;
    }
    let bytes = [BASE64, BASE64_URL]
        .iter()
        .find_map(|base64| base64.decode(&text).ok());
    bytes.is_some_and(|bytes| {
        let packed = PACKED.iter().any(|magic| bytes.starts_with(magic));
        let is_text = |text: &str| !text.chars().any(|c| c.is_control() && !c.is_whitespace());
        packed || str::from_utf8(&bytes).is_ok_and(is_text)
    })
}

/// As filters read it, so that both say the same of a mistake.
fn pattern(text: &str) -> Result<Regex, MaskProblem> {
    let read = crate::Regex::new(text, false);
    let read = read.map_err(|error| MaskProblem::Pattern {
        at: error.at,
        message: error.message,
    })?;
    let built = RegexBuilder::new(read.pattern())
        .size_limit(PATTERN_BYTES)
        .build();
    let regex = built.map_err(|error| MaskProblem::Pattern {
        at: 0..text.len(),
        message: error.to_string(),
    })?;
    if regex.is_match("") {
        return Err(MaskProblem::MatchesNothing);
    }
    Ok(regex)
}
