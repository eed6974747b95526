//! While a capture reads, what is not read yet is told apart from what was not captured.

use crate::{demo, engine, until};
use engine::{CaptureFrom, NewCapture, NewCaptureStream};

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_is_read_on_from_where_its_coverage_ends_until_the_capture_does() {
    let (engine, _folder) = engine().await;
    let opened = engine
        .open_connection(demo())
        .await
        .expect("the demo opens");
    let wanted = NewCapture {
        connection: opened.id,
        name: None,
        streams: vec![NewCaptureStream {
            stream: "user-events".to_owned(),
            shards: None,
            start: CaptureFrom::Latest,
        }],
        until: None,
    };
    let started = engine.start_capture(wanted).await.expect("it starts");
    let view = engine
        .open_view("test", Vec::new(), "")
        .await
        .expect("it opens");
    let lanes = async || engine.view_coverage(view.id).await.expect("it is there");
    until("a time is covered and read on from there", async || {
        let lanes = lanes().await;
        let [lane] = &lanes[..] else { return false };
        let end = lane.covered.last().map(|(_, through)| *through);
        assert!(lane.read_on_from >= end, "what is covered is read");
        end > Some(started.stored.created_at)
    })
    .await;

    engine
        .stop_capture(started.stored.id)
        .await
        .expect("it stops");
    let lanes = lanes().await;
    assert_eq!(lanes.len(), 1);
    assert_eq!(lanes[0].read_on_from, None, "nothing reads");
    engine.close().await;
}
