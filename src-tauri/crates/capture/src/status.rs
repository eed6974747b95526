//! What a person sees of a running capture. A snapshot: it tells and changes nothing.

use crate::{
    CaptureError, Phase,
    allowance::Allowance,
    expiry::{Progress, Standing, expires_at},
    rate::{Rate, SECONDS},
};
use kinesis::KinesisError;
use record::{Millis, ShardId, StreamName};
use store::CaptureId;

/// What went wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    /// Empty where the message says it.
    pub next_step: String,
}

impl Trouble {
    /// As one text, for the store: the message, then a line with the next step.
    pub fn to_text(&self) -> String {
        format!("{}\n{}", self.message, self.next_step)
    }

    /// What [`to_text`](Self::to_text) made; any other text is a message.
    pub fn from_text(text: &str) -> Self {
        let (message, next_step) = text.rsplit_once('\n').unwrap_or((text, ""));
        Self {
            message: message.to_owned(),
            next_step: next_step.to_owned(),
        }
    }

    pub(crate) fn of(error: &KinesisError) -> Self {
        Self {
            message: error.to_string(),
            next_step: error.next_step(),
        }
    }

    pub(crate) fn of_capture(error: &CaptureError) -> Self {
        Self {
            message: error.to_string(),
            next_step: error.next_step().unwrap_or_default(),
        }
    }

