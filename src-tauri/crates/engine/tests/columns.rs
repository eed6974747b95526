//! Paths as columns, over a real workspace: a cell is what the whole payload has, however long it is, and what was chosen is
//! there after a restart. How a cell reads, the decode crate's tests show.

use decode::Scalar;
use engine::{
    Cell, CellKind, ColumnLayout, Engine, EngineError, EngineOptions, KeptColumn, RecordField,
    TrustedEndpoints, ViewId,
};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, StreamIdentity};
use std::path::Path;
use store::{
    Anchor, CaptureStream, NewCapture, Position, ShardBatch, ShardRecord, Store, StreamRecord,
    prepare,
};

const PATHS: [&str; 9] = [
    "$.id",
    "$.amount",
    "$.late",
    "$.none",
    "$.empty",
    "$.lines[1].sku",
    "$.lines",
    "$.twice",
    "$.nowhere",
];

fn payloads() -> Vec<Vec<u8>> {
    let filler = |bytes: usize| "x".repeat(bytes);
    let lines =
        r#""lines":[{"sku":"A"},{"sku":"B\u202E"}],"twice":1,"twice":2,"none":null,"empty":"""#;
    let texts = [
        format!(r#"{{"id":"short","amount":5129900000000000001.50,{lines},"late":true}}"#),
        format!(
            r#"{{"id":"long","filler":"{}","amount":-0.0,{lines},"late":"after 4 KiB"}}"#,
            filler(5_000)
        ),
        format!(
            r#"{{"id":"longer","amount":{},{lines},"filler":["{}"],"late":7}}"#,
            "9".repeat(300),
            filler(60_000)
        ),
        format!(
            r#"{{"id":"large","amount":1,{lines},"filler":"{}","late":"after 64 KiB"}}"#,
            filler(200_000)
        ),
        "[1, 2, 3]".to_owned(),
        "plain text".to_owned(),
        r#"{"id":"broken","amount":"#.to_owned(),
        String::new(),
    ];
    let mut payloads: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    payloads.push(vec![0x1f, 0x8b, 0x08, 0x00, 0xff]);
    payloads
}

/// A workspace with these payloads: the first few in a sealed block, the rest in the tail.
fn fill(path: &Path, payloads: &[Vec<u8>]) {
    let store = Store::open(path).expect("a workspace");
    let arn = "arn:aws:kinesis:eu-west-1:000000000000:stream/orders";
    let stream = StreamRecord {
        identity: StreamIdentity {
            arn: arn.parse().expect("an ARN"),
            created_at: Millis(0),
        },
        name: "orders".parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    };
    let stream = store.put_stream(&stream).expect("a stream");
    let shard = ShardRecord {
        id: "shardId-000000000000".parse().expect("a shard"),
        parents: Vec::new(),
        hash_range: HashKeyRange {
            start: HashKey(0),
            end: HashKey(u128::MAX),
        },
        starting_sequence: "1".parse().expect("a number"),
        closed: false,
    };
    let shards = store.put_shards(stream, &[shard]).expect("shards");
    let capture = store
        .create_capture(&NewCapture {
            name: "orders".into(),
            connection: "{}".into(),
            created_at: Millis(0),
            streams: vec![CaptureStream {
                stream,
                shards: None,
                anchor: Anchor::TrimHorizon,
                until: None,
            }],
        })
        .expect("a capture");
    let records: Vec<_> = payloads
        .iter()
        .enumerate()
        .map(|(n, payload)| {
            let record = KinesisRecord {
                sequence: format!("4959033827149025660855969253836157109{n:019}")
                    .parse()
                    .expect("digits"),
                arrival: Millis(1_700_000_000_000 + n as i64),
                partition_key: Some("key".to_owned()),
                payload: payload.clone(),
            };
            prepare(record, None)
        })
        .collect();
    let checkpoint = Position::Stored(records.last().expect("a record").sequence());
    let batch = ShardBatch {
        capture,
        shard: shards[0],
        records,
        checkpoint,
        covered_through: None,
        gap: None,
    };
    store.submit(batch, Box::new(|done| assert!(done.is_ok())));
    store.close().expect("closed");
}

async fn opened(path: &Path) -> (Engine, ViewId) {
    let workspace = path.to_owned();
    let engine = Engine::open(EngineOptions { workspace })
        .await
        .expect("the engine opens");
    let mut view = engine
        .open_view("test", Vec::new(), "")
        .await
        .expect("a view");
    while !view.complete {
        view = engine.view_status(view.id).await.expect("a status");
    }
    (engine, view.id)
}

fn paths() -> Vec<String> {
    PATHS.map(str::to_owned).into()
}

/// Every cell of every record is what a look along the path finds in the whole payload; beyond 64 KiB it is "not read", and
/// never "missing".
async fn check(payloads: &[Vec<u8>]) -> Vec<Vec<Cell>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("columns.kscope");
    fill(&path, payloads);
    let (engine, view) = opened(&path).await;
    let page = engine
        .view_page(view, 0, 1_000, &paths())
        .await
        .expect("a page");
    assert_eq!(page.cells.len(), payloads.len());
    for (payload, cells) in payloads.iter().zip(&page.cells) {
        for (path, cell) in PATHS.iter().zip(cells) {
            let found = decode::find(payload, &path.parse().expect("a path"));
            let kind = match &found {
                None => CellKind::Missing,
                Some(Scalar::Null) => CellKind::Null,
                Some(Scalar::Bool(_)) => CellKind::Bool,
                Some(Scalar::Number(_)) => CellKind::Number,
                Some(Scalar::String(_)) => CellKind::String,
                Some(Scalar::Object) => CellKind::Object,
                Some(Scalar::Array) => CellKind::Array,
            };
            if cell.kind != CellKind::NotRead || payload.len() <= 64 * 1024 {
                assert_eq!(cell.kind, kind, "{path} of {} bytes", payload.len());
            }
            if let Some(Scalar::Number(digits)) = found {
                assert!(digits.starts_with(&cell.text) && (cell.is_cut || cell.text == digits));
            }
        }
    }
    page.cells
}

