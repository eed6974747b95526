//! Records whose payloads are packed are found by what they say, wherever they lie; and what a capture's view counts
//! is what the capture covers.

use crate::{
    fixture::{Workspace, advance, arrivals, batch, record, submit, swept, workspace},
    search::{indexed, reopened},
};
use query::{Filter, Subject};
use record::Millis;
use store::{Payloads, RecordId, Scope};

fn packed(text: &str) -> Vec<u8> {
    zstd::bulk::compress(text.as_bytes(), 1).expect("packed")
}

/// By number modulo 5: plain, packed, two events packed, no text at all, plain.
fn payload(n: u64) -> Vec<u8> {
    match n % 5 {
        0 => format!("{{\"order\":\"ord-{n}\",\"total\":{n}}}").into_bytes(),
        1 => packed(&format!("{{\"order\":\"ord-{n}\",\"total\":{n}}}")),
        2 => packed(&format!(
            "{{\"order\":\"first-{n}\"}}\n{{\"order\":\"ord-{n}\",\"total\":{n}}}"
        )),
        3 => [b"\xFF\xFE ord-".as_slice(), n.to_string().as_bytes()].concat(),
        _ => format!("{{\"else\":{n}}}").into_bytes(),
    }
}

type IsTaken = fn(u64) -> bool;
const FILTERS: [(&str, IsTaken); 7] = [
    ("\"ord-\"", |n| n % 5 < 4),
    ("order:ord-11", |n| n == 11),
    ("order:ord-12", |n| n == 12),
    ("order:ord-* total:>600", |n| n > 600 && n % 5 < 3),
    ("-order:ord-*", |n| n % 5 >= 3),
    ("/ord-1\\d\\d$/ or order:first-*", |n| {
        n % 5 == 2 || (n % 5 == 3 && (100..200).contains(&n))
    }),
    ("has:order", |n| n % 5 < 3),
];

fn check(space: &Workspace, count: u64, at: &str) {
    for (text, is_match) in FILTERS {
        let filter = query::parse(text, Millis(0)).expect(text);
        let expected: Vec<u64> = (0..count).filter(|&n| is_match(n)).collect();
        let view = space.store.view(Scope::default(), &filter).expect("a view");
        advance(&view);
        let rows = view.page(0, usize::MAX).expect("rows");
        let mut found: Vec<u64> = rows
            .iter()
            .map(|row| row.arrival.0.unsigned_abs())
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{text}, {at}");

        let swept = swept(&space.store, &filter, Payloads::With);
        assert_eq!(arrivals(&swept), expected, "{text}, swept, {at}");
    }
}

#[test]
fn what_is_packed_is_found_by_what_it_says() {
    // where every block is worth a file
    let space = reopened(workspace(1), |_| ());
    let capture = space.capture("packed");
    let put = |numbers: std::ops::Range<u64>| {
        let records = numbers.map(|n| record(n, n as i64, "k", &payload(n)));
        submit(
            &space.store,
            batch(capture, space.shards[0], records.collect()),
        )
        .expect("committed");
    };
    put(0..200);
    check(&space, 200, "in the tail");
    put(200..1_500);
    indexed(&space.store);
    check(&space, 1_500, "with search text");
}

/// By number modulo 4: lines with one that is no JSON, the same packed, a log with two events, what is too large.
fn mixed(n: u64) -> Vec<u8> {
    let lines =
        format!("START {n}\n{{\"id\":\"a-{n}\"}}\nno JSON: {{\n{{\"id\":\"b-{n}\",\"n\":{n}}}\n");
    match n % 4 {
        0 => lines.into_bytes(),
        1 => packed(&lines),
        2 => packed(&format!(
            r#"{{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/g","logStream":"s","subscriptionFilters":["f"],"logEvents":[
                {{"id":"1","timestamp":1,"message":"START RequestId: {n} Version: $LATEST"}},
                {{"id":"2","timestamp":2,"message":"{{\"id\":\"b-{n}\",\"n\":{n}}}"}}]}}"#
        )),
        _ if n % 20 != 3 => packed(&format!("{{\"id\":\"c-{n}\"}}")),
        _ => packed(&format!(
            "{{\"id\":\"b-{n}\",\"long\":\"{}\"}}",
            "x".repeat(300_000)
        )),
    }
}

