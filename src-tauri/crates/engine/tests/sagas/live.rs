//! A board follows its captures: what it says live is what it says from scratch.

use crate::common::{Bench, PATIENCE, codes};
use engine::{BoardId, CaptureId, ListFilter, Notice, RecordId, RunState};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::TryRecvError;

/// Everything that is said of every saga.
async fn told(bench: &Bench, board: BoardId) -> Vec<String> {
    let mut told = Vec::new();
    for row in bench.rows(board, ListFilter::default()).await {
        told.push(format!(
            "{} {} {:?} {:?} {:?} {} {:?}",
            row.key.text, row.life, row.status, row.flags, row.steps, row.events, row.waiting_for
        ));
    }
    told
}

async fn paused(bench: &Bench, capture: CaptureId) {
    bench
        .engine
        .pause_capture(capture)
        .await
        .expect("it pauses");
    let begun = Instant::now();
    loop {
        let capture = bench.engine.capture(capture).await.expect("a capture");
        if capture.overview.state == RunState::Paused {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the capture does not pause");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn live_is_as_from_scratch() {
    let bench = Bench::new().await;
    let capture = bench.capture_orders().await;
    let mut notices = bench.engine.subscribe();
    let live = bench.open("live", vec![capture]).await.id;
    let before = bench.history(live).await;
    bench.engine.set_demo_rate(500.0).await.expect("a rate");
    bench
        .until(live, "sagas come in live", |board| {
            board.sagas.sagas > before.sagas.sagas + 200 && board.revision > before.revision
        })
        .await;
    bench.engine.set_demo_rate(1.0).await.expect("a rate");
    paused(&bench, capture).await;
    let scratch = bench.open("scratch", vec![capture]).await.id;
    // what was on its way when the capture paused may come after either has read all
    let begun = Instant::now();
    loop {
        let whole = bench.until(scratch, "read again", |_| true).await;
        let live = bench.until(live, "read on", |_| true).await;
        if live.scanned == whole.scanned {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{live:#?} {whole:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // both follow the clock: at some moment no deadline lies between their answers
    let begun = Instant::now();
    loop {
        let (live, scratch) = (told(&bench, live).await, told(&bench, scratch).await);
        if live == scratch {
            break;
        }
        let different: Vec<_> = live.iter().zip(&scratch).filter(|(a, b)| a != b).collect();
        assert!(
            begun.elapsed() < PATIENCE,
            "{:#?}",
            &different[..different.len().min(5)]
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut told_of_sagas = 0;
    loop {
        match notices.try_recv() {
            Ok(Notice::Sagas) => told_of_sagas += 1,
            Ok(_) | Err(TryRecvError::Lagged(_)) => {}
            Err(_) => break,
        }
    }
    assert!(told_of_sagas > 0, "nobody was told");
    bench.close().await;
}

/// The newest record of this type that is shown.
async fn newest(bench: &Bench, capture: CaptureId, kind: &str) -> RecordId {
    let filter = format!("type:{kind}");
    let view = bench.engine.open_view("newest", vec![capture], &filter);
    let mut view = view.await.expect("a view");
    while !view.complete {
        view = bench.engine.view_status(view.id).await.expect("a view");
    }
    let last = view.matched.checked_sub(1).expect("one is there");
    let page = bench.engine.view_page(view.id, last, 1, &[]).await;
    page.expect("a page").rows[0].row.id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_saga_of_a_record_that_was_captured_a_moment_ago_is_found() {
    let bench = Bench::new().await;
    let capture = bench.capture_orders().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    bench.engine.set_demo_rate(500.0).await.expect("a rate");
    for _ in 0..30 {
        let record = newest(&bench, capture, "ORDER_CREATED").await;
        let holder = bench.engine.saga_of(board, record).await;
        assert!(holder.expect("asked").is_some());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saga_is_stuck_once_its_time_is_over_though_nothing_arrives() {
    let bench = Bench::new().await;
    let capture = bench.capture_orders().await;
    let board = bench.open("test", vec![capture]).await.id;
    // the newest that wait for an answer, while their time is not over
    let begun = bench.engine.capture(capture).await.expect("a capture");
    let waiting = ListFilter {
        waiting_for: Some("PAYMENT_PROCESSED".to_owned()),
        started_from: Some(begun.overview.stored.created_at),
        ..ListFilter::default()
    };
    let begun = Instant::now();
    let row = loop {
        bench.until(board, "read", |_| true).await;
        let rows = bench.rows(board, waiting.clone()).await;
        if let Some(row) = rows.into_iter().find(|row| row.flags.overdue) {
            break row;
        }
        assert!(begun.elapsed() < PATIENCE * 2, "no payment is ever late");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let saga = bench.detail(board, &row).await;
    assert!(codes(&saga).contains(&"step-timed-out") || codes(&saga).contains(&"stuck"));
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_is_of_several_captures_of_several_streams() {
    let bench = Bench::new().await;
    let commands = bench.capture(&["order-commands"]).await;
    let events = bench.capture(&["order-events"]).await;
    let both = bench.open("both", vec![commands, events]).await.id;
    let all = bench.open("all", Vec::new()).await.id;
    let half = bench.open("half", vec![events]).await.id;
    let is_whole = |board: &engine::BoardOverview| {
        board.sagas.sagas > 2_000 && board.captured.iter().all(|one| one.until.is_some())
    };
    let whole = bench.until(both, "both streams", is_whole).await;
    assert!(whole.sagas.stuck > 0, "{whole:?}");
    bench.until(all, "all captures", is_whole).await;

    let missing = bench
        .until(half, "one stream", |board| board.sagas.sagas > 2_000)
        .await;
    let unknown = missing
        .captured
        .iter()
        .find(|one| one.stream == "order-commands");
    assert_eq!(unknown.map(|one| one.until), Some(None));
    assert_eq!(
        missing.sagas.stuck, 0,
        "what was not captured is not judged"
    );
    assert!(missing.sagas.unknown > 0);

    // a capture that begins later is one of all
    bench
        .engine
        .delete_capture(commands)
        .await
        .expect("deleted");
    let begun = Instant::now();
    while bench.engine.saga_board(both).await.is_ok() {
        assert!(
            begun.elapsed() < PATIENCE,
            "the board of a deleted capture stays"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_holds_one_board_and_few_are_open() {
    let bench = Bench::empty().await;
    let first = bench.open("one", Vec::new()).await.id;
    let second = bench.open("one", Vec::new()).await.id;
    assert!(bench.engine.saga_board(first).await.is_err());
    bench.engine.saga_board(second).await.expect("it is open");
    for slot in 0..8 {
        bench.open(&format!("slot {slot}"), Vec::new()).await;
    }
    assert!(
        bench.engine.saga_board(second).await.is_err(),
        "the least asked made room"
    );
    bench.close().await;
}
