//! Publishings that were cut off go on: with what was not sent, under a new permission, and never with what may have
//! been sent. And only with the records of then.

use crate::{
    desk::{CREATED, Desk, done, draft, name, until},
    imports::{lines, request},
};
use engine::{
    Draft, EngineError, GrantId, ImportRequest, ImportSource, PublishKind, PublishState, Published,
    SentOutcome,
};
use faults::{Action, Rule};
use record::Millis;
use std::{collections::HashMap, time::Duration};

/// Begun, cut off after some are sent, and the program started again.
async fn cut_off(desk: Desk, request: ImportRequest) -> (Desk, Published) {
    let granted = desk.grant("orders").await;
    let begun = desk.engine.start_import(request, granted.id, "t".into());
    let id = begun.await.expect("begun").id;
    until("some are sent", || async {
        desk.engine.published(id).await.expect("a row").sent > 3
    })
    .await;
    let desk = desk.restarted().await;
    let found = desk.engine.published(id).await.expect("a row");
    assert_eq!(found.state, PublishState::Interrupted);
    (desk, found)
}

async fn go_on(desk: &Desk, cut: &Published) -> Result<Published, EngineError> {
    let granted = desk.grant("orders").await;
    let file = desk.engine.file_of_publishing(cut.id).await.expect("known");
    let gone_on = desk.engine.go_on_publishing(cut.id, granted.id, file);
    Ok(done(desk, gone_on.await?.id).await)
}

fn slow(request: ImportRequest) -> ImportRequest {
    ImportRequest {
        records_per_second: Some(300.0),
        ..request
    }
}

