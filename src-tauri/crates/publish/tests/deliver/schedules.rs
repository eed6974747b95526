//! Random schedules of faults, each from a seed: partial failures, throttles, 500s, lost acknowledgements and
//! requests that never arrived, at chances that are drawn. The order holds in all of them, and every request is
//! within the limits; a deliverer that retries naively behind the same proxy is found out.

use super::lab::{Lab, connect, plan};
use bytes::Bytes;
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Entries as Which, Proxy, Rule, RuleId};
use publish::{End, Entry, Order, Target};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::{HashSet, VecDeque};

const SCHEDULES: u64 = 10;
const SEED: u64 = 20_261_122;
/// `PutRecords` in the API reference.
const MOST_RECORDS: usize = 500;
const MOST_BYTES: usize = 5 << 20;

/// What happens to the puts of one schedule.
fn schedule(proxy: &Proxy, random: &mut StdRng) -> Vec<RuleId> {
    let mut rules = Vec::new();
    let mut add = |operation: &str, action: Action, most: f64| {
        let (chance, seed) = (random.random_range(0.0..most), random.random());
        rules.push(proxy.add(Rule::on(operation, action).chance(chance, seed)));
    };
    for operation in ["PutRecord", "PutRecords"] {
        add(operation, Action::reset_after(), 0.1);
        add(operation, Action::reset_before(), 0.1);
        add(operation, Action::internal_failure(), 0.1);
        add(operation, Action::throttled(), 0.1);
    }
    let some = Which::Share {
        probability: random.random_range(0.0..0.4),
        seed: random.random(),
    };
    rules.push(
        proxy.add(Rule::on("PutRecords", Action::fail_entries(some)).chance(0.5, random.random())),
    );
    rules
}

/// Of many keys, so that requests grow to their limits, and with a hot one.
fn records(order: Order, has_large: bool) -> Vec<Entry> {
    let count = match order {
        Order::Strict => 60,
        Order::Keyed | Order::Fast => 1_300,
    };
    let mut plan = plan(count, 600);
    if order == Order::Keyed {
        // every tenth is of the hot key
        for (n, entry) in plan.iter_mut().enumerate().filter(|(n, _)| n % 10 != 0) {
            entry.key = format!("key-{}", n % 600);
        }
    }
    if has_large {
        for entry in plan.iter_mut().skip(1).step_by(50) {
            // spaces after a number are no part of it
            let mut padded = entry.data.to_vec();
            padded.resize(400_000, b' ');
            entry.data = Bytes::from(padded);
        }
    }
    plan
}

fn within_the_limits(proxy: &Proxy) -> (usize, usize) {
    let (mut most_records, mut most_bytes) = (0, 0);
    for put in proxy
        .log()
        .iter()
        .filter(|put| put.operation.starts_with("Put"))
    {
        assert!(put.entries >= 1 && put.entry_bytes > 0, "{put:?}");
        assert!(put.entries <= MOST_RECORDS, "{put:?}");
        assert!(put.entry_bytes <= MOST_BYTES, "{put:?}");
        most_records = most_records.max(put.entries);
        most_bytes = most_bytes.max(put.entry_bytes);
    }
    (most_records, most_bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_schedule_of_faults_breaks_the_order() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    let (mut fired, mut doubled, mut most) = (0, 0, (0, 0));
    for number in 0..SCHEDULES {
        let mut random = StdRng::seed_from_u64(SEED + number);
        let order = if number % 3 == 2 {
            Order::Strict
        } else {
            Order::Keyed
        };
        let stream = format!("schedule-{number}");
        lab.create_stream(&stream, 3).await;
        let proxy = Proxy::to(&emulator.endpoint()).await;
        let rules = schedule(&proxy, &mut random);
        let plan = records(order, number == 0);
        let connection = connect(&proxy.endpoint()).await;
        let (id, end) = lab.deliver(&connection, &stream, order, plan.clone()).await;
        assert!(matches!(end, End::Finished), "schedule {number}: {end:?}");
        doubled += lab.judge(&stream, id, order, &plan).await;
        fired += rules.into_iter().map(|rule| proxy.fired(rule)).sum::<u64>();
        let (records, bytes) = within_the_limits(&proxy);
        most = (most.0.max(records), most.1.max(bytes));
    }
    println!("{fired} faults, {doubled} records twice, at most {most:?} records and bytes");
    assert!(fired > 50 && doubled > 0, "{fired} faults, {doubled} twice");
    assert!(
        most.0 > 100 && most.1 > 1 << 20,
        "the limits were not near: {most:?}"
    );
}

/// Batches of neighbours, one request at a time; what was not written goes to the end of the line. Answers with
/// what was in doubt, which is all that it could list.
async fn naively(target: &impl Target, plan: &[Entry]) -> HashSet<u64> {
    let mut waiting: VecDeque<(u64, Entry)> = (0..).zip(plan.iter().cloned()).collect();
    let mut in_doubt = HashSet::new();
    let mut requests = 0;
    while !waiting.is_empty() {
        requests += 1;
        assert!(requests < 100_000, "{} are never written", waiting.len());
        let batch: Vec<(u64, Entry)> = waiting.drain(..waiting.len().min(100)).collect();
        let entries: Vec<Entry> = batch.iter().map(|(_, entry)| entry.clone()).collect();
        let outcomes = target.send(&entries, None).await;
        for ((position, entry), outcome) in batch.into_iter().zip(outcomes) {
            if matches!(outcome, publish::Outcome::Unclear { .. }) {
                in_doubt.insert(position);
            }
            if !outcome.is_acknowledged() {
                waiting.push_back((position, entry));
            }
        }
    }
    in_doubt
}

/// A judge that finds nothing wrong with this is no judge.
#[tokio::test(flavor = "multi_thread")]
async fn who_retries_naively_is_found_out() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    for number in 0..3 {
        let mut random = StdRng::seed_from_u64(SEED + number);
        let stream = format!("naive-{number}");
        lab.create_stream(&stream, 3).await;
        let proxy = Proxy::to(&emulator.endpoint()).await;
        let plan = records(Order::Keyed, false);
        let connection = connect(&proxy.endpoint()).await;
        let target = lab.target(&connection, &stream).await;
        schedule(&proxy, &mut random);
        let in_doubt = naively(&target, &plan).await;
        let (_, faults) = lab.found(&stream, Order::Keyed, &plan, &in_doubt).await;
        assert!(
            faults.iter().any(|fault| fault.contains("came after")),
            "schedule {number}: {faults:?}"
        );
    }
}
