//! How records are read, as the person has it: by layers and schemas. The store does not know them; whoever opened it says.
//!
//! What is searched of a record is what they make of it. Search text has a version of them, and text of another version
//! is not looked at: it is made anew, and until then the records are read.

use crate::{Reading, ReadingOf, ShardKey, Store, view::ScopeShard};
use decode::Pipeline;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use twox_hash::XxHash3_64;

#[derive(Default)]
pub(crate) struct Readings {
    of: OnceLock<ReadingOf>,
    revision: AtomicU64,
    /// What was said at a revision.
    known: Mutex<(u64, HashMap<ShardKey, ShardReading>)>,
}

/// How the records of one shard are read; by their content where nobody said.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShardReading {
    pub by: Arc<Reading>,
    pub version: ReadingVersion,
}

/// Tells one way of reading from others, also in later runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadingVersion {
    /// 0: by content.
    pub pipeline: u64,
    pub schemas: u64,
}

impl ReadingVersion {
    fn of(reading: &Reading) -> Self {
        let pipeline = match &reading.pipeline {
            Pipeline::Auto => 0,
            Pipeline::Pinned(steps) => XxHash3_64::oneshot(format!("{steps:?}").as_bytes()).max(1),
        };
        Self {
            pipeline,
            schemas: reading.schemas.digest(),
        }
    }

    /// Whether text that was made so holds what this reading finds. Plain text that is read by its content needs no
    /// schema, whatever there is.
    pub fn finds_the_same(self, made: Self, is_plain: bool) -> bool {
        self == made || (is_plain && self.pipeline == 0 && made.pipeline == 0)
    }
}

impl Readings {
    /// Grows when records are to be read anew.
    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    /// Somebody said how.
    pub fn are_told(&self) -> bool {
        self.of.get().is_some()
    }

    pub fn of(&self, shard: ShardKey) -> ShardReading {
        let Some(of) = self.of.get() else {
            return ShardReading::default();
        };
        // a change after this is met again with the next number
        let revision = self.revision();
        if let Some(known) = self.known(revision).get(shard) {
            return known.clone();
        }
        let by = of(shard);
        let reading = ShardReading {
            version: ReadingVersion::of(&by),
            by,
        };
        self.known(revision).insert(shard, reading.clone());
        reading
    }

    /// Tells shards how their records are read now.
    pub fn tell(&self, shards: &mut [ScopeShard]) {
        if !self.are_told() {
            return;
        }
        for shard in shards {
            let key = shard.name.key;
            Arc::make_mut(&mut shard.name).reading = self.of(key);
        }
    }

    fn known(&self, revision: u64) -> Known<'_> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 < revision {
            *known = (revision, HashMap::new());
        }
        Known {
            is_current: known.0 == revision,
            known,
        }
    }
}

/// What was said, where it was said at the revision that is meant.
struct Known<'r> {
    known: std::sync::MutexGuard<'r, (u64, HashMap<ShardKey, ShardReading>)>,
    is_current: bool,
}

impl Known<'_> {
    fn get(&self, shard: ShardKey) -> Option<&ShardReading> {
        self.known.1.get(&shard).filter(|_| self.is_current)
    }

    fn insert(mut self, shard: ShardKey, reading: ShardReading) {
        if self.is_current {
            self.known.1.insert(shard, reading);
        }
    }
}

impl Store {
    /// From now on records are read as `of` says, by filters, columns and questions; before, by their content. Said
    /// once: a second time changes nothing.
    pub fn read_by(&self, of: ReadingOf) {
        if self.shared.readings.of.set(of).is_ok() {
            self.read_anew();
        }
    }

    /// Records are read otherwise than before: views whose filter looks into them begin again, and search text is made
    /// anew where it says something else now.
    pub fn read_anew(&self) {
        self.shared.readings.revision.fetch_add(1, Ordering::AcqRel);
        self.shared.indexer.waker()();
    }

    /// How the records of a shard are read.
    pub fn reading(&self, shard: ShardKey) -> Arc<Reading> {
        self.shared.readings.of(shard).by
    }
}
