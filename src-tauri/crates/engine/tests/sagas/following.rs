//! Without a definition: a value is followed, and an entity's state is folded.

use crate::common::{Bench, kinds};
use engine::{
    BoardNote, EngineError, EntityRule, ListFilter, NamedId, RecordId, Reduce, SagaDetail,
    SagaName, SagaStatus,
};
use std::collections::BTreeSet;

async fn unwound(bench: &Bench, board: engine::BoardId) -> SagaDetail {
    let filter = ListFilter {
        statuses: vec![SagaStatus::Compensated],
        ..ListFilter::default()
    };
    let rows = bench.rows(board, filter).await;
    bench
        .detail(board, rows.first().expect("one was unwound"))
        .await
}

fn records(saga: &SagaDetail) -> BTreeSet<engine::RecordId> {
    saga.events.iter().map(|event| event.record).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_followed_across_streams() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let saga = unwound(&bench, board).await;
    let record = saga.events[1].record;
    let holder = bench.engine.saga_of(board, record).await.expect("asked");
    assert_eq!(
        holder.map(|name| (name.key, name.life)),
        Some((saga.row.key.text.clone(), saga.row.life))
    );
    let unknown = RecordId(i64::MAX);
    let holder = bench.engine.saga_of(board, unknown).await.expect("asked");
    assert_eq!(holder, None);
    let follow = |path: &'static str| {
        bench
            .engine
            .follow_value("followed", record, None, path, vec![capture])
    };

    let followed = follow("$.sagaId").await.expect("followed").id;
    let overview = bench
        .until(followed, "followed", |board| board.sagas.sagas == 1)
        .await;
    assert!(!overview.has_steps);
    let rows = bench.rows(followed, ListFilter::default()).await;
    assert_eq!(rows[0].key.text, saga.row.key.text);
    let found = bench.detail(followed, &rows[0]).await;
    assert_eq!(records(&found), records(&saga), "{:?}", kinds(&found));

    // by the order's id, which is the partition key of commands
    let by_key = follow("@partitionKey").await.expect("followed").id;
    bench
        .until(by_key, "followed", |board| board.sagas.sagas == 1)
        .await;
    let rows = bench.rows(by_key, ListFilter::default()).await;
    let found = records(&bench.detail(by_key, &rows[0]).await);
    assert!(
        records(&saga)
            .iter()
            .filter(|id| found.contains(id))
            .count()
            > 3
    );

    // and from the saga itself: its key, and the alias that came with it
    let name = SagaName {
        key: saga.row.key.text.clone(),
        life: saga.row.life,
    };
    let place = |alias| bench.engine.place_of_saga_id(board, name.clone(), alias);
    let key = place(None).await.expect("asked").expect("a place");
    assert_eq!((key.path.as_str(), key.event), ("$.sagaId", None));
    assert!(records(&saga).contains(&key.record));
    let order = place(saga.aliases.first().cloned());
    let order = order.await.expect("asked").expect("a place");
    assert!(order.path.ends_with("orderId"), "{order:?}");
    let unknown = NamedId {
        text: "ord-nobody".to_owned(),
        ..saga.aliases[0].clone()
    };
    assert_eq!(place(Some(unknown)).await.expect("asked"), None);

    let nothing = follow("$.payload").await;
    assert!(matches!(nothing, Err(EngineError::Input(_))));
    let no_path = follow("payload..").await;
    assert!(matches!(no_path, Err(EngineError::Input(_))));
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_followed_under_other_names_too() {
    let bench = Bench::empty().await;
    let events = [
        r#"{"eventType":"PLACED","orderId":"ord-7"}"#,
        r#"{"eventType":"INVOICED","reference":"ord-7","invoice":"inv-1"}"#,
        r#"{"eventType":"PACKED","parcels":[{"of":["ord-9","ord-7"]}]}"#,
        r#"{"eventType":"PLACED","orderId":"ord-9","replaces":"ord-7"}"#,
        r#"{"eventType":"PAID","orderId":"ord-9"}"#,
        r#"{"eventType":"MAILED","text":"about ord-7 and others","invoice":"inv-1"}"#,
        r#"{"eventType":"PAID","orderId":"ord-7"}"#,
    ];
    let events: Vec<_> = events
        .iter()
        .map(|event| ("orders", event.as_bytes().to_vec()))
        .collect();
    let capture = bench.import(&events).await;
    let record = bench.first_record(capture).await;
    let board = bench
        .engine
        .follow_value("followed", record, None, "$.orderId", vec![capture])
        .await;
    let board = board.expect("followed").id;
    bench
        .until(board, "followed", |board| board.sagas.sagas == 1)
        .await;
    let rows = bench.rows(board, ListFilter::default()).await;
    let found = bench.detail(board, &rows[0]).await;
    assert_eq!(rows[0].key.text, "ord-7");
    assert_eq!(
        kinds(&found),
        ["PLACED", "INVOICED", "PACKED", "PLACED", "PAID"]
    );
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_not_followed_any_more_are_told() {
    let bench = Bench::empty().await;
    let event = |n: usize| {
        let (kind, reference) = (["PLACED", "PAID"][n % 2], n / 2);
        let event =
            format!(r#"{{"eventType":"{kind}","orderId":"ord-7","ref":"ref-{reference:06}"}}"#);
        ("orders", event.into_bytes())
    };
    let events: Vec<_> = (0..2_020).map(event).collect();
    let capture = bench.import(&events).await;
    let record = bench.first_record(capture).await;
    let notes = async |path: &'static str| {
        let board = bench
            .engine
            .follow_value("followed", record, None, path, vec![capture])
            .await;
        let board = board.expect("followed").id;
        let board = bench.until(board, "followed", |_| true).await;
        board.notes
    };
    let told = notes("$.orderId").await;
    let left_out = BoardNote::IdsLeftOut {
        value: "ord-7".to_owned(),
    };
    assert!(told.contains(&left_out), "{told:?}");
    assert_eq!(notes("$.ref").await, []);
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_an_order_is_folded_from_its_events() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let saga = unwound(&bench, board).await;
    let order = saga.aliases.iter().find(|alias| alias.name == "orderId");
    let order = order.expect("an order").text.clone();
    let fold = |rules| {
        bench
            .engine
            .fold_state(vec![capture], "$.payload.orderId", &order, rules)
    };
    let folded = fold(Vec::new()).await.expect("folded");
    assert!(!folded.is_cut);
    let folded = folded.events;
    let told = saga
        .events
        .iter()
        .filter(|event| event.stream == "order-events");
    assert_eq!(folded.len(), told.count(), "commands have the id elsewhere");
    let last = &folded[folded.len() - 1];
    let state: serde_json::Value = serde_json::from_str(&last.state).expect("JSON");
    assert_eq!(state["orderId"], order);
    assert!(state["items"].is_array(), "{state}");

    let forgets = EntityRule {
        kind: last.kind.clone(),
        reduce: Reduce::Remove,
        path: Some("$.payload.items".to_owned()),
    };
    let folded = fold(vec![forgets]).await.expect("folded").events;
    let last = &folded[folded.len() - 1];
    let state: serde_json::Value = serde_json::from_str(&last.state).expect("JSON");
    assert!(state.get("items").is_none(), "{state}");
    let wrong = EntityRule {
        kind: String::new(),
        reduce: Reduce::Merge,
        path: Some("$.items[".to_owned()),
    };
    assert!(matches!(
        fold(vec![wrong]).await,
        Err(EngineError::Input(_))
    ));
    bench.close().await;
}
