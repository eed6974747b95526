//! Which commands were not answered in their time.

#[path = "common/log.rs"]
mod log;

use log::Log;
use record::Millis;
use saga::{
    DEMO,
    commands::{AnswerState, pairs, unanswered},
};
use serde_json::json;

/// When each command that is told was sent, and how it stands.
fn told(log: &mut Log) -> Vec<(i64, AnswerState)> {
    log.engine.settle();
    let rows = unanswered(&log.engine, &pairs(log.engine.definition()));
    rows.into_iter()
        .map(|row| (row.sent.0, row.state))
        .collect()
}

/// Commands on their stream, events on theirs; clocks may be apart by half a second.
fn payments(written: &[(i64, &str)]) -> Log {
    let mut log = Log::of(&DEMO.replace("skew: 100ms", "skew: 500ms"));
    for &(at, kind) in written {
        let payload = if kind.starts_with("PAYMENT") {
            json!({ "eventId": kind, "eventType": kind, "sagaId": "s-1" })
        } else {
            json!({ "commandType": kind, "sagaId": "s-1", "n": at })
        };
        let shard = if kind.starts_with("PAYMENT") {
            log.shard
        } else {
            log.commands
        };
        log.put(shard, Millis(at), &payload);
    }
    log
}

#[test]
fn the_answer_to_the_command_before_is_none() {
    let mut log = payments(&[
        (1_000, "PROCESS_PAYMENT"),
        (2_000, "PAYMENT_FAILED"),
        (2_200, "PROCESS_PAYMENT"),
    ]);
    assert_eq!(told(&mut log), [(2_200, AnswerState::Unanswered)]);
}

#[test]
fn an_answer_that_is_told_first_as_clocks_are_apart_is_one() {
    let mut log = payments(&[(1_000, "PAYMENT_FAILED"), (1_200, "PROCESS_PAYMENT")]);
    assert_eq!(told(&mut log), []);
    let mut log = payments(&[(1_000, "PAYMENT_FAILED"), (1_600, "PROCESS_PAYMENT")]);
    assert_eq!(told(&mut log), [(1_600, AnswerState::Unanswered)]);
    // within one shard there is no doubt
    let mut log = payments(&[]);
    log.commands = log.shard;
    for (at, kind) in [(1_000, "eventType"), (1_200, "commandType")] {
        let name = if kind == "eventType" {
            "PAYMENT_FAILED"
        } else {
            "PROCESS_PAYMENT"
        };
        log.put(
            log.shard,
            Millis(at),
            &json!({ kind: name, "sagaId": "s-1" }),
        );
    }
    assert_eq!(told(&mut log), [(1_200, AnswerState::Unanswered)]);
}

#[test]
fn an_answer_that_is_delivered_again_answers_nothing_new() {
    let mut log = payments(&[
        (1_000, "PROCESS_PAYMENT"),
        (2_000, "PAYMENT_FAILED"),
        (4_000, "PROCESS_PAYMENT"),
        (5_000, "PAYMENT_FAILED"),
    ]);
    assert_eq!(told(&mut log), [(4_000, AnswerState::Unanswered)]);
}

#[test]
fn a_command_that_is_sent_again_is_answered_with_the_first() {
    let mut log = payments(&[
        (1_000, "PROCESS_PAYMENT"),
        (2_000, "PROCESS_PAYMENT"),
        (3_000, "PAYMENT_PROCESSED"),
    ]);
    assert_eq!(told(&mut log), []);
}

#[test]
fn an_answer_to_another_life_or_another_key_is_no_answer() {
    let mut log = Log::new();
    let ask = |log: &mut Log, saga: &str| {
        log.write(&json!({ "commandType": "RESERVE_INVENTORY", "sagaId": saga, "orderId": "o-1" }));
    };
    // a first life that ends without an answer to its command, a second one that has it
    log.event("ORDER_CREATED", "s-1", "o-1");
    ask(&mut log, "s-1");
    log.event("ORDER_FAILED", "s-1", "o-1");
    log.event("ORDER_CREATED", "s-1", "o-1");
    log.event("INVENTORY_RESERVED", "s-1", "o-1");
    // and another key under the same order
    log.event("ORDER_CREATED", "s-2", "o-1");
    ask(&mut log, "s-2");
    log.event("INVENTORY_RESERVED", "s-1", "o-1");
    log.engine.settle();
    let rows = unanswered(&log.engine, &pairs(log.engine.definition()));
    let told: Vec<(&str, u32, &AnswerState)> = rows
        .iter()
        .map(|row| (row.key.text.as_str(), row.life, &row.state))
        .collect();
    assert_eq!(
        told,
        [
            ("s-1", 0, &AnswerState::Unanswered),
            ("s-2", 0, &AnswerState::Unanswered),
        ]
    );
}

#[test]
fn a_late_answer_says_how_late() {
    let mut log = Log::new();
    log.event("ORDER_CREATED", "s-1", "o-1");
    log.write(&json!({ "commandType": "RESERVE_INVENTORY", "sagaId": "s-1", "orderId": "o-1" }));
    log.written += 70;
    log.event("INVENTORY_RESERVED", "s-1", "o-1");
    log.engine.settle();
    let rows = unanswered(&log.engine, &pairs(log.engine.definition()));
    let states: Vec<&AnswerState> = rows.iter().map(|row| &row.state).collect();
    assert_eq!(states, [&AnswerState::Late { by_millis: 2_100 }]);
}