#[tokio::test]
async fn a_cell_is_what_the_whole_payload_has() {
    let cells = check(&payloads()).await;
    let shown = |row: usize| {
        let cells = cells[row].iter().map(|cell| match cell.kind {
            CellKind::Missing => "–".to_owned(),
            CellKind::NotRead => "…".to_owned(),
            _ => format!("{:.24}", cell.text),
        });
        cells.collect::<Vec<_>>().join(" | ")
    };
    let shown: Vec<_> = (0..cells.len()).map(shown).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
        short | 5129900000000000001.50 | true | null |  | B\u{202E} | [{"sku":"A"},{"sku":"B\u | 1 | –
        long | -0.0 | after 4 KiB | null |  | B\u{202E} | [{"sku":"A"},{"sku":"B\u | 1 | –
        longer | 999999999999999999999999 | 7 | null |  | B\u{202E} | [{"sku":"A"},{"sku":"B\u | 1 | –
        large | 1 | … | null |  | B\u{202E} | [{"sku":"A"},{"sku":"B\u | 1 | …
        – | – | – | – | – | – | – | – | –
        – | – | – | – | – | – | – | – | –
        broken | – | – | – | – | – | – | – | –
        – | – | – | – | – | – | – | – | –
        – | – | – | – | – | – | – | – | –
        "#);
}

#[tokio::test]
async fn sealed_blocks_give_the_same_cells_as_the_tail() {
    let few = payloads();
    let many: Vec<Vec<u8>> = few.iter().cycle().take(few.len() * 60).cloned().collect();
    let sealed = check(&many).await;
    assert_eq!(sealed[..few.len()], check(&few).await);
}

#[tokio::test]
async fn a_cell_narrows_the_filter_and_so_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("columns.kscope");
    fill(&path, &payloads());
    let (engine, view) = opened(&path).await;
    let page = engine.view_page(view, 0, 9, &[]).await.expect("a page");
    let narrowed = async |row: usize, field: &str, is_excluded: bool| {
        let by = RecordField {
            record: page.rows[row].row.id,
            event: None,
            field: field.to_owned(),
        };
        let text = engine
            .narrow_filter(String::new(), by, is_excluded)
            .await
            .expect("a filter");
        let matched = engine
            .open_view("narrowed", Vec::new(), &text)
            .await
            .expect("a view")
            .matched;
        format!("{text} {matched}")
    };
    assert_eq!(narrowed(1, "$.late", false).await, "late:\"after 4 KiB\" 1");
    assert_eq!(narrowed(1, "$.late", true).await, "-late:\"after 4 KiB\" 8");
    assert_eq!(narrowed(0, "$.lines", false).await, "has:lines 4");
    assert_eq!(narrowed(5, "$.late", false).await, "-has:late 5");
    assert_eq!(narrowed(5, "$.late", true).await, "has:late 4");
}

#[tokio::test]
async fn what_is_no_path_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("columns.kscope");
    fill(&path, &payloads());
    let (engine, view) = opened(&path).await;
    for wrong in ["", "a..b", "a["] {
        let page = engine.view_page(view, 0, 1, &[wrong.to_owned()]).await;
        assert!(matches!(page, Err(EngineError::Input(_))), "{wrong}");
    }
    let many = vec!["$.a".to_owned(); 65];
    assert!(matches!(
        engine.view_page(view, 0, 1, &many).await,
        Err(EngineError::Input(_))
    ));
    assert_eq!(
        engine
            .read_path(" customer['first name'].x ")
            .expect("a path"),
        "$.customer['first name'].x"
    );
    assert_eq!(
        engine.read_path("a..b").expect_err("no path").to_string(),
        "expected a field name after 2 characters"
    );
}

#[tokio::test]
async fn what_was_chosen_follows_the_streams_to_another_workspace_and_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("settings");
    let open = async |name: &str| {
        let workspace = folder.path().join(name);
        fill(&workspace, &payloads());
        let trusted = TrustedEndpoints::in_folder(&settings);
        let engine = Engine::open_trusting(EngineOptions { workspace }, trusted).await;
        let engine = engine.expect("the engine opens");
        let view = engine
            .open_view("test", Vec::new(), "")
            .await
            .expect("a view");
        (engine, view.id)
    };
    let (first, view) = open("first.kscope").await;
    let empty = first.kept_columns(view).await.expect("columns");
    assert_eq!(
        empty.streams,
        ["arn:aws:kinesis:eu-west-1:000000000000:stream/orders"]
    );
    assert_eq!(empty.columns, []);
    let layout = ColumnLayout {
        columns: vec![KeptColumn {
            id: "$.late".to_owned(),
            width_px: Some(200),
            is_pinned: true,
            is_shown: true,
        }],
        ..empty
    };
    first.keep_columns(layout.clone()).await.expect("kept");
    let (second, view) = open("second.kscope").await;
    assert_eq!(second.kept_columns(view).await.expect("columns"), layout);
    let too_many = ColumnLayout {
        columns: vec![layout.columns[0].clone(); 101],
        ..layout
    };
    assert!(matches!(
        second.keep_columns(too_many).await,
        Err(EngineError::Input(_))
    ));
}

#[tokio::test]
async fn the_fields_of_a_view_say_what_was_looked_at_and_what_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("columns.kscope");
    let payload = |n: usize| match n {
        0..50 => format!(r#"{{"type":"A","id":{n},"price":5}}"#),
        50..99 => format!(r#"{{"type":"A","id":{n},"price":"5","customer":{{"id":1}}}}"#),
        _ => format!(r#"{{"type":"A","filler":"{}"}}"#, "x".repeat(300_000)),
    };
    let payloads: Vec<Vec<u8>> = (0..100).map(|n| payload(n).into_bytes()).collect();
    fill(&path, &payloads);
    let (engine, view) = opened(&path).await;
    let seen = engine.seen_fields(view).await.expect("fields");
    assert_eq!(
        (seen.schema.records(), seen.total, seen.left_out),
        (99, 100, 1)
    );
    let fields = seen
        .schema
        .types()
        .flat_map(|(stream, event_type, schema)| {
            schema.fields.values().map(move |field| {
                let kinds: Vec<_> = field.kinds.keys().collect();
                let (records, all) = (field.spell.records, schema.records);
                format!(
                    "{stream} {event_type:?} {} {records} of {all} {kinds:?}",
                    field.path
                )
            })
        });
    let changes = seen.schema.drift().into_iter().map(|drift| {
        format!(
            "{} {:?} +{}",
            drift.field,
            drift.change,
            drift.at.0 - 1_700_000_000_000
        )
    });
    insta::assert_snapshot!(fields.chain(changes).collect::<Vec<_>>().join("\n"), @r#"
        orders Some("A") $.type 99 of 99 [String]
        orders Some("A") $.customer 49 of 99 [Object]
        orders Some("A") $.customer.id 49 of 99 [Number]
        orders Some("A") $.id 99 of 99 [Number]
        orders Some("A") $.price 99 of 99 [Number, String]
        customer Appeared +50
        price Kinds { before: {Number}, after: {String} } +50
        "#);
    // a view that is closed is not looked at any longer
    engine.close_view(view);
    assert!(engine.seen_fields(view).await.is_err());
}
