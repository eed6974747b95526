//! How records are read, as the person has it: by layers and schemas. The store does not know them; whoever opened it says.

use crate::{ReadingOf, Store, view::ScopeShard};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};

#[derive(Default)]
pub(crate) struct Readings {
    of: OnceLock<ReadingOf>,
    revision: AtomicU64,
}

impl Readings {
    /// Grows when records are to be read anew.
    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    /// Tells shards how their records are read now.
    pub fn tell(&self, shards: &mut [ScopeShard]) {
        let Some(of) = self.of.get() else { return };
        for shard in shards {
            let key = shard.name.key;
            Arc::make_mut(&mut shard.name).reading = Some(of(key));
        }
    }
}

impl Store {
    /// From now on filters that ask whether a record can be read look at it as `of` says; before, by its content. Said
    /// once: a second time changes nothing.
    pub fn read_by(&self, of: ReadingOf) {
        if self.shared.readings.of.set(of).is_ok() {
            self.read_anew();
        }
    }

    /// Records are read otherwise than before: views whose filter asks for that begin again.
    pub fn read_anew(&self) {
        self.shared.readings.revision.fetch_add(1, Ordering::AcqRel);
    }
}
