//! `replay-plan-1m` and `replay-pacing-p99`: how long a plan of a million records takes, and by how much a paced
//! replay misses the times that it planned.

use crate::{
    figures::Figure,
    replay_lab::{captured, delivery, everything, planned, zipf},
    rounds::percentile,
};
use publish::{
    Delivery, End, Entry, Limits, Order, OrderOptions, Outcome, PublishError, Request, ShardMap,
    Target,
};
use record::SequenceNumber;
use replay::{
    PaceDial, Pacing, Rate, ReplaySource, TargetShards, Tempo,
    transform::{NamedRule, Rule},
};
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

const PLANNED: usize = 1_000_000;
const KEYS: usize = 10_000;
const ROUNDS: usize = 3;
const PACED: usize = 2_000;
const PER_SECOND: f64 = 500.0;

pub fn planning() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let captured = captured(folder.path(), &zipf(PLANNED, KEYS));
    let seconds = |rules: &[NamedRule]| {
        let shards = (0..4).map(|shard| {
            let id = format!("shardId-{shard:012}").parse().expect("a shard id");
            (id, crate::workspace::hash_range(shard, 4))
        });
        let targets = TargetShards::new(shards).expect("the whole space");
        let request = everything(&captured, Some(targets), rules.to_vec());
        let started = Instant::now();
        let plan = planned(&captured, request);
        assert_eq!(plan.tally.records, PLANNED as u64);
        started.elapsed().as_secs_f64()
    };
    let mark = NamedRule {
        name: "mark".to_owned(),
        is_on: true,
        rule: Rule::Set {
            path: "replayed".parse().expect("a path"),
            value: "true".parse().expect("JSON"),
        },
    };
    let mut without: Vec<f64> = (0..ROUNDS).map(|_| seconds(&[])).collect();
    without.sort_by(f64::total_cmp);
    let beside = format!(
        "{:.2}-{:.2} s over {ROUNDS} rounds; {:.2} s with a rule that sets a member",
        percentile(&without, 0.0),
        percentile(&without, 1.0),
        seconds(&[mark])
    );
    vec![Figure::new(
        "replay-plan-1m",
        percentile(&without, 0.5),
        "s",
        "at most 2",
        beside,
    )]
}

pub fn pacing() -> Vec<Figure> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut late = runtime.block_on(paced());
    late.sort_by(f64::total_cmp);
    vec![Figure::new(
        "replay-pacing-p99",
        percentile(&late, 0.99),
        "ms",
        "at most 50",
        format!(
            "{PACED} records at {PER_SECOND} a second, |reached the target - planned|; median {:.1} ms",
            percentile(&late, 0.5)
        ),
    )]
}

/// By how many milliseconds each record missed its time.
async fn paced() -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let captured = captured(folder.path(), &zipf(PACED, KEYS));
    let mut request = everything(&captured, None, Vec::new());
    request.pacing = Pacing {
        tempo: Tempo::Fixed(Rate::try_from(PER_SECOND).expect("a rate")),
        longest_wait_millis: None,
    };
    let plan = planned(&captured, request);
    let new = delivery(&plan);
    let Request::First(claim) = publish::begin(&captured.store, &new).expect("begun") else {
        panic!("a new workspace knows no delivery")
    };
    let watch = Stopwatch::default();
    let source = ReplaySource::open(&captured.store, &plan).expect("a source");
    let options = OrderOptions::new(Order::Keyed, plan.request.limits.into());
    let pace = PaceDial::new(plan.request.pacing).pace();
    let target = watch.clone();
    let delivery = Delivery::start(claim, target, source, pace, options, ShardMap::default());
    let end = delivery.ended().await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let times = watch.0.lock().expect("no panic");
    let missed = |(place, time): (usize, &Instant)| {
        let millis = time.duration_since(times[0]).as_secs_f64() * 1_000.0;
        (millis - place as f64 * 1_000.0 / PER_SECOND).abs()
    };
    times.iter().enumerate().map(missed).collect()
}

/// A target that takes everything and remembers when.
#[derive(Clone, Default)]
struct Stopwatch(Arc<Mutex<Vec<Instant>>>);

impl Target for Stopwatch {
    fn limits(&self) -> Limits {
        Limits::of_stream(None)
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        Ok(())
    }

    async fn send(&self, entries: &[Entry], _after: Option<SequenceNumber>) -> Vec<Outcome> {
        let mut times = self.0.lock().expect("no panic");
        let outcome = |_| {
            times.push(Instant::now());
            Outcome::Acknowledged {
                shard: "watch".parse().expect("a shard id"),
                sequence: times.len().to_string().parse().expect("a number"),
            }
        };
        entries.iter().map(outcome).collect()
    }
}
