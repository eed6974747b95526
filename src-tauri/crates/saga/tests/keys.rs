//! What belongs together: keys used again, keys that aliases lead together, keys that are too coarse.

use record::{Millis, SequenceNumber};
use saga::{
    DEMO, Definition, Engine, FindingKind, MAX_SAGA_EVENTS, Record, RecordHandle, ShardKey, Span,
    Status,
    commands::{AnswerState, pairs, unanswered},
    views::{
        list::{ListFilter, SortBy, list},
        overview::overview,
    },
};
use serde_json::{Value, json};

struct Log {
    engine: Engine,
    shard: ShardKey,
    written: u64,
}

const END: Millis = Millis(10_000_000);

/// A stream of which everything was captured, and its only shard.
fn add_stream(engine: &mut Engine, name: &str) -> ShardKey {
    let stream = engine.add_stream(name);
    engine.cover(
        stream,
        &[Span {
            from: Millis(0),
            until: END,
        }],
    );
    engine.add_shard(stream, "0")
}

impl Log {
    fn new() -> Self {
        let mut engine = Engine::new(Definition::parse(DEMO).expect("the shipped definition"));
        engine.advance(END);
        let [_, shard] =
            ["order-commands", "order-events"].map(|name| add_stream(&mut engine, name));
        Self {
            engine,
            shard,
            written: 0,
        }
    }

    /// One event a hundred milliseconds after the other.
    fn write(&mut self, payload: &Value) {
        self.written += 1;
        let payload = payload.to_string();
        let sequence: SequenceNumber = self.written.to_string().parse().expect("a number");
        let extractor = self.engine.extractor().clone();
        let record = Record {
            handle: RecordHandle(self.written),
            shard: self.shard,
            sequence: &sequence,
            sub: 0,
            arrival: Millis(self.written as i64 * 100),
            partition_key: None,
            payload: payload.as_bytes(),
            replayed: false,
        };
        self.engine.ingest(extractor.read(&record));
    }

    fn event(&mut self, kind: &str, saga: &str, order: &str) {
        let id = format!("e-{}", self.written);
        self.write(&json!({ "eventId": id, "eventType": kind, "sagaId": saga, "payload": { "orderId": order } }));
    }

    fn keyless(&mut self, kind: &str, order: &str) {
        let id = format!("e-{}", self.written);
        self.write(&json!({ "eventId": id, "eventType": kind, "payload": { "orderId": order } }));
    }

    /// Every saga that an id leads to: its key, its life, its status, and its types. Each of its records leads back.
    fn told(&mut self, id: &str) -> Vec<(String, u32, Status, Vec<String>)> {
        self.engine.settle();
        let tell = |id| {
            let saga = self.engine.saga(id).expect("a saga");
            for event in saga.events() {
                assert_eq!(self.engine.holding(event.record), Some(id));
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
        self.engine.find(id).into_iter().map(tell).collect()
    }
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
    let told = log.told("s-1");
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
    assert_eq!(log.told("s-1").len(), 1);
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
    assert_eq!(log.told("s-1").len(), 1);
}

#[test]
fn two_keys_under_one_alias_stay_two_sagas() {
    let mut log = Log::new();
    log.event("ORDER_CREATED", "s-1", "o-1");
    log.event("INVENTORY_REJECTED", "s-1", "o-1");
    log.event("ORDER_CREATED", "s-2", "o-1");
    // without a key it belongs to the one that had begun last
    log.keyless("INVENTORY_RESERVED", "o-1");
    let told = log.told("o-1");
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

#[test]
fn an_alias_that_is_learned_late_brings_its_events_along() {
    let mut log = Log::new();
    log.keyless("INVENTORY_RESERVED", "o-1");
    assert_eq!(log.told("o-1")[0].0, "o-1", "known by its alias only");
    log.event("ORDER_CREATED", "s-1", "o-1");
    let told = log.told("s-1");
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
    assert!(log.told("s-1").is_empty());
}
