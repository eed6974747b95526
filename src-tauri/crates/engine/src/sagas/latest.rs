//! Work of which only the latest is wanted: a newer one of its kind ends it, and so does the end of the engine.

use crate::engine::locked;
use std::sync::Mutex;
use store::Cancel;

/// What reads captures for one answer, by its kind.
#[derive(Default)]
pub(crate) struct SagaReads {
    pub folds: Latest,
    pub words: Latest,
    pub learned: Latest,
    pub followed: Latest,
}

impl SagaReads {
    pub fn end_all(&self) {
        for latest in [&self.folds, &self.words, &self.learned, &self.followed] {
            drop(latest.begin());
        }
    }
}

#[derive(Default)]
pub(crate) struct Latest(Mutex<Cancel>);

impl Latest {
    /// Ends the one before.
    pub fn begin(&self) -> Cancel {
        let cancel = Cancel::new();
        std::mem::replace(&mut *locked(&self.0), cancel.clone()).cancel();
        cancel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_one_ends_the_one_before_of_its_kind() {
        let reads = SagaReads::default();
        let (first, other) = (reads.folds.begin(), reads.words.begin());
        let second = reads.folds.begin();
        let ended = [&first, &other, &second].map(Cancel::is_cancelled);
        assert_eq!(ended, [true, false, false]);
        reads.end_all();
        assert!(other.is_cancelled() && second.is_cancelled());
    }
}
