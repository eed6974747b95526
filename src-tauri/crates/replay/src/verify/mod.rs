//! What a capture of the target holds, against what was sent.
//!
//! Records are matched by the place that the target acknowledged, never by their content; content is
//! then compared byte for byte with what the plan makes of the original now. What the capture has not
//! read is "not captured", never "missing". Memory: about 100 bytes for each record that was sent.

mod order;

use crate::{Composer, Plan, ReplayError};
use order::KeyOrder;
use record::{SequenceNumber, ShardId, StreamIdentity, SubSequence};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use store::{
    CaptureId, CoverageInterval, Payloads, RecordId, Scope, ShardKey, ShardWalk, Store, StreamKey,
    WalkedRecord,
};

/// Records of each kind that are named.
const EXAMPLES: usize = 20;

/// A record of the run, as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRecord {
    pub position: u64,
    pub origin: RecordId,
    pub sequence: SequenceNumber,
    pub sub: SubSequence,
    /// Where the target said that it is.
    pub place: Option<(ShardId, SequenceNumber)>,
    /// An attempt had an unclear outcome.
    pub may_be_doubled: bool,
}

/// Where to look.
#[derive(Clone, Debug)]
pub struct TargetCapture {
    pub stream: StreamKey,
    pub captures: Vec<CaptureId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// With the very bytes and the key that were sent.
    pub identical: u64,
    pub missing: Findings,
    /// Acknowledged at a place that the capture has not read.
    pub not_captured: Findings,
    /// Other bytes or another key.
    pub changed: Findings,
    /// Behind a later record of their key.
    pub out_of_order: Findings,
    /// A second copy of a record with an unclear attempt.
    pub doubled: Findings,
    /// Sent by nobody that the journal knows, between the first and the last record of the run on its
    /// shard.
    pub extra: Findings,
}

/// How many, and where the first ones are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub count: u64,
    pub examples: Vec<Finding>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// In the run, where it is known.
    pub position: Option<u64>,
    pub shard: ShardId,
    pub sequence: SequenceNumber,
}

impl Findings {
    fn add(&mut self, position: Option<u64>, shard: &ShardId, sequence: SequenceNumber) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(Finding {
                position,
                shard: shard.clone(),
                sequence,
            });
        }
    }
}

impl Verification {
    /// All that was sent is there, in order, once, and nothing else.
    pub fn is_perfect(&self) -> bool {
        [
            &self.missing,
            &self.not_captured,
            &self.changed,
            &self.out_of_order,
            &self.doubled,
            &self.extra,
        ]
        .iter()
        .all(|findings| findings.count == 0)
    }
}

/// In place of the key of a record that came without one: no key is empty.
const KEYLESS: &str = "";

#[derive(Clone, Copy)]
struct Expected {
    sequence: SequenceNumber,
    position: u64,
    origin: RecordId,
}

/// Compares one run with what was captured of its target. Reads both; not for async code.
pub fn verify(
    store: &Store,
    plan: &Plan,
    sent: impl IntoIterator<Item = Result<SentRecord, ReplayError>>,
    target: &TargetCapture,
) -> Result<Verification, ReplayError> {
    let composer = plan.request.composer(store)?;
    let mut comparison = Comparison {
        store,
        composer,
        keys: KeyOrder::default(),
        doubtful: HashMap::new(),
        stream: stream_of(store, target.stream)?,
        found: Verification::default(),
    };
    let expected = comparison.take_in(sent)?;
    comparison.walk(target, expected)?;
    Ok(comparison.found)
}

struct Comparison<'a> {
    store: &'a Store,
    composer: Composer,
    keys: KeyOrder,
    /// Digests of what may be there twice, or without being acknowledged.
    doubtful: HashMap<[u8; 32], u64>,
    /// The target's.
    stream: StreamIdentity,
    found: Verification,
}

