//! Two programs that want one workspace at the same time: one has it, the other is told so, and nobody loses anything.

use super::writing;
use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};
use store::{Store, StoreError};
use torture::{
    Counts, Suite, children,
    ledger::{Ledger, SHARDS, judge},
};

const TEST: &str = "store::two_instances::two_instances";
const TURNS: usize = 2;
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn two_instances() {
    if let Some(task) = children::task() {
        return take_turns(Path::new(&task));
    }
    let counts = Counts {
        full: 100,
        short: 12,
    };
    let mut suite = Suite::begin("two-instances", counts);
    for case in suite.cases() {
        let folder = children::folder();
        let path = folder.path().join("ledger.kscope");
        let mut fired = 0;
        let outcome = one(&path, &mut fired);
        suite.tried(case, fired, outcome);
    }
    suite.end();
}

fn one(path: &Path, refused: &mut u64) -> Result<(), String> {
    let children = [start(path), start(path)];
    let mut acknowledged = [0; SHARDS];
    for child in children {
        let output = child
            .wait_with_output()
            .map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() || !said.contains("\ndone") {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {said}\n{errors}", output.status));
        }
        *refused += said.matches("\nin use").count() as u64;
        for (count, new) in acknowledged.iter_mut().zip(writing::acknowledged(&said)) {
            *count = (*count).max(new);
        }
    }
    let store = Store::open(path).map_err(|error| error.to_string())?;
    judge(&store, &acknowledged)
}

fn start(path: &Path) -> Child {
    let mut command = Command::new(children::program());
    let task = path.display().to_string();
    let started = children::prepared(&mut command, TEST, &task).spawn();
    started.expect("this test's program")
}

/// The child: has the workspace some times, alone.
fn take_turns(path: &Path) {
    let begun = Instant::now();
    for turn in 0..TURNS {
        let mut is_told = false;
        let mut ledger = loop {
            match Ledger::open(path) {
                Ok(ledger) => break ledger,
                Err(StoreError::InUse { .. }) if begun.elapsed() < PATIENCE => {
                    if !is_told {
                        println!("\nin use");
                        is_told = true;
                    }
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(error) => panic!("{error}"),
            }
        };
        let alone = Alone::new(path);
        for place in 0..SHARDS {
            ledger.write(place, [5, 300][turn % 2]).expect("stored");
            let [a, b, c] = ledger.counts;
            println!("\nacknowledged {a} {b} {c}");
        }
        std::thread::sleep(Duration::from_millis(5));
        drop(alone);
        ledger.store.close().expect("closed");
    }
    println!("\ndone");
}

/// There while one has the workspace: a second one finds it.
struct Alone(PathBuf);

impl Alone {
    fn new(path: &Path) -> Self {
        let mark = path.with_extension("mark");
        let made = OpenOptions::new().write(true).create_new(true).open(&mark);
        made.expect("nobody else has the workspace");
        Self(mark)
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
