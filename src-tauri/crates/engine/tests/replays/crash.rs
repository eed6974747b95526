//! Killed in the middle of a replay: the next run goes on under a new grant, without a gap, and lists what may
//! be there twice. `replay` kills fifty times; this is once, through all layers.

use super::lab::{
    EVERYTHING, Lab, client, connect, create_stream, finished, landed, open, permission, until,
    wanted,
};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    BesideState, ConnectionId, Engine, Rate, ReplayInto, ReplayState, ReplayedWhich, WantedPacing,
};
use faults::{Action, Calls, Proxy, Rule};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

const CHILD: &str = "KINESCOPE_TEST_ENGINE_REPLAY";
const TARGET: &str = "order-test";
const ORDERS: u64 = 200;
const RECORDS: u64 = ORDERS * super::lab::STEPS;

#[test]
fn a_killed_replay_goes_on_and_lists_its_doubts() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Ok(child) = std::env::var(CHILD) {
        let (endpoint, workspace) = child.split_once(' ').expect("two words");
        runtime.block_on(replay_until_killed(endpoint, Path::new(workspace)));
        return;
    }
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let endpoint = emulator.endpoint();
    let workspace = runtime.block_on(async {
        let lab = Lab::at(&endpoint).await;
        lab.capture_orders(ORDERS).await;
        create_stream(&lab.client, TARGET, 2).await;
        lab.engine.close().await;
        (lab.engine.workspace().to_owned(), lab.folder)
    });
    kill_midway(&endpoint, &workspace.0, &runtime);
    runtime.block_on(go_on(&endpoint, &workspace.0));
}

fn kill_midway(endpoint: &str, workspace: &Path, runtime: &tokio::runtime::Runtime) {
    let exe = std::env::current_exe().expect("this test");
    let mut child = Command::new(exe)
        .args([
            "--exact",
            "crash::a_killed_replay_goes_on_and_lists_its_doubts",
            "--nocapture",
        ])
        .env(CHILD, format!("{endpoint} {}", workspace.display()))
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let output = child.stdout.take().expect("its output");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    assert!(
        lines.any(|line| line.contains("replaying")),
        "the child begins"
    );
    let client = client(endpoint);
    runtime.block_on(until("some of it has landed", async || {
        landed(&client, TARGET).await.len() as u64 > RECORDS / 10
    }));
    child.kill().expect("a kill");
    child.wait().expect("an end");
}

fn everything(connection: ConnectionId) -> engine::WantedReplay {
    let into = ReplayInto::Stream {
        connection,
        stream: TARGET.to_owned(),
    };
    let mut wanted = wanted(EVERYTHING, into, Vec::new());
    let rate = Rate::try_from(400.0).expect("a rate");
    wanted.setup.pacing = WantedPacing::Fixed { rate };
    wanted.setup.capture_target = true;
    wanted
}

async fn replay_until_killed(endpoint: &str, workspace: &Path) {
    let engine = open(workspace).await;
    let connection = connect(&engine, endpoint).await;
    let plan = engine.plan_replay("test", everything(connection)).await;
    let plan = plan.expect("a plan");
    let permission = permission(&engine, connection, TARGET).await;
    let started = engine.start_replay(&plan.id, permission).await;
    println!("\nreplaying");
    finished(&engine, started.expect("it starts").id).await;
}

async fn go_on(endpoint: &str, workspace: &Path) {
    let engine = open(workspace).await;
    let replays = engine.replay_list().await.expect("a list");
    let [replay] = &replays[..] else {
        panic!("{replays:?}")
    };
    assert_eq!(replay.state, ReplayState::Interrupted);
    assert!(
        replay.counts.unclear > 0,
        "what was under way is in doubt: {replay:?}"
    );
    connect(&engine, endpoint).await;
    let replay = engine.replay(replay.id).await.expect("a replay");
    let beside = replay.beside.expect("its capture is known");
    let (connection, stream) = replay.writes_to.clone().expect("its connection is open");
    assert_eq!(stream, TARGET);

    let grant = permission(&engine, connection, TARGET).await;
    engine
        .resume_replay(replay.id, grant)
        .await
        .expect("it goes on");
    engine
        .set_replay_pace(replay.id, WantedPacing::AtOnce)
        .await
        .expect("another pace");
    let replay = finished(&engine, replay.id).await;
    assert_eq!(
        (replay.counts.acknowledged, replay.counts.unclear),
        (RECORDS, 0)
    );
    until("everything that was acknowledged is read", async || {
        let now = engine.replay(replay.id).await.expect("a replay").beside;
        now.is_some_and(|now| now.state == BesideState::Read && now.capture == beside.capture)
    })
    .await;
    listed(&engine, endpoint, &replay).await;
    let captures = engine.captures().await.expect("a list");
    assert_eq!(captures.len(), 2, "the source's and the one beside it");
    engine.close().await;
}

async fn listed(engine: &Engine, endpoint: &str, replay: &engine::ReplayOverview) {
    let page = engine
        .replay_records(replay.id, ReplayedWhich::MayBeDoubled, 0, 500)
        .await
        .expect("a page");
    assert_eq!(page.total, replay.counts.may_be_doubled);
    assert!(page.total > 0, "what was sent again is listed");
    let mut copies: HashMap<Vec<u8>, u64> = HashMap::new();
    for record in landed(&client(endpoint), TARGET).await {
        *copies.entry(record.data).or_default() += 1;
    }
    assert_eq!(copies.len() as u64, RECORDS, "no gap");
    let doubled = copies.values().filter(|&&count| count > 1).count() as u64;
    assert!(doubled <= page.total, "{doubled} of {} listed", page.total);
    let verdict = engine.verify_replay(replay.id).await.expect("a verdict");
    assert_eq!((verdict.missing, verdict.changed), (0, 0), "{verdict:?}");
    assert_eq!((verdict.compared, verdict.identical), (RECORDS, RECORDS));
    assert_eq!(verdict.extra, doubled, "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_sent_again_and_listed() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let lab = Lab::at(&proxy.endpoint()).await;
    lab.capture_orders(50).await;
    lab.create_stream(TARGET, 2).await;
    let lost = proxy.add(Rule::on("PutRecords", Action::reset_after()).calls(Calls::Nth(2)));
    let replay = lab.replay(everything(lab.connection)).await;
    assert_eq!(proxy.fired(lost), 1);
    assert!(replay.counts.may_be_doubled > 0, "{replay:?}");
    let verdict = lab
        .engine
        .verify_replay(replay.id)
        .await
        .expect("a verdict");
    assert_eq!(verdict.extra, replay.counts.may_be_doubled, "{verdict:?}");
    assert_eq!(verdict.identical, verdict.compared);
    assert!(
        verdict
            .notes
            .iter()
            .any(|note| note.contains("second copies"))
    );
    lab.engine.close().await;
}
