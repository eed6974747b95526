//! How replays begin and go on: once, into a file of their own, with the records that were planned, at the pace to
//! which they were turned, and behind nobody else's start.

use super::lab::{
    COMMANDS, EVENTS, EVERYTHING, Lab, STEPS, client, connect, event, open, permission, put, saga,
    until, wanted,
};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    DeliveryId, EngineError, FileFormat, Permission, PlanId, Rate, ReplayInto, ReplayState,
    WantedPacing,
};
use faults::{Action, Proxy, Rule};
use record::Millis;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use store::{DeliveryKind, NewDelivery, Store};

const TARGET: &str = "order-test";

async fn lab() -> (Emulator, Lab) {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    (emulator, lab)
}

async fn plan_into_file(lab: &Lab, path: &Path, pacing: WantedPacing) -> PlanId {
    let into = ReplayInto::File {
        path: path.to_owned(),
        format: FileFormat::Ndjson,
    };
    let mut wanted = wanted(saga(5), into, Vec::new());
    wanted.setup.pacing = pacing;
    let plan = lab.engine.plan_replay("test", wanted).await;
    plan.expect("a plan").id
}

async fn until_it_stands(lab: &Lab, id: DeliveryId) {
    until("it stands", async || {
        let replay = lab.engine.replay(id).await.expect("a replay");
        replay.state == ReplayState::Paused
    })
    .await;
}

fn says(outcome: Result<impl std::fmt::Debug, EngineError>, words: &str) {
    let why = outcome.expect_err("it is refused").to_string();
    assert!(why.contains(words), "{why}");
}

