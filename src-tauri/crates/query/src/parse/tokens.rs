//! What the parts of a filter's text are, for colours and for editing; no meaning of its own.

use std::ops::Range;

/// A piece of the text, at whole characters. Pieces are in order and apart; between them is white
/// space, and after an error whatever could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub at: Range<usize>,
    pub kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `and`, `or`, `not`, `-`, `like`, `in`
    Keyword,
    /// Parentheses, brackets and the commas between them.
    Bracket,
    /// A field of the record: `type`, `key`, `time`, …
    Attribute,
    /// A path into the payload.
    Field,
    Operator,
    /// Free text, or a value that is a text.
    Text,
    /// In quotes.
    Quoted,
    /// With a star.
    Pattern,
    Regex,
    Number,
    /// `true`, `false`, `null`, or the name of a mark.
    Constant,
    Time,
    Size,
    /// What could not be read.
    Fault,
}
