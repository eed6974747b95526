//! Files as targets, and captures as files.

use super::lab::{EVERYTHING, Lab, STEPS, saga, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{EngineError, FileFormat, Permission, ReplayInto, ReplayState, WantedPacing};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_written_where_a_person_chose_it() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(20).await;
    let path = lab.folder.path().join("order.ndjson");
    let into = ReplayInto::File {
        path: path.clone(),
        format: FileFormat::Ndjson,
    };
    let wanted = wanted(saga(5), into, Vec::new());
    let plan = lab.engine.plan_replay("test", wanted.clone()).await;
    let plan = plan.expect("a plan");
    let refused = lab.engine.start_replay(&plan.id, Permission::Nothing).await;
    assert!(
        matches!(refused, Err(EngineError::Input(_))),
        "not chosen: {refused:?}"
    );
    assert!(!path.exists());

    lab.engine.allow_replay_file(&path);
    let replay = lab.replay(wanted).await;
    assert_eq!(replay.counts.acknowledged, STEPS);
    let text = std::fs::read_to_string(&path).expect("the file");
    let saga_of = |line: &str| -> String {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        value["sagaId"].as_str().expect("a text").to_owned()
    };
    assert!(text.lines().map(saga_of).all(|saga| saga == "saga-5"));
    assert_eq!(text.lines().count() as u64, STEPS);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_waits_goes_step_by_step_and_goes_on_in_the_next_run() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(20).await;
    let path = lab.folder.path().join("step.ndjson");
    lab.engine.allow_replay_file(&path);
    let into = ReplayInto::File {
        path: path.clone(),
        format: FileFormat::Ferrokinesis,
    };
    let mut wanted = wanted(saga(5), into, Vec::new());
    wanted.setup.pacing = WantedPacing::Step;
    let plan = lab
        .engine
        .plan_replay("test", wanted.clone())
        .await
        .expect("a plan");
    let started = lab.engine.start_replay(&plan.id, Permission::Nothing).await;
    let id = started.expect("it starts").id;
    let stands = async |acknowledged: u64| {
        super::lab::until("it pauses with so many", async || {
            let replay = lab.engine.replay(id).await.expect("a replay");
            replay.state == ReplayState::Paused && replay.counts.acknowledged == acknowledged
        })
        .await;
    };
    stands(0).await;
    lab.engine.step_replay(id).await.expect("a step");
    stands(1).await;
    lab.engine.step_replay(id).await.expect("a step");
    stands(2).await;
    let next = lab.engine.replay(id).await.expect("a replay").next;
    assert!(next.is_some(), "what is next is told");
    let count = || {
        std::fs::read_to_string(&path)
            .expect("the file")
            .lines()
            .count()
    };
    assert_eq!(count(), 2);

    // the program ends, and begins again
    lab.engine.close().await;
    let workspace = lab.engine.workspace().to_owned();
    let (client, connection, folder) = (lab.client, lab.connection, lab.folder);
    drop(lab.engine);
    let engine = super::lab::open(&workspace).await;
    let lab = Lab {
        engine,
        folder,
        client,
        connection,
    };
    let waiting = lab.engine.replay(id).await.expect("a replay");
    assert_eq!(waiting.state, ReplayState::Interrupted, "{waiting:?}");
    let another = lab
        .engine
        .plan_replay("test", wanted)
        .await
        .expect("a plan");
    let refused = lab.engine.resume_replay(id, Permission::Nothing).await;
    assert!(
        matches!(&refused, Err(EngineError::Input(why)) if why.contains("choose the file again")),
        "this run of the program has asked nobody: {refused:?}"
    );
    lab.engine.allow_going_on_in_file(&path);
    let anew = lab.engine.start_replay(&another.id, Permission::Nothing);
    let refused = anew.await;
    assert!(
        matches!(&refused, Err(EngineError::Input(why)) if why.contains("choose the file again")),
        "to go on in a file is not to replace it: {refused:?}"
    );
    let kept = std::fs::read_to_string(&path).expect("the file");
    for other in ["", "of somebody else\n"] {
        std::fs::write(&path, other).expect("written");
        let refused = lab.engine.resume_replay(id, Permission::Nothing).await;
        let why = refused
            .expect_err("not a file with only the rest")
            .to_string();
        assert!(why.contains("moved, emptied or changed"), "{why}");
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), other);
    }
    std::fs::write(&path, kept).expect("put back");
    let go_on = async || {
        let resumed = lab.engine.resume_replay(id, Permission::Nothing).await;
        resumed.expect("it goes on");
    };
    go_on().await;
    super::lab::until("it waits for the next step again", async || {
        let replay = lab.engine.replay(id).await.expect("a replay");
        replay.state == ReplayState::Paused && replay.counts.acknowledged == 2
    })
    .await;
    go_on().await;
    let replay = lab.finished(id).await;
    assert_eq!(
        (replay.counts.acknowledged, replay.counts.may_be_doubled),
        (STEPS, 0)
    );
    assert_eq!(count() as u64, STEPS, "each once");
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_goes_to_a_file_and_comes_back() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    let capture = lab.capture_orders(30).await;
    let path = lab.folder.path().join("flow.ferro.ndjson");
    let written = lab.engine.export_capture(capture, &path).await;
    assert_eq!(written.expect("written"), 30 * STEPS);
    let imported = lab.engine.import_capture(&path).await.expect("imported");
    assert_eq!((imported.records, imported.bad_lines), (30 * STEPS, 0));
    let again = imported.capture.expect("a capture");
    let overview = lab.engine.capture(again).await.expect("a capture").overview;
    assert_eq!(overview.streams.len(), 2, "{overview:?}");

    // what was imported is a source like any other
    lab.create_stream("order-test", 1).await;
    let mut of_file = wanted(EVERYTHING, lab.to_stream("order-test"), Vec::new());
    of_file.setup.source.captures = vec![again.0];
    let replay = lab.replay(of_file).await;
    assert_eq!(replay.counts.acknowledged, 30 * STEPS);
    lab.engine.close().await;
}
