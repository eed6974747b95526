//! Pinned pipelines, detection, reports of failures, and the values that are stored.

use crate::{auto, text, told};
use bytes::Bytes;
use decode::{Budget, Decoded, LayerKind, Pipeline, SchemaId, Schemas, Step};
use flate2::{Compression, read::GzEncoder};
use std::io::Read;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = GzEncoder::new(bytes, Compression::default());
    encoder.read_to_end(&mut packed).expect("memory");
    packed
}

fn pinned(record: &[u8], layers: &[LayerKind]) -> Decoded {
    let steps = layers.iter().copied().map(Step::new).collect();
    let record = Bytes::copy_from_slice(record);
    decode::decode(
        &record,
        &Pipeline::Pinned(steps),
        &Schemas::default(),
        Budget::default(),
    )
}

#[test]
fn plain_records_are_what_they_look_like() {
    for (record, expected) in [
        ("", "0: text 100%\n   \n"),
        ("42", "0: json 99%\n   42\n"),
        ("two words", "0: text 90%\n   two words\n"),
        ("ORDERCREATED1234", "0: text 90%\n   ORDERCREATED1234\n"),
        ("1 2 3", "0: text 90%\n   1 2 3\n"),
        ("{\"a\":1}\n", "0: json 99%\n   {\"a\":1}␊\n"),
        ("{\"a\":", "0: text 90%\n   {\"a\":\n"),
        ("<a>b</a>", "0: xml 96%\n   {\"a\":\"b\"}\n"),
        ("<a>b", "0: text 90%\n   <a>b\n"),
    ] {
        assert_eq!(told(&auto(record)), expected);
    }
}

