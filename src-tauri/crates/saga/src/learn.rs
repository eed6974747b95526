//! From plain events to a proposed definition: which field correlates, which types are steps, what undoes what.
//!
//! It guesses from names and from what follows what; a person accepts or edits the text. Samples come in, YAML goes
//! out; the text is a valid definition.

use crate::definition::DefinitionError;
use record::Millis;

mod fields;
mod flow;
mod keys;
mod roles;
mod seen;
mod text;
mod words;

pub(crate) use fields::{Sampled, kind_paths};
pub use keys::Candidate;
pub(crate) use keys::candidates;
pub use seen::{Seen, seen};

/// More are not looked at.
pub const MAX_SAMPLES: usize = 20_000;

/// A record to learn from, in the order of its arrival.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    pub stream: &'a str,
    pub arrival: Millis,
    pub payload: &'a [u8],
}

#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// A whole `*.saga.yaml`.
    pub yaml: String,
    /// The fields that may correlate, the best first.
    pub candidates: Vec<Candidate>,
    /// How many sagas the samples hold, by the best candidate.
    pub sagas: usize,
    /// What directly follows what, the most frequent first.
    pub follows: Vec<Follows>,
}

/// An edge of the directly-follows graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follows {
    pub first: String,
    pub then: String,
    pub times: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    #[error("no field of these records names an event type")]
    NoTypes,
    #[error("no field is shared by two or more event types")]
    NoKey,
    /// The proposal would not be a valid definition: a fault of this crate.
    #[error("the proposal is not valid: {0}")]
    Invalid(#[from] DefinitionError),
}

/// # Errors
/// [`LearnError`] where the samples have no types or no common field.
pub fn learn(samples: &[Sample<'_>]) -> Result<Proposal, LearnError> {
    let kinds = kind_paths(samples);
    if kinds.is_empty() {
        return Err(LearnError::NoTypes);
    }
    let fields = Sampled::new(samples, &kinds);
    let candidates = candidates(&fields);
    let key = candidates.first().ok_or(LearnError::NoKey)?;
    let flow = flow::Flow::new(&fields, key);
    let roles = roles::Roles::new(&flow);
    let yaml = text::yaml(&fields, &kinds, &candidates, &flow, &roles);
    crate::Definition::parse(&yaml)?;
    Ok(Proposal {
        yaml,
        sagas: flow.sagas.len(),
        follows: flow.follows(),
        candidates,
    })
}

#[cfg(test)]
mod tests;
