//! An endpoint that refuses a quarter, half or three quarters of the reads: nothing is lost, each refusal is heard by who
//! paces the shard, and it is not asked more often for that.

use capture::From;
use faults::{Action, Exchange, Rule};
use rand::rngs::StdRng;
use std::time::{Duration, Instant};
use torture::{Counts, Image, Lab, Promise, Suite, Tried, lab::shows};

const WAVES: usize = 4;
/// Of reads that were refused, to one shard, within a second: a refused shard rests for half a second at least.
const REFUSALS_PER_SECOND_MAX: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn throttle() {
    let mut suite = Suite::begin("throttle", Counts { full: 3, short: 3 });
    suite
        .side_by_side(3, |case, random| async move { tried(case, random).await })
        .await;
    suite.end();
}

async fn tried(case: u64, mut random: StdRng) -> Tried {
    let share = [0.25, 0.5, 0.75][case as usize % 3];
    let lab = Lab::quiet(2).await;
    let rule = Rule::on("GetRecords", Action::throttled()).chance(share, case);
    let rule = lab.proxy.add(rule);
    let store = lab.open();
    let capture = lab.create(&store, From::TrimHorizon).await;
    let run = lab.start(&store, capture).await;
    let has_them = |_: &_| {
        let wanted = lab.oracle.promised();
        let found = store.capture(capture);
        found.is_ok_and(|found| found.records >= wanted)
    };
    for _ in 0..WAVES {
        lab.write(&mut random, 60).await;
        // a shard may be refused that often in a row: the next wave comes nevertheless
        shows(&run, Duration::from_mins(1), has_them).await;
    }
    lab.proxy.mend();
    // nothing stands in its way now, but the rests that it was told to take
    shows(&run, Duration::from_mins(2), has_them).await;
    // what was refused is heard before the run is over
    let fired = lab.proxy.fired(rule);
    let heard = || -> u64 {
        run.status()
            .shards
            .iter()
            .map(|shard| shard.throttles)
            .sum()
    };
    shows(&run, Duration::from_secs(5), |_| heard() >= fired).await;
    let throttles = heard();
    run.suspend().await;
    let image = Image::of(&store, capture).expect("a sound workspace");
    let outcome = lab.oracle.complete(&image, Promise::Everything);
    let outcome = outcome.and_then(|()| {
        if throttles != fired {
            return Err(format!(
                "{fired} reads were refused, and the capture knows of {throttles}"
            ));
        }
        let most = most_refused(&lab.proxy.log());
        if most > REFUSALS_PER_SECOND_MAX {
            return Err(format!("{most} refused reads of a shard within a second"));
        }
        Ok(())
    });
    (fired, outcome)
}

/// To one shard within any second.
fn most_refused(log: &[Exchange]) -> usize {
    let refused: Vec<(&Option<String>, Instant)> = log
        .iter()
        .filter(|exchange| exchange.operation == "GetRecords" && exchange.fault.is_some())
        .map(|exchange| (&exchange.shard, exchange.at))
        .collect();
    let within = |(shard, at): &(&Option<String>, Instant)| {
        let near = refused.iter().filter(|(other, time)| {
            other == shard && time >= at && time.duration_since(*at) < Duration::from_secs(1)
        });
        near.count()
    };
    refused.iter().map(within).max().unwrap_or(0)
}
