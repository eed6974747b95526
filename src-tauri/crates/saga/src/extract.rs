//! From a record's bytes to an [`Event`]: one pass over the JSON for all of the definition's paths.
//!
//! It interns nothing and shares nothing, so that records can be read on several threads. What carries no id of
//! any saga is left out.

use crate::{
    correlate::kept,
    definition::{BuiltIn, ClockTime, Definition, Lookup},
    event::{Event, NameKey, RecordHandle, Sequence, ShardKey, ShortHash, hash, short_hash},
};
use decode::{Fact, Path, PathSet, Scalar};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use look::Look;
use record::{Millis, SequenceNumber, SubSequence};
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;

mod anywhere;
mod look;
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

/// Which event of a record is meant, and what the layers around it say of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// 0: the record as it is stored; from 1: its events, in their order.
    pub number: u16,
    /// JSON that carries this event alone: paths that lead nowhere in the event are looked up here.
    pub around: Option<&'a [u8]>,
    pub facts: &'a [Fact],
}

impl Part<'_> {
    fn carries(&self, value: &str) -> bool {
        self.facts.iter().any(|fact| fact.value == value)
            || self.around.is_some_and(|json| anywhere::is_in(value, json))
    }
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

    /// What a stored record says as it is. `None` where it carries no id.
    pub fn read<'a>(&self, record: &Record<'a>) -> Option<Reading<'a>> {
        self.read_stored(record).0
    }

    /// As [`read`](Self::read), and whether there is more in it than that: its bytes are no JSON, or several
    /// documents, or an envelope around what the definition's paths do not reach.
    pub fn read_stored<'a>(&self, record: &Record<'a>) -> (Option<Reading<'a>>, bool) {
        let (reading, end) = self.reading(record, &Part::default());
        let payload = record.payload;
        let is_whole = decode::begins_as_json(payload)
            && match end {
                Some(end) => payload[end..].trim_ascii().is_empty(),
                None => decode::is_one_document(payload),
            };
        let says_enough = |reading: &Reading<'_>| reading.kind != Said::Nothing;
        let has_more = !is_whole
            || !reading.as_ref().is_some_and(says_enough) && decode::is_enveloped(payload);
        (reading, has_more)
    }

    /// What one event within a record says; the record's payload is the event's own content.
    pub fn read_part<'a>(&self, record: &Record<'a>, part: &Part<'a>) -> Option<Reading<'a>> {
        self.reading(record, part).0
    }

    /// The reading, and where the JSON of its payload ends.
    fn reading<'a>(
        &self,
        record: &Record<'a>,
        part: &Part<'a>,
    ) -> (Option<Reading<'a>>, Option<usize>) {
        let mut found: SmallVec<[Option<Scalar<'a>>; 12]> =
            SmallVec::from_elem(None, self.paths.len());
        let end = self
            .paths
            .find(record.payload, |path, value| found[path] = Some(value));
        if let Some(around) = part.around {
            self.paths.find(around, |path, value| {
                found[path].get_or_insert(value);
            });
        }
        let look = Look {
            found: &found,
            record,
            facts: part.facts,
        };
        let ids = self.ids_of(&look, record, part);
        if ids.is_empty() {
            return (None, end);
        }
        let reading = Reading {
            event: self.event(&look, record, part, &ids),
            kind: self.kind(look.kind(&self.kind)),
            source: look.source(&self.source),
            ids,
        };
        (Some(reading), end)
    }

    fn ids_of<'a>(&self, look: &Look<'_, 'a>, record: &Record<'a>, part: &Part<'a>) -> Ids<'a> {
        let ids: Ids<'a> = self
            .ids
            .iter()
            .zip(0u8..)
            .filter_map(|(slots, number)| Some((number, look.id(slots)?)))
            .collect();
        if let Some(value) = &self.followed
            && !ids.iter().any(|(number, id)| *number == 0 && id == value)
            && (record.partition_key == Some(value)
                || anywhere::is_in(value, record.payload)
                || part.carries(value))
        {
            return smallvec![(0, Cow::Owned(value.clone()))];
        }
        ids
    }

    fn event<'a>(
        &self,
        look: &Look<'_, 'a>,
        record: &Record<'a>,
        part: &Part<'a>,
        ids: &Ids<'a>,
    ) -> Event {
        let short = |wanted: bool| -> ShortHash {
            let id = ids.iter().find(|(number, _)| (*number == 0) == wanted);
            id.map_or(0, |(number, id)| kept(*number, id))
        };
        let own_time = self.own_time.then(|| look.time(&self.time)).flatten();
        Event {
            record: record.handle,
            time: own_time.unwrap_or(record.arrival),
            arrival: record.arrival,
            sequence: Sequence::new(record.sequence),
            shard: record.shard,
            sub: record.sub,
            part: part.number,
            kind: NameKey::NONE,
            source: NameKey::NONE,
            id: look.event_id(&self.id).map_or(0, |id| hash(id.as_bytes())),
            cause: look.id(&self.cause).map_or(0, |id| hash(id.as_bytes())),
            payload: hash(record.payload),
            key: short(true),
            alias: short(false),
            partition_key: record
                .partition_key
                .map_or(0, |key| short_hash(key.as_bytes())),
            replayed: record.replayed,
            has_own_time: own_time.is_some(),
        }
    }

    fn kind<'a>(&self, said: Said<'a>) -> Said<'a> {
        let known = match &said {
            Said::Text(text) => self.known_kinds.get(text.as_ref()),
            _ => None,
        };
        known.map_or(said, |&key| Said::Known(key))
    }
}

#[cfg(test)]
mod tests;
