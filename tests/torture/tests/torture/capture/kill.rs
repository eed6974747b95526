//! `kill -9` while a capture runs, with reshards and throttles: at seeded times and at points with a name.

use super::child::{self, Job};
use faults::{Action, Rule, RuleId};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use std::time::Duration;
use torture::{Commits, Counts, Halt, Image, Lab, Point, Promise, Suite, Tried, Victim, job};

/// As `cargo test -- --list` shows it.
const THIS: &str = "capture::kill::kill_capture";
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn kill_capture() {
    if let Some(job) = job::<Job>() {
        return child::run(job).await;
    }
    let counts = Counts {
        full: 1_000,
        short: 100,
    };
    let mut suite = Suite::begin("kill-capture", counts);
    suite
        .side_by_side(AT_ONCE, |_, random| async move { tried(random).await })
        .await;
    suite.end();
}

async fn tried(mut random: StdRng) -> Tried {
    let lab = Lab::quiet(random.random_range(1..4)).await;
    let seed = random.random();
    let throttled = Rule::on("GetRecords", Action::throttled()).chance(0.1, seed);
    let throttled = lab.proxy.add(throttled);
    let count = random.random_range(5..200);
    lab.write(&mut random, count).await;
    let mut kills = 0;
    for _ in 0..random.random_range(1..3) {
        let point = point(&mut random);
        match killed(&lab, &mut random, point).await {
            Ok(is_killed) => kills += u64::from(is_killed),
            Err(what) => return (kills, Err(format!("after {point:?}: {what}"))),
        }
    }
    let fired = kills + lab.proxy.fired(throttled);
    (fired, goes_on(&lab, throttled).await)
}

fn point(random: &mut StdRng) -> Point {
    let operations = [
        "GetRecords",
        "GetShardIterator",
        "ListShards",
        "DescribeStreamSummary",
    ];
    let operation = operations.choose(random).expect("an operation");
    match random.random_range(0..10) {
        0..=3 => Point::After(Duration::from_millis(random.random_range(0..250))),
        4..=5 => Point::Answered(operation, random.random_range(1..6)),
        6..=7 => Point::Within(Halt::Committed(random.random_range(1..6))),
        _ => Point::Within(Halt::LogGrew(random.random_range(1..25))),
    }
}

/// Writes and reshards until the child is dead; then its workspace is what a start would find.
async fn killed(lab: &Lab, random: &mut StdRng, point: Point) -> Result<bool, String> {
    let halt = match point {
        Point::Within(halt) => Some(halt),
        _ => None,
    };
    let job = Job {
        halt,
        ..Job::of(lab)
    };
    let mut victim = Victim::begin(THIS, &job);
    let writing = async {
        for _ in 0..25 {
            let count = random.random_range(1..25);
            lab.write(random, count).await;
            if random.random_bool(0.12) {
                lab.reshard(random).await;
            }
            tokio::time::sleep(Duration::from_millis(random.random_range(1..40))).await;
        }
    };
    let (is_killed, ()) = tokio::join!(victim.killed_at(point, &lab.proxy), writing);
    if let Some(image) = lab.image_of_copy().map_err(|error| error.to_string())? {
        lab.oracle.sound(&image)?;
    }
    Ok(is_killed)
}

/// The program starts again, and nobody disturbs it.
async fn goes_on(lab: &Lab, throttled: RuleId) -> Result<(), String> {
    lab.proxy.switch_off(throttled);
    let store = lab.open();
    let commits = Commits::default();
    commits.of(&store);
    let capture = match store.captures().expect("the captures").pop() {
        Some(capture) => capture.id,
        None => lab.create(&store, capture::From::TrimHorizon).await,
    };
    let run = lab.start(&store, capture).await;
    lab.settled(&store, &run).await;
    run.suspend().await;
    let image = Image::of(&store, capture).map_err(|error| error.to_string())?;
    store.close().expect("closed");
    lab.oracle.complete(&image, Promise::Everything)?;
    commits.in_order(&image)
}
