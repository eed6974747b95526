//! How long filters and questions take over a million records of about 500 bytes on two threads:
//! `cargo run --example fields_million -p query`, in the profile that is to be measured.
//!
//! It reads no store: payloads lie in memory, one after the other, as in a search text.

use query::{Filter, Marks, Question, Run, Subject, parse};
use record::{Millis, SequenceNumber, ShardId};
use std::time::Instant;

const RECORDS: usize = 1_000_000;
const THREADS: usize = 2;
const ROUNDS: usize = 5;

const FILTERS: [&str; 9] = [
    "payload.customerId:cust-0000042",
    "payload.amount:5129",
    "payload.items[0].quantity:>6",
    "sagaId:00000000-0000-4000-8000-00000000002a",
    "eventType:PAYMENT_FAILED payload.amount:>9000 payload.items[0].quantity:3",
    "has:payload.refund",
    "payload.note:/^late-[0-9]+$/",
    "cust-0000042",
    "/cust-00000[0-9]2/",
];

const QUESTIONS: [&str; 2] = [
    "stats count(*), avg(payload.amount), pct(payload.amount, 99) by eventType",
    "filter payload.amount > 9990 | fields payload.customerId, payload.amount | sort payload.amount desc | limit 20",
];

fn payload(n: usize) -> String {
    let kind = [
        "ORDER_CREATED",
        "PAYMENT_FAILED",
        "PAYMENT_OK",
        "ORDER_SHIPPED",
        "STOCK_RESERVED",
    ][n % 5];
    format!(
        r#"{{"eventId":"{n:08x}-1111-4222-8333-{n:012x}","eventType":"{kind}","sagaId":"00000000-0000-4000-8000-{:012x}","correlationId":"{n:08x}-5555-4666-8777-{n:012x}","timestamp":"2026-04-11T14:03:22.{:03}Z","version":1,"source":"order-service","payload":{{"orderId":"ord-{n:09}","customerId":"cust-{:07}","amount":{},"currency":"EUR","items":[{{"sku":"SKU-{:05}","quantity":{},"price":"{}.50"}}],"note":"none","address":{{"city":"Utrecht","zip":"3511"}}}}}}"#,
        n / 8,
        n % 1000,
        n % 100_000,
        n % 10_000,
        n % 777,
        n % 9,
        n % 100
    )
}

/// The smallest of some rounds, in milliseconds.
fn best(mut round: impl FnMut() -> u64) -> (f64, u64) {
    let mut best_millis = f64::INFINITY;
    let mut answer = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        answer = round();
        best_millis = best_millis.min(started.elapsed().as_secs_f64() * 1_000.0);
    }
    (best_millis, answer)
}

fn main() {
    let payloads: Vec<String> = (0..RECORDS).map(payload).collect();
    let bytes: usize = payloads.iter().map(String::len).sum();
    println!(
        "{RECORDS} records of {} bytes, {THREADS} threads, best of {ROUNDS}",
        bytes / RECORDS
    );
    let shard: ShardId = "shardId-000000000000".parse().expect("a shard id");
    let sequence: SequenceNumber = "1".parse().expect("digits");
    let halves: Vec<&[String]> = payloads.chunks(RECORDS.div_ceil(THREADS)).collect();
    let each = |half: &[String], take: &mut dyn FnMut(&Subject<'_>)| {
        for payload in half {
            take(&Subject {
                arrival: Millis(0),
                stream: "orders",
                shard: &shard,
                partition_key: None,
                event_type: None,
                size_bytes: payload.len() as u64,
                sequence: &sequence,
                marks: Marks::NONE,
                payload: payload.as_bytes(),
                text: None,
                read_by: None,
            });
        }
    };
    for text in FILTERS {
        let filter: Filter = parse(text, Millis(0)).expect("a filter");
        let matcher = filter.compile();
        let (millis, found) = best(|| {
            std::thread::scope(|scope| {
                let count = |half| {
                    let (matcher, each) = (&matcher, &each);
                    scope.spawn(move || {
                        let mut found = 0;
                        each(half, &mut |subject| {
                            found += u64::from(matcher.matches(subject));
                        });
                        found
                    })
                };
                let threads: Vec<_> = halves.iter().map(|half| count(half)).collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().expect("a count"))
                    .sum()
            })
        });
        println!("{millis:8.1} ms  {found:8} of  {text}");
    }
    for text in QUESTIONS {
        let question = Question::parse(text, Millis(0)).expect("a question");
        let (millis, rows) = best(|| {
            std::thread::scope(|scope| {
                let run = |(first, half): (usize, _)| {
                    let (question, each) = (&question, &each);
                    scope.spawn(move || {
                        let mut run = Run::new(question);
                        let mut handle = (first * RECORDS) as u64;
                        each(half, &mut |subject| {
                            run.push(subject, handle);
                            handle += 1;
                        });
                        run
                    })
                };
                let threads: Vec<_> = halves.iter().copied().enumerate().map(run).collect();
                let runs = threads
                    .into_iter()
                    .map(|thread| thread.join().expect("a run"));
                let merged = runs.reduce(|mut ours, theirs| {
                    ours.merge(theirs);
                    ours
                });
                merged.map_or(0, |run| run.answer().rows.len() as u64)
            })
        });
        println!("{millis:8.1} ms  {rows:8} rows  {text}");
    }
}
