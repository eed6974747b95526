//! A stream that is deleted and created again under its name: its capture ends, says what it lacks, and takes nothing of
//! the other one, whose shards have the same ids. A capture of the other one has all of it.

use capture::{CaptureRun, From};
use rand::{Rng, rngs::StdRng};
use std::time::Duration;
use store::{CaptureId, GapReason, Store};
use torture::{
    Counts, Image, Lab, Oracle, Promise, Suite, Tried,
    lab::{STREAM, has_failed, shows},
};

const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recreate() {
    let counts = Counts {
        full: 50,
        short: 12,
    };
    let mut suite = Suite::begin("recreate", counts);
    suite
        .side_by_side(AT_ONCE, |case, random| async move {
            let moment = MOMENTS[case as usize % MOMENTS.len()];
            let (fired, outcome) = tried(moment, random).await;
            (fired, outcome.map_err(|what| format!("{moment:?}: {what}")))
        })
        .await;
    suite.end();
}

/// What the capture does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Reads,
    CatchesUp,
    Paused,
    Suspended,
}

const MOMENTS: [Moment; 4] = [
    Moment::Reads,
    Moment::CatchesUp,
    Moment::Paused,
    Moment::Suspended,
];

async fn tried(moment: Moment, mut random: StdRng) -> Tried {
    let random = &mut random;
    let shards = random.random_range(1..4);
    let mut lab = Lab::quiet(shards).await;
    let count = random.random_range(5..150);
    lab.write(random, count).await;
    let store = lab.open();
    let capture = lab.create(&store, From::TrimHorizon).await;
    let mut run = lab.start(&store, capture).await;
    if moment != Moment::CatchesUp {
        lab.settled(&store, &run).await;
    }
    match moment {
        Moment::Reads | Moment::CatchesUp => {}
        Moment::Paused => run.pause().await.expect("paused"),
        Moment::Suspended => {
            run.suspend().await;
            let count = random.random_range(1..40);
            lab.write(random, count).await;
            let old = recreated(&mut lab, shards, random).await;
            run = lab.start(&store, capture).await;
            return judged(&lab, &old, &store, (capture, run)).await;
        }
    }
    let count = random.random_range(1..40);
    lab.write(random, count).await;
    tokio::time::sleep(Duration::from_millis(random.random_range(0..40))).await;
    let old = recreated(&mut lab, shards, random).await;
    run.resume().await.expect("resumed");
    judged(&lab, &old, &store, (capture, run)).await
}

/// Deletes the stream and creates it again; records are written to the new one. The oracle of the old one.
async fn recreated(lab: &mut Lab, shards: u32, random: &mut StdRng) -> Oracle {
    let delete = lab.client.delete_stream().stream_name(STREAM);
    delete.send().await.expect("deleted");
    loop {
        let create = lab.client.create_stream().stream_name(STREAM);
        let create = create.shard_count(shards.cast_signed());
        if create.send().await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let old = lab.reborn();
    let count = random.random_range(1..100);
    lab.write(random, count).await;
    old
}

async fn judged(
    lab: &Lab,
    old: &Oracle,
    store: &Store,
    (capture, run): (CaptureId, CaptureRun),
) -> Tried {
    if !shows(&run, PATIENCE, has_failed).await {
        return (2, Err(format!("it goes on: {:?}", run.status())));
    }
    drop(run);
    let first = Image::of(store, capture).expect("a sound workspace");
    // and not again at the next start
    let run = lab.start(store, capture).await;
    shows(&run, PATIENCE, has_failed).await;
    drop(run);
    let again = Image::of(store, capture).expect("a sound workspace");
    let other = lab.create(store, From::TrimHorizon).await;
    let run = lab.start(store, other).await;
    lab.settled(store, &run).await;
    run.suspend().await;
    let new = Image::of(store, other).expect("a sound workspace");
    store.clone().close().expect("closed");
    (2, told(lab, old, &[first, again, new]))
}

fn told(lab: &Lab, old: &Oracle, [first, again, new]: &[Image; 3]) -> Result<(), String> {
    old.complete(first, Promise::GapsTold)?;
    old.complete(again, Promise::GapsTold)?;
    let reasons = |image: &Image| -> Vec<GapReason> {
        let gaps = image.shards.values().flat_map(|shard| &shard.gaps);
        let reasons = gaps.map(|gap| gap.reason);
        // before it is known to be gone, its namesake may have been silent on the last stored record
        reasons
            .filter(|why| *why != GapReason::ContinuityUnproven)
            .collect()
    };
    let (told, again) = (reasons(first), reasons(again));
    if told.len() != first.shards.len() || told.iter().any(|why| *why != GapReason::StreamGone) {
        return Err(format!(
            "{} shards are gone, and told is {told:?}",
            first.shards.len()
        ));
    }
    if told != again {
        return Err(format!("told anew at the next start: {again:?}"));
    }
    if new.stream == first.stream {
        return Err("the new stream counts as the old one".to_owned());
    }
    lab.oracle.complete(new, Promise::Everything)
}