impl Comparison<'_> {
    fn take_in(
        &mut self,
        sent: impl IntoIterator<Item = Result<SentRecord, ReplayError>>,
    ) -> Result<HashMap<ShardId, Vec<Expected>>, ReplayError> {
        let mut expected: HashMap<ShardId, Vec<Expected>> = HashMap::new();
        for sent in sent {
            let sent = sent?;
            if sent.may_be_doubled
                && let Some((key, data)) = self.composer.of_stored(self.store, sent.origin)?
            {
                for key in [&*key, KEYLESS] {
                    self.doubtful.insert(digest(key, &data), sent.position);
                }
            }
            if let Some((shard, sequence)) = sent.place {
                expected.entry(shard).or_default().push(Expected {
                    sequence,
                    position: sent.position,
                    origin: sent.origin,
                });
            }
        }
        for records in expected.values_mut() {
            records.sort_unstable_by_key(|record| record.sequence);
        }
        Ok(expected)
    }

    fn walk(
        &mut self,
        target: &TargetCapture,
        mut expected: HashMap<ShardId, Vec<Expected>>,
    ) -> Result<(), ReplayError> {
        let names: HashMap<ShardKey, ShardId> = self
            .store
            .shards(target.stream)?
            .into_iter()
            .map(|shard| (shard.key, shard.shard.id))
            .collect();
        let covered = self.coverage(target)?;
        let scope = Scope {
            captures: target.captures.clone(),
        };
        let walks = self.store.walks(&scope, &query::Filter::Everything)?;
        for walk in walks
            .into_iter()
            .filter(|walk| walk.stream() == target.stream)
        {
            let key = walk.shard();
            let Some(shard) = names.get(&key) else {
                continue;
            };
            let records = expected.remove(shard).unwrap_or_default();
            let covered = covered.get(&key).map_or(&[][..], Vec::as_slice);
            self.compare(walk, shard, &records, covered)?;
        }
        for (shard, records) in expected {
            for record in records {
                let position = Some(record.position);
                self.found
                    .not_captured
                    .add(position, &shard, record.sequence);
            }
        }
        Ok(())
    }

    fn coverage(
        &self,
        target: &TargetCapture,
    ) -> Result<HashMap<ShardKey, Vec<CoverageInterval>>, ReplayError> {
        let mut covered: HashMap<ShardKey, Vec<CoverageInterval>> = HashMap::new();
        for &capture in &target.captures {
            for interval in self.store.coverage(capture)? {
                covered.entry(interval.shard).or_default().push(interval);
            }
        }
        Ok(covered)
    }

    fn compare(
        &mut self,
        mut walk: ShardWalk,
        shard: &ShardId,
        expected: &[Expected],
        covered: &[CoverageInterval],
    ) -> Result<(), ReplayError> {
        let mut seen = HashSet::new();
        self.keys.next_shard();
        while let Some(page) = walk.next_page(Payloads::With)? {
            for record in page {
                let place = expected.binary_search_by_key(&record.sequence, |e| e.sequence);
                if let Ok(place) = place {
                    seen.insert(place);
                    self.compare_one(shard, &expected[place], &record)?;
                } else {
                    let is_within =
                        expected
                            .first()
                            .zip(expected.last())
                            .is_some_and(|(first, last)| {
                                (first.sequence..=last.sequence).contains(&record.sequence)
                            });
                    self.unexpected(shard, &record, is_within)?;
                }
            }
        }
        for (place, record) in expected.iter().enumerate() {
            if !seen.contains(&place) {
                let kind = if is_covered(covered, record.sequence) {
                    &mut self.found.missing
                } else {
                    &mut self.found.not_captured
                };
                kind.add(Some(record.position), shard, record.sequence);
            }
        }
        Ok(())
    }

    fn compare_one(
        &mut self,
        shard: &ShardId,
        expected: &Expected,
        record: &WalkedRecord,
    ) -> Result<(), ReplayError> {
        let position = Some(expected.position);
        let key = record.partition_key.as_deref();
        // streams that distribute records by themselves give no key back, and know no order
        if key.is_some_and(|key| !self.keys.follows(key, expected.position)) {
            self.found
                .out_of_order
                .add(position, shard, record.sequence);
        }
        let is_same = self
            .composer
            .of_stored(self.store, expected.origin)?
            .is_some_and(|(sent_key, sent)| {
                key.is_none_or(|key| key == sent_key) && sent == record.payload
            });
        if is_same {
            self.found.identical += 1;
        } else {
            self.found.changed.add(position, shard, record.sequence);
        }
        Ok(())
    }

    fn unexpected(
        &mut self,
        shard: &ShardId,
        record: &WalkedRecord,
        is_within: bool,
    ) -> Result<(), ReplayError> {
        let key = record.partition_key.as_deref().unwrap_or(KEYLESS);
        let doubled = self.doubtful.get(&digest(key, &record.payload)).copied();
        if doubled.is_none() && !is_within {
            return Ok(());
        }
        let place = [(shard.clone(), record.sequence)];
        let known = self.store.origins_of_delivered(&self.stream, &place)?;
        if known.iter().any(Option::is_some) {
            // another run's
            return Ok(());
        }
        let found = match doubled {
            Some(_) => &mut self.found.doubled,
            None => &mut self.found.extra,
        };
        found.add(doubled, shard, record.sequence);
        Ok(())
    }
}

fn stream_of(store: &Store, key: StreamKey) -> Result<StreamIdentity, ReplayError> {
    let streams = store.streams()?.into_iter();
    let mut found = streams.filter(|stream| stream.key == key);
    match found.next() {
        Some(stream) => Ok(stream.stream.identity),
        None => Err(store::StoreError::UnknownStream(key).into()),
    }
}

fn is_covered(covered: &[CoverageInterval], sequence: SequenceNumber) -> bool {
    covered
        .iter()
        .filter_map(|interval| interval.sequences)
        .any(|(first, last)| first <= sequence && sequence <= last)
}

fn digest(key: &str, data: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((key.len() as u64).to_le_bytes());
    hash.update(key);
    hash.update(data);
    hash.finalize().into()
}