#[test]
fn what_is_nothing_known_says_why_for_each_candidate() {
    let noise = b"\xC1\xFE\x00\x80\x13\x37";
    insta::assert_snapshot!(told(&auto(noise.to_vec())), @"
    0: binary 0%
       ��␀�␓7
       not kpl: it does not begin like one
       not gzip: it does not begin like one
       not zstd: it does not begin like one
       not lz4: it does not begin like one
       not snappy-frame: it does not begin like one
       not avro-container: it does not begin like one
       not avro: it does not begin like one
       not glue: it does not begin like one
       not json: expected a value, at byte 0
       not json-documents: it does not begin like one
       not xml: it does not begin like one
       not base64: it does not begin like one
       not text: it is no UTF-8 text
       not zlib: it does not begin like one
       not confluent: it does not begin like one
       not message-pack: the byte 0xc1 begins no MessagePack value, at byte 0
       not cbor: this begins no CBOR item, at byte 1
       not protobuf: there is no schema for it
       not snappy: it does not begin like one
    ");
}

#[test]
fn a_damaged_layer_says_where_and_keeps_the_bytes() {
    let mut packed = gzip(b"{\"a\":1}");
    packed.truncate(packed.len() - 3);
    let decoded = auto(packed.clone());
    let failure = decoded.failure().expect("a failure");
    assert_eq!(failure.after, None);
    let refused = failure
        .candidates
        .iter()
        .find(|refused| refused.kind == LayerKind::Gzip);
    insta::assert_snapshot!(refused.expect("gzip").reason, @"it cannot be unpacked: unexpected end of file");
    assert_eq!(decoded.events[0].source, packed);
    assert_eq!(decoded.events[0].content.bytes(), &packed);
}

#[test]
fn a_damaged_inner_layer_is_told_after_the_outer() {
    let decoded = auto(gzip(b"\x28\xB5\x2F\xFDnot zstd\x00\x01"));
    let failure = decoded.failure().expect("a failure");
    assert_eq!(failure.after, Some(0));
    assert_eq!(decoded.layers[0].kind, LayerKind::Gzip);
}

#[test]
fn pinned_layers_are_taken_in_order_and_the_rest_is_detected() {
    let decoded = pinned(&gzip(b"{\"a\":1}"), &[LayerKind::Gzip]);
    insta::assert_snapshot!(told(&decoded), @r#"
    0: gzip 100% > json 99%
       {"a":1}
    "#);
    let decoded = pinned(&gzip(b"{\"a\":1}"), &[LayerKind::Gzip, LayerKind::Text]);
    insta::assert_snapshot!(told(&decoded), @r#"
    0: gzip 100% > text 100%
       {"a":1}
    "#);
    let decoded = pinned(b"{\"a\":1}", &[LayerKind::Binary]);
    insta::assert_snapshot!(told(&decoded), @r#"
    0: binary 100%
       {"a":1}
    "#);
}

#[test]
fn a_pinned_layer_that_does_not_fit_is_the_only_candidate() {
    let decoded = pinned(b"{\"a\":1}", &[LayerKind::Gzip, LayerKind::Json]);
    insta::assert_snapshot!(told(&decoded), @r#"
    0: text 0%
       {"a":1}
       not gzip: it does not begin like one
    "#);
    let decoded = pinned(&gzip(b"{\"a\":}"), &[LayerKind::Gzip, LayerKind::Json]);
    insta::assert_snapshot!(told(&decoded), @r#"
    0: gzip 100% > text 0%
       {"a":}
       not json: expected a value, at byte 5
    "#);
    let decoded = pinned(b"{\"a\":1}", &[LayerKind::Sqs]);
    insta::assert_snapshot!(told(&decoded), @r#"
    0: text 0%
       {"a":1}
       not sqs: it lacks body
    "#);
    let broken = br#"{"metadata":{"operation":"load"},"data":{"a"1}}"#;
    insta::assert_snapshot!(told(&pinned(broken, &[LayerKind::Dms])), @r#"
    0: text 0%
       {"metadata":{"operation":"load"},"data":{"a"1}}
       not dms: expected a colon after the key, at byte 44
    "#);
}

/// What a guess would call noise is shown where the user says what it is.
#[test]
fn pinned_layers_need_not_look_like_it() {
    assert_eq!(
        text(&pinned(b"\x2A", &[LayerKind::MessagePack]).events[0]),
        "42"
    );
    assert_eq!(
        text(&pinned(b"\x18\x2A", &[LayerKind::Cbor]).events[0]),
        "42"
    );
    assert_eq!(text(&pinned(b"YWI=", &[LayerKind::Base64]).events[0]), "ab");
    assert_eq!(pinned(b"1 2", &[LayerKind::JsonDocuments]).events.len(), 2);
    assert_eq!(text(&pinned(b"a\0b", &[LayerKind::Text]).events[0]), "a\0b");
}

#[test]
fn a_missing_schema_is_named() {
    let mut glue = vec![3, 0];
    glue.extend(0..16);
    glue.extend(b"\xFF\xFE\x00");
    let decoded = auto(glue);
    insta::assert_snapshot!(told(&decoded), @"
    0: glue 85% glue:00010203-0405-0607-0809-0a0b0c0d0e0f > binary 0%
       ��␀
       not avro: the schema glue:00010203-0405-0607-0809-0a0b0c0d0e0f is not known
    ");
    let single = [&[0xC3, 0x01][..], &[0xAB; 8], b"\xFF\x00"].concat();
    let told = told(&auto(single));
    assert!(
        told.contains("not avro: the schema fingerprint:abababababababab is not known"),
        "{told}"
    );
}

#[test]
fn framed_json_needs_no_schema() {
    let mut glue = vec![3, 0];
    glue.extend(0..16);
    glue.extend(b"{\"a\":1}");
    insta::assert_snapshot!(told(&auto(glue)), @r#"
    0: glue 85% glue:00010203-0405-0607-0809-0a0b0c0d0e0f > json 99%
       {"a":1}
    "#);
    insta::assert_snapshot!(told(&auto(b"\0\0\0\0\x07{\"a\":1}".to_vec())), @r#"
    0: confluent 70% confluent:7 > json 99%
       {"a":1}
    "#);
}

#[test]
fn a_pipeline_is_stored_as_json() {
    let pipeline = Pipeline::Pinned(vec![
        Step::new(LayerKind::Gzip),
        Step {
            schema: Some(SchemaId::Confluent(7)),
            message: Some("shop.v1.OrderPlaced".to_owned()),
            ..Step::new(LayerKind::Protobuf)
        },
    ]);
    let json = serde_json::to_string(&pipeline).expect("JSON");
    insta::assert_snapshot!(json, @r#"{"pinned":[{"layer":"gzip"},{"layer":"protobuf","schema":"confluent:7","message":"shop.v1.OrderPlaced"}]}"#);
    assert_eq!(
        serde_json::from_str::<Pipeline>(&json).expect("a pipeline"),
        pipeline
    );
    assert_eq!(
        serde_json::to_string(&Pipeline::Auto).expect("JSON"),
        "\"auto\""
    );
    assert!(serde_json::from_str::<Pipeline>(r#"{"pinned":[{"layer":"rot13"}]}"#).is_err());
}

#[test]
fn schemas_that_cannot_be_used_say_why() {
    let id = || SchemaId::File("x".to_owned());
    let mut schemas = Schemas::default();
    let mut avro = |text| {
        schemas
            .add_avro(id(), text)
            .map_err(|fault| fault.to_string())
    };
    insta::assert_snapshot!(avro("{").expect_err("a fault"), @"the Avro schema cannot be read: it is no JSON, at line 1, column 1");
    insta::assert_snapshot!(avro(r#"{"type":"record","name":"a","fields":[{"name":"b","type":"c"}]}"#).expect_err("a fault"), @"the Avro schema cannot be read: `c` is no type and no name known here");
    insta::assert_snapshot!(avro(r#"{"type":"enum","name":"a"}"#).expect_err("a fault"), @"the Avro schema cannot be read: a enum lacks its `symbols`");
    let mut proto = |text: &str| {
        let file = decode::ProtoFile {
            name: "a.proto".to_owned(),
            text: text.to_owned(),
        };
        schemas
            .add_proto_files(id(), &[file])
            .map_err(|fault| fault.to_string())
    };
    insta::assert_snapshot!(proto("syntax = \"proto3\"; message A { B b = 1; }").expect_err("a fault"), @"the .proto files cannot be compiled: name 'B' is not defined");
    insta::assert_snapshot!(proto("syntax = \"proto3\";").expect_err("a fault"), @"there is no message in it");
    insta::assert_snapshot!(proto(&"message A {".repeat(100_000)).expect_err("a fault"), @"`a.proto` nests messages deeper than 64");
    let set = schemas
        .add_descriptor_set(id(), b"\xFF")
        .map_err(|fault| fault.to_string());
    assert!(
        set.expect_err("a fault")
            .starts_with("the descriptor set cannot be read")
    );
}
