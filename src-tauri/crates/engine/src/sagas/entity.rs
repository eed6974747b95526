//! The state of one entity over time, without a definition: its events found by a key, folded by one rule per type.

use super::{
    one::bounded,
    reading::ShownRecord,
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

/// More are no entity; the first ones are told.
const MOST_EVENTS: usize = 5_000;
/// Of one state, and of all in one answer.
const MOST_STATE_BYTES: usize = 64 * 1024;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What the events of one type do to the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRule {
    pub kind: String,
    pub reduce: Reduce,
    /// Where in the payload; without it, the payload's own data.
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
    ) -> Result<Vec<FoldedEvent>, EngineError> {
        let cancel = self.folding().begin();
        let key_path = parsed(key_path)?;
        let reducer = reducer(rules)?;
        let source = self.saga_source(captures).await?;
        let key = key.to_owned();
        blocking(move || {
            let filter = Filter::Compare {
                field: key_path.clone(),
                comparison: Comparison::Equal,
                value: Literal::Like(escaped(&key)),
            };
            let is_it = |record: &ShownRecord| match decode::find(&record.shown, &key_path) {
                Some(Scalar::String(text)) => *text == *key,
                Some(Scalar::Number(text)) => *text == *key,
                _ => false,
            };
            let mut found: Vec<(ShardKey, ShownRecord)> = Vec::new();
            for walk in source.walks(&filter)? {
                source.walk_one(walk, &cancel, |shard, page| {
                    let its = page.into_iter().filter(is_it);
                    found.extend(its.map(|record| (shard, record)));
                    found.len() < MOST_EVENTS
                })?;
            }
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
            found.truncate(MOST_EVENTS);
            Ok(told(&key_path, &found, &reducer))
        })
        .await?
    }
}

/// The events in the order of a saga: by their own times where they have them.
fn told(key_path: &Path, found: &[(ShardKey, ShownRecord)], reducer: &Reducer) -> Vec<FoldedEvent> {
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
    for (shard, record) in found {
        let shard = *shards
            .entry(*shard)
            .or_insert_with(|| judge.add_shard(stream, &shard.to_string()));
        let reading = extractor.read(&Record {
            handle: handle(record.id),
            shard,
            sequence: &record.sequence,
            sub: record.sub,
            arrival: record.arrival,
            partition_key: record.partition_key.as_deref(),
            payload: &record.shown,
            replayed: false,
        });
        judge.ingest(reading);
    }
    judge.advance(now());
    judge.settle();
    let by_id: HashMap<RecordId, &[u8]> = found
        .iter()
        .map(|(_, record)| (record.id, record.shown.as_slice()))
        .collect();
    let Some(saga) = judge.ids().next().and_then(|id| judge.saga(id)) else {
        return Vec::new();
    };
    let payload = |event: &saga::Event| by_id.get(&record_id(event.record)).copied();
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
    told
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
        let from = parsed(rule.path.as_deref().unwrap_or("$['payload']"))?;
        let last = from.segments().last().cloned();
        // what is merged or replaced as a whole is the state; a member keeps its name
        let is_whole = rule.path.is_none() || from.segments().is_empty();
        let is_state = is_whole || matches!(rule.reduce, Reduce::Merge);
        let to = if is_state { None } else { last };
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
