//! Records of several events, packed and plain: filters, columns and questions look into each, a value is that of the
//! event on the screen, and what filters do not read is said.

use crate::desk::{Desk, desk};
use engine::{AnswerState, EngineError, RecordField, RecordId};
use std::io::Write as _;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

const LINES: &str = "{\"orderId\":\"ord-1\"}\n{\"orderId\":\"ord-5\",\"level\":\"ERROR\"}";

impl Desk {
    async fn narrowed(
        &self,
        record: RecordId,
        event: Option<u32>,
        field: &str,
        is_excluded: bool,
    ) -> Result<String, EngineError> {
        let field = RecordField {
            record,
            event,
            field: field.to_owned(),
        };
        self.engine
            .narrow_filter(String::new(), field, is_excluded)
            .await
    }

    /// How many records a filter takes, and how many it could look into in part only.
    async fn matched(&self, filter: &str) -> (u64, u64) {
        let view = self.engine.open_view("matched", Vec::new(), filter).await;
        let mut view = view.expect("a view");
        while !view.complete {
            view = self.engine.view_status(view.id).await.expect("a status");
        }
        (view.matched, view.in_part)
    }

    /// An answer's rows, the records that it is about, their events, and the records that were searched in part.
    async fn answered(&self, question: &str) -> (Vec<String>, u64, Option<u64>, u64) {
        let asked = self
            .engine
            .ask_question("answered", Vec::new(), question)
            .await;
        let mut answer = asked.expect("a question");
        while answer.state == AnswerState::Running {
            answer = self
                .engine
                .question_status(answer.id)
                .await
                .expect("a status");
        }
        let rows = self.engine.question_rows(answer.id, 0, 100).await;
        let shown = |row: engine::AnsweredRow| {
            let cells = row.cells.iter().map(ToString::to_string);
            cells.collect::<Vec<_>>().join(" ")
        };
        let rows = rows.expect("rows").into_iter().map(shown).collect();
        (rows, answer.matched, answer.events, answer.in_part)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_that_of_the_event_on_the_screen() {
    let (desk, rows) = desk(&[
        ("packed", gzip(LINES.as_bytes())),
        ("plain", LINES.as_bytes().to_vec()),
        ("else", b"{\"orderId\":\"ord-9\"}".to_vec()),
    ])
    .await;
    for row in &rows[..2] {
        let id = row.row.id;
        let second = desk.event(id, 1).await;
        assert_eq!(second.stored_at.as_deref(), Some("$"));
        let narrowed = async |event, is_excluded| {
            let text = desk.narrowed(id, event, "$.orderId", is_excluded).await;
            text.expect("a filter")
        };
        assert_eq!(narrowed(Some(0), false).await, "orderId:ord-1");
        assert_eq!(narrowed(Some(1), false).await, "orderId:ord-5");
        assert_eq!(narrowed(Some(1), true).await, "-orderId:ord-5");
        assert_eq!(narrowed(None, false).await, "orderId:ord-1");
        // it is in the other event
        let elsewhere = desk.narrowed(id, Some(0), "$.level", false).await;
        assert!(
            matches!(elsewhere, Err(EngineError::Input(_))),
            "{elsewhere:?}"
        );
    }
    assert_eq!(desk.matched("orderId:ord-5").await, (2, 0));
    assert_eq!(desk.matched("-orderId:ord-5").await, (1, 0));
    let view = desk.engine.open_view("cells", Vec::new(), "").await;
    let paths = ["$.orderId".to_owned(), "$.level".to_owned()];
    let page = desk
        .engine
        .view_page(view.expect("a view").id, 0, 3, &paths)
        .await
        .expect("a page");
    let cells: Vec<String> = page
        .cells
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .map(|cell| format!("{} +{}", cell.text, cell.others));
            cells.collect::<Vec<_>>().join(", ")
        })
        .collect();
    assert_eq!(
        cells,
        ["ord-1 +1, ERROR +0", "ord-1 +1, ERROR +0", "ord-9 +0,  +0"]
    );
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_filters_do_not_read_makes_none_and_what_they_read_in_part_is_counted() {
    use base64::Engine as _;
    let within_text = serde_json::json!({
        "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/g", "logStream": "s", "subscriptionFilters": ["f"],
        "logEvents": [{"id": "1", "timestamp": 1, "message": "{\"orderId\":\"ord-7\"}"}],
    })
    .to_string();
    let base64 = base64::engine::general_purpose::STANDARD.encode(gzip(b"{\"orderId\":\"ord-6\"}"));
    let large = format!(
        "{{\"orderId\":\"ord-8\",\"long\":\"{}\",\"behind\":1}}",
        "x".repeat(300_000)
    );
    let (desk, rows) = desk(&[
        ("text", within_text.into_bytes()),
        ("large", gzip(large.as_bytes())),
        ("plain", LINES.as_bytes().to_vec()),
        ("base64", base64.into_bytes()),
    ])
    .await;
    let event = desk.event(rows[0].row.id, 0).await;
    assert_eq!(event.stored_at, None);
    let event = desk.event(rows[3].row.id, 0).await;
    assert_eq!(event.stored_at.as_deref(), Some("$"));
    assert_eq!(desk.matched("orderId:ord-6").await, (1, 1));
    for (row, event, field) in [
        (0, Some(0), "$.orderId"),
        (1, Some(0), "$.behind"),
        (1, None, "$.behind"),
    ] {
        let refused = desk.narrowed(rows[row].row.id, event, field, false).await;
        assert!(
            matches!(refused, Err(EngineError::Input(_))),
            "{field}: {refused:?}"
        );
    }
    let begins = desk
        .narrowed(rows[1].row.id, None, "$.orderId", false)
        .await;
    assert_eq!(begins.expect("a filter"), "orderId:ord-8");
    assert_eq!(desk.matched("orderId:ord-8").await, (1, 1));
    assert_eq!(desk.matched("behind:1").await, (0, 1));
    assert_eq!(desk.matched("key:large").await, (1, 0));
    let (_, matched, _, in_part) = desk.answered("filter behind:1 | stats count(*)").await;
    assert_eq!((matched, in_part), (0, 1));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_has_a_row_for_each_event_where_it_asks_what_they_say() {
    let log = |n: u32, message: &str| serde_json::json!({"id": n.to_string(), "timestamp": n, "message": message});
    let logs = serde_json::json!({
        "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/aws/lambda/checkout", "logStream": "s",
        "subscriptionFilters": ["f"],
        "logEvents": [log(1, "START RequestId: 8f Version: $LATEST"), log(2, "{\"level\":\"INFO\"}"), log(3, "{\"level\":\"ERROR\"}")],
    });
    let (desk, _) = desk(&[
        ("logs", gzip(logs.to_string().as_bytes())),
        ("lines", LINES.as_bytes().to_vec()),
    ])
    .await;
    assert_eq!(
        desk.answered("filter level:ERROR | stats count(*) by level")
            .await,
        (vec!["ERROR 2".to_owned()], 2, Some(2), 0)
    );
    let all = desk
        .answered("filter has:level or START | stats count(*), count(level)")
        .await;
    assert_eq!(all, (vec!["4 3".to_owned()], 2, Some(4), 0));
    let facts = desk
        .answered("filter \"/aws/lambda/checkout\" | stats count(*) by @key")
        .await;
    assert_eq!(facts, (vec!["logs 3".to_owned()], 1, Some(3), 0));
    // nothing in payloads is asked for
    let records = desk.answered("stats count(*)").await;
    assert_eq!(records, (vec!["2".to_owned()], 2, None, 0));
    desk.close().await;
}
