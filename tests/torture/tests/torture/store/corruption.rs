//! Bytes of a closed workspace that are not what they were: nothing crashes, no record is shown that was not written,
//! what is missing is told, and what is whole is salvaged into a new workspace with the old one left as it is.

use rand::{Rng, rngs::StdRng};
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};
use store::{Salvaged, Store, StoreError};
use torture::{
    Counts, Suite, children,
    ledger::{self, Ledger, SHARDS, judge, sequence},
};

const PAGE: usize = 8192;

#[test]
fn corruption() {
    let counts = Counts {
        full: 1_000,
        short: 50,
    };
    let mut suite = Suite::begin("corruption", counts);
    let sound = Sound::new();
    let (mut salvaged, mut whole) = (0, 0);
    for case in suite.cases() {
        let mut random = suite.random(case);
        let mut bytes = sound.bytes.clone();
        let what = damage(&mut bytes, &sound, &mut random);
        let fired = u64::from(bytes != sound.bytes);
        let judged = catch_unwind(AssertUnwindSafe(|| sound.judge(&bytes)));
        let outcome = match judged {
            Ok(Ok(records)) => {
                salvaged += records;
                whole += sound.records();
                Ok(())
            }
            Ok(Err(wrong)) => Err(format!("{what}: {wrong}")),
            Err(_) => Err(format!("{what}: a panic")),
        };
        suite.tried(case, fired, outcome);
    }
    println!("corruption: {salvaged} of {whole} records were salvaged");
    suite.end();
}

/// A closed workspace as it was written.
struct Sound {
    bytes: Vec<u8>,
    counts: ledger::Counts,
}

impl Sound {
    fn new() -> Self {
        let folder = children::folder();
        let path = folder.path().join("ledger.kscope");
        let mut ledger = Ledger::open(&path).expect("a workspace");
        for turn in 0..24 {
            let len = [9, 300, 40, 600, 1, 130][turn % 6];
            ledger
                .write((turn * 5 + turn / 6) % SHARDS, len)
                .expect("stored");
        }
        let counts = ledger.counts;
        ledger.store.close().expect("closed");
        Self {
            bytes: fs::read(path).expect("the file"),
            counts,
        }
    }