#[test]
fn every_event_is_searched_and_what_is_searched_in_part_is_counted() {
    let space = reopened(workspace(1), |_| ());
    let capture = space.capture("mixed");
    let put = |numbers: std::ops::Range<u64>| {
        let records = numbers.map(|n| record(n, n as i64, "k", &mixed(n)));
        submit(
            &space.store,
            batch(capture, space.shards[0], records.collect()),
        )
        .expect("committed");
    };
    let check = |count: u64, at: &str| {
        for (text, is_match, tells) in [
            ("id:b-6", (|n| n == 6) as fn(u64) -> bool, true),
            ("id:a-* n:>40", |n| n > 40 && n % 4 < 2, true),
            ("has:n -id:a-*", |n| n % 4 == 2, true),
            ("\"/g\" START", |n| n % 4 == 2, true),
            ("id:absent", |_| false, true),
            // nothing in payloads is asked for
            ("size:>0", |_| true, false),
        ] {
            let filter = query::parse(text, Millis(0)).expect(text);
            let view = space.store.view(Scope::default(), &filter).expect("a view");
            advance(&view);
            let progress = view
                .advance(&store::Cancel::new(), std::time::Duration::ZERO)
                .expect("at its end");
            let matched = (0..count).filter(|&n| is_match(n)).count() as u64;
            let in_part = if tells {
                (0..count).filter(|n| n % 20 == 3).count() as u64
            } else {
                0
            };
            assert_eq!(
                (progress.matched, progress.in_part),
                (matched, in_part),
                "{text}, {at}"
            );

            let mut sweep = space
                .store
                .sweep(&Scope::default(), &filter, Payloads::With)
                .expect("a sweep");
            let (mut swept, mut in_part_swept) = (0, 0);
            while let Some(slice) = sweep.next_slice().expect("a slice") {
                let mut take = |subject: &Subject<'_>, _: RecordId| {
                    swept += u64::from(filter.matches(subject));
                };
                in_part_swept += slice.read(&mut take).expect("records").in_part;
            }
            assert_eq!(swept, matched, "{text}, swept, {at}");
            assert!(
                !tells || in_part_swept == in_part,
                "{text}: {in_part_swept}, {at}"
            );
        }
    };
    put(0..100);
    check(100, "in the tail");
    put(100..700);
    check(700, "in blocks");
    indexed(&space.store);
    check(700, "with search text");
}

#[test]
fn a_view_of_a_capture_counts_what_it_covers() {
    let space = workspace(1);
    let captures = ["small", "large", "middle"].map(|name| space.capture(name));
    let put = |capture, numbers: std::ops::Range<u64>| {
        let records = numbers.map(|n| record(n, n as i64, "k", b"{\"a\":1}"));
        submit(
            &space.store,
            batch(capture, space.shards[0], records.collect()),
        )
        .expect("committed");
    };
    put(captures[1], 0..9_000);
    put(captures[0], 0..1_000);
    put(captures[2], 8_500..9_700);
    let check = |captures: &[store::CaptureId], expected: u64| {
        let scope = Scope {
            captures: captures.to_vec(),
        };
        for text in ["", "a:1"] {
            let filter = query::parse(text, Millis(0)).expect("a filter");
            let view = space.store.view(scope.clone(), &filter).expect("a view");
            advance(&view);
            let progress = view
                .advance(&store::Cancel::new(), std::time::Duration::ZERO)
                .expect("at its end");
            assert_eq!(
                (progress.scanned, progress.total, progress.matched),
                (expected, expected, expected),
                "{text}"
            );
        }
        let sweep = space
            .store
            .sweep(&scope, &Filter::Everything, Payloads::Without)
            .expect("a sweep");
        assert_eq!(sweep.total(), expected);
    };
    check(&captures[..1], 1_000);
    check(&captures[1..2], 9_000);
    check(&captures[2..], 1_200);
    check(&captures, 9_700);
    check(&[captures[0], captures[2]], 2_200);

    // a view that is open counts on as its capture comes to cover what another one stored
    let view = space
        .store
        .view(
            Scope {
                captures: vec![captures[0]],
            },
            &Filter::Everything,
        )
        .expect("a view");
    advance(&view);
    put(captures[0], 1_000..1_750);
    advance(&view);
    let progress = view
        .advance(&store::Cancel::new(), std::time::Duration::ZERO)
        .expect("at its end");
    assert_eq!(
        (progress.scanned, progress.total, progress.matched),
        (1_750, 1_750, 1_750)
    );
}
