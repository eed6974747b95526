//! The ways by which something of a record leaves the engine.

use super::{desk::Desk, records::VALUE};
use base64::{Engine, engine::general_purpose::STANDARD};
use engine::{
    AfterUnclear, AnswerState, BoardId, CopyForm, EventPart, Expansion, FileFormat, GroupBy,
    Likeness, ListFilter, Order, Placement, QuestionId, RecordField, Relation, ReplayInto,
    ReplaySetup, SagaFormat, SagaName, SagaSubject, SortBy, TableFormat, TreeWindow, WantedChoice,
    WantedPacing, WantedRecords, WantedReplay,
};
use flate2::read::GzDecoder;
use record::Millis;
use std::{
    fmt::{Debug, Write as _},
    io::Read,
    time::Instant,
};

const DEFINITION: &str = "\
apiVersion: kinescope/v1
saga: cards
version: 1
clock: { time: event, skew: 500ms }
event:
  type: [$.eventType]
  id: [$.eventId]
  time: [$.timestamp]
correlate: { key: card, paths: [{ at: $.customer.card }] }
start: { on: PAID }
steps:
  - { id: shipping, request: SHIP, success: SHIPPED, timeout: 30s }
outcomes: { completed: { on: DONE } }
";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    List,
    Cells,
    Tree,
    Text,
    Bytes,
    Search,
    Clipboard,
    Export,
    Answers,
    Preview,
    Sagas,
    PublishAgain,
}

/// All that was said, in bytes.
#[derive(Default)]
pub struct Said(Vec<u8>);

impl Said {
    fn take(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.extend_from_slice(bytes);
        self.0.push(b'\n');
        let mut unpacked = Vec::new();
        if GzDecoder::new(bytes).read_to_end(&mut unpacked).is_ok() {
            self.0.extend_from_slice(&unpacked);
        }
    }

    fn show(&mut self, answer: &impl Debug) {
        self.take(format!("{answer:?}"));
    }

    /// As it is, in hexadecimal, or at any place of a base64 text.
    pub fn tells(&self, value: &str) -> bool {
        let has = |part: &[u8]| self.0.windows(part.len()).any(|window| window == part);
        let mut hex = String::new();
        for byte in value.bytes() {
            write!(hex, "{byte:02x}").expect("a string takes all text");
        }
        let base64 = (0..3).map(|shift| {
            let encoded = STANDARD.encode(format!("{}{value}", &"   "[..shift]));
            let (begin, end) = ([0, 2, 3][shift], encoded.len() - 4);
            encoded[begin..end].to_owned()
        });
        has(value.as_bytes())
            || has(hex.as_bytes())
            || base64.into_iter().any(|b| has(b.as_bytes()))
    }
}

impl Sink {
    pub const ALL: [Self; 12] = [
        Self::List,
        Self::Cells,
        Self::Tree,
        Self::Text,
        Self::Bytes,
        Self::Search,
        Self::Clipboard,
        Self::Export,
        Self::Answers,
        Self::Preview,
        Self::Sagas,
        Self::PublishAgain,
    ];

    pub async fn ask(self, desk: &Desk, said: &mut Said) {
        match self {
            Self::List => list(desk, said).await,
            Self::Cells => cells(desk, said).await,
            Self::Tree => tree(desk, said).await,
            Self::Text => text(desk, said).await,
            Self::Bytes => bytes(desk, said).await,
            Self::Search => search(desk, said).await,
            Self::Clipboard => clipboard(desk, said).await,
            Self::Export => export(desk, said).await,
            Self::Answers => answers(desk, said).await,
            Self::Preview => preview(desk, said).await,
            Self::Sagas => sagas(desk, said).await,
            Self::PublishAgain => again(desk, said).await,
        }
    }
}

async fn list(desk: &Desk, said: &mut Said) {
    let view = desk.view().await;
    let page = desk.engine.view_page(view, 0, 1000, &[]).await;
    for row in page.expect("a page").rows {
        said.show(&row);
        said.take(&row.row.head);
    }
    let everything = (Millis(0), Millis(4_000_000_000_000));
    let groups = desk
        .engine
        .view_groups(view, GroupBy::Key, everything, 1, 9);
    said.show(&groups.await);
}

