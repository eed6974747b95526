//! KPL aggregation: many user records in one Kinesis record, and what that saves.
//!
//! The format is awslabs/amazon-kinesis-producer's aggregation-format.md; `decode` takes it apart
//! again. A consumer drops user records whose hash key lies outside the shard on which the aggregate
//! landed, so records are put together by their predicted shard. An aggregate has no origin: which
//! records went into it is the caller's to keep. Records of one key may be in aggregates that travel under
//! different keys: to keep their order, deliver with
//! [`is_aggregated`](crate::OrderOptions::is_aggregated).

use crate::{Entry, Limits, ShardMap};
use bytes::Bytes;
use md5::{Digest, Md5};
use record::HashKey;
use std::collections::HashMap;

const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
const DIGEST_BYTES: usize = 16;
/// One PUT payload unit (the pricing page of Kinesis Data Streams).
const UNIT_BYTES: usize = 25 * 1024;

/// PUT payload units, one by one and together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    pub units_before: u64,
    pub units_after: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregated {
    pub entries: Vec<Entry>,
    pub saving: Saving,
}

/// Puts records together in their order, per predicted shard, as long as an aggregate has at most
/// `most_bytes` and the target takes it. A record that stays alone goes as it is.
pub fn aggregate(
    entries: Vec<Entry>,
    map: &ShardMap,
    limits: &Limits,
    most_bytes: usize,
) -> Aggregated {
    let most_bytes = most_bytes.min(limits.record_bytes);
    let mut saving = Saving::default();
    let mut open: HashMap<Option<usize>, Packing> = HashMap::new();
    let mut out = Vec::new();
    for entry in entries {
        saving.units_before += units(entry.size_bytes());
        let shard = map.index_of(entry.hash_key());
        let packing = open.entry(shard).or_default();
        if !packing.is_empty() && packing.size_with(&entry) > most_bytes {
            out.extend(std::mem::take(packing).close());
        }
        packing.add(entry);
    }
    let mut rest: Vec<_> = open.into_iter().collect();
    rest.sort_by_key(|(shard, _)| *shard);
    out.extend(rest.into_iter().filter_map(|(_, packing)| packing.close()));
    saving.units_after = out.iter().map(|entry| units(entry.size_bytes())).sum();
    Aggregated {
        entries: out,
        saving,
    }
}

fn units(size_bytes: usize) -> u64 {
    size_bytes.div_ceil(UNIT_BYTES).max(1) as u64
}

/// An aggregate that is being filled: `AggregatedRecord` with its tables and records.
#[derive(Debug, Default)]
struct Packing {
    /// The records as they came: a single one goes out unchanged.
    first: Option<Entry>,
    count: usize,
    tables: Vec<u8>,
    keys: HashMap<String, u64>,
    hashes: HashMap<HashKey, u64>,
    records: Vec<u8>,
}

impl Packing {
    fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The aggregate's size with this record, at most: data, frame and the key that it travels under.
    fn size_with(&self, entry: &Entry) -> usize {
        const FIELD: usize = 12;
        let own = entry.data.len() + entry.key.len() + 39 + 5 * FIELD;
        let key = self.first.as_ref().map_or(0, |first| first.key.len());
        MAGIC.len() + DIGEST_BYTES + self.tables.len() + self.records.len() + own + key
    }

    fn add(&mut self, entry: Entry) {
        let key = self.key_index(&entry.key);
        let hash = entry.explicit_hash_key.map(|hash| self.hash_index(hash));
        let mut record = Vec::with_capacity(entry.data.len() + 24);
        put_number(&mut record, 1, key);
        if let Some(hash) = hash {
            put_number(&mut record, 2, hash);
        }
        put_bytes(&mut record, 3, &entry.data);
        put_bytes(&mut self.records, 3, &record);
        self.count += 1;
        self.first.get_or_insert(entry);
    }

    fn key_index(&mut self, key: &str) -> u64 {
        if let Some(&index) = self.keys.get(key) {
            return index;
        }
        let index = self.keys.len() as u64;
        put_bytes(&mut self.tables, 1, key.as_bytes());
        self.keys.insert(key.to_owned(), index);
        index
    }

