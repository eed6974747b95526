//! The endpoint of `make soak`, a process of its own so that its memory is not the product's: a stream of four shards, each
//! written to at the pace that AWS allows a shard, until this process is ended.
//!
//! Says where it is, `endpoint http://…`, and once a second how many records it has written, `written 1234`.

use emulator::{Emulator, EmulatorOptions, EmulatorWriter, NewRecord};
use record::StreamName;
use std::{
    fmt::Write as _,
    io::Write,
    time::{Duration, Instant},
};

const STREAM: &str = "soak";
const SHARDS: u32 = 4;
/// 1 MiB and 1,000 records a second are what AWS takes into one shard.
const RECORDS_PER_SECOND: u32 = 250 * SHARDS;
const PAYLOAD_BYTES: usize = 4_000;
const TURN: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() {
    let options = EmulatorOptions {
        enforces_read_limits: true,
        retained_bytes_max: 512 << 20,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start(options).expect("the endpoint starts");
    let stream: StreamName = STREAM.parse().expect("a name");
    let writer = emulator.writer();
    let made = writer.create_stream(&stream, SHARDS, writer.now()).await;
    assert!(made.expect("a stream"), "a new one");
    say(&format!("endpoint {}", emulator.endpoint()));
    write(&writer, &stream).await;
}

/// In turns, each as large as the time that passed since the one before.
async fn write(writer: &EmulatorWriter, stream: &StreamName) {
    let begun = Instant::now();
    let (mut written, mut told) = (0_u64, 0);
    loop {
        let due = (begun.elapsed().as_secs_f64() * f64::from(RECORDS_PER_SECOND)) as u64;
        let records: Vec<NewRecord> = (written..due).map(record).collect();
        if !records.is_empty() {
            let placed = writer.put(stream, &records).await;
            placed.expect("an embedded endpoint takes them");
            written = due;
        }
        let seconds = begun.elapsed().as_secs();
        if seconds > told {
            told = seconds;
            say(&format!("written {written}"));
        }
        tokio::time::sleep(TURN).await;
    }
}

/// JSON as orders are, half of it never the same again.
fn record(number: u64) -> NewRecord {
    let mut text = format!(
        "{{\"eventType\":\"order.noted\",\"orderId\":\"order-{}\",\"number\":{number},\"note\":\"",
        number / 5
    );
    let mut noise = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    while text.len() < PAYLOAD_BYTES {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        // a text takes whatever is written to it
        let _ = write!(text, "{noise:016x} and so on, ");
    }
    text.push_str("\"}");
    NewRecord {
        partition_key: format!("key-{}", noise % 4_096),
        payload: text.into_bytes(),
        arrival: None,
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // whoever listened is gone, and ends this process
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
