//! The product without its window: connect, browse, capture, look, pause, end, and find it again.

use engine::{
    CaptureFrom, CaptureId, Choice, ConnectionSource, Engine, EngineOptions, EventPart, NewCapture,
    NewCaptureStream, RunState, ViewOverview,
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);

async fn open(workspace: &Path) -> Engine {
    Engine::open(EngineOptions {
        workspace: workspace.to_owned(),
    })
    .await
    .expect("the engine opens")
}

/// Ends the engine, and fails where that does not come to an end.
async fn close(engine: &Engine) {
    tokio::time::timeout(PATIENCE, engine.close())
        .await
        .expect("closing comes to an end");
}

async fn capture_the_demo(engine: &Engine) -> CaptureId {
    let demo = Choice {
        source: ConnectionSource::Demo,
        region: None,
        endpoint: None,
    };
    let opened = engine.open_connection(demo).await.expect("the demo opens");
    let streams = engine
        .streams(opened.id)
        .await
        .expect("the streams are listed");
    assert_eq!(streams.len(), 3);
    let streams = streams
        .into_iter()
        .map(|stream| NewCaptureStream {
            stream: stream.name.to_string(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        })
        .collect();
    let wanted = NewCapture {
        connection: opened.id,
        name: None,
        streams,
        until: None,
    };
    engine
        .start_capture(wanted)
        .await
        .expect("the capture starts")
        .stored
        .id
}

/// Asks until the view has taken in everything and `enough` holds.
async fn settled(
    engine: &Engine,
    filter: &str,
    enough: impl Fn(&ViewOverview) -> bool,
) -> ViewOverview {
    let start = Instant::now();
    let mut view = engine
        .open_view("test", Vec::new(), filter)
        .await
        .expect("the view opens");
    while !(view.complete && enough(&view)) {
        assert!(
            start.elapsed() < PATIENCE,
            "the view does not settle: {view:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
        view = engine.view_status(view.id).await.expect("the view answers");
    }
    view
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_captured_is_there_after_a_pause_and_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("job.kscope");
    let engine = open(&workspace).await;
    let capture = capture_the_demo(&engine).await;
    settled(&engine, "", |view| view.matched > 20_000).await;

    engine
        .pause_capture(capture)
        .await
        .expect("the capture pauses");
    let start = Instant::now();
    let mut last = 0;
    loop {
        let now = settled(&engine, "", |_| true).await.matched;
        if now == last {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "a paused capture goes on");
        last = now;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(
        engine
            .capture(capture)
            .await
            .expect("it is known")
            .overview
            .state,
        RunState::Paused
    );
    let view = settled(&engine, "", |_| true).await;
    let before = engine
        .view_page(view.id, view.matched - 50, 50, &[])
        .await
        .expect("a page");
    close(&engine).await;
    drop(engine);

    let engine = open(&workspace).await;
    let view = settled(&engine, "", |_| true).await;
    assert_eq!(view.matched, last, "as many records as before");
    let after = engine
        .view_page(view.id, view.matched - 50, 50, &[])
        .await
        .expect("a page");
    let rows = |page: &engine::Page| -> Vec<_> {
        page.rows
            .iter()
            .map(|row| (row.row.id, row.row.sequence, row.preview.text.clone()))
            .collect()
    };
    assert_eq!(rows(&before), rows(&after));
    close(&engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_a_record_and_its_tree() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = open(&folder.path().join("look.kscope")).await;
    let capture = capture_the_demo(&engine).await;
    let view = settled(&engine, "type:PAYMENT_FAILED", |view| view.matched > 20).await;
    let page = engine.view_page(view.id, 0, 20, &[]).await.expect("a page");
    assert!(
        page.rows
            .iter()
            .all(|row| row.row.event_type.as_deref() == Some("PAYMENT_FAILED")),
        "{page:?}"
    );
    let (first, last) = view.extent.expect("there is an extent");
    let counts = engine
        .view_buckets(view.id, first, last.saturating_add(1), 100)
        .await
        .expect("counts");
    let counted: u64 = counts.counts.iter().map(|count| u64::from(*count)).sum();
    assert!(counted >= view.matched, "the buckets hold all that matched");

    let id = page.rows[0].row.id;
    let record = engine.open_record(id).await.expect("the record opens");
    assert_eq!(record.layers.first.tree_fault, None);
    assert!(
        record.stream_arn.ends_with("stream/order-events"),
        "{}",
        record.stream_arn
    );
    let window = engine::TreeWindow {
        expansion: engine::Expansion::to_depth(2),
        first: 0,
        count: 100,
    };
    let tree = engine
        .record_tree(id, 0, window)
        .await
        .expect("the tree answers");
    assert!(
        tree.rows
            .iter()
            .any(|row| row.key.as_deref() == Some("eventType")
                && row.text.contains("PAYMENT_FAILED"))
    );
    let text = engine
        .record_text(id, 0, EventPart::Content)
        .await
        .expect("the text answers");
    assert!(text.text.lines().count() > 5, "indented: {}", text.text);
    let bytes = engine
        .record_bytes(id, None, 0, 1)
        .await
        .expect("the bytes answer");
    assert_eq!(bytes, b"{");
    assert_eq!(
        engine
            .view_row_of(view.id, id)
            .await
            .expect("the row answers"),
        Some(0)
    );

    engine
        .delete_capture(capture)
        .await
        .expect("a running capture is ended and deleted");
    assert!(
        engine.open_record(id).await.is_err(),
        "its records went with it"
    );
    close(&engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filter_bar_offers_what_was_captured() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = open(&folder.path().join("offers.kscope")).await;
    capture_the_demo(&engine).await;
    // each stream is read at its own pace
    settled(&engine, "type:ORDER*", |view| view.matched > 1_000).await;
    let offered = async |text: &str| {
        let completion = engine
            .complete_filter(Vec::new(), text.to_owned(), text.len())
            .await
            .expect("an answer");
        let offers = completion.offers.into_iter();
        offers.map(|offer| offer.text).collect::<Vec<_>>()
    };
    let types = offered("type:ORDER").await;
    assert!(
        types.iter().any(|name| name.starts_with("ORDER_")),
        "{types:?}"
    );
    let fields = offered("pay").await;
    assert!(
        fields.iter().any(|name| name.starts_with("payload.")),
        "{fields:?}"
    );
    let in_question = async |text: &str| {
        let completion = engine.complete_question(Vec::new(), text.to_owned(), text.len());
        let offers = completion.await.expect("an answer").offers.into_iter();
        offers.map(|offer| offer.text).collect::<Vec<_>>()
    };
    let fields = in_question("stats avg(pay").await;
    assert!(
        fields.iter().any(|name| name.starts_with("payload.")),
        "{fields:?}"
    );
    assert_eq!(in_question("filter type:ORDER").await, types);
    // every offered value can be asked for, and finds something
    let found = settled(&engine, &format!("type:{}", types[0]), |_| true).await;
    assert!(found.matched > 0);
    // what nobody replayed, and what was retried, are questions with answers
    assert_eq!(settled(&engine, "is:replayed", |_| true).await.matched, 0);
    let all = settled(&engine, "is:duplicate or -is:duplicate", |_| true).await;
    assert_eq!(all.matched, all.total);
    close(&engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_and_harms_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = open(&folder.path().join("bad.kscope")).await;
    let fault = engine
        .open_view("test", Vec::new(), "type:(")
        .await
        .expect_err("no filter");
    assert!(
        matches!(fault, engine::EngineError::Filter { .. }),
        "{fault}"
    );
    assert!(
        engine
            .open_view("test", vec![CaptureId(77)], "")
            .await
            .is_err(),
        "an unknown capture"
    );
    let nowhere = Choice {
        source: ConnectionSource::Local,
        region: None,
        endpoint: Some("http://127.0.0.1:9".to_owned()),
    };
    let down = engine
        .open_connection(nowhere)
        .await
        .map(|opened| opened.id)
        .expect_err("nothing listens");
    assert!(down.to_string().contains("127.0.0.1:9"), "{down}");
    let plain = Choice {
        source: ConnectionSource::Local,
        region: None,
        endpoint: Some("http://192.0.2.1:80".to_owned()),
    };
    let refused = engine
        .open_connection(plain)
        .await
        .map(|opened| opened.id)
        .expect_err("plain http");
    assert!(refused.to_string().contains("192.0.2.1"), "{refused}");
    assert!(engine.set_demo_rate(0.0).await.is_err());
    assert!(engine.connections().is_empty());
    close(&engine).await;
}
