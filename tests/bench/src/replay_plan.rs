//! `replay-plan-1m`: how long a plan of a million records takes.

use crate::{
    figures::Figure,
    replay_lab::{captured, everything, planned, zipf},
    rounds::percentile,
};
use replay::{
    TargetShards,
    transform::{NamedRule, Rule},
};
use std::time::Instant;

const PLANNED: usize = 1_000_000;
const KEYS: usize = 10_000;
const ROUNDS: usize = 3;

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
