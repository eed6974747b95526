//! The text of a question to its steps. What the names mean is the plan's affair.

use super::{
    aggregate::Aggregate,
    formula::{Function, function_names},
    lex::{Kind, Lexeme, Lexer, step_places},
    steps::{Column, Name, Step},
};
use crate::{
    Clock, FilterError, MAX_TEXT_BYTES, Token, TokenKind, display::field_text, parse::words,
};
use std::ops::Range;

mod clauses;
mod expression;

const MAX_STEPS: usize = 100;
/// In all expressions of a question: each makes a tree deeper.
const MAX_OPERATORS: usize = 1_000;
/// Rows of an answer.
pub(super) const MAX_ROWS: usize = 10_000;

pub(super) const STEPS: [&str; 8] = [
    "fields", "display", "filter", "stats", "sort", "limit", "dedup", "parse",
];

pub(super) fn steps(text: &str, clock: Clock) -> Result<Vec<Step>, FilterError> {
    Syntax::new(text, clock).steps()
}

pub(super) fn tokens(text: &str, clock: Clock) -> Vec<Token> {
    let mut syntax = Syntax::new(text, clock);
    if let Err(error) = syntax.steps() {
        syntax.tokens.retain(|token| token.at.end <= error.at.start);
        if !error.at.is_empty() {
            syntax.mark(error.at, TokenKind::Fault);
        }
    }
    syntax.tokens
}

struct Syntax<'t> {
    text: &'t str,
    clock: Clock,
    tokens: Vec<Token>,
    /// The words of the step that is being read, the next one last.
    words: Vec<Lexeme>,
    /// Where the step ends.
    end: usize,
    depth: usize,
    operators: usize,
}

impl<'t> Syntax<'t> {
    fn new(text: &'t str, clock: Clock) -> Self {
        Self {
            text,
            clock,
            tokens: Vec::new(),
            words: Vec::new(),
            end: text.len(),
            depth: 0,
            operators: 0,
        }
    }

    fn steps(&mut self) -> Result<Vec<Step>, FilterError> {
        if self.text.len() > MAX_TEXT_BYTES {
            let message = format!("a question has at most {MAX_TEXT_BYTES} bytes");
            return fail(0..self.text.len(), message);
        }
        let places = step_places(self.text);
        if places.len() > MAX_STEPS {
            let message = format!("a question has at most {MAX_STEPS} steps");
            return fail(places[MAX_STEPS].within.clone(), message);
        }
        let mut steps = Vec::with_capacity(places.len());
        for place in places {
            if let Some(bar) = place.bar {
                self.mark(bar..bar + 1, TokenKind::Operator);
            }
            steps.push(self.step(place.within)?);
        }
        Ok(steps)
    }

    fn step(&mut self, range: Range<usize>) -> Result<Step, FilterError> {
        let text = &self.text[range.clone()];
        let start = range.end - text.trim_start().len();
        let rest = &self.text[start..range.end];
        let len = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let name = rest[..len].to_ascii_lowercase();
        if !STEPS.contains(&name.as_str()) {
            // what is wrong is the word, or that there is none
            let end = start + rest.find(char::is_whitespace).unwrap_or(rest.len());
            return fail(start..end, format!("expected a step: {}", STEPS.join(", ")));
        }
        self.mark(start..start + len, TokenKind::Keyword);
        self.end = range.start + text.trim_end().len();
        let within = start + len..range.end;
        if name == "filter" {
            return self.filter(within);
        }
        self.words = self.lexemes(within, name == "parse")?;
        let step = match name.as_str() {
            "fields" => Step::Fields(self.columns()?),
            "display" => Step::Display(self.names()?),
            "stats" => self.stats()?,
            "sort" => Step::Sort(self.order()?),
            "limit" => Step::Limit(self.limit()?),
            "dedup" => Step::Dedup(self.columns()?),
            _ => self.parse()?,
        };
        match self.words.last() {
            None => Ok(step),
            Some(word) => fail(word.at.clone(), "expected `,`, `|` or the end"),
        }
    }

    /// The filter's own language, in its own place.
    fn filter(&mut self, within: Range<usize>) -> Result<Step, FilterError> {
        let text = &self.text[within.clone()];
        let moved = |at: Range<usize>| within.start + at.start..within.start + at.end;
        if text.trim().is_empty() {
            return fail(self.end..self.end, "expected a condition");
        }
        let reading = crate::read(text, self.clock.clone());
        for token in reading.tokens {
            self.mark(moved(token.at), token.kind);
        }
        match reading.filter {
            Ok(filter) => {
                let start = within.end - text.trim_start().len();
                Ok(Step::Filter(filter, start..self.end))
            }
            Err(error) => fail(moved(error.at), error.message),
        }
    }