    fn records(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many records were salvaged.
    fn judge(&self, bytes: &[u8]) -> Result<u64, String> {
        let folder = children::folder();
        let path = folder.path().join("damaged.kscope");
        fs::write(&path, bytes).expect("a file");
        let into = folder.path().join("salvaged.kscope");
        let salvaged = Store::salvage(&path, &into);
        if fs::read(&path).expect("the file") != bytes {
            return Err("the damaged file was changed".into());
        }
        let saved = match salvaged {
            Ok(salvaged) => self.judge_salvaged(&into, salvaged)?,
            Err(error) if into.exists() => return Err(format!("half a salvage was left: {error}")),
            Err(error) => {
                names_it(&error)?;
                0
            }
        };
        match Store::open(&path) {
            Ok(store) => self.judge_opened(&store)?,
            Err(error) => names_it(&error)?,
        }
        Ok(saved)
    }

    /// What is shown is true, and what is missing is told.
    fn judge_opened(&self, store: &Store) -> Result<(), String> {
        let read = ledger::read(store)?;
        let is_whole = (0..SHARDS).all(|place| {
            read.numbers[place]
                .iter()
                .copied()
                .eq(0..self.counts[place])
        });
        match store.verify() {
            _ if read.told > 0 || is_whole => Ok(()),
            Err(StoreError::Damaged { .. }) => Ok(()),
            Err(error) => names_it(&error),
            Ok(_) => Err("records are missing and nothing says so".into()),
        }
    }

    /// A salvaged workspace is a sound one; what it lacks, no coverage claims.
    fn judge_salvaged(&self, path: &Path, salvaged: Salvaged) -> Result<u64, String> {
        let store = Store::open(path).map_err(|error| format!("the salvaged one: {error}"))?;
        store
            .verify()
            .map_err(|error| format!("the salvaged one: {error}"))?;
        let read = ledger::read(&store)?;
        let found: u64 = read
            .numbers
            .iter()
            .map(|numbers| numbers.len() as u64)
            .sum();
        if read.told > 0 || found != salvaged.records {
            return Err(format!(
                "{found} records of {} can be read in the salvaged one",
                salvaged.records
            ));
        }
        if found == self.records() {
            judge(&store, &self.counts)?;
        }
        for (place, numbers) in read.numbers.iter().enumerate() {
            let missing = (0..self.counts[place]).filter(|n| numbers.binary_search(n).is_err());
            for n in missing {
                if claims(&store, place, n)? {
                    return Err(format!(
                        "record {n} of shard {place} is missing and counts as captured"
                    ));
                }
            }
        }
        Ok(found)
    }
}

/// Whether a capture's coverage has that record.
fn claims(store: &Store, place: usize, n: u64) -> Result<bool, String> {
    let failed = |error: StoreError| error.to_string();
    let sequence = sequence(n);
    let mut keys = Vec::new();
    for stream in store.streams().map_err(failed)? {
        for shard in store.shards(stream.key).map_err(failed)? {
            if shard.shard.id.as_str().ends_with(&format!("{place:012}")) {
                keys.push(shard.key);
            }
        }
    }
    for capture in store.captures().map_err(failed)? {
        for interval in store.coverage(capture.id).map_err(failed)? {
            let has_it = |(first, last)| first <= sequence && sequence <= last;
            if keys.contains(&interval.shard) && interval.sequences.is_some_and(has_it) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// A refusal says that the file is damaged, or what it is not.
fn names_it(error: &StoreError) -> Result<(), String> {
    match error {
        StoreError::Damaged { .. }
        | StoreError::NotAWorkspace { .. }
        | StoreError::NewerVersion { .. } => Ok(()),
        other => Err(format!("damage is called {other:?}")),
    }
}

/// What was done, in words.
fn damage(bytes: &mut Vec<u8>, sound: &Sound, random: &mut StdRng) -> String {
    let len = bytes.len();
    let at = random.random_range(0..len);
    match random.random_range(0..8) {
        0 => {
            let bits = random.random_range(1..9);
            for _ in 0..bits {
                let at = random.random_range(0..len);
                bytes[at] ^= 1 << random.random_range(0..8);
            }
            format!("{bits} bits flipped")
        }
        1 => {
            let end = (at - at % 512 + 512).min(len);
            bytes[at - at % 512..end].fill(0);
            format!("the sector at {at} zeroed")
        }
        2 => {
            let end = (at - at % PAGE + PAGE).min(len);
            bytes[at - at % PAGE..end].fill(0);
            format!("the page at {at} zeroed")
        }
        3 => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        4 => {
            let end = (at + random.random_range(1..200)).min(len);
            random.fill(&mut bytes[at..end]);
            format!("noise at {at}")
        }
        5 => {
            let (from, to) = (
                random.random_range(0..len / PAGE),
                random.random_range(0..len / PAGE),
            );
            bytes.copy_within(from * PAGE..(from + 1) * PAGE, to * PAGE);
            format!("page {from} in the place of page {to}")
        }
        6 => beside_a_number(bytes, sound, random),
        _ => other_shard(bytes, sound, random),
    }
}

/// Near a sequence number lie the small columns of a row: which shard it is of, how many records, and when.
fn beside_a_number(bytes: &mut [u8], sound: &Sound, random: &mut StdRng) -> String {
    let place = random.random_range(0..SHARDS);
    let number = sequence(random.random_range(0..sound.counts[place]) / 50 * 50);
    let key = number.as_key();
    let found = places(bytes, key);
    let at = found[random.random_range(0..found.len())];
    let at = (at + random.random_range(0..key.len() + 8)).saturating_sub(6);
    bytes[at.min(sound.bytes.len() - 1)] ^= 1 << random.random_range(0..4);
    format!("a bit beside a sequence number, at {at}")
}

/// Where rows begin with such a number: in the order of a file, its beginning is all that rows share.
fn places(bytes: &[u8], key: &[u8]) -> Vec<usize> {
    let shared = &key[..key.len() - 3];
    let windows = bytes.windows(shared.len()).enumerate();
    windows
        .filter(|(_, window)| *window == shared)
        .map(|(at, _)| at)
        .collect()
}

/// A block's row, or an index, says that it is of the next shard: one bit before its first sequence number.
fn other_shard(bytes: &mut [u8], sound: &Sound, random: &mut StdRng) -> String {
    let number = sequence(sound.counts[0] / 2);
    let is_shard = |at: &usize| matches!(bytes[at - 1], 2 | 3);
    let found: Vec<_> = places(bytes, number.as_key())
        .into_iter()
        .filter(is_shard)
        .collect();
    let at = found[random.random_range(0..found.len())];
    bytes[at - 1] ^= 1;
    format!("a shard's key changed at {at}")
}
