//! The state of one entity over time, without a definition: its events found by a key, folded by one rule per type.

use super::{
    one::bounded,
    reading::Source,
    unpacking::{ShownEvent, Unpacking},
    worker::{handle, record_id},
};
use crate::{
    Engine, EngineError,
    engine::{blocking, locked, now},
};
use decode::{Caps, JsonTree, Path, Scalar};
use query::{Comparison, Filter, Literal};
use record::Millis;
use saga::{
    Correlate, Definition, Engine as Judge, EventPaths, Extractor, Lookup, Record, Reuse,
    fold::{Change, Reduce, Reducer, Rule, fold},
};
use std::{collections::HashMap, sync::Mutex};
use store::{Cancel, CaptureId, RecordId, ShardKey};

/// More are no entity; the first ones by arrival are told.
const MOST_EVENTS: usize = 5_000;
/// Of one state, and of all in one answer.
const MOST_STATE_BYTES: usize = 64 * 1024;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What the events of one type do to the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRule {
    pub kind: String,
    pub reduce: Reduce,
    /// Where in the payload; without it, the event's own data.
    pub path: Option<String>,
}

/// An event, what it changed, and the state after it as JSON text.
#[derive(Clone, Debug)]
pub struct FoldedEvent {
    pub record: RecordId,
    pub kind: String,
    pub at: Millis,
    pub changes: Vec<Change>,
    pub state: String,
}

/// An entity's events in their order.
#[derive(Clone, Debug, Default)]
pub struct FoldedState {
    pub events: Vec<FoldedEvent>,
    /// There are more than are told.
    pub is_cut: bool,
}

/// The fold that is under way; a newer one ends it.
#[derive(Default)]
pub(crate) struct Folding(Mutex<Cancel>);

impl Folding {
    fn begin(&self) -> Cancel {
        let cancel = Cancel::new();
        std::mem::replace(&mut *locked(&self.0), cancel.clone()).cancel();
        cancel
    }
}

impl Engine {
    /// Folds the events whose value at `key_path` is `key`, in the order in which they happened.
    ///
    /// # Errors
    /// [`EngineError::Input`] for what is no path; [`EngineError::Superseded`] once another fold was asked for.
    pub async fn fold_state(
        &self,
        captures: Vec<CaptureId>,
        key_path: &str,
        key: &str,
        rules: Vec<EntityRule>,
    ) -> Result<FoldedState, EngineError> {
        let cancel = self.folding().begin();
        let key_path = parsed(key_path)?;
        let reducer = reducer(rules)?;
        let source = self.saga_source(captures).await?;
        let key = key.to_owned();
        blocking(move || {
            let found = found(&source, &key_path, &key, &cancel)?;
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
            let (events, is_short) = told(&key_path, &found.events, &reducer);
            Ok(FoldedState {
                events,
                is_cut: found.is_cut || is_short,
            })
        })
        .await?
    }
}

/// The events that have the key at the path, of all shards.
fn found(
    source: &Source,
    key_path: &Path,
    key: &str,
    cancel: &Cancel,
) -> Result<Found, EngineError> {
    let is_it = |event: &ShownEvent| match found_at(event, key_path) {
        Some(Scalar::String(text)) => *text == *key,
        Some(Scalar::Number(text)) => *text == *key,
        _ => false,
    };
    // an envelope around what the path does not reach is opened
    let is_plain = |json: &[u8]| {
        decode::is_one_document(json)
            && (decode::find(json, key_path).is_some() || !decode::is_enveloped(json))
    };
    let mut found = Found::default();
    for walk in source.walks(&may_hold(key_path, key))? {
        let mut of_shard = 0;
        let mut failed = None;
        source.walk_one(walk, cancel, |shard, page| {
            let before = found.events.len();
            for record in page {
                match ShownEvent::of(source, shard, record, is_plain) {
                    Ok(events) => found.events.extend(events.into_iter().filter(is_it)),
                    Err(error) => failed = Some(error),
                }
            }
            of_shard += found.events.len() - before;
            // one more says that there are more
            of_shard <= MOST_EVENTS && failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        found.keep_first(MOST_EVENTS);
    }
    Ok(found)
}

/// An entity's records while its shards are read one after the other.
#[derive(Default)]
struct Found {
    events: Vec<ShownEvent>,
    is_cut: bool,
}

impl Found {
    /// The first ones of all shards, by arrival: a shard that is read later has no less a say.
    fn keep_first(&mut self, most: usize) {
        if self.events.len() <= most {
            return;
        }
        self.events
            .sort_by_key(|event| (event.record.arrival, event.record.id, event.part().number));
        self.events.truncate(most);
        self.is_cut = true;
    }
}

/// The events in the order of a saga, by their own times where they have them; and whether some were left out, as
/// their states are too long for one answer.
fn told(key_path: &Path, found: &[ShownEvent], reducer: &Reducer) -> (Vec<FoldedEvent>, bool) {
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
    let by_id: HashMap<(RecordId, u16), &[u8]> = found
        .iter()
        .map(|event| ((event.record.id, event.part().number), event.content()))
        .collect();
    let Some(saga) = judge.ids().next().and_then(|id| judge.saga(id)) else {
        return (Vec::new(), false);
    };
    let payload = |event: &saga::Event| by_id.get(&(record_id(event.record), event.part)).copied();
    let events: Vec<_> = saga
        .events()
        .iter()
        .filter_map(|event| Some((event, saga.kind(event), payload(event)?)))
        .collect();
    let folded = fold(
        reducer,
        events.iter().map(|(_, kind, payload)| (*kind, *payload)),
    );
    let mut left = MOST_BYTES;
    let mut told = Vec::with_capacity(events.len());
    for ((event, kind, _), (state, changes)) in events.iter().zip(folded) {
        let state = pretty(&state);
        let Some(rest) = left.checked_sub(state.len()) else {
            break;
        };
        left = rest;
        told.push(FoldedEvent {
            record: record_id(event.record),
            kind: (*kind).to_owned(),
            at: event.time,
            changes: bounded(changes),
            state,
        });
    }
    let is_short = told.len() < events.len();
    (told, is_short)
}

/// The event's own value, else that of the envelope that carries it alone.
fn found_at<'e>(event: &'e ShownEvent, path: &Path) -> Option<Scalar<'e>> {
    let own = decode::find(event.content(), path);
    own.or_else(|| decode::find(event.part().around?, path))
}

