//! The filter language: text to [`Filter`], or an error with its place and what was expected.
//!
//! ```text
//! any   = all { "or" all }
//! all   = not { ["and"] not }
//! not   = { "-" | "not" } one
//! one   = "(" any ")" | "*" | "text" | word | field ":" [operator] value | field operator value
//! field = type | key | shard | stream | size | seq | time | after | before | last | has | text
//!         or a path into the payload: customer.id, lines[0].sku, $.type, $['first name']
//! ```
//! A word is found in any case, a text in quotes only as it is written; `text:"free text"` is
//! found in any case too. Hostile text is answered by an error: depth and length are limited.

use crate::Filter;
use record::Millis;
use std::ops::Range;

mod instant;
mod size;
mod term;
pub(crate) mod words;

/// Parentheses and negations within one another.
pub const MAX_DEPTH: usize = 64;
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// A text to look for: each place in a payload may cost its length.
const MAX_NEEDLE_CHARS: usize = 1_000;

/// Why a text is no filter, and which of its bytes are to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// Within the text, at whole characters; empty where something is missing.
    pub at: Range<usize>,
    pub message: String,
}

/// Reads a filter. Empty text is everything. Relative times count from `now`, and a time of day
/// is that of `now`'s day in UTC.
///
/// # Errors
/// [`FilterError`] at the first place that does not fit the language.
pub fn parse(text: &str, now: Millis) -> Result<Filter, FilterError> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("a filter has at most {MAX_TEXT_BYTES} bytes");
        return Err(FilterError {
            at: 0..text.len(),
            message,
        });
    }
    let mut parser = Parser {
        text,
        at: 0,
        now,
        depth: 0,
    };
    if parser.peek().is_none() {
        return Ok(Filter::Everything);
    }
    let filter = parser.any()?;
    match parser.peek() {
        None => Ok(filter),
        Some(_) => parser.fail(parser.at..parser.at + 1, "no parenthesis is open here"),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    now: Millis,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn any(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all()?];
        while self.take_keyword("or") {
            parts.push(self.all()?);
        }
        Ok(Filter::any(parts))
    }

    fn all(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.not()?];
        loop {
            let is_joined = self.take_keyword("and");
            let ends = matches!(self.peek(), None | Some(')')) || self.is_keyword("or");
            if ends && !is_joined {
                return Ok(Filter::all(parts));
            }
            parts.push(self.not()?);
        }
    }

    fn not(&mut self) -> Result<Filter, FilterError> {
        let start = self.at;
        let is_dash = self.peek() == Some('-');
        if is_dash {
            self.at += 1;
            if self.rest().starts_with(|c: char| c.is_whitespace()) || self.rest().is_empty() {
                return self.fail(self.at - 1..self.at, "expected a condition right after `-`");
            }
        }
        if is_dash || self.take_keyword("not") {
            self.deeper(start)?;
            let inner = self.not()?;
            self.depth -= 1;
            return Ok(!inner);
        }
        self.one()
    }

    fn one(&mut self) -> Result<Filter, FilterError> {
        match self.peek() {
            None => self.fail(self.at..self.at, "expected a condition"),
            Some('(') => self.parenthesis(),
            Some(')') => self.fail(self.at..self.at + 1, "expected a condition before `)`"),
            Some(_) => match ["and", "or"].into_iter().find(|word| self.is_keyword(word)) {
                Some(word) => {
                    let message = format!("expected a condition before `{word}`");
                    self.fail(self.at..self.at + word.len(), message)
                }
                None => self.term(),
            },
        }
    }

    fn parenthesis(&mut self) -> Result<Filter, FilterError> {
        let open = self.at;
        self.at += 1;
        self.deeper(open)?;
        let inner = self.any()?;
        self.depth -= 1;
        if self.peek() != Some(')') {
            return self.fail(open..open + 1, "this parenthesis is not closed");
        }
        self.at += 1;
        Ok(inner)
    }

    fn deeper(&mut self, at: usize) -> Result<(), FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("parentheses and negations go at most {MAX_DEPTH} deep");
            return self.fail(at..self.at, message);
        }
        Ok(())
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next character that is no white space, left in place.
    fn peek(&mut self) -> Option<char> {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.rest().chars().next()
    }

    fn is_keyword(&mut self, keyword: &str) -> bool {
        self.peek();
        let rest = self.rest();
        let word = rest.get(..keyword.len());
        word.is_some_and(|word| word.eq_ignore_ascii_case(keyword))
            && rest[keyword.len()..]
                .chars()
                .next()
                .is_none_or(words::ends_word)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_there = self.is_keyword(keyword);
        if is_there {
            self.at += keyword.len();
        }
        is_there
    }

    /// `at` is widened to whole characters.
    fn fail<T>(&self, at: Range<usize>, message: impl Into<String>) -> Result<T, FilterError> {
        let at = at.start..self.text.ceil_char_boundary(at.end);
        Err(FilterError {
            at,
            message: message.into(),
        })
    }
}

#[cfg(test)]
mod tests;
