//! The types of events that are packed in records: in filters, in sweeps without payloads, and in rows.

use crate::{
    fixture::{Workspace, advance, arrivals, batch, record, submit, swept, walked, workspace},
    search::{indexed, reopened},
    sql::lines,
};
use record::Millis;
use std::ops::Range;
use store::{Payloads, Scope};

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
            arrivals(&swept(&space.store, &filter, Payloads::With)),
            expected,
            "{text}, {at}"
        );
        if !filter.needs_payload() {
            assert_eq!(
                arrivals(&swept(&space.store, &filter, Payloads::OfPacked)),
                expected,
                "{text}, {at}"
            );
        }
        assert_eq!(
            arrivals(&walked(&space.store, &filter)),
            expected,
            "{text}, walked, {at}"
        );
    }
}

/// SQL says the types that rows and `type:` know.
fn check_sql(space: &Workspace, count: u64, at: &str) {
    let wanted = [
        format!("A|{}", count / 5 * 3),
        format!("NULL|{}", count / 5 * 2),
    ];
    for view in ["records", "events"] {
        let sql = format!("SELECT event_type, count(*) FROM {view} GROUP BY 1 ORDER BY 1 DESC");
        assert_eq!(lines(space, &sql), wanted, "{view}, {at}");
    }
    let sql = "SELECT min(arrival), max(arrival) FROM events WHERE event_type = 'A'";
    assert_eq!(lines(space, sql), [format!("0|{}", count - 3)], "{at}");
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
    check_sql(&space, 100, "in the tail");
    put(100..800);
    check(&space, 800, "in blocks");
    check_sql(&space, 800, "in blocks");
    indexed(&space.store);
    check(&space, 800, "with search text");
}