/// Records that may have the value at the path: a look at the text finds it also where it lies deeper, in an envelope.
fn may_hold(path: &Path, key: &str) -> Filter {
    Filter::any([
        Filter::Compare {
            field: path.clone(),
            comparison: Comparison::Equal,
            value: Literal::Like(escaped(key)),
        },
        Filter::Contains {
            text: key.to_owned(),
            case_sensitive: true,
        },
        Unpacking::hides(),
    ])
}

fn pretty(state: &saga::Value) -> String {
    let text = state.to_string();
    match JsonTree::parse(text.clone().into_bytes(), Caps::default()) {
        Ok(tree) => tree.pretty(MOST_STATE_BYTES).text,
        Err(_) => text,
    }
}

fn parsed(path: &str) -> Result<Path, EngineError> {
    Path::parse(path).map_err(|error| EngineError::Input(format!("{path} is no path: {error}")))
}

/// A pattern that means just this text.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*")
}

fn reducer(rules: Vec<EntityRule>) -> Result<Reducer, EngineError> {
    let rule = |rule: EntityRule| -> Result<Rule, EngineError> {
        let from = rule.path.as_deref().map(parsed).transpose()?;
        let last = from.as_ref().and_then(|from| from.segments().last());
        // what is merged or replaced as a whole is the state; a member keeps its name
        let to = last
            .filter(|_| !matches!(rule.reduce, Reduce::Merge))
            .cloned();
        let to = Path::new(to.into_iter().collect());
        Ok(Rule {
            kinds: vec![rule.kind],
            reduce: rule.reduce,
            from,
            to,
        })
    };
    let rules = rules.into_iter().map(rule).collect::<Result<_, _>>()?;
    Ok(Reducer { rules })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sagas::reading::ShownRecord;

    fn event(number: i64, arrival: i64, json: &str) -> ShownEvent {
        let record = ShownRecord::of_json(RecordId(number), Millis(arrival), json);
        ShownEvent::stored(ShardKey(0), record)
    }

    fn found_at_times(arrivals: &[i64]) -> Found {
        let records = (1..).zip(arrivals);
        Found {
            events: records
                .map(|(number, arrival)| event(number, *arrival, r#"{"id":"o-1"}"#))
                .collect(),
            is_cut: false,
        }
    }

    #[test]
    fn of_too_many_events_the_first_of_all_shards_stay() {
        // three of one shard, then two of another one that are older than two of them
        let mut events = found_at_times(&[10, 50, 60, 20, 30]);
        events.keep_first(3);
        let kept: Vec<i64> = events
            .events
            .iter()
            .map(|one| one.record.arrival.0)
            .collect();
        assert_eq!(kept, [10, 20, 30]);
        assert!(events.is_cut);
        let mut few = found_at_times(&[50, 10]);
        few.keep_first(3);
        assert_eq!((few.events.len(), few.is_cut), (2, false));
    }

    #[test]
    fn states_that_are_too_long_for_one_answer_are_said_to_be_left_out() {
        let path = Path::parse("$.id").expect("a path");
        let text = "x".repeat(MOST_STATE_BYTES - 100);
        let json = |number: i64| format!(r#"{{"id":"o-1","n":{number},"text":"{text}"}}"#);
        let long: Vec<ShownEvent> = (1..=400).map(|n| event(n, 1, &json(n))).collect();
        let (events, is_short) = told(&path, &long, &Reducer::default());
        assert!(is_short && !events.is_empty() && events.len() < 400);
        let (events, is_short) = told(&path, &found_at_times(&[1, 2]).events, &Reducer::default());
        assert_eq!((events.len(), is_short), (2, false));
    }
}
