//! Plans over real workspaces: what they count is what the source then gives.

mod lab;

use lab::{Captured, START, Workspace, captured, sequence, targets};
use proptest::prelude::*;
use publish::{Planned, Source};
use query::Filter;
use record::{HashKey, Millis};
use replay::{
    Chosen, Pacing, Placement, Plan, ReplayError, ReplayRequest, ReplaySource, Speed, Tempo,
    transform::{NamedRule, Places, Rule},
};
use std::collections::HashMap;
use store::{Payloads, Store};

fn plan(request: ReplayRequest, store: &Store) -> Plan {
    let plan = request.plan(store, || false).expect("a plan");
    plan.expect("not cancelled")
}

async fn all(store: &Store, plan: &Plan) -> Vec<Planned> {
    let mut source = ReplaySource::open(store, plan).expect("a source");
    let mut entries = Vec::new();
    loop {
        let pulled = source.pull(97).await.expect("entries");
        assert!(pulled.len() <= 97);
        if pulled.is_empty() {
            return entries;
        }
        entries.extend(pulled);
    }
}

fn rule(rule: Rule) -> NamedRule {
    NamedRule {
        name: "rule".into(),
        is_on: true,
        rule,
    }
}

fn filter(text: &str) -> Chosen {
    Chosen::Filter(query::parse(text, Millis(0)).expect("a filter"))
}

/// 3,000 orders over 40 keys, in four shards, sealed and not.
fn orders(space: &Workspace) {
    let order = |n: u64| {
        let payload = format!(
            "{{\"type\":\"T{}\",\"orderId\":\"ord-{}\",\"n\":{n},\"timestamp\":\"2025-10-30T12:00:00.{:03}Z\"}}",
            n % 3,
            n % 40,
            n % 1_000
        );
        captured(n, &format!("ord-{}", n % 40), &payload)
    };
    space.store_by_key((0..2_900).map(order).collect());
    space.store_by_key((2_900..3_000).map(order).collect());
}

fn positions(space: &Workspace, chosen: Chosen) -> Vec<u64> {
    let selection = space.select(chosen).pin(&space.store).expect("pinned");
    let saved = serde_json::to_string(&selection).expect("JSON");
    assert_eq!(
        serde_json::from_str::<replay::PinnedSelection>(&saved).expect("read"),
        selection
    );
    let mut reader = selection
        .read(&space.store, Payloads::Without)
        .expect("a reader");
    let mut numbers = Vec::new();
    while let Some(selected) = reader.next_record().expect("a record") {
        assert_eq!(selected.position, numbers.len() as u64);
        numbers.push((selected.at.0 - START) as u64 / 10);
    }
    numbers
}

#[test]
fn every_way_to_select_gives_its_records_in_their_order() {
    let space = Workspace::new(4);
    orders(&space);
    let every = |fits: &dyn Fn(u64) -> bool| (0..3_000).filter(|&n| fits(n)).collect::<Vec<u64>>();
    assert_eq!(
        positions(&space, Chosen::Filter(Filter::Everything)),
        every(&|_| true)
    );
    assert_eq!(
        positions(&space, filter("type:T1 n:<100")),
        every(&|n| n % 3 == 1 && n < 100)
    );
    let window = Chosen::Time {
        from: Some(Millis(START + 500)),
        until: Some(Millis(START + 900)),
    };
    assert_eq!(positions(&space, window), every(&|n| (50..90).contains(&n)));
    let carrying = |path: &str, value: &str| Chosen::Carrying {
        path: path.parse().expect("a path"),
        value: value.into(),
    };
    assert_eq!(
        positions(&space, carrying("orderId", "ord-7")),
        every(&|n| n % 40 == 7)
    );
    assert_eq!(positions(&space, carrying("n", "77")), [77]);

    let selection = space
        .select(filter("orderId:ord-7 or orderId:ord-8"))
        .pin(&space.store)
        .expect("pinned");
    let mut reader = selection
        .read(&space.store, Payloads::Without)
        .expect("a reader");
    let mut picked = Vec::new();
    while let Some(selected) = reader.next_record().expect("a record") {
        picked.push(selected.record.id);
    }
    picked.reverse();
    assert_eq!(
        positions(&space, Chosen::Picked(picked)),
        every(&|n| n % 40 == 7 || n % 40 == 8)
    );

    let shard = space.store.shards(space.stream).expect("shards")[2].key;
    let in_shard = positions(
        &space,
        Chosen::Sequences {
            shard,
            first: sequence(0),
            last: sequence(u64::MAX / 1_000),
        },
    );
    let stretch = positions(
        &space,
        Chosen::Sequences {
            shard,
            first: sequence(100),
            last: sequence(2_950),
        },
    );
    let expected: Vec<u64> = in_shard
        .into_iter()
        .filter(|n| (100..=2_950).contains(n))
        .collect();
    assert!(expected.len() > 100);
    assert_eq!(stretch, expected);
    let unknown = space.select(Chosen::Sequences {
        shard: store::ShardKey(99),
        first: sequence(0),
        last: sequence(1),
    });
    assert!(matches!(
        unknown.pin(&space.store),
        Err(ReplayError::UnknownShard(_))
    ));
}

