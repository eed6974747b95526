//! The naive model: which records there are, who has read which of them, and what they are. It stores nothing.

use super::SHARDS;
use crate::fixture::{Workspace, aggregate, record};
use std::collections::{BTreeMap, BTreeSet};
use store::{CaptureId, PreparedRecord, RecordId};

/// Arrival, id, Kinesis' number, sub.
pub type Row = (i64, RecordId, u64, u32);

/// What Kinesis would give under a number: times that go back and forth, now and then an aggregate
/// or a large payload.
pub fn kinesis_record(shard: usize, n: u64) -> PreparedRecord {
    let jitter = (n * 7_919 + shard as u64 * 104_729) % 97;
    let arrival = 1_000_000 + (n * 10) as i64 - if jitter < 20 { jitter as i64 * 50 } else { 0 };
    let arrival = arrival - arrival % 20;
    let key = format!("key-{}", n % 13);
    if n % 41 == 7 {
        let one = format!("{{\"type\":\"Part\",\"n\":{n}}}");
        let two = format!("second part of {n}");
        return record(
            n,
            arrival,
            "outer",
            &aggregate(&[(&key, one.as_bytes()), ("other", two.as_bytes())]),
        );
    }
    let mut payload =
        format!("{{\"type\":\"T{}\",\"n\":{n},\"shard\":{shard}}}", n % 5).into_bytes();
    if n % 211 == 3 {
        payload.resize(90_000, b'x');
    }
    record(n, arrival, &key, &payload)
}

#[derive(Default)]
pub struct Reader {
    pub next: u64,
    pub gap: bool,
    /// Intervals of numbers, both ends included.
    pub covered: Vec<(u64, u64)>,
}

pub struct Model {
    pub captures: Vec<CaptureId>,
    pub readers: Vec<[Reader; SHARDS]>,
    /// Per shard: Kinesis' number -> the number of the first row.
    pub stored: [BTreeMap<u64, u32>; SHARDS],
    pub next_number: [u32; SHARDS],
}

impl Model {
    pub fn covers(&self, captures: &[usize], shard: usize, n: u64) -> bool {
        captures.iter().any(|&c| {
            self.readers[c][shard]
                .covered
                .iter()
                .any(|&(a, b)| (a..=b).contains(&n))
        })
    }

    /// (arrival, id, Kinesis' number, sub) in the order of a view.
    pub fn rows(&self, space: &Workspace, captures: Option<&[usize]>) -> Vec<Row> {
        let mut rows = BTreeSet::new();
        for shard in 0..SHARDS {
            for (&n, &first) in &self.stored[shard] {
                if captures.is_some_and(|captures| !self.covers(captures, shard, n)) {
                    continue;
                }
                let record = kinesis_record(shard, n);
                for sub in 0..record.rows() as u32 {
                    let id = RecordId((space.shards[shard].0 << 32) + i64::from(first + sub));
                    rows.insert((record.arrival().0, id, n, sub));
                }
            }
        }
        rows.into_iter().collect()
    }
}

/// Made anew rather than taken from the prepared record.
pub fn user_record(shard: usize, n: u64, sub: u32) -> (Vec<u8>, String) {
    let key = format!("key-{}", n % 13);
    match (n % 41 == 7, sub) {
        (true, 0) => (format!("{{\"type\":\"Part\",\"n\":{n}}}").into_bytes(), key),
        (true, _) => (format!("second part of {n}").into_bytes(), "other".into()),
        (false, _) => {
            let mut payload =
                format!("{{\"type\":\"T{}\",\"n\":{n},\"shard\":{shard}}}", n % 5).into_bytes();
            if n % 211 == 3 {
                payload.resize(90_000, b'x');
            }
            (payload, key)
        }
    }
}
