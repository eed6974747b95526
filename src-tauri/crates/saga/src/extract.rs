//! From a record's bytes to an [`Event`]: one pass over the JSON for all of the definition's paths.
//!
//! It interns nothing and shares nothing, so that records can be read on several threads. What carries no id of
//! any saga is left out.

use crate::{
    correlate::kept,
    definition::{BuiltIn, ClockTime, Definition, Lookup},
    event::{Event, NameKey, RecordHandle, Sequence, ShardKey, ShortHash, hash, short_hash},
};
use decode::{Path, PathSet, Scalar};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use record::{Millis, SequenceNumber, SubSequence};
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;

mod anywhere;
mod time;

pub use anywhere::is_telling;
pub(crate) use time::millis as time_of;

/// Longer ids are no ids.
const MAX_ID_BYTES: usize = 1_024;
/// As the capture's own event types.
const MAX_NAME_CHARS: usize = decode::MAX_EVENT_TYPE_CHARS;

/// A record as the store gives it, its aggregates already taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub handle: RecordHandle,
    pub shard: ShardKey,
    pub sequence: &'a SequenceNumber,
    pub sub: SubSequence,
    pub arrival: Millis,
    pub partition_key: Option<&'a str>,
    pub payload: &'a [u8],
    /// Written by a replay of ours.
    pub replayed: bool,
}

/// What one record says, as far as the definition asks.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    pub(crate) event: Event,
    pub(crate) kind: Said<'a>,
    pub(crate) source: Said<'a>,
    /// The saga's key (number 0) and its aliases (from 1).
    pub(crate) ids: Ids<'a>,
}

type Ids<'a> = SmallVec<[(u8, Cow<'a, str>); 3]>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said<'a> {
    Nothing,
    Known(NameKey),
    Text(Cow<'a, str>),
    /// The name of the record's stream or shard, which the reader does not know.
    BuiltIn(BuiltIn),
}

impl Reading<'_> {
    /// Every id that the record carries: the saga's key as number 0, its aliases from 1 in the definition's order.
    pub fn ids(&self) -> impl Iterator<Item = (u8, &str)> {
        self.ids.iter().map(|(number, id)| (*number, id.as_ref()))
    }

    /// Keeps nothing of the record's bytes: for who hands it to another thread.
    pub fn into_owned(self) -> Reading<'static> {
        Reading {
            event: self.event,
            kind: self.kind.into_owned(),
            source: self.source.into_owned(),
            ids: self
                .ids
                .into_iter()
                .map(|(number, id)| (number, Cow::Owned(id.into_owned())))
                .collect(),
        }
    }
}

impl Said<'_> {
    fn into_owned(self) -> Said<'static> {
        match self {
            Self::Nothing => Said::Nothing,
            Self::Known(key) => Said::Known(key),
            Self::Text(text) => Said::Text(Cow::Owned(text.into_owned())),
            Self::BuiltIn(built_in) => Said::BuiltIn(built_in),
        }
    }
}

/// Reads records by a definition's paths.
#[derive(Clone, Debug)]
pub struct Extractor {
    paths: PathSet,
    kind: Vec<Slot>,
    id: Vec<Slot>,
    time: Vec<Slot>,
    cause: Vec<Slot>,
    source: Vec<Slot>,
    ids: Vec<Vec<Slot>>,
    own_time: bool,
    known_kinds: HashMap<String, NameKey, FixedState>,
    /// A record that carries it belongs to it, wherever it carries it.
    followed: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Path(usize),
    BuiltIn(BuiltIn),
}

