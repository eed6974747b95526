//! A plan while its records are counted.

use super::{Flow, LeftOutExample, Plan, ReplayRequest, Tally, tally::KeyWatch};
use crate::{Composer, ReplayError, Schedule, SelectedRecord, ledger::replayed_before};
use record::Millis;
use std::collections::HashSet;
use store::{RecordId, Store};

/// Records left out that are named.
const EXAMPLES: usize = 10;

pub(super) struct Draft {
    request: ReplayRequest,
    composer: Composer,
    tally: Tally,
    /// Where keys can change.
    keys: Option<KeyWatch>,
    flow: Flow,
    schedule: Schedule,
    ends: Option<(Millis, Millis)>,
    replayed: HashSet<RecordId>,
    replayed_before: u64,
    left_out: Vec<LeftOutExample>,
}

impl Draft {
    pub fn new(
        request: ReplayRequest,
        composer: Composer,
        store: &Store,
    ) -> Result<Self, ReplayError> {
        let targets = request.targets.as_ref();
        Ok(Self {
            tally: Tally::new(request.recipe.rules.len(), targets),
            keys: composer.changes_keys().then(KeyWatch::default),
            flow: Flow::new(targets.map_or(0, |targets| targets.shards().len())),
            schedule: Schedule::new(request.pacing),
            ends: None,
            replayed: replayed_before(store, &request.selection.shards().collect())?,
            replayed_before: 0,
            left_out: Vec::new(),
            request,
            composer,
        })
    }

    pub fn take(&mut self, selected: &SelectedRecord) {
        let record = &selected.record;
        let sent = self.composer.compose(record);
        if let Err(unfit) = self.composer.check(&sent) {
            self.tally.left_out(&unfit);
            if self.left_out.len() < EXAMPLES {
                self.left_out.push(LeftOutExample {
                    record: record.id,
                    why: unfit.to_string(),
                });
            }
            return;
        }
        let shard = self.tally.sent(&sent, self.request.targets.as_ref());
        if let Some(keys) = &mut self.keys {
            keys.see(record.partition_key.as_deref(), &sent.key);
        }
        self.replayed_before += u64::from(self.replayed.contains(&record.id));
        let due = self.schedule.pass(selected.at.0);
        self.flow.send(due, shard, sent.size_bytes);
        let first = self.ends.map_or(selected.at, |(first, _)| first);
        self.ends = Some((first, selected.at));
    }

    pub fn into_plan(self) -> Plan {
        let mut tally = self.tally;
        tally.key_collisions = self.keys.map(KeyWatch::into_collisions).unwrap_or_default();
        let (first_at, last_at) = self.ends.unzip();
        Plan {
            request: self.request,
            tally,
            first_at,
            last_at,
            replayed_before: self.replayed_before,
            duration: self.flow.duration(),
            left_out_examples: self.left_out,
        }
    }
}
