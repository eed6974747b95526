//! Every kind of saga that the demo plays appears with its verdict.

use crate::common::{Bench, codes, kinds};
use engine::{EventRole, ListFilter, SagaDetail, SagaFlags, SagaFormat, SagaName, SagaStatus};

/// The first saga that passes a filter and has these events.
async fn one(
    bench: &Bench,
    board: engine::BoardId,
    filter: ListFilter,
    has: &[&str],
) -> SagaDetail {
    for row in bench.rows(board, filter.clone()).await {
        let saga = bench.detail(board, &row).await;
        if has.iter().all(|kind| kinds(&saga).contains(kind)) {
            return saga;
        }
    }
    panic!("no saga with {has:?} passes {filter:?}")
}

fn of(status: SagaStatus) -> ListFilter {
    ListFilter {
        statuses: vec![status],
        ..ListFilter::default()
    }
}

fn found(code: &str) -> ListFilter {
    ListFilter {
        findings: vec![code.to_owned()],
        ..ListFilter::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_saga_appears_with_its_verdict() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    let overview = bench.history(board).await;
    assert!(
        overview.has_steps && overview.notes.is_empty(),
        "{overview:?}"
    );
    assert_eq!(overview.captured.len(), 2);

    // one with a note, such as a second delivery, is completed too
    let completed = bench.rows(board, of(SagaStatus::Completed)).await;
    let plain = completed.iter().find(|row| row.findings == 0);
    let happy = bench
        .detail(board, plain.expect("one without a note"))
        .await;
    assert!(
        happy.sentence.starts_with("Completed"),
        "{}",
        happy.sentence
    );
    assert!(kinds(&happy).contains(&"ORDER_SHIPPED") && happy.is_start_captured);

    let unpaid = one(
        &bench,
        board,
        of(SagaStatus::Compensated),
        &["PAYMENT_FAILED"],
    )
    .await;
    assert!(
        unpaid.sentence.contains("1 of 1 completed step undone"),
        "{}",
        unpaid.sentence
    );

    let unshipped = one(
        &bench,
        board,
        of(SagaStatus::Compensated),
        &["SHIPPING_FAILED"],
    )
    .await;
    assert!(
        unshipped
            .sentence
            .contains("2 of 2 completed steps undone, in reverse order")
    );
    let undone = |step: &str| {
        let at = |event: &engine::SagaEvent| {
            event.role == EventRole::UndoSuccess && event.step.as_deref() == Some(step)
        };
        unshipped.events.iter().position(at).expect("undone")
    };
    assert!(
        undone("payment") < undone("inventory"),
        "{:?}",
        kinds(&unshipped)
    );

    let rejected = one(
        &bench,
        board,
        of(SagaStatus::Failed),
        &["INVENTORY_REJECTED"],
    )
    .await;
    assert!(
        rejected
            .sentence
            .contains("nothing was done that had to be undone")
    );

    let stuck = ListFilter {
        flags: SagaFlags {
            stuck: true,
            ..SagaFlags::default()
        },
        ..ListFilter::default()
    };
    let stuck = one(&bench, board, stuck, &["PROCESS_PAYMENT"]).await;
    assert_eq!(stuck.row.status, SagaStatus::Running);
    assert!(stuck.row.flags.overdue && !stuck.row.flags.unknown);
    assert_eq!(stuck.row.waiting_for.as_deref(), Some("PAYMENT_PROCESSED"));

    let redelivered = one(&bench, board, found("redelivery"), &[]).await;
    assert_eq!(redelivered.row.status, SagaStatus::Completed);
    assert!(redelivered.events.iter().any(|event| !event.counts));

    let twice = one(&bench, board, found("logical-duplicate"), &[]).await;
    assert_eq!(twice.row.status, SagaStatus::CompletedWithFindings);

    let disordered = one(&bench, board, found("out-of-order"), &["ORDER_SHIPPED"]).await;
    assert_eq!(disordered.row.status, SagaStatus::CompletedWithFindings);
    assert!(codes(&disordered).contains(&"out-of-order"));
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_saga_is_told_in_every_view() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let saga = one(
        &bench,
        board,
        of(SagaStatus::Compensated),
        &["SHIPPING_FAILED"],
    )
    .await;
    let name = SagaName {
        key: saga.row.key.text.clone(),
        life: saga.row.life,
    };
    assert_eq!(saga.graph.nodes.len(), 4);
    assert_eq!(saga.steps.len(), 4);
    assert_eq!(saga.sequence.messages.len(), saga.events.len());
    // each event is a record that can be opened and replayed
    for event in &saga.events {
        let record = bench
            .engine
            .open_record(event.record)
            .await
            .expect("a record");
        assert_eq!(
            record.row.row.event_type.as_deref(),
            Some(event.kind.as_str())
        );
        assert_eq!(record.row.row.sequence.to_string(), event.sequence);
    }
    let steps = bench
        .engine
        .saga_state(board, name.clone())
        .await
        .expect("states");
    let changed: Vec<String> = steps
        .iter()
        .flat_map(|step| step.changes.iter().map(|change| change.path.to_string()))
        .collect();
    assert!(changed.contains(&"$.reason".to_owned()), "{changed:?}");

    let usual = bench
        .engine
        .compare_sagas(board, name.clone(), None)
        .await
        .expect("compared");
    assert!(usual.right_way().any(|mark| mark == "completed"));
    let same = bench
        .engine
        .compare_sagas(board, name.clone(), Some(name.clone()))
        .await
        .expect("compared");
    assert!(
        same.lines
            .iter()
            .all(|line| line.left.is_some() && line.right.is_some())
    );

    let json = bench
        .engine
        .saga_text(board, name.clone(), SagaFormat::Json)
        .await;
    let json: serde_json::Value = serde_json::from_str(&json.expect("a text")).expect("JSON");
    assert_eq!(json["status"], "compensated");
    let mermaid = bench
        .engine
        .saga_text(board, name, SagaFormat::Mermaid)
        .await;
    assert!(mermaid.expect("a text").starts_with("sequenceDiagram"));

    let missing = SagaName {
        key: "no such key".to_owned(),
        life: 0,
    };
    let missing = bench.engine.saga(board, missing).await;
    assert!(matches!(missing, Err(engine::EngineError::UnknownSaga(_))));
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_without_an_answer_are_those_of_stuck_sagas() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let page = bench
        .engine
        .unanswered_commands(board, 0, 1_000)
        .await
        .expect("a page");
    assert!(
        page.total > 20 && page.rows.len() == page.total.min(1_000),
        "{} of {}",
        page.rows.len(),
        page.total
    );
    assert!(
        page.rows
            .windows(2)
            .all(|pair| pair[0].sent <= pair[1].sent)
    );
    assert!(page.rows.iter().all(|row| row.stream == "order-commands"));
    let answered = bench
        .engine
        .unanswered_commands(board, page.total, 10)
        .await;
    assert!(answered.expect("a page").rows.is_empty());
    bench.close().await;
}
