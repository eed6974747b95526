//! One condition: free text, a regular expression, a field of the record, or a path into the payload.

use super::{FilterError, MAX_NEEDLE_CHARS, Parser, TokenKind, words, words::Word};
use crate::{Comparison, Filter, Regex};
use decode::{Path, Segment};
use std::ops::Range;

/// No value contains white space, so this stops nothing.
pub(super) const NO_STOP: &str = "";

const STAR_ALONE: &str =
    "`*` stands for any text only after a field, as in type:Order*; in quotes it is itself";

/// Longest first: each is tried before what it begins with.
const OPERATORS: [(&str, Relation); 15] = [
    (":>=", Relation::Compares(Comparison::AtLeast)),
    (":<=", Relation::Compares(Comparison::AtMost)),
    (":!=", Relation::Compares(Comparison::NotEqual)),
    (":=", Relation::Compares(Comparison::Equal)),
    (":>", Relation::Compares(Comparison::Greater)),
    (":<", Relation::Compares(Comparison::Less)),
    (":", Relation::Compares(Comparison::Equal)),
    (">=", Relation::Compares(Comparison::AtLeast)),
    ("<=", Relation::Compares(Comparison::AtMost)),
    ("!=", Relation::Compares(Comparison::NotEqual)),
    ("=~", Relation::Like),
    ("==", Relation::Compares(Comparison::Equal)),
    ("=", Relation::Compares(Comparison::Equal)),
    (">", Relation::Compares(Comparison::Greater)),
    ("<", Relation::Compares(Comparison::Less)),
];

/// What stands between a field and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Compares(Comparison),
    /// `like`, `=~`
    Like,
    NotLike,
    In,
    NotIn,
}

pub(super) struct Operator {
    pub relation: Relation,
    pub at: Range<usize>,
}