impl Extractor {
    pub fn new(definition: &Definition) -> Self {
        let mut paths: Vec<Path> = Vec::new();
        let mut slots = |lookups: &[Lookup]| {
            let slot = |lookup: &Lookup| match lookup {
                Lookup::BuiltIn(built_in) => Slot::BuiltIn(*built_in),
                Lookup::Path(path) => {
                    let known = paths.iter().position(|known| known == path);
                    Slot::Path(known.unwrap_or_else(|| {
                        paths.push(path.clone());
                        paths.len() - 1
                    }))
                }
            };
            lookups.iter().map(slot).collect::<Vec<_>>()
        };
        let event = &definition.event;
        let [kind, id, time, cause, source] = [
            &event.kind,
            &event.id,
            &event.time,
            &event.cause,
            &event.source,
        ]
        .map(|lookups| slots(lookups));
        let mut ids = vec![slots(&definition.correlate.paths)];
        ids.extend(
            definition
                .correlate
                .aliases
                .iter()
                .map(|alias| slots(&alias.at)),
        );
        let names = definition.roles.names.iter().zip(0..);
        Self {
            kind,
            id,
            time,
            cause,
            source,
            ids,
            own_time: definition.clock.time == ClockTime::Event,
            known_kinds: names
                .map(|(name, number)| (name.clone(), NameKey(number)))
                .collect(),
            paths: PathSet::new(&paths),
            followed: None,
        }
    }

    /// Records that carry the value elsewhere than at the definition's paths have it for their key, and no other id:
    /// what else they carry may be others'. Only values that tell something ([`is_telling`]) are looked for there.
    pub fn following(definition: &Definition, value: &str) -> Self {
        Self {
            followed: is_telling(value).then(|| value.to_owned()),
            ..Self::new(definition)
        }
    }

    /// `None` for a record that carries no id.
    pub fn read<'a>(&self, record: &Record<'a>) -> Option<Reading<'a>> {
        let mut found: SmallVec<[Option<Scalar<'a>>; 12]> =
            SmallVec::from_elem(None, self.paths.len());
        self.paths
            .find(record.payload, |path, value| found[path] = Some(value));
        let look = Look {
            found: &found,
            record,
        };

        let mut ids: Ids<'a> = self
            .ids
            .iter()
            .zip(0u8..)
            .filter_map(|(slots, number)| Some((number, look.id(slots)?)))
            .collect();
        if let Some(value) = &self.followed
            && !ids.iter().any(|(number, id)| *number == 0 && id == value)
            && (record.partition_key == Some(value) || anywhere::is_in(value, record.payload))
        {
            ids = smallvec![(0, Cow::Owned(value.clone()))];
        }
        let short = |wanted: bool| -> ShortHash {
            let id = ids.iter().find(|(number, _)| (*number == 0) == wanted);
            id.map_or(0, |(number, id)| kept(*number, id))
        };
        let own_time = self.own_time.then(|| look.time(&self.time)).flatten();
        let event = Event {
            record: record.handle,
            time: own_time.unwrap_or(record.arrival),
            arrival: record.arrival,
            sequence: Sequence::new(record.sequence),
            shard: record.shard,
            sub: record.sub,
            kind: NameKey::NONE,
            source: NameKey::NONE,
            id: look.id(&self.id).map_or(0, |id| hash(id.as_bytes())),
            cause: look.id(&self.cause).map_or(0, |id| hash(id.as_bytes())),
            payload: hash(record.payload),
            key: short(true),
            alias: short(false),
            partition_key: record
                .partition_key
                .map_or(0, |key| short_hash(key.as_bytes())),
            replayed: record.replayed,
            has_own_time: own_time.is_some(),
        };
        (!ids.is_empty()).then(|| Reading {
            event,
            kind: self.kind(look.name(&self.kind)),
            source: look.name(&self.source),
            ids,
        })
    }

    fn kind<'a>(&self, said: Said<'a>) -> Said<'a> {
        let known = match &said {
            Said::Text(text) => self.known_kinds.get(text.as_ref()),
            _ => None,
        };
        known.map_or(said, |&key| Said::Known(key))
    }
}

/// One record's values, by slot.
struct Look<'f, 'a> {
    found: &'f [Option<Scalar<'a>>],
    record: &'f Record<'a>,
}

