//! A laptop that sleeps: the capture's process is stopped until its iterators have expired, and goes on where it was.

use super::{
    child::{self, Job},
    starts::Starts,
};
use emulator::EmulatorOptions;
use rand::{Rng, rngs::StdRng};
use std::time::Duration;
use torture::{Counts, Image, Lab, Promise, Suite, Tried, Victim, job};

const THIS: &str = "capture::sigstop::sigstop";
const AT_ONCE: usize = 10;
/// The shortest that the endpoint can give an iterator.
const ITERATOR_LIFE: Duration = Duration::from_secs(1);
/// Nothing that a child does takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigstop() {
    if let Some(job) = job::<Job>() {
        return child::run(job).await;
    }
    let counts = Counts {
        full: 200,
        short: 20,
    };
    let mut suite = Suite::begin("sigstop", counts);
    suite
        .side_by_side(AT_ONCE, |_, random| async move { tried(random).await })
        .await;
    suite.end();
}

async fn tried(mut random: StdRng) -> Tried {
    let options = EmulatorOptions {
        iterator_ttl: ITERATOR_LIFE,
        ..EmulatorOptions::default()
    };
    let lab = Lab::with(options, random.random_range(1..4)).await;
    let starts = Starts::of(&lab);
    let is_from_latest = random.random_bool(0.6);
    let job = Job {
        is_from_latest,
        ..Job::of(&lab)
    };
    let outcome = slept(&lab, &mut random, &job, &starts).await;
    let expired = lab.emulator.requests().errors("ExpiredIteratorException");
    let outcome = outcome.and_then(|()| match expired {
        0 => Err("no iterator expired".to_owned()),
        _ => Ok(()),
    });
    (expired as u64, outcome)
}

async fn slept(lab: &Lab, random: &mut StdRng, job: &Job, starts: &Starts) -> Result<(), String> {
    let mut victim = Victim::begin(THIS, job);
    let created = victim.said(|line| (line == "created").then_some(())).await;
    created.ok_or("the child never made its capture")?;
    for _ in 0..random.random_range(1..3) {
        let count = random.random_range(1..120);
        lab.write(random, count).await;
        all_stored(lab, &mut victim).await?;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..150))).await;
        starts.forget();
        let stored = lab.oracle.last_numbers();
        victim.stop();
        let count = random.random_range(0..120);
        lab.write(random, count).await;
        if random.random_bool(0.3) {
            lab.reshard(random).await;
        }
        let asleep = ITERATOR_LIFE + Duration::from_millis(random.random_range(200..700));
        tokio::time::sleep(asleep).await;
        victim.go_on();
        lab.write(random, 3).await;
        all_stored(lab, &mut victim).await?;
        starts.go_on_after(&stored)?;
    }
    if !victim.dismissed().await {
        return Err("the child did not end well".to_owned());
    }
    let store = lab.open();
    let capture = store.captures().expect("the captures")[0].id;
    let image = Image::of(&store, capture).map_err(|error| error.to_string())?;
    store.close().expect("closed");
    lab.oracle.complete(&image, Promise::Everything)
}

async fn all_stored(lab: &Lab, victim: &mut Victim) -> Result<(), String> {
    let wanted = lab.oracle.promised();
    let stored = |line: &str| {
        line.strip_prefix("stored ")
            .and_then(|count| count.parse().ok())
    };
    let enough = |line: &str| stored(line).filter(|count: &u64| *count >= wanted);
    match tokio::time::timeout(PATIENCE, victim.said(enough)).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("the child ended by itself".to_owned()),
        Err(_) => Err(format!(
            "{:?} of {wanted} records are stored",
            victim.lines().iter().rev().find_map(|line| stored(line))
        )),
    }
}
