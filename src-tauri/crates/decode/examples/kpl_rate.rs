//! How fast KPL aggregates are taken apart, beside the MD5 of the same bytes, which is the limit.
//!
//!     cargo run --release -p decode --example kpl_rate
//!
//! One core, 100 user records an aggregate. Both sides take turns in short rounds over the same
//! blob; printed are the ratio of their best rounds, which a busy machine disturbs least, and the
//! median of the rounds' ratios. Not the figure of record: that is the benches'.

use decode::{Aggregation, deaggregate};
use md5::{Digest, Md5};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const ROUNDS: usize = 301;
const ROUND: Duration = Duration::from_millis(3);
const RECORDS: usize = 100;
const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
const FRAME_BYTES: usize = 20;

fn main() {
    for record_bytes in [493, 60] {
        let blob = aggregate(record_bytes);
        let user_records = |blob: &[u8]| match deaggregate(blob) {
            Aggregation::Aggregated(records) => records.len(),
            other => panic!("no aggregate: {other:?}"),
        };
        let digest = |blob: &[u8]| {
            let content = &blob[MAGIC.len()..blob.len() - FRAME_BYTES + MAGIC.len()];
            usize::from(Md5::digest(content)[0])
        };
        let mut best = (0f64, 0f64);
        let mut ratios: Vec<f64> = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let (ours, limit) = (rate(&blob, user_records), rate(&blob, digest));
            best = (best.0.max(ours), best.1.max(limit));
            ratios.push(ours / limit);
        }
        ratios.sort_by(f64::total_cmp);
        println!(
            "{record_bytes}-byte records: {:.3}x of MD5 alone at best, {:.3}x in the median; {:.2} million records/s",
            best.0 / best.1,
            ratios[ROUNDS / 2],
            best.0 / 1e6,
        );
    }
}

/// User records in a second.
fn rate(blob: &[u8], work: impl Fn(&[u8]) -> usize) -> f64 {
    let start = Instant::now();
    let mut blobs = 0;
    while start.elapsed() < ROUND {
        for _ in 0..5 {
            black_box(work(black_box(blob)));
        }
        blobs += 5;
    }
    f64::from(blobs) * RECORDS as f64 / start.elapsed().as_secs_f64()
}

/// An aggregate as the KPL writes it: the table of keys, then the records.
fn aggregate(record_bytes: usize) -> Vec<u8> {
    let mut protobuf = Vec::new();
    let field = |out: &mut Vec<u8>, tag: u8, content: &[u8]| {
        out.push(tag);
        let mut len = content.len();
        while len >= 0x80 {
            out.push((len & 0x7F) as u8 | 0x80);
            len >>= 7;
        }
        out.push(len as u8);
        out.extend_from_slice(content);
    };
    for key in 0..RECORDS {
        field(&mut protobuf, 0x0A, format!("user-{key:05}").as_bytes());
    }
    for key in 0..RECORDS {
        let data: Vec<u8> = (0..record_bytes).map(|at| (at * 31 + key) as u8).collect();
        let mut record = vec![0x08, key as u8];
        field(&mut record, 0x1A, &data);
        field(&mut protobuf, 0x1A, &record);
    }
    [&MAGIC[..], &protobuf, &Md5::digest(&protobuf)[..]].concat()
}
