//! Killed in the middle of replays: nothing is missing, no key is out of order, what is there twice is in the
//! list of doubts, and each kill adds at most the window to that list. A delivery that writes its intents with
//! their outcomes fails here (seen): a record is twice in the target and not listed. One that lists more than what
//! was under way fails at the window. An intent that is late by less than a request takes is not found: what was
//! written survives a kill, and the disk's order is for power cuts to try.
//!
//! `KINESCOPE_KILLS` is the number of kills over all rounds: 50 in the usual run, 500 at night.

mod lab;

use emulator::{Emulator, EmulatorOptions};
use faults::{Exchange, Proxy};
use lab::{Workspace, captured, endpoint};
use publish::{Delivery, End, Order, OrderOptions};
use query::Filter;
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::{HashKey, Millis, StreamName};
use replay::{Chosen, PaceDial, Pacing, Plan, ReplaySource, sent_records};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use store::{DeliveryId, Store};

const CHILD: &str = "KINESCOPE_TEST_REPLAY";
const KILLS: usize = 50;
const RECORDS: u64 = 6_000;
/// Records under way at most: far fewer than there are.
const WINDOW: usize = 250;
const KEYS: u64 = 60;
const SOURCE_SHARDS: usize = 4;
const SEED: u64 = 20_261_122;

#[test]
fn kills_leave_no_gap_and_no_disorder() {
    if let Ok(child) = std::env::var(CHILD) {
        return replay_as_child(&child);
    }
    let wanted = std::env::var("KINESCOPE_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(KILLS);
    let emulator = Emulator::start(EmulatorOptions::default()).expect("an endpoint");
    let mut random = StdRng::seed_from_u64(SEED);
    let (mut kills, mut doubled, mut listed) = (0, 0, 0);
    for round in 0.. {
        if kills >= wanted {
            break;
        }
        let order = [Order::Keyed, Order::Strict][round % 2];
        // each order gets its share
        let most = wanted.div_ceil(4).min(wanted - kills);
        let found = one_round(&emulator, round, order, most, &mut random);
        println!(
            "{order:?}: {} kills, {} records twice",
            found.kills, found.doubled
        );
        kills += found.kills;
        doubled += found.doubled;
        listed += found.listed;
    }
    println!("{kills} kills, {doubled} records twice, all of them among the {listed} listed");
    assert!(kills >= wanted);
    assert!(doubled > 0 && listed > 0, "no kill hit anything under way");
}

struct Round {
    kills: usize,
    doubled: usize,
    /// Records that may be doubled, as the journal says after the last kill.
    listed: usize,
}

fn one_round(
    emulator: &Emulator,
    round: usize,
    order: Order,
    kills_left: usize,
    random: &mut StdRng,
) -> Round {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stream: StreamName = format!("target-{round}").parse().expect("a name");
    let created = emulator.writer();
    runtime
        .block_on(created.create_stream(&stream, 3, Millis(lab::START)))
        .expect("a stream");
    let space = Workspace::new(SOURCE_SHARDS);
    let record = |n: u64| captured(n, &format!("key-{}", n % KEYS), &format!("{{\"n\":{n}}}"));
    space.store_by_key((0..RECORDS).map(record).collect());
    let delivery = planned(&runtime, emulator, &space, &stream, order);
    let (path, folder) = (space.path(), space.folder);
    space.store.close().expect("closed");

    let proxy = runtime.block_on(Proxy::to(&emulator.endpoint()));
    let child = format!(
        "{} {} {} {}",
        proxy.endpoint(),
        stream,
        delivery,
        path.display()
    );
    let (mut kills, mut listed) = (0, HashSet::new());
    // the last run of each round is left alone
    while kills < kills_left && run_child(&child, Some(Kill::draw(random)), &proxy) {
        kills += 1;
        let doubts = in_doubt(&path, delivery);
        let new = doubts.difference(&listed).count();
        assert!(new <= WINDOW, "kill {kills}: {new} records more in doubt");
        listed = doubts;
    }
    if kills == kills_left {
        assert!(!run_child(&child, None, &proxy), "the last run finishes");
    }
    let store = Store::open(&path).expect("the workspace");
    let landed = runtime.block_on(endpoint::read(
        &endpoint::client(&emulator.endpoint()),
        &stream,
    ));
    let doubled = judge(&store, delivery, order, &landed);
    drop(folder);
    Round {
        kills,
        doubled,
        listed: listed.len(),
    }
}

/// The plan, saved in the journal as a delivery that nobody has begun.
fn planned(
    runtime: &tokio::runtime::Runtime,
    emulator: &Emulator,
    space: &Workspace,
    stream: &StreamName,
    order: Order,
) -> DeliveryId {
    let (targets, _) = runtime.block_on(async {
        let connection = endpoint::connect(&emulator.endpoint()).await;
        endpoint::shards(&connection, stream).await
    });
    let mut request = space.request(Chosen::Filter(Filter::Everything), 1);
    request.targets = Some(targets);
    let plan = space.plan(request);
    space.begin(&plan, stream.as_str(), order).id()
}

/// When a child is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// After so long.
    After(Duration),
    /// Once so many puts have landed: what is sent too early is in the stream, and not yet in the journal.
    Landed(usize),
}

impl Kill {
    fn draw(random: &mut StdRng) -> Self {
        if random.random() {
            Self::After(Duration::from_micros(random.random_range(0..60_000)))
        } else {
            Self::Landed(random.random_range(1..60))
        }
    }

