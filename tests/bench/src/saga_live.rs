//! `saga-incremental-core-share`: what following a live capture costs with 100,000 open sagas.

use crate::{
    endpoint::stream,
    figures::Figure,
    rounds::{measure, percentile},
    saga_events::open_event,
    sagas::{SAGAS, board, definition, open},
};
use emulator::{Emulator, EmulatorOptions, EmulatorWriter, NewRecord};
use engine::{CaptureFrom, Choice, ConnectionSource, Engine, NewCapture, NewCaptureStream};
use record::Millis;
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SHARDS: u32 = 4;
/// Events of each open saga before it is measured.
const BEFORE: usize = 4;
const SECONDS: usize = 10;
const RATE: usize = 5_000;
const TICK: Duration = Duration::from_millis(100);
const ROUNDS: usize = 3;

/// The processor's time of a capture with a board, less that of the same capture without one.
pub fn figure(folder: &Path) -> Figure {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut shares: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let cost = |name: &str, is_followed| {
                let path = folder.join(format!("{name}-{round}.kscope"));
                runtime.block_on(live(&path, is_followed)).as_secs_f64()
            };
            (cost("followed", true) - cost("alone", false)) / SECONDS as f64 * 100.0
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    Figure::new(
        "saga-incremental-core-share",
        percentile(&shares, 0.5),
        "% of a core",
        "at most 30",
        format!(
            "{RATE} events/s for {SECONDS} s into {SAGAS} open sagas, less the same capture without a board: \
             {:.1}-{:.1} over {ROUNDS} rounds",
            percentile(&shares, 0.0),
            percentile(&shares, 1.0)
        ),
    )
}

/// Sagas that stay open for the time of the measurement.
fn patient() -> String {
    let definition = definition().replace("5s", "2h").replace("10s", "2h");
    definition.replace("60s", "12h")
}

async fn live(path: &Path, is_followed: bool) -> Duration {
    let options = EmulatorOptions {
        retained_bytes_max: 4 << 30,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start(options).expect("the embedded endpoint starts");
    let writer = emulator.writer();
    writer
        .create_stream(&stream(), SHARDS, Millis(1_700_000_000_000))
        .await
        .expect("the stream is made");
    for turn in 0..BEFORE {
        put(&writer, turn, 0..SAGAS).await;
    }
    let engine = open(path).await;
    capture(&engine, &emulator).await;
    until(&engine, SAGAS * BEFORE).await;
    if is_followed {
        let board = board(&engine, patient()).await;
        assert_eq!(board.sagas.sagas, SAGAS);
    }
    let (cost, ()) = {
        let handle = tokio::runtime::Handle::current();
        let writing = async {
            let begun = Instant::now();
            let each = RATE / 10;
            for tick in 0..SECONDS * 10 {
                put(&writer, BEFORE, tick * each..(tick + 1) * each).await;
                let due = TICK * (tick as u32 + 1);
                tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
            }
            until(&engine, SAGAS * BEFORE + RATE * SECONDS).await;
        };
        tokio::task::block_in_place(|| measure(|| handle.block_on(writing)))
    };
    engine.close().await;
    emulator.shutdown().await;
    cost.cpu
}

async fn put(writer: &EmulatorWriter, turn: usize, sagas: std::ops::Range<usize>) {
    const AT_ONCE: usize = 1_000;
    let now = writer.now();
    let sagas: Vec<usize> = sagas.collect();
    for some in sagas.chunks(AT_ONCE) {
        let records: Vec<NewRecord> = some
            .iter()
            .map(|&saga| {
                let record = open_event(saga, turn, now);
                NewRecord {
                    partition_key: record.partition_key.unwrap_or_default(),
                    payload: record.payload,
                    arrival: None,
                }
            })
            .collect();
        writer
            .put(&stream(), &records)
            .await
            .expect("the records are put");
    }
}

async fn capture(engine: &Engine, emulator: &Emulator) {
    let choice = Choice {
        source: ConnectionSource::Local,
        region: Some(emulator.region().to_owned()),
        endpoint: Some(emulator.endpoint()),
    };
    let opened = engine.open_connection(choice).await.expect("it connects");
    let wanted = NewCapture {
        connection: opened.id,
        name: None,
        streams: vec![NewCaptureStream {
            stream: stream().to_string(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        }],
        until: None,
    };
    engine
        .start_capture(wanted)
        .await
        .expect("the capture starts");
}

async fn until(engine: &Engine, records: usize) {
    while engine
        .growth()
        .await
        .expect("the workspace answers")
        .records
        < records as u64
    {
        tokio::time::sleep(TICK).await;
    }
}
