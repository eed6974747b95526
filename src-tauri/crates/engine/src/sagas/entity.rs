//! The state of one entity over time, without a definition: its events found by a key, folded by one rule per type.

use super::{
    folding,
    reading::Source,
    unpacking::{ShownEvent, Unpacking},
};
use crate::{Engine, EngineError, engine::blocking};
use decode::{Path, Scalar};
use query::{Comparison, Filter, Literal};
use record::Millis;
use saga::fold::{Change, Reduce, Reducer, Rule};
use store::{Cancel, CaptureId, RecordId};

/// More are no entity; the first ones by arrival are told.
const MOST_EVENTS: usize = 5_000;
/// Of all events' payloads, as far as they are held at once.
const MOST_PAYLOAD_BYTES: usize = 64 << 20;

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
        let cancel = self.saga_reads().folds.begin();
        let key_path = parsed(key_path)?;
        let reducer = reducer(rules)?;
        let source = self.saga_source(captures).await?;
        let key = key.to_owned();
        blocking(move || {
            let found = found(&source, &key_path, &key, &cancel)?;
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
            let folded = folding::folded(&key_path, &found.events, &reducer, &cancel)?;
            Ok(FoldedState {
                is_cut: found.is_cut || folded.is_cut,
                ..folded
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
        let mut of_shard = Size::default();
        let mut failed = None;
        source.walk_one(walk, cancel, |shard, page| {
            for record in page {
                match ShownEvent::of(source, shard, record, is_plain) {
                    Ok(events) => {
                        for event in events.into_iter().filter(is_it) {
                            of_shard.add(&event);
                            found.events.push(event);
                        }
                    }
                    Err(error) => failed = Some(error),
                }
                // one more says that there are more
                if failed.is_some() || !of_shard.is_within(MOST) || cancel.is_cancelled() {
                    return false;
                }
            }
            true
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        found.keep_first(MOST);
    }
    Ok(found)
}

/// So many events, and what they take in memory: a record that several of them lie in is there once.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    events: usize,
    bytes: usize,
    last: Option<RecordId>,
}

const MOST: Size = Size {
    events: MOST_EVENTS,
    bytes: MOST_PAYLOAD_BYTES,
    last: None,
};

impl Size {
    fn add(&mut self, event: &ShownEvent) {
        let id = event.record.id;
        if self.last.replace(id) != Some(id) {
            self.bytes += event.record.bytes();
        }
        self.bytes += event.bytes();
        self.events += 1;
    }

    fn is_within(&self, most: Self) -> bool {
        self.events <= most.events && self.bytes <= most.bytes
    }
}

/// An entity's records while its shards are read one after the other.
#[derive(Default)]
struct Found {
    events: Vec<ShownEvent>,
    is_cut: bool,
}

impl Found {
    /// The first ones of all shards, by arrival: a shard that is read later has no less a say.
    fn keep_first(&mut self, most: Size) {
        self.events
            .sort_by_key(|event| (event.record.arrival, event.record.id, event.part().number));
        let mut size = Size::default();
        let mut fits = |event: &ShownEvent| {
            size.add(event);
            size.is_within(most)
        };
        let kept = self.events.iter().take_while(|event| fits(event)).count();
        self.is_cut |= kept < self.events.len();
        self.events.truncate(kept);
    }
}

/// The event's own value, else that of the envelope that carries it alone.
fn found_at<'e>(event: &'e ShownEvent, path: &Path) -> Option<Scalar<'e>> {
    let own = decode::find(event.content(), path);
    own.or_else(|| decode::find(event.part().around?, path))
}

/// Records that may have the value at the path: a look at the text finds it also where it lies deeper, in an envelope.
fn may_hold(path: &Path, key: &str) -> Filter {
    // no stored text holds what stands in a masked one's place
    if query::holds_mask(key) {
        return Filter::Everything;
    }
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

fn parsed(path: &str) -> Result<Path, EngineError> {
    Path::parse(path).map_err(|error| EngineError::Input(format!("{path} is no path: {error}")))
}

/// A pattern that means just this text.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*")
}

fn reducer(rules: Vec<EntityRule>) -> Result<Reducer, EngineError> {
    let rule = |rule: EntityRule| -> Result<Rule, EngineError> {
        let path = rule.path.as_deref().map(parsed).transpose()?;
        Ok(Rule::at(rule.kind, rule.reduce, path))
    };
    let rules = rules.into_iter().map(rule).collect::<Result<_, _>>()?;
    Ok(Reducer { rules })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sagas::reading::ShownRecord;
    use store::ShardKey;

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

    fn at_most(events: usize) -> Size {
        Size { events, ..MOST }
    }

    #[test]
    fn of_too_many_events_the_first_of_all_shards_stay() {
        // three of one shard, then two of another one that are older than two of them
        let mut events = found_at_times(&[10, 50, 60, 20, 30]);
        events.keep_first(at_most(3));
        let kept: Vec<i64> = events
            .events
            .iter()
            .map(|one| one.record.arrival.0)
            .collect();
        assert_eq!(kept, [10, 20, 30]);
        assert!(events.is_cut);
        let mut few = found_at_times(&[50, 10]);
        few.keep_first(at_most(3));
        assert_eq!((few.events.len(), few.is_cut), (2, false));
    }

    #[test]
    fn payloads_are_held_up_to_a_number_of_bytes() {
        let most = |bytes: usize| Size {
            events: 100,
            bytes,
            last: None,
        };
        let bytes = r#"{"id":"o-1"}"#.len();
        for (room, kept) in [(2 * bytes, 2), (2 * bytes - 1, 1), (0, 0), (9 * bytes, 3)] {
            let mut events = found_at_times(&[10, 50, 60]);
            events.keep_first(most(room));
            assert_eq!(
                (events.events.len(), events.is_cut),
                (kept, kept < 3),
                "{room}"
            );
        }
    }
}
