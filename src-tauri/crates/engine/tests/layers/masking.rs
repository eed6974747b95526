//! Masking rules while an engine runs: what ends with them, what is refused, what says that it is masked, and who may show
//! true values.

use crate::desk::{Desk, desk};
use engine::{
    DialogAnswer, EngineError, EventPart, MaskKind, RecordField, RecordId, Relation, SagaSubject,
    Unmasking,
};

const DEFINITION: &str = "\
apiVersion: kinescope/v1
saga: orders
version: 1
event: { type: [$.eventType], id: [$.eventId], time: [$.timestamp] }
correlate: { key: orderId, paths: [{ at: $.orderId }] }
start: { on: PLACED }
outcomes: { completed: { on: DONE } }
";
const ORDER: &str = r#"{"eventType":"PLACED","eventId":"e-1","orderId":"ord-170017","timestamp":"2026-04-11T09:00:00Z"}"#;

async fn hide(desk: &Desk, name: &str) {
    let added = desk.engine.add_mask(MaskKind::Name, name.to_owned()).await;
    added.expect("a rule");
}

async fn text(desk: &Desk, id: RecordId) -> String {
    desk.text(id, 0, EventPart::Content).await
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_answers_and_trees_of_before_end_with_a_change_of_the_rules() {
    let (desk, rows) = desk(&[("key-1", ORDER.into())]).await;
    let (engine, id) = (&desk.engine, rows[0].row.id);
    assert!(text(&desk, id).await.contains("ord-170017"));
    let subject = SagaSubject::Text(DEFINITION.to_owned());
    let board = engine.open_sagas("test", subject, Vec::new()).await;
    let board = board.expect("a board").id;
    let asked = engine.ask_question("test", Vec::new(), "fields orderId");
    let asked = asked.await.expect("a question").id;
    hide(&desk, "orderId").await;
    assert!(!text(&desk, id).await.contains("ord-170017"));
    assert!(matches!(
        engine.saga_board(board).await,
        Err(EngineError::UnknownBoard(_))
    ));
    assert!(matches!(
        engine.question_status(asked).await,
        Err(EngineError::UnknownQuestion(_))
    ));
    let yes = DialogAnswer::yes_in_native_dialog(None);
    let lifted = engine.unmask(Unmasking::Session, yes).await;
    assert!(lifted.expect("lifted").is_lifted);
    assert!(text(&desk, id).await.contains("ord-170017"));
    engine.mask_again().await.expect("masked");
    assert!(!text(&desk, id).await.contains("ord-170017"));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_masked_value_makes_no_filter_and_what_is_made_of_its_record_says_so() {
    let (desk, rows) = desk(&[("key-1", ORDER.into())]).await;
    let (engine, record) = (&desk.engine, rows[0].row.id);
    let narrowed = async |field: &str| {
        let field = field.to_owned();
        let by = RecordField {
            record,
            event: None,
            field,
        };
        engine.narrow_filter(String::new(), by, false).await
    };
    assert!(!engine.draft_of(record).await.expect("a draft").is_masked);
    assert!(desk.opened(record).await.hash_key.is_some());
    narrowed("$.orderId").await.expect("a filter");
    for name in ["orderId", "partitionKey", "type"] {
        hide(&desk, name).await;
    }
    for field in ["$.orderId", "@key", "@type"] {
        let refused = narrowed(field).await.expect_err("it would be told");
        assert!(refused.to_string().contains("is masked"), "{refused}");
    }
    narrowed("$.eventId").await.expect("a filter");
    let draft = engine.draft_of(record).await.expect("a draft");
    assert!(draft.is_masked && draft.key.is_some_and(|key| key != "key-1"));
    let opened = desk.opened(record).await;
    assert!(opened.is_masked);
    assert_eq!(opened.hash_key, None, "a key could be tried out against it");
    let id = Relation::Id {
        event: 0,
        path: "$.orderId".to_owned(),
    };
    let related = engine.related_records(record, id).await;
    assert!(matches!(related, Err(EngineError::Input(_))));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_hidden_whole_and_their_size_is_that_of_what_is_shown() {
    let payload = vec![0xFF, 0x00, 0x41, 0x42];
    let (desk, rows) = desk(&[("key-1", payload.clone())]).await;
    let id = rows[0].row.id;
    assert_eq!(desk.bytes(id, None).await, payload);
    hide(&desk, "card").await;
    let shown = desk.bytes(id, None).await;
    assert!(shown.starts_with(b"masked-"), "{shown:?}");
    let opened = desk.opened(id).await;
    assert_eq!(opened.shown_bytes, shown.len() as u64);
    assert_eq!(opened.row.row.size_bytes, payload.len() as u64);
    desk.close().await;
}
