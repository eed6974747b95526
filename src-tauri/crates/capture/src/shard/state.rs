//! What is known while one shard is read. How it changes is in `step`.

use super::{
    Batch, Failure, Outcome, Politeness,
    continuity::{Proof, Window},
    pace::Pace,
};
use kinesis::Start;
use mutants::Mutant;
use record::{Millis, SequenceNumber};
use std::collections::VecDeque;
use store::{Anchor, GapReason, NewGap, Position};

/// With what a shard's reading begins.
#[derive(Clone, Copy, Debug)]
pub struct ShardSetting {
    /// As the store has it.
    pub position: Position,
    /// As the store has it: up to when it is known what arrived.
    pub covered_through: Option<Millis>,
    /// Nothing older is in the stream any more.
    pub horizon: Option<Millis>,
    /// How long a record stays in the stream.
    pub retention_millis: Option<i64>,
    pub stream_created_at: Millis,
    /// The shard's own beginning, which no record has.
    pub starting_sequence: Option<SequenceNumber>,
    /// Its parent was never seen and is gone: something is missing before its first record.
    pub is_orphan: bool,
    pub until: Option<Millis>,
    pub max_record_bytes: u64,
    pub politeness: Politeness,
}

/// The state of reading one shard.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, not one state spelt out"
)]
#[derive(Clone, Debug)]
pub struct ShardState {
    /// What the store will have when all that was handed over is committed.
    pub(super) handed: Position,
    pub(super) in_flight: bool,
    /// Waits until the batch in flight is committed: one page's, and a gap or an end behind it.
    pub(super) held: VecDeque<Batch>,
    pub(super) proof: Proof,
    pub(super) window: Window,
    /// Up to when it is known what arrived.
    pub(super) covered: Option<Millis>,
    pub(super) retention_millis: Option<i64>,
    /// Of the last record handed to the store in this run.
    pub(super) last_arrival: Option<Millis>,
    /// `covered` has grown since it was last handed to the store.
    pub(super) cover_is_new: bool,
    pub(super) cover_saved_at: Millis,
    /// A gap that lies before everything that will be read.
    pub(super) first_gap: Option<NewGap>,
    pub(super) activity: Activity,
    pub(super) wish: Wish,
    pub(super) pace: Pace,
    /// In a row.
    pub(super) failures: u32,
    pub(super) last_failure: Option<Failure>,
    /// The endpoint refused the stored number: look for it from the horizon on.
    pub(super) from_horizon: bool,
    pub(super) children_known: bool,
    pub(super) silent_pages: u32,
    /// An answer without iterator and children said that nothing follows the last record, and the listing agreed.
    pub(super) end_was_said: bool,
    pub(super) drained: bool,
    /// New user records so far, committed or not, where the capture ends with a count.
    pub(super) counted_records: u64,
    /// Decided, and said as soon as everything is committed.
    pub(super) ending: Option<Outcome>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    NeedsIterator {
        not_before: Millis,
    },
    AskingIterator,
    HasIterator {
        not_before: Millis,
    },
    /// For its turn.
    Queued,
    Reading,
    AtEnd {
        not_before: Millis,
    },
    CheckingEnd,
    CheckingStream,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Run,
    Pause,
    Stop,
}

/// What a person is told a shard is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its parents are not read to their end yet.
    Waiting,
    Starting,
    CatchingUp,
    Live,
    /// Until a moment, after a throttle or a passing failure.
    BackingOff,
    /// A person has to do something; it is tried again meanwhile.
    Blocked,
    /// At rest: nothing is asked for, and all that was read is committed. Until then a shard that is to pause shows
    /// what it is still doing.
    Paused,
    /// Read to its end, or to the capture's.
    Finished,
    Stopped,
    StreamGone,
    /// The endpoint refused the start, or the store failed.
    Failed,
}

impl Phase {
    /// Whether calls are made for it, now or after a pause that the endpoint asked for.
    pub fn is_read(self) -> bool {
        matches!(
            self,
            Self::Starting | Self::CatchingUp | Self::Live | Self::BackingOff | Self::Blocked
        )
    }
}

impl ShardState {
    pub fn new(setting: &ShardSetting) -> Self {
        let from = match setting.position {
            Position::Anchor(Anchor::AtTimestamp(time)) => Some(time),
            _ => None,
        };
        Self {
            handed: setting.position,
            in_flight: false,
            held: VecDeque::new(),
            proof: Proof::at_start(
                setting.position,
                setting.covered_through,
                setting.starting_sequence,
            ),
            window: Window {
                from,
                until: setting.until,
            },
            covered: setting.covered_through,
            retention_millis: setting.retention_millis,
            last_arrival: None,
            cover_is_new: false,
            cover_saved_at: Millis::MIN,
            first_gap: first_gap(setting),
            activity: Activity::NeedsIterator {
                not_before: Millis::MIN,
            },
            wish: Wish::Run,
            pace: Pace::new(setting.politeness, setting.max_record_bytes),
            failures: 0,
            last_failure: None,
            from_horizon: false,
            children_known: false,
            silent_pages: 0,
            end_was_said: false,
            drained: false,
            counted_records: 0,
            ending: None,
        }
    }

    pub fn phase(&self) -> Phase {
        match (self.activity, self.wish, self.last_failure) {
            (Activity::Done, ..) => match self.ending {
                Some(Outcome::Ended | Outcome::Reached) => Phase::Finished,
                Some(Outcome::StreamGone) => Phase::StreamGone,
                Some(Outcome::StartRefused | Outcome::StoreFailed) => Phase::Failed,
                Some(Outcome::Stopped) | None => Phase::Stopped,
            },
            (_, Wish::Pause, _) if self.is_at_rest() => Phase::Paused,
            (_, _, Some(Failure::Barred)) => Phase::Blocked,
            (_, _, Some(_)) => Phase::BackingOff,
            (Activity::NeedsIterator { .. } | Activity::AskingIterator, ..) => Phase::Starting,
            _ if self.pace.is_behind => Phase::CatchingUp,
            _ => Phase::Live,
        }
    }

