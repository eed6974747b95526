//! SQL in the place of a question: the same answers, the same words for what was searched.

use crate::{Captured, TICK, captured};
use engine::{
    AnswerNote, AnswerOverview, AnswerState, CaptureId, ListFilter, SagaSubject, SortBy,
    TableFormat,
};

#[tokio::test(flavor = "multi_thread")]
async fn sql_answers_as_a_question_does_and_says_what_it_read() {
    let captured = captured().await;
    let engine = &captured.engine;
    let run = async |sql: &str| run(&captured, sql).await;
    let sql =
        "SELECT event_type, count(*), sum(size_bytes) FROM records GROUP BY 1 ORDER BY 2 DESC, 1";
    let answer = run(sql).await;
    assert_eq!(answer.state, AnswerState::Complete, "{answer:?}");
    assert_eq!(
        (answer.searched, &answer.notes),
        (answer.total, &Vec::new())
    );
    let mut counted = captured.cells(&answer).await;
    counted.sort();
    let question = captured.ask("stats count(*), sum(@size) by type").await;
    let mut expected = captured.cells(&question).await;
    expected.sort();
    assert_eq!(counted, expected);

    let newest = run("SELECT id, json ->> '$.orderId', NULL, x'00ff' FROM events LIMIT 3").await;
    assert!(
        newest.searched < newest.total && newest.notes == [AnswerNote::NotRead],
        "{newest:?}"
    );
    let rows = engine.question_rows(newest.id, 0, 10).await.expect("rows");
    let page = captured.rows("").await;
    let handles: Vec<u64> = page
        .iter()
        .rev()
        .take(3)
        .map(|row| row.row.id.0.cast_unsigned())
        .collect();
    assert_eq!(
        rows.iter().filter_map(|row| row.record).collect::<Vec<_>>(),
        handles
    );
    assert_eq!(
        (rows[0].cells[2].to_string(), rows[0].cells[3].to_string()),
        ("null".into(), "x'00ff'".into())
    );
    let csv = engine
        .question_text(newest.id, TableFormat::Csv)
        .await
        .expect("a file");
    assert_eq!(
        csv.lines().next(),
        Some("id,json ->> '$.orderId',NULL,x'00ff'")
    );
    let formula = run("SELECT '=1+1' AS a, '-2' AS b, -2 AS c").await;
    let csv = engine
        .question_text(formula.id, TableFormat::Csv)
        .await
        .expect("a file");
    assert_eq!(csv.lines().nth(1), Some("'=1+1,'-2,-2"));
    assert!(
        engine.question_status(newest.id).await.is_err(),
        "a slot holds one statement"
    );

    is_refused_with_its_place(&captured).await;
    has_the_sagas_that_are_open(&captured).await;
    let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x < 0";
    let endless = engine
        .ask_sql("sql", Vec::new(), endless)
        .await
        .expect("a statement");
    engine.stop_question(endless.id).expect("stopped");
    assert_eq!(
        captured.finished(endless.id).await.state,
        AnswerState::Stopped
    );
    assert!(
        engine
            .ask_sql("sql", vec![CaptureId(99)], "SELECT 1")
            .await
            .is_err()
    );
    engine.close().await;
}

async fn run(captured: &Captured, sql: &str) -> AnswerOverview {
    let asked = captured
        .engine
        .ask_sql("sql", vec![captured.capture], sql)
        .await;
    captured.finished(asked.expect("a statement").id).await
}

async fn is_refused_with_its_place(captured: &Captured) {
    let wrong = run(captured, "SELECT 1,\n  absent FROM records").await;
    assert_eq!(
        (wrong.state, wrong.fault_at),
        (
            AnswerState::Failed("no such column: absent".into()),
            Some((2, 3))
        )
    );
    let refused = run(captured, "ATTACH 'x.db' AS x").await;
    assert!(
        matches!(refused.state, AnswerState::Failed(_)),
        "{refused:?}"
    );
}

async fn has_the_sagas_that_are_open(captured: &Captured) {
    let engine = &captured.engine;
    let closed = run(captured, "SELECT count(*) FROM sagas").await;
    assert!(matches!(&closed.state, AnswerState::Failed(why) if why.contains("no sagas are open")));
    let subject = SagaSubject::Saved("order-fulfilment".into());
    let mut board = engine
        .open_sagas("s", subject, Vec::new())
        .await
        .expect("a board");
    while !board.is_complete {
        tokio::time::sleep(TICK).await;
        board = engine.saga_board(board.id).await.expect("a board");
    }
    let sagas = run(
        captured,
        "SELECT count(*), sum(events) > count(*), count(DISTINCT key) > 9 FROM sagas",
    )
    .await;
    let listed = engine
        .saga_rows(
            board.id,
            ListFilter::default(),
            (SortBy::Started, false),
            0,
            1,
        )
        .await;
    let all = listed.expect("sagas").page.total.to_string();
    assert_eq!(
        captured.cells(&sagas).await,
        [[all.as_str(), "1", "1"]],
        "{sagas:?}"
    );
}
