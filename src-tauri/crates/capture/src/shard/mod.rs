//! Reading one shard, as a decision: [`ShardState::step`] takes what happened and says what to do.
//!
//! Pure: no clock, no randomness, no network, no database; each is an argument or an effect. The
//! laws of reading a shard live here and are tested here, without a runtime.
//!
//! At most one request is out or waits for its turn, one batch is being committed and one page waits behind it. Nothing
//! counts as captured before [`Input::Stored`].

mod backoff;
mod continuity;
mod pace;
mod recover;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use backoff::Failure;
pub use pace::Politeness;
pub(crate) use pace::{bytes_millis, interval_millis};
pub(crate) use state::read_up_to;
pub use state::{Phase, ShardSetting, ShardState};

use kinesis::Start;
use record::{KinesisRecord, Millis, ShardId};
use store::{NewGap, Position};

/// When a step happens: the run's clock, and a number from 0.0 up to 1.0 that spreads retries.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Millis,
    pub jitter: f64,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    Begin,
    /// The answer to [`Effect::AskIterator`].
    Iterator(Result<(), Failure>),
    /// The answer to [`Effect::AskTurn`].
    Turn,
    /// The answer to [`Effect::Read`].
    Page(Result<Page, Failure>),
    /// The answer to [`Effect::Store`]: committed, or not.
    Stored(Result<(), StoreRefused>),
    /// The moment of the last [`Effect::WaitUntil`] has come.
    Tick,
    /// The answer to [`Effect::CheckEnd`].
    End(EndCheck),
    /// The answer to [`Effect::CheckStream`].
    Stream(StreamCheck),
    /// The listing shows the shard's children, whatever its iterators say.
    ChildrenKnown,
    /// The capture's count is spent: nothing more is wanted.
    Spent,
    Pause,
    Resume,
    Stop,
}

/// What to do. The order matters.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    AskIterator(Start),
    /// The next read is due: may it go out? Others read this shard too.
    AskTurn,
    /// No turn is wanted any more.
    LeaveTurn,
    Read {
        limit: u32,
    },
    Store(Batch),
    WaitUntil(Millis),
    /// The shard seems to have ended: does the listing say so too?
    CheckEnd,
    /// The stream or the shard was not found: which of them is gone?
    CheckStream,
    /// Nothing more is expected, though the endpoint keeps handing out iterators: children may begin.
    Drained,
    Done(Outcome),
}

/// A page of records, without its iterators, which only the runner holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub records: Vec<KinesisRecord>,
    pub has_next: bool,
    pub children: Vec<ShardId>,
    pub millis_behind: Option<u64>,
    pub server_time: Option<Millis>,
    pub bytes: u64,
    /// Where the capture ends with a count: what is left of it, in user records. An aggregate counts as the records
    /// in it.
    pub left: Option<u64>,
}

/// Rows, checkpoint, coverage and gap: one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub records: Vec<KinesisRecord>,
    pub checkpoint: Position,
    pub covered_through: Option<Millis>,
    pub gap: Option<NewGap>,
}

/// The store could not commit; it has its own words for why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreRefused;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndCheck {
    /// Closed, or with children.
    Ended,
    /// No longer listed.
    Gone,
    /// Open and without children: the answer that had no iterator was wrong.
    StillOpen,
    /// The listing could not be had.
    #[default]
    Unknown,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamCheck {
    /// The same incarnation, and the shard is in it.
    Same,
    /// The same incarnation, and the shard is no longer in it.
    ShardGone,
    /// Deleted, or deleted and created again.
    StreamGone,
    #[default]
    Unknown,
}

/// Why nothing more will come from this shard in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Closed and read to its end; its children may begin.
    Ended,
    /// The capture's own end.
    Reached,
    Stopped,
    StreamGone,
    /// The endpoint does not take this start.
    StartRefused,
    StoreFailed,
}
