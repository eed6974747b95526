//! What cannot be captured any more: each missing record lies in a gap with its reason, and nothing claims to be complete
//! over it.

use capture::{CaptureRun, From};
use emulator::{EmulatorOptions, NewRecord};
use faults::{Action, Calls, Rule};
use rand::{Rng, rngs::StdRng};
use std::time::Duration;
use store::{CaptureId, GapReason, Store};
use torture::{
    Counts, Image, Lab, Promise, Suite, Tried,
    lab::{HOUR_MILLIS, STREAM, has_failed, is_live, shows},
};

const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(30);
/// What a forgetful endpoint keeps, in base64.
const KEPT_BYTES: u64 = 60_000;

/// How records come to be missing.
#[derive(Clone, Copy, Debug)]
enum Cause {
    /// The endpoint drops the oldest while the capture is suspended.
    DroppedMeanwhile,
    /// The stream's retention is cut below the age of what was not read yet.
    RetentionCut,
    /// The same while the capture is paused, and goes on under its old iterator.
    RetentionCutWhilePaused,
    /// The start lies before the horizon.
    StartTooOld,
    /// The stream is deleted with records that were not read.
    Deleted,
    /// The last stored record is gone, and nothing came after it.
    NeverComesBack,
}

const CAUSES: [Cause; 6] = [
    Cause::DroppedMeanwhile,
    Cause::RetentionCut,
    Cause::RetentionCutWhilePaused,
    Cause::StartTooOld,
    Cause::Deleted,
    Cause::NeverComesBack,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn gaps() {
    let counts = Counts {
        full: 100,
        short: 18,
    };
    let mut suite = Suite::begin("gaps", counts);
    suite
        .side_by_side(AT_ONCE, |case, random| async move {
            let cause = CAUSES[case as usize % CAUSES.len()];
            let (fired, outcome) = tried(cause, random).await;
            (fired, outcome.map_err(|what| format!("{cause:?}: {what}")))
        })
        .await;
    suite.end();
}

/// A capture that has read something, to which something happens.
struct Reading {
    lab: Lab,
    store: Store,
    capture: CaptureId,
}

impl Reading {
    async fn of(lab: Lab, from: From) -> Self {
        let store = lab.open();
        let capture = lab.create(&store, from).await;
        Self {
            lab,
            store,
            capture,
        }
    }

    async fn start(&self) -> CaptureRun {
        self.lab.start(&self.store, self.capture).await
    }

    /// Reads what there is, with a run that ends then.
    async fn read_all(&self) {
        let run = self.start().await;
        self.lab.settled(&self.store, &run).await;
        run.suspend().await;
    }

    /// Reads what is left, then judges; fired is what is missing.
    async fn judged(self, run: CaptureRun, reasons: &[GapReason]) -> Tried {
        if !has_failed(&run.status()) && !shows(&run, PATIENCE, is_live).await {
            return (0, Err(format!("never live: {:?}", run.status())));
        }
        run.suspend().await;
        let image = Image::of(&self.store, self.capture).expect("a sound workspace");
        self.store.close().expect("closed");
        let missing = self.lab.oracle.missing(&image);
        (missing, told(&self.lab, &image, missing, reasons))
    }
}

fn told(lab: &Lab, image: &Image, missing: u64, reasons: &[GapReason]) -> Result<(), String> {
    lab.oracle.complete(image, Promise::GapsTold)?;
    if missing == 0 {
        return Err("nothing is missing: the fault did not happen".to_owned());
    }
    let gaps = || image.shards.values().flat_map(|shard| &shard.gaps);
    match gaps().find(|gap| !reasons.contains(&gap.reason)) {
        Some(gap) => Err(format!("another reason than {reasons:?}: {gap:?}")),
        None => Ok(()),
    }
}

async fn tried(cause: Cause, mut random: StdRng) -> Tried {
    let random = &mut random;
    match cause {
        Cause::DroppedMeanwhile => dropped(random).await,
        Cause::RetentionCut => retention_cut(random, false).await,
        Cause::RetentionCutWhilePaused => retention_cut(random, true).await,
        Cause::StartTooOld => start_too_old(random).await,
        Cause::Deleted => deleted(random).await,
        Cause::NeverComesBack => never_comes_back(random).await,
    }
}

async fn forgetful(shards: u32) -> Lab {
    let options = EmulatorOptions {
        retained_bytes_max: KEPT_BYTES,
        ..EmulatorOptions::default()
    };
    Lab::with(options, shards).await
}

/// More than a forgetful endpoint keeps.
async fn overflow(lab: &Lab, random: &mut StdRng) {
    for _ in 0..random.random_range(3..6) {
        let filled = |n| NewRecord {
            partition_key: format!("overflow-{n}"),
            payload: vec![b'x'; 1_000],
            arrival: None,
        };
        lab.oracle.put((0..40).map(filled).collect()).await;
    }
}

async fn dropped(random: &mut StdRng) -> Tried {
    let shards: u32 = random.random_range(1..3);
    let reading = Reading::of(forgetful(shards).await, From::TrimHorizon).await;
    let few = random.random_range(1..15);
    let small = |n| NewRecord {
        partition_key: format!("first-{n}"),
        payload: vec![b'y'; 50],
        arrival: None,
    };
    reading.lab.oracle.put((0..few).map(small).collect()).await;
    // of a shard that was empty nothing can show that its first records were dropped before its retention was over
    for n in few.. {
        if reading.lab.oracle.last_numbers().len() == shards as usize {
            break;
        }
        reading.lab.oracle.put(vec![small(n)]).await;
    }
    reading.read_all().await;
    overflow(&reading.lab, random).await;
    let run = reading.start().await;
    reading.lab.write(random, 2).await;
    still(&reading, &run).await;
    // a shard of which nothing is left cannot show what was trimmed
    let reasons = [GapReason::Trimmed, GapReason::ContinuityUnproven];
    reading.judged(run, &reasons).await
}

/// What is there has been read: a number of answers brought nothing new, however long they took.
async fn still(reading: &Reading, run: &CaptureRun) {
    const ANSWERS: usize = 12;
    let count = || {
        reading
            .store
            .capture(reading.capture)
            .map_or(0, |found| found.records)
    };
    let answers = || {
        let log = reading.lab.proxy.log();
        let reads = log.iter().filter(|one| one.operation == "GetRecords");
        reads.filter(|one| one.forwarded.is_some()).count()
    };
    let (mut seen, mut from) = (count(), answers());
    loop {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let (now, answered) = (count(), answers());
        if run.is_over() || (now == seen && answered >= from + ANSWERS && is_live(&run.status())) {
            return;
        }
        if now != seen {
            (seen, from) = (now, answered);
        }
    }
}

async fn retention_cut(random: &mut StdRng, while_paused: bool) -> Tried {
    let lab = Lab::aged(EmulatorOptions::default(), random.random_range(1..3), 96).await;
    lab.keep_for(72).await;
    let reading = Reading::of(lab, From::TrimHorizon).await;
    let lab = &reading.lab;
    put_aged(lab, random.random_range(20..40), 60).await;
    let run = reading.start().await;
    lab.settled(&reading.store, &run).await;
    paused(&run).await;
    put_aged(lab, random.random_range(30..60), 30).await;
    put_aged(lab, 30, 2).await;
    lab.keep_for(24).await;
    let run = if while_paused {
        run.resume().await.expect("resumed");
        run
    } else {
        run.suspend().await;
        reading.start().await
    };
    still(&reading, &run).await;
    reading.judged(run, &[GapReason::Trimmed]).await
}

/// At rest: what is written from now on is not read.
async fn paused(run: &CaptureRun) {
    run.pause().await.expect("paused");
    let rests = |status: &capture::CaptureStatus| {
        let mut shards = status.shards.iter();
        shards.all(|shard| shard.phase == capture::Phase::Paused)
    };
    assert!(shows(run, PATIENCE, rests).await, "{:?}", run.status());
}

async fn start_too_old(random: &mut StdRng) -> Tried {
    let lab = Lab::aged(EmulatorOptions::default(), random.random_range(1..3), 96).await;
    lab.keep_for(72).await;
    let old = random.random_range(10..60);
    put_aged(&lab, old, 30).await;
    put_aged(&lab, 30, 2).await;
    let now = lab.emulator.writer().now();
    let from = From::Timestamp(now.saturating_add(-48 * HOUR_MILLIS));
    let reading = Reading::of(lab, from).await;
    reading.lab.keep_for(24).await;
    let run = reading.start().await;
    still(&reading, &run).await;
    reading.judged(run, &[GapReason::Trimmed]).await
}

/// Records that arrived so many hours ago.
async fn put_aged(lab: &Lab, count: i64, hours: i64) {
    let now = lab.emulator.writer().now();
    let aged = |n: i64| NewRecord {
        partition_key: format!("key-{}", n % 17),
        payload: format!("{hours} hours old, {n}").into_bytes(),
        arrival: Some(now.saturating_add(n - hours * HOUR_MILLIS)),
    };
    lab.oracle.put((0..count).map(aged).collect()).await;
}

async fn deleted(random: &mut StdRng) -> Tried {
    let lab = Lab::quiet(random.random_range(1..4)).await;
    let reading = Reading::of(lab, From::TrimHorizon).await;
    let lab = &reading.lab;
    let count = random.random_range(1..60);
    lab.write(random, count).await;
    let run = reading.start().await;
    lab.settled(&reading.store, &run).await;
    paused(&run).await;
    let count = random.random_range(5..60);
    lab.write(random, count).await;
    let delete = lab.client.delete_stream().stream_name(STREAM);
    delete.send().await.expect("deleted");
    run.resume().await.expect("resumed");
    if !shows(&run, PATIENCE, has_failed).await {
        return (
            0,
            Err(format!(
                "the stream is gone, and it goes on: {:?}",
                run.status()
            )),
        );
    }
    reading.judged(run, &[GapReason::StreamGone]).await
}

/// Older records are dropped from the pages, the last stored one among them, and the shard goes silent.
async fn never_comes_back(random: &mut StdRng) -> Tried {
    let lab = Lab::quiet(1).await;
    let reading = Reading::of(lab, From::TrimHorizon).await;
    let count = random.random_range(2..40);
    reading.lab.write(random, count).await;
    reading.read_all().await;
    let unread = random.random_range(1..20);
    reading.lab.write(random, unread).await;
    // everything that is there is taken out, once
    let gone = Rule::on("GetRecords", Action::trimmed(10_000)).calls(Calls::Nth(1));
    let gone = reading.lab.proxy.add(gone);
    let run = reading.start().await;
    still(&reading, &run).await;
    if reading.lab.proxy.fired(gone) == 0 {
        return (0, Err("the page was not spoiled".to_owned()));
    }
    reading.judged(run, &[GapReason::ContinuityUnproven]).await
}
