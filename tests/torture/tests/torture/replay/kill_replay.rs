//! Killed in the middle of replays: nothing is missing, no key is out of order, what is there twice is in the
//! list of doubts, and each kill adds at most the window to that list. A delivery that writes its intents with
//! their outcomes fails here (seen): a record is twice in the target and not listed. One that lists more than what
//! was under way fails at the window. An intent that is late by less than a request takes is not found: what was
//! written survives a kill, and the disk's order is for power cuts to try.
//!
//! On the way to the target some answers are lost, and some requests fail in part: what was acknowledged in vain is
//! doubled and listed, and nothing overtakes what failed.

#[path = "../../../../../src-tauri/crates/replay/tests/lab/mod.rs"]
mod lab;

use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Answered, Entries, Exchange, Proxy, Rule};
use lab::{Workspace, captured, endpoint};
use publish::{Delivery, End, Order, OrderOptions};
use query::Filter;
use rand::{Rng, rngs::StdRng};
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
use torture::{Counts, Suite};

const CHILD: &str = "KINESCOPE_TEST_REPLAY";
const RECORDS: u64 = 6_000;
/// Records under way at most: far fewer than there are.
const WINDOW: usize = 250;
const KEYS: u64 = 60;
const SOURCE_SHARDS: usize = 4;
/// Of the requests, in percent, that land and are not answered.
const LOST_PERCENT: f64 = 2.0;

#[test]
fn kill_replay() {
    if let Ok(child) = std::env::var(CHILD) {
        return replay_as_child(&child);
    }
    let counts = Counts {
        full: 500,
        short: 50,
    };
    let mut suite = Suite::begin("kill-replay", counts);
    let emulator = Emulator::start(EmulatorOptions::default()).expect("an endpoint");
    let mut cases = suite.cases().peekable();
    let total = suite.cases().count();
    let (mut doubled, mut listed, mut lost) = (0, 0, 0);
    for number in 0.. {
        let Some(&first) = cases.peek() else {
            break;
        };
        let order = [Order::Keyed, Order::Strict][number % 2];
        // each order gets its share
        let most = total
            .div_ceil(4)
            .min(suite.cases().last().map_or(1, |last| last - first + 1) as usize);
        let round = one_round(&emulator, number, order, most, &mut suite.random(first));
        println!(
            "{order:?}: {} kills, {} answers lost, {} records twice",
            round.kills, round.lost, round.doubled
        );
        let mut outcome = round.outcome;
        for _ in 0..round.kills.max(usize::from(outcome.is_err())) {
            let case = cases.next().unwrap_or(first);
            suite.tried(case, 1, std::mem::replace(&mut outcome, Ok(())));
        }
        doubled += round.doubled;
        listed += round.listed;
        lost += round.lost;
    }
    suite.end();
    println!("{doubled} records twice, all of them among the {listed} listed");
    let has_hit = doubled > 0 && listed > 0 && lost > 0;
    assert!(has_hit || total < 10, "no kill hit anything under way");
}

struct Round {
    kills: usize,
    doubled: usize,
    /// Records that may be doubled, as the journal says after the last kill.
    listed: usize,
    /// Requests that landed and were not answered.
    lost: usize,
    outcome: Result<(), String>,
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
    spoil(&proxy, random);
    let child = format!(
        "{} {} {} {}",
        proxy.endpoint(),
        stream,
        delivery,
        path.display()
    );
    let (mut kills, mut lost, mut listed) = (0, 0, HashSet::new());
    let mut outcome = Ok(());
    // the last run of each round is left alone
    while kills < kills_left && run_child(&child, Some(Kill::draw(random)), &proxy) {
        kills += 1;
        let unanswered = unanswered(&proxy);
        lost += unanswered.len();
        let doubts = in_doubt(&path, delivery);
        let new = doubts.difference(&listed).count();
        if new > WINDOW + unanswered.iter().sum::<usize>() {
            outcome = Err(format!("kill {kills}: {new} records more in doubt"));
        }
        listed = doubts;
    }
    if kills == kills_left {
        assert!(!run_child(&child, None, &proxy), "the last run finishes");
    }
    lost += unanswered(&proxy).len();
    let store = Store::open(&path).expect("the workspace");
    let landed = runtime.block_on(endpoint::read(
        &endpoint::client(&emulator.endpoint()),
        &stream,
    ));
    let judged = judge(&store, delivery, order, &landed);
    let doubled = judged.as_ref().copied().unwrap_or_default();
    let listed = in_all(&store, delivery).len();
    drop(folder);
    Round {
        kills,
        doubled,
        listed,
        lost,
        outcome: outcome.and(judged.map(drop)),
    }
}

