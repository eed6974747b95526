//! What was shown is what is sent: chance and time of a preview, and the bytes of a record that is published again.

use crate::desk::{Desk, Written, done, draft, until};
use engine::{
    CaptureFrom, Draft, Encoding, Message, MessageFormat, NewCapture, NewCaptureStream, RecordId,
};

#[tokio::test(flavor = "multi_thread")]
async fn chance_and_time_fall_as_the_preview_said() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    for (number, key) in ["{{uuid}}", "k-{{random:1..1000000}}", "{{now}}-{{uuid}}"]
        .into_iter()
        .cycle()
        .take(9)
        .enumerate()
    {
        let draft = draft(&desk, "orders", r#"{"id":"{{uuid}}","at":"{{now}}"}"#, key);
        let preview = desk.engine.preview_draft(draft.clone()).await;
        let preview = preview.expect("a preview");
        let draft = Draft {
            moment: Some(preview.moment),
            ..draft
        };
        let token = format!("message-{number}");
        let sent = desk.engine.publish_draft(draft, granted.id, token).await;
        let sent = done(&desk, sent.expect("begun").id).await;
        assert_eq!(sent.sent, 1);
        let written = desk.written("orders").await;
        let found = written.iter().find(|record| record.key == preview.key);
        let found = found.expect("under the key that was shown");
        assert_eq!(Some(&found.shard), preview.shard.as_ref(), "{key}");
        assert_eq!(found.data, preview.text.as_bytes());
    }
}

/// Payloads and keys that mean something to templates, expressions and JSON.
fn hostile() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("plain", b"{\"b\":1,\t\"a\" : 1.50 }\r\n"),
        ("k-{{now}}", b"{\"at\":\"{{now}}\"}"),
        ("{{uuid}}", b"{{uuid}} {{nothing}} {{"),
        ("{$.id}", b"{\"id\":\"not the key\"}"),
        ("$.id", b"{\"id\":7}"),
        (" spaces around ", b"  {\"n\": 1e400, \"n\": -0.0}  "),
        ("{", b"{"),
        ("bytes", b"\x00\xff{{seq}}\x80"),
        ("text\u{202e}", "é {{random:1..2}} 日本".as_bytes()),
        ("empty", b""),
    ]
}

/// The ids of a capture's records.
async fn captured(desk: &Desk, stream: &str, count: usize) -> Vec<RecordId> {
    let wanted = NewCapture {
        connection: desk.connection,
        name: None,
        streams: vec![NewCaptureStream {
            stream: stream.to_owned(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        }],
        until: None,
    };
    let capture = desk.engine.start_capture(wanted).await.expect("a capture");
    let id = capture.stored.id;
    until("everything is captured", || async {
        let overview = desk.engine.capture(id).await.expect("a capture").overview;
        overview.stored.records as usize >= count
    })
    .await;
    let view = desk.engine.open_view("test", vec![id], "").await;
    let view = view.expect("a view").id;
    until("everything is shown", || async {
        let status = desk.engine.view_status(view).await.expect("a status");
        status.matched as usize >= count
    })
    .await;
    let page = desk
        .engine
        .view_page(view, 0, 100, &[])
        .await
        .expect("a page");
    page.rows.iter().map(|row| row.row.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_published_again_is_the_same_record() {
    let desk = Desk::with(&["source", "orders"]).await;
    desk.put("source", &hostile()).await;
    let granted = desk.grant("orders").await;
    for (number, id) in captured(&desk, "source", hostile().len())
        .await
        .into_iter()
        .enumerate()
    {
        let again = desk.engine.draft_of(id).await.expect("a draft");
        assert!(
            again.format == MessageFormat::Base64 || !again.text.contains(['\r', '\u{fffd}']),
            "{again:?}"
        );
        let draft = Draft {
            message: Message {
                text: again.text,
                format: again.format,
                key: again.key.expect("a key"),
                explicit_hash_key: again.explicit_hash_key.map(|key| key.to_string()),
                is_literal: true,
                encoding: Encoding::None,
            },
            ..draft(&desk, "orders", "", "")
        };
        let preview = desk.engine.preview_draft(draft.clone()).await;
        assert_eq!(preview.expect("a preview").problems, [], "{draft:?}");
        let token = format!("again-{number}");
        let sent = desk.engine.publish_draft(draft, granted.id, token).await;
        assert_eq!(done(&desk, sent.expect("begun").id).await.sent, 1);
    }
    let sorted = |written: Vec<Written>| {
        let mut records: Vec<_> = written.into_iter().map(|r| (r.key, r.data)).collect();
        records.sort();
        records
    };
    let source = sorted(desk.written("source").await);
    assert_eq!(source.len(), hostile().len());
    assert_eq!(sorted(desk.written("orders").await), source);
}
