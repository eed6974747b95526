//! The list of sagas through a filter of records, held against the explorer's view of the same filter.

use crate::common::{Bench, PATIENCE};
use engine::{
    BoardId, CaptureId, EngineError, ListFilter, RecordId, SagaFilter, SagaPage, SagaStatus, SortBy,
};
use std::{
    collections::{BTreeSet, HashSet},
    time::Instant,
};

fn by(records: &str) -> SagaFilter {
    SagaFilter {
        records: records.to_owned(),
        ..SagaFilter::default()
    }
}

/// Asks until every record was looked at.
async fn sifted(bench: &Bench, board: BoardId, filter: &SagaFilter) -> SagaPage {
    let begun = Instant::now();
    loop {
        let order = (SortBy::Key, false);
        let asked = bench
            .engine
            .saga_rows(board, filter.clone(), order, 0, 1_000);
        let page = asked.await.expect("a page");
        let Some(search) = page.search else {
            panic!("no search of {filter:?}")
        };
        assert!(search.searched <= search.total, "{search:?}");
        if search.is_complete {
            assert_eq!(search.searched, search.total);
            return page;
        }
        assert!(begun.elapsed() < PATIENCE, "{search:?}");
    }
}

/// The records that the explorer shows through the same filter.
async fn shown(bench: &Bench, captures: Vec<CaptureId>, filter: &str) -> HashSet<RecordId> {
    let engine = &bench.engine;
    let view = engine.open_view("sifting", captures, filter).await;
    let view = view.expect("a view").id;
    while !engine.view_status(view).await.expect("a status").complete {}
    let mut ids = HashSet::new();
    loop {
        let page = engine.view_page(view, ids.len() as u64, 1_000, &[]).await;
        let rows = page.expect("a page").rows;
        if rows.is_empty() {
            return ids;
        }
        ids.extend(rows.iter().map(|row| row.row.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saga_is_listed_where_a_record_of_one_of_its_events_passes() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("sagas", vec![capture]).await.id;
    bench.until(board, "read", |_| true).await;
    // the sagas with their records, of a part that is quick to go through
    let failed = ListFilter {
        statuses: vec![SagaStatus::Failed, SagaStatus::Compensated],
        ..ListFilter::default()
    };
    let rows = bench.rows(board, failed.clone()).await;
    assert!(rows.len() > 20, "{}", rows.len());
    for text in [
        "type:*REJECTED*",
        "payload.amount>300",
        "not type:*CREATED*",
        "shard:0 or shard:1",
        "type:NOBODY_SENDS_THIS",
    ] {
        let records = shown(&bench, vec![capture], text).await;
        let mut expected = BTreeSet::new();
        for row in &rows {
            let saga = bench.detail(board, row).await;
            if saga
                .events
                .iter()
                .any(|event| records.contains(&event.record))
            {
                expected.insert((row.key.text.clone(), row.life));
            }
        }
        let filter = SagaFilter {
            list: failed.clone(),
            ..by(text)
        };
        let page = sifted(&bench, board, &filter).await;
        let listed = page.page.rows.iter();
        let listed: BTreeSet<_> = listed.map(|row| (row.key.text.clone(), row.life)).collect();
        // a page is cut there, and both are in the order of the keys
        let first: BTreeSet<_> = expected.iter().take(1_000).cloned().collect();
        assert_eq!(listed, first, "{text}");
        assert_eq!(page.page.total, expected.len(), "{text}");
        assert!(page.of > rows.len(), "all of the board: {}", page.of);
        let points = bench.engine.saga_points(board, filter).await;
        assert_eq!(points.expect("points").total, expected.len(), "{text}");
    }
    let all = bench
        .engine
        .saga_rows(board, by("  "), (SortBy::Key, false), 0, 1);
    let all = all.await.expect("a page");
    assert_eq!((all.page.total, all.search), (all.of, None));
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_cannot_be_read_says_where_and_the_next_one_takes_its_place() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("sagas", vec![capture]).await.id;
    bench.until(board, "read", |_| true).await;
    let order = (SortBy::Key, false);
    let asked = bench
        .engine
        .saga_rows(board, by("type:a and ("), order, 0, 1);
    match asked.await {
        Err(EngineError::Filter { at, .. }) => assert_eq!(at.end, 12),
        other => panic!("{other:?}"),
    }
    let some = sifted(&bench, board, &by("type:*CREATED*")).await;
    let none = sifted(&bench, board, &by("type:NOBODY_SENDS_THIS")).await;
    assert!(some.page.total > 0 && none.page.total == 0);
    let once_more = sifted(&bench, board, &by("type:*CREATED*")).await;
    assert_eq!(once_more.page.total, some.page.total);
    bench.close().await;
}
