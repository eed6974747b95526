//! A disk that fills up under a capture: it stops, says so, stays browsable, and goes on without a loss.

use crate::desk::{capture_all, close, emulator, failed, fill, open, put, rows, state, within};
use engine::{Engine, RunState};
use faults::disk::SmallDisk;
use rand::{RngCore, SeedableRng, rngs::StdRng};
use std::time::{Duration, Instant};

const ROUNDS: u64 = 30;
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// 100 KB that no compression makes smaller.
fn noise(seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; 100_000];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_outlives_a_full_disk() {
    let Some(disk) = SmallDisk::of_test("full_disk::a_capture_outlives_a_full_disk", 24) else {
        return;
    };
    let workspace = disk.folder().join("full.kscope");
    let engine = open(&workspace).await;
    let emulator = emulator();
    fill(&emulator, &[("k", noise(0))]).await;
    let capture = capture_all(&engine, &emulator.endpoint()).await;
    let first = rows(&engine, 1).await[0].row.id;

    let ballast = disk.fill(300_000);
    let filled = Instant::now();
    for seed in 1..ROUNDS {
        put(&emulator, &[("k", noise(seed))]).await;
    }
    let trouble = failed(&engine, capture).await;
    assert!(filled.elapsed() < STOPS_WITHIN, "{:?}", filled.elapsed());
    assert!(trouble.message.contains("is full"), "{trouble:?}");
    assert!(trouble.message.contains("Free some space"), "{trouble:?}");
    assert!(!trouble.message.contains("elete"), "{trouble:?}");
    browsable(&engine, first).await;

    // in vain as long as the disk is full, and said again
    let refused = within("resuming", engine.resume_capture(capture)).await;
    match refused {
        Err(error) => assert!(error.to_string().contains("is full"), "{error}"),
        Ok(()) => assert_eq!(failed(&engine, capture).await, trouble),
    }
    browsable(&engine, first).await;

    drop(ballast);
    within("resuming", engine.resume_capture(capture))
        .await
        .expect("there is room again");
    let all = rows(&engine, ROUNDS).await;
    assert_eq!(state(&engine, capture).await, RunState::Running);
    for (seed, row) in all.iter().enumerate() {
        let bytes = engine
            .record_bytes(row.row.id, None, 0, u32::MAX)
            .await
            .expect("its bytes");
        assert!(bytes == noise(seed as u64), "record {seed} differs");
    }
    let progress = engine.capture(capture).await.expect("the capture");
    assert_eq!(progress.gaps.len(), 0, "{:?}", progress.gaps);
    close(engine).await;
}

async fn browsable(engine: &Engine, first: engine::RecordId) {
    let view = crate::desk::look(engine).await;
    assert!(view.complete && view.matched >= 1, "{view:?}");
    let page = engine
        .view_page(view.id, 0, 100, &[])
        .await
        .expect("a page");
    assert_eq!(page.rows[0].row.id, first);
    let bytes = engine.record_bytes(first, None, 0, u32::MAX).await;
    assert!(bytes.expect("the bytes") == noise(0));
}
