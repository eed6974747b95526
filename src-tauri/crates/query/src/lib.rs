//! What may be asked of captured records: the one [`Filter`], its language, and its evaluator.
//!
//! Pure: no I/O, and `now` is an argument. The table, the timeline, counts, exports and replays all
//! use this type; whoever needs more extends it. How records are found is the store's affair: it
//! takes the [`Bounds`] of a filter to its indexes and the [`Matcher`] to what they give.

#[cfg(test)]
mod arbitrary;
mod bounds;
mod clock;
mod complete;
mod decimal;
mod display;
mod edit;
mod expression;
mod filter;
mod mark;
mod mask;
mod matcher;
mod parse;
mod place;
mod question;
mod required;
mod schema;
mod seen;

pub use bounds::Bounds;
pub use clock::Clock;
pub use complete::{Completion, Offer, OfferKind, complete};
pub use decimal::Number;
pub use edit::{narrowed, toggled};
pub use expression::{Program, Regex, RegexError, Stop, unless_stopped};
pub use filter::{Comparison, Filter, Literal, TextMatch};
pub use mark::{Mark, Marks};
pub use mask::{MaskError, MaskProblem, MaskRule, Masks, holds_mask};
pub use matcher::{Matcher, Subject, spelled::Spelled};
pub use parse::{
    FilterError, MAX_DEPTH, MAX_TEXT_BYTES, Reading, TimeRange, Token, TokenKind, parse, read,
    read_time_range,
};
pub use question::{
    Chart, Note, Question, Run, Series, Table, TableRow, Value, WholeRow, complete_question,
    question_tokens,
};
pub use required::Required;
pub use schema::{Change, Drift, FieldKind, FieldSchema, Schema, Sighting, Spell, TypeSchema};
pub use seen::{Seen, SeenField};
