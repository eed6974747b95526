//! A value that is followed: what may carry it is read, and the ids that come with it are looked for in turn.

use super::{Pass, Worker};
use crate::{
    engine::locked,
    sagas::{reading::Taken, unpacking::Unpacking},
};
use query::Filter;
use saga::Reading;
use std::{collections::BTreeSet, sync::atomic::Ordering};
use store::StoreError;

/// How often more ids of a followed value are looked for.
const MOST_ROUNDS: usize = 4;
const MOST_IDS: usize = 1_000;

impl Worker<'_> {
    /// Reads for what carries one of the ids; new ones among them are looked for everywhere.
    pub(super) fn follow(&self, covered: &Taken, readers: usize) -> Result<(), StoreError> {
        let ids = || locked(&self.board.wanted).clone();
        let mut known = ids();
        let walks = self.walks(covered, &self.taken, &self.may_carry(&known, true)?)?;
        self.take(walks, readers, Pass::New)?;
        for round in 0.. {
            let now_known = ids();
            let new: BTreeSet<String> = now_known.difference(&known).cloned().collect();
            if new.is_empty() {
                break;
            }
            if round == MOST_ROUNDS {
                self.leave_ids_out();
                break;
            }
            let has_packed = self.has_packed.load(Ordering::Relaxed);
            let filter = self.may_carry(&new, has_packed)?;
            let walks = self.walks(covered, &Taken::default(), &filter)?;
            self.take(walks, readers, Pass::Again)?;
            known = now_known;
        }
        Ok(())
    }

    /// Not every id that goes with the followed value is looked for.
    fn leave_ids_out(&self) {
        let left_out = &self.board.progress.leaves_ids_out;
        left_out.store(true, Ordering::Relaxed);
    }

    /// Records that may carry one of the ids: by their text, or because it cannot be seen by that.
    fn may_carry(&self, ids: &BTreeSet<String>, is_hidden: bool) -> Result<Filter, StoreError> {
        for shard in self.shards.keys() {
            if self.board.source.is_pinned(*shard)? {
                return Ok(Filter::Everything);
            }
        }
        let carries = carries(ids);
        Ok(if is_hidden {
            Filter::any([carries, Unpacking::hides()])
        } else {
            carries
        })
    }

    /// Keeps what carries one of the ids, and learns the aliases that come with the followed value.
    pub(super) fn keep_followed(&self, value: &str, readings: &mut Vec<Reading<'static>>) {
        let mut wanted = locked(&self.board.wanted);
        readings.retain(|reading| {
            if reading.ids().any(|(name, id)| name == 0 && id == value) {
                for (_, id) in reading.ids() {
                    if wanted.contains(id) {
                        continue;
                    }
                    if wanted.len() < MOST_IDS {
                        wanted.insert(id.to_owned());
                    } else {
                        self.leave_ids_out();
                    }
                }
                return true;
            }
            let has_key = reading.ids().any(|(name, _)| name == 0);
            !has_key && reading.ids().any(|(_, id)| wanted.contains(id))
        });
    }
}

/// Payloads, or keys, that may hold one of the ids; the extractor decides.
fn carries(ids: &BTreeSet<String>) -> Filter {
    let holds = |id: &String| {
        // no stored text holds a mask; and what encoders write by its number: Go's, .NET's, PHP's
        let is_plain = |character: char| {
            character.is_ascii() && !character.is_control() && !"\"\\/<>&'+`".contains(character)
        };
        if !id.chars().all(is_plain) || query::holds_mask(id) {
            return Filter::Everything;
        }
        Filter::any([
            Filter::Contains {
                text: id.clone(),
                case_sensitive: true,
            },
            Filter::Key(query::TextMatch::Is(id.clone())),
        ])
    };
    Filter::any(ids.iter().map(holds))
}
