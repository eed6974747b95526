//! Payloads made by other implementations (`tests/vectors/make_vectors.py`), through a capture and the store.

use crate::desk::{desk, fixture, kinds};
use engine::EventPart;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    name: String,
    trail: Vec<String>,
    events: Vec<String>,
    #[serde(default)]
    facts: Vec<Vec<String>>,
    #[serde(default)]
    pinned: Vec<serde_json::Value>,
    #[serde(default)]
    schemas: serde_json::Map<String, serde_json::Value>,
}

/// Those that need no schema: what was put in comes out, with its layers, and the raw bytes stay what they were.
#[tokio::test(flavor = "multi_thread")]
async fn every_vector_shows_its_layers_and_its_events() {
    let vectors: Vec<Vector> = serde_json::from_slice(&fixture("vectors.json")).expect("JSON");
    let is_plain = |vector: &&Vector| {
        let needs_schema = vector
            .trail
            .iter()
            .any(|layer| matches!(layer.as_str(), "avro" | "protobuf" | "glue" | "confluent"));
        let is_container = vector.trail.iter().any(|layer| layer == "avro-container");
        // the capture itself takes whole aggregates apart
        let is_aggregate = vector.trail.first().is_some_and(|layer| layer == "kpl");
        // bytes that are in no format have an event that says so, and no text
        let is_opaque = vector.trail.last().is_some_and(|layer| layer == "binary");
        (!needs_schema || is_container)
            && !is_opaque
            && !is_aggregate
            && vector.pinned.is_empty()
            && vector.schemas.is_empty()
    };
    let plain: Vec<&Vector> = vectors.iter().filter(is_plain).collect();
    assert!(plain.len() > 20, "only {} vectors", plain.len());
    let records: Vec<(&str, Vec<u8>)> = plain
        .iter()
        .map(|vector| (&*vector.name, fixture(&format!("{}.bin", vector.name))))
        .collect();
    let (desk, rows) = desk(&records).await;
    for ((vector, (_, payload)), row) in plain.iter().zip(&records).zip(rows) {
        let (name, id) = (&vector.name, row.row.id);
        let layers = desk.opened(id).await.layers;
        assert_eq!(layers.events as usize, vector.events.len(), "{name}");
        let names: Vec<String> = kinds(&layers.first)
            .iter()
            .map(|kind| {
                serde_json::to_value(kind)
                    .expect("a name")
                    .as_str()
                    .expect("text")
                    .to_owned()
            })
            .collect();
        assert_eq!(names, vector.trail, "{name}");
        for (index, text) in vector.events.iter().enumerate() {
            let event = desk.event(id, index as u32).await;
            assert!(event.failure.is_none(), "{name}");
            let shown = desk.text(id, index as u32, EventPart::Content).await;
            assert_eq!(told(&shown), told(text), "{name} {index}");
            if let Some(facts) = vector.facts.get(index) {
                let seen: Vec<String> = event
                    .facts
                    .iter()
                    .map(|fact| format!("{} {}", fact.name, fact.value))
                    .collect();
                assert_eq!(&seen, facts, "{name} {index}");
            }
        }
        assert!(desk.bytes(id, None).await == *payload, "{name} was changed");
        let innermost = layers.first.trail.last().expect("a layer");
        let source = desk.bytes(id, Some(0)).await;
        assert_eq!(source.len(), innermost.size_in, "{name}");
    }
    desk.close().await;
}

/// Without the white space that indenting adds. What it drops within strings, it drops on both sides.
pub fn told(text: &str) -> String {
    let safe = engine::safe_text(text).replace("␊", "");
    safe.chars().filter(|c| !c.is_whitespace()).collect()
}
