//! What must stand in the bytes of every payload that a filter takes: for an index of texts.
//!
//! It answers for bytes as they are written. JSON may write any character as `\u` and four digits,
//! so wherever a text is asked for as a value, that escape stands beside it as the other
//! possibility; an index that knows which blocks hold one rules out the rest. A text that is looked for anywhere is cut
//! where a character may be written otherwise. Letters of other
//! alphabets, numbers (`1.0` is `1e0`) and whatever a `not` asks for give no bound, and that is said.

use crate::{
    Comparison, Filter, Literal, Regex, Spelled, TextMatch,
    matcher::{field::has_short_escape, like::Pattern},
};
use decode::{Path, Segment};
use memchr::memmem;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A condition that every matching payload fulfils; a payload that does may still not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Required {
    /// No bound: whatever payload it is, it must be looked at.
    Anything,
    /// These bytes. In any case, only ASCII letters have two.
    Bytes {
        bytes: Vec<u8>,
        any_case: bool,
    },
    All(Vec<Required>),
    Any(Vec<Required>),
}

/// How a character is written where it is not written as itself.
const ESCAPE: &[u8] = b"\\u";

/// The two characters outside ASCII that are letters of ASCII in any case: U+017F and U+212A.
const WIDE_LETTERS: [(char, &str); 2] = [('s', "\u{17F}"), ('k', "\u{212A}")];

impl Filter {
    pub fn required(&self) -> Required {
        match self {
            Self::All(parts) => Required::all(parts.iter().map(Self::required)),
            Self::Any(parts) => Required::any(parts.iter().map(Self::required)),
            Self::Contains {
                text,
                case_sensitive: true,
            } => Required::all(stretches(text).map(|part| Required::exactly(part.as_bytes()))),
            Self::Contains {
                text,
                case_sensitive: false,
            } => Required::all(stretches(text).map(in_any_case)),
            Self::Matches(regex) => of_regex(regex),
            Self::Exists(field) => of_path(field),
            Self::Compare {
                field,
                comparison,
                value,
            } => Required::all([of_path(field), of_value(*comparison, value, field)]),
            Self::Everything
            | Self::Not(_)
            | Self::Time { .. }
            | Self::Shard(_)
            | Self::Stream(_)
            | Self::Key(_)
            | Self::Type(_)
            | Self::Size { .. }
            | Self::Sequence(_)
            | Self::Is(_) => Required::Anything,
        }
    }
}

impl Required {
    /// Whether a payload fulfils it.
    pub fn is_in(&self, payload: &[u8]) -> bool {
        match self {
            Self::Anything => true,
            Self::Bytes {
                bytes,
                any_case: false,
            } => memmem::find(payload, bytes).is_some(),
            Self::Bytes {
                bytes,
                any_case: true,
            } => {
                bytes.is_empty()
                    || payload
                        .windows(bytes.len())
                        .any(|window| window.eq_ignore_ascii_case(bytes))
            }
            Self::All(parts) => parts.iter().all(|part| part.is_in(payload)),
            Self::Any(parts) => parts.iter().any(|part| part.is_in(payload)),
        }
    }

    fn exactly(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Anything;
        }
        Self::Bytes {
            bytes: bytes.to_vec(),
            any_case: false,
        }
    }

    fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Self::Anything => {}
                Self::All(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        match all.len() {
            0 => Self::Anything,
            1 => all.remove(0),
            _ => Self::All(all),
        }
    }

    fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Vec::new();
        for part in parts {
            match part {
                Self::Anything => return Self::Anything,
                Self::Any(inner) => any.extend(inner),
                other => any.push(other),
            }
        }
        if any.len() == 1 {
            any.remove(0)
        } else {
            Self::Any(any)
        }
    }

    /// The same texts as they are written within strings of JSON: cut where a character has
    /// another spelling.
    fn within_strings(self) -> Self {
        match self {
            Self::Anything => Self::Anything,
            Self::All(parts) => Self::all(parts.into_iter().map(Self::within_strings)),
            Self::Any(parts) => Self::any(parts.into_iter().map(Self::within_strings)),
            Self::Bytes { bytes, any_case } => {
                match std::str::from_utf8(&bytes) {
                    Ok(text) if !text.contains(char::REPLACEMENT_CHARACTER) => {
                        let pieces = text.split(has_short_escape);
                        Self::all(pieces.filter(|piece| !piece.is_empty()).map(|piece| {
                            Self::Bytes {
                                bytes: piece.as_bytes().to_vec(),
                                any_case,
                            }
                        }))
                    }
                    // it stands for bytes that are no text
                    _ => Self::Anything,
                }
            }
        }
    }

    fn or_escaped(self) -> Self {
        Self::any([self, Self::exactly(ESCAPE)])
    }
}

/// A whole string of JSON, such as a key.
fn string(text: &str) -> Required {
    let is_plain = crate::matcher::field::has_one_spelling(text);
    if is_plain {
        return Required::exactly(format!("\"{text}\"").as_bytes()).or_escaped();
    }
    Required::exactly(text.as_bytes())
        .within_strings()
        .or_escaped()
}