    fn wait(self, proxy: &Proxy, child: &mut Child) {
        match self {
            Self::After(time) => std::thread::sleep(time),
            Self::Landed(puts) => {
                let has_landed = |exchange: &Exchange| {
                    exchange.operation.starts_with("PutRecord")
                        && exchange.forwarded.is_some_and(|put| put.status.is_some())
                };
                while proxy.log().iter().filter(|one| has_landed(one)).count() < puts
                    && matches!(child.try_wait(), Ok(None))
                {
                    std::thread::yield_now();
                }
            }
        }
    }
}

/// Whether the child was killed before it finished.
fn run_child(child: &str, kill: Option<Kill>, proxy: &Proxy) -> bool {
    proxy.forget_log();
    let exe = std::env::current_exe().expect("this test");
    let mut process = Command::new(exe)
        .args([
            "--exact",
            "kills_leave_no_gap_and_no_disorder",
            "--nocapture",
        ])
        .env(CHILD, child)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let output = process.stdout.take().expect("its output");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    assert!(
        lines.any(|line| line.contains("sending")),
        "the child begins"
    );
    if let Some(kill) = kill {
        kill.wait(proxy, &mut process);
        process.kill().expect("a kill");
    }
    let has_finished = lines.any(|line| line.contains("finished"));
    let status = process.wait().expect("an end");
    // killed between its last word and its end, it has finished all the same
    assert!(
        has_finished || status.signal() == Some(9),
        "the child failed: {status}, {child}"
    );
    !has_finished
}

fn replay_as_child(child: &str) {
    let mut words = child.splitn(4, ' ');
    let mut word = || words.next().expect("four words");
    let (endpoint, stream, delivery, path) = (word(), word(), word(), word());
    let stream: StreamName = stream.parse().expect("a name");
    let delivery: DeliveryId = delivery.parse().expect("a number");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = Store::open(Path::new(path)).expect("the workspace");
    let end = runtime.block_on(async {
        let stored = store.delivery(delivery).expect("the delivery");
        let plan = Plan::from_json(&stored.delivery.plan).expect("the plan");
        let connection = endpoint::connect(endpoint).await;
        let target = endpoint::target(&connection, &stream).await;
        let (_, map) = endpoint::shards(&connection, &stream).await;
        let order = if stored.delivery.order == "Strict" {
            Order::Strict
        } else {
            Order::Keyed
        };
        let source = ReplaySource::open(&store, &plan).expect("a source");
        let options = OrderOptions {
            window_records: WINDOW,
            ..OrderOptions::new(order, plan.request.limits.into())
        };
        let pace = PaceDial::new(Pacing::AT_ONCE).pace();
        let claim = store.claim_delivery(delivery).expect("a claim");
        println!("\nsending");
        Delivery::start(claim, target, source, pace, options, map)
            .ended()
            .await
    });
    assert!(matches!(end, End::Finished), "{end:?}");
    store.close().expect("closed");
    println!("\nfinished");
}

/// What the journal lists as maybe doubled, now that nobody writes.
fn in_doubt(path: &Path, delivery: DeliveryId) -> HashSet<u64> {
    let store = Store::open(path).expect("the workspace");
    let sent = sent_records(&store, delivery).expect("the journal");
    store.close().expect("closed");
    let doubts = sent.iter().filter(|record| record.may_be_doubled);
    doubts.map(|record| record.position).collect()
}

/// How many records are there twice.
fn judge(store: &Store, delivery: DeliveryId, order: Order, landed: &[endpoint::Landed]) -> usize {
    let sent = sent_records(store, delivery).expect("the journal");
    assert_eq!(sent.len() as u64, RECORDS, "every record is in the journal");
    assert!(
        sent.iter().all(|record| record.place.is_some()),
        "and acknowledged"
    );
    let listed: HashSet<u64> = sent
        .iter()
        .filter(|record| record.may_be_doubled)
        .map(|record| record.position)
        .collect();
    let number = |record: &endpoint::Landed| -> u64 {
        let text = std::str::from_utf8(&record.data).expect("text");
        text.trim_start_matches("{\"n\":")
            .trim_end_matches('}')
            .parse()
            .expect("a number")
    };
    let mut copies: HashMap<u64, Vec<usize>> = HashMap::new();
    // the records of a lane on one target shard: of a key or, in the strict order, of a source shard
    let mut lanes: HashMap<(&str, u64), BTreeSet<u64>> = HashMap::new();
    for (place, record) in landed.iter().enumerate() {
        let n = number(record);
        assert_eq!(record.key, format!("key-{}", n % KEYS));
        copies.entry(n).or_default().push(place);
        let lane = match order {
            Order::Strict => source_shard(&record.key),
            Order::Keyed | Order::Fast => n % KEYS,
        };
        lanes.entry((&record.shard, lane)).or_default().insert(n);
    }
    for n in 0..RECORDS {
        let count = copies.get(&n).map_or(0, Vec::len);
        assert!(count >= 1, "{n} is missing");
        assert!(
            count == 1 || listed.contains(&n),
            "{n} is there {count} times and not listed"
        );
    }
    // after a crash a lane goes on from its first doubt: its first copies are in order, and so are its last
    for (lane, records) in &lanes {
        let firsts = records.iter().map(|n| copies[n].first());
        let lasts = records.iter().map(|n| copies[n].last());
        assert!(firsts.is_sorted(), "{order:?}: first copies of {lane:?}");
        assert!(lasts.is_sorted(), "{order:?}: last copies of {lane:?}");
    }
    copies.values().filter(|copies| copies.len() > 1).count()
}

fn source_shard(key: &str) -> u64 {
    let hash = HashKey::of_partition_key(key);
    let shard = lab::even(SOURCE_SHARDS)
        .iter()
        .position(|range| range.contains(hash));
    shard.expect("a shard") as u64
}
