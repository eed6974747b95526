//! What `make run` does without a display: drives the demo for a few seconds and shows what came of it.

use crate::flow::{capture_everything, records_shown};
use e2e::{Start, Window};

#[tokio::test]
async fn drive_the_demo() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("tour.kscope"))).await;
    capture_everything(&window).await;
    window
        .wait_for(
            "records arrive on all nine shards",
            "return document.querySelectorAll('[data-testid=record-row]').length > 20",
        )
        .await;
    let records = records_shown(&window).await;
    let shards = window.text("status-shards").await;
    let screenshot = window.screenshot("tour").await;
    println!("screenshot: {}", screenshot.display());
    println!("captured: 3 streams, {shards}, {records} records");
    window.close().await;
}
