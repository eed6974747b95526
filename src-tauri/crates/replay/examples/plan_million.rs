//! Plans a replay of a million records and says how long it took, as JSON.
//!
//! `cargo run --release -p replay --example plan_million`. Payloads of 500 bytes over 10,000 keys in four
//! shards; without rules, so that only keys and sizes are read, and with a rule that looks into each payload.

#[path = "../tests/lab/mod.rs"]
mod lab;

use lab::{Workspace, captured};
use query::Filter;
use replay::{
    Chosen,
    transform::{NamedRule, Rule},
};
use std::time::Instant;

const RECORDS: u64 = 1_000_000;
const KEYS: u64 = 10_000;
const PAYLOAD_BYTES: usize = 500;
const STRETCH: u64 = 20_000;

fn main() {
    let space = Workspace::new(4);
    for first in (0..RECORDS).step_by(STRETCH as usize) {
        let record = |n: u64| {
            let start = format!("{{\"orderId\":\"ord-{n}\",\"n\":{n},\"note\":\"");
            let note = "x".repeat(PAYLOAD_BYTES - start.len() - 2);
            captured(
                n,
                &format!("key-{}", n * 7_919 % KEYS),
                &format!("{start}{note}\"}}"),
            )
        };
        space.store_by_key((first..first + STRETCH).map(record).collect());
    }
    let set = NamedRule {
        name: "mark".into(),
        is_on: true,
        rule: Rule::Set {
            path: "replayed".parse().expect("a path"),
            value: "true".parse().expect("JSON"),
        },
    };
    for (name, rules) in [("without rules", vec![]), ("with a rule", vec![set])] {
        let mut request = space.request(Chosen::Filter(Filter::Everything), 4);
        request.recipe.rules = rules;
        let started = Instant::now();
        let plan = request
            .plan(&space.store, || false)
            .expect("a plan")
            .expect("not cancelled");
        let millis = started.elapsed().as_millis();
        assert_eq!(plan.tally.records, RECORDS);
        println!("{{\"plan\":\"{name}\",\"records\":{RECORDS},\"millis\":{millis}}}");
    }
}
