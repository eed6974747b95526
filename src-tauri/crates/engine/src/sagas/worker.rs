//! The worker of a board: reads its captures from scratch, then goes on with every commit and with the clock.

mod following;

use super::{
    board::Board,
    moment::{Moment, Replays},
    reading::{ShownRecord, Taken},
    watermarks::stream_spans,
};
use crate::{
    engine::{locked, now},
    notices::Notices,
};
use query::Filter;
use record::SequenceNumber;
use saga::{Extractor, Reading, Record, RecordHandle, Span};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use store::{CaptureId, RecordId, ShardKey, ShardWalk, StoreError, StoredShard, StreamKey};

/// At most ten changes a second.
const REST: Duration = Duration::from_millis(100);
/// Without a commit and without a deadline, it is looked again after this time.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// While a delivery is under way.
const WAIT_FOR_JOURNAL: Duration = Duration::from_secs(1);
/// A board that nobody asked for so long does not follow its captures until it is asked again.
pub(super) const ASLEEP_AFTER: Duration = Duration::from_mins(2);
/// A board that nobody asked for so long is closed.
const CLOSED_AFTER: Duration = Duration::from_mins(15);
/// Readings, and groups, that are taken in while others wait.
const READINGS_AT_ONCE: usize = 4_096;
const GROUPS_AT_ONCE: usize = 2_048;
/// How many threads read at once, the first time.
const READERS: usize = 2;

pub(super) fn run(board: &Board, notices: &Notices) {
    let mut worker = Worker::new(board);
    let mut done = worker.catch_up(READERS);
    if done.is_ok() {
        board.progress.is_complete.store(true, Ordering::Release);
    }
    while done.is_ok() && !board.cancel.is_cancelled() {
        notices.sagas();
        thread::sleep(REST);
        worker.wait();
        if board.idle() > CLOSED_AFTER {
            board.close();
        } else {
            done = worker.catch_up(1);
        }
    }
    match done.err().filter(|_| !board.cancel.is_cancelled()) {
        None => {}
        // what it said of that capture's records must not stay
        Some(StoreError::UnknownCapture(_)) => board.close(),
        Some(error) => {
            tracing::warn!(board = board.id.0, %error, "a board of sagas ended");
            board.end(error.to_string());
        }
    }
    board.forget();
    notices.sagas();
}

struct Worker<'b> {
    board: &'b Board,
    extractor: Extractor,
    captures: BTreeSet<CaptureId>,
    taken: Taken,
    streams: BTreeMap<StreamKey, saga::StreamKey>,
    shards: HashMap<ShardKey, saga::ShardKey>,
    replays: Replays,
    /// Records were met that are not plain JSON.
    has_packed: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// What was not taken in before.
    New,
    /// What was taken in before once more: for an id that was not known, or a replay that was not.
    Again,
}

