//! What holds in any weather, and that the judge sees what does not hold.

use super::{
    judge::faults,
    naive::Naive,
    options, planned,
    world::{Weather, World},
};
use crate::{AfterUnclear, Order, OrderMachine, Planned, ShardMap, landing::tests::even};
use proptest::prelude::*;

const FAIR: Weather = Weather {
    entry_throttled: 0.0,
    entry_failed: 0.0,
    call_refused: 0.0,
    call_lost_before: 0.0,
    call_lost_after: 0.0,
    call_late: 0.0,
};

/// Keys as they come: a hot one, and many that come once.
fn plans(most: usize) -> impl Strategy<Value = Vec<Planned>> {
    let record = (0u32..100, 0i64..3, 0usize..880);
    prop::collection::vec(record, 1..most).prop_map(|records| {
        let numbered = (0..).zip(records);
        numbered
            .map(|(position, (key, shard, size))| {
                let key = match key {
                    0..30 => "hot".to_owned(),
                    30..60 => format!("warm-{}", key % 3),
                    _ => format!("cold-{key}-{}", position % 7),
                };
                planned(position, &key, 1 + shard, size)
            })
            .collect()
    })
}

fn weathers() -> impl Strategy<Value = Weather> {
    let rare = || prop_oneof![Just(0.0), 0.0..0.15f64];
    let often = || prop_oneof![Just(0.0), 0.0..0.6f64];
    (often(), rare(), rare(), rare(), rare(), rare()).prop_map(
        |(entry_throttled, entry_failed, call_refused, lost_before, lost_after, late)| Weather {
            entry_throttled,
            entry_failed,
            call_refused,
            call_lost_before: lost_before,
            call_lost_after: lost_after,
            call_late: late,
        },
    )
}

fn orders() -> impl Strategy<Value = Order> {
    prop_oneof![Just(Order::Keyed), Just(Order::Strict), Just(Order::Fast)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Within the limits, in order per lane, nothing missing, every double listed, and it ends.
    #[test]
    fn no_weather_breaks_the_order(
        order in orders(),
        plan in plans(300),
        weather in weathers(),
        knows_shards: bool,
        seed: u64,
    ) {
        let map = if knows_shards { even(3) } else { ShardMap::default() };
        let machine = OrderMachine::new(options(order, seed), map);
        let trace = World::new(weather, seed).run(machine, plan.clone());
        let faults = faults(order, &plan, &trace);
        prop_assert!(faults.is_empty(), "{order:?}: {faults:#?}");
    }

    /// Where nothing is retried, a stop leaves no double and no later record of the lane.
    #[test]
    fn a_stop_leaves_no_double(plan in plans(200), seed: u64) {
        let mut options = options(Order::Keyed, seed);
        options.after_unclear = AfterUnclear::Stop;
        let machine = OrderMachine::new(options, even(3));
        let weather = Weather { call_lost_after: 0.05, call_lost_before: 0.05, ..FAIR };
        let mut trace = World::new(weather, seed).run(machine, plan.clone());
        trace.ended = true;
        let left: Vec<String> = faults(Order::Keyed, &plan, &trace)
            .into_iter()
            .filter(|fault| !fault.ends_with("is missing"))
            .collect();
        prop_assert!(left.is_empty(), "{left:#?}");
        let mut written: Vec<u64> = trace.written.iter().map(|written| written.position).collect();
        written.sort_unstable();
        prop_assert!(written.is_sorted_by(|a, b| a < b), "a double");
    }

    /// Where doubts are kept, nothing is sent after an unclear attempt; only what is listed can be missing.
    #[test]
    fn a_doubt_that_is_kept_is_no_double_and_holds_nothing_up(plan in plans(200), order in orders(), seed: u64) {
        let mut options = options(order, seed);
        options.after_unclear = AfterUnclear::Keep;
        let machine = OrderMachine::new(options, even(3));
        let weather = Weather { call_lost_after: 0.1, call_lost_before: 0.1, entry_throttled: 0.2, ..FAIR };
        let trace = World::new(weather, seed).run(machine, plan.clone());
        let listed: Vec<String> = trace.unclear.iter().map(|position| format!("{position} is missing")).collect();
        let mut left = faults(order, &plan, &trace);
        left.retain(|fault| !listed.contains(fault));
        prop_assert!(left.is_empty(), "{left:#?}");
        let mut written: Vec<u64> = trace.written.iter().map(|written| written.position).collect();
        written.sort_unstable();
        prop_assert!(written.is_sorted_by(|a, b| a < b), "a double");
    }
}

fn many_of_few_keys(count: u64) -> Vec<Planned> {
    (0..count)
        .map(|n| planned(n, &format!("key-{}", n % 40), 1, 10))
        .collect()
}

/// A judge that finds nothing wrong with this is no judge.
#[test]
fn the_naive_machine_is_found_out() {
    let plan = many_of_few_keys(400);
    let judged = |weather| {
        let trace = World::new(weather, 7).run(Naive::default(), plan.clone());
        faults(Order::Keyed, &plan, &trace)
    };
    assert_eq!(
        judged(FAIR),
        Vec::<String>::new(),
        "in fair weather it does well"
    );
    let throttled = judged(Weather {
        entry_throttled: 0.2,
        ..FAIR
    });
    assert!(
        throttled
            .iter()
            .any(|fault| fault.contains("was written after")),
        "{throttled:?}"
    );
    let lost = judged(Weather {
        call_lost_after: 0.2,
        ..FAIR
    });
    assert!(
        !lost.is_empty(),
        "a batch sent again behind others is out of order"
    );
}

/// The judge sees each kind of fault by itself.
#[test]
fn the_judge_sees_what_is_missing_and_what_is_doubled() {
    let plan = many_of_few_keys(50);
    let machine = OrderMachine::new(options(Order::Keyed, 1), even(3));
    let mut trace = World::new(FAIR, 1).run(machine, plan.clone());
    assert_eq!(faults(Order::Keyed, &plan, &trace), Vec::<String>::new());
    let lost = trace.written.pop().expect("a write");
    assert_eq!(
        faults(Order::Keyed, &plan, &trace),
        [format!("{} is missing", lost.position)]
    );
    trace.written.extend([lost, lost]);
    assert_eq!(
        faults(Order::Keyed, &plan, &trace),
        [format!("{} is there 2 times and not listed", lost.position)]
    );
}
