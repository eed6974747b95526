//! The words of a question outside of its filters: names, numbers, texts and marks.

use super::steps::Name;
use crate::{FilterError, TokenKind, parse::words};
use decode::Path;
use std::ops::Range;

/// A word with its place in the whole question.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub at: Range<usize>,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Name(Name),
    /// Also `*`, `(`, `,`, `>=`, …
    Mark(&'static str),
    Number(String),
    Text(String),
    /// Between slashes, and whether in any case.
    Regex(String, bool),
    /// A length of time, such as `5m`, in milliseconds.
    Span(i64),
}

impl Kind {
    pub fn token(&self) -> TokenKind {
        match self {
            Self::Name(_) => TokenKind::Field,
            Self::Mark("(" | ")" | ",") => TokenKind::Bracket,
            Self::Mark(_) => TokenKind::Operator,
            Self::Number(_) => TokenKind::Number,
            Self::Text(_) => TokenKind::Quoted,
            Self::Regex(..) => TokenKind::Regex,
            Self::Span(_) => TokenKind::Time,
        }
    }
}

/// Longest first.
const MARKS: [&str; 15] = [
    "!=", "<=", ">=", "==", "(", ")", ",", "*", "+", "-", "/", "%", "=", "<", ">",
];

pub(super) struct Lexer<'t> {
    text: &'t str,
    end: usize,
    at: usize,
    /// A slash begins an expression: not so after a value.
    takes_regex: bool,
}

impl<'t> Lexer<'t> {
    /// Reads `within` of a text. `takes_regex`: slashes begin expressions and never divide.
    pub fn new(text: &'t str, within: Range<usize>, takes_regex: bool) -> Self {
        Self {
            text,
            end: within.end,
            at: within.start,
            takes_regex,
        }
    }

    pub fn next(&mut self) -> Result<Option<Lexeme>, FilterError> {
        self.at = self.end - self.rest().trim_start().len();
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let (kind, len) = match first {
            '"' | '\'' => self.text_in(first)?,
            '`' => self.quoted_name()?,
            '0'..='9' => self.number()?,
            '/' if self.takes_regex => self.regex()?,
            c if begins_name(c) => self.name()?,
            _ => match MARKS.iter().find(|mark| rest.starts_with(**mark)) {
                Some(&mark) => (Kind::Mark(mark), mark.len()),
                None => {
                    return fail(start..start + first.len_utf8(), "this has no meaning here");
                }
            },
        };
        self.at = start + len;
        Ok(Some(Lexeme {
            at: start..self.at,
            kind,
        }))
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    fn text_in(&self, quote: char) -> Result<(Kind, usize), FilterError> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote => return Ok((Kind::Text(text), at + 1)),
                // before any other character, as in an expression, a backslash is one
                '\\' => match chars.next() {
                    Some((_, c @ ('\\' | '"' | '\''))) => text.push(c),
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, c)) => text.extend(['\\', c]),
                    None => {}
                },
                c => text.push(c),
            }
        }
        fail(self.at..self.at + 1, "this quote is not closed")
    }

    fn quoted_name(&self) -> Result<(Kind, usize), FilterError> {
        let Some(len) = self.rest()[1..].find('`') else {
            return fail(self.at..self.at + 1, "this backquote is not closed");
        };
        let name = &self.rest()[1..=len];
        // a name such as `detail-type` is a path, one such as `count(*)` is a name as it is
        let path = Path::parse(name)
            .unwrap_or_else(|_| Path::new(vec![decode::Segment::Key(name.to_owned())]));
        let is_rooted = name.starts_with('$');
        Ok((Kind::Name(Name { path, is_rooted }), len + 2))
    }

    fn number(&self) -> Result<(Kind, usize), FilterError> {
        let rest = self.rest();
        let word_len = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
            .unwrap_or(rest.len());
        let mut len = word_len;
        // `1e-5`
        if rest[..len].ends_with(['e', 'E']) && rest[len..].starts_with(['-', '+']) {
            let digits = rest[len + 1..].bytes().take_while(u8::is_ascii_digit);
            len += 1 + digits.count();
        }
        if decode::is_number(&rest[..len]) {
            return Ok((Kind::Number(rest[..len].to_owned()), len));
        }
        match crate::parse::span_millis(&rest[..word_len]) {
            Some(span) => Ok((Kind::Span(span), word_len)),
            None => fail(
                self.at..self.at + word_len,
                "expected a number, or a length of time such as 5m",
            ),
        }
    }

    fn regex(&self) -> Result<(Kind, usize), FilterError> {
        match words::regex_len(self.rest()) {
            Some((len, any_case)) => {
                let pattern = self.rest()[1..=len].to_owned();
                Ok((
                    Kind::Regex(pattern, any_case),
                    len + 2 + usize::from(any_case),
                ))
            }
            None => fail(self.at..self.at + 1, "this expression is not closed"),
        }
    }

    /// Letters, digits, `_`, `@` and `$` with dots and brackets between.
    fn name(&self) -> Result<(Kind, usize), FilterError> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let word = |from: usize| {
            let tail = &rest[from..];
            from + tail.find(|c| !is_in_name(c)).unwrap_or(tail.len())
        };
        let mut len = word(0);
        loop {
            let after_dot = rest.get(len + 1..).and_then(|tail| tail.chars().next());
            if bytes.get(len) == Some(&b'.') && after_dot.is_some_and(begins_name) {
                len = word(len + 1);
            } else if bytes.get(len) == Some(&b'[') {
                let (_, end) = Path::parse_prefix(&rest[len..]).or_else(|error| {
                    let at = self.at + len + error.at;
                    let end = self.text[..self.end].ceil_char_boundary((at + 1).min(self.end));
                    fail(at.min(end)..end, error.to_string())
                })?;
                // what stands in the brackets, and no name after them
                let closing = rest[len..len + end].rfind(']').map_or(end, |at| at + 1);
                len += closing;
            } else {
                break;
            }
        }
        let path = Path::parse(&rest[..len]).or_else(|error| {
            let at = self.at + error.at;
            fail(
                at..self.text.ceil_char_boundary((at + 1).min(self.end)),
                error.to_string(),
            )
        })?;
        let is_rooted = rest.starts_with('$');
        Ok((Kind::Name(Name { path, is_rooted }), len))
    }
}