impl<'a> Look<'_, 'a> {
    /// The text of the first slot that has one.
    fn id(&self, slots: &[Slot]) -> Option<Cow<'a, str>> {
        slots.iter().find_map(|slot| match *slot {
            Slot::Path(path) => id_text(self.found[path].as_ref()?),
            Slot::BuiltIn(BuiltIn::PartitionKey) => self.record.partition_key.and_then(id),
            Slot::BuiltIn(_) => None,
        })
    }

    fn name(&self, slots: &[Slot]) -> Said<'a> {
        let said = slots.iter().find_map(|slot| match *slot {
            Slot::Path(path) => {
                id_text(self.found[path].as_ref()?).map(|text| Said::Text(cut(text)))
            }
            Slot::BuiltIn(BuiltIn::PartitionKey) => self
                .record
                .partition_key
                .and_then(id)
                .map(|text| Said::Text(cut(text))),
            Slot::BuiltIn(built_in) => Some(Said::BuiltIn(built_in)),
        });
        said.unwrap_or(Said::Nothing)
    }

    fn time(&self, slots: &[Slot]) -> Option<Millis> {
        slots.iter().find_map(|slot| match *slot {
            Slot::Path(path) => time::millis(self.found[path].as_ref()?),
            Slot::BuiltIn(_) => None,
        })
    }
}

fn id_text<'a>(value: &Scalar<'a>) -> Option<Cow<'a, str>> {
    match value {
        Scalar::String(text) if (1..=MAX_ID_BYTES).contains(&text.len()) => Some(text.clone()),
        Scalar::Number(text) => id(text),
        _ => None,
    }
}

fn id(text: &str) -> Option<Cow<'_, str>> {
    (1..=MAX_ID_BYTES)
        .contains(&text.len())
        .then_some(Cow::Borrowed(text))
}

fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_NAME_CHARS) {
        None => text,
        Some((end, _)) => Cow::Owned(text[..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::DEMO;

    fn read(payload: &str) -> Option<Reading<'_>> {
        let definition = Definition::parse(DEMO).expect("valid");
        let sequence: SequenceNumber = "7".parse().expect("a number");
        // the reading borrows from the payload only
        Extractor::new(&definition).read(&Record {
            handle: RecordHandle(1),
            shard: ShardKey(0),
            sequence: Box::leak(Box::new(sequence)),
            sub: 0,
            arrival: Millis(99),
            partition_key: Some("p"),
            payload: payload.as_bytes(),
            replayed: false,
        })
    }

    #[test]
    fn an_envelope_is_read_in_one_pass() {
        let reading = read(
            r#"{"eventId":"e1","eventType":"PAYMENT_PROCESSED","timestamp":"2025-10-30T12:00:00.250Z","sagaId":"s1",
                "payload":{"orderId":"o1","service":"payment-service"}}"#,
        )
        .expect("a saga's event");
        assert_eq!(reading.ids.to_vec(), [(0, "s1".into()), (1, "o1".into())]);
        assert_eq!(reading.event.time, Millis(1_761_825_600_250));
        assert!(matches!(reading.kind, Said::Known(_)));
        assert_eq!(reading.source, Said::Text("payment-service".into()));
        assert!(reading.event.has_own_time && reading.event.id != 0 && reading.event.cause == 0);
    }

    #[test]
    fn a_command_is_read_by_the_next_paths() {
        let reading =
            read(r#"{"commandType":"X","sagaId":17,"orderId":"o1"}"#).expect("a saga's command");
        assert_eq!(reading.ids[0], (0, "17".into()));
        assert_eq!(reading.kind, Said::Text("X".into()));
        assert_eq!(reading.source, Said::BuiltIn(BuiltIn::Stream));
        assert_eq!(
            reading.event.time,
            Millis(99),
            "the arrival stands in for a missing time"
        );
    }

    #[test]
    fn what_carries_no_id_is_left_out() {
        for payload in [
            "",
            "{}",
            "[1]",
            "\u{1}",
            r#"{"sagaId":""}"#,
            r#"{"sagaId":null}"#,
            r#"{"sagaId":{}}"#,
        ] {
            assert!(read(payload).is_none(), "{payload}");
        }
        assert!(read(&format!(r#"{{"sagaId":"{}"}}"#, "x".repeat(2_000))).is_none());
    }
}
