//! A disk that fills up under the writer: it says so within a second, all that is stored can be read meanwhile, and with
//! room again it goes on with nothing lost.

use faults::disk::SmallDisk;
use rand::{Rng, rngs::StdRng};
use std::time::{Duration, Instant};
use store::StoreError;
use torture::{
    Counts, Suite,
    ledger::{self, Ledger, SHARDS, judge},
};

const TELLS_WITHIN: Duration = Duration::from_secs(1);

#[test]
fn disk_full() {
    let Some(disk) = SmallDisk::of_test("store::disk_full::disk_full", 16) else {
        return;
    };
    let mut suite = Suite::begin("disk-full", Counts { full: 50, short: 8 });
    for case in suite.cases() {
        let mut fired = 0;
        let outcome = one(&disk, case, &mut suite.random(case), &mut fired);
        suite.tried(case, fired, outcome);
    }
    suite.end();
}

fn one(disk: &SmallDisk, case: u64, random: &mut StdRng, fired: &mut u64) -> Result<(), String> {
    let folder = disk.folder().join(case.to_string());
    let path = folder.join("ledger.kscope");
    let mut ledger = Ledger::open(&path).map_err(|error| error.to_string())?;
    for _ in 0..random.random_range(1..6) {
        let (place, len) = (random.random_range(0..SHARDS), random.random_range(1..600));
        ledger
            .write(place, len)
            .map_err(|error| error.to_string())?;
    }
    for _ in 0..2 {
        let ballast = disk.fill(random.random_range(0..300_000));
        let refused = fill(&mut ledger, random)?;
        *fired += 1;
        let told = refused.to_string();
        if !matches!(*refused, StoreError::DiskFull) || told.contains("elete") {
            return Err(format!("a full disk is called {told}"));
        }
        let read = ledger::read(&ledger.store)?;
        let numbers = read.numbers.each_ref().map(|numbers| numbers.len() as u64);
        if read.told > 0 || numbers != ledger.counts {
            return Err(format!("{numbers:?} of {:?} can be read", ledger.counts));
        }
        drop(ballast);
        let place = random.random_range(0..SHARDS);
        ledger
            .write(place, 50)
            .map_err(|error| format!("with room again: {error}"))?;
        judge(&ledger.store, &ledger.counts)?;
    }
    ledger.store.close().map_err(|error| error.to_string())?;
    std::fs::remove_dir_all(folder).map_err(|error| error.to_string())
}

/// Writes until there is no room.
fn fill(ledger: &mut Ledger, random: &mut StdRng) -> Result<std::sync::Arc<StoreError>, String> {
    for _ in 0..400 {
        let (place, len) = (random.random_range(0..SHARDS), random.random_range(1..600));
        let begun = Instant::now();
        if let Err(error) = ledger.write(place, len) {
            let after = begun.elapsed();
            return if after < TELLS_WITHIN {
                Ok(error)
            } else {
                Err(format!("it took {after:?} to say that the disk is full"))
            };
        }
    }
    Err("the disk never filled up".into())
}
