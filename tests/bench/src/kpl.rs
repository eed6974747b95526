//! KPL de-aggregation on one core, the digest checked by all: `kpl-vs-md5`, `kpl-vs-node` and `kpl-vs-python` with
//! records of 493 bytes, and the same with `-60` for records of 60 bytes.
//!
//! Beside the MD5 of the same bytes, which is the limit, and beside the aws-kinesis-agg packages of Node and
//! Python, each in a process of its own that takes the same aggregate apart as often. What they give is copied and in
//! base64; ours are ranges of the aggregate, for that is what a capture stores.

use crate::{
    figures::Figure,
    rounds::{Cost, Ratios, measure},
};
use decode::{Aggregation, deaggregate};
use md5::{Digest, Md5};
use std::{
    hint::black_box,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

/// In an aggregate.
const RECORDS: usize = 100;
const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
const DIGEST_BYTES: usize = 16;
/// Short rounds beside MD5: a busy machine disturbs few of them.
const SHORT_ROUNDS: usize = 301;
const SHORT_BYTES: usize = 2_000_000;
const ROUNDS: usize = 7;
const ROUND_BYTES: usize = 100_000_000;

/// Bytes of a user record, and its figures: (name, what is asked for) beside MD5, Node, Python.
type Asked = (usize, [(&'static str, &'static str); 3]);

const SIZES: [Asked; 2] = [
    (
        493,
        [
            ("kpl-vs-md5", "at least 0.85 (goal 0.95)"),
            ("kpl-vs-node", "at least 1.2"),
            ("kpl-vs-python", "at least 3"),
        ],
    ),
    (
        60,
        [
            ("kpl-vs-md5-60", "at least 0.7"),
            ("kpl-vs-node-60", "at least 3"),
            ("kpl-vs-python-60", "at least 7"),
        ],
    ),
];

pub fn figures() -> Vec<Figure> {
    SIZES.into_iter().flat_map(beside).collect()
}

fn beside((record_bytes, names): Asked) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("aggregate");
    let blob = aggregate(record_bytes);
    std::fs::write(&path, &blob).expect("a file");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let node = Package::start("node", &root.join("kpl_deaggregate.mjs"), &path);
    let python = root.join("../../target/venv/bin/python");
    let python = Package::start(python, &root.join("kpl_deaggregate.py"), &path);
    let [md5_names, node_names, python_names] = names;
    vec![
        beside_md5(md5_names, &blob, record_bytes),
        beside_package(node_names, &blob, record_bytes, node),
        beside_package(python_names, &blob, record_bytes, python),
    ]
}

fn beside_md5((name, goal): (&str, &str), blob: &[u8], record_bytes: usize) -> Figure {
    let content = &blob[MAGIC.len()..blob.len() - DIGEST_BYTES];
    let times = SHORT_BYTES / blob.len();
    let mut rounds = Vec::with_capacity(SHORT_ROUNDS);
    for _ in 0..SHORT_ROUNDS {
        let (ours, _) = measure(|| take_apart(blob, times));
        let (limit, ()) = measure(|| {
            for _ in 0..times {
                black_box(Md5::digest(black_box(content)));
            }
        });
        rounds.push((ours, limit));
    }
    // a round is shorter than a tick of processor time
    let ratios = Ratios::by_clock(&rounds);
    let fastest = rounds.iter().map(|(ours, _)| ours.wall).min();
    let beside = format!(
        "MD5 alone of the same bytes, {RECORDS} records of {record_bytes} bytes in an aggregate, {}; {}",
        rate(times, fastest.unwrap_or_default()),
        ratios.describe()
    );
    Figure::new(name, ratios.median(), "x", goal, beside)
}

fn beside_package(
    (name, goal): (&str, &str),
    blob: &[u8],
    record_bytes: usize,
    package: Option<Package>,
) -> Figure {
    let Some(mut package) = package else {
        let beside = "it could not be started: not measured";
        return Figure::new(name, f64::NAN, "x", goal, beside);
    };
    let times = ROUND_BYTES / blob.len();
    // its first round compiles
    package.take_apart(times);
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let (ours, records) = measure(|| take_apart(blob, times));
        let (theirs, counted) = package.take_apart(times);
        assert_eq!(counted, records, "{name}: user records");
        rounds.push((ours, theirs));
    }
    let ratios = Ratios::of(&rounds);
    let fastest = rounds.iter().map(|(_, theirs)| theirs.wall).min();
    let beside = format!(
        "its aws-kinesis-agg, the same aggregate of {RECORDS} records of {record_bytes} bytes, {}; {}",
        rate(times, fastest.unwrap_or_default()),
        ratios.describe()
    );
    Figure::new(name, ratios.median(), "x", goal, beside)
}

/// Gives the number of user records.
fn take_apart(blob: &[u8], times: usize) -> usize {
    let once = |_| match deaggregate(black_box(blob)) {
        Aggregation::Aggregated(records) => black_box(records).len(),
        other => panic!("no aggregate: {other:?}"),
    };
    (0..times).map(once).sum()
}

fn rate(times: usize, took: Duration) -> String {
    let rate = (times * RECORDS) as f64 / took.as_secs_f64() / 1e6;
    format!("{rate:.2} million records/s at best")
}

/// A package at work in a process of its own, which ends with this.
struct Package {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Package {
    fn start(
        program: impl AsRef<std::ffi::OsStr>,
        script: &Path,
        aggregate: &Path,
    ) -> Option<Self> {
        let mut child = Command::new(program)
            .args([script, aggregate])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (orders, answers) = (child.stdin.take(), child.stdout.take()?);
        Some(Self {
            child,
            orders,
            answers: BufReader::new(answers),
        })
    }

    /// What it took by its own clocks, and the number of user records.
    fn take_apart(&mut self, times: usize) -> (Cost, usize) {
        let orders = self.orders.as_mut().expect("it was started with a pipe");
        writeln!(orders, "{times}").expect("the package listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        let fields: Vec<f64> = answer
            .split_whitespace()
            .map(|field| field.parse().expect("a number"))
            .collect();
        let [records, wall, cpu] = fields[..] else {
            panic!("`make bench` installs the package; it says {answer:?}")
        };
        let cost = Cost {
            wall: Duration::from_secs_f64(wall),
            cpu: Duration::from_secs_f64(cpu),
        };
        (cost, records as usize)
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.child.wait();
    }
}

/// An aggregate as the KPL writes it: the table of keys, then the records.
fn aggregate(record_bytes: usize) -> Vec<u8> {
    let mut protobuf = Vec::new();
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

/// A tag, a length as a varint, and so many bytes.
fn field(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    let mut len = content.len();
    while len >= 0x80 {
        out.push((len & 0x7F) as u8 | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
    out.extend_from_slice(content);
}