#[tokio::test]
async fn a_plan_counts_what_the_source_gives() {
    let space = Workspace::new(4);
    orders(&space);
    let odd = |number, key: Option<&str>, payload: Vec<u8>| Captured {
        number,
        arrival: START + number as i64 * 10,
        key: key.map(str::to_owned),
        payload,
    };
    space.store_in(
        0,
        vec![
            odd(3_000, None, b"{\"n\":1}".to_vec()),
            odd(3_001, Some("big"), vec![b'x'; (1 << 20) - 2]),
            odd(3_002, Some(&"k".repeat(300)), b"{}".to_vec()),
            odd(3_003, Some("text"), b"no JSON".to_vec()),
        ],
    );
    for placement in [Placement::ByKey, Placement::ShardFaithful] {
        for rules in [
            vec![],
            vec![
                rule(Rule::ShiftTime {
                    delta_millis: 86_400_000,
                    at: Places::Detected,
                }),
                rule(Rule::NewIds {
                    at: Places::Detected,
                    and_key: true,
                }),
                rule(Rule::Set {
                    path: "replayed".parse().expect("a path"),
                    value: "true".parse().expect("JSON"),
                }),
            ],
        ] {
            let has_rules = !rules.is_empty();
            let mut request = space.request(Chosen::Filter(Filter::Everything), 3);
            request.recipe.rules = rules;
            request.recipe.placement = placement;
            let plan = plan(request, &space.store);
            assert_eq!(
                Plan::from_json(&plan.to_json().expect("JSON")).expect("a plan"),
                plan
            );
            let entries = all(&space.store, &plan).await;
            let tally = &plan.tally;
            assert_eq!((tally.left_out.oversize, tally.left_out.bad_key), (1, 1));
            assert_eq!(tally.without_key, 1);
            assert_eq!(tally.records, 3_002);
            assert_eq!(entries.len(), 3_002);
            assert_eq!(
                tally.bytes,
                entries
                    .iter()
                    .map(|e| e.entry.size_bytes() as u64)
                    .sum::<u64>()
            );
            let mut shares = HashMap::new();
            for entry in &entries {
                let place = targets(3).place_of(entry.entry.hash_key());
                *shares.entry(place).or_insert(0) += 1;
            }
            let planned: HashMap<usize, u64> = tally
                .shards
                .iter()
                .enumerate()
                .map(|(n, share)| (n, share.records))
                .filter(|share| share.1 > 0)
                .collect();
            assert_eq!(planned, shares);
            assert!(
                entries
                    .windows(2)
                    .all(|pair| pair[0].position < pair[1].position
                        && pair[0].at_millis <= pair[1].at_millis)
            );
            assert_eq!(tally.unreadable, u64::from(has_rules));
            assert_eq!(
                tally.changed_by_rule,
                if has_rules {
                    vec![3_000, 3_001, 3_001]
                } else {
                    vec![]
                }
            );
            assert_eq!(
                all(&space.store, &plan).await,
                entries,
                "the same each time"
            );
        }
    }
}

#[test]
fn keys_that_become_one_are_told() {
    let space = Workspace::new(2);
    orders(&space);
    let mut request = space.request(Chosen::Filter(Filter::Everything), 2);
    request.recipe.rules = vec![rule(Rule::PartitionKey {
        key: "{type}".parse().expect("an expression"),
    })];
    let plan = plan(request, &space.store);
    assert_eq!(plan.tally.key_collisions.keys, 3);
    assert_eq!(plan.tally.key_collisions.different, Some(3));
    let examples = plan.tally.key_collisions.examples;
    let told: Vec<_> = examples
        .iter()
        .map(|one| format!("{} to {}", one.from.join(", "), one.to))
        .collect();
    assert_eq!(
        told,
        [
            "ord-0, ord-3 to T0",
            "ord-1, ord-4 to T1",
            "ord-2, ord-5 to T2"
        ]
    );
}

