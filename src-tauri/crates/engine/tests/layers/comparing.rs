//! The record to compare another with.

use crate::desk::desk;
use engine::{Likeness, RecordId};

fn event(event_type: &str, number: u64) -> Vec<u8> {
    format!(r#"{{"type":"{event_type}","n":{number}}}"#).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_before_with_the_key_or_the_type_is_found() {
    let (desk, rows) = desk(&[
        ("a", event("Placed", 1)),
        ("b", event("Paid", 2)),
        ("b", event("Placed", 3)),
        ("a", event("Paid", 4)),
        ("c", b"no type".to_vec()),
    ])
    .await;
    let ids: Vec<RecordId> = rows.iter().map(|row| row.row.id).collect();
    let engine = &desk.engine;
    let earlier = async |of: usize, likeness| {
        let found = engine
            .earlier_record(ids[of], likeness)
            .await
            .expect("an answer");
        found.map(|row| {
            ids.iter()
                .position(|id| *id == row.row.id)
                .expect("one of them")
        })
    };
    assert_eq!(earlier(3, Likeness::Key).await, Some(0));
    assert_eq!(earlier(3, Likeness::Type).await, Some(1));
    assert_eq!(earlier(2, Likeness::Key).await, Some(1));
    assert_eq!(earlier(2, Likeness::Type).await, Some(0));
    assert_eq!(
        earlier(0, Likeness::Key).await,
        None,
        "none was captured before it"
    );
    assert_eq!(earlier(1, Likeness::Type).await, None);
    assert_eq!(earlier(4, Likeness::Key).await, None);
    assert!(
        engine.earlier_record(ids[4], Likeness::Type).await.is_err(),
        "it has no type"
    );
    desk.close().await;
}
