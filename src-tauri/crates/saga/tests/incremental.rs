//! Whatever the order and the portions in which records, watermarks and time come: the same sagas.

mod common;

use common::{Demo, Owned, START, engine, play};
use proptest::{prelude::*, sample::Index};
use record::Millis;
use saga::{
    Judgement, SagaId, Span, Status,
    views::list::{ListFilter, ListRow, SortBy, list},
};
use std::sync::LazyLock;

static PLAYED: LazyLock<Vec<Owned>> = LazyLock::new(|| play(5, 240).records);

/// Every saga's key, life, events and verdict, sorted.
fn told(demo: &Demo) -> Vec<(String, u32, Vec<u64>, Judgement)> {
    let mut told: Vec<_> = demo
        .engine
        .ids()
        .map(|id| {
            let saga = demo.engine.saga(id).expect("a saga");
            let events = saga.events().iter().map(|event| event.record.0).collect();
            (saga.key.text.clone(), saga.life, events, saga.judgement)
        })
        .collect();
    told.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    told
}

/// The rows of the list, which come from what the engine keeps.
fn rows(demo: &Demo) -> Vec<String> {
    let page = list(
        &demo.engine,
        &ListFilter::default(),
        SortBy::Key,
        false,
        0..usize::MAX,
    );
    let mut rows = page.rows;
    rows.sort_by(|a, b| (&a.key, a.life).cmp(&(&b.key, b.life)));
    rows.iter()
        .map(|row| {
            format!(
                "{:?}",
                ListRow {
                    id: SagaId::default(),
                    ..row.clone()
                }
            )
        })
        .collect()
}

fn from_scratch(records: &[(usize, &Owned)], coverage: &[Vec<Span>; 2], now: Millis) -> Demo {
    let mut demo = engine();
    for (spans, (_, stream, _)) in coverage.iter().zip(demo.streams.clone()) {
        demo.engine.cover(stream, spans);
    }
    demo.engine.advance(now);
    demo.take(records.iter().copied());
    demo.engine.settle();
    demo
}

/// What was captured by `until`: all of it, or with gaps between these times.
fn spans(times: &[i64], until: i64) -> Vec<Span> {
    let at = |seconds: i64| START.saturating_add(seconds * 1_000);
    let mut times = times.to_vec();
    times.sort_unstable();
    times.insert(0, 0);
    let pairs = times
        .chunks(2)
        .map(|pair| (pair[0], pair.get(1).copied().unwrap_or(i64::MAX)));
    let begun = pairs.filter(|(from, _)| *from <= until);
    begun
        .map(|(from, end)| Span {
            from: at(from),
            until: at(end.min(until)),
        })
        .collect()
}

/// How a record is written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repetition {
    /// The very bytes, on the same shard.
    Same,
    OnAnotherShard,
    /// By a replay of ours.
    Replay,
    /// Under the same id, with something else in it.
    Conflicting,
}

fn a_plain_repetition() -> impl Strategy<Value = Repetition> {
    prop_oneof![
        Just(Repetition::Same),
        Just(Repetition::OnAnotherShard),
        Just(Repetition::Replay),
    ]
}

fn repeated_as(original: &Owned, repetition: Repetition) -> Owned {
    let mut copy = original.clone();
    match repetition {
        Repetition::Same => {}
        Repetition::OnAnotherShard => copy.shard = (copy.shard + 1) % 4,
        Repetition::Replay => copy.replayed = true,
        Repetition::Conflicting => {
            let mut payload: serde_json::Value =
                serde_json::from_slice(&copy.payload).expect("JSON");
            // what has no id of its own would be another event
            if payload.get("eventId").is_some() {
                payload["note"] = "not the same".into();
                copy.payload = payload.to_string().into_bytes();
            }
        }
    }
    copy
}

/// How every saga ends when these records come again, each so much later; and how without them.
fn ends(repeated: &[(Index, i64, Repetition)]) -> [Ends; 2] {
    let end = START.saturating_add(400_000);
    let whole = vec![Span {
        from: START,
        until: end,
    }];
    let coverage = [whole.clone(), whole];
    let copies: Vec<Owned> = (0..)
        .zip(repeated)
        .map(|(number, (index, later, repetition))| {
            let mut copy = repeated_as(&PLAYED[index.index(PLAYED.len())], *repetition);
            copy.arrival = copy.arrival.saturating_add(*later);
            let sequence =
                format!("4959033827149025660855969253836157109592157598913659{number:04}");
            copy.sequence = sequence.parse().expect("a number");
            copy
        })
        .collect();
    let once: Vec<(usize, &Owned)> = PLAYED.iter().enumerate().collect();
    let mut twice = once.clone();
    twice.extend((10_000..).zip(&copies));
    [twice, once].map(|records| {
        let told = told(&from_scratch(&records, &coverage, end)).into_iter();
        told.map(|(key, life, _, judgement)| (key, life, judgement))
            .collect()
    })
}

