//! Captures that end with a count of records: what is counted, before and after a resume.

use crate::lab::{Lab, emulator, name};
use aws_sdk_kinesis::primitives::Blob;
use capture::{From, Phase, StreamRequest};
use emulator::Emulator;
use faults::{Action, Proxy, Rule};
use md5::{Digest, Md5};
use store::{CaptureId, Until};

const PER_AGGREGATE: u64 = 10;

/// A KPL aggregate of ten user records, as awslabs' aggregation-format.md has it.
fn aggregate() -> Vec<u8> {
    let field = |tag: u8, bytes: &[u8]| [&[tag << 3 | 2, bytes.len() as u8], bytes].concat();
    let mut protobuf = field(1, b"key");
    for number in 0..PER_AGGREGATE as u8 {
        let record = [&[1 << 3, 0][..], &field(3, &[b'a' + number])].concat();
        protobuf.extend(field(3, &record));
    }
    let digest = Md5::digest(&protobuf);
    [&[0xF3, 0x89, 0x9A, 0xC2], &protobuf[..], &digest[..]].concat()
}

async fn put_aggregates(lab: &Lab, count: usize) {
    for _ in 0..count {
        let put = lab
            .client
            .put_record()
            .stream_name("orders")
            .partition_key("key")
            .data(Blob::new(aggregate()));
        put.send().await.expect("an aggregate written");
    }
}

async fn finished(lab: &Lab, capture: CaptureId) {
    lab.finished(&lab.start(capture).await).await;
}

/// A capture of these streams from the horizon on, until so many records.
async fn create(lab: &Lab, streams: &[&str], count: u64) -> CaptureId {
    let request = |stream: &&str| StreamRequest {
        stream: name(stream),
        shards: None,
        from: From::TrimHorizon,
        until: Some(Until::Records(count)),
    };
    lab.create_of(streams.iter().map(request).collect()).await
}

async fn lab(emulator: &Emulator) -> Lab {
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab
}

#[tokio::test(flavor = "multi_thread")]
async fn user_records_are_counted_and_a_resume_changes_nothing() {
    let emulator = emulator();
    let lab = lab(&emulator).await;
    let until = Some(Until::Records(5 * PER_AGGREGATE));
    put_aggregates(&lab, 2).await;
    let resumed = lab.create("orders", From::TrimHorizon, until).await;
    let run = lab.start(resumed).await;
    lab.captured(&run, 2 * PER_AGGREGATE).await;
    lab.status(&run, "what is counted is what is stored", |status| {
        status.shards[0].records == 2 * PER_AGGREGATE
    })
    .await;
    run.suspend().await;
    put_aggregates(&lab, 10).await;
    finished(&lab, resumed).await;
    assert_eq!(lab.stored(resumed), 5 * PER_AGGREGATE, "in two runs");

    let at_once = lab.create("orders", From::TrimHorizon, until).await;
    finished(&lab, at_once).await;
    assert_eq!(lab.stored(at_once), 5 * PER_AGGREGATE, "in one run");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_aggregate_that_reaches_the_count_is_kept_whole() {
    let emulator = emulator();
    let lab = lab(&emulator).await;
    put_aggregates(&lab, 4).await;
    let until = Some(Until::Records(2 * PER_AGGREGATE + 1));
    let capture = lab.create("orders", From::TrimHorizon, until).await;
    finished(&lab, capture).await;
    assert_eq!(lab.stored(capture), 3 * PER_AGGREGATE);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_streams_of_a_capture_share_its_count() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    let streams = ["orders", "payments", "users"];
    for stream in streams {
        lab.create_stream(stream, 2).await;
        lab.put(stream, "a", 20).await;
    }
    let capture = create(&lab, &streams, 100).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 60).await;
    run.suspend().await;
    for stream in streams {
        lab.put(stream, "b", 100).await;
    }
    finished(&lab, capture).await;
    assert_eq!(lab.stored(capture), 100, "in two runs, over three streams");
}

/// What has read enough asks nobody for more, at its next start neither.
#[tokio::test(flavor = "multi_thread")]
async fn a_spent_count_ends_without_the_endpoint() {
    let emulator = emulator();
    let mut cable = Proxy::to(&emulator.endpoint()).await;
    let mut lab = lab(&emulator).await;
    lab.put("orders", "a", 20).await;
    let capture = create(&lab, &["orders"], 20).await;
    finished(&lab, capture).await;
    lab.connection = crate::lab::connect(&cable.endpoint()).await;
    cable.unplug().await;
    finished(&lab, capture).await;
    assert_eq!(lab.stored(capture), 20);
}

/// Twenty records of two streams, through a proxy.
async fn twenty_of_two_streams() -> (Emulator, Proxy, Lab, CaptureId) {
    let emulator = emulator();
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let mut lab = lab(&emulator).await;
    lab.connection = crate::lab::connect(&proxy.endpoint()).await;
    lab.create_stream("payments", 1).await;
    let capture = create(&lab, &["orders", "payments"], 20).await;
    (emulator, proxy, lab, capture)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_count_ends_beside_a_stream_that_cannot_be_reached() {
    let (_emulator, proxy, lab, capture) = twenty_of_two_streams().await;
    let unreachable = Rule::on("DescribeStreamSummary", Action::access_denied());
    proxy.add(unreachable.stream("payments"));
    let run = lab.start(capture).await;
    lab.status(&run, "payments is in trouble", |status| {
        status.streams.iter().any(|stream| stream.trouble.is_some())
    })
    .await;
    lab.put("orders", "a", 30).await;
    lab.finished(&run).await;
    assert_eq!(lab.stored(capture), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_count_ends_beside_a_shard_that_is_barred() {
    let (_emulator, proxy, lab, capture) = twenty_of_two_streams().await;
    proxy.add(Rule::on("GetRecords", Action::access_denied()).stream("payments"));
    let run = lab.start(capture).await;
    lab.status(&run, "payments is barred", |status| {
        status
            .shards
            .iter()
            .any(|shard| shard.phase == Phase::Blocked)
    })
    .await;
    lab.put("orders", "a", 30).await;
    lab.finished(&run).await;
    assert_eq!(lab.stored(capture), 20);
}
