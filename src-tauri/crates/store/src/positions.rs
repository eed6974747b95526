//! Where reading starts, where it goes on, where it ends: anchors, positions, ends.
//!
//! Only their shape and their columns. What to do at each is the capture's business.

use crate::StoreError;
use record::{Millis, SequenceNumber};

/// Where a capture starts. "Latest" is no anchor: it is resolved to a time before it gets here, or
/// records written in between would be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    TrimHorizon,
    AtTimestamp(Millis),
    AtSequence(SequenceNumber),
    AfterSequence(SequenceNumber),
}

/// Where a capture goes on in one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Nothing is stored yet.
    Anchor(Anchor),
    /// The last record stored.
    Stored(SequenceNumber),
    /// The shard is closed and read to its end.
    Finished { last: Option<SequenceNumber> },
    /// The capture's own end is reached; the shard may go on.
    Reached { last: Option<SequenceNumber> },
}

/// Where a capture ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Time(Millis),
    Records(u64),
}

/// How positions and anchors lie in their three columns: word, time, sequence.
pub(crate) type Columns = (&'static str, Option<i64>, Option<SequenceNumber>);

impl Anchor {
    pub(crate) fn columns(self) -> Columns {
        match self {
            Self::TrimHorizon => ("trim-horizon", None, None),
            Self::AtTimestamp(time) => ("at-timestamp", Some(time.0), None),
            Self::AtSequence(sequence) => ("at-sequence", None, Some(sequence)),
            Self::AfterSequence(sequence) => ("after-sequence", None, Some(sequence)),
        }
    }

    pub(crate) fn from_columns(
        word: &str,
        time: Option<Millis>,
        sequence: Option<SequenceNumber>,
    ) -> Result<Self, StoreError> {
        match (word, time, sequence) {
            ("trim-horizon", ..) => Ok(Self::TrimHorizon),
            ("at-timestamp", Some(time), _) => Ok(Self::AtTimestamp(time)),
            ("at-sequence", _, Some(sequence)) => Ok(Self::AtSequence(sequence)),
            ("after-sequence", _, Some(sequence)) => Ok(Self::AfterSequence(sequence)),
            _ => Err(StoreError::damaged(format!("the start {word:?}"))),
        }
    }
}

impl Position {
    pub(crate) fn columns(self) -> Columns {
        match self {
            Self::Anchor(anchor) => anchor.columns(),
            Self::Stored(sequence) => ("stored", None, Some(sequence)),
            Self::Finished { last } => ("finished", None, last),
            Self::Reached { last } => ("reached", None, last),
        }
    }

    pub(crate) fn from_columns(
        word: &str,
        time: Option<Millis>,
        sequence: Option<SequenceNumber>,
    ) -> Result<Self, StoreError> {
        match (word, sequence) {
            ("stored", Some(sequence)) => Ok(Self::Stored(sequence)),
            ("finished", last) => Ok(Self::Finished { last }),
            ("reached", last) => Ok(Self::Reached { last }),
            _ => Anchor::from_columns(word, time, sequence).map(Self::Anchor),
        }
    }
}

impl Until {
    pub(crate) fn columns(self) -> (&'static str, i64) {
        match self {
            Self::Time(time) => ("time", time.0),
            Self::Records(count) => ("records", i64::try_from(count).unwrap_or(i64::MAX)),
        }
    }

    pub(crate) fn from_columns(word: &str, value: i64) -> Result<Self, StoreError> {
        match word {
            "time" => Ok(Self::Time(Millis(value))),
            "records" => Ok(Self::Records(value as u64)),
            _ => Err(StoreError::damaged(format!("the end {word:?}"))),
        }
    }
}