    /// When the next request goes out, if a moment is set.
    pub fn next_request_at(&self) -> Option<Millis> {
        match self.activity {
            Activity::NeedsIterator { not_before }
            | Activity::HasIterator { not_before }
            | Activity::AtEnd { not_before }
                if self.wish == Wish::Run =>
            {
                Some(not_before)
            }
            _ => None,
        }
    }

    /// Up to when it is known what arrived, all of it committed; `None` while something still is not.
    pub fn covered_through(&self) -> Option<Millis> {
        self.covered.filter(|_| self.is_settled())
    }

    pub fn is_behind(&self) -> bool {
        self.pace.is_behind
    }

    /// It reads as fast as it may.
    pub fn is_hurried(&self) -> bool {
        let is_reading = match self.activity {
            Activity::Queued | Activity::Reading => true,
            Activity::HasIterator { .. } => self.last_failure.is_none(),
            _ => false,
        };
        is_reading && self.pace.is_behind && self.wish == Wish::Run && self.ending.is_none()
    }

    /// New user records so far, committed or not, where the capture ends with a count.
    pub fn counted_records(&self) -> u64 {
        self.counted_records
    }

    /// Failures in a row, 0 after a success.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// The highest number handed to the store.
    pub(super) fn last_number(&self) -> Option<SequenceNumber> {
        stored_number(self.handed)
    }

    /// Everything handed over is committed.
    pub(super) fn is_settled(&self) -> bool {
        !self.in_flight && self.held.is_empty()
    }

    fn is_at_rest(&self) -> bool {
        let is_waiting = matches!(
            self.activity,
            Activity::NeedsIterator { .. } | Activity::HasIterator { .. } | Activity::AtEnd { .. }
        );
        is_waiting && self.ending.is_none() && self.is_settled()
    }

    pub(super) fn start(&self) -> Start {
        let has_expired = self.last_failure == Some(Failure::IteratorLost);
        match self.handed {
            _ if has_expired && mutants::is_on(Mutant::LatestAgain) => Start::Latest,
            _ if has_expired && mutants::is_on(Mutant::StartAgain) => Start::TrimHorizon,
            _ if self.from_horizon || self.proof.is_from_horizon() => Start::TrimHorizon,
            Position::Stored(number)
            | Position::Finished { last: Some(number) }
            | Position::Reached { last: Some(number) } => Start::AtSequence(number),
            Position::Finished { .. }
            | Position::Reached { .. }
            | Position::Anchor(Anchor::TrimHorizon) => Start::TrimHorizon,
            Position::Anchor(Anchor::AtTimestamp(time)) => Start::AtTimestamp(time),
            // what comes after a number is read from it on, so that it can prove itself
            Position::Anchor(Anchor::AtSequence(number) | Anchor::AfterSequence(number)) => {
                Start::AtSequence(number)
            }
        }
    }

    /// The horizon of the moment at which the endpoint answered, if it has overtaken the reading.
    pub(super) fn overtaken_by(&self, server_time: Option<Millis>) -> Option<Millis> {
        let horizon = server_time?.saturating_add(-self.retention_millis?);
        self.covered
            .max(self.last_arrival)
            .is_some_and(|known| known < horizon)
            .then_some(horizon)
    }

    /// What a shard that has ended never gave back.
    pub(super) fn unproven_end(&self) -> Option<NewGap> {
        let Proof::Awaited { after, .. } = self.proof else {
            return None;
        };
        Some(NewGap {
            after,
            ..self.gap_after_last(GapReason::ContinuityUnproven)
        })
    }

    pub(super) fn gap_after_last(&self, reason: GapReason) -> NewGap {
        NewGap {
            reason,
            after: read_up_to(self.handed),
            before: None,
            from: self.covered,
            until: None,
        }
    }
}

pub(super) fn stored_number(position: Position) -> Option<SequenceNumber> {
    match position {
        Position::Anchor(_) => None,
        Position::Stored(number) => Some(number),
        Position::Finished { last } | Position::Reached { last } => last,
    }
}

/// What comes up to this one is not new, or not wanted: what is missing begins after it.
pub(crate) fn read_up_to(position: Position) -> Option<SequenceNumber> {
    match position {
        Position::Anchor(Anchor::AfterSequence(number)) => Some(number),
        position => stored_number(position),
    }
}

/// A start before the horizon silently becomes the horizon: what was asked for in between is missing.
/// Where a record is stored already, its coming back tells more.
fn first_gap(setting: &ShardSetting) -> Option<NewGap> {
    let gap = |from, until| NewGap {
        reason: GapReason::Trimmed,
        after: read_up_to(setting.position),
        before: None,
        from,
        until,
    };
    let known_from = match setting.position {
        Position::Stored(_) | Position::Finished { .. } | Position::Reached { .. } => return None,
        Position::Anchor(Anchor::AtTimestamp(time)) => Some(
            setting
                .covered_through
                .unwrap_or(time)
                .max(setting.stream_created_at),
        ),
        Position::Anchor(_) => setting.covered_through,
    };
    match (known_from, setting.horizon) {
        (Some(from), Some(horizon)) if from < horizon => Some(gap(Some(from), Some(horizon))),
        _ if setting.is_orphan => Some(gap(None, setting.horizon)),
        _ => None,
    }
}
