//! Of any bytes: no panic, at least one event, and never more than the budget. Of any value: what
//! was packed comes out.

use crate::{
    checks::{KINDS, assert_sound, budget, schemas},
    text,
};
use bytes::Bytes;
use decode::{Budget, LayerKind, Pipeline, Schemas, Step};
use flate2::{Compression, read::ZlibEncoder};
use proptest::prelude::*;
use std::io::Read;

/// The bytes that a layer of this kind begins with, so that noise gets past the first look.
fn beginning(kind: LayerKind) -> &'static [u8] {
    match kind {
        LayerKind::Kpl => &[0xF3, 0x89, 0x9A, 0xC2],
        LayerKind::Gzip => &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3],
        LayerKind::Zlib => &[0x78, 0x9C],
        LayerKind::Zstd => &[0x28, 0xB5, 0x2F, 0xFD],
        LayerKind::Lz4 => &[0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82],
        LayerKind::SnappyFrame => b"\xFF\x06\0\0sNaPpY",
        LayerKind::Glue => &[3, 0],
        LayerKind::Confluent => &[0, 0, 0, 0, 1],
        LayerKind::AvroContainer => b"Obj\x01\x02\x16avro.schema\x0C\"null\"\0",
        LayerKind::DynamoDb => br#"{"eventName":"x","dynamodb":{"Keys":{"a":"#,
        LayerKind::Xml => b"<a b='",
        _ => b"",
    }
}

proptest! {
    #[test]
    fn any_bytes_are_taken_soundly(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let record = Bytes::from(bytes);
        let decoded = decode::decode(&record, &Pipeline::Auto, &schemas(), budget());
        assert_sound(&decoded, &record, budget());
    }

    #[test]
    fn any_bytes_are_taken_soundly_as_any_layer(
        kind in prop::sample::select(&KINDS[..]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let record = Bytes::from([beginning(kind), &bytes].concat());
        let pipeline = Pipeline::Pinned(vec![Step::new(kind)]);
        let decoded = decode::decode(&record, &pipeline, &schemas(), budget());
        assert_sound(&decoded, &record, budget());
        let decoded = decode::decode(&record, &Pipeline::Auto, &schemas(), budget());
        assert_sound(&decoded, &record, budget());
    }

    /// Bytes that are often lengths and markers reach deeper than even noise.
    #[test]
    fn structured_noise_is_taken_soundly(
        kind in prop::sample::select(&[LayerKind::MessagePack, LayerKind::Cbor, LayerKind::Avro, LayerKind::Protobuf][..]),
        bytes in prop::collection::vec(prop::sample::select(&b"\x00\x01\x02\x04\x08\x0A\x12\x1A\x1B\x22\x41\x61\x62\x81\x82\x91\x92\xA1\xA2\xBF\x9F\xFF\xC0\xC2\xC4\xC7\xD4\xDC\xDE\xF6"[..]), 0..60),
    ) {
        let record = Bytes::from(bytes);
        let pipeline = Pipeline::Pinned(vec![Step::new(kind)]);
        let decoded = decode::decode(&record, &pipeline, &schemas(), budget());
        assert_sound(&decoded, &record, budget());
    }

    /// Not of the shortest: raw Snappy of nine bytes is also a tab, a space and those bytes.
    #[test]
    fn what_was_packed_comes_out(value in "[a-z]{1,8}", count in 100usize..2_000) {
        let json = format!("{{\"{value}\":\"{}\"}}", value.repeat(count));
        let bytes = json.as_bytes();
        let mut zlib = Vec::new();
        ZlibEncoder::new(bytes, Compression::default()).read_to_end(&mut zlib)?;
        let mut snappy_frame = Vec::new();
        snap::read::FrameEncoder::new(bytes).read_to_end(&mut snappy_frame)?;
        let packed = [
            zlib,
            snappy_frame,
            zstd::encode_all(bytes, 3)?,
            snap::raw::Encoder::new().compress_vec(bytes).expect("small"),
        ];
        for packed in packed {
            let decoded = crate::auto(packed);
            prop_assert_eq!(text(&decoded.events[0]), &json[..]);
            prop_assert_eq!(decoded.failure(), None);
        }
    }

    /// A budget of any size is kept, and what is cut is said.
    #[test]
    fn any_budget_is_kept(out_bytes in 0usize..3_000, depth in 0usize..6, work_bytes in 0u64..20_000) {
        let given = Budget { out_bytes, depth, work_bytes, ..budget() };
        let packed = zstd::encode_all(&br#"{"a":[1,2,{"b":"cccccccccccccccccccccccccc"}]} "#.repeat(40)[..], 1)?;
        let record = Bytes::from(packed);
        let decoded = decode::decode(&record, &Pipeline::Auto, &Schemas::default(), given);
        let unpacked = decoded.layers.first().filter(|layer| layer.kind == LayerKind::Zstd);
        if let Some(layer) = unpacked {
            prop_assert!(layer.size_out <= out_bytes);
            prop_assert_eq!(layer.truncated.is_some(), layer.size_out < 47 * 40);
        }
        prop_assert!(!decoded.events.is_empty());
    }
}