/// How often each user record's text is in the stream.
async fn copies(desk: &Desk) -> HashMap<Vec<u8>, usize> {
    let mut copies = HashMap::new();
    for record in desk.written("orders").await {
        let texts = match decode::deaggregate(&record.data) {
            decode::Aggregation::Aggregated(records) => {
                let texts = records
                    .into_iter()
                    .map(|user| record.data[user.data].to_vec());
                texts.collect()
            }
            decode::Aggregation::Single | decode::Aggregation::Damaged(_) => vec![record.data],
        };
        for text in texts {
            *copies.entry(text).or_default() += 1;
        }
    }
    copies
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_text_goes_on_with_what_was_not_sent() {
    let desk = Desk::with(&["orders"]).await;
    let pasted = slow(request(&desk, &lines(400), "{$.id}"));
    let (desk, cut) = cut_off(desk, pasted).await;
    assert!(cut.can_go_on && cut.hint.is_some(), "{cut:?}");
    let target = (desk.connection, "orders".to_owned());
    assert_eq!(cut.writes_to, Some(target));
    assert!(cut.sent < 400 && cut.unclear == 0, "{cut:?}");

    let end = go_on(&desk, &cut).await.expect("it goes on");
    assert_eq!((end.state, end.sent), (PublishState::Finished, 400));
    assert_eq!((end.refused, end.unclear), (0, 0));
    assert!(!end.can_go_on && end.writes_to.is_none());
    let copies = copies(&desk).await;
    assert_eq!(copies.len(), 400);
    assert!(copies.values().all(|&count| count == 1), "each once");
    let again = go_on(&desk, &end).await.expect_err("it is at its end");
    assert!(matches!(again, EngineError::Input(_)), "{again}");
    let logged = desk.logged(cut.id).await;
    let permissions = logged.events.iter().filter(|event| event.detail.is_some());
    assert!(permissions.count() >= 2, "each beginning with its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_waiting_and_counts_go_on_where_they_stood() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let pasted = slow(request(&desk, &lines(400), "{$.id}"));
    let begun = desk.engine.start_import(pasted, granted.id, "t".into());
    let id = begun.await.expect("begun").id;
    until("some are sent", || async {
        desk.engine.published(id).await.expect("a row").sent > 3
    })
    .await;
    desk.engine.revoke_grant(granted.id);
    let cut = done(&desk, id).await;
    assert_eq!((cut.state, cut.can_go_on), (PublishState::Failed, true));
    assert_eq!((cut.refused, cut.unclear), (0, 0), "{cut:?}");
    let sent = usize::try_from(cut.sent).expect("few");
    assert!(sent < cut.results.len(), "it was taken back too late");
    for (_, row) in &cut.results[sent..] {
        assert_eq!((row.outcome, row.attempts), (SentOutcome::Waiting, 0));
    }

    let again = desk.grant("orders").await;
    let gone_on = desk.engine.go_on_publishing(id, again.id, None).await;
    let first = gone_on.expect("it goes on");
    assert!(first.sent >= cut.sent, "{} before {}", cut.sent, first.sent);
    assert_eq!(first.state, PublishState::Running);
    let end = done(&desk, id).await;
    assert_eq!((end.state, end.sent), (PublishState::Finished, 400));
    assert_eq!((end.refused, end.unclear), (0, 0));
    let copies = copies(&desk).await;
    assert!(copies.len() == 400 && copies.values().all(|&count| count == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_together_is_put_together_again() {
    let desk = Desk::with(&["orders"]).await;
    let line = |n| format!("{{\"id\":\"o-{n}\",\"more\":\"{}\"}}\n", "x".repeat(90));
    let text: String = (0..30_000).map(line).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.ndjson");
    std::fs::write(&path, text).expect("a file");
    let together = ImportRequest {
        aggregate: true,
        source: ImportSource::File(path),
        records_per_second: Some(20.0),
        ..request(&desk, "", "{$.id}")
    };
    let (desk, cut) = cut_off(desk, together).await;
    assert!(cut.sent < cut.total, "{cut:?}");
    let end = go_on(&desk, &cut).await.expect("it goes on");
    assert_eq!((end.state, end.sent), (PublishState::Finished, cut.total));
    let copies = copies(&desk).await;
    assert_eq!(copies.len(), 30_000);
    assert!(copies.values().all(|&count| count == 1), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_made_as_it_was_shown() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let slow = Action::stall_before(Duration::from_millis(200));
    desk.proxy.add(Rule::on("PutRecords", slow.clone()));
    desk.proxy.add(Rule::on("PutRecord", slow));
    let text = r#"{"n":{{seq}},"id":"{{uuid}}"}"#;
    let draft = Draft {
        repeat: 6_000,
        ..draft(&desk, "orders", text, "k-{{random:1..50}}")
    };
    let begun = desk.engine.publish_draft(draft, granted.id, "t".into());
    let id = begun.await.expect("begun").id;
    until("some are sent", || async {
        desk.engine.published(id).await.expect("a row").sent > 3
    })
    .await;
    let desk = desk.restarted().await;
    desk.proxy.mend();
    let cut = desk.engine.published(id).await.expect("a row");
    assert_eq!(
        (cut.state, cut.kind, cut.can_go_on),
        (PublishState::Interrupted, PublishKind::Draft, true)
    );
    let end = go_on(&desk, &cut).await.expect("it goes on");
    assert_eq!((end.state, end.sent), (PublishState::Finished, 6_000));
    let mut numbers: Vec<u64> = copies(&desk)
        .await
        .into_iter()
        .map(|(text, count)| {
            assert_eq!(count, 1, "each once");
            let text: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
            text["n"].as_u64().expect("a number")
        })
        .collect();
    numbers.sort_unstable();
    let first = numbers[0];
    assert_eq!(numbers, (first..first + 6_000).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_is_not_gone_on_with() {
    let desk = Desk::with(&["orders"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.ndjson");
    std::fs::write(&path, lines(400)).expect("a file");
    let of_file = ImportRequest {
        source: ImportSource::File(path.clone()),
        ..slow(request(&desk, "", "{$.id}"))
    };
    let (desk, cut) = cut_off(desk, of_file).await;
    desk.proxy.forget_log();
    let other = lines(400).replace("o-399", "o-999");
    std::fs::write(&path, other).expect("the same length");
    let refused = go_on(&desk, &cut).await.expect_err("another file");
    assert!(refused.to_string().contains("the file"), "{refused}");
    std::fs::remove_file(&path).expect("removed");
    let gone = go_on(&desk, &cut).await.expect_err("no file");
    assert!(gone.to_string().contains("orders.ndjson"), "{gone}");
    assert_eq!(desk.puts(), []);

    // it may lie somewhere else by now
    let moved = folder.path().join("moved.ndjson");
    std::fs::write(&moved, lines(400)).expect("a file");
    let granted = desk.grant("orders").await;
    let gone_on = desk
        .engine
        .go_on_publishing(cut.id, granted.id, Some(moved));
    let end = done(&desk, gone_on.await.expect("it goes on").id).await;
    assert_eq!((end.state, end.sent), (PublishState::Finished, 400));
    assert_eq!(copies(&desk).await.len(), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_on_into_anything_else_than_what_was_granted() {
    let desk = Desk::with(&["orders", "other"]).await;
    let pasted = slow(request(&desk, &lines(400), "{$.id}"));
    let (desk, cut) = cut_off(desk, pasted).await;
    desk.proxy.forget_log();
    let other = desk.grant("other").await;
    for grant in [other.id, GrantId(999)] {
        let refused = desk.engine.go_on_publishing(cut.id, grant, None).await;
        assert!(
            matches!(
                refused,
                Err(EngineError::OtherGrant { .. } | EngineError::UnknownGrant)
            ),
            "{refused:?}"
        );
    }
    desk.delete("orders").await;
    desk.create("orders", Millis(CREATED.0 + 1_000)).await;
    let refused = go_on(&desk, &cut).await.expect_err("another incarnation");
    assert!(refused.to_string().contains("made again"), "{refused}");
    assert_eq!(desk.puts(), []);
    assert_eq!(name("orders").as_str(), cut.stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_too_long_to_be_kept_says_so() {
    let desk = Desk::with(&["orders"]).await;
    let line = |n| format!("{{\"id\":\"o-{n}\",\"more\":\"{}\"}}\n", "x".repeat(3_000));
    let long: String = (0..400).map(line).collect();
    let pasted = slow(request(&desk, &long, "{$.id}"));
    let (desk, cut) = cut_off(desk, pasted).await;
    assert!(!cut.can_go_on && cut.writes_to.is_none(), "{cut:?}");
    assert!(
        cut.hint
            .as_ref()
            .is_some_and(|hint| hint.contains("not kept"))
    );
    let refused = go_on(&desk, &cut).await.expect_err("it cannot");
    assert!(matches!(refused, EngineError::Input(_)), "{refused}");
}
