//! What the suites of the store write, and how they see that it is there: records that follow from their number alone,
//! so that whoever opens a workspace knows what must stand in it.

use query::Filter;
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, SequenceNumber, StreamIdentity};
use std::{
    path::Path,
    sync::{Arc, mpsc},
};
use store::{
    Anchor, CaptureId, CaptureStream, Committed, NewCapture, Payloads, Position, PreparedRecord,
    Scope, ShardBatch, ShardKey, ShardRecord, Store, StoreError, StoredShard, StreamRecord,
    WalkedRecord, prepare,
};

pub const SHARDS: usize = 3;
const FIRST_ARRIVAL: i64 = 1_760_000_000_000;

/// Numbers of records from 0 up to these, a shard each.
pub type Counts = [u64; SHARDS];

/// A writer of the records.
pub struct Ledger {
    pub store: Store,
    capture: CaptureId,
    shards: Vec<ShardKey>,
    /// What is stored and acknowledged.
    pub counts: Counts,
}

impl Ledger {
    /// Lays the stream and its capture down where they are not there yet, and goes on behind what is stored.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let store = Store::open(path)?;
        let stream = store.put_stream(&stream())?;
        let shards = store.put_shards(stream, &shards())?;
        let capture = match store.captures()?.first() {
            Some(capture) => capture.id,
            None => store.create_capture(&NewCapture {
                name: "ledger".into(),
                connection: "{}".into(),
                created_at: Millis(FIRST_ARRIVAL),
                streams: vec![CaptureStream {
                    stream,
                    shards: None,
                    anchor: Anchor::TrimHorizon,
                    until: None,
                }],
            })?,
        };
        let mut counts = Counts::default();
        for shard in store.shards(stream)? {
            counts[place_of(&shard)] = shard.records;
        }
        Ok(Self {
            store,
            capture,
            shards,
            counts,
        })
    }

    /// The next `len` records of a shard.
    pub fn write(&mut self, place: usize, len: u64) -> Result<(), Arc<StoreError>> {
        let next = self.counts[place];
        let records: Vec<PreparedRecord> = (next..next + len).map(|n| record(place, n)).collect();
        let batch = ShardBatch {
            capture: self.capture,
            shard: self.shards[place],
            checkpoint: Position::Stored(sequence(next + len - 1)),
            records,
            covered_through: None,
            gap: None,
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        let done = move |outcome: Result<Committed, _>| drop(sender.send(outcome));
        self.store.submit(batch, Box::new(done));
        receiver.recv().expect("an answer")?;
        self.counts[place] += len;
        Ok(())
    }
}

/// Which of the shards it is, by its name.
fn place_of(shard: &StoredShard) -> usize {
    let name = shard.shard.id.as_str();
    let number: usize = name[name.len() - 12..].parse().expect("a number");
    number.min(SHARDS - 1)
}

pub fn sequence(n: u64) -> SequenceNumber {
    let text = format!("495903382714902566085596925383615710959{n:017}");
    text.parse().expect("a sequence number")
}

fn key(place: usize, n: u64) -> String {
    format!("key-{place}-{}", n % 97)
}

/// Up to 4 KB, some of it noise that does not compress, so that blocks are of several pages.
pub fn payload(place: usize, n: u64) -> Vec<u8> {
    let mut text = format!(
        "{{\"type\":\"Placed{}\",\"shard\":{place},\"n\":{n},\"noise\":\"",
        n % 5
    );
    let mut random = StdRng::seed_from_u64(n * SHARDS as u64 + place as u64);
    let len = if n.is_multiple_of(41) {
        3_000
    } else {
        random.random_range(0..60)
    };
    text.extend((0..len).map(|_| char::from(random.random_range(b'a'..=b'z'))));
    text.push_str("\"}");
    text.into_bytes()
}

fn arrival(n: u64) -> Millis {
    Millis(FIRST_ARRIVAL + 7 * n as i64)
}

fn record(place: usize, n: u64) -> PreparedRecord {
    let record = KinesisRecord {
        sequence: sequence(n),
        arrival: arrival(n),
        partition_key: Some(key(place, n)),
        payload: payload(place, n),
    };
    prepare(record, None)
}

fn stream() -> StreamRecord {
    StreamRecord {
        identity: StreamIdentity {
            arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/ledger"
                .parse()
                .expect("an ARN"),
            created_at: Millis(FIRST_ARRIVAL - 1),
        },
        name: "ledger".parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    }
}