#[test]
fn the_duration_is_that_of_pace_and_quota() {
    let space = Workspace::new(1);
    orders(&space);
    let mut request = space.request(Chosen::Filter(Filter::Everything), 1);
    let at_once = plan(request.clone(), &space.store);
    assert_eq!(
        at_once.duration.by_quota_millis, 3_000,
        "3,000 records into one shard"
    );
    assert_eq!(
        (
            at_once.duration.by_pace_millis,
            at_once.duration.expected_millis
        ),
        (0, 3_000)
    );
    request.pacing = Pacing {
        tempo: Tempo::Original(Speed::try_from(2.0).expect("a speed")),
        longest_wait_millis: None,
    };
    let paced = plan(request, &space.store);
    assert_eq!(paced.duration.by_pace_millis, 14_995);
    assert_eq!(paced.duration.expected_millis, 14_996);
}

#[tokio::test]
async fn a_plan_means_what_its_capture_had_read() {
    let ahead = Workspace::new(1);
    let order = |n| captured(n, "k", &format!("{{\"n\":{n}}}"));
    ahead.store_in(0, (0..1_000).map(order).collect());
    let behind = ahead.captured_again();
    behind.store_in(0, (0..500).map(order).collect());
    let plan = plan(
        behind.request(Chosen::Filter(Filter::Everything), 1),
        &behind.store,
    );
    assert_eq!(plan.tally.records, 500);
    let planned = all(&behind.store, &plan).await;
    behind.store_in(0, (500..1_000).map(order).collect());
    assert_eq!(all(&behind.store, &plan).await, planned, "it read on since");
    let saved = Plan::from_json(&plan.to_json().expect("JSON")).expect("a plan");
    assert_eq!(all(&behind.store, &saved).await, planned);
}

#[tokio::test]
async fn a_plan_whose_records_are_gone_is_not_run_short() {
    let space = Workspace::new(2);
    orders(&space);
    let plan = plan(
        space.request(Chosen::Filter(Filter::Everything), 2),
        &space.store,
    );
    let mut larger = plan.clone();
    larger.tally.records += 1;
    let mut source = ReplaySource::open(&space.store, &larger).expect("a source");
    let outcome = loop {
        match source.pull(1_000).await {
            Ok(entries) if entries.is_empty() => break Ok(()),
            Ok(_) => {}
            Err(error) => break Err(error.to_string()),
        }
    };
    let error = outcome.expect_err("an end that is none");
    assert!(error.contains("3001") && error.contains("3000"), "{error}");
    space.store.delete_capture(space.capture).expect("deleted");
    assert!(
        ReplaySource::open(&space.store, &plan).is_err(),
        "the capture is gone"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn records_without_a_rule_keep_every_byte(payloads in prop::collection::vec(any::<Vec<u8>>(), 1..60), faithful in any::<bool>()) {
        let space = Workspace::new(3);
        let records: Vec<Captured> = (0..).zip(&payloads).map(|(number, payload)| Captured {
            number, arrival: START - number as i64, key: Some(format!("key {}", number % 5)), payload: payload.clone(),
        }).collect();
        space.store_by_key(records.clone());
        let mut request = space.request(Chosen::Filter(Filter::Everything), 2);
        request.recipe.placement = if faithful { Placement::ShardFaithful } else { Placement::ByKey };
        let plan = plan(request, &space.store);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let entries = runtime.block_on(all(&space.store, &plan));
        // user records of an aggregate would be more; random bytes are none
        prop_assert_eq!(entries.len(), records.len());
        for entry in entries {
            let origin = entry.entry.origin.expect("an origin");
            let record = records.iter().find(|record| sequence(record.number) == origin.sequence).expect("the record");
            prop_assert_eq!(&entry.entry.data[..], &record.payload[..]);
            prop_assert_eq!(Some(&entry.entry.key), record.key.as_ref());
            prop_assert_eq!(entry.entry.explicit_hash_key.is_some(), faithful);
            if !faithful {
                prop_assert_eq!(entry.entry.hash_key(), HashKey::of_partition_key(&entry.entry.key));
            }
        }
    }
}
