//! What belongs together: keys used again, keys that aliases lead together, keys that are too coarse.

#[path = "common/log.rs"]
mod log;

use log::{Log, add_stream};
use saga::{
    FindingKind, MAX_SAGA_EVENTS, RecordHandle, Status,
    views::{
        list::{ListFilter, SortBy, list},
        overview::overview,
    },
};
use serde_json::json;
use std::collections::HashSet;

/// Every saga that an id leads to: its key, its life, its status, and its types. Each of its records leads back.
fn told(log: &mut Log, id: &str) -> Vec<(String, u32, Status, Vec<String>)> {
    log.engine.settle();
    let tell = |id| {
        let saga = log.engine.saga(id).expect("a saga");
        for event in saga.events() {
            assert_eq!(log.engine.holding(event.record), Some(id));
            let any = log.engine.holding_any(|record| record == event.record);
            assert_eq!(any, HashSet::from([id]));
        }
        let kinds = saga
            .events()
            .iter()
            .map(|event| saga.kind(event).to_owned())
            .collect();
        (
            saga.key.text.clone(),
            saga.life,
            saga.judgement.status,
            kinds,
        )
    };
    log.engine.find(id).into_iter().map(tell).collect()
}

#[test]
fn a_start_after_the_end_is_a_new_life() {
    let mut log = Log::new();
    for kind in [
        "ORDER_CREATED",
        "INVENTORY_REJECTED",
        "ORDER_FAILED",
        "ORDER_CREATED",
        "INVENTORY_RESERVED",
    ] {
        log.event(kind, "s-1", "o-1");
    }
    let told = told(&mut log, "s-1");
    assert_eq!(told.len(), 2);
    assert_eq!(
        (told[0].1, told[0].2, told[0].3.len()),
        (0, Status::Failed, 3)
    );
    assert_eq!(
        (told[1].1, told[1].2, told[1].3.len()),
        (1, Status::Running, 2)
    );
}

#[test]
fn a_start_before_the_end_is_the_same_life() {
    let mut log = Log::new();
    for kind in ["ORDER_CREATED", "INVENTORY_RESERVED", "ORDER_CREATED"] {
        log.event(kind, "s-1", "o-1");
    }
    assert_eq!(told(&mut log, "s-1").len(), 1);
    assert_eq!(log.engine.holding(RecordHandle(9)), None);
}

#[test]
fn a_start_that_is_delivered_again_begins_no_new_life() {
    let mut log = Log::new();
    let start =
        json!({ "eventId": "e", "eventType": "ORDER_CREATED", "sagaId": "s-1", "payload": {} });
    log.write(&start);
    log.event("INVENTORY_REJECTED", "s-1", "o-1");
    log.write(&start);
    assert_eq!(told(&mut log, "s-1").len(), 1);
}

#[test]
fn two_keys_under_one_alias_stay_two_sagas() {
    let mut log = Log::new();
    log.event("ORDER_CREATED", "s-1", "o-1");
    log.event("INVENTORY_REJECTED", "s-1", "o-1");
    log.event("ORDER_CREATED", "s-2", "o-1");
    // without a key it belongs to the one that had begun last
    log.keyless("INVENTORY_RESERVED", "o-1");
    let told = told(&mut log, "o-1");
    let sizes: Vec<(&str, usize)> = told
        .iter()
        .map(|(key, _, _, kinds)| (key.as_str(), kinds.len()))
        .collect();
    assert_eq!(sizes, [("s-1", 2), ("s-2", 2)]);
}

#[test]
fn sagas_that_share_an_id_are_counted() {
    let mut log = Log::new();
    let colliding = |log: &mut Log| {
        log.engine.settle();
        overview(&log.engine, &ListFilter::default()).colliding
    };
    log.event("ORDER_CREATED", "s-1", "o-1");
    log.event("ORDER_CREATED", "s-9", "o-9");
    assert_eq!(colliding(&mut log), 0);
    log.event("ORDER_CREATED", "s-2", "o-1");
    assert_eq!(colliding(&mut log), 2);
    log.event("ORDER_CREATED", "s-3", "o-1");
    assert_eq!(colliding(&mut log), 3, "each once");
}

#[test]
fn a_search_finds_the_sagas_that_carry_it_in_capital_letters_or_not() {
    let mut log = Log::new();
    log.event("ORDER_CREATED", "Saga-1", "Ord-7");
    log.event("INVENTORY_REJECTED", "Saga-1", "Ord-7");
    log.event("ORDER_CREATED", "Saga-2", "Ord-7");
    log.event("ORDER_CREATED", "Saga-3", "Ord-8");
    log.engine.settle();
    let found = |text: &str| {
        let filter = ListFilter {
            text: text.to_owned(),
            ..ListFilter::default()
        };
        let page = list(&log.engine, &filter, SortBy::Key, false, 0..10);
        page.rows
            .into_iter()
            .map(|row| row.key.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("SAGA-2"),
        ["Saga-2"],
        "not the other one of its order"
    );
    assert_eq!(found(" ord-7 "), ["Saga-1", "Saga-2"]);
    assert_eq!(found("saga"), ["Saga-1", "Saga-2", "Saga-3"]);
    assert_eq!(found("ord-9"), [""; 0]);
}

#[test]
fn an_alias_that_is_learned_late_brings_its_events_along() {
    let mut log = Log::new();
    log.keyless("INVENTORY_RESERVED", "o-1");
    assert_eq!(told(&mut log, "o-1")[0].0, "o-1", "known by its alias only");
    log.event("ORDER_CREATED", "s-1", "o-1");
    let told = told(&mut log, "s-1");
    assert_eq!(
        (told.len(), told[0].0.as_str(), told[0].3.len()),
        (1, "s-1", 2)
    );
    assert_eq!(log.engine.len(), 1);
}

#[test]
fn a_key_that_is_too_coarse_is_said_and_not_judged() {
    let mut log = Log::new();
    for _ in 0..=MAX_SAGA_EVENTS {
        log.keyless("INVENTORY_RESERVED", "o-1");
    }
    log.engine.settle();
    let saga = log.engine.saga(log.engine.find("o-1")[0]).expect("a saga");
    let codes: Vec<&str> = saga
        .judgement
        .findings
        .iter()
        .map(|finding| finding.kind.code())
        .collect();
    assert_eq!(codes, ["too-many-events"]);
    let found = |code: &str| {
        let filter = ListFilter {
            findings: vec![code.to_owned()],
            ..ListFilter::default()
        };
        list(&log.engine, &filter, SortBy::Started, false, 0..10).total
    };
    let finding: Vec<&str> = FindingKind::CODES
        .into_iter()
        .filter(|code| found(code) > 0)
        .collect();
    assert_eq!(finding, ["too-many-events"]);
}

/// What the program says is what people can filter by.
#[test]
fn the_ui_knows_every_code_of_a_finding() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../ui/src/backend/sagas.ts"
    );
    let text = std::fs::read_to_string(file).expect("the UI's list");
    let (_, list) = text.split_once("FINDING_KINDS = [").expect("the list");
    let (list, _) = list.split_once(']').expect("its end");
    let mut known: Vec<&str> = list.split('\'').skip(1).step_by(2).collect();
    let mut codes = FindingKind::CODES.to_vec();
    known.sort_unstable();
    codes.sort_unstable();
    assert_eq!(known, codes);
}

#[test]
fn streams_that_the_definition_does_not_name_are_left_out() {
    let mut log = Log::new();
    log.shard = add_stream(&mut log.engine, "payments");
    log.event("ORDER_CREATED", "s-1", "o-1");
    assert!(told(&mut log, "s-1").is_empty());
}
