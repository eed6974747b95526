//! How fast and how large: a million events of 100,000 sagas, from payload bytes to verdicts, on two cores.
//!
//! `cargo run --release -p saga --example judge`. It makes its events in memory and prints seconds, bytes per open
//! saga, the share of a core that 5,000 events a second take, and the time of a list page and of a look-up.

use record::{Millis, SequenceNumber};
use saga::{
    DEMO, Definition, Engine, Event, Reading, Record, RecordHandle, ShardKey, Span, StreamKey,
    views::list::{ListFilter, SortBy, list},
};
use std::{sync::mpsc::sync_channel, thread, time::Instant};

const SAGAS: usize = 100_000;
const START_MILLIS: i64 = 1_761_825_600_000;
/// Ten events each, as the demo's sagas have on average.
const HAPPY: [&str; 10] = [
    "ORDER_CREATED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "PROCESS_PAYMENT",
    "PAYMENT_PROCESSED",
    "SHIP_ORDER",
    "ORDER_SHIPPED",
    "CUSTOMER_NOTIFIED",
    "ORDER_COMPLETED",
    "LOYALTY_POINTS_ADDED",
];
const UNWOUND: [&str; 10] = [
    "ORDER_CREATED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "PROCESS_PAYMENT",
    "PAYMENT_FAILED",
    "RELEASE_INVENTORY",
    "INVENTORY_RELEASED",
    "ORDER_FAILED",
    "CUSTOMER_INFORMED",
    "CART_RESTORED",
];

struct Made {
    payload: String,
    partition_key: String,
    sequence: SequenceNumber,
    is_command: bool,
    arrival: Millis,
}

fn main() {
    open_sagas();

    let events: Vec<Made> = (0..SAGAS * HAPPY.len())
        .map(|number| made(number, HAPPY.len()))
        .collect();
    let bytes: usize = events.iter().map(|made| made.payload.len()).sum();
    println!(
        "{} events, {SAGAS} sagas, {} bytes each",
        events.len(),
        bytes / events.len()
    );
    let mut judge = Judge::new();
    let clock = Clock::start();
    judge.take(&events);
    println!("read and correlated: {}", clock.took());
    judge.settle_at(Millis(START_MILLIS + 100_000_000));
    println!("from scratch to verdicts: {}", clock.took());
    assert_eq!(judge.engine.len(), SAGAS);
    pages(&judge.engine);
}

/// Time on the wall, and of the processor in both threads: the same where nothing else runs.
struct Clock {
    begun: Instant,
    processor_seconds: f64,
}

impl Clock {
    fn start() -> Self {
        Self {
            begun: Instant::now(),
            processor_seconds: processor_seconds(),
        }
    }

    fn took(&self) -> String {
        let processor = processor_seconds() - self.processor_seconds;
        format!(
            "{:.2} s, {processor:.2} s of the processor",
            self.begun.elapsed().as_secs_f64()
        )
    }
}

/// User and system time (`/proc/self/stat`, fields 14 and 15, in hundredths of a second).
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    fields.iter().sum::<f64>() / 100.0
}

/// The list and the look-up among 100,000 sagas.
fn pages(engine: &Engine) {
    let filter = ListFilter {
        text: "9".to_owned(),
        ..ListFilter::default()
    };
    let begun = Instant::now();
    let page = list(engine, &filter, SortBy::Duration, true, 0..200);
    println!(
        "list page: {:.1} ms of {} sagas",
        begun.elapsed().as_secs_f64() * 1e3,
        page.total
    );
    let begun = Instant::now();
    for number in 0..1_000 {
        let found = engine.find(&format!("ord-{:07}", number * 97));
        assert!(engine.saga(found[0]).is_some());
    }
    println!(
        "look-up and verdict: {:.3} ms",
        begun.elapsed().as_secs_f64()
    );
}

/// 100,000 sagas that wait for their payment: their memory, and 5,000 events a second into them.
fn open_sagas() {
    const EACH: usize = 4;
    let events: Vec<Made> = (0..SAGAS * EACH).map(|number| made(number, EACH)).collect();
    let more: Vec<Made> = (0..50_000)
        .map(|number| made_at(number * 2, 4, START_MILLIS + 600))
        .collect();
    let before = resident_bytes();
    let mut judge = Judge::new();
    judge.take(&events);
    judge.settle_at(Millis(START_MILLIS + 2_000));
    let references = events.len() * size_of::<Event>();
    let beyond = resident_bytes().saturating_sub(before + references) / SAGAS;
    println!(
        "open: {beyond} bytes each beyond {} event references of {} bytes",
        EACH,
        size_of::<Event>()
    );

    let processor = processor_seconds();
    for (tick, batch) in more.chunks(500).enumerate() {
        judge.take(batch);
        judge.settle_at(Millis(START_MILLIS + 2_000 + tick as i64 * 100));
    }
    let share = (processor_seconds() - processor) / (more.len() as f64 / 5_000.0);
    println!(
        "5,000 events/s into {SAGAS} open sagas: {:.1} % of a core",
        share * 100.0
    );
}