async fn cells(desk: &Desk, said: &mut Said) {
    let view = desk.view().await;
    let paths = [
        "customer.card",
        "customer",
        "detail",
        "dynamodb",
        "Message",
        "data",
        "$",
    ];
    let paths = paths.map(str::to_owned);
    let page = desk.engine.view_page(view, 0, 1000, &paths).await;
    said.show(&page.expect("a page").cells);
}

async fn tree(desk: &Desk, said: &mut Said) {
    for &(record, events) in &desk.records {
        said.show(&desk.engine.open_record(record).await);
        for event in 0..events {
            said.show(&desk.engine.record_event(record, event).await);
            let window = TreeWindow {
                expansion: Expansion::to_depth(12),
                first: 0,
                count: 1000,
            };
            said.show(&desk.engine.record_tree(record, event, window).await);
            let found = desk.engine.find_in_tree(record, event, VALUE.to_owned());
            said.show(&found.await);
        }
    }
}

async fn text(desk: &Desk, said: &mut Said) {
    for &(record, events) in &desk.records {
        said.show(&desk.engine.record_raw(record).await);
        for event in 0..events {
            for part in [EventPart::Content, EventPart::Before, EventPart::After] {
                said.show(&desk.engine.record_text(record, event, part).await);
            }
        }
    }
}

async fn bytes(desk: &Desk, said: &mut Said) {
    for &(record, events) in &desk.records {
        for event in std::iter::once(None).chain((0..events).map(Some)) {
            let bytes = desk.engine.record_bytes(record, event, 0, u32::MAX).await;
            said.take(bytes.unwrap_or_default());
        }
    }
}

/// What is offered and found while somebody looks for something.
async fn search(desk: &Desk, said: &mut Said) {
    let engine = &desk.engine;
    let view = desk.view().await;
    for text in ["customer.card:", "key:", "c4n"] {
        let offers = engine.complete_filter(Vec::new(), text.to_owned(), text.len());
        said.show(&offers.await);
    }
    let question = "filter customer.card = ";
    let offers = engine.complete_question(Vec::new(), question.to_owned(), question.len());
    said.show(&offers.await);
    said.show(&engine.seen_fields(view).await);
    for &(record, _) in &desk.records {
        for field in ["$.customer.card", "@key", "@type"] {
            let by = RecordField {
                record,
                event: None,
                field: field.to_owned(),
            };
            said.show(&engine.narrow_filter(String::new(), by.clone(), false).await);
            let by = RecordField {
                event: Some(0),
                ..by
            };
            said.show(&engine.narrow_filter(String::new(), by, false).await);
        }
        said.show(&engine.possible_relations(record, 0).await);
        said.show(&engine.related_records(record, Relation::Bytes).await);
        said.show(&engine.earlier_record(record, Likeness::Key).await);
    }
}

async fn clipboard(desk: &Desk, said: &mut Said) {
    let forms = [
        CopyForm::Json,
        CopyForm::Text,
        CopyForm::Base64,
        CopyForm::Hex,
        CopyForm::AwsCommand,
        CopyForm::Curl,
        CopyForm::Boto3,
        CopyForm::LambdaEvent,
    ];
    for &(record, _) in &desk.records {
        for form in forms {
            let text = desk.engine.record_copy(record, form).await;
            said.take(text.unwrap_or_default());
        }
    }
}

async fn export(desk: &Desk, said: &mut Said) {
    let captures = desk.engine.captures().await.expect("a list");
    let path = desk.file("export.ndjson");
    let exported = desk.engine.export_capture(captures[0].stored.id, &path);
    assert_eq!(exported.await.expect("a file") as usize, desk.records.len());
    let text = std::fs::read_to_string(&path).expect("the file");
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        said.take(line.to_string());
        let data = line["data"].as_str().expect("data");
        said.take(STANDARD.decode(data).expect("base64"));
    }
}

