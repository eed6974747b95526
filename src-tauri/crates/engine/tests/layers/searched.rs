//! What the inspector reads by a pin and a schema, filters, columns, questions and completion read so, too: at once when
//! they are chosen, and no longer once they are taken away.

use crate::desk::{self, Desk};
use engine::{
    AnswerState, LayerKind, Likeness, Pipeline, RecordField, SchemaId, Step, TableFormat,
};
use flate2::{Compression, write::GzEncoder};
use std::{io::Write, path::Path};

const SCHEMA: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"type","type":"string"},{"name":"orderId","type":"string"},{"name":"note","type":"string"}]}"#;

/// Three texts, each behind its length.
fn datum(texts: [&str; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in texts {
        let mut length = 2 * text.len();
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn payloads() -> Vec<(&'static str, Vec<u8>)> {
    let long = "n".repeat(100_000);
    let mut broken = datum(["ORDER_PAID", "ord-4", ""]);
    broken.truncate(14);
    vec![
        ("1", datum(["ORDER_PLACED", "ord-1", "é"])),
        ("2", datum(["ORDER_PAID", "ord-2", &long])),
        ("3", datum(["ORDER_PLACED", "ord-3", "\u{1}"])),
        ("4", broken),
    ]
}

async fn found(desk: &Desk, filter: &str) -> Vec<String> {
    let opened = desk.engine.open_view("found", Vec::new(), filter).await;
    let mut view = opened.expect(filter);
    while !view.complete {
        view = desk.engine.view_status(view.id).await.expect("a status");
    }
    let page = desk.engine.view_page(view.id, 0, 100, &[]).await;
    let rows = page.expect("a page").rows.into_iter();
    rows.map(|row| row.row.partition_key.expect("a key"))
        .collect()
}

async fn column(desk: &Desk, path: &str) -> Vec<String> {
    let opened = desk.engine.open_view("column", Vec::new(), "").await;
    let mut view = opened.expect("a view");
    while !view.complete {
        view = desk.engine.view_status(view.id).await.expect("a status");
    }
    let paths = [path.to_owned()];
    let page = desk.engine.view_page(view.id, 0, 100, &paths).await;
    let cells = page.expect("a page").cells.into_iter();
    cells.map(|cells| cells[0].text.clone()).collect()
}

async fn types(desk: &Desk) -> Vec<Option<String>> {
    let rows = desk::rows(&desk.engine, 4).await.into_iter();
    rows.map(|row| row.row.event_type).collect()
}

/// The answer as a file.
async fn answer(desk: &Desk, question: &str, format: TableFormat) -> String {
    let asked = desk
        .engine
        .ask_question("asked", Vec::new(), question)
        .await;
    let id = asked.expect(question).id;
    loop {
        let status = desk.engine.question_status(id).await.expect("a status");
        if status.state != AnswerState::Running {
            assert_eq!(status.state, AnswerState::Complete);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let text = desk.engine.question_text(id, format).await;
    text.expect("a file")
}

async fn offers_order_id(desk: &Desk) -> bool {
    let text = "orde".to_owned();
    let completion = desk.engine.complete_filter(Vec::new(), text, 4).await;
    let offers = completion.expect("a completion").offers;
    offers.iter().any(|offer| offer.text.contains("orderId"))
}

async fn pin(desk: &Desk, arn: &str, folder: &Path) {
    let file = folder.join("order.avsc");
    std::fs::write(&file, SCHEMA).expect("written");
    let added = desk.engine.add_schema(vec![file], None).await;
    let schema: SchemaId = added.expect("a schema").id.parse().expect("an id");
    let pipeline = Pipeline::Pinned(vec![Step {
        schema: Some(schema),
        ..Step::new(LayerKind::Avro)
    }]);
    let pinned = desk.engine.pin_decoding(arn.to_owned(), pipeline).await;
    pinned.expect("pinned");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_columns_questions_and_completion_read_by_pins_and_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    let (desk, rows) = desk::desk(&payloads()).await;
    let (id, arn) = (rows[0].row.id, desk.opened(rows[0].row.id).await.stream_arn);
    let by_order = "filter has:orderId | stats count(*) as n by orderId | sort orderId asc";
    for _ in 0..2 {
        assert!(found(&desk, "orderId:ord-2").await.is_empty());
        assert!(found(&desk, "type:ORDER_PLACED").await.is_empty());
        assert!(
            !column(&desk, "$.orderId")
                .await
                .contains(&"ord-1".to_owned())
        );
        assert!(
            !answer(&desk, by_order, TableFormat::Csv)
                .await
                .contains("ord-")
        );
        assert!(!offers_order_id(&desk).await);

        pin(&desk, &arn, folder.path()).await;
        assert_eq!(found(&desk, "orderId:ord-2").await, ["2"]);
        assert_eq!(
            found(&desk, "orderId:ord-* -orderId:ord-1").await,
            ["2", "3"]
        );
        assert_eq!(found(&desk, "type:ORDER_PLACED").await, ["1", "3"]);
        assert_eq!(found(&desk, "is:undecoded").await, ["4"]);
        assert_eq!(
            column(&desk, "$.orderId").await[..3],
            ["ord-1", "ord-2", "ord-3"]
        );
        assert_eq!(
            types(&desk).await[..2],
            [
                Some("ORDER_PLACED".to_owned()),
                Some("ORDER_PAID".to_owned())
            ]
        );
        assert_eq!(
            answer(&desk, by_order, TableFormat::Csv)
                .await
                .lines()
                .collect::<Vec<_>>()[..4],
            ["orderId,n", "ord-1,1", "ord-2,1", "ord-3,1"]
        );
        let by_type = "filter has:orderId | stats count(*) as n by type | sort n desc";
        assert_eq!(
            answer(&desk, by_type, TableFormat::Csv).await,
            "type,n\nORDER_PLACED,2\nORDER_PAID,1\n"
        );
        let types_alone = "filter type:ORDER_PLACED | stats count(*) as n by type";
        assert_eq!(
            answer(&desk, types_alone, TableFormat::Csv).await,
            "type,n\nORDER_PLACED,2\n"
        );
        assert!(offers_order_id(&desk).await);
        let by = RecordField {
            record: id,
            event: Some(0),
            field: "$.orderId".to_owned(),
        };
        let narrowed = desk.engine.narrow_filter(String::new(), by, false).await;
        assert_eq!(narrowed.expect("a filter"), "orderId:ord-1");
        let third = rows[2].row.id;
        let earlier = desk.engine.earlier_record(third, Likeness::Type).await;
        let earlier = earlier.expect("it has a type").expect("there is one");
        assert_eq!(earlier.row.id, id);

        let auto = desk.engine.pin_decoding(arn.clone(), Pipeline::Auto).await;
        auto.expect("automatic again");
        let schemas = desk.engine.stream_decoding(arn.clone()).await;
        for schema in schemas.expect("schemas").schemas {
            let id = schema.id.parse().expect("an id");
            let forgotten = desk.engine.forget_schema(arn.clone(), id).await;
            forgotten.expect("forgotten");
        }
    }
    desk.close().await;
}

/// The window shows the beginning of a long text; a file has all of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_answer_has_whole_texts_or_says_which_are_cut() {
    let long = "n".repeat(100_000);
    let list: Vec<u32> = (0..5_000).collect();
    let list = serde_json::to_string(&list).expect("JSON");
    let one = format!(r#"{{"id":1,"note":"{long}","list":{list}}}"#);
    let packed = gzip(&format!("{{\"id\":0}}\n{one}"));
    let (desk, _) =
        desk::desk(&[("1", packed), ("2", br#"{"id":2,"note":"short"}"#.to_vec())]).await;
    let question = "fields id, note, list | filter id > 0 | sort id asc | limit 1";
    let file = answer(&desk, question, TableFormat::Lines).await;
    let row: serde_json::Value = serde_json::from_str(&file).expect("one object");
    assert_eq!(row["note"].as_str(), Some(&*long));
    assert_eq!(row["list"].to_string(), list);
    assert_eq!(row.get("@cut"), None);
    let csv = answer(&desk, question, TableFormat::Csv).await;
    assert!(csv.contains(&long) && csv.starts_with("id,note,list\n"));

    // groups are made of the beginnings
    let file = answer(
        &desk,
        "filter id = 1 | stats count(*) as n by note",
        TableFormat::Csv,
    )
    .await;
    assert!(
        file.starts_with("note,n,'@cut\n") && file.contains("…,1,note\n"),
        "{}",
        &file[..40]
    );
    desk.close().await;
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("packed")
}