/// Records seen, records without an id, and what the others say.
type Page = (u64, u64, Vec<Reading<'static>>);

impl<'b> Worker<'b> {
    fn new(board: &'b Board) -> Self {
        let definition = &board.plan.definition;
        let extractor = match &board.plan.followed {
            Some(value) => Extractor::following(definition, value),
            None => Extractor::new(definition),
        };
        Self {
            board,
            extractor,
            captures: BTreeSet::new(),
            taken: Taken::default(),
            streams: BTreeMap::new(),
            shards: HashMap::new(),
            replays: Replays::default(),
            has_packed: AtomicBool::default(),
        }
    }

    /// Until something may have changed.
    fn wait(&self) {
        let next = self.board.change(|judge| judge.next_wake());
        let until = next.map(|at| at.since(now()).saturating_add(1).max(0).unsigned_abs());
        let longest = if self.replays.may_grow() {
            WAIT_FOR_JOURNAL
        } else {
            LONGEST_WAIT
        };
        let wait = until.map_or(longest, Duration::from_millis);
        self.board.signal.wait(wait.min(longest));
        while self.board.idle() > ASLEEP_AFTER
            && self.board.idle() <= CLOSED_AFTER
            && !self.board.cancel.is_cancelled()
        {
            self.board.signal.wait(LONGEST_WAIT);
        }
    }

    /// Takes in everything that is stored and the time, and judges.
    fn catch_up(&mut self, readers: usize) -> Result<(), StoreError> {
        let moment = Moment::now(&self.board.source, &self.board.plan.definition.streams)?;
        let captures: BTreeSet<CaptureId> =
            moment.captured.iter().map(|one| one.capture.id).collect();
        if let Some(gone) = self.captures.difference(&captures).next() {
            return Err(StoreError::UnknownCapture(*gone));
        }
        self.captures = captures;
        self.register(&moment);
        self.read(&moment, readers)?;
        if self.board.cancel.is_cancelled() {
            return Ok(());
        }
        self.cover(&moment);
        self.board.change(|judge| judge.advance(now()));
        let mut has_changed = false;
        loop {
            let before = self.board.change(|judge| judge.waiting());
            has_changed |= before > 0;
            let left = self.board.change(|judge| judge.settle_some(GROUPS_AT_ONCE));
            if left == 0 || self.board.cancel.is_cancelled() {
                break;
            }
        }
        if !self.board.cancel.is_cancelled() {
            *locked(&self.board.judged) = self.taken.clone();
        }
        if has_changed {
            self.board.progress.revision.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// Makes new streams and shards known.
    fn register(&mut self, moment: &Moment) {
        for (stream, shards) in &moment.streams {
            let name = stream.stream.name.as_str();
            let key = *self
                .streams
                .entry(stream.key)
                .or_insert_with(|| self.board.change(|judge| judge.add_stream(name)));
            let is_new = |shard: &&StoredShard| !self.shards.contains_key(&shard.key);
            let new: Vec<&StoredShard> = shards.iter().filter(is_new).collect();
            for shard in &new {
                let id = shard.shard.id.to_string();
                let known = self.board.change(|judge| judge.add_shard(key, &id));
                self.shards.insert(shard.key, known);
            }
            for shard in new {
                let parent = |id: &record::ShardId| {
                    let parent = shards.iter().find(|other| other.shard.id == *id)?;
                    self.shards.get(&parent.key).copied()
                };
                let parents: Vec<saga::ShardKey> =
                    shard.shard.parents.iter().filter_map(parent).collect();
                let known = self.shards[&shard.key];
                if !parents.is_empty() {
                    self.board
                        .change(|judge| judge.set_parents(known, &parents));
                }
            }
        }
    }

    fn cover(&self, moment: &Moment) {
        for (stream, shards) in &moment.streams {
            let spans: Vec<Span> = stream_spans(&moment.captured, shards);
            let key = self.streams[&stream.key];
            self.board.change(|judge| judge.cover(key, &spans));
        }
    }

    /// Takes in the records that were not taken in before.
    fn read(&mut self, moment: &Moment, readers: usize) -> Result<(), StoreError> {
        let intervals = moment.captured.iter().flat_map(|one| &one.intervals);
        let covered = Taken::covered(intervals);
        let written = self.replays.look(&self.board.source.store, moment)?;
        self.read_replayed(&written)?;
        self.count(moment);
        if self.board.plan.followed.is_none() {
            let walks = self.walks(&covered, &self.taken, &Filter::Everything)?;
            self.take(walks, readers, Pass::New)?;
        } else {
            self.follow(&covered, readers)?;
        }
        if !self.board.cancel.is_cancelled() {
            self.taken = covered;
        }
        Ok(())
    }

    /// Reads once more what was taken in before it was known that a delivery of ours had written it.
    fn read_replayed(&self, written: &[(ShardKey, SequenceNumber)]) -> Result<(), StoreError> {
        let mut ranges: BTreeMap<ShardKey, (SequenceNumber, SequenceNumber)> = BTreeMap::new();
        let was_taken = |(shard, sequence): &&(ShardKey, SequenceNumber)| {
            self.shards.contains_key(shard) && self.taken.holds(*shard, *sequence)
        };
        for &(shard, sequence) in written.iter().filter(was_taken) {
            let range = ranges.entry(shard).or_insert((sequence, sequence));
            *range = (range.0.min(sequence), range.1.max(sequence));
        }
        if ranges.is_empty() {
            return Ok(());
        }
        let walks = self.board.source.walks(&Filter::Everything)?.into_iter();
        let of_range = |walk: ShardWalk| {
            let &(first, last) = ranges.get(&walk.shard())?;
            Some(walk.between(first, last))
        };
        self.take(walks.filter_map(of_range).collect(), 1, Pass::Again)
    }

    fn count(&self, moment: &Moment) {
        let progress = &self.board.progress;
        if !self.board.is_complete() {
            let records = moment.captured.iter().map(|one| one.capture.records).sum();
            progress.total.store(records, Ordering::Relaxed);
        }
    }

    fn walks(
        &self,
        covered: &Taken,
        taken: &Taken,
        filter: &Filter,
    ) -> Result<Vec<ShardWalk>, StoreError> {
        let is_open = |shard: &ShardKey| !covered.beyond(taken, *shard).is_empty();
        if !self.shards.keys().any(is_open) {
            return Ok(Vec::new());
        }
        let walks = self.board.source.walks(filter)?.into_iter();
        let known = walks.filter(|walk| self.shards.contains_key(&walk.shard()));
        let parts = known.flat_map(|walk| {
            let ranges = covered.beyond(taken, walk.shard()).into_iter();
            ranges.map(move |(first, last)| walk.clone().between(first, last))
        });
        Ok(parts.collect())
    }

    fn take(&self, walks: Vec<ShardWalk>, readers: usize, pass: Pass) -> Result<(), StoreError> {
        let (board, progress) = (self.board, &self.board.progress);
        let make = |shard: ShardKey, page: Vec<ShownRecord>| self.readings(shard, page, pass);
        let mut waiting: Vec<Reading<'static>> = Vec::new();
        let mut taken = |made: Result<Page, StoreError>| -> Result<(), StoreError> {
            let (seen, unrelated, readings) = made?;
            progress.scanned.fetch_add(seen, Ordering::Relaxed);
            progress.unrelated.fetch_add(unrelated, Ordering::Relaxed);
            waiting.extend(readings);
            if waiting.len() >= READINGS_AT_ONCE {
                let readings = std::mem::take(&mut waiting);
                board.change(|judge| judge.ingest(readings));
            }
            Ok(())
        };
        let mut outcome = Ok(());
        board
            .source
            .walk(walks, readers, &board.cancel, make, |made| {
                if outcome.is_ok() {
                    outcome = taken(made);
                }
            })?;
        outcome?;
        if !waiting.is_empty() {
            board.change(|judge| judge.ingest(waiting));
        }
        Ok(())
    }

    /// What a page says, as far as the definition asks.
    fn readings(
        &self,
        shard: ShardKey,
        mut page: Vec<ShownRecord>,
        pass: Pass,
    ) -> Result<Page, StoreError> {
        if pass == Pass::New {
            page.retain(|record| !self.taken.holds(shard, record.sequence));
        }
        let store = &self.board.source.store;
        let replayed = self.replays.among(store, shard, &page)?;
        let mut readings: Vec<Reading<'static>> = Vec::with_capacity(page.len());
        let mut unrelated = 0;
        for record in &page {
            let before = readings.len();
            let is_replayed = replayed.contains(&record.id);
            self.read_record(shard, record, is_replayed, &mut readings)?;
            unrelated += usize::from(readings.len() == before);
        }
        if let Some(value) = &self.board.plan.followed {
            self.keep_followed(value, &mut readings);
        }
        let counted = u64::from(pass == Pass::New);
        Ok((
            page.len() as u64 * counted,
            unrelated as u64 * counted,
            readings,
        ))
    }

    /// What a record says: as it is where it is plain JSON, else what the events in it say.
    fn read_record(
        &self,
        shard: ShardKey,
        record: &ShownRecord,
        replayed: bool,
        readings: &mut Vec<Reading<'static>>,
    ) -> Result<(), StoreError> {
        let source = &self.board.source;
        let stored = Record {
            handle: handle(record.id),
            shard: self.shards[&shard],
            sequence: &record.sequence,
            sub: record.sub,
            arrival: record.arrival,
            partition_key: record.partition_key.as_deref(),
            payload: record.shown(),
            replayed,
        };
        let (reading, has_more) = self.extractor.read_stored(&stored);
        if has_more || source.is_pinned(shard)? {
            let before = readings.len();
            let events = source.unpacked_of(shard, record)?;
            self.has_packed
                .fetch_or(!events.is_empty(), Ordering::Relaxed);
            for event in events {
                let record = Record {
                    payload: &event.content,
                    ..stored
                };
                let said = self.extractor.read_part(&record, &event.part());
                readings.extend(said.map(Reading::into_owned));
            }
            if readings.len() > before {
                return Ok(());
            }
        }
        readings.extend(reading.map(Reading::into_owned));
        Ok(())
    }
}

pub(super) fn handle(id: RecordId) -> RecordHandle {
    RecordHandle(id.0.cast_unsigned())
}

pub(super) fn record_id(handle: RecordHandle) -> RecordId {
    RecordId(handle.0.cast_signed())
}
