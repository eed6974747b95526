//! Small records that would become huge cost no more than the budget, and say so.

use crate::{auto, kinds, told};
use bytes::Bytes;
use decode::{Bound, Budget, Decoded, LayerKind, Pipeline, Schemas};
use flate2::{Compress, Compression, Crc, FlushCompress};

const MIB: usize = 1 << 20;

/// 1 GiB of zeros in 1 MiB of gzip: a megabyte's worth, flushed so that it stands for itself, again and
/// again.
fn gzip_bomb() -> Vec<u8> {
    let mut packed = Vec::with_capacity(16 * 1024);
    let mut deflate = Compress::new(Compression::best(), false);
    deflate
        .compress_vec(&vec![0; MIB], &mut packed, FlushCompress::Full)
        .expect("room");
    let mut bomb = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];
    for _ in 0..1_024 {
        bomb.extend_from_slice(&packed);
    }
    // an empty last block; nobody gets as far as the checksum
    bomb.extend([3, 0]);
    bomb.extend(Crc::new().sum().to_le_bytes());
    bomb
}

/// 10 GiB in 330 KB: run-length blocks of 128 KiB, four bytes each (RFC 8878, 3.1.1.2).
fn zstd_bomb() -> Vec<u8> {
    let mut bomb = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x68];
    for _ in 0..81_920 {
        let header: u32 = (128 * 1024) << 3 | 1 << 1;
        bomb.extend_from_slice(&header.to_le_bytes()[..3]);
        bomb.push(0);
    }
    bomb
}

fn sizes(decoded: &Decoded) -> usize {
    decoded.layers.iter().map(|layer| layer.size_out).sum()
}

#[track_caller]
fn assert_cut(record: Vec<u8>, bound: Bound) {
    let budget = Budget {
        out_bytes: 4 * MIB,
        ..Budget::default()
    };
    let record = Bytes::from(record);
    let decoded = decode::decode(&record, &Pipeline::Auto, &Schemas::default(), budget);
    let cut = decoded.layers[0].truncated.expect("truncated");
    assert_eq!(cut.bound, bound);
    assert!(cut.at <= budget.out_bytes);
    assert!(
        cut.to_string()
            .starts_with(&format!("truncated at {} bytes", cut.at))
    );
    // the unpacked bytes, and the same bytes as the format shows them
    assert!(
        sizes(&decoded) <= 2 * budget.out_bytes,
        "{}",
        sizes(&decoded)
    );
}

#[test]
fn a_gzip_bomb_is_cut() {
    let bomb = gzip_bomb();
    assert!(bomb.len() < 2 * MIB, "{}", bomb.len());
    assert_cut(bomb, Bound::OutBytes);
}

#[test]
fn a_zstd_bomb_is_cut() {
    let bomb = zstd_bomb();
    assert!(bomb.len() < 330_000);
    assert_cut(bomb, Bound::OutBytes);
}

#[test]
fn little_input_is_not_unpacked_into_the_whole_budget() {
    let mut bomb = zstd_bomb();
    bomb.truncate(2_000);
    assert_cut(bomb, Bound::Ratio);
}

#[test]
fn a_bomb_within_a_bomb_costs_one_budget() {
    let inner = zstd_bomb();
    let mut outer = Vec::new();
    let mut gzip = flate2::read::GzEncoder::new(&inner[..], Compression::best());
    std::io::Read::read_to_end(&mut gzip, &mut outer).expect("memory");
    assert!(outer.len() < 4_096);
    let decoded = auto(outer);
    let kinds: Vec<String> = decoded
        .layers
        .iter()
        .map(|layer| kinds::name(layer.kind))
        .collect();
    assert_eq!(kinds[..2], ["gzip", "zstd"]);
    assert!(decoded.layers[1].truncated.is_some());
}