    fn hash_index(&mut self, hash: HashKey) -> u64 {
        if let Some(&index) = self.hashes.get(&hash) {
            return index;
        }
        let index = self.hashes.len() as u64;
        put_bytes(&mut self.tables, 2, hash.to_string().as_bytes());
        self.hashes.insert(hash, index);
        index
    }

    fn close(self) -> Option<Entry> {
        let first = self.first?;
        if self.count == 1 {
            return Some(first);
        }
        let protobuf = [self.tables, self.records].concat();
        let digest = Md5::digest(&protobuf);
        Some(Entry {
            // the first record's place: all of them are predicted to land on its shard
            explicit_hash_key: first.explicit_hash_key,
            key: first.key,
            data: Bytes::from([&MAGIC[..], &protobuf, &digest[..]].concat()),
            origin: None,
        })
    }
}

// https://protobuf.dev/programming-guides/encoding/
fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_number(out: &mut Vec<u8>, field: u64, number: u64) {
    put_varint(out, field << 3);
    put_varint(out, number);
}

fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_varint(out, field << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::tests::even;
    use decode::{Aggregation, deaggregate};
    use proptest::prelude::*;

    fn entry(key: &str, hash: Option<u128>, data: Vec<u8>) -> Entry {
        Entry {
            key: key.to_owned(),
            explicit_hash_key: hash.map(HashKey),
            data: Bytes::from(data),
            origin: None,
        }
    }

    /// Takes everything apart again: where each user record landed, its key, hash and data.
    fn apart(entries: &[Entry], map: &ShardMap) -> Vec<(Option<usize>, Entry)> {
        let mut all = Vec::new();
        for outer in entries {
            let shard = map.index_of(outer.hash_key());
            match deaggregate(&outer.data) {
                Aggregation::Single => all.push((shard, outer.clone())),
                Aggregation::Aggregated(records) => all.extend(records.into_iter().map(|record| {
                    let hash = record.explicit_hash_key.map(|hash| hash.0);
                    let data = outer.data[record.data].to_vec();
                    (shard, entry(record.partition_key, hash, data))
                })),
                Aggregation::Damaged(damage) => panic!("{damage}"),
            }
        }
        all
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let data = prop::collection::vec(any::<u8>(), 0..400)
            .prop_filter("no aggregate by chance", |data| !data.starts_with(&MAGIC));
        let one = ("[a-z]{1,6}", prop::option::of(any::<u128>()), data);
        prop::collection::vec(
            one.prop_map(|(key, hash, data)| entry(&key, hash, data)),
            0..60,
        )
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out_in_order_on_its_own_shard(entries in entries(), shards in 1u128..6, most in 200usize..3_000) {
            let map = even(shards);
            let limits = Limits::of_stream(None);
            let packed = aggregate(entries.clone(), &map, &limits, most);
            for shard in 0..map.len() {
                let expected: Vec<&Entry> = entries
                    .iter()
                    .filter(|entry| map.index_of(entry.hash_key()) == Some(shard))
                    .collect();
                let out = apart(&packed.entries, &map);
                let found: Vec<&Entry> = out
                    .iter()
                    .filter(|(landed, _)| *landed == Some(shard))
                    .map(|(_, entry)| entry)
                    .collect();
                prop_assert_eq!(found, expected);
            }
            let largest_alone = entries.iter().map(Entry::size_bytes).max().unwrap_or(0);
            for entry in &packed.entries {
                prop_assert!(entry.size_bytes() <= most.max(largest_alone));
            }
        }
    }

    #[test]
    fn small_records_cost_a_unit_each_unless_they_go_together() {
        let map = even(1);
        let entries: Vec<Entry> = (0..100)
            .map(|n| entry(&format!("k{n}"), None, vec![7; 500]))
            .collect();
        let packed = aggregate(entries, &map, &Limits::of_stream(None), 25 * 1024);
        assert_eq!(
            (packed.saving.units_before, packed.saving.units_after),
            (100, 3)
        );
        assert_eq!(packed.entries.len(), 3);
        assert_eq!((units(1), units(25_600), units(25_601)), (1, 1, 2));
    }

    #[test]
    fn a_record_by_itself_is_left_as_it_is() {
        let single = entry("k", None, b"x".to_vec());
        let packed = aggregate(
            vec![single.clone()],
            &even(2),
            &Limits::of_stream(None),
            25_000,
        );
        assert_eq!(packed.entries, [single]);
    }
}
