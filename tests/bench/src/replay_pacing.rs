//! `replay-pacing-p99` and `replay-pacing-http-p99`: by how much a paced replay misses the times that it planned, at a
//! target that takes everything at once, and over HTTP at the embedded endpoint. Each record's time is when the request
//! that it is in begins.

use crate::{
    figures::Figure,
    replay_lab::{Lab, START, captured, delivery, everything, planned, zipf},
    rounds::percentile,
    workspace::Workspace,
};
use publish::{
    Delivery, End, Entry, Limits, Order, OrderOptions, Outcome, PublishError, Request, ShardMap,
    Target,
};
use record::SequenceNumber;
use replay::{PaceDial, Pacing, Plan, Rate, ReplaySource, Tempo};
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

const PACED: usize = 2_000;
const KEYS: usize = 10_000;
const PER_SECOND: f64 = 500.0;

pub fn figures() -> Vec<Figure> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let figure = |name, mut missed: Vec<f64>, target| {
        missed.sort_by(f64::total_cmp);
        let beside = format!(
            "{PACED} records at {PER_SECOND} a second, |request began - planned|; median {:.1} ms; {target}",
            percentile(&missed, 0.5)
        );
        Figure::new(name, percentile(&missed, 0.99), "ms", "at most 50", beside)
    };
    vec![
        figure(
            "replay-pacing-p99",
            runtime.block_on(at_nothing()),
            "a target that takes all at once",
        ),
        figure(
            "replay-pacing-http-p99",
            runtime.block_on(over_http()),
            "over HTTP",
        ),
    ]
}

async fn at_nothing() -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let captured = captured(folder.path(), &zipf(PACED, KEYS));
    let plan = planned(&captured, paced(everything(&captured, None, Vec::new())));
    missed(&captured, &plan, Nothing, ShardMap::default()).await
}

async fn over_http() -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let captured = captured(folder.path(), &zipf(PACED, KEYS));
    let lab = Lab::open().await;
    let plan = planned(&captured, paced(lab.plan(&captured).request));
    let (target, map, _emulator) = lab.into_target();
    missed(&captured, &plan, target, map).await
}

fn paced(mut request: replay::ReplayRequest) -> replay::ReplayRequest {
    request.pacing = Pacing {
        tempo: Tempo::Fixed(Rate::try_from(PER_SECOND).expect("a rate")),
        longest_wait_millis: None,
    };
    request
}

/// By how many milliseconds each record missed its time, counted from the first request.
async fn missed<T: Target>(
    captured: &Workspace,
    plan: &Plan,
    target: T,
    map: ShardMap,
) -> Vec<f64> {
    let new = delivery(plan);
    let Request::First(claim) = publish::begin(&captured.store, &new).expect("begun") else {
        panic!("a new workspace knows no delivery")
    };
    let began = Began::default();
    let watched = Watched {
        target,
        began: Arc::clone(&began),
    };
    let source = ReplaySource::open(&captured.store, plan).expect("a source");
    let options = OrderOptions::new(Order::Keyed, plan.request.limits.into());
    let pace = PaceDial::new(plan.request.pacing).pace();
    let delivery = Delivery::start(claim, watched, source, pace, options, map);
    let end = delivery.ended().await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let began = began.lock().expect("no panic");
    assert_eq!(began.len(), PACED, "each left once");
    let first = began.iter().map(|(_, at)| *at).min().expect("some");
    let missed = |(place, at): &(i64, Instant)| {
        let millis = at.duration_since(first).as_secs_f64() * 1_000.0;
        (millis - *place as f64 * 1_000.0 / PER_SECOND).abs()
    };
    began.iter().map(missed).collect()
}

/// Places in the plan, and when their requests began.
type Began = Arc<Mutex<Vec<(i64, Instant)>>>;

struct Watched<T> {
    target: T,
    began: Began,
}

impl<T: Target> Target for Watched<T> {
    fn limits(&self) -> Limits {
        self.target.limits()
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        self.target.confirm().await
    }

    async fn send(&self, entries: &[Entry], after: Option<SequenceNumber>) -> Vec<Outcome> {
        let now = Instant::now();
        // one record arrived in each millisecond
        let place = |entry: &Entry| entry.origin.expect("captured").arrival.since(START_AT);
        let places = entries.iter().map(place);
        let began = places.map(|place| (place, now));
        self.began.lock().expect("no panic").extend(began);
        self.target.send(entries, after).await
    }
}

const START_AT: record::Millis = record::Millis(START);

/// A target that takes everything.
struct Nothing;

impl Target for Nothing {
    fn limits(&self) -> Limits {
        Limits::of_stream(None)
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        Ok(())
    }

    async fn send(&self, entries: &[Entry], _after: Option<SequenceNumber>) -> Vec<Outcome> {
        let outcome = |entry: &Entry| Outcome::Acknowledged {
            shard: "watch".parse().expect("a shard id"),
            sequence: entry.origin.expect("captured").sequence,
        };
        entries.iter().map(outcome).collect()
    }
}
