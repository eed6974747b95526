//! What may be asked of captured records: the one [`Filter`], its language, and its evaluator.
//!
//! Pure: no I/O, and `now` is an argument. The table, the timeline, counts, exports and replays all
//! use this type; whoever needs more extends it. How records are found is the store's affair: it
//! takes the [`Bounds`] of a filter to its indexes and the [`Matcher`] to what they give.

#[cfg(test)]
mod arbitrary;
mod bounds;
mod decimal;
mod display;
mod filter;
mod matcher;
mod parse;

pub use bounds::Bounds;
pub use decimal::Number;
pub use filter::{Comparison, Filter, Literal, TextMatch};
pub use matcher::{Matcher, Subject};
pub use parse::{FilterError, MAX_DEPTH, MAX_TEXT_BYTES, parse};
