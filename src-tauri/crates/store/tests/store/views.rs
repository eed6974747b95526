//! Filters on real blocks and tails, and scans that are cut off.

use crate::fixture::{advance, batch, everything, record, submit, workspace};
use query::Filter;
use record::Millis;
use store::Scope;

#[test]
fn a_filter_finds_in_the_tail_and_in_blocks() {
    let space = workspace(2);
    let capture = space.capture("filter");
    for (place, &shard) in space.shards.iter().enumerate() {
        let records = (0..700).map(|n| {
            let payload = format!("{{\"type\":\"T{}\",\"amount\":{n}}}", n % 7);
            record(
                n,
                1_000 + n as i64 * 10,
                &format!("key-{}", n % 11),
                payload.as_bytes(),
            )
        });
        let mut records: Vec<_> = records.collect();
        let late = records.split_off(600 + 50 * place);
        submit(&space.store, batch(capture, shard, records)).expect("committed");
        submit(&space.store, batch(capture, shard, late)).expect("committed");
    }
    for text in [
        "type:T3",
        "key:key-5",
        "shard:1 amount:>650",
        "amount:650",
        "\"amount\\\":65\"",
        "type:T3 key:key-5",
        "-type:T3",
        "size:>22",
        "type:T9",
    ] {
        let filter = query::parse(text, Millis(0)).expect("a filter");
        let view = space.store.view(Scope::default(), &filter).expect("a view");
        advance(&view);
        let found = view.page(0, usize::MAX).expect("rows");
        let all = everything(&space.store, &Scope::default());
        let shards = space.store.shards(space.stream).expect("shards");
        let expected: Vec<_> = all
            .into_iter()
            .filter(|row| {
                let payload = space
                    .store
                    .record(row.id)
                    .expect("read")
                    .expect("there")
                    .payload;
                filter.matches(&query::Subject {
                    arrival: row.arrival,
                    stream: "orders",
                    shard: &shards
                        .iter()
                        .find(|s| s.key == row.shard)
                        .expect("a shard")
                        .shard
                        .id,
                    partition_key: row.partition_key.as_deref(),
                    event_type: row.event_type.as_deref(),
                    size_bytes: row.size_bytes,
                    sequence: &row.sequence,
                    marks: query::Marks::NONE,
                    payload: &payload,
                    text: None,
                    read_by: None,
                })
            })
            .collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(text == "type:T9", found.is_empty(), "{text} tests nothing");
    }
    let window = Filter::Time {
        from: Some(Millis(2_000)),
        until: Some(Millis(3_000)),
    };
    let view = space.store.view(Scope::default(), &window).expect("a view");
    advance(&view);
    assert_eq!(
        (view.len(), view.extent()),
        (200, Some((Millis(2_000), Millis(2_990))))
    );
}

#[test]
fn a_cancelled_scan_stops_and_goes_on_later() {
    let space = workspace(1);
    let capture = space.capture("long");
    for part in 0..40 {
        let records = (part * 500..(part + 1) * 500)
            .map(|n| record(n, n as i64, "k", b"{\"a\":1}"))
            .collect();
        submit(&space.store, batch(capture, space.shards[0], records)).expect("committed");
    }
    let filter = query::parse("a:1", Millis(0)).expect("a filter");
    let view = space.store.view(Scope::default(), &filter).expect("a view");
    let cancelled = store::Cancel::new();
    cancelled.cancel();
    let nothing = view
        .advance(&cancelled, std::time::Duration::MAX)
        .expect("progress");
    assert_eq!(
        (nothing.matched, nothing.complete, nothing.total),
        (0, false, 20_000)
    );
    let some = view
        .advance(&store::Cancel::new(), std::time::Duration::ZERO)
        .expect("progress");
    assert!(some.matched > 0 && !some.complete, "{some:?}");
    assert_eq!(
        view.extent().map(|(_, last)| last),
        Some(Millis(19_999)),
        "the newest come first"
    );
    advance(&view);
    assert_eq!(view.len(), 20_000);
}
