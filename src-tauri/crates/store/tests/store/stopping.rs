//! A view that is stopped in the middle of a payload: it ends soon, and nothing that it left out counts as looked at.

use crate::fixture::{batch, record, submit, workspace};
use record::Millis;
use std::{
    thread,
    time::{Duration, Instant},
};
use store::{Cancel, Scope};

const RECORDS: u64 = 4;

/// No two stretches of a thousand letters are alike, so that the expression below remembers something else at each of them.
pub fn unruly(bytes: usize, seed: u64) -> Vec<u8> {
    let mut seed = seed;
    let letters = (0..bytes).map(|_| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        b"ab"[(seed >> 63) as usize]
    });
    letters.collect()
}

#[test]
fn a_view_ends_within_a_payload_and_can_go_on() {
    let space = workspace(1);
    let capture = space.capture("large");
    let records = (1..=RECORDS).map(|number| {
        let mut payload = unruly(1_000_000, number);
        // one of them matches
        payload.push(if number == 2 { b'c' } else { b'a' });
        record(number, number as i64, "k", &payload)
    });
    submit(
        &space.store,
        batch(capture, space.shards[0], records.collect()),
    )
    .expect("committed");
    let slow = query::parse("/a[ab]{1000}[^ab]/", Millis(0)).expect("a filter");
    let view = space.store.view(Scope::default(), &slow).expect("a view");
    let cancel = Cancel::new();
    thread::scope(|threads| {
        let looking = threads.spawn(|| view.advance(&cancel, Duration::MAX));
        // it has no condition to wait for: the time is what is tested
        thread::sleep(Duration::from_millis(300));
        assert!(
            !looking.is_finished(),
            "it takes no time: make the payloads longer"
        );
        cancel.cancel();
        let asked = Instant::now();
        let progress = looking.join().expect("a thread").expect("a look");
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "{:?}",
            asked.elapsed()
        );
        assert!(!progress.complete, "{progress:?}");
    });
    // the expression alone is slow, and not what it says
    let same = query::parse("/[ab]c$/", Millis(0)).expect("a filter");
    let expected = space.store.view(Scope::default(), &same).expect("a view");
    let expected = expected
        .advance(&Cancel::new(), Duration::MAX)
        .expect("a look");
    let progress = view.advance(&Cancel::new(), Duration::MAX).expect("a look");
    assert_eq!((progress.matched, progress.complete), (1, true));
    assert_eq!(progress.matched, expected.matched);
}
