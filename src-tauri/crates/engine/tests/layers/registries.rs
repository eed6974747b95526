//! A schema registry over real HTTP: asked for the one stream that a person chose it for, once for each schema; what it
//! refuses is told with the record.

use crate::{
    desk::{self, Desk},
    server::Server,
};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    DialogAnswer, Engine, EngineOptions, EventPart, RecordId, RegistryFault, SchemaReport,
    SchemaStanding, StreamDecoding, TrustedEndpoints, WantedRegistry,
};
use std::path::Path;

const SEVEN: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"total\",\"type\":\"shop.Money\"}]}",
    "references":[{"name":"shop.Money","subject":"money","version":1}]}"#;
const MONEY: &str = r#"{"schema":"{\"type\":\"record\",\"name\":\"Money\",\"namespace\":\"shop\",\"fields\":[{\"name\":\"cents\",\"type\":\"long\"}]}"}"#;
const EIGHT: &str = r#"{"schema":"syntax = \"proto3\"; message Order { int64 cents = 1; }","schemaType":"PROTOBUF"}"#;
const TEN: &str = r#"{"schema":"{\"type\":\"record\"}"}"#;
const NOT_FOUND: &str = r#"{"error_code":40403,"message":"Schema 9 not found"}"#;

/// Confluent's header, and what it stands before.
fn framed(id: u32, payload: &[u8]) -> Vec<u8> {
    [&[0], &id.to_be_bytes()[..], payload].concat()
}

fn payloads() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("avro", framed(7, &[84])),
        // the first message, field 1, 42
        ("protobuf", framed(8, &[0, 8, 42])),
        ("missing", framed(9, &[84])),
        ("unusable", framed(10, &[84])),
        ("again", framed(7, &[2])),
    ]
}

async fn registry() -> Server {
    Server::new(&[
        ("/api/schemas/ids/7", 200, SEVEN),
        ("/api/subjects/money/versions/1", 200, MONEY),
        ("/api/schemas/ids/8", 200, EIGHT),
        ("/api/schemas/ids/9", 404, NOT_FOUND),
        ("/api/schemas/ids/10", 200, TEN),
    ])
    .await
}

fn wanted(server: &Server, user: Option<&str>) -> WantedRegistry {
    WantedRegistry::Confluent {
        url: format!("{}/api/", server.url),
        user: user.map(str::to_owned),
    }
}

async fn choose(
    engine: &Engine,
    arn: &str,
    wanted: WantedRegistry,
    password: Option<&str>,
) -> StreamDecoding {
    let question = engine.question_of_registry(arn.to_owned(), wanted).await;
    let answer = DialogAnswer::yes_in_native_dialog(password.map(str::to_owned));
    let used = engine.use_registry(question.expect("a question"), answer);
    used.await.expect("kept")
}

async fn reports(engine: &Engine, id: RecordId) -> Vec<SchemaReport> {
    let opened = engine.open_record(id).await.expect("it opens");
    opened.layers.schemas
}

/// The one schema that the record lacks, and why.
async fn failure(engine: &Engine, id: RecordId) -> (String, RegistryFault, String) {
    let mut reports = reports(engine, id).await;
    let report = reports.pop().expect("a report");
    assert_eq!(reports, []);
    match report.standing {
        SchemaStanding::Failed(failure) => (report.id, failure.fault, failure.cause),
        SchemaStanding::Asking => panic!("{} is still being asked for", report.id),
    }
}

