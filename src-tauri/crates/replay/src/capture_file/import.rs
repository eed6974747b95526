//! A capture file into the workspace, read twice: once for its shards, once for its records.
//!
//! Lines come in the order in which puts were answered, which need not be that of the sequence
//! numbers; they are sorted within stretches of [`STRETCH`] lines, and the store takes older stretches too.
//! A record whose sequence number is missing or no number gets its line's number. Lines of one shard with one number
//! are the user records of one aggregate, as an export writes them: they become one again, and are counted.

use crate::ReplayError;
use exchange::{CapturedPut, read_captured_put};
use publish::{Entry, Limits, ShardMap, aggregate};
use record::{
    HashKey, HashKeyRange, KinesisRecord, Millis, SequenceNumber, ShardId, StreamIdentity,
    StreamName,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    sync::mpsc::sync_channel,
};
use store::{
    Anchor, CaptureId, CaptureState, CaptureStream, NewCapture, Position, PreparedRecord,
    ShardBatch, ShardKey, ShardRecord, Store, StreamRecord, prepare,
};

const STRETCH: usize = 10_000;
/// What `MaxRecordSizeInKiB` allows at most, and its frame.
const MOST_AGGREGATE_KIB: u32 = 16 * 1024;
/// Bad lines that are named.
const NAMED_LINES: usize = 100;
/// For lines that name no stream or no shard.
const NAMELESS_STREAM: &str = "imported";
const NAMELESS_SHARD: &str = "shardId-000000000000";
const REGION: &str = "local";
const ACCOUNT: &str = "000000000000";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// `None` for a file without a single record.
    pub capture: Option<CaptureId>,
    pub records: u64,
    /// Records that share their number with one before them: kept as parts of one aggregate.
    pub shared_numbers: u64,
    /// Records whose number came more than [`STRETCH`] lines before: left out.
    pub repeated: u64,
    pub bad_lines: u64,
    /// The first of them.
    pub named_lines: Vec<BadLine>,
}

/// A line that is no record, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    pub line: u64,
    pub reason: String,
}

/// Imports a file as a capture with this name. `now` becomes the time of the streams' creation, so
/// that each import is a stream of its own.
pub fn import_capture_file(
    store: &Store,
    path: &Path,
    name: &str,
    now: Millis,
) -> Result<ImportedFile, ReplayError> {
    let mut imported = ImportedFile {
        capture: None,
        records: 0,
        shared_numbers: 0,
        repeated: 0,
        bad_lines: 0,
        named_lines: Vec::new(),
    };
    let mut shards: BTreeMap<StreamName, BTreeSet<ShardId>> = BTreeMap::new();
    each_put(path, |line, put| match put {
        Ok(put) => {
            let (stream, shard) = place(&put);
            shards.entry(stream).or_default().insert(shard);
            Ok(())
        }
        Err(reason) => {
            imported.bad_lines += 1;
            if imported.named_lines.len() < NAMED_LINES {
                imported.named_lines.push(BadLine { line, reason });
            }
            Ok(())
        }
    })?;
    if shards.is_empty() {
        return Ok(imported);
    }
    let mut import = Import::begin(store, name, now, &shards)?;
    each_put(path, |line, put| {
        put.map_or(Ok(()), |put| import.take(line, put))
    })?;
    import.finish()?;
    imported.records = import.records;
    imported.shared_numbers = import.shared_numbers;
    imported.repeated = import.repeated;
    imported.capture = Some(import.capture);
    Ok(imported)
}

/// Calls `take` for each line that is not empty, with its number.
fn each_put(
    path: &Path,
    mut take: impl FnMut(u64, Result<CapturedPut, String>) -> Result<(), ReplayError>,
) -> Result<(), ReplayError> {
    let failed = |source| ReplayError::File {
        path: path.to_owned(),
        source,
    };
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        if reader.read_until(b'\n', &mut text).map_err(failed)? == 0 {
            break;
        }
        let put = match std::str::from_utf8(&text) {
            Ok(text) => read_captured_put(text).map_err(|error| error.to_string()),
            Err(_) => Err("this line is no UTF-8".to_owned()),
        };
        match put {
            Ok(None) => {}
            Ok(Some(put)) => take(line, Ok(put))?,
            Err(reason) => take(line, Err(reason))?,
        }
    }
    Ok(())
}

fn place(put: &CapturedPut) -> (StreamName, ShardId) {
    let stream = put
        .stream
        .parse()
        .unwrap_or_else(|_| NAMELESS_STREAM.parse().expect("a valid stream name"));
    let shard = put
        .shard_id
        .parse()
        .unwrap_or_else(|_| NAMELESS_SHARD.parse().expect("a valid shard id"));
    (stream, shard)
}

struct Import<'a> {
    store: &'a Store,
    capture: CaptureId,
    shards: HashMap<(StreamName, ShardId), (ShardKey, HashKeyRange)>,
    /// In the order of the file.
    waiting: Vec<Line>,
    ranges: HashMap<ShardKey, HashKeyRange>,
    latest: HashMap<ShardKey, SequenceNumber>,
    records: u64,
    shared_numbers: u64,
    repeated: u64,
}

/// A record as its line tells of it.
struct Line {
    shard: ShardKey,
    sequence: SequenceNumber,
    arrival: Millis,
    entry: Entry,
}

