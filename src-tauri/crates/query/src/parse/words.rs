//! The smallest parts of the language: words, quoted texts and their escapes.

use super::{FilterError, Parser, number_range::number_range};
use std::ops::Range;

/// The fields of a record, and what else a colon may follow. A field of the payload that has one
/// of these names is written `$.type`.
const RESERVED: [&str; 15] = [
    "type", "key", "shard", "stream", "size", "seq", "time", "after", "before", "last", "has",
    "exists", "is", "text", "contains",
];

/// Those worth offering: the others are second names.
pub(crate) const OFFERED: [&str; 12] = [
    "type", "key", "shard", "stream", "size", "seq", "time", "after", "before", "last", "has", "is",
];

pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// A value as it stands in the text.
#[derive(Debug)]
pub(super) struct Word {
    /// Escapes resolved.
    pub text: String,
    /// For [`TextMatch::Like`](crate::TextMatch::Like): `\*` and `\\` still escaped. Only where
    /// the word has a star of its own.
    pub pattern: Option<String>,
    pub is_quoted: bool,
    pub at: Range<usize>,
}

pub(crate) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')')
}

/// Whether a text begins with a whole word, in any case.
pub(crate) fn starts_with_word(text: &str, word: &str) -> bool {
    let begins = text.get(..word.len());
    begins.is_some_and(|begins| begins.eq_ignore_ascii_case(word))
        && text[word.len()..].chars().next().is_none_or(ends_word)
}

/// How long the expression is that stands between slashes at the start of a text, and whether an
/// `i` follows it. The closing slash is the first one without a backslash that ends a word.
pub(crate) fn regex_len(text: &str) -> Option<(usize, bool)> {
    /// A longer one is refused anyway, and hostile text may be full of slashes.
    const MAX_LOOK_CHARS: usize = 2_500;
    let body = text.strip_prefix('/')?;
    let mut is_escaped = false;
    for (at, c) in body.char_indices().take(MAX_LOOK_CHARS) {
        if c == '/' && !is_escaped && at > 0 {
            let after = &body[at + 1..];
            let ends = |text: &str| text.chars().next().is_none_or(ends_word);
            match after.strip_prefix('i') {
                _ if ends(after) => return Some((at, false)),
                Some(after) if ends(after) => return Some((at, true)),
                _ => {}
            }
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    None
}

/// Whether a text needs no quotes anywhere. Careful rather than clever: it may say no too often.
pub(crate) fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_') && text.chars().all(is_plain_char)
}

pub(crate) fn is_plain_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '#' | '+' | '~' | '%' | '&')
}

/// Whether a plain word may stand alone without being taken for a keyword.
pub(crate) fn is_free(text: &str) -> bool {
    !["and", "or", "not", "last", "like"]
        .iter()
        .any(|keyword| text.eq_ignore_ascii_case(keyword))
}

/// Whether an unquoted value would be read as a number, a range of them, a truth or null.
pub(crate) fn is_other_literal(text: &str) -> bool {
    matches!(text, "null" | "true" | "false")
        || decode::is_number(text)
        || number_range(text).is_some()
}

pub(crate) fn is_simple_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

impl Parser<'_> {
    /// A quoted text, or everything up to white space, a parenthesis a character of
    /// `stop`. Nothing is skipped before it, and it may be empty only in quotes.
    pub(super) fn word(&mut self, stop: &str, expected: &str) -> Result<Word, FilterError> {
        let start = self.at;
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let mut word = Word {
            text: String::new(),
            pattern: None,
            is_quoted: false,
            at: start..start,
        };
        let mut pattern = String::new();
        let mut has_star = false;
        while let Some(c) = self.rest().chars().next() {
            if ends_word(c) || stop.contains(c) {
                break;
            }
            let is_escape = c == '\\';
            let c = self.char()?;
            has_star |= c == '*' && !is_escape;
            if is_escape && matches!(c, '*' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
            word.text.push(c);
        }
        if self.at == start {
            return self.fail(start..start + 1, format!("expected {expected}"));
        }
        word.pattern = has_star.then_some(pattern);
        word.at.end = self.at;
        Ok(word)
    }

    fn quoted(&mut self) -> Result<Word, FilterError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.rest().chars().next() {
                None => return self.fail(start..start + 1, "this quote is not closed"),
                Some('"') => {
                    self.at += 1;
                    return Ok(Word {
                        text,
                        pattern: None,
                        is_quoted: true,
                        at: start..self.at,
                    });
                }
                Some(_) => text.push(self.char()?),
            }
        }
    }

    /// One character, or what an escape stands for.
    fn char(&mut self) -> Result<char, FilterError> {
        let start = self.at;
        let mut chars = self.rest().chars();
        let first = chars.next();
        let found = match first {
            Some('\\') => escaped(&mut chars),
            other => other,
        };
        self.at = self.text.len() - chars.as_str().len();
        match found {
            Some(c) => Ok(c),
            None => self.fail(
                start..start + 1,
                r#"expected an escape: \n, \r, \t, \u{1f600}, or `\` before a mark such as " or *"#,
            ),
        }
    }
}

fn escaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    match chars.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'u' => {
            let (digits, rest) = chars.as_str().strip_prefix('{')?.split_once('}')?;
            *chars = rest.chars();
            let is_short = (1..=6).contains(&digits.len());
            let code = is_short.then(|| u32::from_str_radix(digits, 16).ok())??;
            char::from_u32(code)
        }
        c if c.is_ascii_punctuation() || c == ' ' => Some(c),
        _ => None,
    }
}