fn fail<T>(at: Range<usize>, message: impl Into<String>) -> Result<T, FilterError> {
    Err(FilterError {
        at,
        message: message.into(),
    })
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '@' | '$')
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '$')
}

/// Where a step lies, and the `|` before it.
pub(super) struct StepPlace {
    pub bar: Option<usize>,
    pub within: Range<usize>,
}

/// Cuts a question at each `|` that is in no text, name or expression. Lines before a step that
/// begin with `#` are left out.
pub(super) fn step_places(text: &str) -> Vec<StepPlace> {
    let mut steps = Vec::new();
    let mut start = 0;
    let mut bar = None;
    let mut quote = None;
    let mut is_line_start = true;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let len = c.len_utf8();
        match quote {
            _ if c == '\\' => {
                at += len + text[at + len..].chars().next().map_or(0, char::len_utf8);
                continue;
            }
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '#' && is_line_start && text[start..at].trim().is_empty() => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                start = at;
                continue;
            }
            None => match c {
                '"' => quote = Some(c),
                // in a filter they are letters like others
                '\'' | '`' if !is_filter(&text[start..at]) => quote = Some(c),
                '/' if begins_word(&text[start..at])
                    && let Some((len, any_case)) = words::regex_len(&text[at..]) =>
                {
                    at += len + 2 + usize::from(any_case);
                    continue;
                }
                '|' => {
                    let within = start..at;
                    steps.push(StepPlace { bar, within });
                    bar = Some(at);
                    start = at + 1;
                }
                _ => {}
            },
        }
        is_line_start = c == '\n' || (is_line_start && c.is_whitespace()) || c == '|';
        at += len;
    }
    let within = start..text.len();
    steps.push(StepPlace { bar, within });
    steps
}

fn is_filter(step: &str) -> bool {
    words::starts_with_word(step.trim_start(), "filter")
}

fn begins_word(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ':' | '=' | '[' | ',' | '~' | '-'))
}
