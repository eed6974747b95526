//! The laws of reading a shard: each by name in `laws`, `starts` and `ends`, and all together against a model in `model`.

mod ends;
mod laws;
mod model;
mod starts;

use super::{Batch, Effect, Input, Moment, Page, Politeness, ShardSetting, ShardState};
use record::{KinesisRecord, Millis, SequenceNumber};
use store::{Anchor, NewGap, Position};

pub(super) fn number(value: u64) -> SequenceNumber {
    value.to_string().parse().expect("a sequence number")
}

/// Arrives at its own number in seconds.
pub(super) fn record(value: u64) -> KinesisRecord {
    KinesisRecord {
        sequence: number(value),
        arrival: Millis(value as i64 * 1000),
        partition_key: Some("k".into()),
        payload: vec![0; 100],
    }
}

pub(super) fn setting(position: Position) -> ShardSetting {
    ShardSetting {
        position,
        covered_through: None,
        horizon: None,
        retention_millis: None,
        stream_created_at: Millis(0),
        starting_sequence: None,
        is_orphan: false,
        until: None,
        max_record_bytes: 1 << 20,
        politeness: Politeness::On,
    }
}

pub(super) fn from_horizon() -> ShardSetting {
    setting(Position::Anchor(Anchor::TrimHorizon))
}

pub(super) fn page(records: &[u64]) -> Page {
    Page {
        records: records.iter().map(|&value| record(value)).collect(),
        has_next: true,
        children: Vec::new(),
        millis_behind: Some(0),
        server_time: None,
        bytes: 100 * records.len() as u64,
        left: None,
    }
}

/// A shard's state with a clock, whose effects are told in words.
pub(super) struct Shard {
    pub(super) state: ShardState,
    pub(super) now: Millis,
    /// Handed to the store last.
    pub(super) stored: Option<Batch>,
}

impl Shard {
    pub(super) fn new(setting: &ShardSetting) -> Self {
        Self {
            state: ShardState::new(setting),
            now: Millis(100_000_000),
            stored: None,
        }
    }

    /// Begun, and with an iterator: a read is out.
    pub(super) fn reading(setting: &ShardSetting) -> Self {
        let mut shard = Self::new(setting);
        shard.take(Input::Begin);
        let effects = shard.take(Input::Iterator(Ok(())));
        assert!(
            effects.iter().any(|effect| effect.starts_with("read")),
            "{effects:?}"
        );
        shard
    }

    pub(super) fn take(&mut self, input: Input) -> Vec<String> {
        let moment = Moment {
            now: self.now,
            jitter: 1.0,
        };
        let (state, effects) = self.state.clone().step(input, moment);
        self.state = state;
        let mut words = Vec::new();
        for effect in &effects {
            if let Effect::Store(batch) = effect {
                self.stored = Some(batch.clone());
            }
            match effect {
                // nobody else reads this shard
                Effect::AskTurn => words.extend(self.take(Input::Turn)),
                effect => words.push(self.words(effect)),
            }
        }
        words
    }

    pub(super) fn after(&mut self, millis: i64, input: Input) -> Vec<String> {
        self.now = self.now.saturating_add(millis);
        self.take(input)
    }

    fn words(&self, effect: &Effect) -> String {
        match effect {
            Effect::AskIterator(start) => format!("ask {start:?}"),
            Effect::Read { .. } => "read".into(),
            Effect::Store(batch) => words_of(batch),
            Effect::WaitUntil(time) => format!("wait {}", time.since(self.now)),
            other => format!("{other:?}"),
        }
    }
}

fn words_of(batch: &Batch) -> String {
    let records: Vec<_> = batch.records.iter().map(|record| record.sequence).collect();
    let gap = batch.gap.map(
        |NewGap {
             reason,
             after,
             before,
             ..
         }| format!(" gap {reason:?} {after:?}..{before:?}"),
    );
    let covered = batch
        .covered_through
        .map(|time| format!(" through {}", time.0));
    let checkpoint = match batch.checkpoint {
        Position::Anchor(_) => "start".to_owned(),
        Position::Stored(last) => format!("at {last}"),
        Position::Finished { last } => format!("finished {last:?}"),
        Position::Reached { last } => format!("reached {last:?}"),
    };
    format!(
        "store {records:?} {checkpoint}{}{}",
        gap.unwrap_or_default(),
        covered.unwrap_or_default()
    )
}