/// The same, where a path may have gone below a string before: its quotes are escaped there.
fn string_below(text: &str, is_below: bool) -> Required {
    let is_plain = crate::matcher::field::has_one_spelling(text);
    if !is_below || !is_plain {
        return string(text);
    }
    let escaped = Required::exactly(format!("\\\"{text}\\").as_bytes());
    Required::any([string(text), escaped])
}

fn of_path(path: &Path) -> Required {
    let segments = path.segments().iter().enumerate();
    Required::all(segments.map(|(place, segment)| match segment {
        Segment::Key(key) => string_below(key, place > 0),
        Segment::Index(_) => Required::Anything,
    }))
}

fn of_value(comparison: Comparison, value: &Literal, path: &Path) -> Required {
    let is_below = path.segments().len() > 1;
    match (comparison, value) {
        (Comparison::Equal, Literal::Text(text)) => string_below(text, is_below),
        (Comparison::Equal, Literal::Like(pattern)) => {
            let parts = Pattern::new(pattern).parts;
            let parts = parts.iter().map(|part| Required::exactly(part.as_bytes()));
            Required::all(parts).within_strings().or_escaped()
        }
        (Comparison::Equal, Literal::Regex(regex)) => of_regex(regex).within_strings().or_escaped(),
        (Comparison::Equal, Literal::Null) => Required::exactly(b"null"),
        (Comparison::Equal, Literal::Bool(true)) => Required::exactly(b"true"),
        (Comparison::Equal, Literal::Bool(false)) => Required::exactly(b"false"),
        _ => Required::Anything,
    }
}

/// What must stand in a text that a condition on a whole text takes, as [`TextMatch`] has it.
impl TextMatch {
    pub fn required(&self) -> Required {
        match self {
            Self::Is(text) => Required::exactly(text.as_bytes()),
            Self::Like(pattern) => {
                let parts = Pattern::new(pattern).parts;
                Required::all(parts.iter().map(|part| Required::exactly(part.as_bytes())))
            }
            Self::Regex(regex) => of_regex(regex),
        }
    }
}

/// The parts of a text that are written in one way, in every spelling that is looked for.
fn stretches(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| has_short_escape(c) || Spelled::is_numbered(c))
}

/// The ASCII stretches of a text. `k` and `s` may also be letters outside ASCII.
fn in_any_case(text: &str) -> Required {
    let pieces = text.split(|c: char| !c.is_ascii());
    let pieces = pieces.filter(|piece| !piece.is_empty()).map(|piece| {
        let folded = Required::Bytes {
            bytes: piece.to_ascii_lowercase().into_bytes(),
            any_case: true,
        };
        let wide = WIDE_LETTERS
            .iter()
            .filter(|(letter, _)| piece.contains([*letter, letter.to_ascii_uppercase()]))
            .map(|(_, wide)| Required::exactly(wide.as_bytes()));
        Required::any([folded].into_iter().chain(wide))
    });
    Required::all(pieces)
}

fn of_regex(regex: &Regex) -> Required {
    let mut literals = Literals::default();
    if let Some(tree) = regex.tree() {
        literals.take(&tree);
    }
    literals.cut();
    Required::all(literals.found)
}

/// The literals of an expression, those next to each other as one.
#[derive(Default)]
struct Literals {
    run: Vec<u8>,
    is_any_case: bool,
    found: Vec<Required>,
}

impl Literals {
    fn take(&mut self, tree: &Hir) {
        match tree.kind() {
            HirKind::Literal(literal) => self.run.extend_from_slice(&literal.0),
            HirKind::Class(class) => match one_letter(class) {
                Some(letter) => {
                    self.is_any_case = true;
                    self.run.push(letter);
                }
                None => self.cut(),
            },
            HirKind::Capture(capture) => self.take(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.take(part)),
            HirKind::Repetition(repetition) => {
                self.cut();
                if repetition.min > 0 {
                    self.take(&repetition.sub);
                    self.cut();
                }
            }
            HirKind::Alternation(parts) => {
                self.cut();
                let parts = parts.iter().map(|part| {
                    let mut literals = Self::default();
                    literals.take(part);
                    literals.cut();
                    Required::all(literals.found)
                });
                self.found.push(Required::any(parts));
            }
            // neither takes a byte
            HirKind::Empty | HirKind::Look(_) => {}
        }
    }

    fn cut(&mut self) {
        let mut bytes = std::mem::take(&mut self.run);
        let any_case = std::mem::take(&mut self.is_any_case);
        if any_case {
            bytes.make_ascii_lowercase();
        }
        if !bytes.is_empty() {
            self.found.push(Required::Bytes { bytes, any_case });
        }
    }
}

/// The lower case of the one ASCII letter that a class holds in both cases and nothing else.
fn one_letter(class: &Class) -> Option<u8> {
    let singles = |ranges: Vec<(u32, u32)>| match ranges[..] {
        [(a, b), (c, d)] if a == b && c == d && c == a + 32 => {
            u8::try_from(c).ok().filter(u8::is_ascii_lowercase)
        }
        _ => None,
    };
    match class {
        Class::Unicode(class) => singles(
            class
                .iter()
                .map(|range| (u32::from(range.start()), u32::from(range.end())))
                .collect(),
        ),
        Class::Bytes(class) => singles(
            class
                .iter()
                .map(|range| (u32::from(range.start()), u32::from(range.end())))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