impl<'a> Import<'a> {
    fn begin(
        store: &'a Store,
        name: &str,
        now: Millis,
        names: &BTreeMap<StreamName, BTreeSet<ShardId>>,
    ) -> Result<Self, ReplayError> {
        let mut shards = HashMap::new();
        let mut streams = Vec::new();
        for (stream, ids) in names {
            let key = store.put_stream(&stream_record(stream, now))?;
            let records: Vec<ShardRecord> = shard_records(ids);
            let keys = store.put_shards(key, &records)?;
            for (record, shard) in records.into_iter().zip(keys) {
                shards.insert((stream.clone(), record.id), (shard, record.hash_range));
            }
            streams.push(CaptureStream {
                stream: key,
                shards: None,
                anchor: Anchor::TrimHorizon,
                until: None,
            });
        }
        let capture = store.create_capture(&NewCapture {
            name: name.to_owned(),
            connection: "{}".to_owned(),
            created_at: now,
            streams,
        })?;
        Ok(Self {
            store,
            capture,
            ranges: shards.values().copied().collect(),
            shards,
            waiting: Vec::new(),
            latest: HashMap::new(),
            records: 0,
            shared_numbers: 0,
            repeated: 0,
        })
    }

    fn take(&mut self, line: u64, put: CapturedPut) -> Result<(), ReplayError> {
        // a file that grew between the two readings has shards that nobody knows
        let Some(&(shard, _)) = self.shards.get(&place(&put)) else {
            return Ok(());
        };
        let by_line = || {
            line.to_string()
                .parse()
                .expect("digits are a sequence number")
        };
        let sequence = put.sequence_number.parse().unwrap_or_else(|_| by_line());
        self.waiting.push(Line {
            shard,
            sequence,
            arrival: put.arrival,
            entry: Entry {
                key: put.partition_key,
                explicit_hash_key: put.explicit_hash_key,
                data: put.data.into(),
                origin: None,
            },
        });
        if self.waiting.len() >= 2 * STRETCH {
            self.submit(STRETCH)?;
        }
        Ok(())
    }

    /// The first so many lines, and those after them that have one of their numbers.
    fn submit(&mut self, lines: usize) -> Result<(), ReplayError> {
        let rest = self.waiting.split_off(lines);
        let mut taken = std::mem::replace(&mut self.waiting, rest);
        let place = |line: &Line| (line.shard, line.sequence);
        let numbers: HashSet<_> = taken.iter().map(place).collect();
        let is_part = |line: &mut Line| numbers.contains(&place(line));
        taken.extend(self.waiting.extract_if(.., is_part));
        // the lines of one number stay in the file's order
        taken.sort_by_key(place);
        for of_shard in taken.chunk_by(|a, b| a.shard == b.shard) {
            let range = self.ranges.get(&of_shard[0].shard).copied();
            let of_number = of_shard.chunk_by(|a, b| a.sequence == b.sequence);
            let records = of_number.flat_map(record_of);
            let records = records.map(|record| prepare(record, range)).collect();
            self.store_in(of_shard[0].shard, records)?;
            self.shared_numbers += of_shard
                .windows(2)
                .filter(|pair| pair[0].sequence == pair[1].sequence)
                .count() as u64;
        }
        Ok(())
    }

    fn store_in(
        &mut self,
        shard: ShardKey,
        records: Vec<PreparedRecord>,
    ) -> Result<(), ReplayError> {
        let Some(last) = records.last().map(PreparedRecord::sequence) else {
            return Ok(());
        };
        let latest = self.latest.entry(shard).or_insert(last);
        *latest = last.max(*latest);
        let batch = ShardBatch {
            capture: self.capture,
            shard,
            records,
            checkpoint: Position::Stored(*latest),
            covered_through: None,
            gap: None,
        };
        let (sender, committed) = sync_channel(1);
        let done = move |outcome| {
            // the importer waits for it
            let _ = sender.send(outcome);
        };
        self.store.submit(batch, Box::new(done));
        let committed = committed.recv().map_err(|_| store::StoreError::Closed)?;
        let committed = committed.map_err(ReplayError::Import)?;
        self.records += committed.inserted;
        self.repeated += committed.duplicates;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReplayError> {
        self.submit(self.waiting.len())?;
        self.store
            .set_capture_state(self.capture, CaptureState::Stopped)?;
        Ok(())
    }
}

/// Lines of one number: a record, or an aggregate of them. More than an aggregate holds become several of one number,
/// of which the store takes the first.
fn record_of(lines: &[Line]) -> Vec<KinesisRecord> {
    let entries = lines.iter().map(|line| line.entry.clone()).collect();
    let limits = Limits::of_stream(Some(MOST_AGGREGATE_KIB));
    let one_place = ShardMap::default();
    let together = aggregate(entries, &one_place, &limits, limits.record_bytes);
    let record = |entry: Entry| KinesisRecord {
        sequence: lines[0].sequence,
        arrival: lines[0].arrival,
        partition_key: Some(entry.key).filter(|key| !key.is_empty()),
        payload: entry.data.into(),
    };
    together.entries.into_iter().map(record).collect()
}

fn stream_record(name: &StreamName, now: Millis) -> StreamRecord {
    let arn = format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}");
    StreamRecord {
        identity: StreamIdentity {
            arn: arn.parse().expect("an ARN of a valid name"),
            created_at: now,
        },
        name: name.clone(),
        region: REGION.to_owned(),
        account: ACCOUNT.to_owned(),
    }
}

fn shard_records(ids: &BTreeSet<ShardId>) -> Vec<ShardRecord> {
    let count = ids.len() as u128;
    let width = u128::MAX / count;
    let record = |(place, id): (usize, &ShardId)| {
        let start = place as u128 * width;
        let end = if place as u128 + 1 == count {
            u128::MAX
        } else {
            start + width - 1
        };
        ShardRecord {
            id: id.clone(),
            parents: Vec::new(),
            hash_range: HashKeyRange {
                start: HashKey(start),
                end: HashKey(end),
            },
            starting_sequence: "0".parse().expect("zero is a sequence number"),
            closed: true,
        }
    };
    ids.iter().enumerate().map(record).collect()
}
