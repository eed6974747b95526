//! Errors in place of the disk's answers, at each place of what a store asks of its files: what was acknowledged stays,
//! the cause is told, and nothing panics.

use super::writing;
use rand::{Rng, rngs::StdRng};
use std::{fs, path::Path, process::Command};
use store::Store;
use torture::{Counts, Suite, children, ledger::judge, syscalls};

const TEST: &str = "store::io_error::io_error";
/// A call, the error in place of its answer, and the last place where it can happen.
const FAULTS: [(&str, &str, u32); 9] = [
    ("pwrite64", "EIO", 60),
    ("pwrite64", "ENOSPC", 60),
    ("pwrite64", "EDQUOT", 60),
    ("fsync,fdatasync", "EIO", 22),
    ("fsync,fdatasync", "ENOSPC", 22),
    ("pread64", "EIO", 60),
    ("ftruncate", "EIO", 4),
    ("openat", "EIO", 6),
    ("unlink", "EIO", 1),
];
/// What a message that names its cause says.
const CAUSES: [&str; 6] = [
    "disk reported an error",
    "cannot be read from the disk",
    "is full",
    "cannot be used",
    "cannot be written",
    "read-only",
];

#[test]
fn io_error() {
    if let Some(task) = children::task() {
        return writing::write(&task);
    }
    let counts = Counts {
        full: 900,
        short: 60,
    };
    let mut suite = Suite::begin("io-error", counts);
    for case in suite.cases() {
        let (fired, outcome) = one(case, &mut suite.random(case));
        suite.tried(case, fired, outcome);
    }
    suite.end();
}

/// Faults that happened, and what came of them.
fn one(case: u64, random: &mut StdRng) -> (u64, Result<(), String>) {
    let folder = children::folder();
    let path = folder.path().join("ledger.kscope");
    let log = folder.path().join("log");
    let (mut command, what) = if case % 10 == 9 {
        short_write(random)
    } else {
        injected(case, random, &path, &log)
    };
    let task = format!("{case} {}", path.display());
    let output = children::prepared(&mut command, TEST, &task).output();
    let output = output.expect("strace runs: it is one of the packages of .ci/packages.debian");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let refusals = writing::refusals(&said);
    let fired =
        fs::read_to_string(&log).map_or(refusals.len() as u64, |log| syscalls::injected(&log));
    let sound = || {
        if !output.status.success() || errors.contains("panicked") {
            return Err(format!("the writer ended with {}: {errors}", output.status));
        }
        let names_it = |message: &&&str| CAUSES.iter().any(|cause| message.contains(cause));
        if let Some(message) = refusals.iter().find(|message| !names_it(message)) {
            return Err(format!("the message names no cause: {message}"));
        }
        let store = Store::open(&path).map_err(|error| format!("opening: {error}"))?;
        judge(&store, &writing::acknowledged(&said))
    };
    (fired, sound().map_err(|wrong| format!("{what}: {wrong}")))
}

/// One error, some in a row, or from then on always.
fn injected(case: u64, random: &mut StdRng, path: &Path, log: &Path) -> (Command, String) {
    let (call, error, last) = FAULTS[case as usize % FAULTS.len()];
    let first = random.random_range(1..=last);
    let when = match random.random_range(0..4) {
        0 => format!("{first}+"),
        1 => format!("{first}..{}", first + random.random_range(1..5)),
        _ => first.to_string(),
    };
    let inject = format!("{call}:error={error}:when={when}");
    // a new workspace is made beside its name
    let names = ["", "-wal", "-journal", "-new", "-new-wal", "-new-journal"];
    let only = names.map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    });
    let command = syscalls::traced(&children::program(), log, call, Some(&inject), &only);
    (command, inject)
}

/// Files may grow to a size only: the write that reaches it is done in part. 1,024 bytes a unit.
fn short_write(random: &mut StdRng) -> (Command, String) {
    let limit = random.random_range(8..400).to_string();
    let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    let mut command = Command::new("bash");
    command
        .args(["-c", script, "bash", &limit])
        .arg(children::program());
    (command, format!("files of at most {limit} KiB"))
}