/// Every saga's key, life and verdict.
type Ends = Vec<(String, u32, Judgement)>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn incremental_is_from_scratch(
        order in Just((0..PLAYED.len()).collect::<Vec<_>>()).prop_shuffle(),
        shuffled in 0.0f64..1.0,
        again in proptest::collection::vec(any::<Index>(), 0..20),
        without in proptest::collection::vec(any::<Index>(), 0..20),
        cuts in proptest::collection::vec((1usize..120, 0i64..60, 0i64..90), 1..12),
        commands in proptest::collection::vec(0i64..300, 0..4),
        events in proptest::collection::vec(0i64..300, 0..4),
    ) {
        // a part of them in another order: from as they came to quite at random
        let moved = (order.len() as f64 * shuffled) as usize;
        let mut order: Vec<usize> = order[..moved].iter().copied().chain((0..PLAYED.len()).filter(|i| !order[..moved].contains(i))).collect();
        order.retain(|record| !without.iter().any(|index| index.index(PLAYED.len()) == *record));
        let again: Vec<usize> = again.iter().map(|index| order[index.index(order.len())]).collect();
        order.extend(again);

        let mut demo = engine();
        let mut rest = order.as_slice();
        let mut seconds = 0;
        let mut coverage = [Vec::new(), Vec::new()];
        let mut captured = 0;
        for (count, pause, lag) in cuts.iter().chain(std::iter::once(&(order.len(), 0, 7))) {
            let (portion, later) = rest.split_at(rest.len().min(*count));
            rest = later;
            demo.take(portion.iter().map(|&record| (record, &PLAYED[record])));
            if pause % 3 == 0 { demo.engine.settle(); }
            seconds += pause;
            // the capture lags behind by more or less, and never goes back
            captured = captured.max(seconds - lag);
            coverage = [spans(&commands, captured - 5), spans(&events, captured)];
            for (spans, (_, stream, _)) in coverage.iter().zip(demo.streams.clone()) {
                demo.engine.cover(stream, spans);
            }
            demo.engine.advance(START.saturating_add(seconds * 1_000));
            if pause % 2 == 0 { demo.engine.settle(); }
        }
        demo.engine.settle();

        let mut records: Vec<usize> = order.clone();
        records.sort_unstable();
        records.dedup();
        let records: Vec<(usize, &Owned)> = records.into_iter().map(|record| (record, &PLAYED[record])).collect();
        let scratch = from_scratch(&records, &coverage, START.saturating_add(seconds * 1_000));
        prop_assert_eq!(told(&demo), told(&scratch));
        prop_assert_eq!(rows(&demo), rows(&scratch));
    }

    #[test]
    fn repetitions_never_change_how_a_saga_ends(
        repeated in proptest::collection::vec((any::<Index>(), 1i64..2_000, a_plain_repetition()), 1..40),
    ) {
        let [twice, once] = ends(&repeated);
        for (with, without) in twice.iter().zip(&once) {
            prop_assert_eq!(with.2.status, without.2.status, "{} {:?}", with.0, with.2.findings);
        }
    }

    /// It is a finding, and a saga that was completed is completed with it.
    #[test]
    fn a_conflict_changes_no_more_than_that_it_is_found(
        repeated in proptest::collection::vec((any::<Index>(), 1i64..2_000, Just(Repetition::Conflicting)), 1..40),
    ) {
        let found = |judgement: &Judgement| judgement.findings.iter().any(|finding| finding.kind.code() == "conflicting-duplicate");
        let [twice, once] = ends(&repeated);
        prop_assert_eq!(twice.len(), once.len());
        for ((key, _, with), (_, _, without)) in twice.iter().zip(&once) {
            let expected = match without.status {
                Status::Completed if found(with) => Status::CompletedWithFindings,
                status => status,
            };
            prop_assert_eq!((with.status, &with.steps, &with.path), (expected, &without.steps, &without.path), "{}", key);
        }
    }
}
