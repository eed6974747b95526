//! Every error that the SDK knows of the four operations that a capture uses, and what comes of broken lines and foreign
//! answers: at the first call, at one in the middle and at the last. Each has its class, no storm follows, and nothing is
//! lost once it is over.

use super::matrix::{self, Fault};
use capture::{CaptureRun, From, Phase};
use faults::{Action, Calls, Rule, RuleId};
use kinesis::{Connection, KinesisError, Start};
use rand::rngs::StdRng;
use std::time::{Duration, Instant};
use torture::{
    Counts, Image, Lab, Promise, Suite, Tried,
    lab::{has_failed, name, shows},
};

const AT_ONCE: usize = 24;
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an error lasts after it was first met.
const LASTS: Duration = Duration::from_millis(700);
/// Calls of one operation in that time. A browsing call has four attempts, and so may be asked for by two.
const STORM_CALLS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    First,
    Middle,
    Last,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn errors() {
    let all = matrix::all().len() as u64 * 3;
    let mut suite = Suite::begin(
        "errors",
        Counts {
            full: all,
            short: all,
        },
    );
    suite
        .side_by_side(AT_ONCE, |case, random| async move {
            let fault = matrix::all().swap_remove(case as usize / 3);
            let place = [Place::First, Place::Middle, Place::Last][case as usize % 3];
            let (fired, outcome) = tried(&fault, place, random).await;
            let told = |what| format!("{} {} {place:?}: {what}", fault.operation, fault.name);
            (fired, outcome.map_err(told))
        })
        .await;
    suite.end();
}

async fn tried(fault: &Fault, place: Place, mut random: StdRng) -> Tried {
    let lab = Lab::quiet(1).await;
    lab.write(&mut random, 20).await;
    if let Err(what) = has_its_class(&lab, fault).await {
        return (1, Err(what));
    }
    let store = lab.open();
    let capture = lab.create(&store, From::TrimHorizon).await;
    let first = (place == Place::First).then(|| begin(&lab, fault));
    let mut run = lab.start(&store, capture).await;
    let rule = if let Some(rule) = first {
        rule
    } else {
        lab.settled(&store, &run).await;
        begin(&lab, fault)
    };
    if place == Place::Middle {
        lab.write(&mut random, 20).await;
    }
    let met = met(&lab, fault, rule, &run).await;
    let fired = lab.proxy.fired(rule);
    lab.proxy.mend();
    if fault.is_end() {
        if !shows(&run, PATIENCE, has_failed).await {
            return (fired, Err(format!("it goes on: {:?}", run.status())));
        }
        drop(run);
        run = lab.start(&store, capture).await;
    } else {
        // a person does not wait for a retry
        run.pause().await.expect("paused");
        run.resume().await.expect("resumed");
    }
    lab.write(&mut random, 5).await;
    lab.settled(&store, &run).await;
    run.suspend().await;
    let image = Image::of(&store, capture).expect("a sound workspace");
    let promise = [Promise::Everything, Promise::GapsTold][usize::from(fault.is_end())];
    (fired, met.and_then(|()| all_there(&lab, &image, promise)))
}

fn all_there(lab: &Lab, image: &Image, promise: Promise) -> Result<(), String> {
    lab.oracle.complete(image, promise)?;
    match lab.oracle.missing(image) {
        0 => Ok(()),
        missing => Err(format!("{missing} records are missing")),
    }
}

fn begin(lab: &Lab, fault: &Fault) -> RuleId {
    let rule = Rule::on(fault.operation, fault.action.clone());
    let rule = lab.proxy.add(rule);
    // nobody asks for an iterator who has one
    if fault.operation == "GetShardIterator" {
        let expired = Rule::on("GetRecords", Action::expired_iterator());
        lab.proxy.add(expired.calls(Calls::First(1)));
    }
    rule
}

/// One call past the capture: what the product takes the error for.
async fn has_its_class(lab: &Lab, fault: &Fault) -> Result<(), String> {
    let connection = lab.connection().await;
    let shard = "shardId-000000000000".parse().expect("a shard id");
    let iterator = connection
        .iterator(&name(), &shard, &Start::TrimHorizon)
        .await;
    let iterator = iterator.map_err(|error| error.to_string())?;
    let rule = lab
        .proxy
        .add(Rule::on(fault.operation, fault.action.clone()));
    let heard = match fault.operation {
        "GetRecords" => connection.records(&iterator, 10).await.err(),
        "GetShardIterator" => {
            let name = name();
            let asked = connection.iterator(&name, &shard, &Start::TrimHorizon);
            asked.await.err()
        }
        _ => browsed(&connection, fault.operation).await,
    };
    lab.proxy.switch_off(rule);
    let class = |error: &KinesisError| {
        let text = format!("{error:?}");
        let end = text.find(|c: char| !c.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    // browsing is tried again by the SDK, which may wait for longer than the lab's calls may take
    let is_single = ["GetRecords", "GetShardIterator"].contains(&fault.operation);
    match heard.as_ref().map(class) {
        Some(class) if fault.classes.contains(&class.as_str()) => Ok(()),
        Some(class) if !is_single && class == "Timeout" => Ok(()),
        class => Err(format!(
            "taken for {class:?}, and it is {:?}",
            fault.classes
        )),
    }
}

async fn browsed(connection: &Connection, operation: &str) -> Option<KinesisError> {
    if operation == "ListShards" {
        connection.shards(&name()).await.err()
    } else {
        connection.stream(&name()).await.err()
    }
}

/// Waits until the error was met, lets it last, and looks at what the capture does meanwhile.
async fn met(lab: &Lab, fault: &Fault, rule: RuleId, run: &CaptureRun) -> Result<(), String> {
    if !shows(run, PATIENCE, |_| lab.proxy.fired(rule) > 0).await {
        return Err("it was never met".to_owned());
    }
    let since = Instant::now();
    let blocked = |status: &capture::CaptureStatus| {
        let mut shards = status.shards.iter();
        shards.any(|shard| shard.phase == Phase::Blocked)
    };
    let was_blocked = shows(run, LASTS, blocked).await;
    tokio::time::sleep(LASTS.saturating_sub(since.elapsed())).await;
    let log = lab.proxy.log();
    let spoiled = log.iter().filter(|exchange| {
        exchange.fault.is_some_and(|fault| fault.rule == rule) && exchange.at.elapsed() < LASTS * 2
    });
    let calls = spoiled.count();
    if calls > STORM_CALLS {
        return Err(format!("{calls} calls within {LASTS:?}"));
    }
    match (fault.is_barred(), was_blocked) {
        // a page waits for the stream's description, whatever that needs
        _ if !fault.is_read() => Ok(()),
        (true, false) => Err("nobody is told that a person has to do something".to_owned()),
        (false, true) => Err("a person is told to do something, and it passes".to_owned()),
        _ => Ok(()),
    }
}
