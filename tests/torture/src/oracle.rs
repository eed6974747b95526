//! Knows every record that was written through it, and holds what a capture stored against that: the invariants 1 to 6
//! of a capture. It reads no endpoint and trusts no count but its own.

use crate::{
    aggregate,
    image::{Image, Row, ShardImage},
};
use emulator::{EmulatorWriter, NewRecord};
use record::{Millis, SequenceNumber, ShardId, StreamName};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};
use store::{CoverageInterval, GapReason, NewGap, Position};

/// Arrivals are stamped when the endpoint takes a record, and noted here when it has.
const STAMP_MILLIS: i64 = 1_000;

/// What a capture promises of what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Each record is there, and nothing is declared missing.
    Everything,
    /// What is not there lies in a gap, and nothing that is there is declared missing.
    GapsTold,
}

/// `(partition key, payload)` of each.
type UserRecords = Vec<(String, Vec<u8>)>;

/// What one record must become.
#[derive(Clone, Debug)]
struct Written {
    /// One, or those of an aggregate.
    user_records: UserRecords,
    arrival: Millis,
    /// Before the capture was made: it may be there or not.
    is_before: bool,
}

type Life = BTreeMap<ShardId, BTreeMap<SequenceNumber, Written>>;

/// One stream's records, from its creation to its end.
#[derive(Debug)]
pub struct Oracle {
    writer: EmulatorWriter,
    stream: StreamName,
    life: Mutex<Life>,
}

impl Oracle {
    pub fn new(writer: EmulatorWriter, stream: StreamName) -> Self {
        Self {
            writer,
            stream,
            life: Mutex::default(),
        }
    }

    /// Writes records, and remembers where they went.
    pub async fn put(&self, records: Vec<NewRecord>) {
        let known =
            |record: &NewRecord| vec![(record.partition_key.clone(), record.payload.clone())];
        let written = records.into_iter().map(|record| (known(&record), record));
        self.put_known(written.collect()).await;
    }

    /// One record with several in it.
    pub async fn put_aggregate(&self, user_records: Vec<(String, Vec<u8>)>) {
        let record = NewRecord {
            partition_key: user_records[0].0.clone(),
            payload: aggregate(&user_records),
            arrival: None,
        };
        self.put_known(vec![(user_records, record)]).await;
    }

    async fn put_known(&self, records: Vec<(UserRecords, NewRecord)>) {
        let (known, records): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        let places = self.writer.put(&self.stream, &records).await;
        let places = places.expect("the embedded endpoint takes the records");
        let now = self.writer.now();
        let mut life = self.life();
        for (((shard, sequence), user_records), record) in
            places.into_iter().zip(known).zip(records)
        {
            let written = Written {
                user_records,
                arrival: record.arrival.unwrap_or(now),
                is_before: false,
            };
            life.entry(shard).or_default().insert(sequence, written);
        }
    }

    /// Nothing that was written so far is promised: a capture is made now, from here on.
    pub fn capture_begins(&self) {
        for written in self.life().values_mut().flat_map(BTreeMap::values_mut) {
            written.is_before = true;
        }
    }

    /// User records that a capture must have.
    pub fn promised(&self) -> u64 {
        let life = self.life();
        let written = life.values().flat_map(BTreeMap::values);
        let promised = written.filter(|written| !written.is_before);
        promised
            .map(|written| written.user_records.len() as u64)
            .sum()
    }

    /// The last record of each shard.
    pub fn last_numbers(&self) -> BTreeMap<ShardId, SequenceNumber> {
        let life = self.life();
        let last = life.iter().filter_map(|(id, written)| {
            let (number, _) = written.last_key_value()?;
            Some((id.clone(), *number))
        });
        last.collect()
    }

