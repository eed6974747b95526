//! What must be said beside an answer: codes with their values. The words are the window's.

use query::Note;
use std::time::Duration;

/// What an answer does not show, or why it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerNote {
    /// Of a question.
    Table(Note),
    /// A statement has more rows than these.
    MoreRows {
        rows: usize,
    },
    /// The next rows of a statement would make more than so many bytes.
    TooLarge {
        rows: usize,
        bytes: usize,
    },
    /// A statement was ended after this time.
    OutOfTime {
        after: Duration,
    },
    /// A statement was ended, as it needed more memory than this.
    OutOfMemory {
        bytes: u64,
    },
    /// Fewer records were read than there are, and the statement ended by itself: its conditions on time, shard, stream or
    /// id rule the others out, or it needed no more of them.
    NotRead,
    GapsUnknown {
        why: String,
    },
}
