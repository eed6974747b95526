//! What a person does to the pace of a replay that runs, by the delivery's own moving clock: into a file,
//! so that nothing but the pace sets the time.

mod lab;

use lab::{Captured, Workspace, captured, endpoint};
use publish::{Delivery, End, Order, OrderOptions, Phase, Progress, ShardMap};
use replay::{
    FileFormat, FileTarget, PaceDial, Pacing, Rate, ReplaySource, Speed, Tempo, sent_records,
    shard_names,
};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

/// Nothing here takes longer unless it waits for what it should not.
const PATIENCE: Duration = Duration::from_secs(30);
const AS_IT_HAPPENED: fn() -> Pacing = || Pacing {
    tempo: Tempo::Original(Speed::try_from(1.0).expect("a speed")),
    longest_wait_millis: None,
};

/// Records of one key, at these times after the first.
fn happened(space: &Workspace, at_millis: impl IntoIterator<Item = i64>) {
    let one = |(n, at): (u64, i64)| Captured {
        arrival: lab::START + at,
        ..captured(n, &format!("key-{}", n % 50), &format!("{{\"n\":{n}}}"))
    };
    space.store_by_key((0..).zip(at_millis).map(one).collect());
}

fn start(space: &Workspace, dial: &PaceDial, is_held: bool) -> Delivery {
    let plan = space.plan_of_all(dial.pacing());
    let claim = space.begin(&plan, "paced", Order::Keyed);
    let path = space.folder.path().join("replay.ndjson");
    let names = shard_names(&space.store).expect("names");
    let target = FileTarget::create(&path, FileFormat::Ndjson, names, endpoint::now);
    let source = ReplaySource::open(&space.store, &plan).expect("a source");
    let start = if is_held {
        Delivery::start_held
    } else {
        Delivery::start
    };
    start(
        claim,
        target.expect("a file"),
        source,
        dial.pace(),
        OrderOptions::new(Order::Keyed, plan.request.limits.into()),
        ShardMap::default(),
    )
}

async fn until(what: &str, delivery: &Delivery, is_so: impl Fn(&Progress) -> bool) -> Progress {
    let mut progress = delivery.watch();
    let seen = tokio::time::timeout(PATIENCE, progress.wait_for(is_so)).await;
    match seen {
        Ok(Ok(seen)) => seen.clone(),
        other => panic!("never: {what}; {other:?}"),
    }
}

async fn finished(delivery: Delivery) {
    let end = tokio::time::timeout(PATIENCE, delivery.ended()).await;
    assert!(matches!(end, Ok(End::Finished)), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stepped_over_is_not_waited_for() {
    let space = Workspace::new(1);
    // ten minutes lie between the third and the fourth
    happened(
        &space,
        (0..20).map(|n| n * 20 + if n > 2 { 600_000 } else { 0 }),
    );
    let dial = PaceDial::new(AS_IT_HAPPENED());
    let delivery = start(&space, &dial, true);
    for step in 1..=4 {
        delivery.step().await;
        until("a step", &delivery, |now| now.acknowledged == step).await;
    }
    let began = Instant::now();
    delivery.resume().await;
    finished(delivery).await;
    // 16 distances of 20 ms follow
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_when_the_pace_is_turned() {
    let space = Workspace::new(1);
    happened(
        &space,
        (0..20).map(|n| n * 10 + if n > 2 { 600_000 } else { 0 }),
    );
    let dial = PaceDial::new(AS_IT_HAPPENED());
    let delivery = start(&space, &dial, false);
    until("it waits", &delivery, |now| now.acknowledged == 3).await;
    dial.turn_to(Pacing::AT_ONCE);
    delivery.orders().turned().await;
    finished(delivery).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slower_is_slower_from_that_moment_on() {
    let space = Workspace::new(1);
    happened(&space, (0..40_000).map(|n| n / 10));
    let dial = PaceDial::new(Pacing::AT_ONCE);
    let delivery = start(&space, &dial, false);
    until("it runs", &delivery, |now| now.acknowledged > 500).await;
    let before = delivery.progress().acknowledged;
    dial.turn_to(Pacing {
        tempo: Tempo::Fixed(Rate::try_from(20.0).expect("a rate")),
        longest_wait_millis: None,
    });
    delivery.orders().turned().await;
    // what is under way comes to its end; from then on one record leaves at a time
    let mut from = delivery.progress();
    loop {
        let to = until("time goes by", &delivery, |now| {
            now.clock >= from.clock + Duration::from_secs(1) || now.phase == Phase::Ended
        })
        .await;
        // those that were in line and not under way stayed: the window holds 8,192
        let since = to.acknowledged - before;
        assert!(since < 5_000, "{since} more left at full speed");
        if to.acknowledged - from.acknowledged <= 25 {
            assert!(to.acknowledged > from.acknowledged, "it goes on");
            break;
        }
        from = to;
    }
    delivery.cancel().await;
    assert!(matches!(delivery.ended().await, End::Cancelled));
}

#[tokio::test(flavor = "multi_thread")]
async fn turning_leaves_nothing_in_doubt() {
    let space = Workspace::new(1);
    happened(&space, (0..30_000).map(|n| n / 100));
    let fast = Pacing {
        tempo: Tempo::Fixed(Rate::try_from(50_000.0).expect("a rate")),
        longest_wait_millis: None,
    };
    let dial = PaceDial::new(Pacing::AT_ONCE);
    let delivery = start(&space, &dial, false);
    for turn in 1..=20 {
        let sent = |now: &Progress| now.acknowledged >= turn * 500 || now.phase == Phase::Ended;
        until("it goes on", &delivery, sent).await;
        dial.turn_to([Pacing::AT_ONCE, fast][turn as usize % 2]);
        delivery.orders().turned().await;
    }
    finished(delivery).await;
    let id = space.store.delivery_of_token("paced").expect("the journal");
    let sent = sent_records(&space.store, id.expect("the delivery")).expect("the journal");
    assert_eq!(sent.len(), 30_000);
    let doubts = sent.iter().filter(|sent| sent.may_be_doubled).count();
    assert_eq!(doubts, 0, "nothing failed, and nothing was sent twice");
    let file = std::fs::read_to_string(space.folder.path().join("replay.ndjson")).expect("a file");
    let lines: HashSet<&str> = file.lines().collect();
    assert_eq!((lines.len(), file.lines().count()), (30_000, 30_000));
}

/// Ten times a second, as a slider is moved: twice a second is twice a second.
#[tokio::test(flavor = "multi_thread")]
async fn turning_again_and_again_neither_holds_a_record_back_nor_hurries_it() {
    let space = Workspace::new(1);
    happened(&space, (0..20).map(|_| 0));
    let rate = |per_second: f64| Pacing {
        tempo: Tempo::Fixed(Rate::try_from(per_second).expect("a rate")),
        longest_wait_millis: None,
    };
    let dial = PaceDial::new(rate(2.0));
    let delivery = start(&space, &dial, false);
    let mut slider = tokio::time::interval(Duration::from_millis(100));
    let mut sent = delivery.progress();
    while sent.acknowledged < 5 {
        slider.tick().await;
        let faster = dial.pacing() == rate(2.0);
        dial.turn_to(rate(if faster { 2.01 } else { 2.0 }));
        delivery.orders().turned().await;
        sent = delivery.progress();
        assert!(sent.clock < PATIENCE, "{} left", sent.acknowledged);
    }
    // the fifth leaves two seconds after the first
    let at = sent.clock.as_millis();
    assert!(at >= 1_900, "{at} ms");
    delivery.cancel().await;
    assert!(matches!(delivery.ended().await, End::Cancelled));
}