    /// What holds in every image, also of a capture that was killed: invariants 2, 3, 4 and 5, and no hole in what was
    /// read that is not declared.
    ///
    /// # Errors
    /// The first invariant that does not hold, in words.
    pub fn sound(&self, image: &Image) -> Result<(), String> {
        let life = self.life();
        for (id, shard) in &image.shards {
            let nothing = BTreeMap::new();
            let written = life.get(id).unwrap_or(&nothing);
            let told = |what: String| format!("{id}: {what}");
            known_once_and_exact(shard, written).map_err(told)?;
            in_order(shard).map_err(told)?;
            checkpoint_fits(shard).map_err(told)?;
            if let Some(last) = shard.rows.last() {
                let read = written.range(..=last.sequence);
                nothing_lost(shard, read).map_err(told)?;
            }
            after_its_parents(id, shard, image)?;
        }
        Ok(())
    }

    /// What holds once everything that can be read was read: invariants 1 and 6, and all that [`sound`](Self::sound)
    /// asks for.
    ///
    /// # Errors
    /// The first invariant that does not hold, in words.
    pub fn complete(&self, image: &Image, promise: Promise) -> Result<(), String> {
        self.sound(image)?;
        let life = self.life();
        for (id, written) in life.iter() {
            let told = |what: String| format!("{id}: {what}");
            let Some(shard) = image.shards.get(id) else {
                let promised = written
                    .values()
                    .filter(|written| !written.is_before)
                    .count();
                if promised > 0 {
                    return Err(told(format!(
                        "{promised} records of a shard that is not known"
                    )));
                }
                continue;
            };
            nothing_lost(shard, written.iter()).map_err(told)?;
            honest(shard, written).map_err(told)?;
        }
        let rows: usize = image.shards.values().map(|shard| shard.rows.len()).sum();
        if image.records != rows as u64 {
            return Err(format!(
                "the capture counts {} of {rows} records",
                image.records
            ));
        }
        match promise {
            Promise::Everything if image.gaps() > 0 => Err(format!(
                "{} gaps, and nothing is missing: {:?}",
                image.gaps(),
                image.shards.values().flat_map(|shard| &shard.gaps).next()
            )),
            _ => Ok(()),
        }
    }

