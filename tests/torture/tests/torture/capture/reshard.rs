//! Random lives of a stream against the real endpoint: written to, split and merged, while its capture is paused,
//! interrupted and lied to. The oracle is the model.

use capture::{CaptureRun, From};
use faults::{Action, Calls, Rule};
use rand::{Rng, rngs::StdRng};
use std::time::Duration;
use store::{CaptureId, Store};
use torture::{Commits, Counts, Image, Lab, Promise, Suite, Tried};

const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reshard() {
    let counts = Counts {
        full: 300,
        short: 30,
    };
    let mut suite = Suite::begin("reshard", counts);
    suite
        .side_by_side(AT_ONCE, |_, random| async move { tried(random).await })
        .await;
    suite.end();
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Write(usize),
    Reshard,
    /// Nothing is awaited in between.
    ReshardTwice,
    CatchUp,
    Pause,
    Restart,
}

fn acts(random: &mut StdRng) -> Vec<Act> {
    let count = random.random_range(6..22);
    let act = |random: &mut StdRng| match random.random_range(0..16) {
        0..=5 => Act::Write(random.random_range(1..60)),
        6..=9 => Act::Reshard,
        10 => Act::ReshardTwice,
        11..=12 => Act::CatchUp,
        13 => Act::Pause,
        _ => Act::Restart,
    };
    (0..count).map(|_| act(random)).collect()
}

/// What the endpoint says wrongly while it is captured; all of it leaves the truth to be found.
fn lies(random: &mut StdRng) -> Vec<Rule> {
    let seed = random.random();
    let on_pages = [
        Action::without_children(),
        Action::shuffled_arrivals(seed),
        Action::shuffled_records(seed),
        Action::repeated_page(),
        Action::repeated_records(),
        Action::empty_page(),
        Action::end_without_children(),
        Action::with_children(&["shardId-000000000777"]),
        Action::expired_iterator(),
    ];
    let on_listings = [Action::duplicate_shards(), Action::children_first()];
    let page = on_pages[random.random_range(0..on_pages.len())].clone();
    let listing = on_listings[random.random_range(0..on_listings.len())].clone();
    vec![
        Rule::on("GetRecords", page).calls(Calls::Every(random.random_range(2..6))),
        Rule::on("ListShards", listing).chance(0.5, seed),
    ]
}

/// A capture, and the workspace that it is in.
struct Running {
    store: Store,
    capture: CaptureId,
    run: CaptureRun,
    commits: Commits,
}

impl Running {
    async fn begin(lab: &Lab) -> Self {
        let store = lab.open();
        let commits = Commits::default();
        commits.of(&store);
        let capture = lab.create(&store, From::TrimHorizon).await;
        let run = lab.start(&store, capture).await;
        Self {
            store,
            capture,
            run,
            commits,
        }
    }

    /// As a new start of the program.
    async fn again(self, lab: &Lab) -> Self {
        self.run.suspend().await;
        self.store.close().expect("closed");
        let store = lab.open();
        self.commits.of(&store);
        let run = lab.start(&store, self.capture).await;
        Self { store, run, ..self }
    }
}

async fn tried(mut random: StdRng) -> Tried {
    let lab = Lab::quiet(random.random_range(1..5)).await;
    let lies = lies(&mut random);
    let told = format!("{lies:?}");
    let lies: Vec<_> = lies.into_iter().map(|lie| lab.proxy.add(lie)).collect();
    let acts = acts(&mut random);
    let mut running = Running::begin(&lab).await;
    for act in &acts {
        running = carried_out(*act, running, &lab, &mut random).await;
    }
    lab.proxy.mend();
    lab.write(&mut random, 5).await;
    lab.settled(&running.store, &running.run).await;
    running.run.suspend().await;
    let fired: u64 = lies.iter().map(|lie| lab.proxy.fired(*lie)).sum();
    let image = Image::of(&running.store, running.capture);
    running.store.close().expect("closed");
    let outcome = image.map_err(|error| error.to_string()).and_then(|image| {
        lab.oracle.complete(&image, Promise::Everything)?;
        running.commits.in_order(&image)
    });
    let outcome = outcome.map_err(|what| format!("{what}; {acts:?}; {told}"));
    (fired + resharded(&lab), outcome)
}

async fn carried_out(act: Act, running: Running, lab: &Lab, random: &mut StdRng) -> Running {
    match act {
        Act::Write(count) => lab.write(random, count).await,
        Act::Reshard => {
            lab.reshard(random).await;
        }
        Act::ReshardTwice => {
            lab.reshard(random).await;
            lab.reshard(random).await;
        }
        Act::CatchUp => lab.settled(&running.store, &running.run).await,
        Act::Pause => {
            running.run.pause().await.expect("paused");
            lab.write(random, 3).await;
            lab.reshard(random).await;
            tokio::time::sleep(Duration::from_millis(random.random_range(0..50))).await;
            running.run.resume().await.expect("resumed");
        }
        Act::Restart => return running.again(lab).await,
    }
    running
}

/// Splits and merges that the endpoint carried out.
fn resharded(lab: &Lab) -> u64 {
    let is_one = |exchange: &faults::Exchange| {
        let forwarded = exchange.forwarded.and_then(|forwarded| forwarded.status);
        forwarded == Some(200) && ["SplitShard", "MergeShards"].contains(&&*exchange.operation)
    };
    lab.proxy
        .log()
        .iter()
        .filter(|exchange| is_one(exchange))
        .count() as u64
}
