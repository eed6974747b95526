//! The filter language: text to [`Filter`], or an error with its place and what was expected.
//!
//! ```text
//! any    = all { "or" all }
//! all    = not { ["and"] not }
//! not    = { "-" | "not" } one
//! one    = "(" any ")" | "*" | "text" | /regex/ | word | "last" span | "ispresent(" path ")"
//!        | field ":" [operator] value | field operator value
//!        | field ["not"] "like" ("text" | /regex/) | field ["not"] "in" "[" value { "," value } "]"
//! field  = type | key | shard | stream | size | seq | time | after | before | last | has | is | text
//!          or a path into the payload: customer.id, lines[0].sku, $.type, $['first name']
//! value  = word | "text" | /regex/ | number | number ".." number | true | false | null | word with *
//! ```
//! A record passes if it says what each condition asks for. Where it holds several events, or several JSON documents, a
//! condition on a field is met if one of them meets it, and two conditions may be met by two of them: `a:1 b:2` takes
//! `{"a":1}{"b":2}`, and `-a:1` takes only records in which no event has it. The two ends of a range are two conditions.
//! In a question's `filter` all conditions are asked of the same event.
//!
//! A word is found in any case, a text in quotes only as it is written, an expression as it is
//! written or, as `/regex/i`, in any case. Hostile text is answered by an error: depth and length
//! are limited.

use crate::{Clock, Filter};
use std::ops::Range;

mod instant;
mod number_range;
mod range;
mod size;
mod term;
mod tokens;
mod value;
pub(crate) mod words;

pub(crate) use instant::span_millis;
pub use range::{TimeRange, read_time_range};
pub use tokens::{Token, TokenKind};

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

/// A filter's text taken apart.
#[derive(Clone, Debug)]
pub struct Reading {
    pub filter: Result<Filter, FilterError>,
    pub tokens: Vec<Token>,
    /// The conditions that must all hold, each with its place; none where there was an error, and
    /// one for the whole text where it is an `or`.
    pub(crate) parts: Vec<(Range<usize>, Filter)>,
    pub(crate) is_any: bool,
}

/// Reads a filter. Empty text is everything. Relative times count from now; a time of day is that
/// of the clock's day, and a time without a zone is in the clock's.
///
/// # Errors
/// [`FilterError`] at the first place that does not fit the language.
pub fn parse(text: &str, clock: impl Into<Clock>) -> Result<Filter, FilterError> {
    read(text, clock).filter
}

/// Reads a filter as [`parse`] does, and says what its parts are, up to an error if there is one.
pub fn read(text: &str, clock: impl Into<Clock>) -> Reading {
    let mut parser = Parser {
        text,
        at: 0,
        clock: clock.into(),
        depth: 0,
        tokens: Vec::new(),
        parts: Vec::new(),
        is_any: false,
    };
    let filter = parser.whole();
    if let Err(error) = &filter {
        parser.blame(&error.at);
    }
    if parser.is_any || filter.is_err() {
        parser.parts.clear();
    }
    Reading {
        filter,
        tokens: parser.tokens,
        parts: parser.parts,
        is_any: parser.is_any,
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    clock: Clock,
    depth: usize,
    tokens: Vec<Token>,
    parts: Vec<(Range<usize>, Filter)>,
    /// Alternatives at the top.
    is_any: bool,
}

impl<'t> Parser<'t> {
    fn whole(&mut self) -> Result<Filter, FilterError> {
        if self.text.len() > MAX_TEXT_BYTES {
            let message = format!("a filter has at most {MAX_TEXT_BYTES} bytes");
            return self.fail(0..self.text.len(), message);
        }
        if self.peek().is_none() {
            return Ok(Filter::Everything);
        }
        let filter = self.any()?;
        match self.peek() {
            None => Ok(filter),
            Some(_) => self.fail(self.at..self.at + 1, "no parenthesis is open here"),
        }
    }

    fn any(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all()?];
        while self.take_keyword("or") {
            self.is_any |= self.depth == 0;
            parts.push(self.all()?);
        }
        Ok(Filter::any(parts))
    }

    fn all(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.part()?];
        loop {
            let is_joined = self.take_keyword("and");
            let ends = matches!(self.peek(), None | Some(')')) || self.is_keyword("or");
            if ends && !is_joined {
                return Ok(Filter::all(parts));
            }
            parts.push(self.part()?);
        }
    }

    fn part(&mut self) -> Result<Filter, FilterError> {
        self.peek();
        let start = self.at;
        let part = self.not()?;
        if self.depth == 0 {
            self.parts.push((start..self.at, part.clone()));
        }
        Ok(part)
    }

    fn not(&mut self) -> Result<Filter, FilterError> {
        let start = self.at;
        let is_dash = self.peek() == Some('-');
        if is_dash {
            self.at += 1;
            if self.rest().starts_with(|c: char| c.is_whitespace()) || self.rest().is_empty() {
                return self.fail(self.at - 1..self.at, "expected a condition right after `-`");
            }
            self.mark(self.at - 1..self.at, TokenKind::Keyword);
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
        self.mark(open..self.at, TokenKind::Bracket);
        self.deeper(open)?;
        let inner = self.any()?;
        self.depth -= 1;
        if self.peek() != Some(')') {
            return self.fail(open..open + 1, "this parenthesis is not closed");
        }
        self.at += 1;
        self.mark(self.at - 1..self.at, TokenKind::Bracket);
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
        words::starts_with_word(self.rest(), keyword)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_there = self.is_keyword(keyword);
        if is_there {
            self.at += keyword.len();
            self.mark(self.at - keyword.len()..self.at, TokenKind::Keyword);
        }
        is_there
    }

    fn mark(&mut self, at: Range<usize>, kind: TokenKind) {
        self.tokens.push(Token { at, kind });
    }

    /// Nothing from the fault on was understood.
    fn blame(&mut self, at: &Range<usize>) {
        self.tokens.retain(|token| token.at.end <= at.start);
        if !at.is_empty() {
            self.mark(at.clone(), TokenKind::Fault);
        }
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
