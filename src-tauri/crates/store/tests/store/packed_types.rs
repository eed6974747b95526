//! The types of events that are packed in records: in filters, in sweeps without payloads, and in rows.

use crate::{
    fixture::{Workspace, advance, batch, record, submit, workspace},
    search::{indexed, reopened},
};
use query::{Filter, Subject};
use record::Millis;
use std::ops::Range;
use store::{Payloads, RecordId, Scope};

/// By number modulo 5: plain, packed, two events packed, packed without a type, plain without one.
fn payload(n: u64) -> Vec<u8> {
    let text = match n % 5 {
        2 => "{\"type\":\"A\"}\n{\"type\":\"B\"}".to_owned(),
        3 | 4 => format!("{{\"n\":{n}}}"),
        _ => "{\"type\":\"A\"}".to_owned(),
    };
    match n % 5 {
        0 | 4 => text.into_bytes(),
        _ => zstd::bulk::compress(text.as_bytes(), 1).expect("packed"),
    }
}

type IsTaken = fn(u64) -> bool;
const FILTERS: [(&str, IsTaken); 8] = [
    ("type:A", |n| n % 5 < 3),
    ("type:B", |n| n % 5 == 2),
    ("type:A type:B", |n| n % 5 == 2),
    ("-type:A", |n| n % 5 > 2),
    ("type:* size:>15", |n| n % 5 == 1 || n % 5 == 2),
    ("type:B or n:>600", |n| n % 5 == 2 || (n > 600 && n % 5 > 2)),
    ("-type:A n:>600", |n| n > 600 && n % 5 > 2),
    ("type:C", |_| false),
];

fn swept(space: &Workspace, filter: &Filter, payloads: Payloads) -> Vec<u64> {
    let mut numbers = Vec::new();
    let sweep = space.store.sweep(&Scope::default(), filter, payloads);
    let mut sweep = sweep.expect("a sweep");
    let mut take = |subject: &Subject<'_>, _: RecordId| {
        assert!(payloads == Payloads::With || subject.payload.is_empty());
        if filter.matches(subject) {
            numbers.push(subject.arrival.0.unsigned_abs());
        }
    };
    while let Some(slice) = sweep.next_slice().expect("a slice") {
        slice.read(&mut take).expect("records");
    }
    numbers.sort_unstable();
    numbers
}

fn walked(space: &Workspace, filter: &Filter) -> Vec<u64> {
    let mut numbers = Vec::new();
    for mut walk in space.store.walks(&Scope::default(), filter).expect("walks") {
        while let Some(page) = walk.next_page(Payloads::Without).expect("a page") {
            numbers.extend(page.iter().map(|found| found.arrival.0.unsigned_abs()));
        }
    }
    numbers.sort_unstable();
    numbers
}

fn check(space: &Workspace, count: u64, at: &str) {
    for (text, is_taken) in FILTERS {
        let filter = query::parse(text, Millis(0)).expect(text);
        let expected: Vec<u64> = (0..count).filter(|&n| is_taken(n)).collect();
        let view = space.store.view(Scope::default(), &filter).expect("a view");
        advance(&view);
        let rows = view.page(0, usize::MAX).expect("rows");
        let mut found: Vec<u64> = rows
            .iter()
            .map(|row| row.arrival.0.unsigned_abs())
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{text}, {at}");
        for row in rows {
            let named = (row.arrival.0 % 5 < 3).then_some("A");
            assert_eq!(row.event_type.as_deref(), named, "{text}, {at}");
            let full = space.store.record(row.id).expect("read").expect("there");
            assert_eq!(full.row, row);
        }
        assert_eq!(
            swept(space, &filter, Payloads::With),
            expected,
            "{text}, {at}"
        );
        if !filter.needs_payload() {
            assert_eq!(
                swept(space, &filter, Payloads::OfPacked),
                expected,
                "{text}, {at}"
            );
        }
        assert_eq!(walked(space, &filter), expected, "{text}, walked, {at}");
    }
}

#[test]
fn types_of_packed_events_are_those_of_their_records() {
    let space = reopened(workspace(1), |_| ());
    let capture = space.capture("typed");
    let put = |numbers: Range<u64>| {
        let records = numbers.map(|n| record(n, n as i64, "k", &payload(n)));
        let batch = batch(capture, space.shards[0], records.collect());
        submit(&space.store, batch).expect("committed");
    };
    put(0..100);
    check(&space, 100, "in the tail");
    put(100..800);
    check(&space, 800, "in blocks");
    indexed(&space.store);
    check(&space, 800, "with search text");
}
