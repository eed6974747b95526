//! An entity's events, put in order and folded one after the other: repetitions are left out, and it ends where an
//! answer is full or another fold is wanted.

use super::{
    entity::{FoldedEvent, FoldedState},
    one::{bounded, text_bytes},
    unpacking::ShownEvent,
    worker::{handle, record_id},
};
use crate::{EngineError, engine::now};
use decode::{Caps, JsonTree, Path};
use record::Millis;
use saga::{
    Correlate, Definition, Engine as Judge, EventPaths, Extractor, FindingKind, Lookup, Record,
    Reuse, Saga,
    fold::{Reducer, State},
};
use std::collections::HashMap;
use store::{Cancel, RecordId, ShardKey};

/// Of one state, and of all states and changes in one answer.
const MOST_STATE_BYTES: usize = 64 * 1024;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The state after each event that counts, in the order of a saga: by their own times where they have them.
///
/// # Errors
/// [`EngineError::Superseded`] where it is cancelled.
pub(super) fn folded(
    key_path: &Path,
    found: &[ShownEvent],
    reducer: &Reducer,
    cancel: &Cancel,
) -> Result<FoldedState, EngineError> {
    let mut folded = FoldedState::default();
    let mut state = State::default();
    let mut left = MOST_BYTES;
    for Told { event, kind, at } in ordered(key_path, found) {
        if cancel.is_cancelled() {
            return Err(EngineError::Superseded);
        }
        let changes = bounded(state.apply(reducer, &kind, event.content()));
        let text = pretty(&state.value);
        let Some(rest) = left.checked_sub(text.len() + text_bytes(&changes)) else {
            folded.is_cut = true;
            break;
        };
        left = rest;
        folded.events.push(FoldedEvent {
            record: event.record.id,
            kind,
            at,
            changes,
            state: text,
        });
    }
    Ok(folded)
}

struct Told<'f> {
    event: &'f ShownEvent,
    kind: String,
    at: Millis,
}

/// The events that count: what is delivered again, or read again, changes nothing.
fn ordered<'f>(key_path: &Path, found: &'f [ShownEvent]) -> Vec<Told<'f>> {
    let correlate = Correlate {
        key: "key".to_owned(),
        paths: vec![Lookup::Path(key_path.clone())],
        aliases: Vec::new(),
        reuse: Reuse::Never,
    };
    let definition = Definition::zero_config(EventPaths::common(), correlate);
    let extractor = Extractor::new(&definition);
    let mut judge = Judge::new(definition);
    let stream = judge.add_stream("");
    let mut shards: HashMap<ShardKey, saga::ShardKey> = HashMap::new();
    for event in found {
        let shard = *shards
            .entry(event.shard)
            .or_insert_with(|| judge.add_shard(stream, &event.shard.to_string()));
        let record = &event.record;
        let read = Record {
            handle: handle(record.id),
            shard,
            sequence: &record.sequence,
            sub: record.sub,
            arrival: record.arrival,
            partition_key: record.partition_key.as_deref(),
            payload: event.content(),
            replayed: false,
        };
        judge.ingest(extractor.read_part(&read, &event.part()));
    }
    judge.advance(now());
    judge.settle();
    let by_id: HashMap<(RecordId, u16), &ShownEvent> = found
        .iter()
        .map(|event| ((event.record.id, event.part().number), event))
        .collect();
    let Some(saga) = judge.ids().next().and_then(|id| judge.saga(id)) else {
        return Vec::new();
    };
    let counts = counting(&saga);
    let events = saga.events().iter().zip(counts);
    let counted = events.filter(|(_, counts)| *counts);
    let told = |(event, _): (&saga::Event, bool)| {
        Some(Told {
            event: by_id.get(&(record_id(event.record), event.part)).copied()?,
            kind: saga.kind(event).to_owned(),
            at: event.time,
        })
    };
    counted.filter_map(told).collect()
}

/// Without a definition an id may be another thing's: events that share one and say different things all count.
fn counting(saga: &Saga<'_>) -> Vec<bool> {
    let mut counts = saga.judgement.effective.clone();
    for found in &saga.judgement.findings {
        if found.kind == FindingKind::ConflictingDuplicate {
            for &event in &found.events {
                counts[event] = true;
            }
        }
    }
    counts
}

fn pretty(state: &saga::Value) -> String {
    let text = state.to_string();
    match JsonTree::parse(text.clone().into_bytes(), Caps::default()) {
        Ok(tree) => tree.pretty(MOST_STATE_BYTES).text,
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sagas::reading::ShownRecord;
    use saga::fold::{Reduce, Rule};

    fn events(jsons: &[String]) -> Vec<ShownEvent> {
        let record = |(number, json): (i64, &String)| {
            let record = ShownRecord::of_json(RecordId(number), Millis(number * 20_000), json);
            ShownEvent::stored(ShardKey(0), record)
        };
        (1..).zip(jsons).map(record).collect()
    }

    fn fold(path: &str, jsons: &[String], rules: Vec<Rule>) -> FoldedState {
        let path = Path::parse(path).expect("a path");
        let reducer = Reducer { rules };
        folded(&path, &events(jsons), &reducer, &Cancel::new()).expect("folded")
    }

    #[test]
    fn states_that_are_too_long_for_one_answer_are_said_to_be_left_out() {
        let text = "x".repeat(MOST_STATE_BYTES - 100);
        let json = |number: i64| format!(r#"{{"id":"o-1","n":{number},"text":"{text}"}}"#);
        let long: Vec<String> = (1..=400).map(json).collect();
        let cut = fold("$.id", &long, Vec::new());
        assert!(cut.is_cut && !cut.events.is_empty() && cut.events.len() < 400);
        let whole = fold("$.id", &long[..2], Vec::new());
        assert_eq!((whole.events.len(), whole.is_cut), (2, false));
    }

    #[test]
    fn what_is_delivered_again_is_folded_once() {
        let added = |id: &str, item: &str| {
            format!(r#"{{"eventId":"{id}","type":"ADDED","orderId":"o-1","items":"{item}"}}"#)
        };
        let path = Path::parse("$.items").ok();
        let rules = vec![Rule::at("ADDED".to_owned(), Reduce::Append, path)];
        let jsons = [added("e-1", "A"), added("e-2", "B"), added("e-1", "A")];
        let told = fold("$.orderId", &jsons, rules);
        assert_eq!(told.events.len(), 2);
        let state: serde_json::Value = serde_json::from_str(&told.events[1].state).expect("JSON");
        assert_eq!(state, serde_json::json!({ "items": ["A", "B"] }));
    }

    #[test]
    fn an_id_that_is_another_things_hides_no_event() {
        let jsons = [
            r#"{"id":"shop","orderId":"o-1","a":1}"#,
            r#"{"id":"shop","orderId":"o-1","b":2}"#,
        ];
        let told = fold("$.orderId", &jsons.map(str::to_owned), Vec::new());
        assert_eq!(told.events.len(), 2);
    }

    #[test]
    fn a_fold_that_nobody_waits_for_ends() {
        let cancel = Cancel::new();
        cancel.cancel();
        let path = Path::parse("$.id").expect("a path");
        let events = events(&[r#"{"id":"o-1"}"#.to_owned()]);
        let ended = folded(&path, &events, &Reducer::default(), &cancel);
        assert!(matches!(ended, Err(EngineError::Superseded)));
    }
}
