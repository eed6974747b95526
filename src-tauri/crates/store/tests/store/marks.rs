//! `is:duplicate`, `is:replayed`, `is:undecoded`: facts that no record tells of itself, in views and on walks.

use crate::fixture::{
    Workspace, advance, aggregate, batch, record, sequence, stream_record, submit, workspace,
};
use decode::{LayerKind, Pipeline, Step};
use query::Filter;
use record::{Millis, ShardId, StreamIdentity};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::{
    Attempt, AttemptResult, Begun, CaptureId, DeliveryId, DeliveryKind, Intent, NewDelivery,
    Payloads, Reading, RecordId, Scope, ShardKey, Store, Subject, View,
};

fn filter(text: &str) -> Filter {
    query::parse(text, Millis(0)).expect("a filter")
}

fn view(store: &Store, text: &str) -> View {
    store.view(Scope::default(), &filter(text)).expect("a view")
}

/// Sequence numbers of what a view shows, as the last digits.
fn shown(view: &View) -> Vec<u64> {
    advance(view);
    let mut numbers: Vec<u64> = view
        .page(0, usize::MAX)
        .expect("rows")
        .iter()
        .map(|row| row.sequence.to_string()[39..].parse().expect("digits"))
        .collect();
    numbers.sort_unstable();
    numbers
}

fn walked(store: &Store, text: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for mut walk in store
        .walks(&Scope::default(), &filter(text))
        .expect("walks")
    {
        while let Some(page) = walk.next_page(Payloads::Without).expect("a page") {
            let digits = page
                .iter()
                .map(|record| record.sequence.to_string()[39..].parse::<u64>());
            numbers.extend(digits.map(|number| number.expect("digits")));
        }
    }
    numbers.sort_unstable();
    numbers
}

fn store_numbers(
    space: &Workspace,
    capture: CaptureId,
    shard: ShardKey,
    numbers: std::ops::Range<u64>,
    payload: impl Fn(u64) -> (String, String),
) {
    let records = numbers.map(|n| {
        let (key, payload) = payload(n);
        record(n, 1_000 + n as i64, &key, payload.as_bytes())
    });
    submit(&space.store, batch(capture, shard, records.collect())).expect("committed");
}

#[test]
fn a_copy_has_the_key_and_the_payload_of_one_stored_before() {
    let space = workspace(2);
    let capture = space.capture("copies");
    // every tenth of the first is written again in the second batch, which is sealed, and in the tail
    let payload = |n: u64| {
        (
            "key".to_owned(),
            format!(
                "{{\"n\":{}}}",
                if n.is_multiple_of(10) { n % 700 } else { n }
            ),
        )
    };
    store_numbers(&space, capture, space.shards[0], 0..700, payload);
    let live = view(&space.store, "is:duplicate");
    assert_eq!(shown(&live), Vec::<u64>::new());
    store_numbers(&space, capture, space.shards[0], 700..1_400, payload);
    store_numbers(&space, capture, space.shards[0], 1_400..1_430, payload);
    // the same bytes on another shard or under another key are no copies
    store_numbers(&space, capture, space.shards[1], 0..30, payload);
    store_numbers(&space, capture, space.shards[0], 1_430..1_440, |n| {
        (format!("other-{n}"), "{\"n\":0}".to_owned())
    });
    let copies: Vec<u64> = (70..143).map(|n| n * 10).collect();
    assert_eq!(shown(&live), copies);
    assert_eq!(shown(&view(&space.store, "is:duplicate")), copies);
    assert_eq!(walked(&space.store, "is:duplicate"), copies);
    assert_eq!(shown(&view(&space.store, "is:duplicate n:50")), [750]);
    assert_eq!(
        view_len(&space.store, "-is:duplicate"),
        1_440 + 30 - copies.len()
    );
    let space = space.reopen();
    assert_eq!(shown(&view(&space.store, "is:duplicate")), copies);
}

fn view_len(store: &Store, text: &str) -> usize {
    let view = view(store, text);
    advance(&view);
    view.len() as usize
}

#[test]
fn flags_are_marks() {
    let space = workspace(1);
    let capture = space.capture("flags");
    let whole = aggregate(&[("a", b"{}"), ("b", b"[]")]);
    let mut damaged = whole.clone();
    damaged[6] ^= 1;
    let records = vec![
        record(1, 1, "k", b"{}"),
        record(2, 2, "k", &whole),
        record(3, 3, "k", &damaged),
    ];
    submit(&space.store, batch(capture, space.shards[0], records)).expect("committed");
    assert_eq!(shown(&view(&space.store, "is:aggregated")), [2, 2]);
    assert_eq!(shown(&view(&space.store, "is:damaged")), [3]);
    assert_eq!(shown(&view(&space.store, "is:undecoded")), [3]);
    assert_eq!(
        shown(&view(&space.store, "-is:aggregated -is:damaged")),
        [1]
    );
}