/// Answers that are lost, and requests that fail in part.
fn spoil(proxy: &Proxy, random: &mut StdRng) {
    let seed: u64 = random.random();
    for operation in ["PutRecord", "PutRecords"] {
        let lost = Rule::on(operation, Action::reset_after());
        proxy.add(lost.chance(LOST_PERCENT / 100.0, seed));
    }
    let some = Entries::Share {
        probability: 0.1,
        seed,
    };
    proxy.add(Rule::on("PutRecords", Action::fail_entries(some)).chance(0.1, seed ^ 1));
}

/// Records of each request that landed and was not answered.
fn unanswered(proxy: &Proxy) -> Vec<usize> {
    let log = proxy.log();
    let lost = log
        .iter()
        .filter(|one| one.fault.is_some() && one.answered == Answered::Nothing);
    lost.filter_map(|one| one.forwarded)
        .map(|put| put.entries)
        .collect()
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
        .args(["--exact", "replay::kill_replay::kill_replay", "--nocapture"])
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
    let doubts = in_all(&store, delivery);
    store.close().expect("closed");
    doubts
}

fn in_all(store: &Store, delivery: DeliveryId) -> HashSet<u64> {
    let sent = sent_records(store, delivery).expect("the journal");
    let doubts = sent.iter().filter(|record| record.may_be_doubled);
    doubts.map(|record| record.position).collect()
}

/// How many records are there twice.
fn judge(
    store: &Store,
    delivery: DeliveryId,
    order: Order,
    landed: &[endpoint::Landed],
) -> Result<usize, String> {
    let sent = sent_records(store, delivery).map_err(|error| error.to_string())?;
    let acknowledged = sent.iter().filter(|record| record.place.is_some()).count();
    if (sent.len() as u64, acknowledged as u64) != (RECORDS, RECORDS) {
        return Err(format!(
            "{} records in the journal, {acknowledged} acknowledged",
            sent.len()
        ));
    }
    let listed = in_all(store, delivery);
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
        if record.key != format!("key-{}", n % KEYS) {
            return Err(format!("{n} has the key {}", record.key));
        }
        copies.entry(n).or_default().push(place);
        let lane = match order {
            Order::Strict => source_shard(&record.key),
            Order::Keyed | Order::Fast => n % KEYS,
        };
        lanes.entry((&record.shard, lane)).or_default().insert(n);
    }
    for n in 0..RECORDS {
        let count = copies.get(&n).map_or(0, Vec::len);
        if count == 0 || (count > 1 && !listed.contains(&n)) {
            return Err(format!("{n} is there {count} times and not listed"));
        }
    }
    // after a crash a lane goes on from its first doubt: its first copies are in order, and so are its last
    for (lane, records) in &lanes {
        let firsts = records.iter().map(|n| copies[n].first());
        let lasts = records.iter().map(|n| copies[n].last());
        if !firsts.is_sorted() || !lasts.is_sorted() {
            return Err(format!(
                "{order:?}: the copies of {lane:?} are out of order"
            ));
        }
    }
    Ok(copies.values().filter(|copies| copies.len() > 1).count())
}

fn source_shard(key: &str) -> u64 {
    let hash = HashKey::of_partition_key(key);
    let shard = lab::even(SOURCE_SHARDS)
        .iter()
        .position(|range| range.contains(hash));
    shard.expect("a shard") as u64
}
