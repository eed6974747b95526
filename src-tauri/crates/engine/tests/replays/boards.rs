//! What a replay of ours writes is known as such on a board of sagas that is open meanwhile, and is as read anew.

use super::lab::{EVERYTHING, Lab, STEPS, until, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{BoardId, CaptureId, ListFilter, SagaName, SagaSubject, SortBy};

const TARGET: &str = "again-test";
const ORDERS: u64 = 10;
const DEFINITION: &str = "\
apiVersion: kinescope/v1
saga: orders
version: 1
clock: { time: event, skew: 500ms }
event: { type: [$.eventType], id: [$.eventId], time: [$.timestamp] }
correlate: { key: sagaId, paths: [{ at: $.sagaId }] }
start: { on: STEP_0 }
steps:
  - { id: one, success: STEP_1 }
";

async fn board(lab: &Lab, slot: &str, captures: &[CaptureId]) -> BoardId {
    let subject = SagaSubject::Text(DEFINITION.to_owned());
    let opened = lab
        .engine
        .open_sagas(slot, subject, captures.to_vec())
        .await;
    let id = opened.expect("a board").id;
    until("the board is read", async || {
        lab.engine
            .saga_board(id)
            .await
            .expect("a board")
            .is_complete
    })
    .await;
    id
}

/// Of every saga how many events it has, how many of them a replay wrote, and what was found.
async fn told(lab: &Lab, board: BoardId) -> Vec<(String, usize, usize, Vec<&'static str>)> {
    let sort = (SortBy::Key, false);
    let page = lab
        .engine
        .saga_rows(board, ListFilter::default(), sort, 0, 100);
    let mut told = Vec::new();
    for row in page.await.expect("a page").page.rows {
        let name = SagaName {
            key: row.key.text.clone(),
            life: row.life,
        };
        let saga = lab.engine.saga(board, name).await.expect("a saga");
        let replayed = saga
            .events
            .iter()
            .filter(|event| event.was_replayed)
            .count();
        let codes = saga.findings.iter().map(|found| found.code).collect();
        told.push((row.key.text, saga.events.len(), replayed, codes));
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_replay_is_known_to_a_board_that_is_open() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    let sources = lab.capture_orders(ORDERS).await;
    lab.create_stream(TARGET, 2).await;
    let target = lab.capture(&[TARGET]).await;
    let captures = [sources, target];
    let live = board(&lab, "live", &captures).await;
    assert_eq!(told(&lab, live).await.len() as u64, ORDERS);

    let mut wanted = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    wanted.setup.source.captures = vec![sources.0];
    lab.replay(wanted).await;
    lab.until_captured(target, ORDERS * STEPS).await;
    let steps = STEPS as usize;
    until("every copy is taken in as ours", async || {
        let told = told(&lab, live).await;
        told.iter()
            .all(|(_, events, replayed, _)| (*events, *replayed) == (2 * steps, steps))
    })
    .await;
    let told_live = told(&lab, live).await;
    assert!(
        told_live
            .iter()
            .all(|(.., codes)| !codes.contains(&"redelivery") && codes.contains(&"replay")),
        "{told_live:?}"
    );
    let scratch = board(&lab, "scratch", &captures).await;
    assert_eq!(told(&lab, scratch).await, told_live);
    lab.engine.close().await;
}
