//! The child of several suites: it writes to a workspace, opens and closes it now and then, and says what it was told.

use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{error::Error, path::Path};
use torture::ledger::{Counts, Ledger, SHARDS};

const SESSIONS: usize = 3;
const BATCHES: usize = 7;
/// So often a batch is handed in again after a refusal. Then the child gives up: the fault stays.
const TRIES: usize = 4;

/// `task` is a seed and a path.
pub fn write(task: &str) {
    let (seed, path) = task.split_once(' ').expect("a seed and a path");
    let mut random = StdRng::seed_from_u64(seed.parse().expect("a seed"));
    for _ in 0..SESSIONS {
        let opened = again(|| Ledger::open(Path::new(path)));
        let Some(mut ledger) = opened else {
            return;
        };
        for _ in 0..BATCHES {
            let place = random.random_range(0..SHARDS);
            let len = [1, 12, 60, 300, 700][random.random_range(0..5)];
            if again(|| ledger.write(place, len)).is_none() {
                return;
            }
            let [a, b, c] = ledger.counts;
            println!("\nacknowledged {a} {b} {c}");
        }
        if random.random_range(0..3) > 0
            && let Err(error) = ledger.store.close()
        {
            println!("\nrefused: {error}");
        }
    }
    println!("\ndone");
}

fn again<T, E: Error>(mut attempt: impl FnMut() -> Result<T, E>) -> Option<T> {
    for _ in 0..TRIES {
        match attempt() {
            Ok(done) => return Some(done),
            Err(error) => println!("\nrefused: {error}"),
        }
    }
    None
}

/// The last that was acknowledged in what a child has said so far.
pub fn acknowledged(said: &str) -> Counts {
    let mut counts = Counts::default();
    // a line is whole once the next one begins
    let whole = said.rfind('\n').map_or("", |end| &said[..end]);
    for line in whole
        .lines()
        .filter_map(|line| line.strip_prefix("acknowledged "))
    {
        for (count, word) in counts.iter_mut().zip(line.split(' ')) {
            *count = (*count).max(word.parse().expect("a number"));
        }
    }
    counts
}

/// What was refused, and why.
pub fn refusals(said: &str) -> Vec<&str> {
    said.lines()
        .filter_map(|line| line.strip_prefix("refused: "))
        .collect()
}