/// The same workspace in the next run of the program; `between` has it for itself.
async fn next_run(lab: Lab, endpoint: &str, between: impl FnOnce(&Store)) -> Lab {
    lab.engine.close().await;
    let workspace = lab.engine.workspace().to_owned();
    let (folder, client) = (lab.folder, lab.client);
    drop(lab.engine);
    let store = Store::open(&workspace).expect("the workspace");
    between(&store);
    store.close().expect("closed");
    let engine = open(&workspace).await;
    let connection = connect(&engine, endpoint).await;
    Lab {
        engine,
        folder,
        client,
        connection,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_replaced_by_one_replay_and_belongs_to_it() {
    let (_emulator, lab) = lab().await;
    lab.capture_orders(10).await;
    let path = lab.folder.path().join("one.ndjson");
    lab.engine.allow_replay_file(&path);
    let first = plan_into_file(&lab, &path, WantedPacing::Step).await;
    let second = plan_into_file(&lab, &path, WantedPacing::AtOnce).await;
    let start = async |plan: &PlanId| lab.engine.start_replay(plan, Permission::Nothing).await;
    let begun = start(&first).await.expect("it starts").id;
    until_it_stands(&lab, begun).await;
    lab.engine.step_replay(begun).await.expect("a step");
    let count = || std::fs::read_to_string(&path).map(|text| text.lines().count());
    until("a line is written", async || count().ok() == Some(1)).await;
    says(start(&second).await, "choose the file again");
    lab.engine.allow_replay_file(&path);
    says(start(&second).await, "can go on in it");
    assert_eq!(start(&first).await.expect("a double click").id, begun);
    assert_eq!(count().expect("the file"), 1, "nobody else wrote");

    lab.engine.cancel_replay(begun).await.expect("cancelled");
    until("it is cancelled", async || {
        let replay = lab.engine.replay(begun).await.expect("a replay");
        replay.state == ReplayState::Cancelled
    })
    .await;
    let other = start(&second).await.expect("it starts").id;
    lab.finished(other).await;
    assert_eq!(count().expect("the file") as u64, STEPS);
    let third = plan_into_file(&lab, &path, WantedPacing::AtOnce).await;
    says(start(&third).await, "choose the file again");
    assert_eq!(count().expect("the file") as u64, STEPS, "it is kept");
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_came_to_nothing_can_be_made_again() {
    let (emulator, lab) = lab().await;
    lab.capture_orders(10).await;
    let folder = lab.folder.path().join("not yet");
    let path = folder.join("order.ndjson");
    lab.engine.allow_replay_file(&path);
    let plan = plan_into_file(&lab, &path, WantedPacing::AtOnce).await;
    let refused = lab.engine.start_replay(&plan, Permission::Nothing).await;
    says(refused, "could not be written");
    std::fs::create_dir(&folder).expect("a folder");
    let started = lab.engine.start_replay(&plan, Permission::Nothing).await;
    let replay = lab.finished(started.expect("it starts").id).await;
    assert_eq!(replay.counts.acknowledged, STEPS);

    // a target that cannot be captured
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let through = connect(&lab.engine, &proxy.endpoint()).await;
    lab.create_stream(TARGET, 1).await;
    let into = ReplayInto::Stream {
        connection: through,
        stream: TARGET.to_owned(),
    };
    let mut beside = wanted(saga(5), into, Vec::new());
    beside.setup.capture_target = true;
    let plan = lab.engine.plan_replay("test", beside).await;
    let plan = plan.expect("a plan").id;
    let start = async || {
        let allowed = permission(&lab.engine, through, TARGET).await;
        lab.engine.start_replay(&plan, allowed).await
    };
    let denied = proxy.add(Rule::on("ListShards", Action::access_denied()));
    start().await.expect_err("nothing is watched");
    assert!(proxy.fired(denied) > 0);
    assert_eq!(lab.landed(TARGET).await.len(), 0);
    proxy.switch_off(denied);
    let replay = lab.finished(start().await.expect("it starts").id).await;
    assert_eq!(replay.counts.acknowledged, STEPS);
    assert!(replay.beside.is_some_and(|beside| beside.capture.is_some()));
    assert_eq!(lab.engine.replay_list().await.expect("a list").len(), 2);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_gone_are_not_replayed_by_their_neighbours() {
    let (emulator, lab) = lab().await;
    lab.create_stream(EVENTS, 1).await;
    lab.create_stream(COMMANDS, 1).await;
    lab.create_stream(TARGET, 1).await;
    for step in 0..6 {
        let stream = if step % 2 == 0 { COMMANDS } else { EVENTS };
        let of = |order: u64| (format!("ord-{order}"), event(order, step));
        put(&lab.client, stream, (0..5).map(of).collect()).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let events = lab.capture(&[EVENTS]).await;
    let commands = lab.capture(&[COMMANDS]).await;
    lab.until_captured(events, 15).await;
    lab.until_captured(commands, 15).await;
    let mut all = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let rate = Rate::try_from(10.0).expect("a rate");
    all.setup.pacing = WantedPacing::Fixed { rate };
    let plan = lab.engine.plan_replay("test", all).await;
    let plan = plan.expect("a plan");
    let started = lab
        .engine
        .start_replay(&plan.id, lab.permission(TARGET).await)
        .await;
    let id = started.expect("it starts").id;
    until("some are written", async || {
        let replay = lab.engine.replay(id).await.expect("a replay");
        replay.counts.acknowledged >= 8
    })
    .await;
    let lab = next_run(lab, &emulator.endpoint(), |store| {
        store.delete_capture(events).expect("deleted");
    })
    .await;
    let sent = lab.landed(TARGET).await.len();
    assert!((8..30).contains(&sent), "{sent}");
    let allowed = lab.permission(TARGET).await;
    let resumed = lab.engine.resume_replay(id, allowed).await;
    says(resumed, "records were deleted since");
    let replay = lab.engine.replay(id).await.expect("a replay");
    assert_eq!(replay.counts.acknowledged as usize, sent);
    assert_eq!(lab.landed(TARGET).await.len(), sent, "nothing is sent");
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_records_are_gone_sends_nothing() {
    let (_emulator, lab) = lab().await;
    lab.create_stream(TARGET, 1).await;
    let capture = lab.capture_orders(10).await;
    let again = lab.capture(&[EVENTS]).await;
    lab.until_captured(again, 10 * STEPS / 2).await;
    let all = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let plan = lab.engine.plan_replay("test", all).await.expect("a plan");
    lab.engine.delete_capture(capture).await.expect("deleted");
    let allowed = lab.permission(TARGET).await;
    let started = lab.engine.start_replay(&plan.id, allowed).await;
    says(started, "has 30 now");
    assert_eq!(lab.landed(TARGET).await.len(), 0);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pace_that_was_turned_is_that_of_the_next_run() {
    let (emulator, lab) = lab().await;
    lab.capture_orders(10).await;
    let path = lab.folder.path().join("paced.ndjson");
    lab.engine.allow_replay_file(&path);
    let slow = WantedPacing::Fixed {
        rate: Rate::try_from(0.1).expect("a rate"),
    };
    let plan = plan_into_file(&lab, &path, slow).await;
    let started = lab.engine.start_replay(&plan, Permission::Nothing).await;
    let id = started.expect("it starts").id;
    let turned = lab.engine.set_replay_pace(id, WantedPacing::Step).await;
    turned.expect("it is turned");
    until_it_stands(&lab, id).await;

    // meanwhile, more is published than one list holds
    let lab = next_run(lab, &emulator.endpoint(), |store| {
        for number in 0..1_001 {
            let published = NewDelivery {
                token: format!("published {number}"),
                kind: DeliveryKind::Publish,
                created_at: Millis(number),
                caller: String::new(),
                target: "elsewhere".into(),
                target_stream: None,
                order: "keyed".into(),
                plan: "{}".into(),
                composed: None,
            };
            store.begin_delivery(&published).expect("begun");
        }
    })
    .await;
    let listed = lab.engine.replay_list().await.expect("a list");
    assert_eq!(listed.len(), 1, "it can still be found");
    assert_eq!(
        (listed[0].id, listed[0].state, listed[0].pacing),
        (id, ReplayState::Interrupted, WantedPacing::Step)
    );
    lab.engine.allow_going_on_in_file(&path);
    let resumed = lab.engine.resume_replay(id, Permission::Nothing).await;
    resumed.expect("it goes on");
    until_it_stands(&lab, id).await;
    let replay = lab.engine.replay(id).await.expect("a replay");
    assert_eq!(replay.pacing, WantedPacing::Step);
    assert!(replay.counts.acknowledged < STEPS, "{replay:?}");
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_waits_for_no_other_start() {
    let (emulator, lab) = lab().await;
    lab.capture_orders(10).await;
    lab.create_stream(TARGET, 1).await;
    let path = lab.folder.path().join("cancelled.ndjson");
    lab.engine.allow_replay_file(&path);
    let plan = plan_into_file(&lab, &path, WantedPacing::Step).await;
    let started = lab.engine.start_replay(&plan, Permission::Nothing).await;
    let runs = started.expect("it starts").id;
    until_it_stands(&lab, runs).await;

    let proxy = Proxy::to(&emulator.endpoint()).await;
    let through = connect(&lab.engine, &proxy.endpoint()).await;
    let lab = Lab {
        connection: through,
        client: client(&emulator.endpoint()),
        ..lab
    };
    let other = wanted(saga(6), lab.to_stream(TARGET), Vec::new());
    let other = lab.engine.plan_replay("test", other).await.expect("a plan");
    let allowed = permission(&lab.engine, through, TARGET).await;
    let slow = Duration::from_secs(3);
    let stalls = proxy.add(Rule::on(
        "DescribeStreamSummary",
        Action::stall_before(slow),
    ));
    let engine = lab.engine.clone();
    let starting = tokio::spawn(async move { engine.start_replay(&other.id, allowed).await });
    until("the other start waits", async || proxy.fired(stalls) > 0).await;
    let began = Instant::now();
    lab.engine.cancel_replay(runs).await.expect("cancelled");
    assert!(began.elapsed() < slow / 2, "{:?}", began.elapsed());
    until("it is cancelled", async || {
        let replay = lab.engine.replay(runs).await.expect("a replay");
        replay.state == ReplayState::Cancelled
    })
    .await;
    assert!(!starting.is_finished(), "the other one still starts");
    proxy.switch_off(stalls);
    let started = starting.await.expect("it ends").expect("it starts");
    lab.finished(started.id).await;
    lab.engine.close().await;
}
