//! Pinned layers and schemas: what they change in what is shown, and that they are there after a restart.

use crate::desk::{self, fixture, kinds};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    AnswerState, Engine, EngineOptions, EventPart, LayerKind, Pipeline, SchemaId, Step,
    TrustedEndpoints,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

#[derive(Deserialize)]
struct Vector {
    name: String,
    trail: Vec<String>,
    events: Vec<String>,
    #[serde(default)]
    pinned: Vec<Step>,
    #[serde(default)]
    schemas: BTreeMap<SchemaId, String>,
}

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/decode")
        .join(name)
}

/// What needs a schema or a pin shows what was encoded, once it has them, and not before.
#[tokio::test(flavor = "multi_thread")]
async fn vectors_with_schemas_and_pins_show_what_was_encoded() {
    let vectors: Vec<Vector> = serde_json::from_slice(&fixture("vectors.json")).expect("JSON");
    let of_schemas = |vector: &&Vector| {
        matches!(
            vector.trail.last().map(String::as_str),
            Some("avro" | "protobuf")
        ) && vector
            .trail
            .first()
            .is_none_or(|first| first != "avro-container")
    };
    let vectors: Vec<&Vector> = vectors.iter().filter(of_schemas).collect();
    assert!(vectors.len() > 8, "only {} vectors", vectors.len());
    let records: Vec<(&str, Vec<u8>)> = vectors
        .iter()
        .map(|vector| (&*vector.name, fixture(&format!("{}.bin", vector.name))))
        .collect();
    let (desk, rows) = desk::desk(&records).await;
    let arn = desk.opened(rows[0].row.id).await.stream_arn;
    for file in ["orders.avsc", "shop.proto", "shop.desc"] {
        let added = desk.engine.add_schema(vec![path_of(file)], None).await;
        assert_eq!(added.expect("a schema").id, format!("file:{file}"));
    }
    for (vector, row) in vectors.iter().zip(&rows) {
        for (id, file) in &vector.schemas {
            let added = desk
                .engine
                .add_schema(vec![path_of(file)], Some(id.clone()))
                .await;
            added.expect("a schema of a registry");
        }
        let pipeline = match &vector.pinned[..] {
            [] => Pipeline::Auto,
            steps => Pipeline::Pinned(steps.to_vec()),
        };
        let pinned = desk
            .engine
            .pin_decoding(arn.clone(), pipeline.clone())
            .await;
        assert_eq!(pinned.expect("pinned").pipeline, pipeline);
        let layers = desk.opened(row.row.id).await.layers;
        assert_eq!(layers.pipeline, pipeline);
        let names: Vec<String> = kinds(&layers.first)
            .iter()
            .map(|kind| {
                serde_json::to_string(kind)
                    .expect("a name")
                    .replace('"', "")
            })
            .collect();
        assert_eq!(names, vector.trail, "{}", vector.name);
        let text = desk.text(row.row.id, 0, EventPart::Content).await;
        assert_eq!(
            crate::vectors::told(&text),
            crate::vectors::told(&vector.events[0]),
            "{}",
            vector.name
        );
        for id in vector.schemas.keys() {
            let forgotten = desk.engine.forget_schema(arn.clone(), id.clone()).await;
            assert_eq!(forgotten.expect("forgotten").schemas.len(), 3);
            let without = desk.event(row.row.id, 0).await;
            let sure = |event: &engine::OpenEvent| -> Vec<_> {
                let layers = event.trail.iter();
                layers.map(|layer| (layer.kind, layer.confidence)).collect()
            };
            assert_ne!(
                sure(&without),
                sure(&layers.first),
                "{}: without its schema",
                vector.name
            );
        }
    }
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_that_does_not_fit_says_so_and_nothing_else_is_tried() {
    let payload = br#"{"a":1}"#.to_vec();
    let (desk, rows) = desk::desk(&[("plain", payload.clone())]).await;
    let (id, arn) = (rows[0].row.id, desk.opened(rows[0].row.id).await.stream_arn);
    assert!(desk.opened(id).await.layers.first.failure.is_none());
    let pinned = Pipeline::Pinned(vec![Step::new(LayerKind::Gzip), Step::new(LayerKind::Json)]);
    desk.engine
        .pin_decoding(arn.clone(), pinned)
        .await
        .expect("pinned");
    let event = desk.event(id, 0).await;
    let tried: Vec<LayerKind> = event
        .failure
        .expect("a failure")
        .candidates
        .iter()
        .map(|(kind, _)| *kind)
        .collect();
    assert_eq!(tried, [LayerKind::Gzip]);
    assert_eq!(desk.bytes(id, None).await, payload);
    let backwards = Pipeline::Pinned(vec![Step::new(LayerKind::Json), Step::new(LayerKind::Gzip)]);
    assert!(
        desk.engine
            .pin_decoding(arn.clone(), backwards)
            .await
            .is_err()
    );
    desk.engine
        .pin_decoding(arn, Pipeline::Auto)
        .await
        .expect("automatic again");
    assert!(desk.event(id, 0).await.failure.is_none());
    desk.close().await;
}

/// Statements see an event as the inspector shows it.
#[tokio::test(flavor = "multi_thread")]
async fn statements_read_by_pins_and_schemas_too() {
    let (desk, rows) = desk::desk(&[("datum", fixture("avro-datum.bin"))]).await;
    let (id, arn) = (rows[0].row.id, desk.opened(rows[0].row.id).await.stream_arn);
    let json = async || {
        let asked = desk
            .engine
            .ask_sql("sql", Vec::new(), "SELECT json FROM events");
        let question = asked.await.expect("a statement").id;
        loop {
            let answer = desk.engine.question_status(question).await;
            let answer = answer.expect("a status");
            if answer.state != AnswerState::Running {
                assert_eq!(answer.state, AnswerState::Complete);
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let rows = desk.engine.question_rows(question, 0, 1).await;
        rows.expect("rows")[0].cells[0].to_string()
    };
    let without = json().await;
    let added = desk
        .engine
        .add_schema(vec![path_of("orders.avsc")], None)
        .await;
    let pipeline = Pipeline::Pinned(vec![Step {
        layer: LayerKind::Avro,
        schema: added.expect("a schema").id.parse().ok(),
        message: None,
    }]);
    let pinned = desk.engine.pin_decoding(arn, pipeline).await;
    pinned.expect("pinned");
    let event: serde_json::Value =
        serde_json::from_str(&desk.text(id, 0, EventPart::Content).await).expect("JSON");
    let told = json().await;
    assert_ne!(told, without);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&told).expect("JSON"),
        event
    );
    desk.close().await;
}

async fn opened(folder: &Path) -> Engine {
    let options = EngineOptions {
        workspace: folder.join("pins.kscope"),
    };
    let trusted = TrustedEndpoints::in_folder(&folder.join("settings"));
    Engine::open_trusting(options, trusted)
        .await
        .expect("the engine opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_and_schemas_are_there_after_a_restart_without_their_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    desk::fill(&emulator, &[("datum", fixture("avro-datum.bin"))]).await;
    let engine = opened(folder.path()).await;
    desk::capture(&engine, &emulator.endpoint()).await;
    let id = desk::rows(&engine, 1).await[0].row.id;
    let arn = engine.open_record(id).await.expect("it opens").stream_arn;
    let file = folder.path().join("orders.avsc");
    std::fs::copy(path_of("orders.avsc"), &file).expect("copied");
    let schema = engine
        .add_schema(vec![file.clone()], None)
        .await
        .expect("a schema");
    let pipeline = Pipeline::Pinned(vec![Step {
        layer: LayerKind::Avro,
        schema: schema.id.parse().ok(),
        message: None,
    }]);
    engine
        .pin_decoding(arn.clone(), pipeline.clone())
        .await
        .expect("pinned");
    engine.close().await;
    drop(engine);
    std::fs::remove_file(file).expect("away");

    let engine = opened(folder.path()).await;
    let kept = engine.stream_decoding(arn.clone()).await.expect("kept");
    assert_eq!((kept.pipeline, kept.schemas), (pipeline, vec![schema]));
    let event = engine.record_event(id, 0).await.expect("the event");
    assert_eq!(kinds(&event), [LayerKind::Avro]);
    let other = engine
        .stream_decoding(format!("{arn}-other"))
        .await
        .expect("kept");
    assert_eq!(other.pipeline, Pipeline::Auto);
    engine.close().await;
}
