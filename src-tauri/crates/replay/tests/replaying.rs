//! From a capture to a stream and back: replay, capture the target, verify, report.

mod lab;

use capture::{
    CaptureOptions, CaptureRequest, CaptureRun, From, Politeness, ReadTurns, StreamRequest,
};
use emulator::{Emulator, EmulatorOptions};
use lab::{Workspace, captured, endpoint};
use publish::{Delivery, End, Order, OrderOptions};
use query::Filter;
use record::{Millis, StreamName};
use replay::{
    Chosen, FileFormat, FileTarget, PaceDial, Pacing, Placement, Plan, Rate, ReplaySource,
    TargetCapture, Tempo, report, sent_records, shard_names,
    transform::{NamedRule, Places, Rule},
    verify,
};
use std::time::{Duration, Instant};
use store::{CaptureId, DeliveryId, Until};

const RECORDS: u64 = 2_000;

fn orders(space: &Workspace) {
    let order = |n: u64| {
        let payload = format!(
            "{{\"type\":\"ORDER_CREATED\",\"orderId\":\"ord-{}\",\"n\":{n},\"timestamp\":\"2025-10-30T12:00:00.{:03}Z\"}}",
            n % 70,
            n % 1_000
        );
        captured(n, &format!("ord-{}", n % 70), &payload)
    };
    space.store_by_key((0..RECORDS).map(order).collect());
}

fn rules() -> Vec<NamedRule> {
    let rule = |name: &str, rule| NamedRule {
        name: name.into(),
        is_on: true,
        rule,
    };
    vec![
        rule(
            "to now",
            Rule::ShiftTime {
                delta_millis: 86_400_000,
                at: Places::Detected,
            },
        ),
        rule(
            "new ids",
            Rule::NewIds {
                at: Places::Detected,
                and_key: true,
            },
        ),
    ]
}