impl Parser<'_> {
    pub(super) fn term(&mut self) -> Result<Filter, FilterError> {
        let start = self.at;
        if self.rest().starts_with('"') {
            let word = self.word(NO_STOP, "a text")?;
            return self.contains(word, true);
        }
        if let Some(regex) = self.regex()? {
            return Ok(Filter::Matches(regex));
        }
        if let Some(window) = self.last() {
            return Ok(window);
        }
        if let Some(present) = self.present()? {
            return Ok(present);
        }
        if let Some((path, operator)) = self.field()? {
            let is_bare = !self.text[start..].starts_with(['$', '[']);
            return match path.segments() {
                [Segment::Key(name)] if words::is_reserved(name) && is_bare => {
                    self.mark(start..start + name.len(), TokenKind::Attribute);
                    self.mark_operator(&operator);
                    self.attribute(name, &operator)
                }
                _ => {
                    let end = self.text[start..operator.at.start].trim_end().len();
                    self.mark(start..start + end, TokenKind::Field);
                    self.mark_operator(&operator);
                    self.payload_field(&path, &operator)
                }
            };
        }
        let word = self.word(NO_STOP, "a condition")?;
        match word.pattern {
            None => self.contains(word, false),
            Some(_) if word.text == "*" => {
                self.mark(word.at, TokenKind::Pattern);
                Ok(Filter::Everything)
            }
            Some(_) => self.fail(word.at, STAR_ALONE),
        }
    }

    pub(super) fn contains(
        &mut self,
        word: Word,
        case_sensitive: bool,
    ) -> Result<Filter, FilterError> {
        if word.text.chars().count() > MAX_NEEDLE_CHARS {
            let message = format!("a text to look for has at most {MAX_NEEDLE_CHARS} characters");
            return self.fail(word.at, message);
        }
        self.mark_text(&word);
        let text = word.text;
        Ok(Filter::Contains {
            text,
            case_sensitive,
        })
    }

    /// An expression between slashes, where its closing slash ends a word; what only begins with
    /// a slash, as `/api/orders`, is text.
    pub(super) fn regex(&mut self) -> Result<Option<Regex>, FilterError> {
        let start = self.at;
        let Some((len, any_case)) = words::regex_len(self.rest()) else {
            return Ok(None);
        };
        let body = &self.rest()[1..=len];
        let regex = Regex::new(body, any_case).or_else(|error| {
            let at = start + 1 + error.at.start..start + 1 + error.at.end;
            self.fail(at, error.message)
        })?;
        self.at += len + 2 + usize::from(any_case);
        self.mark(start..self.at, TokenKind::Regex);
        Ok(Some(regex))
    }

    /// `last 5m`; where no length of time follows, `last` is a word like others.
    fn last(&mut self) -> Option<Filter> {
        let start = self.at;
        if !words::starts_with_word(self.rest(), "last") {
            return None;
        }
        let after = self.rest()["last".len()..].trim_start();
        let span = &after[..after.find(words::ends_word).unwrap_or(after.len())];
        let span_millis = super::span_millis(span)?;
        let span_at = self.text.len() - after.len();
        self.at = span_at + span.len();
        self.mark(start..start + "last".len(), TokenKind::Attribute);
        self.mark(span_at..self.at, TokenKind::Time);
        Some(self.since(span_millis))
    }

    /// `ispresent(path)`
    fn present(&mut self) -> Result<Option<Filter>, FilterError> {
        const NAME: &str = "ispresent(";
        let start = self.at;
        let begins = self.rest().get(..NAME.len());
        if !begins.is_some_and(|text| text.eq_ignore_ascii_case(NAME)) {
            return Ok(None);
        }
        self.at += NAME.len();
        self.mark(start..self.at - 1, TokenKind::Keyword);
        self.mark(self.at - 1..self.at, TokenKind::Bracket);
        self.peek();
        let path = self.path()?;
        if self.peek() != Some(')') {
            return self.fail(self.at..self.at + 1, "expected `)`");
        }
        self.at += 1;
        self.mark(self.at - 1..self.at, TokenKind::Bracket);
        Ok(Some(Filter::Exists(path)))
    }

    /// A field and its operator, or the place unchanged where no operator follows.
    fn field(&mut self) -> Result<Option<(Path, Operator)>, FilterError> {
        let start = self.at;
        let rest = self.rest();
        let begins = |c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '$' | '[');
        if !rest.starts_with(begins) {
            return Ok(None);
        }
        let (path, len) = match Path::parse_prefix(rest) {
            Ok(found) => found,
            // in `$.a['b` somebody means a path, in `hello.` or `[1,2]` nobody does
            Err(error) if rest.starts_with('$') => {
                let at = start + error.at;
                return self.fail(at..at + 1, error.to_string());
            }
            Err(_) => return Ok(None),
        };
        self.at = start + len;
        let operator = self.operator();
        if operator.is_none() {
            self.at = start;
        }
        Ok(operator.map(|operator| (path, operator)))
    }

    /// Marks such as `>` may have spaces around them, a colon may not.
    fn operator(&mut self) -> Option<Operator> {
        let is_apart = self.rest().starts_with(|c: char| c.is_whitespace());
        self.peek();
        let rest = self.rest();
        // a link, not a field
        if rest.starts_with("://") || (is_apart && rest.starts_with(':')) {
            return None;
        }
        let found = OPERATORS.iter().find(|(mark, _)| rest.starts_with(mark));
        let Some(&(mark, relation)) = found else {
            return self.word_operator().filter(|_| is_apart);
        };
        let at = self.at..self.at + mark.len();
        self.at = at.end;
        if !mark.starts_with(':') {
            self.peek();
        }
        Some(Operator { relation, at })
    }

    /// `like` before a text or an expression and `in` before a list; elsewhere they are words.
    fn word_operator(&mut self) -> Option<Operator> {
        let start = self.at;
        let is_not = words::starts_with_word(self.rest(), "not");
        let word_at = if is_not {
            start + "not".len() + white_space_len(&self.rest()["not".len()..])
        } else {
            start
        };
        let rest = &self.text[word_at..];
        let is_like = words::starts_with_word(rest, "like");
        let word = if is_like { "like" } else { "in" };
        if !words::starts_with_word(rest, word) {
            return None;
        }
        let end = word_at + word.len();
        let value_at = end + white_space_len(&self.text[end..]);
        let begins: &[char] = if is_like { &['"', '/'] } else { &['['] };
        if !self.text[value_at..].starts_with(begins) {
            return None;
        }
        self.at = value_at;
        let relation = match (is_like, is_not) {
            (true, false) => Relation::Like,
            (true, true) => Relation::NotLike,
            (false, false) => Relation::In,
            (false, true) => Relation::NotIn,
        };
        Some(Operator {
            relation,
            at: start..end,
        })
    }

    fn mark_operator(&mut self, operator: &Operator) {
        let is_word = self.text[operator.at.clone()].starts_with(char::is_alphabetic);
        let kind = if is_word {
            TokenKind::Keyword
        } else {
            TokenKind::Operator
        };
        self.mark(operator.at.clone(), kind);
    }

    pub(super) fn path(&mut self) -> Result<Path, FilterError> {
        let start = self.at;
        let (path, len) = Path::parse_prefix(self.rest()).or_else(|error| {
            let at = start + error.at;
            self.fail(at..at + 1, error.to_string())
        })?;
        self.at += len;
        match self.rest().chars().next() {
            Some(c) if !words::ends_word(c) => self.fail(
                self.at..self.at + c.len_utf8(),
                "expected `.`, `[` or the path's end",
            ),
            _ => {
                self.mark(start..self.at, TokenKind::Field);
                Ok(path)
            }
        }
    }
}

fn white_space_len(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
