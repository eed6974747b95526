//! A stream that others read too, with the options that a capture has by default: what it costs them, by the endpoint's
//! own log.

use capture::{CaptureOptions, From};
use emulator::{EmulatorOptions, NewRecord, RequestLog};
use rand::rngs::StdRng;
use std::time::Duration;
use torture::{
    Counts, Image, Lab, Promise, Suite, Tried,
    lab::{is_live, shows, start},
};

const SECOND: Duration = Duration::from_secs(1);
/// What AWS lets all readers of a shard have together.
const CATCHING_UP_CALLS_MAX: usize = 5;
/// An answer of this size blocks a shard for five seconds.
const BLOCKING_BYTES: u64 = 10 << 20;
const SHARDS: u32 = 2;
const IDLE_CALLS: usize = 6 * SHARDS as usize;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn politeness() {
    let mut suite = Suite::begin("politeness", Counts { full: 1, short: 1 });
    suite
        .side_by_side(1, |_, random| async move { tried(random).await })
        .await;
    suite.end();
}

async fn tried(mut random: StdRng) -> Tried {
    let options = EmulatorOptions {
        enforces_read_limits: true,
        ..EmulatorOptions::default()
    };
    let lab = Lab::with(options, SHARDS).await;
    // a full page of these would be an answer that blocks
    let filled = |n: usize, bytes| NewRecord {
        partition_key: format!("key-{n}"),
        payload: vec![b'x'; bytes],
        arrival: None,
    };
    lab.oracle
        .put((0..24).map(|n| filled(n, 1_000_000)).collect())
        .await;
    lab.oracle
        .put((0..6_000).map(|n| filled(n, 300)).collect())
        .await;
    let store = lab.open();
    let capture = lab.create(&store, From::TrimHorizon).await;
    let connection = lab.connection().await;
    let run = start(connection, &store, capture, CaptureOptions::default()).await;
    let wanted = lab.oracle.promised();
    let has_all = |status: &_| {
        store
            .capture(capture)
            .is_ok_and(|found| found.records >= wanted)
            && is_live(status)
    };
    let is_caught_up = shows(&run, Duration::from_mins(1), has_all).await;
    let behind = lab.emulator.requests();
    lab.emulator.forget_requests();
    let is_idle = |_: &_| lab.emulator.requests().count("GetRecords") >= IDLE_CALLS;
    shows(&run, Duration::from_secs(20), is_idle).await;
    let idle = lab.emulator.requests();
    lab.write(&mut random, 20).await;
    lab.settled(&store, &run).await;
    run.suspend().await;
    let image = Image::of(&store, capture).expect("a sound workspace");
    let outcome = if is_caught_up {
        lab.oracle.complete(&image, Promise::Everything)
    } else {
        Err("it never caught up".to_owned())
    };
    let outcome = outcome.and_then(|()| polite(&behind, &idle));
    let looked_at = behind.count("GetRecords") + idle.count("GetRecords");
    (looked_at as u64, outcome)
}

fn polite(behind: &RequestLog, idle: &RequestLog) -> Result<(), String> {
    let (hurried, calm) = (
        behind.busiest("GetRecords", SECOND),
        idle.busiest("GetRecords", SECOND),
    );
    let reads = || behind.requests.iter().chain(&idle.requests);
    let reads = || reads().filter(|request| request.operation == "GetRecords");
    // payloads are base64 within the answer
    let largest = reads().map(|request| request.answer_bytes / 4 * 3).max();
    println!(
        "politeness: at most {calm} calls a second and shard, {hurried} while catching up; the largest answer has {largest:?} bytes"
    );
    let refused = reads().filter(|request| request.error.is_some()).count();
    if calm > 1 {
        return Err(format!("{calm} calls to a shard within a second"));
    }
    if hurried > CATCHING_UP_CALLS_MAX {
        return Err(format!(
            "{hurried} calls to a shard within a second of catching up"
        ));
    }
    if largest.is_none_or(|largest| largest >= BLOCKING_BYTES) {
        return Err(format!("an answer of {largest:?} bytes"));
    }
    match refused {
        0 => Ok(()),
        refused => Err(format!("{refused} reads were refused")),
    }
}
