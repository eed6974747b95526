//! Imports: bad lines by their numbers, holding and ending, and what a restart leaves.

use crate::desk::{Desk, done, until};
use engine::{EngineError, ImportFormat, ImportRequest, ImportSource, Notice, Order, PublishState};
use std::time::Duration;

pub fn request(desk: &Desk, text: &str, key: &str) -> ImportRequest {
    ImportRequest {
        connection: desk.connection,
        stream: "orders".to_owned(),
        source: ImportSource::Pasted(text.to_owned()),
        format: None,
        key: key.to_owned(),
        column: None,
        order: Order::Keyed,
        aggregate: false,
        records_per_second: None,
    }
}

pub fn lines(count: u64) -> String {
    let line = |n| format!("{{\"id\":\"o-{n}\"}}\n");
    (0..count).map(line).collect::<Vec<_>>().concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aggregation_saves_is_said_before() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let alone = request(&desk, &lines(400), "{$.id}");
    let preview = desk.engine.preview_import(alone.clone()).await;
    let units = preview.expect("a preview").put_units;
    assert_eq!((units.units_before, units.units_after), (400, 400));
    let together = ImportRequest {
        aggregate: true,
        ..alone
    };
    let preview = desk.engine.preview_import(together.clone()).await;
    let units = preview.expect("a preview").put_units;
    assert_eq!(units.units_before, 400);
    let sent = desk.engine.start_import(together, granted.id, "t".into());
    let sent = done(&desk, sent.await.expect("begun").id).await;
    assert_eq!(
        (sent.total, units.units_after),
        (4, 4),
        "one for each shard"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_read_is_sent_and_bad_lines_are_named() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let text = "{\"id\":1}\n{broken\n{\"no\":2}\n{\"id\":3}\n";
    let preview = desk
        .engine
        .preview_import(request(&desk, text, "{$.id}"))
        .await;
    let preview = preview.expect("a preview");
    assert_eq!(
        (preview.format, preview.records, preview.bad_total),
        (ImportFormat::Ndjson, 2, 2)
    );
    let bad: Vec<u64> = preview.bad.iter().map(|bad| bad.line).collect();
    assert_eq!(bad, [2, 3]);
    let sent = desk
        .engine
        .start_import(request(&desk, text, "{$.id}"), granted.id, "t".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!(
        (sent.state, sent.sent, sent.total),
        (PublishState::Finished, 2, 2)
    );
    let written = desk.written("orders").await;
    for row in &preview.first {
        let found = written
            .iter()
            .find(|record| record.key == row.key)
            .expect("sent");
        assert_eq!(Some(&found.shard), row.shard.as_ref());
        assert_eq!(found.data, row.text.as_bytes());
    }
    assert!(
        desk.engine
            .draft_of_published(sent.id)
            .await
            .expect("found")
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_header_is_read_by_its_columns() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.csv");
    std::fs::write(&path, "id,body\n1,hello\n2,\"a, b\"\n3\n").expect("a file");
    let request = ImportRequest {
        source: ImportSource::File(path.clone()),
        column: Some("body".to_owned()),
        ..request(&desk, "", "{$.id}")
    };
    let preview = desk
        .engine
        .preview_import(request.clone())
        .await
        .expect("a preview");
    assert_eq!(
        (preview.format, preview.columns.len()),
        (ImportFormat::Csv, 2)
    );
    assert_eq!((preview.records, preview.bad[0].line), (2, 4));
    let sent = desk
        .engine
        .start_import(request.clone(), granted.id, "t".into())
        .await;
    done(&desk, sent.expect("begun").id).await;
    let mut data: Vec<Vec<u8>> = desk
        .written("orders")
        .await
        .into_iter()
        .map(|r| r.data)
        .collect();
    data.sort();
    assert_eq!(data, [b"a, b".to_vec(), b"hello".to_vec()]);
    std::fs::remove_file(&path).expect("removed");
    let gone = desk
        .engine
        .preview_import(request)
        .await
        .expect_err("no file");
    assert!(gone.to_string().contains("orders.csv"), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_send_is_no_import() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let nothing = desk
        .engine
        .start_import(request(&desk, "{broken", "k"), granted.id, "t".into())
        .await;
    assert!(matches!(nothing, Err(EngineError::Input(_))), "{nothing:?}");
    assert_eq!(desk.puts(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_rests_goes_on_and_ends_where_it_is_told_to() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let request = ImportRequest {
        records_per_second: Some(200.0),
        ..request(&desk, &lines(1_000), "{$.id}")
    };
    let started = tokio::time::Instant::now();
    let id = desk
        .engine
        .start_import(request, granted.id, "t".into())
        .await
        .expect("begun")
        .id;
    let sent = || async { desk.engine.published(id).await.expect("a row") };
    until("some are sent", || async { sent().await.sent > 10 }).await;
    desk.engine.pause_publishing_of(id).await.expect("paused");
    until("it rests", || async {
        sent().await.state == PublishState::Paused
    })
    .await;
    until("nothing is under way", || async {
        desk.written("orders").await.len() as u64 == sent().await.sent
    })
    .await;
    let at_rest = sent().await.sent;
    desk.engine.resume_publishing(id).await.expect("resumed");
    until("more are sent", || async { sent().await.sent > at_rest }).await;
    assert!(sent().await.left_millis.is_some());
    let by_rate = started.elapsed().as_secs_f64() * 200.0 + 60.0;
    assert!(
        (sent().await.sent as f64) < by_rate,
        "faster than it was asked for"
    );
    desk.engine.cancel_publishing(id).await.expect("cancelled");
    let end = done(&desk, id).await;
    assert_eq!(end.state, PublishState::Cancelled);
    assert_eq!(end.sent, desk.written("orders").await.len() as u64);
    assert!(end.sent < end.total && end.unclear == 0, "{end:?}");
    assert!(
        desk.engine.resume_publishing(id).await.is_err(),
        "it is over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_the_permission_back_ends_what_is_sent_with_it() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let request = ImportRequest {
        records_per_second: Some(500.0),
        ..request(&desk, &lines(5_000), "{$.id}")
    };
    let id = desk
        .engine
        .start_import(request, granted.id, "t".into())
        .await
        .expect("begun")
        .id;
    until("some are sent", || async {
        desk.engine.published(id).await.expect("a row").sent > 10
    })
    .await;
    desk.engine.revoke_grant(granted.id);
    let end = done(&desk, id).await;
    assert_eq!(end.state, PublishState::Failed);
    assert!(end.message.expect("why").contains("taken back"));
    assert_eq!(desk.written("orders").await.len() as u64, end.sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_made_again_during_a_pause_gets_nothing_more() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let request = ImportRequest {
        records_per_second: Some(100.0),
        ..request(&desk, &lines(1_000), "{$.id}")
    };
    let id = desk
        .engine
        .start_import(request, granted.id, "t".into())
        .await
        .expect("begun")
        .id;
    until("some are sent", || async {
        desk.engine.published(id).await.expect("a row").sent > 3
    })
    .await;
    desk.engine.pause_publishing_of(id).await.expect("paused");
    until("it rests", || async {
        desk.engine.published(id).await.expect("a row").state == PublishState::Paused
    })
    .await;
    desk.delete("orders").await;
    desk.create("orders", record::Millis(1_800_000_000_000))
        .await;
    desk.proxy.forget_log();
    desk.engine.resume_publishing(id).await.expect("asked");
    let end = done(&desk, id).await;
    assert_eq!(end.state, PublishState::Failed);
    assert!(end.message.expect("why").contains("creation time"));
    assert_eq!(desk.puts(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_s_end_cut_off_is_told_as_such() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let request = ImportRequest {
        records_per_second: Some(100.0),
        ..request(&desk, &lines(1_000), "{$.id}")
    };
    let id = desk
        .engine
        .start_import(request, granted.id, "t".into())
        .await
        .expect("begun")
        .id;
    until("some are sent", || async {
        desk.engine.published(id).await.expect("a row").sent > 3
    })
    .await;
    let desk = desk.restarted().await;
    let end = desk.engine.published(id).await.expect("a row");
    assert_eq!((end.state, end.unclear), (PublishState::Interrupted, 0));
    assert_eq!(desk.written("orders").await.len() as u64, end.sent);
    assert!(end.sent > 3 && end.sent < 1_000);
    assert!(
        desk.engine.grants().is_empty(),
        "permissions end with the program"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_import_pings_at_most_ten_times_a_second() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let mut notices = desk.engine.subscribe();
    let counting = tokio::spawn(async move {
        let mut writes = 0;
        // a second of silence is the end
        while let Ok(said) = tokio::time::timeout(Duration::from_secs(1), notices.recv()).await {
            writes += u128::from(said == Ok(Notice::Writes));
        }
        writes
    });
    let request = ImportRequest {
        records_per_second: Some(300.0),
        ..request(&desk, &lines(600), "{$.id}")
    };
    let started = tokio::time::Instant::now();
    let id = desk
        .engine
        .start_import(request, granted.id, "t".into())
        .await
        .expect("begun")
        .id;
    done(&desk, id).await;
    let tenths = started.elapsed().as_millis() / 100;
    let writes = counting.await.expect("counted");
    assert!(
        writes >= 3 && writes <= tenths + 4,
        "{writes} in {tenths} tenths of a second"
    );
}
