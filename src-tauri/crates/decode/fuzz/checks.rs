//! What must hold of any bytes, for the fuzz targets, the property tests and the committed corpus.

use bytes::Bytes;
use decode::{
    Aggregation, Budget, Content, Decoded, LayerKind, Pipeline, ProtoFile, Schemas, Step,
};
use md5::{Digest, Md5};

pub const KINDS: [LayerKind; 28] = [
    LayerKind::Kpl,
    LayerKind::Gzip,
    LayerKind::Zlib,
    LayerKind::Zstd,
    LayerKind::Lz4,
    LayerKind::SnappyFrame,
    LayerKind::Snappy,
    LayerKind::Base64,
    LayerKind::Glue,
    LayerKind::Confluent,
    LayerKind::CloudWatchLogs,
    LayerKind::DynamoDb,
    LayerKind::EventBridge,
    LayerKind::CloudEvents,
    LayerKind::Sns,
    LayerKind::Sqs,
    LayerKind::Dms,
    LayerKind::LambdaFailure,
    LayerKind::JsonDocuments,
    LayerKind::AvroContainer,
    LayerKind::Json,
    LayerKind::Text,
    LayerKind::MessagePack,
    LayerKind::Cbor,
    LayerKind::Avro,
    LayerKind::Protobuf,
    LayerKind::Xml,
    LayerKind::Binary,
];

/// Small, so that every bound is met.
pub fn budget() -> Budget {
    Budget {
        out_bytes: 50_000,
        events: 50,
        depth: 20,
        layers: 5,
        ..Budget::default()
    }
}

/// Schemas that hold themselves, lists, maps and unions.
pub fn schemas() -> Schemas {
    const AVRO: &str = r#"{"type":"record","name":"a","fields":[
        {"name":"m","type":{"type":"map","values":["null","a","bytes"]}},
        {"name":"l","type":{"type":"array","items":"string"}}]}"#;
    const PROTO: &str = "syntax = \"proto3\";
        message A { A a = 1; repeated sint64 n = 2; map<string, A> m = 3; string s = 4; }";
    let mut schemas = Schemas::default();
    let id = "confluent:1".parse().expect("an id");
    schemas.add_avro(id, AVRO).expect("a schema");
    let proto = ProtoFile {
        name: "a.proto".to_owned(),
        text: PROTO.to_owned(),
    };
    let id = "file:a.proto".parse().expect("an id");
    schemas.add_proto_files(id, &[proto]).expect("a schema");
    schemas
}

/// As they are, and as the content of a frame whose digest fits.
pub fn deaggregate(bytes: &[u8]) {
    const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
    let framed = [&MAGIC[..], bytes, &Md5::digest(bytes)[..]].concat();
    for blob in [bytes, &framed] {
        if let Aggregation::Aggregated(records) = decode::deaggregate(blob) {
            assert!(!records.is_empty());
            assert!(records.iter().all(|record| record.data.end <= blob.len()));
        }
    }
}

pub fn layers(bytes: &[u8]) {
    taken(bytes, &Pipeline::Auto);
}

pub fn pinned(bytes: &[u8]) {
    if let Some((&first, rest)) = bytes.split_first() {
        let kind = KINDS[usize::from(first) % KINDS.len()];
        taken(rest, &Pipeline::Pinned(vec![Step::new(kind)]));
    }
}

/// One kind of envelope, chosen by the first byte, over what may be its document.
pub fn envelopes(bytes: &[u8]) {
    const ENVELOPES: [LayerKind; 8] = [
        LayerKind::CloudWatchLogs,
        LayerKind::DynamoDb,
        LayerKind::EventBridge,
        LayerKind::CloudEvents,
        LayerKind::Sns,
        LayerKind::Sqs,
        LayerKind::Dms,
        LayerKind::LambdaFailure,
    ];
    if let Some((&first, rest)) = bytes.split_first() {
        let kind = ENVELOPES[usize::from(first) % ENVELOPES.len()];
        taken(rest, &Pipeline::Pinned(vec![Step::new(kind)]));
        taken(rest, &Pipeline::Auto);
    }
}

fn taken(bytes: &[u8], pipeline: &Pipeline) {
    let record = Bytes::copy_from_slice(bytes);
    let decoded = decode::decode(&record, pipeline, &schemas(), budget());
    assert_sound(&decoded, &record, budget());
}

/// At least one event, all of them with their layers, whole JSON unless a cut is said, and no more
/// than the budget allows.
pub fn assert_sound(decoded: &Decoded, record: &Bytes, budget: Budget) {
    assert!(!decoded.events.is_empty());
    assert!(decoded.events.len() <= budget.events);
    assert!(decoded.layers.len() <= budget.events * (budget.layers + 1));
    for (index, event) in decoded.events.iter().enumerate() {
        assert_eq!(event.sub_index as usize, index);
        let trail = decoded.trail(event);
        assert!((1..=budget.layers + 1).contains(&trail.len()));
        assert_eq!(trail[0].size_in, record.len());
        assert!(event.content.bytes().len() <= record.len().max(budget.out_bytes));
        let is_cut = trail.iter().any(|layer| layer.truncated.is_some());
        if let Content::Json(json) = &event.content
            && !is_cut
        {
            let fault = decode::json_events(json).find_map(Result::err);
            assert_eq!(fault, None, "{:?}", String::from_utf8_lossy(json));
        }
    }
}
