//! `saga-bytes-each`: what an open saga takes in memory beyond its event references.
//!
//! Measured in a process of its own (`bench --saga-memory`), so that nothing else has used the memory before.

use crate::{
    figures::Figure,
    memory::{anonymous_bytes, asked_of_fresh_process},
    saga_events::{START, open_event},
    sagas::{SAGAS, definition},
};
use record::Millis;
use saga::{Definition, Engine, Event, Record, RecordHandle, Span};

const EVENTS_EACH: usize = 4;

/// Asks a fresh process.
pub fn figure() -> Figure {
    Figure::new(
        "saga-bytes-each",
        asked_of_fresh_process(&["--saga-memory".as_ref()]),
        "bytes",
        "at most 600",
        format!(
            "anonymous memory of {SAGAS} open sagas of {EVENTS_EACH} events, less {} bytes for each event",
            size_of::<Event>()
        ),
    )
}

/// In the second process: prints the bytes of one open saga.
pub fn report() {
    let mut engine = Engine::new(Definition::parse(&definition()).expect("the shipped definition"));
    let stream = engine.add_stream("bench");
    let shard = engine.add_shard(stream, "shardId-000000000000");
    let extractor = engine.extractor().clone();
    let before = anonymous_bytes();
    for turn in 0..EVENTS_EACH {
        for saga in 0..SAGAS {
            let at = START.saturating_add(turn as i64 * 150);
            let record = open_event(saga, turn, at);
            let reading = extractor.read(&Record {
                handle: RecordHandle(0),
                shard,
                sequence: &record.sequence,
                sub: 0,
                arrival: record.arrival,
                partition_key: record.partition_key.as_deref(),
                payload: &record.payload,
                replayed: false,
            });
            engine.ingest(reading);
        }
    }
    let now = START.saturating_add(2_000);
    let captured = Span {
        from: Millis(0),
        until: now,
    };
    engine.cover(stream, &[captured]);
    engine.advance(now);
    engine.settle();
    assert_eq!(engine.len(), SAGAS);
    let events = (SAGAS * EVENTS_EACH * size_of::<Event>()) as u64;
    let used = anonymous_bytes().saturating_sub(before + events);
    println!("{}", used / SAGAS as u64);
}