struct Judge {
    engine: Engine,
    streams: Vec<(StreamKey, ShardKey)>,
}

impl Judge {
    fn new() -> Self {
        let mut engine = Engine::new(Definition::parse(DEMO).expect("the shipped definition"));
        let add = |name: &str| {
            let stream = engine.add_stream(name);
            (stream, engine.add_shard(stream, "shardId-000000000000"))
        };
        let streams = ["order-commands", "order-events"].map(add).to_vec();
        Self { engine, streams }
    }

    /// One thread reads, this one takes in.
    fn take(&mut self, events: &[Made]) {
        let extractor = self.engine.extractor().clone();
        let shards = [self.streams[0].1, self.streams[1].1];
        let (sender, receiver) = sync_channel::<Vec<Reading<'_>>>(4);
        thread::scope(|scope| {
            scope.spawn(move || {
                for chunk in events.chunks(4_096) {
                    let read = |made| extractor.read(&record(made, shards));
                    if sender
                        .send(chunk.iter().filter_map(read).collect())
                        .is_err()
                    {
                        return;
                    }
                }
            });
            for readings in receiver {
                self.engine.ingest(readings);
            }
        });
    }

    fn settle_at(&mut self, now: Millis) {
        for (stream, _) in self.streams.clone() {
            self.engine.cover(
                stream,
                &[Span {
                    from: Millis(0),
                    until: now,
                }],
            );
        }
        self.engine.advance(now);
        self.engine.settle();
    }
}

fn record(made: &Made, shards: [ShardKey; 2]) -> Record<'_> {
    Record {
        handle: RecordHandle(0),
        shard: shards[usize::from(!made.is_command)],
        sequence: &made.sequence,
        sub: 0,
        arrival: made.arrival,
        partition_key: Some(&made.partition_key),
        payload: made.payload.as_bytes(),
        replayed: false,
    }
}

/// The events of a thousand sagas are told in turns.
fn made(number: usize, each: usize) -> Made {
    let (turn, saga) = (
        number / 1_000 % each,
        number / 1_000 / each * 1_000 + number % 1_000,
    );
    made_at(
        saga,
        turn,
        START_MILLIS + (saga / 10) as i64 + turn as i64 * 150,
    )
}

fn made_at(saga: usize, turn: usize, millis: i64) -> Made {
    let kind = if saga % 5 == 4 {
        UNWOUND[turn]
    } else {
        HAPPY[turn]
    };
    let is_command = [
        "RESERVE_INVENTORY",
        "PROCESS_PAYMENT",
        "SHIP_ORDER",
        "RELEASE_INVENTORY",
    ]
    .contains(&kind);
    let (saga_id, order) = (
        format!("{saga:08x}-1f3c-4e4e-aa5b-db6a88071026"),
        format!("ord-{saga:07}"),
    );
    let user = format!("usr-{:05}", saga % 50_000);
    let time = Millis(millis).to_string();
    let items = r#"[{"sku":"HM-3307","name":"Desk lamp, brass","quantity":1,"unitPrice":89.0},{"sku":"CF-2210","name":"Espresso beans 1 kg","quantity":2,"unitPrice":24.5}]"#;
    let payload = if is_command {
        format!(
            r#"{{"commandType":"{kind}","sagaId":"{saga_id}","orderId":"{order}","userId":"{user}","timestamp":"{time}","items":{items},"requestedBy":"order-orchestrator","attempt":1}}"#
        )
    } else {
        format!(
            r#"{{"eventId":"{saga:08x}-{turn:04x}-43cc-a2b3-05c9ecbfbc85","eventType":"{kind}","timestamp":"{time}","sagaId":"{saga_id}","payload":{{"orderId":"{order}","userId":"{user}","items":{items},"total":138.0,"currency":"EUR","service":"order-service"}}}}"#
        )
    };
    let sequence = format!(
        "49590338271490256608559692538361571095{:018}",
        saga * 16 + turn
    );
    Made {
        payload,
        partition_key: if is_command { order } else { user },
        sequence: sequence.parse().expect("digits"),
        is_command,
        arrival: Millis(millis),
    }
}

/// What the process holds in memory (`/proc/self/statm`, in pages of 4 KiB).
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok())
        .unwrap_or(0)
        * 4096
}
