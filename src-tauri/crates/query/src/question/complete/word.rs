//! Where in a step a word is typed, and what may stand there.

use crate::question::lex::{Kind, Lexer};
use std::ops::Range;

/// What may stand where a word begins.
pub(super) struct Place<'t> {
    /// The function in whose parentheses it stands, and the number of its argument.
    pub call: Option<(&'t str, usize)>,
    pub wants_operand: bool,
    pub is_after_by: bool,
    pub is_new_name: bool,
}

impl<'t> Place<'t> {
    pub fn after(before: &'t str) -> Self {
        let mut calls: Vec<(&str, usize)> = Vec::new();
        let mut is_after_by = false;
        let mut lexer = Lexer::new(before, 0..before.len(), false);
        let mut last = None;
        // what cannot be read is told by the colours; what comes before it counts
        while let Ok(Some(lexeme)) = lexer.next() {
            let word = &before[lexeme.at.clone()];
            match &lexeme.kind {
                Kind::Mark("(") => calls.push((last.unwrap_or_default(), 0)),
                Kind::Mark(")") => {
                    calls.pop();
                }
                Kind::Mark(",") => {
                    if let Some((_, argument)) = calls.last_mut() {
                        *argument += 1;
                    }
                }
                Kind::Name(_) if calls.is_empty() && word.eq_ignore_ascii_case("by") => {
                    is_after_by = true;
                }
                _ => {}
            }
            last = Some(word);
        }
        let is_word = |word: &str| last.is_some_and(|last| last.eq_ignore_ascii_case(word));
        let ends_open =
            |text: &str| text.ends_with([',', '(', '+', '-', '/', '%', '=', '<', '>', '!']);
        // `*` is a factor's or, in `count(*`, an operand
        let is_factor = before.ends_with('*') && !before.ends_with("(*");
        Self {
            call: calls.pop(),
            wants_operand: before.is_empty() || ends_open(before) || is_factor || is_word("by"),
            is_after_by,
            is_new_name: is_word("as"),
        }
    }
}

/// The word that is being typed.
pub(super) struct Word<'t> {
    pub at: Range<usize>,
    pub typed: &'t str,
    /// What stands before it in its step, after the step's own name.
    pub before: &'t str,
}

impl<'t> Word<'t> {
    /// Nothing in a text.
    pub fn around(text: &'t str, cursor: usize, from: usize) -> Option<Self> {
        let head = &text[from..cursor];
        let mut start = 0;
        let mut quote = None;
        let mut is_escaped = false;
        for (at, c) in head.char_indices() {
            match quote {
                Some(open) if c == open && !is_escaped => quote = None,
                None if matches!(c, '"' | '\'' | '`') => {
                    quote = Some(c);
                    // a name in backquotes begins with them
                    start = if c == '`' { at } else { start };
                }
                None if !is_in_word(c) => start = at + c.len_utf8(),
                Some(_) | None => {}
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        if matches!(quote, Some('"' | '\'')) {
            return None;
        }
        let mut end = end_of(text, cursor, is_in_word);
        if quote.is_some() && text[end..].starts_with('`') {
            end += 1;
        }
        Some(Self {
            at: from + start..end,
            typed: &head[start..],
            before: head[..start].trim(),
        })
    }
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '$' | '.' | '[' | ']')
}

pub(super) fn end_of(text: &str, from: usize, is_in: impl Fn(char) -> bool) -> usize {
    let rest = &text[from..];
    from + rest.find(|c| !is_in(c)).unwrap_or(rest.len())
}