async fn captured_target(space: &Workspace, endpoint: &str, stream: &StreamName) -> CaptureId {
    let connection = endpoint::connect(endpoint).await;
    let request = CaptureRequest {
        name: "target".into(),
        connection: "{}".into(),
        created_at: Millis(lab::START),
        streams: vec![StreamRequest {
            stream: stream.clone(),
            shards: None,
            from: From::TrimHorizon,
            until: Some(Until::Records(RECORDS)),
        }],
    };
    let capture = capture::create(&connection, &space.store, request)
        .await
        .expect("a capture");
    let options = CaptureOptions {
        politeness: Politeness::Off,
        reads_at_once: 8,
        watch_interval: Duration::from_millis(500),
    };
    let run = CaptureRun::start(
        connection,
        space.store.clone(),
        capture,
        options,
        &ReadTurns::default(),
    )
    .await
    .expect("a run");
    let started = Instant::now();
    while space.store.capture(capture).expect("the capture").records < RECORDS {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "{:#?}",
            run.status()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run.stop().await;
    capture
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_target_holds_is_what_was_planned() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("an endpoint");
    let connection = endpoint::connect(&emulator.endpoint()).await;
    for (order, placement) in [
        (Order::Keyed, Placement::ByKey),
        (Order::Strict, Placement::ShardFaithful),
    ] {
        let space = Workspace::new(4);
        orders(&space);
        let stream: StreamName = format!("test-{order:?}").parse().expect("a name");
        emulator
            .writer()
            .create_stream(&stream, 3, endpoint::now())
            .await
            .expect("a stream");
        let (targets, map) = endpoint::shards(&connection, &stream).await;
        let mut request = space.request(Chosen::Filter(Filter::Everything), 1);
        request.targets = Some(targets);
        request.recipe.rules = rules();
        request.recipe.placement = placement;
        emulator.forget_requests();
        let plan = space.plan(request.clone());
        let asked = emulator.requests();
        assert_eq!(
            asked.count("PutRecords") + asked.count("PutRecord"),
            0,
            "a plan puts nothing"
        );
        assert_eq!(plan.replayed_before, 0);

        let target = endpoint::target(&connection, &stream).await;
        let claim = space.begin(&plan, stream.as_str(), order);
        let delivery = claim.id();
        let source = ReplaySource::open(&space.store, &plan).expect("a source");
        let options = OrderOptions::new(order, plan.request.limits.into());
        let pace = PaceDial::new(Pacing::AT_ONCE).pace();
        let end = Delivery::start(claim, target, source, pace, options, map)
            .ended()
            .await;
        assert!(matches!(end, End::Finished), "{end:?}");

        judge(&space, &emulator, &stream, &plan, delivery).await;
        assert_eq!(space.plan(request).replayed_before, RECORDS);
    }
}

async fn judge(
    space: &Workspace,
    emulator: &Emulator,
    stream: &StreamName,
    plan: &Plan,
    delivery: DeliveryId,
) {
    let capture = captured_target(space, &emulator.endpoint(), stream).await;
    let streams = space.store.streams().expect("streams");
    let target = streams
        .iter()
        .find(|found| found.stream.name == *stream)
        .expect("the target");
    let sent = sent_records(&space.store, delivery).expect("the journal");
    let shares = space.store.shards(target.key).expect("shards");
    for share in &plan.tally.shards {
        let shard = shares
            .iter()
            .find(|shard| shard.shard.id == share.shard)
            .expect("the shard");
        assert_eq!(shard.records, share.records, "the plan equals the run");
    }
    let target = TargetCapture {
        stream: target.key,
        captures: vec![capture],
    };
    let found =
        verify(&space.store, plan, sent.into_iter().map(Ok), &target).expect("a verification");
    assert!(found.is_perfect(), "{found:?}");
    assert_eq!(found.identical, RECORDS);

    let report = report(&space.store, delivery, plan).expect("a report");
    assert_eq!(report.rows.len() as u64, RECORDS);
    assert!(report.rows.iter().all(|row| row.outcome == "acknowledged"
        && !row.may_be_doubled
        && row.target_sequence.is_some()));
    let csv = exchange::report_csv(&report).expect("CSV");
    assert_eq!(csv.lines().count() as u64, RECORDS + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_a_target_like_any_other() {
    let space = Workspace::new(2);
    orders(&space);
    let plan = space.plan_of_all(Pacing::AT_ONCE);
    let path = space.folder.path().join("replay.ndjson");
    let names = shard_names(&space.store).expect("names");
    let target =
        FileTarget::create(&path, FileFormat::Ferrokinesis, names, endpoint::now).expect("a file");
    let claim = space.begin(&plan, "file", Order::Keyed);
    let source = ReplaySource::open(&space.store, &plan).expect("a source");
    let options = OrderOptions::new(Order::Keyed, plan.request.limits.into());
    let pace = PaceDial::new(Pacing::AT_ONCE).pace();
    let end = Delivery::start(
        claim,
        target,
        source,
        pace,
        options,
        publish::ShardMap::default(),
    )
    .ended()
    .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let text = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(text.lines().count() as u64, RECORDS);
    let imported = replay::import_capture_file(&space.store, &path, "again", endpoint::now())
        .expect("imported");
    assert_eq!((imported.records, imported.bad_lines), (RECORDS, 0));
}

/// A disk that others keep busy delays the journal, and so one run or another: the best of three decides.
#[tokio::test(flavor = "multi_thread")]
async fn at_500_a_second_99_of_100_are_within_50_ms() {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        best = best.min(late_p99_millis().await);
        if best <= 50.0 {
            return;
        }
    }
    panic!("at best {best} ms");
}

/// 500 records a second for two seconds: when each reached the target, against when it was due.
async fn late_p99_millis() -> f64 {
    let space = Workspace::new(2);
    orders(&space);
    let mut request = space.request(
        Chosen::Time {
            from: None,
            until: Some(Millis(lab::START + 10_000)),
        },
        1,
    );
    request.targets = None;
    request.pacing = Pacing {
        tempo: Tempo::Fixed(Rate::try_from(500.0).expect("a rate")),
        longest_wait_millis: None,
    };
    let plan = space.plan(request);
    let clock = lab::stopwatch::Stopwatch::default();
    let claim = space.begin(&plan, "paced", Order::Keyed);
    let source = ReplaySource::open(&space.store, &plan).expect("a source");
    let options = OrderOptions::new(Order::Keyed, plan.request.limits.into());
    let pace = PaceDial::new(plan.request.pacing).pace();
    let end = Delivery::start(
        claim,
        clock.clone(),
        source,
        pace,
        options,
        publish::ShardMap::default(),
    )
    .ended()
    .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let mut late = clock.late_millis(2.0);
    assert_eq!(late.len(), 1_000);
    late.sort_by(f64::total_cmp);
    let p99 = late[late.len() * 99 / 100];
    println!("{{\"replay-pacing-p99\":{p99:.1}}}");
    p99
}

#[tokio::test]
async fn what_was_never_sent_and_what_fits_in_no_request_is_in_the_report() {
    let space = Workspace::new(1);
    let mut records: Vec<_> = (0..5).map(|n| captured(n, "k", "{}")).collect();
    records[3].payload = vec![b'1'; 2 << 20];
    space.store_by_key(records);
    let plan = space.plan(space.request(Chosen::Filter(Filter::Everything), 1));
    assert_eq!((plan.tally.records, plan.tally.left_out.oversize), (4, 1));
    let claim = space.begin(&plan, "never sent", Order::Keyed);
    let report = report(&space.store, claim.id(), &plan).expect("a report");
    let outcomes: Vec<&str> = report.rows.iter().map(|row| row.outcome.as_str()).collect();
    assert_eq!(
        outcomes,
        ["planned", "planned", "planned", "refused", "planned"]
    );
}
