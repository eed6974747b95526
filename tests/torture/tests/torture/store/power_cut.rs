//! A store writes under strace; from what it asked of its files, the disk after a power cut is rebuilt at any place of
//! the recording, and opened. In half of the recordings a sync fails on the way, which loses what it was to write.

use super::writing;
use rand::{Rng, rngs::StdRng};
use std::{fs, path::PathBuf};
use store::Store;
use torture::{
    Counts, Suite, children,
    images::Disk,
    ledger::{self, judge},
    syscalls::{self, Call},
};

const TEST: &str = "store::power_cut::power_cut";
/// Which syncs of each of its threads fail, in every other recording: a commit's, and the one with which SQLite puts its
/// log away on closing. What opens the file then finds a log that looks whole. The first five are those with which a
/// writer lays down what it writes to: it would never get further.
const FAILING: [Option<&str>; 8] = [
    None,
    Some("7..8"),
    None,
    Some("9..10"),
    None,
    Some("6..7"),
    None,
    Some("10..11"),
];
/// Of calls between two states of the disk that are kept.
const KEPT_EVERY: usize = 100;
/// Calls in which a store comes to terms with a sync that failed.
const AFTER_A_FAILURE: usize = 120;
const FILE: &str = "ledger.kscope";

#[test]
fn power_cut() {
    if let Some(task) = children::task() {
        return writing::write(&task);
    }
    let counts = Counts {
        full: 10_000,
        short: 400,
    };
    let mut suite = Suite::begin("power-cut", counts);
    let recordings: Vec<_> = (0..)
        .zip(FAILING)
        .map(|(seed, failing)| Recording::of(seed, failing))
        .collect();
    for case in suite.cases() {
        let recording = &recordings[case as usize % recordings.len()];
        let (waiting, outcome) = recording.cut(&mut suite.random(case));
        suite.tried(case, u64::from(waiting > 0), outcome);
    }
    suite.end();
}

struct Recording {
    folder: PathBuf,
    calls: Vec<Call>,
    /// Before each hundredth call.
    states: Vec<State>,
    /// The sync that failed.
    failed_at: Option<usize>,
}

#[derive(Clone, Default)]
struct State {
    disk: Disk,
    said: String,
}

impl State {
    fn play(&mut self, call: &Call) {
        if let Call::Said(text) = call {
            self.said.push_str(text);
        }
        self.disk.play(call);
    }
}

impl Recording {
    fn of(seed: u64, failing: Option<&str>) -> Self {
        // an own one: a disk's syncs are asked for wherever it is
        let folder = children::folder();
        let inside = folder.path().join("workspace");
        fs::create_dir(&inside).expect("a folder");
        let log = folder.path().join("log");
        let inject = failing.map(|nth| format!("fsync,fdatasync:error=EIO:when={nth}"));
        let mut command = syscalls::recorded(&children::program(), &log, inject.as_deref());
        let task = format!("{seed} {}", inside.join(FILE).display());
        let output = children::prepared(&mut command, TEST, &task).output();
        let output = output.expect("strace runs: it is one of the packages of .ci/packages.debian");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.contains("\ndone"),
            "{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let log = fs::read_to_string(log).expect("strace's log");
        assert_eq!(
            syscalls::injected(&log) > 0,
            failing.is_some(),
            "a sync failed where one was to"
        );
        let calls = syscalls::calls(&log);
        let has_failed = |call: &Call| matches!(call, Call::Synced { is_done: false, .. });
        let mut recording = Self {
            folder: inside,
            failed_at: calls.iter().rposition(has_failed),
            calls,
            states: Vec::new(),
        };
        let mut state = State::default();
        for (place, call) in recording.calls.iter().enumerate() {
            if place % KEPT_EVERY == 0 {
                recording.states.push(state.clone());
            }
            state.play(call);
        }
        assert_ne!(
            writing::acknowledged(&state.said),
            ledger::Counts::default()
        );
        recording
    }

    /// How many writes waited, and what the store makes of what was left.
    fn cut(&self, random: &mut StdRng) -> (usize, Result<(), String>) {
        let at = match self.failed_at {
            // what follows it is where a log must not be trusted
            Some(failed) if random.random() => failed + random.random_range(0..AFTER_A_FAILURE),
            _ => random.random_range(0..self.calls.len()),
        };
        let at = at.min(self.calls.len() - 1);
        let mut state = self.states[at / KEPT_EVERY].clone();
        for call in &self.calls[at - at % KEPT_EVERY..at] {
            state.play(call);
        }
        let folder = children::folder();
        for (name, bytes) in state.disk.after_power_cut(&self.folder, random) {
            // others are derived, or mean nothing after a restart
            let name = name.to_string_lossy().into_owned();
            if [FILE, "ledger.kscope-wal", "ledger.kscope-journal"].contains(&&*name) {
                fs::write(folder.path().join(name), bytes).expect("a file");
            }
        }
        let acknowledged = writing::acknowledged(&state.said);
        let opened = Store::open(&folder.path().join(FILE)).map_err(|error| error.to_string());
        let outcome = opened.and_then(|store| judge(&store, &acknowledged));
        let outcome =
            outcome.map_err(|what| format!("after {at} of {} calls: {what}", self.calls.len()));
        (state.disk.waiting(), outcome)
    }
}
