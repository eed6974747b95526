//! What is searched is what the pinned layers and schemas make of records: at once when they change, whether there is
//! search text of how records were read before, none, or some of how they are read now.

use crate::{
    fixture::{Workspace, advance, arrivals, batch, record, submit, swept, walked, workspace},
    search::{indexed, reopened, text_files},
};
use decode::{LayerKind, Pipeline, SchemaId, Schemas, Step};
use record::Millis;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use store::{Payloads, Reading, RecordId, Scope, ShardKey, Store};

const SCHEMA: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"orderId","type":"string"},{"name":"total","type":"int"}]}"#;
/// Of each shard; the first is pinned, the other is not.
const COUNT: u64 = 1_500;

/// A datum without a header, some of it no UTF-8; one of 10 is cut off.
fn datum(n: u64) -> Vec<u8> {
    let id = format!("ord-{n}");
    let mut datum = vec![2 * id.len() as u8];
    datum.extend_from_slice(id.as_bytes());
    let mut total = 2 * n;
    while total >= 0x80 {
        datum.push(total as u8 | 0x80);
        total >>= 7;
    }
    datum.push(total as u8);
    if n % 10 == 7 {
        datum.truncate(3);
    }
    datum
}

fn schema_id() -> SchemaId {
    SchemaId::File("orders".into())
}

fn pinned() -> Pipeline {
    Pipeline::Pinned(vec![Step {
        schema: Some(schema_id()),
        ..Step::new(LayerKind::Avro)
    }])
}

/// How the first shard is read: 0 by content, 1 with a schema and a pin, 2 with the pin alone.
fn read_by(store: &Store, shard: ShardKey, way: &Arc<AtomicUsize>) {
    let way = Arc::clone(way);
    store.read_by(Arc::new(move |of| {
        let mut reading = Reading::default();
        let way = way.load(Ordering::Acquire);
        if way == 1 {
            let mut schemas = Schemas::default();
            schemas.add_avro(schema_id(), SCHEMA).expect("a schema");
            reading.schemas = schemas;
        }
        if way > 0 && of == shard {
            reading.pipeline = pinned();
        }
        Arc::new(reading)
    }));
}

fn is_whole(n: u64) -> bool {
    n % 10 != 7
}

/// Numbers of the first shard's records that a filter takes, in a view, in a sweep and on a walk.
fn found(space: &Workspace, text: &str) -> Vec<u64> {
    let filter = query::parse(text, Millis(0)).expect(text);
    let view = space.store.view(Scope::default(), &filter).expect("a view");
    advance(&view);
    let rows = view.page(0, usize::MAX).expect("rows").into_iter();
    let first = rows.filter(|row| row.shard == space.shards[0]);
    let mut numbers: Vec<u64> = first.map(|row| row.arrival.0.unsigned_abs()).collect();
    numbers.sort_unstable();
    let of_first = |mut found: Vec<(RecordId, u64)>| {
        found.retain(|(id, _)| id.shard() == space.shards[0]);
        arrivals(&found)
    };
    let by_sweep = swept(&space.store, &filter, Payloads::With);
    assert_eq!(of_first(by_sweep), numbers, "{text}, swept");
    let by_walk = walked(&space.store, &filter);
    assert_eq!(of_first(by_walk), numbers, "{text}, walked");
    numbers
}

type IsTaken = fn(u64) -> bool;
const WITH_PIN: [(&str, IsTaken); 5] = [
    ("orderId:ord-11", |n| n == 11),
    ("total:>1490", |n| n > 1_490 && is_whole(n)),
    ("has:orderId", is_whole),
    ("\"\\\"orderId\\\":\\\"ord-1\\\"\"", |n| n == 1),
    ("is:undecoded", |n| !is_whole(n)),
];

fn check(space: &Workspace, is_pinned: bool, at: &str) {
    for (text, is_taken) in WITH_PIN {
        let expected: Vec<u64> = (0..COUNT).filter(|&n| is_pinned && is_taken(n)).collect();
        if is_pinned || text != "is:undecoded" {
            assert_eq!(found(space, text), expected, "{text}, {at}");
        }
    }
    assert!(found(space, "\"ord-11\"").contains(&11), "{at}");
}

fn filled(batches_of: usize) -> Workspace {
    let space = reopened(workspace(2), |_| ());
    let capture = space.capture("avro");
    for shard in [0, 1] {
        for part in (0..COUNT).collect::<Vec<_>>().chunks(batches_of) {
            let records = part.iter().map(|&n| record(n, n as i64, "k", &datum(n)));
            let batch = batch(capture, space.shards[shard], records.collect());
            submit(&space.store, batch).expect("committed");
        }
    }
    space
}

#[test]
fn a_pin_changes_what_is_found_at_once_and_its_search_text_behind() {
    // some stay in the tail
    let space = filled(700);
    let way = Arc::new(AtomicUsize::new(0));
    read_by(&space.store, space.shards[0], &way);
    let turn = |to: usize| {
        way.store(to, Ordering::Release);
        space.store.read_anew();
    };
    check(&space, false, "by content");
    indexed(&space.store);
    check(&space, false, "by content, with search text");
    let live = space
        .store
        .view(
            Scope::default(),
            &query::parse("orderId:ord-*", Millis(0)).expect("a filter"),
        )
        .expect("a view");
    advance(&live);
    assert_eq!(live.len(), 0);
    for round in 0..2 {
        turn(1);
        check(&space, true, "pinned");
        advance(&live);
        let whole = (0..COUNT).filter(|&n| is_whole(n)).count() as u64;
        assert_eq!(live.len(), whole, "an open view begins again");
        indexed(&space.store);
        check(&space, true, "pinned, with search text");
        // a pin whose schema is gone finds nothing, and the text of before does not say otherwise
        turn(2);
        check(&space, false, "without its schema");
        indexed(&space.store);
        check(&space, false, "without its schema, with search text");
        turn(0);
        check(&space, false, &format!("by content again, round {round}"));
        advance(&live);
        assert_eq!(live.len(), 0);
    }
}

#[test]
fn search_text_of_pinned_layers_is_used_after_a_restart_before_they_are_told_too() {
    let space = filled(750);
    let way = Arc::new(AtomicUsize::new(1));
    read_by(&space.store, space.shards[0], &way);
    indexed(&space.store);
    let space = reopened(space, |files| assert!(!files.is_empty()));
    // nobody told yet: by content, whatever the text says
    check(&space, false, "not told");
    std::thread::sleep(std::time::Duration::from_millis(600));
    read_by(&space.store, space.shards[0], &way);
    let text = space.store.search_text().expect("sizes");
    assert_eq!(
        text.records, text.sealed,
        "nothing was thrown away meanwhile"
    );
    check(&space, true, "told");
}

#[test]
fn plain_text_keeps_its_search_text_when_schemas_change() {
    let space = reopened(workspace(2), |_| ());
    let capture = space.capture("plain");
    let records = (0..600).map(|n| {
        record(
            n,
            n as i64,
            "k",
            format!("{{\"orderId\":\"ord-{n}\"}}").as_bytes(),
        )
    });
    let plain = batch(capture, space.shards[1], records.collect());
    submit(&space.store, plain).expect("committed");
    let way = Arc::new(AtomicUsize::new(0));
    read_by(&space.store, space.shards[0], &way);
    indexed(&space.store);
    let before = text_files(&space.path());
    way.store(1, Ordering::Release);
    space.store.read_anew();
    let text = space.store.search_text().expect("sizes");
    assert_eq!(text.records, text.sealed);
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(text_files(&space.path()), before);
}
