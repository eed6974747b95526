//! What belongs to a record: inside it, and among all that was captured.

use crate::desk::{Desk, desk};
use engine::{EngineError, Expansion, GroupBy, PageRow, RecordId, Relation, TreeTarget};
use record::Millis;

fn event(event_type: &str, order: &str, event: u64) -> Vec<u8> {
    format!(
        r#"{{"type":"{event_type}","orderId":"{order}","eventId":{event},"paid":"2026-01-01"}}"#
    )
    .into_bytes()
}

/// The places of the related records among all, how many there are, and where the first stands.
async fn related(
    desk: &Desk,
    rows: &[PageRow],
    of: usize,
    relation: Relation,
) -> (Vec<usize>, u64) {
    let found = desk.engine.related_records(rows[of].row.id, relation).await;
    let found = found.expect("an answer");
    assert!(found.is_complete);
    let place = |id: RecordId| rows.iter().position(|row| row.row.id == id);
    let places = found
        .rows
        .iter()
        .map(|row| place(row.row.id).expect("one of them"));
    (places.collect(), found.total)
}

fn id(path: &str) -> Relation {
    let path = path.to_owned();
    Relation::Id { event: 0, path }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_one_key_one_id_or_the_same_bytes_are_found() {
    let (desk, rows) = desk(&[
        ("a", event("Placed", "ord-7", 170_001)),
        ("b", event("Placed", "ord-77", 170_002)),
        ("a", event("Paid", "ord-8", 170_003)),
        (
            "c",
            br#"{"order":"ord-7","cause":"170001","note":"1700010"}"#.to_vec(),
        ),
        ("a", event("Placed", "ord-7", 170_001)),
        ("d", b"ord-7 170001".to_vec()),
    ])
    .await;
    assert_eq!(
        related(&desk, &rows, 0, Relation::Key).await,
        (vec![0, 2, 4], 3)
    );
    let order = related(&desk, &rows, 0, id("$.orderId")).await;
    assert_eq!(
        order,
        (vec![0, 3, 4], 3),
        "under any name, and nothing that only begins like it"
    );
    let event = related(&desk, &rows, 0, id("$.eventId")).await;
    assert_eq!(event, (vec![0, 3, 4, 5], 4), "a number, in quotes or not");
    assert_eq!(
        related(&desk, &rows, 0, Relation::Bytes).await,
        (vec![0, 4], 2)
    );
    assert_eq!(
        related(&desk, &rows, 1, Relation::Bytes).await,
        (vec![1], 1)
    );
    let unknown = desk
        .engine
        .related_records(rows[0].row.id, id("$.nothing"))
        .await;
    assert!(matches!(unknown, Err(EngineError::Input(_))));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_in_common_is_the_key_telling_ids_and_the_bytes() {
    let (desk, rows) = desk(&[
        ("a", event("Placed", "ord-7", 170_001)),
        ("b", br#"{"id":7,"customer":{"id":"cust-42"},"again":{"customerId":"cust-42"},"at":"170000000"}"#.to_vec()),
        ("c", b"plain".to_vec()),
        ("d", Vec::new()),
    ])
    .await;
    let possible = async |of: usize| {
        let possible = desk.engine.possible_relations(rows[of].row.id, 0).await;
        let told = possible
            .expect("an answer")
            .into_iter()
            .map(|one| match one.relation {
                Relation::Id { path, .. } => format!("{path}={}", one.value),
                other => format!("{other:?}={}", one.value),
            });
        told.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        possible(0).await,
        "Key=a $.orderId=ord-7 $.eventId=170001 Bytes="
    );
    assert_eq!(
        possible(1).await,
        "Key=b $.customer.id=cust-42 Bytes=",
        "a small number tells nothing"
    );
    assert_eq!(possible(2).await, "Key=c Bytes=");
    assert_eq!(possible(3).await, "Key=d");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_is_shown_stands_around_the_record() {
    let many: Vec<(&str, Vec<u8>)> = (0..200).map(|n| ("a", event("Placed", "o", n))).collect();
    let (desk, rows) = desk(&many).await;
    let found = desk
        .engine
        .related_records(rows[100].row.id, Relation::Key)
        .await;
    let found = found.expect("an answer");
    assert_eq!(
        (found.before, found.rows.len(), found.total),
        (40, 121, 200)
    );
    assert_eq!(found.rows[60].row.id, rows[100].row.id);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_found_in_a_tree_and_its_bytes_lead_back_to_it() {
    let payload = br#"{"lines":[{"sku":"A-1"},{"sku":"b-2"}],"total":5}"#;
    let (desk, rows) = desk(&[("a", payload.to_vec())]).await;
    let record = rows[0].row.id;
    let found = desk.engine.find_in_tree(record, 0, "B-2".to_owned()).await;
    let found = found.expect("an answer");
    assert_eq!((found.nodes.len(), found.total), (1, 1));
    let place = async |target| {
        let place = desk
            .engine
            .place_in_tree(record, 0, Expansion::to_depth(1), target);
        place.await.expect("an answer")
    };
    let by_node = place(TreeTarget::Node(found.nodes[0]))
        .await
        .expect("a place");
    let event = desk.event(record, 0).await;
    assert_eq!(
        (event.content_at, event.content_in_record),
        (Some(0), Some(0))
    );
    let byte = payload
        .windows(3)
        .position(|part| part == b"b-2")
        .expect("it is there") as u64;
    let by_byte = place(TreeTarget::Byte(byte)).await.expect("a place");
    assert_eq!(by_node, by_byte);
    assert_eq!(place(TreeTarget::Node(99)).await, None);
    assert_eq!(place(TreeTarget::Byte(u64::MAX)).await, None);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_views_records_are_counted_by_type_and_by_key() {
    let records: Vec<(&str, Vec<u8>)> = [
        ("a", "Placed"),
        ("b", "Placed"),
        ("a", "Paid"),
        ("c", "Sent"),
    ]
    .into_iter()
    .map(|(key, name)| (key, event(name, "o", 1)))
    .chain([("a", b"plain".to_vec())])
    .collect();
    let (desk, rows) = desk(&records).await;
    let last = rows.iter().map(|row| row.row.arrival).max().expect("one");
    let first = rows.iter().map(|row| row.row.arrival).min().expect("one");
    let time = (first, Millis(last.0 + 1));
    let told = async |filter: &str, by, most| {
        let view = desk
            .engine
            .open_view("groups", Vec::new(), filter)
            .await
            .expect("a view");
        let counts = desk
            .engine
            .view_groups(view.id, by, time, 3, most)
            .await
            .expect("counts");
        assert!(counts.is_complete);
        let all = counts.groups.iter().chain(&counts.others);
        for group in all.clone() {
            assert_eq!(
                group.buckets.iter().map(|&n| u64::from(n)).sum::<u64>(),
                group.records
            );
            assert_eq!(group.buckets.len(), 3);
        }
        let one = |group: &engine::RecordGroup| {
            format!(
                "{}={}",
                group.value.as_deref().unwrap_or("?"),
                group.records
            )
        };
        (
            all.map(one).collect::<Vec<_>>().join(" "),
            counts.other_values,
        )
    };
    assert_eq!(
        told("", GroupBy::Type, 9).await,
        ("Placed=2 Paid=1 Sent=1 ?=1".to_owned(), 0)
    );
    assert_eq!(
        told("", GroupBy::Key, 1).await,
        ("a=3 ?=2".to_owned(), 2),
        "the rest together"
    );
    assert_eq!(
        told("orderId:o", GroupBy::Key, 9).await,
        ("a=2 b=1 c=1".to_owned(), 0)
    );
    desk.close().await;
}