    pub(crate) fn of_store(error: &store::StoreError) -> Self {
        Self {
            message: error.to_string(),
            next_step: String::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct CaptureStatus {
    pub capture: CaptureId,
    pub state: RunState,
    pub streams: Vec<StreamStatus>,
    /// By stream and shard.
    pub shards: Vec<ShardStatus>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    Running,
    Paused,
    /// By a person, or at the program's end.
    Stopped,
    /// At the capture's own end.
    Finished,
    Failed(Trouble),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamStatus {
    pub stream: StreamName,
    /// Why the stream as a whole is not read, where that is so.
    pub trouble: Option<Trouble>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ShardStatus {
    pub stream: StreamName,
    pub shard: ShardId,
    pub phase: Phase,
    /// As the endpoint says it (`MillisBehindLatest`), with the last page; `None` also where it may not know.
    pub lag_millis: Option<u64>,
    pub records_per_second: f64,
    pub bytes_per_second: f64,
    /// Whether these rates are those at which the shard is written: all over their time it was read at its tip. What was
    /// written before is read faster.
    pub is_rate_of_writing: bool,
    pub calls_per_second: f64,
    /// What the pace allowed itself over the same time; `None` without politeness and while it is not read.
    pub calls_per_second_budget: Option<f64>,
    /// What the pace stays under; `None` where the budget of calls is.
    pub bytes_per_second_budget: Option<f64>,
    /// Committed in this run, as they are stored and shown: an aggregate counts as the records in it.
    pub records: u64,
    pub throttles: u64,
    /// Reads that failed and were, or will be, tried again.
    pub retries: u64,
    /// Up to when it is known what arrived, all of it committed; the store hears of it less often.
    pub covered_through: Option<Millis>,
    /// When the oldest record that may not be read yet is trimmed, where that is near and the shard falls behind;
    /// it may have passed. `None` too where nobody knows how far the shard is read.
    pub expires_at: Option<Millis>,
    pub last_error: Option<Trouble>,
    pub backoff_until: Option<Millis>,
    pub next_poll_at: Option<Millis>,
}

/// The live side of a [`ShardStatus`].
#[derive(Clone, Debug)]
pub(crate) struct ShardBoard {
    pub(crate) status: ShardStatus,
    pub(crate) records: Rate,
    pub(crate) bytes: Rate,
    pub(crate) calls: Rate,
    pub(crate) allowance: Allowance,
    /// When it was last not read at its tip.
    behind_at: Option<Millis>,
    /// All that arrived up to then was read.
    pub(crate) read_through: Option<Millis>,
    pub(crate) progress: Progress,
}

impl ShardBoard {
    pub(crate) fn new(stream: StreamName, shard: ShardId) -> Self {
        let status = ShardStatus {
            stream,
            shard,
            phase: Phase::Waiting,
            lag_millis: None,
            records_per_second: 0.0,
            bytes_per_second: 0.0,
            is_rate_of_writing: false,
            calls_per_second: 0.0,
            calls_per_second_budget: None,
            bytes_per_second_budget: None,
            records: 0,
            throttles: 0,
            retries: 0,
            covered_through: None,
            expires_at: None,
            last_error: None,
            backoff_until: None,
            next_poll_at: None,
        };
        Self {
            status,
            records: Rate::default(),
            bytes: Rate::default(),
            calls: Rate::default(),
            allowance: Allowance::default(),
            behind_at: None,
            read_through: None,
            progress: Progress::default(),
        }
    }

    pub(crate) fn is_in(&mut self, phase: Phase, now: Millis) {
        self.status.phase = phase;
        if phase != Phase::Live {
            self.behind_at = Some(now);
        }
    }

    pub(crate) fn reads_through(&mut self, time: Millis, now: Millis) {
        let through = self.read_through.map_or(time, |known| known.max(time));
        self.read_through = Some(through);
        self.progress.note(now, through);
    }

    /// The board's own budget is what is allowed now; a snapshot's is that of the time over which calls are counted.
    pub(crate) fn snapshot(&self, now: Millis, retention_hours: Option<u32>) -> ShardStatus {
        let allowed_now = self.status.calls_per_second_budget;
        let (calls, bytes, budget) = match (allowed_now, self.allowance.per_second(now)) {
            (Some(_), Some(used)) => (used.calls, used.bytes, Some(used.calls_allowed)),
            (Some(allowed), None) => (0.0, 0.0, Some(allowed)),
            (None, _) => (self.calls.per_second(now), self.bytes.per_second(now), None),
        };
        let is_read = self.status.phase.is_read();
        let standing = Standing {
            phase: self.status.phase,
            read_through: self.read_through,
            retention_hours,
        };
        ShardStatus {
            records_per_second: self.records.per_second(now),
            bytes_per_second: bytes,
            is_rate_of_writing: self.status.phase == Phase::Live
                && self
                    .behind_at
                    .is_none_or(|at| now.since(at) >= SECONDS as i64 * 1000),
            calls_per_second: calls,
            calls_per_second_budget: budget.filter(|_| is_read),
            bytes_per_second_budget: self.status.bytes_per_second_budget.filter(|_| is_read),
            expires_at: expires_at(standing, &self.progress, now),
            ..self.status.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_writing_once_they_hold_nothing_of_before_the_tip() {
        let mut board = ShardBoard::new(
            "orders".parse().expect("a name"),
            "shardId-000000000000".parse().expect("an id"),
        );
        let tells = |board: &ShardBoard, now| board.snapshot(Millis(now), None).is_rate_of_writing;
        board.is_in(Phase::CatchingUp, Millis(1_000));
        assert!(!tells(&board, 60_000));
        board.is_in(Phase::Live, Millis(1_500));
        assert!(!tells(&board, 10_999));
        assert!(tells(&board, 11_000));
        board.is_in(Phase::BackingOff, Millis(20_000));
        board.is_in(Phase::Live, Millis(21_000));
        assert!(!tells(&board, 29_999));
        assert!(tells(&board, 30_000));
    }

    #[test]
    fn a_trouble_comes_back_from_the_store_as_it_was() {
        for (message, next_step) in [
            ("gone", "Check the name."),
            ("said\nin two lines", "Look."),
            ("said\nin two lines", ""),
            ("", ""),
        ] {
            let trouble = Trouble {
                message: message.to_owned(),
                next_step: next_step.to_owned(),
            };
            assert_eq!(Trouble::from_text(&trouble.to_text()), trouble);
        }
        assert_eq!(Trouble::from_text("one line").message, "one line");
    }
}