/// What could be unpacked is shown in its format, whole as JSON, and the cut is said of both layers.
#[test]
fn what_was_cut_is_still_read() {
    let budget = Budget {
        out_bytes: 10_000,
        ..Budget::default()
    };
    let texts = b"\xA3abc".repeat(4_000);
    let xml = [&b"<list>"[..], &b"<item>abc</item>".repeat(1_000)].concat();
    let json = [&b"["[..], &b"\"abc\",".repeat(4_000)].concat();
    for (kind, record, start) in [
        (
            LayerKind::MessagePack,
            [&b"\xDC\x0F\xA0"[..], &texts].concat(),
            r#"["abc","abc""#,
        ),
        (LayerKind::Xml, xml, r#"{"list":{"item":"abc","item":"abc""#),
        (LayerKind::Json, json, r#"["abc","abc""#),
    ] {
        let record = Bytes::from(zstd::encode_all(&record[..], 1).expect("memory"));
        let decoded = decode::decode(&record, &Pipeline::Auto, &Schemas::default(), budget);
        let kinds: Vec<LayerKind> = decoded.layers.iter().map(|layer| layer.kind).collect();
        assert_eq!(kinds, [LayerKind::Zstd, kind]);
        assert!(decoded.layers.iter().all(|layer| layer.truncated.is_some()));
        let text = crate::text(&decoded.events[0]);
        assert!(text.starts_with(start) && text.len() > 8_000, "{text}");
        let is_whole = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        assert_eq!(is_whole, kind != LayerKind::Json);
    }
}

#[test]
fn frames_that_ask_for_much_memory_are_refused() {
    // a window of 2 GiB
    let record = [&[0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8][..], &[0; 20]].concat();
    let told = told(&auto(record));
    assert!(told.contains("not zstd: it cannot be unpacked"), "{told}");
}

#[test]
fn a_raw_snappy_block_that_promises_gigabytes_is_refused() {
    let record = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x00];
    let told = told(&auto(record.to_vec()));
    assert!(told.contains("not snappy: "), "{told}");
}

#[test]
fn counted_nothings_end_at_the_budget() {
    let budget = Budget {
        out_bytes: 100_000,
        ..Budget::default()
    };
    // MessagePack: an array of 2^32-1 empty maps that are not there; CBOR: 2^62 items
    for (kind, record) in [
        (
            LayerKind::MessagePack,
            b"\xDD\xFF\xFF\xFF\xFF\x80\x80".to_vec(),
        ),
        (
            LayerKind::Cbor,
            b"\x9B\x3F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xF6".to_vec(),
        ),
    ] {
        let pipeline = Pipeline::Pinned(vec![decode::Step::new(kind)]);
        let decoded = decode::decode(&Bytes::from(record), &pipeline, &Schemas::default(), budget);
        assert!(
            told(&decoded).contains("it ends early"),
            "{}",
            told(&decoded)
        );
    }
    // Avro: an array of 2^61 nulls takes no bytes at all
    let mut schemas = Schemas::default();
    let id: decode::SchemaId = "file:n".parse().expect("an id");
    schemas
        .add_avro(id, r#"{"type":"array","items":"null"}"#)
        .expect("a schema");
    let count = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0];
    let pipeline = Pipeline::Pinned(vec![decode::Step::new(LayerKind::Avro)]);
    let decoded = decode::decode(&Bytes::copy_from_slice(&count), &pipeline, &schemas, budget);
    let cut = decoded.layers[0].truncated.expect("truncated");
    assert!(cut.bound == Bound::OutBytes && cut.at <= 100_000);
}

#[test]
fn a_schema_that_holds_itself_ends_at_the_depth() {
    let mut schemas = Schemas::default();
    let id: decode::SchemaId = "file:n".parse().expect("an id");
    let schema = r#"{"type":"record","name":"a","fields":[{"name":"a","type":"a"}]}"#;
    schemas.add_avro(id, schema).expect("a schema");
    let pipeline = Pipeline::Pinned(vec![decode::Step::new(LayerKind::Avro)]);
    let decoded = decode::decode(&Bytes::new(), &pipeline, &schemas, Budget::default());
    assert_eq!(
        decoded.layers[0].truncated.map(|cut| cut.bound),
        Some(Bound::Depth)
    );
}

#[test]
fn depth_is_cut_in_every_format() {
    let deep = 1_000_000;
    for (kind, record) in [
        (
            LayerKind::MessagePack,
            [vec![0x91; deep], vec![0xC0]].concat(),
        ),
        (LayerKind::Cbor, [vec![0x81; deep], vec![0xF6]].concat()),
        (LayerKind::Cbor, [vec![0xC6; deep], vec![0xF6]].concat()),
        (LayerKind::Xml, b"<a>".repeat(deep)),
    ] {
        let pipeline = Pipeline::Pinned(vec![decode::Step::new(kind)]);
        let decoded = decode::decode(
            &Bytes::from(record),
            &pipeline,
            &Schemas::default(),
            Budget::default(),
        );
        let cut = decoded.layers[0].truncated.map(|cut| cut.bound);
        assert_eq!(cut, Some(Bound::Depth), "{kind:?}");
    }
    // JSON is its own text: the tree bounds its depth
    let json = [vec![b'['; deep], vec![b']'; deep]].concat();
    assert_eq!(auto(json).events.len(), 1);
}

#[test]
fn layers_within_layers_end() {
    let mut record = b"{\"a\":1}".to_vec();
    for _ in 0..20 {
        let mut outer = Vec::new();
        let mut gzip = flate2::read::GzEncoder::new(&record[..], Compression::fast());
        std::io::Read::read_to_end(&mut gzip, &mut outer).expect("memory");
        record = outer;
    }
    let decoded = auto(record);
    assert_eq!(decoded.layers.len(), Budget::default().layers + 1);
    assert!(told(&decoded).contains("layers lie too deep within each other"));
}

#[test]
fn many_events_are_cut_at_their_count() {
    let decoded = auto(b"{}\n".repeat(50_000));
    assert_eq!(decoded.events.len(), 10_000);
    let cut = decoded.layers[0].truncated.expect("truncated");
    assert_eq!((cut.at, cut.bound), (10_000, Bound::Events));
    assert_eq!(
        cut.to_string(),
        "truncated at 10000 events: the most events of one record"
    );
}

#[test]
fn work_ends_where_it_is_used_up() {
    let budget = Budget {
        work_bytes: 1_000,
        ..Budget::default()
    };
    let record = Bytes::from(vec![b'{'; 100_000]);
    let decoded = decode::decode(&record, &Pipeline::Auto, &Schemas::default(), budget);
    assert!(told(&decoded).contains("the work for one record is used up"));
    assert_eq!(decoded.events[0].content.bytes(), &record);
}
