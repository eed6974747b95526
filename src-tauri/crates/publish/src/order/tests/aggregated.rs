//! Records that were put together travel under the key of their first one. What must hold is the order of each
//! user record's own key, as a consumer sees it that takes the aggregates apart.

use super::{
    LIMITS, options, planned,
    world::{Trace, Weather, World},
};
use crate::{Entry, Order, OrderMachine, OrderOptions, Planned, aggregate, landing::tests::even};
use decode::{Aggregation, deaggregate};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

const SHARDS: u128 = 3;

/// Of few keys, and so small that many fit together; each record's data is its number.
fn user_records(keys: &[u8]) -> Vec<Entry> {
    let numbered = (0..).zip(keys);
    let entry = |(n, key): (u64, &u8)| Entry {
        data: format!("{n}").into(),
        origin: None,
        ..planned(n, &format!("key-{key}"), 1, 0).entry
    };
    numbered.map(entry).collect()
}

fn put_together(records: Vec<Entry>, most_bytes: usize) -> Vec<Planned> {
    let entries = aggregate(records, &even(SHARDS), &LIMITS, most_bytes).entries;
    let numbered = (0..).zip(entries);
    let planned = numbered.map(|(position, entry)| Planned {
        position,
        at_millis: 0,
        entry,
    });
    planned.collect()
}

/// Key and number of each user record.
fn apart(entry: &Entry) -> Vec<(String, u64)> {
    let number = |data: &[u8]| {
        let text = std::str::from_utf8(data).expect("text");
        text.parse().expect("a number")
    };
    match deaggregate(&entry.data) {
        Aggregation::Single => vec![(entry.key.clone(), number(&entry.data))],
        Aggregation::Aggregated(records) => {
            let records = records.into_iter();
            let records = records.map(|record| {
                let number = number(&entry.data[record.data]);
                (record.partition_key.to_owned(), number)
            });
            records.collect()
        }
        Aggregation::Damaged(damage) => panic!("{damage}"),
    }
}

/// Numbers that came after a later one of their key; of what was written twice the first copy counts.
fn out_of_order(plan: &[Planned], trace: &Trace) -> Vec<u64> {
    let (mut seen, mut last, mut wrong) = (HashSet::new(), HashMap::new(), Vec::new());
    for written in &trace.written {
        if seen.insert(written.position) {
            for (key, number) in apart(&plan[written.position as usize].entry) {
                if last.insert(key, number) > Some(number) {
                    wrong.push(number);
                }
            }
        }
    }
    wrong
}

fn run(plan: &[Planned], is_aggregated: bool, weather: Weather, seed: u64) -> Trace {
    let options = OrderOptions {
        is_aggregated,
        ..options(Order::Keyed, seed)
    };
    let machine = OrderMachine::new(options, even(SHARDS));
    World::new(weather, seed).run(machine, plan.to_vec())
}

const ROUGH: Weather = Weather {
    entry_throttled: 0.2,
    entry_failed: 0.05,
    call_refused: 0.05,
    call_lost_before: 0.05,
    call_lost_after: 0.05,
    call_late: 0.0,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_key_stays_in_order(
        keys in prop::collection::vec(0u8..12, 1..300), most_bytes in 100usize..400, seed: u64,
    ) {
        let records = user_records(&keys);
        let count = records.len();
        let plan = put_together(records, most_bytes);
        let trace = run(&plan, true, ROUGH, seed);
        prop_assert!(trace.ended);
        prop_assert_eq!(out_of_order(&plan, &trace), Vec::<u64>::new());
        let written: HashSet<u64> = trace.written.iter().map(|written| written.position).collect();
        let records = plan.iter().filter(|planned| written.contains(&planned.position));
        prop_assert_eq!(records.map(|planned| apart(&planned.entry).len()).sum::<usize>(), count);
    }
}

/// A judge that finds nothing wrong with lanes by the aggregates' own keys is no judge.
#[test]
fn lanes_by_the_first_key_are_found_out() {
    let keys: Vec<u8> = (0..400).map(|n| (n * 7 % 12) as u8).collect();
    let plan = put_together(user_records(&keys), 150);
    let wrong = |is_aggregated| {
        let runs = (0..20).map(|seed| run(&plan, is_aggregated, ROUGH, seed));
        runs.filter(|trace| !out_of_order(&plan, trace).is_empty())
            .count()
    };
    assert!(wrong(false) > 0, "lanes by key keep no order");
    assert_eq!(wrong(true), 0);
}
