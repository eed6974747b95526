//! A capture file into the workspace, read twice: once for its shards, once for its records.
//!
//! Lines come in the order in which puts were answered, which need not be that of the sequence
//! numbers; they are sorted within stretches of [`STRETCH`] lines, and the store takes older stretches too.
//! A record whose sequence number is missing or no number gets its line's number.

use crate::ReplayError;
use exchange::{CapturedPut, read_captured_put};
use record::{
    HashKey, HashKeyRange, KinesisRecord, Millis, SequenceNumber, ShardId, StreamIdentity,
    StreamName,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    sync::mpsc::sync_channel,
};
use store::{
    Anchor, CaptureId, CaptureState, CaptureStream, NewCapture, Position, ShardBatch, ShardKey,
    ShardRecord, Store, StreamRecord, prepare,
};

const STRETCH: usize = 10_000;
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
    imported.records = import.finish()?;
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
    waiting: HashMap<ShardKey, Vec<(SequenceNumber, KinesisRecord)>>,
    waiting_lines: usize,
    ranges: HashMap<ShardKey, HashKeyRange>,
    latest: HashMap<ShardKey, SequenceNumber>,
    records: u64,
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
            waiting: HashMap::new(),
            waiting_lines: 0,
            latest: HashMap::new(),
            records: 0,
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
        let record = KinesisRecord {
            sequence,
            arrival: put.arrival,
            partition_key: Some(put.partition_key).filter(|key| !key.is_empty()),
            payload: put.data,
        };
        self.waiting
            .entry(shard)
            .or_default()
            .push((sequence, record));
        self.waiting_lines += 1;
        if self.waiting_lines >= STRETCH {
            self.submit()?;
        }
        Ok(())
    }

    fn submit(&mut self) -> Result<(), ReplayError> {
        self.waiting_lines = 0;
        for (shard, mut records) in self.waiting.drain() {
            records.sort_by_key(|(sequence, _)| *sequence);
            let Some(&(last, _)) = records.last() else {
                continue;
            };
            let latest = self.latest.entry(shard).or_insert(last);
            *latest = last.max(*latest);
            let range = self.ranges.get(&shard).copied();
            let batch = ShardBatch {
                capture: self.capture,
                shard,
                records: records
                    .into_iter()
                    .map(|(_, record)| prepare(record, range))
                    .collect(),
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
            self.records += committed.map_err(ReplayError::Import)?.inserted;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<u64, ReplayError> {
        self.submit()?;
        self.store
            .set_capture_state(self.capture, CaptureState::Stopped)?;
        Ok(self.records)
    }
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
