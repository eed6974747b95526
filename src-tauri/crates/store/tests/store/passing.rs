//! Blocks that the index of words rules out are passed over: nothing is lost by that, and each record of the scope
//! counts as looked at, once.

use crate::{
    fixture::{Workspace, advance, batch, record, submit, workspace},
    search::{indexed, reopened, reopened_with},
};
use decode::{LayerKind, Pipeline, Step};
use query::Filter;
use record::Millis;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Cancel, CaptureId, Progress, Reading, Scope, SearchLimits, View};

/// In the records of one block, and in none.
const RARE: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const ABSENT: &str = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

fn parsed(text: &str) -> Filter {
    query::parse(text, Millis(0)).expect(text)
}

fn put(space: &Workspace, capture: CaptureId, numbers: std::ops::Range<u64>) {
    let records = numbers.map(|n| {
        let id = if n / 100 == 3 { RARE } else { "-" };
        record(n, n as i64, "k", format!("{{\"id\":\"{id}\"}}").as_bytes())
    });
    let batch = batch(capture, space.shards[0], records.collect());
    submit(&space.store, batch).expect("committed");
}

fn at_its_end(view: &View) -> Progress {
    advance(view);
    view.advance(&Cancel::new(), Duration::ZERO)
        .expect("at its end")
}

#[test]
fn what_is_passed_over_counts_as_looked_at_in_each_scope() {
    let space = reopened(workspace(1), |_| ());
    let captures = ["small", "large", "middle"].map(|name| space.capture(name));
    put(&space, captures[1], 0..9_000);
    put(&space, captures[0], 0..1_234);
    put(&space, captures[2], 8_543..9_700);
    indexed(&space.store);
    for (captures, expected) in [
        (&captures[..0], 9_700),
        (&captures[..1], 1_234),
        (&captures[1..2], 9_000),
        (&captures[2..], 1_157),
        (&captures[..], 9_700),
        (&[captures[0], captures[2]], 2_391),
    ] {
        let scope = Scope {
            captures: captures.to_vec(),
        };
        for (text, is_there) in [(ABSENT, false), (RARE, true)] {
            let view = space.store.view(scope.clone(), &parsed(text));
            let progress = at_its_end(&view.expect("a view"));
            // the last capture begins behind those that have it
            let has_it = is_there && expected != 1_157;
            let matched = if has_it { 100 } else { 0 };
            assert_eq!(
                (progress.scanned, progress.total, progress.matched),
                (expected, expected, matched),
                "{text} in {captures:?}"
            );
        }
    }
}

#[test]
fn a_view_that_is_open_takes_in_what_comes_behind_what_it_passed_over() {
    let space = reopened(workspace(1), |_| ());
    let capture = space.capture("one");
    put(&space, capture, 1_000..9_000);
    indexed(&space.store);
    let rare = space.store.view(Scope::default(), &parsed(RARE));
    let rare = rare.expect("a view");
    assert_eq!(at_its_end(&rare).matched, 0);
    let again = (9_000..9_050).map(|n| record(n, n as i64, "k", RARE.as_bytes()));
    let again = batch(capture, space.shards[0], again.collect());
    submit(&space.store, again).expect("committed");
    let progress = at_its_end(&rare);
    assert_eq!((progress.scanned, progress.matched), (8_050, 50));
}

/// JSON in Base64, and whole words that stand in it only once it is taken apart.
const PACKED: &str = "eyJvcmRlcklkIjoib3JkLTEiLCJjdXN0b21lciI6InNvbWVib2R5IHdobyBpcyBwYXRpZW50In0=";
const WORDS: &str = r#""{\"orderId\":\"ord-1""#;

#[test]
fn words_of_how_records_were_read_before_rule_nothing_out() {
    // what is made anew waits until it is more than the first shard's part of a file
    let limits = SearchLimits {
        budget_bytes: 1 << 30,
        least_bytes: 200_000,
        most_bytes: 1 << 30,
    };
    let space = reopened_with(limits, workspace(2), |_| ());
    let capture = space.capture("packed");
    let packed = (0..1_000).map(|n| record(n, n as i64, "k", PACKED.as_bytes()));
    let others = (0..8_000).map(|n| record(n, n as i64, "k", format!("{n:0200}").as_bytes()));
    for (shard, records) in [(0, packed.collect::<Vec<_>>()), (1, others.collect())] {
        let batch = batch(capture, space.shards[shard], records);
        submit(&space.store, batch).expect("committed");
    }
    let (is_pinned, first) = (Arc::new(AtomicBool::new(true)), space.shards[0]);
    let asked = Arc::clone(&is_pinned);
    space.store.read_by(Arc::new(move |shard| {
        let mut reading = Reading::default();
        if asked.load(Ordering::Acquire) && shard == first {
            reading.pipeline = Pipeline::Pinned(vec![Step::new(LayerKind::Text)]);
        }
        Arc::new(reading)
    }));
    indexed(&space.store);
    for (pinned, expected) in [(true, 0), (false, 1_000), (true, 0)] {
        is_pinned.store(pinned, Ordering::Release);
        space.store.read_anew();
        let view = space.store.view(Scope::default(), &parsed(WORDS));
        let progress = at_its_end(&view.expect("a view"));
        assert_eq!((progress.scanned, progress.matched), (9_000, expected));
        let text = space.store.search_text().expect("sizes");
        assert_eq!(text.records == text.sealed, pinned, "it is that of before");
    }
}
