//! A key that is used again: each life has its own ids and its own events, also those that are delivered late.

#[path = "common/log.rs"]
mod log;

use log::Log;
use proptest::{prelude::*, sample::Index};
use record::Millis;
use saga::{
    DEMO, Saga, Status, StepState,
    views::list::{ListFilter, SortBy, list},
};
use serde_json::{Value, json};
use std::time::Instant;

const BY_ARRIVAL: &str = include_str!("../../../../tests/fixtures/sagas/arrival.saga.yaml");

fn sagas(log: &mut Log) -> Vec<Saga<'_>> {
    log.engine.settle();
    let engine = &log.engine;
    engine.ids().filter_map(|id| engine.saga(id)).collect()
}

#[test]
fn a_life_has_the_ids_of_its_own_events() {
    let definition = DEMO.replace(
        "  reuse:",
        "    - { name: invoiceId, at: [\"$.payload.invoiceId\"] }\n  reuse:",
    );
    let mut log = Log::of(&definition);
    for (life, kinds) in ["ORDER_CREATED ORDER_FAILED", "ORDER_CREATED"]
        .iter()
        .enumerate()
    {
        for kind in kinds.split(' ') {
            let ids = json!({ "orderId": format!("o-{life}"), "invoiceId": format!("i-{life}") });
            log.write(&json!({ "eventType": kind, "sagaId": "s-1", "payload": ids, "n": life }));
        }
    }
    let aliases: Vec<Vec<String>> = sagas(&mut log)
        .iter()
        .map(|saga| {
            saga.aliases
                .iter()
                .map(|alias| alias.text.clone())
                .collect()
        })
        .collect();
    assert_eq!(aliases, [["o-0", "i-0"], ["o-1", "i-1"]]);
    for (text, lives) in [("o-0", vec![0]), ("i-1", vec![1]), ("s-1", vec![0, 1])] {
        let filter = ListFilter {
            text: text.to_owned(),
            ..ListFilter::default()
        };
        let page = list(&log.engine, &filter, SortBy::Started, false, 0..10);
        let found: Vec<u32> = page.rows.iter().map(|row| row.life).collect();
        assert_eq!(found, lives, "{text}");
    }
}

/// Two lives of a key: the first is undone, the second completes.
const LIVES: [&str; 13] = [
    "ORDER_CREATED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "PROCESS_PAYMENT",
    "PAYMENT_FAILED",
    "RELEASE_INVENTORY",
    "INVENTORY_RELEASED",
    "ORDER_FAILED",
    "ORDER_CREATED",
    "INVENTORY_RESERVED",
    "PAYMENT_PROCESSED",
    "CUSTOMER_NOTIFIED",
    "ORDER_COMPLETED",
];

/// Half of the events have no id of their own.
fn payload(number: usize) -> Value {
    let mut payload = json!({ "eventType": LIVES[number], "sagaId": "s-1", "n": number });
    if number.is_multiple_of(2) {
        payload["eventId"] = format!("e-{number}").into();
    }
    payload
}

/// By arrival, a second apart; what repeats an event comes so much later. Every life's end.
fn ends(again: &[(usize, i64, bool)]) -> Vec<(Status, Vec<StepState>, Vec<String>)> {
    let mut log = Log::of(BY_ARRIVAL);
    let shard = log.shard;
    let at = |number: usize| number as i64 * 1_000;
    let mut writes: Vec<(i64, usize, bool)> = (0..LIVES.len())
        .map(|number| (at(number), number, false))
        .collect();
    writes.extend(again.iter().map(|&(number, later, is_replay)| {
        // without an id only what comes within seconds is known to be the same
        let most = if is_replay || number % 2 == 0 {
            60_000
        } else {
            9_000
        };
        (at(number) + 1 + later % most, number, is_replay)
    }));
    writes.sort_by_key(|&(arrival, number, _)| (arrival, number));
    for (number, (arrival, event, replayed)) in (1u64..).zip(writes) {
        log.put_as((number, shard, Millis(arrival)), &payload(event), replayed);
    }
    let ends = sagas(&mut log).into_iter().map(|saga| {
        let judgement = saga.judgement;
        (judgement.status, judgement.steps, judgement.path.0)
    });
    ends.collect()
}

#[test]
fn the_lives_end_as_they_should() {
    let statuses: Vec<Status> = ends(&[]).into_iter().map(|(status, ..)| status).collect();
    assert_eq!(statuses, [Status::Compensated, Status::Completed]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_again_in_a_later_life_is_of_its_own(
        again in proptest::collection::vec((any::<Index>(), 0i64..60_000, any::<bool>()), 1..12),
    ) {
        let again: Vec<_> = again.iter().map(|(index, later, is_replay)| (index.index(LIVES.len()), *later, *is_replay)).collect();
        prop_assert_eq!(ends(&again), ends(&[]), "{:?}", again);
    }
}

#[test]
fn that_a_replay_wrote_it_may_be_known_later_than_the_record() {
    let paid = json!({ "eventId": "e-2", "eventType": "PAYMENT_PROCESSED", "sagaId": "s-1" });
    let found = |flags: &[bool]| {
        let mut log = Log::new();
        log.event("ORDER_CREATED", "s-1", "o-1");
        log.write(&paid);
        for &replayed in flags {
            log.put_as((9, log.shard, Millis(5_000)), &paid, replayed);
            log.engine.settle();
        }
        let found = &sagas(&mut log)[0].judgement.findings;
        let codes = found.iter().map(|found| found.kind.code());
        let repeated = codes.filter(|code| ["redelivery", "replay"].contains(code));
        repeated.collect::<Vec<_>>()
    };
    assert_eq!(found(&[false]), ["redelivery"]);
    assert_eq!(found(&[true]), ["replay"]);
    assert_eq!(found(&[false, true]), ["replay"]);
    assert_eq!(found(&[true, false]), ["replay"]);
}

/// Each event names the one before it as its cause: looking each of them up among all would take minutes.
#[test]
fn a_key_that_is_nearly_too_coarse_is_judged_in_no_time() {
    let mut log = Log::of(&DEMO.replace("new-after-terminal", "never"));
    let kinds = [
        ("INVENTORY_RESERVED", 1_100),
        ("NOTED", 8_000),
        ("INVENTORY_RELEASED", 64),
    ];
    let kinds = kinds
        .iter()
        .flat_map(|&(kind, times)| std::iter::repeat_n(kind, times));
    for (number, kind) in (1..).zip(kinds) {
        let (id, cause) = (format!("e-{number}"), format!("e-{}", number - 1));
        let event =
            json!({ "eventId": id, "causationId": cause, "eventType": kind, "sagaId": "s-1" });
        log.put(log.shard, Millis(number), &event);
    }
    let begun = Instant::now();
    let saga = &sagas(&mut log)[0];
    assert_eq!(saga.events().len(), 9_164);
    let codes: Vec<&str> = saga
        .judgement
        .findings
        .iter()
        .map(|found| found.kind.code())
        .collect();
    assert!(codes.contains(&"logical-duplicate"), "{codes:?}");
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