    /// How many records are not stored.
    pub fn missing(&self, image: &Image) -> u64 {
        let life = self.life();
        let missing = life.iter().map(|(id, written)| {
            let stored = image.shards.get(id).map(stored).unwrap_or_default();
            let missing = written
                .iter()
                .filter(|(sequence, written)| !written.is_before && !stored.contains(sequence));
            missing.count() as u64
        });
        missing.sum()
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stored(shard: &ShardImage) -> BTreeSet<SequenceNumber> {
    shard.rows.iter().map(|row| row.sequence).collect()
}

/// Invariants 2 and 3.
fn known_once_and_exact(
    shard: &ShardImage,
    written: &BTreeMap<SequenceNumber, Written>,
) -> Result<(), String> {
    let mut seen: BTreeMap<SequenceNumber, BTreeSet<u32>> = BTreeMap::new();
    for row in &shard.rows {
        let Some(source) = written.get(&row.sequence) else {
            return Err(format!("{} was never written to this stream", row.sequence));
        };
        if !seen.entry(row.sequence).or_default().insert(row.sub) {
            return Err(format!("{} #{} is there twice", row.sequence, row.sub));
        }
        if !is_exact(row, source) {
            return Err(format!(
                "{} #{} is not what was written",
                row.sequence, row.sub
            ));
        }
    }
    let in_part = seen
        .iter()
        .find(|(sequence, subs)| subs.len() != written[*sequence].user_records.len());
    match in_part {
        Some((sequence, _)) => Err(format!("{sequence} is there in part")),
        None => Ok(()),
    }
}

fn is_exact(row: &Row, written: &Written) -> bool {
    let source = written.user_records.get(row.sub as usize);
    source.is_some_and(|(key, payload)| {
        row.partition_key.as_deref() == Some(key) && row.payload == *payload
    })
}

/// Invariant 4, within a shard.
fn in_order(shard: &ShardImage) -> Result<(), String> {
    let place = |row: &Row| (row.sequence, row.sub);
    let mut pairs = shard.rows.windows(2);
    match pairs.find(|pair| place(&pair[0]) >= place(&pair[1])) {
        Some(pair) => Err(format!(
            "{} was stored after {}",
            pair[1].sequence, pair[0].sequence
        )),
        None => Ok(()),
    }
}

/// Invariant 5.
fn checkpoint_fits(shard: &ShardImage) -> Result<(), String> {
    let stored = shard.rows.last().map(|row| row.sequence);
    let said = match shard.position {
        None | Some(Position::Anchor(_)) => None,
        Some(Position::Stored(last)) => Some(last),
        Some(Position::Finished { last } | Position::Reached { last }) => last,
    };
    if said == stored {
        return Ok(());
    }
    Err(format!(
        "the checkpoint is {said:?}, and the last record {stored:?}"
    ))
}

/// Invariant 4, between shards: a parent's last record and its end are one commit.
fn after_its_parents(id: &ShardId, shard: &ShardImage, image: &Image) -> Result<(), String> {
    if shard.rows.is_empty() {
        return Ok(());
    }
    let is_read = |parent: &&ShardId| {
        let position = image.shards.get(*parent).and_then(|parent| parent.position);
        position.is_none_or(|position| matches!(position, Position::Finished { .. }))
    };
    match shard.parents.iter().find(|parent| !is_read(parent)) {
        Some(parent) => Err(format!(
            "{id} has records before {parent} was read to its end"
        )),
        None => Ok(()),
    }
}

/// Invariant 1: stored, or declared missing and not covered.
fn nothing_lost<'a>(
    shard: &ShardImage,
    written: impl Iterator<Item = (&'a SequenceNumber, &'a Written)>,
) -> Result<(), String> {
    let stored = stored(shard);
    for (sequence, written) in written {
        if written.is_before || stored.contains(sequence) {
            continue;
        }
        let at = (*sequence, written.arrival);
        if !shard.gaps.iter().any(|gap| is_in(gap, at)) {
            return Err(format!("{sequence} is lost, and no gap tells of it"));
        }
        if let Some(interval) = shard.coverage.iter().find(|interval| covers(interval, at)) {
            return Err(format!(
                "{sequence} is missing, and said to be covered: {interval:?}"
            ));
        }
    }
    Ok(())
}

/// Invariant 6, the other way round: a gap that says that records were trimmed is a gap.
fn honest(shard: &ShardImage, written: &BTreeMap<SequenceNumber, Written>) -> Result<(), String> {
    let stored = stored(shard);
    let trimmed = shard
        .gaps
        .iter()
        .filter(|gap| gap.reason == GapReason::Trimmed);
    for gap in trimmed {
        let is_there = |(sequence, written): &(&SequenceNumber, &Written)| {
            is_in(gap, (**sequence, written.arrival))
                && stored.contains(sequence)
                && !written.is_before
        };
        if let Some((sequence, _)) = written.iter().find(is_there)
            && gap.after.or(gap.before).is_some()
        {
            return Err(format!(
                "{sequence} is there, and declared missing: {gap:?}"
            ));
        }
    }
    Ok(())
}

/// By number where the gap has numbers, else by time.
fn is_in(gap: &NewGap, (sequence, arrival): (SequenceNumber, Millis)) -> bool {
    if gap.after.is_none() && gap.before.is_none() {
        let from = gap.from.map(|from| from.saturating_add(-STAMP_MILLIS));
        let until = gap.until.map(|until| until.saturating_add(STAMP_MILLIS));
        return from.is_none_or(|from| from <= arrival)
            && until.is_none_or(|until| arrival < until);
    }
    gap.after.is_none_or(|after| after < sequence)
        && gap.before.is_none_or(|before| sequence < before)
}

fn covers(interval: &CoverageInterval, (sequence, _): (SequenceNumber, Millis)) -> bool {
    let within = |(first, last)| first <= sequence && sequence <= last;
    interval.sequences.is_some_and(within)
}