    fn lexemes(
        &mut self,
        within: Range<usize>,
        takes_regex: bool,
    ) -> Result<Vec<Lexeme>, FilterError> {
        let mut lexer = Lexer::new(self.text, within, takes_regex);
        let mut lexemes = Vec::new();
        while let Some(lexeme) = lexer.next()? {
            let kind = self.token_kind(&lexeme);
            self.mark(lexeme.at.clone(), kind);
            lexemes.push(lexeme);
        }
        lexemes.reverse();
        Ok(lexemes)
    }

    fn token_kind(&self, lexeme: &Lexeme) -> TokenKind {
        let text = &self.text[lexeme.at.clone()];
        let is_keyword = ["as", "by", "asc", "desc"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word));
        let is_call = self.text[lexeme.at.end..].trim_start().starts_with('(')
            && (Aggregate::named(text).is_some()
                || Function::named(text).is_some()
                || text.eq_ignore_ascii_case("bin"));
        match lexeme.kind {
            Kind::Name(_) if is_keyword || is_call => TokenKind::Keyword,
            Kind::Name(_) if text.starts_with('@') || words::is_reserved(text) => {
                TokenKind::Attribute
            }
            ref kind => kind.token(),
        }
    }

    fn columns(&mut self) -> Result<Vec<Column>, FilterError> {
        let mut columns = Vec::new();
        loop {
            let start = self.place().start;
            let expression = self.expression()?;
            let end = self.words.last().map_or(self.end, |word| word.at.start);
            let shown = self.text[start..end].trim().trim_matches('`').to_owned();
            let alias = self.alias()?;
            columns.push(Column {
                expression,
                is_named: alias.is_some(),
                name: alias.unwrap_or(shown),
            });
            if !self.take(",") {
                return Ok(columns);
            }
        }
    }

    fn names(&mut self) -> Result<Vec<(Name, Range<usize>)>, FilterError> {
        let mut names = Vec::new();
        loop {
            let place = self.place();
            match self.words.pop() {
                Some(Lexeme {
                    at,
                    kind: Kind::Name(name),
                }) => names.push((name, at)),
                _ => return fail(place, "expected a name"),
            }
            if !self.take(",") {
                return Ok(names);
            }
        }
    }

    fn alias(&mut self) -> Result<Option<String>, FilterError> {
        if !self.take_word("as") {
            return Ok(None);
        }
        let place = self.place();
        match self.words.pop() {
            Some(Lexeme {
                kind: Kind::Name(name),
                ..
            }) => Ok(Some(field_text(&name.path))),
            _ => fail(place, "expected a name after `as`"),
        }
    }

    /// Where the next word stands, or the end of the step.
    fn place(&self) -> Range<usize> {
        self.words
            .last()
            .map_or(self.end..self.end, |word| word.at.clone())
    }

    fn is_next(&self, mark: &str) -> bool {
        matches!(self.words.last(), Some(Lexeme { kind: Kind::Mark(next), .. }) if *next == mark)
    }

    fn take(&mut self, mark: &str) -> bool {
        let is_there = self.is_next(mark);
        if is_there {
            self.words.pop();
        }
        is_there
    }

    /// Gives the place after it.
    fn expect(&mut self, mark: &str) -> Result<usize, FilterError> {
        let place = self.place();
        if self.take(mark) {
            Ok(place.end)
        } else {
            fail(place, format!("expected `{mark}`"))
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_there = match self.words.last() {
            Some(Lexeme {
                at,
                kind: Kind::Name(_),
            }) => self.text[at.clone()].eq_ignore_ascii_case(word),
            _ => false,
        };
        if is_there {
            self.words.pop();
        }
        is_there
    }

    fn mark(&mut self, at: Range<usize>, kind: TokenKind) {
        self.tokens.push(Token { at, kind });
    }
}

fn fail<T>(at: Range<usize>, message: impl Into<String>) -> Result<T, FilterError> {
    Err(FilterError {
        at,
        message: message.into(),
    })
}

/// What a name in front of a parenthesis may be.
fn all_functions() -> String {
    let names = function_names().chain(["bin"]);
    names.collect::<Vec<_>>().join(", ")
}
