//! Two streams of a shard each, of which everything is captured: a test writes them event by event.

#![allow(dead_code, reason = "each test takes what it needs")]

use record::{Millis, SequenceNumber};
use saga::{DEMO, Definition, Engine, Record, RecordHandle, ShardKey, Span};
use serde_json::{Value, json};

pub struct Log {
    pub engine: Engine,
    /// Where events are written.
    pub shard: ShardKey,
    pub commands: ShardKey,
    pub written: u64,
}

const END: Millis = Millis(10_000_000);

/// A stream of which everything was captured, and its only shard.
pub fn add_stream(engine: &mut Engine, name: &str) -> ShardKey {
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
    pub fn new() -> Self {
        Self::of(DEMO)
    }

    pub fn of(definition: &str) -> Self {
        let mut engine = Engine::new(Definition::parse(definition).expect("a definition"));
        engine.advance(END);
        let [commands, shard] =
            ["order-commands", "order-events"].map(|name| add_stream(&mut engine, name));
        Self {
            engine,
            shard,
            commands,
            written: 0,
        }
    }

    /// One event a hundred milliseconds after the other.
    pub fn write(&mut self, payload: &Value) {
        let arrival = Millis((self.written as i64 + 1) * 100);
        self.put(self.shard, arrival, payload);
    }

    pub fn put(&mut self, shard: ShardKey, arrival: Millis, payload: &Value) {
        self.written += 1;
        self.put_as((self.written, shard, arrival), payload, false);
    }

    /// As the record of this number: the same number is the same record, read again.
    pub fn put_as(
        &mut self,
        (number, shard, arrival): (u64, ShardKey, Millis),
        payload: &Value,
        replayed: bool,
    ) {
        let payload = payload.to_string();
        let sequence: SequenceNumber = number.to_string().parse().expect("a number");
        let extractor = self.engine.extractor().clone();
        let record = Record {
            handle: RecordHandle(number),
            shard,
            sequence: &sequence,
            sub: 0,
            arrival,
            partition_key: None,
            payload: payload.as_bytes(),
            replayed,
        };
        self.engine.ingest(extractor.read(&record));
    }

    pub fn event(&mut self, kind: &str, saga: &str, order: &str) {
        let id = format!("e-{}", self.written);
        self.write(&json!({ "eventId": id, "eventType": kind, "sagaId": saga, "payload": { "orderId": order } }));
    }

    pub fn keyless(&mut self, kind: &str, order: &str) {
        let id = format!("e-{}", self.written);
        self.write(&json!({ "eventId": id, "eventType": kind, "payload": { "orderId": order } }));
    }
}
