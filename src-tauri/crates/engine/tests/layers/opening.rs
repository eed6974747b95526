//! What an opened record says of its layers, where it can be filtered by, and why it cannot be read.

use crate::desk::{desk, fixture, kinds};
use engine::{EventPart, LayerKind, RecordField, TreeWindow};
use std::io::Write as _;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

fn window() -> TreeWindow {
    TreeWindow {
        expansion: engine::Expansion::to_depth(8),
        first: 0,
        count: 1000,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_json_is_one_layer_and_is_what_filters_read() {
    let payload = br#"{"id":5129900000000000001,"a":{"b":"x"}}"#.to_vec();
    let (desk, rows) = desk(&[("plain", payload)]).await;
    let layers = desk.opened(rows[0].row.id).await.layers;
    assert_eq!(
        (layers.events, kinds(&layers.first)),
        (1, vec![LayerKind::Json])
    );
    assert_eq!(layers.first.stored_at.as_deref(), Some("$"));
    assert!(layers.first.is_stored && layers.first.facts.is_empty());
    assert!(layers.first.failure.is_none() && layers.first.tree_fault.is_none());
    desk.close().await;
}

/// A path is offered to filters only where it finds the value in what is stored.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrapped_is_filtered_by_its_place_and_what_is_packed_is_not() {
    let detail = r#"{"order":{"id":"ord-7919"},"total":1.50}"#;
    let event = format!(
        r#"{{"version":"0","id":"e-1","detail-type":"Placed","source":"shop","account":"123456789012","time":"2026-04-11T07:03:22Z","region":"eu-west-1","resources":[],"detail":{detail}}}"#
    );
    let (desk, rows) = desk(&[
        ("wrapped", event.clone().into_bytes()),
        ("packed", gzip(detail.as_bytes())),
        ("documents", format!("{detail}\n{detail}\n").into_bytes()),
    ])
    .await;
    let wrapped = rows[0].row.id;
    let event = desk.event(wrapped, 0).await;
    assert_eq!(kinds(&event), [LayerKind::EventBridge, LayerKind::Json]);
    assert_eq!(event.stored_at.as_deref(), Some("$.detail"));
    assert!(!event.is_stored);
    let tree = desk
        .engine
        .record_tree(wrapped, 0, window())
        .await
        .expect("a tree");
    let path = tree
        .rows
        .iter()
        .find(|row| row.key.as_deref() == Some("id"))
        .and_then(|row| row.path.clone());
    assert_eq!(path.as_deref(), Some("$.order.id"));
    let field = RecordField {
        record: wrapped,
        event: None,
        field: "$.detail.order.id".to_owned(),
    };
    let filter = desk
        .engine
        .narrow_filter(String::new(), field, false)
        .await
        .expect("a filter");
    let view = desk
        .engine
        .open_view("narrowed", Vec::new(), &filter)
        .await
        .expect("a view");
    assert_eq!(
        desk.engine
            .view_row_of(view.id, wrapped)
            .await
            .expect("a row"),
        Some(0),
        "{filter}"
    );
    let packed = desk.event(rows[1].row.id, 0).await;
    assert_eq!(kinds(&packed), [LayerKind::Gzip, LayerKind::Json]);
    assert_eq!(packed.stored_at.as_deref(), Some("$"));
    let field = RecordField {
        record: rows[1].row.id,
        event: None,
        field: "$.order.id".to_owned(),
    };
    let filter = desk
        .engine
        .narrow_filter(String::new(), field, false)
        .await
        .expect("a filter");
    let view = desk
        .engine
        .open_view("packed", Vec::new(), &filter)
        .await
        .expect("a view");
    let row = desk
        .engine
        .view_row_of(view.id, rows[1].row.id)
        .await
        .expect("a row");
    assert_eq!(row, Some(0), "{filter}");
    assert_eq!(packed.trail[0].size_out, detail.len());
    let second = desk.event(rows[2].row.id, 1).await;
    assert_eq!(kinds(&second), [LayerKind::JsonDocuments, LayerKind::Json]);
    assert_eq!((second.index, second.stored_at.as_deref()), (1, Some("$")));
    let text = desk.text(rows[2].row.id, 1, EventPart::Content).await;
    assert!(text.contains("1.50"), "{text}");
    assert!(desk.engine.record_event(rows[2].row.id, 2).await.is_err());
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_by_a_value_takes_that_of_the_event_it_was_asked_of() {
    let lines = [
        r#"{"level":"INFO"}"#,
        r#"{"level":"ERROR"}"#,
        r#"{"other":1}"#,
    ]
    .join("\n");
    let (desk, rows) = desk(&[("lines", gzip(lines.as_bytes()))]).await;
    let narrowed = async |event| {
        let by = RecordField {
            record: rows[0].row.id,
            field: "$.level".to_owned(),
            event,
        };
        let narrowed = desk.engine.narrow_filter(String::new(), by, false).await;
        narrowed.unwrap_or_else(|error| error.to_string())
    };
    assert_eq!(narrowed(None).await, "level:INFO");
    assert_eq!(narrowed(Some(0)).await, "level:INFO");
    assert_eq!(narrowed(Some(1)).await, "level:ERROR");
    // that it lacks it, its record does not
    assert_eq!(narrowed(Some(2)).await, "the record has no $.level");
    let by = RecordField {
        record: rows[0].row.id,
        field: "$.level".to_owned(),
        event: Some(3),
    };
    assert!(
        desk.engine
            .narrow_filter(String::new(), by, false)
            .await
            .is_err()
    );
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_has_its_two_images() {
    let (desk, rows) = desk(&[("change", fixture("samples/dynamodb-modify.json"))]).await;
    let id = rows[0].row.id;
    let event = desk.event(id, 0).await;
    assert!(event.has_before && event.has_after, "{event:?}");
    let before = desk.text(id, 0, EventPart::Before).await;
    let after = desk.text(id, 0, EventPart::After).await;
    assert!(
        before.lines().count() > 2 && before != after,
        "{before}\n{after}"
    );
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_that_fails_says_why_candidate_by_candidate() {
    let whole = gzip(&br#"{"a":1}"#.repeat(100));
    let broken = whole[..whole.len() - 12].to_vec();
    let noise: Vec<u8> = (0..64u8).map(|n| n.wrapping_mul(151) | 0x80).collect();
    let within = gzip(&noise);
    let (desk, rows) = desk(&[("broken", broken.clone()), ("within", within)]).await;
    let event = desk.event(rows[0].row.id, 0).await;
    let failure = event.failure.expect("a failure");
    assert_eq!(failure.after, None);
    let (_, reason) = failure
        .candidates
        .iter()
        .find(|(kind, _)| *kind == LayerKind::Gzip)
        .expect("it was tried");
    assert!(
        reason.contains("early") || reason.contains("unpacked"),
        "{reason}"
    );
    assert_eq!(desk.bytes(rows[0].row.id, None).await, broken);
    let event = desk.event(rows[1].row.id, 0).await;
    let failure = event.failure.expect("a failure");
    assert_eq!(failure.after, Some(LayerKind::Gzip));
    assert!(failure.candidates.len() > 10, "{failure:?}");
    assert_eq!(desk.bytes(rows[1].row.id, Some(0)).await, noise);
    desk.close().await;
}

/// A bomb is cut, says so, and is still shown as far as it was unpacked.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_cut_and_said() {
    let document = format!("[{}0]", "1234567,".repeat(4 << 20));
    let bomb = gzip(document.as_bytes());
    assert!(bomb.len() < 1 << 20);
    let (desk, rows) = desk(&[("bomb", bomb)]).await;
    let event = desk.event(rows[0].row.id, 0).await;
    let cut: Vec<String> = event
        .trail
        .iter()
        .filter_map(|layer| layer.truncated)
        .map(|cut| cut.to_string())
        .collect();
    assert!(
        cut.first()
            .is_some_and(|cut| cut.starts_with("truncated at ")),
        "{cut:?}"
    );
    assert_eq!(event.tree_fault, None);
    let tree = desk
        .engine
        .record_tree(rows[0].row.id, 0, window())
        .await
        .expect("as far as it goes");
    assert!(tree.stop.is_some() && tree.total > 1000);
    desk.close().await;
}

/// Nothing that a layer says can mislead who reads it.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_in_an_envelope_are_made_visible() {
    let logs = serde_json::json!({
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/\u{202E}lambda<b>",
        "logStream": "s\u{1b}[31m",
        "subscriptionFilters": ["f"],
        "logEvents": [{"id": "1", "timestamp": 1, "message": "{\"a\":\"\u{202E}\"}"}],
    });
    let (desk, rows) = desk(&[("logs", gzip(logs.to_string().as_bytes()))]).await;
    let event = desk.event(rows[0].row.id, 0).await;
    assert!(
        kinds(&event).contains(&LayerKind::CloudWatchLogs),
        "{event:?}"
    );
    let told = event
        .facts
        .iter()
        .map(|fact| &fact.value)
        .chain(event.trail.iter().map(|layer| &layer.detail));
    for text in told {
        assert_eq!(engine::safe_text(text), *text);
    }
    assert!(
        event
            .facts
            .iter()
            .any(|fact| fact.value == r"/aws/\u{202E}lambda<b>"),
        "{event:?}"
    );
    desk.close().await;
}