#[test]
fn undecoded_is_asked_by_the_layers_that_are_pinned_and_anew_when_they_change() {
    let space = workspace(2);
    let capture = space.capture("pinned");
    let sealed: Vec<_> = (0..600)
        .map(|n| record(n, n as i64, "k", b"just text"))
        .collect();
    submit(&space.store, batch(capture, space.shards[0], sealed)).expect("committed");
    let other = vec![record(1_000, 9, "k", b"just text")];
    submit(&space.store, batch(capture, space.shards[1], other)).expect("committed");
    let live = view(&space.store, "is:undecoded");
    assert_eq!(shown(&live), Vec::<u64>::new());

    // one shard's stream is said to be JSON
    let (pinned, is_on) = (space.shards[0], Arc::new(AtomicBool::new(true)));
    let on = Arc::clone(&is_on);
    space.store.read_by(Arc::new(move |shard| {
        let mut reading = Reading::default();
        if shard == pinned && on.load(Ordering::Relaxed) {
            reading.pipeline = Pipeline::Pinned(vec![Step::new(LayerKind::Json)]);
        }
        Arc::new(reading)
    }));
    let broken: Vec<u64> = (0..600).collect();
    assert_eq!(shown(&live), broken, "an open view begins again");
    assert_eq!(walked(&space.store, "is:undecoded"), broken);
    assert_eq!(shown(&view(&space.store, "-is:undecoded")), [1_000]);
    is_on.store(false, Ordering::Relaxed);
    space.store.read_anew();
    assert_eq!(shown(&live), Vec::<u64>::new());
}

fn delivery(store: &Store, token: &str, target: StreamIdentity) -> DeliveryId {
    let new = NewDelivery {
        token: token.into(),
        kind: DeliveryKind::Replay,
        created_at: Millis(1),
        caller: "arn:aws:sts::1:assumed-role/dev/me".into(),
        target: "orders".into(),
        target_stream: Some(target),
        order: "keyed".into(),
        plan: "{}".into(),
        composed: None,
    };
    match store.begin_delivery(&new).expect("begun") {
        Begun::New(id) | Begun::Before(id) => id,
    }
}

fn acknowledge(store: &Store, delivery: DeliveryId, shard: u32, numbers: &[u64]) {
    let shard: ShardId = format!("shardId-{shard:012}").parse().expect("a shard id");
    let subject = |n: u64| Subject::Captured {
        record: RecordId(n as i64),
        sequence: sequence(n),
        sub: 0,
    };
    let intents: Vec<_> = numbers
        .iter()
        .map(|&n| Intent {
            position: n,
            subject: subject(n),
        })
        .collect();
    let acknowledged = |&n: &u64| {
        let shard = shard.clone();
        (
            n,
            AttemptResult::Acknowledged {
                shard,
                sequence: sequence(n),
            },
        )
    };
    let attempt = Attempt {
        at: Millis(2),
        results: numbers.iter().map(acknowledged).collect(),
    };
    for (intents, came) in [(&*intents, &[][..]), (&[], &[attempt])] {
        store
            .journal(delivery, Millis(2), intents, came)
            .expect("journaled");
    }
}

#[test]
fn what_a_delivery_wrote_is_replayed_also_when_its_answer_came_late() {
    let space = workspace(2);
    let capture = space.capture("replays");
    let identity = stream_record("orders").identity;
    let id = delivery(&space.store, "one", identity.clone());
    acknowledge(&space.store, id, 0, &[3, 5, 20]);
    acknowledge(&space.store, id, 1, &[4]);
    // another incarnation of the stream has the same shards
    let before = StreamIdentity {
        created_at: Millis(5),
        ..identity
    };
    let other = delivery(&space.store, "two", before);
    acknowledge(&space.store, other, 0, &[1]);
    let payload = |n: u64| ("key".to_owned(), n.to_string());
    store_numbers(&space, capture, space.shards[0], 0..10, payload);
    store_numbers(&space, capture, space.shards[1], 0..10, payload);
    let live = view(&space.store, "is:replayed");
    assert_eq!(shown(&live), [3, 4, 5]);
    assert_eq!(
        shown(&view(&space.store, "-is:replayed shard:0 size:1")),
        [0, 1, 2, 4, 6, 7, 8, 9]
    );
    // journaled after the record was captured, and before
    acknowledge(&space.store, id, 0, &[7]);
    assert_eq!(shown(&live), [3, 4, 5, 7]);
    store_numbers(&space, capture, space.shards[0], 10..30, payload);
    assert_eq!(shown(&live), [3, 4, 5, 7, 20]);
    assert_eq!(walked(&space.store, "is:replayed"), [3, 4, 5, 7, 20]);
}