async fn texts(desk: &Desk, ids: &[RecordId]) -> Vec<String> {
    let mut texts = Vec::new();
    for id in ids {
        let text = desk.text(*id, 0, EventPart::Content).await;
        texts.push(text.split_whitespace().collect());
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_is_asked_for_its_stream_alone_and_once_for_each_schema() {
    let server = registry().await;
    let (desk, rows) = desk::desk(&payloads()).await;
    let ids: Vec<RecordId> = rows.iter().map(|row| row.row.id).collect();
    let arn = desk.opened(ids[0]).await.stream_arn;
    let other = "arn:aws:kinesis:us-east-1:000000000000:stream/other";
    choose(&desk.engine, other, wanted(&server, None), None).await;
    for id in &ids {
        assert_eq!(reports(&desk.engine, *id).await, []);
    }
    assert!(server.asked().is_empty(), "nobody chose it for this stream");

    let chosen = choose(&desk.engine, &arn, wanted(&server, None), None).await;
    assert!(chosen.is_signed_in);
    assert!(desk.opened(ids[0]).await.layers.schemas.is_empty());
    assert!(desk.opened(ids[1]).await.layers.schemas.is_empty());
    assert_eq!(
        texts(&desk, &[ids[0], ids[1], ids[4]]).await,
        [
            r#"{"total":{"cents":42}}"#,
            r#"{"cents":42}"#,
            r#"{"total":{"cents":1}}"#
        ]
    );
    let (id, fault, cause) = failure(&desk.engine, ids[2]).await;
    assert_eq!((&*id, fault), ("confluent:9", RegistryFault::NotFound));
    assert!(cause.contains("Schema 9 not found"), "{cause}");
    let (_, fault, cause) = failure(&desk.engine, ids[3]).await;
    assert_eq!(fault, RegistryFault::Unusable);
    assert!(cause.contains("Avro"), "{cause}");
    // nothing is asked in haste
    for id in &ids {
        desk.opened(*id).await;
    }
    let paths = |server: &Server| -> Vec<String> {
        server.asked().into_iter().map(|asked| asked.path).collect()
    };
    let once = [
        "/api/schemas/ids/7",
        "/api/subjects/money/versions/1",
        "/api/schemas/ids/8",
        "/api/schemas/ids/9",
        "/api/schemas/ids/10",
    ];
    assert_eq!(paths(&server), once);
    let again = desk.engine.ask_registry_again(arn.clone()).await;
    let known: Vec<String> = again
        .expect("asked")
        .schemas
        .into_iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(known, ["confluent:7", "confluent:8"]);
    failure(&desk.engine, ids[2]).await;
    assert_eq!(paths(&server).len(), once.len() + 1);

    let left = desk.engine.leave_registry(arn).await.expect("left");
    assert_eq!((left.registry, left.schemas.len()), (None, 0));
    assert_eq!(reports(&desk.engine, ids[0]).await, []);
    assert_ne!(texts(&desk, &ids[..1]).await, [r#"{"total":{"cents":42}}"#]);
    desk.close().await;
}

/// What is read in bulk reads as the inspector does.
#[tokio::test(flavor = "multi_thread")]
async fn statements_know_what_a_registry_said() {
    let server = registry().await;
    let (desk, rows) = desk::desk(&payloads()).await;
    let arn = desk.opened(rows[0].row.id).await.stream_arn;
    choose(&desk.engine, &arn, wanted(&server, None), None).await;
    let undecoded = async |desk: &Desk| {
        let view = desk
            .engine
            .open_view("bulk", Vec::new(), "is:undecoded")
            .await;
        let mut view = view.expect("a view");
        while !view.complete {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            view = desk.engine.view_status(view.id).await.expect("its status");
        }
        view.matched
    };
    assert_eq!(undecoded(&desk).await, 5);
    desk.opened(rows[0].row.id).await;
    assert_eq!(
        undecoded(&desk).await,
        3,
        "both records of schema 7 are read"
    );
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_are_there_after_a_restart_and_a_password_is_written_nowhere() {
    let server = registry().await;
    let folder = tempfile::tempdir().expect("a folder");
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    desk::fill(&emulator, &payloads()).await;
    let engine = open(folder.path()).await;
    desk::capture(&engine, &emulator.endpoint()).await;
    let rows = desk::rows(&engine, payloads().len() as u64).await;
    let arn = engine
        .open_record(rows[0].row.id)
        .await
        .expect("it opens")
        .stream_arn;
    choose(&engine, &arn, wanted(&server, Some("ada")), Some("hunter2")).await;
    assert_eq!(reports(&engine, rows[0].row.id).await, []);
    // base64 of "ada:hunter2"
    let sent = server
        .asked()
        .iter()
        .all(|asked| asked.authorization.as_deref() == Some("Basic YWRhOmh1bnRlcjI="));
    assert!(sent, "{:?}", server.asked());
    engine.close().await;
    drop(engine);
    assert_no_file_says(folder.path(), &["hunter2", "YWRhOmh1bnRlcjI="]);

    let asked = server.asked().len();
    let engine = open(folder.path()).await;
    assert_eq!(reports(&engine, rows[0].row.id).await, [], "it is kept");
    let (id, fault, _) = failure(&engine, rows[1].row.id).await;
    assert_eq!((&*id, fault), ("confluent:8", RegistryFault::SignIn));
    let decoding = engine.stream_decoding(arn.clone()).await.expect("told");
    assert!(!decoding.is_signed_in);
    assert_eq!(
        server.asked().len(),
        asked,
        "nobody was asked without the password"
    );
    choose(&engine, &arn, wanted(&server, Some("ada")), Some("hunter2")).await;
    assert_eq!(reports(&engine, rows[1].row.id).await, []);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_away_or_nowhere_is_told() {
    let server = registry().await;
    let (desk, rows) = desk::desk(&payloads()).await;
    let id = rows[0].row.id;
    let arn = desk.opened(id).await.stream_arn;
    let refused = async |url: &str, user: Option<&str>| {
        let wanted = WantedRegistry::Confluent {
            url: url.to_owned(),
            user: user.map(str::to_owned),
        };
        let question = desk.engine.question_of_registry(arn.clone(), wanted).await;
        question.expect_err("refused").to_string()
    };
    assert!(
        refused("http://registry.corp", None)
            .await
            .contains("https only")
    );
    assert!(refused("registry.corp", None).await.contains("expected"));
    assert!(
        refused("https://registry.corp", Some("a:b"))
            .await
            .contains("cannot be sent")
    );
    // this endpoint knows of no Glue, and says so
    choose(&desk.engine, &arn, WantedRegistry::Glue, None).await;
    assert_eq!(
        reports(&desk.engine, id).await,
        [],
        "its ids are not Confluent's"
    );

    choose(&desk.engine, &arn, wanted(&server, None), None).await;
    drop(server);
    let (_, fault, _) = failure(&desk.engine, id).await;
    assert_eq!(fault, RegistryFault::Unreachable);
    let (_, fault, _) = failure(&desk.engine, rows[1].row.id).await;
    assert_eq!(fault, RegistryFault::Unreachable, "of each of its schemas");
    desk.close().await;
}

async fn open(folder: &Path) -> Engine {
    let workspace = folder.join("registry.kscope");
    let trusted = TrustedEndpoints::in_folder(&folder.join("settings"));
    let opened = Engine::open_trusting(EngineOptions { workspace }, trusted).await;
    opened.expect("the engine opens")
}

fn assert_no_file_says(folder: &Path, secrets: &[&str]) {
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            assert_no_file_says(&path, secrets);
            continue;
        }
        let bytes = std::fs::read(&path).expect("its bytes");
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{} holds a password", path.display());
        }
    }
}
