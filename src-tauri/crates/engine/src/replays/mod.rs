//! Replays: set up, planned, looked at, carried out, gone on with, proven.
//!
//! `replay` knows how records are chosen, changed and compared, `publish` how they are delivered in order.
//! Here both meet the open connections, the workspace and the grants. Plans are kept for this run; a
//! replay that was started is in the journal, with everything that it needs to go on.

mod beside;
mod exports;
mod files;
mod invoking;
mod kept;
mod opening;
mod planning;
mod previewing;
mod running;
mod sent;
mod setup;
mod sharded;
mod standing;
mod starting;
mod turned;
mod verifying;
mod wanted;

pub use beside::{BesideState, CaptureBeside};
pub use exports::{ExportId, ExportOverview, ExportState, RecordFormat};
pub use files::{ImportedCapture, ReportFormat};
pub use invoking::{AskedToInvoke, Invoking};
pub use opening::Permission;
pub use planning::{PlanId, PlanOverview, PlannedShard};
pub use previewing::ReplayPreview;
pub use sent::{RecordReplays, ReplayedRecord, ReplayedRecords, ReplayedWhich};
pub use sharded::ReplayShard;
pub use standing::{ReplayCounts, ReplayOverview, ReplayState};
pub use verifying::{ReplayDifference, ReplayVerdict, VerdictExample};
pub use wanted::{
    ReplayInto, ReplaySetup, WantedChange, WantedChoice, WantedPacing, WantedRecords, WantedReplay,
    WantedRule,
};

use crate::engine::locked;
use beside::Besides;
use exports::Exports;
use kept::KeptReplay;
use previewing::Looked;
use replay::{Ledger, transform::Seed};
use running::Live;
use sent::Written;
use setup::seed_of;
use standing::Rest;
use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::RandomState},
    hash::BuildHasher,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use store::{Cancel, DeliveryId};

/// Plans that are kept at most: the newest.
const MOST_PLANS: usize = 32;

/// What the engine knows of replays beside the journal.
#[derive(Default)]
pub(crate) struct Replays {
    state: Mutex<State>,
    /// Of the replay whose records are looked at.
    ledger: Mutex<Option<Ledger>>,
    looked: Mutex<Option<Looked>>,
    exports: Exports,
    /// One start or end at a time.
    starting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    plans: VecDeque<(PlanId, Arc<KeptReplay>)>,
    plans_so_far: u64,
    /// The plan that is being made in each slot.
    slots: HashMap<String, Cancel>,
    live: HashMap<DeliveryId, Live>,
    /// How replays stand that do not run, until their journal changes.
    at_rest: HashMap<DeliveryId, Arc<Rest>>,
    besides: Besides,
    /// Of replays that name no seed: the next one's.
    seed: Option<Seed>,
    /// Files that a person chose in a native dialog, content with what they hold being replaced.
    files: HashSet<PathBuf>,
    /// Files that a person chose to go on in.
    files_to_go_on_in: HashSet<PathBuf>,
    /// As of the last replay that began.
    written: Option<Arc<Written>>,
}

impl Replays {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// Preview, plan and run of one replay have the same seed, and no two replays do unless a person says so.
    fn seed(&self, text: Option<&str>) -> Seed {
        match text {
            Some(text) => seed_of(text),
            None => *self.lock().seed.get_or_insert_with(random_seed),
        }
    }

    /// The next replay that names no seed gets another one.
    fn used_seed(&self) {
        self.lock().seed = None;
    }

    fn take_plan(&self, kept: KeptReplay) -> (PlanId, Arc<KeptReplay>) {
        let kept = Arc::new(kept);
        let mut state = self.lock();
        state.plans_so_far += 1;
        let id = PlanId::new(state.plans_so_far, random_seed().0);
        if state.plans.len() >= MOST_PLANS {
            state.plans.pop_front();
        }
        state.plans.push_back((id.clone(), Arc::clone(&kept)));
        (id, kept)
    }

    fn plan(&self, id: &PlanId) -> Option<Arc<KeptReplay>> {
        let state = self.lock();
        let found = state.plans.iter().find(|(known, _)| known == id);
        found.map(|(_, kept)| Arc::clone(kept))
    }
}

fn random_seed() -> Seed {
    Seed(RandomState::new().hash_one(0))
}