async fn answers(desk: &Desk, said: &mut Said) {
    let engine = &desk.engine;
    for sql in ["SELECT * FROM records", "SELECT * FROM events"] {
        let asked = engine.ask_sql("mask", Vec::new(), sql).await;
        answer(desk, asked.expect("a statement").id, said).await;
    }
    for question in [
        "fields customer.card",
        "stats count(*) by customer.card",
        "stats count(*) by key",
    ] {
        let asked = engine.ask_question("mask", Vec::new(), question).await;
        answer(desk, asked.expect("a question").id, said).await;
    }
}

async fn answer(desk: &Desk, id: QuestionId, said: &mut Said) {
    let started = Instant::now();
    loop {
        let asked = desk.engine.question_status(id).await.expect("an answer");
        match asked.state {
            AnswerState::Running => assert!(started.elapsed() < super::desk::PATIENCE),
            AnswerState::Complete => break,
            other => panic!("the question ended as {other:?}"),
        }
        tokio::time::sleep(super::desk::TICK).await;
    }
    said.show(&desk.engine.question_rows(id, 0, 1000).await);
    for format in [TableFormat::Csv, TableFormat::Lines] {
        said.take(desk.engine.question_text(id, format).await.expect("a file"));
    }
}

async fn preview(desk: &Desk, said: &mut Said) {
    let wanted = WantedReplay {
        into: ReplayInto::File {
            path: desk.file("replayed.ndjson"),
            format: FileFormat::Ferrokinesis,
        },
        setup: ReplaySetup {
            name: None,
            source: WantedRecords {
                captures: Vec::new(),
                chosen: WantedChoice::Time {
                    from: None,
                    until: None,
                },
            },
            rules: Vec::new(),
            order: Order::Keyed,
            placement: Placement::ByKey,
            pacing: WantedPacing::AtOnce,
            after_unclear: AfterUnclear::Retry,
            seed: None,
            capture_target: false,
        },
    };
    for position in 0..desk.records.len() as u64 {
        let preview = desk.engine.preview_replay(wanted.clone(), position).await;
        said.show(&preview.expect("a preview"));
    }
    said.show(&desk.engine.plan_replay("mask", wanted).await);
}

async fn sagas(desk: &Desk, said: &mut Said) {
    let engine = &desk.engine;
    let subject = SagaSubject::Text(DEFINITION.to_owned());
    let opened = engine.open_sagas("mask", subject, Vec::new()).await;
    let board = opened.expect("a board").id;
    until_read(desk, board).await;
    let order = (SortBy::Started, false);
    let page = engine.saga_rows(board, ListFilter::default(), order, 0, 1000);
    let page = page.await.expect("sagas");
    said.show(&page);
    for row in &page.page.rows {
        let name = SagaName {
            key: row.key.text.clone(),
            life: row.life,
        };
        said.show(&engine.saga(board, name.clone()).await);
        said.show(&engine.saga_state(board, name.clone()).await);
        said.show(&engine.compare_sagas(board, name.clone(), None).await);
        for format in [SagaFormat::Json, SagaFormat::Mermaid] {
            let text = engine.saga_text(board, name.clone(), format).await;
            said.take(text.unwrap_or_default());
        }
        let shown = engine.saga_page(board, name, false).await;
        said.take(shown.unwrap_or_default());
    }
    let sql = engine
        .ask_sql("mask", Vec::new(), "SELECT * FROM sagas")
        .await;
    answer(desk, sql.expect("a statement").id, said).await;
    said.show(&engine.saga_words(Vec::new()).await);
    said.show(&engine.learn_definition(Vec::new()).await);
    let followed = engine.follow_value(
        "followed",
        desk.records[0].0,
        None,
        "$.customer.card",
        Vec::new(),
    );
    said.show(&followed.await);
}

async fn until_read(desk: &Desk, board: BoardId) {
    let started = Instant::now();
    while !desk
        .engine
        .saga_board(board)
        .await
        .expect("a board")
        .is_complete
    {
        assert!(started.elapsed() < super::desk::PATIENCE, "never read");
        tokio::time::sleep(super::desk::TICK).await;
    }
}

async fn again(desk: &Desk, said: &mut Said) {
    for &(record, _) in &desk.records {
        let draft = desk.engine.draft_of(record).await.expect("a draft");
        said.show(&draft);
        said.take(STANDARD.decode(&draft.text).unwrap_or_default());
    }
}
