//! Writing to one stream: the only code of this program that can put a record.

mod outcome;

pub use outcome::{Outcome, Refusal};