fn shards() -> Vec<ShardRecord> {
    let width = u128::MAX / SHARDS as u128;
    let shard = |n: u128| ShardRecord {
        id: format!("shardId-{n:012}").parse().expect("a shard id"),
        parents: Vec::new(),
        hash_range: HashKeyRange {
            start: HashKey(n * width),
            end: HashKey((n + 1) * width - 1),
        },
        starting_sequence: sequence(0),
        closed: false,
    };
    (0..SHARDS as u128).map(shard).collect()
}

/// What was read, and what the reading said of damage.
#[derive(Debug, Default)]
pub struct Read {
    /// Numbers of true records, in the order in which they came, by shard.
    pub numbers: [Vec<u64>; SHARDS],
    /// Refusals to show what does not verify.
    pub told: u64,
}

/// Every record of a workspace, each held to what it must be.
///
/// # Errors
/// What a record is that it must not be. Refusals are no errors: they are counted.
pub fn read(store: &Store) -> Result<Read, String> {
    let mut read = Read::default();
    let Ok(streams) = store.streams() else {
        read.told += 1;
        return Ok(read);
    };
    let mut places = std::collections::HashMap::new();
    for stream in streams {
        match store.shards(stream.key) {
            Ok(shards) => places.extend(shards.iter().map(|shard| (shard.key, place_of(shard)))),
            Err(_) => read.told += 1,
        }
    }
    let Ok(walks) = store.walks(&Scope::default(), &Filter::Everything) else {
        read.told += 1;
        return Ok(read);
    };
    for mut walk in walks {
        let Some(&place) = places.get(&walk.shard()) else {
            read.told += 1;
            continue;
        };
        loop {
            match walk.next_page(Payloads::With) {
                Ok(Some(page)) => {
                    for record in &page {
                        read.numbers[place].push(number(place, record)?);
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    read.told += 1;
                    break;
                }
            }
        }
    }
    Ok(read)
}

/// Which record this is; every part of it must say the same.
fn number(place: usize, found: &WalkedRecord) -> Result<u64, String> {
    let text = found.sequence.to_string();
    let digits = text
        .get(text.len().saturating_sub(17)..)
        .unwrap_or_default();
    let n: u64 = digits
        .parse()
        .map_err(|_| format!("the sequence number {text}"))?;
    let is_true = found.sequence == sequence(n)
        && found.arrival == arrival(n)
        && found.partition_key.as_deref() == Some(&key(place, n))
        && found.payload == payload(place, n);
    if is_true {
        Ok(n)
    } else {
        Err(format!(
            "record {n} of shard {place} is not what was written: {found:?}"
        ))
    }
}

/// A sound workspace holds each shard's records from 0 without a break, all that were acknowledged among them, and
/// its checkpoint is the last of them.
///
/// # Errors
/// The first invariant that does not hold.
pub fn judge(store: &Store, acknowledged: &Counts) -> Result<(), String> {
    store
        .verify()
        .map_err(|error| format!("verifying: {error}"))?;
    let read = read(store)?;
    if read.told > 0 {
        return Err("a record could not be read".into());
    }
    let mut checkpoints = [None; SHARDS];
    for stream in store.streams().map_err(|error| error.to_string())? {
        let places: Vec<_> = store
            .shards(stream.key)
            .map_err(|error| error.to_string())?;
        for capture in store.captures().map_err(|error| error.to_string())? {
            for checkpoint in store
                .checkpoints(capture.id)
                .map_err(|error| error.to_string())?
            {
                if let Some(shard) = places.iter().find(|shard| shard.key == checkpoint.shard) {
                    checkpoints[place_of(shard)] = Some(checkpoint.position);
                }
            }
        }
    }
    for (place, numbers) in read.numbers.iter().enumerate() {
        let count = numbers.len() as u64;
        if !numbers.iter().copied().eq(0..count) {
            return Err(format!("shard {place} has a hole or a record twice"));
        }
        if count < acknowledged[place] {
            let lost = acknowledged[place] - count;
            return Err(format!(
                "shard {place}: {lost} acknowledged records are lost"
            ));
        }
        let last = count
            .checked_sub(1)
            .map(|last| Position::Stored(sequence(last)));
        if checkpoints[place] != last {
            let at = checkpoints[place];
            return Err(format!(
                "shard {place} has {count} records and the checkpoint {at:?}"
            ));
        }
    }
    Ok(())
}
