//! What `make run` does without a display: drives the demo for a few seconds and shows what came of it.

use crate::flow::{capture_everything, records_shown};
use e2e::{Start, Window};

#[tokio::test]
async fn drive_the_demo() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("tour.kscope"))).await;
    capture_everything(&window).await;
    let streams = window
        .script("return document.querySelectorAll('[data-testid=stream]').length")
        .await;
    // before that, what is printed and what the picture shows would be two moments of the catching up
    window
        .wait_for(
            "all nine shards are live",
            "return (document.querySelector('[data-testid=status-shards]')?.textContent ?? '').includes('9 of 9')",
        )
        .await;
    let shards = window.text("status-shards").await;
    let shards = shards.trim_start_matches('●').trim_start();
    let records = records_shown(&window).await;
    let picture = window.screenshot("tour").await;
    println!("screenshot: {}", picture.display());
    println!("captured: {streams} streams, {shards}, {records} records");
    assert_eq!(streams, 3);
    assert!(shards.contains('9'), "nine shards: {shards}");
    window.close().await;
}
