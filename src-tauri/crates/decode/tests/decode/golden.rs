//! Records made by other implementations (`tests/vectors/make_vectors.py`) show what was put in.

use crate::{checks, kinds, text, told};
use bytes::Bytes;
use decode::{Budget, Pipeline, ProtoFile, SchemaId, Schemas, Step};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

#[derive(Deserialize)]
struct Vector {
    name: String,
    /// The layers of the first event.
    trail: Vec<String>,
    /// The exact text of each event.
    events: Vec<String>,
    /// Of each event, "name value".
    #[serde(default)]
    facts: Vec<Vec<String>>,
    #[serde(default)]
    pinned: Vec<Step>,
    /// Further schemas: the file by the id.
    #[serde(default)]
    schemas: BTreeMap<SchemaId, String>,
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/decode");
    fs::read(folder.join(name)).expect(name)
}

fn add(schemas: &mut Schemas, id: SchemaId, file: &str) {
    let content = fixture(file);
    let text = || String::from_utf8(content.clone()).expect("UTF-8");
    let added = match file.rsplit_once('.') {
        Some((_, "avsc")) => schemas.add_avro(id, &text()),
        Some((_, "proto")) => {
            let file = ProtoFile {
                name: file.to_owned(),
                text: text(),
            };
            schemas.add_proto_files(id, &[file])
        }
        _ => schemas.add_descriptor_set(id, &content),
    };
    added.expect(file);
}

fn schemas() -> Schemas {
    let mut schemas = Schemas::default();
    for file in ["orders.avsc", "shop.proto", "shop.desc"] {
        add(&mut schemas, SchemaId::File(file.to_owned()), file);
    }
    schemas
}

#[test]
fn every_vector_shows_what_was_encoded() {
    let vectors: Vec<Vector> = serde_json::from_slice(&fixture("vectors.json")).expect("JSON");
    assert!(vectors.len() > 60, "only {} vectors", vectors.len());
    let known = schemas();
    for vector in vectors {
        let mut schemas = known.clone();
        for (id, file) in vector.schemas {
            add(&mut schemas, id, &file);
        }
        let pipeline = match vector.pinned {
            steps if steps.is_empty() => Pipeline::Auto,
            steps => Pipeline::Pinned(steps),
        };
        let record = Bytes::from(fixture(&format!("{}.bin", vector.name)));
        let decoded = decode::decode(&record, &pipeline, &schemas, Budget::default());
        let said = format!("{}\n{}", vector.name, told(&decoded));
        let texts: Vec<String> = decoded.events.iter().map(text).collect();
        assert_eq!(texts, vector.events, "{said}");
        let trail = decoded.trail(&decoded.events[0]);
        let trail: Vec<String> = trail.iter().map(|layer| kinds::name(layer.kind)).collect();
        assert_eq!(trail, vector.trail, "{said}");
        // of what nothing is, each candidate says why
        let is_nothing = trail == ["binary"];
        assert_eq!(decoded.failure().is_some(), is_nothing, "{said}");
        for (event, facts) in decoded.events.iter().zip(&vector.facts) {
            let seen: Vec<String> = event
                .facts
                .iter()
                .map(|fact| format!("{} {}", fact.name, fact.value))
                .collect();
            assert_eq!(&seen, facts, "{said}");
        }
    }
}

/// Whoever adds a layer adds a vector that somebody else made.
#[test]
fn every_kind_of_layer_has_a_vector() {
    let vectors: Vec<Vector> = serde_json::from_slice(&fixture("vectors.json")).expect("JSON");
    let shown: BTreeSet<String> = vectors
        .into_iter()
        .flat_map(|vector| vector.trail)
        .collect();
    let all: BTreeSet<String> = checks::KINDS.into_iter().map(kinds::name).collect();
    assert_eq!(
        all.difference(&shown).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

/// Every vector, cut short anywhere or with a byte changed, still gives events, and no panic.
#[test]
fn damaged_vectors_give_events_and_reasons() {
    let vectors: Vec<Vector> = serde_json::from_slice(&fixture("vectors.json")).expect("JSON");
    let schemas = schemas();
    let decode = |bytes: &[u8]| {
        let record = Bytes::copy_from_slice(bytes);
        let decoded = decode::decode(&record, &Pipeline::Auto, &schemas, Budget::default());
        assert!(!decoded.events.is_empty());
    };
    for vector in vectors {
        let bytes = fixture(&format!("{}.bin", vector.name));
        for at in (0..bytes.len()).step_by(13) {
            decode(&bytes[..at]);
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            decode(&changed);
        }
    }
}
