//! A value at a path, tested without walking there in vain.
//!
//! Where a path ends in a key, that key in its quotes must stand before any value that counts, so
//! the values after it are tested first, wherever they are: one search at memory speed. Only where
//! one of them would do is the path itself followed. A text that is asked for must stand in its own
//! quotes, too, and is looked for first. Keys and texts may also be written with escapes; a payload
//! that holds `\u` is always walked. Where a path can go below a string, one is walked that has the key as JSON within a
//! string has it.

use super::Columns;
use crate::{Comparison, Literal, Subject};
use decode::{Path, Scalar, Segment};
use memchr::{memchr, memmem};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub(super) struct Field {
    path: Path,
    /// The last key in its quotes.
    last_key: Option<memmem::Finder<'static>>,
    /// The text that the value must be, in its quotes.
    value: Option<memmem::Finder<'static>>,
    /// The last key, or else the value, as JSON within a string has it; where the path can go below one.
    in_string: Option<memmem::Finder<'static>>,
}

impl Field {
    pub fn new(path: &Path) -> Self {
        let last_key = match path.segments().last() {
            Some(Segment::Key(key)) => in_quotes(key),
            _ => None,
        };
        let in_string = match path.segments() {
            [_, .., Segment::Key(key)] => in_escaped_quotes(key),
            _ => None,
        };
        Self {
            path: path.clone(),
            last_key,
            in_string,
            value: None,
        }
    }

    /// For a comparison with a value.
    pub fn compared(path: &Path, comparison: Comparison, value: &Literal) -> Self {
        let field = Self::new(path);
        let (Comparison::Equal, Literal::Text(text)) = (comparison, value) else {
            return field;
        };
        let is_below = field.last_key.is_none() && path.segments().len() > 1;
        let value_in_string = is_below.then(|| in_escaped_quotes(text)).flatten();
        Self {
            value: in_quotes(text),
            in_string: field.in_string.or(value_in_string),
            ..field
        }
    }

    /// Whether the path leads to a value that is accepted: in a column where it names one, else in
    /// one of the record's events.
    pub fn passes(
        &self,
        subject: &Subject<'_>,
        columns: Option<&Columns<'_>>,
        accepts: impl Fn(&Scalar<'_>) -> bool,
    ) -> bool {
        if let Some(cell) = columns.and_then(|columns| columns(&self.path)) {
            return cell.is_some_and(|value| accepts(&value));
        }
        self.is_likely(subject, &accepts) && self.is_at_path(subject, accepts)
    }

    /// False only where the path leads to no value that is accepted, in no event: quick to say, and nothing is walked.
    pub fn is_likely(&self, subject: &Subject<'_>, accepts: impl Fn(&Scalar<'_>) -> bool) -> bool {
        let said = subject.said();
        self.may_pass(said, accepts) || self.may_be_otherwise(said)
    }

    /// The answer, by walking there. What is behind the first document is looked at only where that one has nothing.
    pub fn is_at_path(&self, subject: &Subject<'_>, accepts: impl Fn(&Scalar<'_>) -> bool) -> bool {
        subject.has_document(|json| {
            decode::find(json, &self.path).is_some_and(|found| accepts(&found))
        })
    }

    /// Whether the key or the value may stand there in another spelling. Most payloads have no backslash.
    fn may_be_otherwise(&self, payload: &[u8]) -> bool {
        let Some(first) = memchr(b'\\', payload) else {
            return false;
        };
        let rest = &payload[first..];
        let in_string = self.in_string.as_ref();
        may_be_numbered(rest) || in_string.is_some_and(|finder| finder.find(rest).is_some())
    }

    /// Whether the path can lead to a value that is accepted, where nothing is escaped.
    fn may_pass(&self, payload: &[u8], accepts: impl Fn(&Scalar<'_>) -> bool) -> bool {
        let Some(key) = &self.last_key else {
            return self.has_value(payload);
        };
        if !self.has_value(payload) {
            return false;
        }
        let mut from = 0;
        while let Some(at) = key.find(&payload[from..]) {
            let value = decode::member_value(payload, from + at + key.needle().len());
            if value.is_some_and(|value| accepts(&value)) {
                return true;
            }
            // the closing quote may be another one's opening quote
            from += at + 1;
        }
        false
    }

    /// Whether the text that the value must be stands in its quotes.
    fn has_value(&self, payload: &[u8]) -> bool {
        let value = self.value.as_ref();
        value.is_none_or(|value| value.find(payload).is_some())
    }
}

fn in_quotes(text: &str) -> Option<memmem::Finder<'static>> {
    has_one_spelling(text).then(|| memmem::Finder::new(&format!("\"{text}\"")).into_owned())
}

/// As JSON within a string has it: the quote that closes it is escaped, too.
fn in_escaped_quotes(text: &str) -> Option<memmem::Finder<'static>> {
    has_one_spelling(text).then(|| memmem::Finder::new(&format!("\\\"{text}\\")).into_owned())
}

/// Whether some character may be written as `\u` and digits.
fn may_be_numbered(payload: &[u8]) -> bool {
    static ESCAPE: LazyLock<memmem::Finder<'static>> =
        LazyLock::new(|| memmem::Finder::new(b"\\u"));
    ESCAPE.find(payload).is_some()
}

/// Whether a text is written one way in JSON, but for `\u`: none of its characters has a short
/// escape, and none stands for bytes that are no text.
pub(crate) fn has_one_spelling(text: &str) -> bool {
    !text.chars().any(has_short_escape) && !text.contains(char::REPLACEMENT_CHARACTER)
}

/// Whether JSON may or must write this character as a backslash and one more.
pub(crate) fn has_short_escape(c: char) -> bool {
    matches!(c, '"' | '\\' | '/') || c.is_ascii_control()
}
