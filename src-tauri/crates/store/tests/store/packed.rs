//! Records whose payloads are packed are found by what they say, wherever they lie; and what a capture's view counts
//! is what the capture covers.

use crate::{
    fixture::{Workspace, advance, batch, record, submit, workspace},
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

const FILTERS: [(&str, fn(u64) -> bool); 7] = [
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

        let mut swept = Vec::new();
        let mut sweep = space
            .store
            .sweep(&Scope::default(), &filter, Payloads::With)
            .expect("a sweep");
        let mut take = |subject: &Subject<'_>, _: RecordId| {
            if filter.matches(subject) {
                swept.push(subject.arrival.0.unsigned_abs());
            }
        };
        while let Some(slice) = sweep.next_slice().expect("a slice") {
            slice.read(&mut take).expect("records");
        }
        swept.sort_unstable();
        assert_eq!(swept, expected, "{text}, swept, {at}");
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
