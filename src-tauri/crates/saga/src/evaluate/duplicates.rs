//! Events that are there more than once: redelivered, conflicting, retried by the producer, replayed by us, or the
//! same step done twice. Repetitions do not count: they never change how a saga ends.

use super::{
    Case, Draft,
    facts::{Facts, MAX_COMPARED},
};
use crate::{event::Event, finding::FindingKind};
use record::Millis;

/// A producer that lost an answer writes again within seconds.
const RETRY_MILLIS: i64 = 10_000;

/// Which events count. Of several with one id the one that is told first does; an original comes before its replay.
pub(super) fn effective(case: &Case<'_>, draft: &mut Draft) -> Vec<bool> {
    let mut effective = vec![true; case.events.len()];
    let by_id = groups(case.events, |event| (event.id, 0, 0), |event| event.id != 0);
    for group in &by_id {
        repeated(case, group, &mut effective, draft);
    }
    let by_payload = groups(
        case.events,
        |event| {
            (
                event.payload,
                u64::from(event.partition_key),
                u64::from(event.kind.0),
            )
        },
        |event| event.id == 0,
    );
    for group in &by_payload {
        retried(case, group, &mut effective, draft);
    }
    effective
}

/// Groups of two and more events with the same key, each in the order of arrival: a copy on another shard may be
/// told before its original. Our own replays come last.
fn groups<K: Ord>(
    events: &[Event],
    key: impl Fn(&Event) -> K,
    has_key: impl Fn(&Event) -> bool,
) -> Vec<Vec<usize>> {
    let mut places: Vec<usize> = (0..events.len())
        .filter(|&place| has_key(&events[place]))
        .collect();
    places.sort_by_key(|&place| {
        let event = &events[place];
        (key(event), event.replayed, event.arrival, place)
    });
    let chunks = places.chunk_by(|&a, &b| key(&events[a]) == key(&events[b]));
    chunks
        .filter(|chunk| chunk.len() > 1)
        .map(<[usize]>::to_vec)
        .collect()
}

/// The same id again: redelivered if the payload is the same, else a conflict.
fn repeated(case: &Case<'_>, group: &[usize], effective: &mut [bool], draft: &mut Draft) {
    let first = group[0];
    let mut same = vec![first];
    for &again in &group[1..] {
        effective[again] = false;
        if case.events[again].payload != case.events[first].payload {
            draft.find(FindingKind::ConflictingDuplicate, [first, again]);
        } else if case.events[again].replayed {
            draft.find(FindingKind::Replayed, [first, again]);
        } else {
            same.push(again);
        }
    }
    if same.len() > 1 {
        draft.find(FindingKind::Redelivery { times: same.len() }, same);
    }
}

/// The same bytes under the same key, without an id: a retry if it came within seconds.
fn retried(case: &Case<'_>, group: &[usize], effective: &mut [bool], draft: &mut Draft) {
    let mut original = group[0];
    for &again in &group[1..] {
        if case.events[again].replayed {
            effective[again] = false;
            draft.find(FindingKind::Replayed, [original, again]);
        } else if is_retry(&case.events[again], case.events[original].arrival) {
            effective[again] = false;
            draft.find(FindingKind::ProducerRetry, [original, again]);
        } else {
            original = again;
        }
    }
}

/// Whether an event without an id that has another's bytes and key is that one, written again.
pub(crate) fn is_retry(again: &Event, original: Millis) -> bool {
    again.replayed || again.arrival.since(original).abs() <= RETRY_MILLIS
}

/// The same step more often than it should be, under ids of their own.
pub(super) fn logical(case: &Case<'_>, facts: &Facts, draft: &mut Draft) {
    for (step, (definition, facts)) in case.definition.steps.iter().zip(&facts.steps).enumerate() {
        let orders = case.orders();
        let is_after_undo = |success: usize| {
            facts
                .undo_successes
                .iter()
                .take(MAX_COMPARED)
                .any(|&undo| orders.of(undo, success).before().is_some())
        };
        // what is done after an undo is a zombie, and said so there
        let (compared, others) = facts
            .successes
            .split_at(facts.successes.len().min(MAX_COMPARED));
        let compared = compared.iter().copied();
        let successes: Vec<usize> = compared
            .filter(|&success| !is_after_undo(success))
            .chain(others.iter().copied())
            .collect();
        if successes.len() > definition.count as usize {
            let times = successes.len();
            draft.find(
                FindingKind::LogicalDuplicate {
                    step,
                    times,
                    requests: false,
                },
                successes,
            );
        }
        let allowed = definition.count as usize + definition.retries as usize;
        if facts.requests.len() > allowed {
            let times = facts.requests.len();
            draft.find(
                FindingKind::LogicalDuplicate {
                    step,
                    times,
                    requests: true,
                },
                facts.requests.iter().copied(),
            );
        }
    }
}
