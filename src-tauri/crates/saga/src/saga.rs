//! One saga with its verdict: the model from which every view of it is made.

use crate::{
    correlate::kept,
    definition::Definition,
    engine::Engine,
    evaluate::mark,
    event::{Event, NameKey, ShortHash},
    parts::Part,
    streams::Streams,
    verdict::Judgement,
};
use std::{borrow::Cow, collections::HashSet};

/// A saga's place in an [`Engine`]: valid until more events come in. Its key is what lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SagaId {
    pub(crate) group: u32,
    pub(crate) part: u32,
}

impl SagaId {
    pub(crate) fn group(self) -> u32 {
        self.group
    }
}

/// An id and the name by which the definition calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedId {
    pub name: String,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Saga<'a> {
    pub id: SagaId,
    /// The key, or the first alias of one whose key was never seen.
    pub key: NamedId,
    /// Which life of the key, from 0.
    pub life: u32,
    pub aliases: Vec<NamedId>,
    pub judgement: Judgement,
    events: Cow<'a, [Event]>,
    engine: &'a Engine,
}

impl<'a> Saga<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        id: SagaId,
        part: &Part,
        own: Option<Vec<Event>>,
        judgement: Judgement,
    ) -> Self {
        let key = key(engine, id.group, part.key);
        let aliases = aliases(engine, id.group, &key, own.as_deref());
        let events = own.map_or(Cow::Borrowed(engine.events_of(id.group)), Cow::Owned);
        Self {
            id,
            key,
            life: part.life,
            aliases,
            judgement,
            events,
            engine,
        }
    }

    pub(crate) fn engine(&self) -> &'a Engine {
        self.engine
    }

    pub fn definition(&self) -> &'a Definition {
        self.engine.definition()
    }

    pub fn streams(&self) -> &'a Streams {
        self.engine.streams()
    }

    /// In the order in which they are told: by time.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// An event's type; empty where it names none.
    pub fn kind(&self, event: &Event) -> &'a str {
        self.name(event.kind)
    }

    /// Who published it, as far as it says.
    pub fn source(&self, event: &Event) -> &'a str {
        self.name(event.source)
    }

    pub fn stream(&self, event: &Event) -> &'a str {
        let streams = self.engine.streams();
        streams.name(streams.stream_of(event.shard))
    }

    /// What ties an event to the saga: the name of the key, or of an alias.
    pub fn linked_by(&self, event: &Event) -> &str {
        let is_its = |alias: &&NamedId| {
            let aliases = &self.definition().correlate.aliases;
            let number = aliases.iter().position(|known| known.name == alias.name);
            number.is_some_and(|number| kept(number as u8 + 1, &alias.text) == event.alias)
        };
        let alias = self.aliases.iter().find(is_its);
        match alias.filter(|_| event.key == 0) {
            Some(alias) => &alias.name,
            None => &self.key.name,
        }
    }

    /// The marks of its way: what each is of, and when it was reached in milliseconds from the start.
    pub(crate) fn marks(&self) -> Vec<(usize, i64)> {
        let counts = (0..self.events.len()).filter(|&event| self.judgement.effective[event]);
        let marked = counts.filter(|&event| {
            mark(self.definition(), self.engine.names(), &self.events[event]).is_some()
        });
        marked
            .map(|event| (event, self.events[event].time.since(self.judgement.started)))
            .take(self.judgement.path.0.len())
            .collect()
    }

    fn name(&self, key: NameKey) -> &'a str {
        self.engine.names().text(key)
    }
}

/// The key of one part of a group.
pub(crate) fn key(engine: &Engine, group: u32, part_key: u32) -> NamedId {
    let mut first: Option<(u8, &str)> = None;
    for (name, text) in engine.groups().ids(group) {
        if name == 0 && kept(0, text) == part_key {
            return named(engine, name, text);
        }
        if first.is_none_or(|first| (name, text) < first) {
            first = Some((name, text));
        }
    }
    first.map_or_else(
        || named(engine, 0, ""),
        |(name, text)| named(engine, name, text),
    )
}

/// The other ids of a group, sorted; of one of its parts, those that its own events carry.
fn aliases(engine: &Engine, group: u32, key: &NamedId, own: Option<&[Event]>) -> Vec<NamedId> {
    let groups = engine.groups();
    let carried: Option<HashSet<ShortHash>> = own.map(|own| {
        own.iter()
            .flat_map(|event| groups.kept_ids(event))
            .collect()
    });
    let is_carried = |name: u8, text: &str| {
        let id = kept(name, text);
        carried.as_ref().is_none_or(|carried| carried.contains(&id))
    };
    let mut all: Vec<(u8, &str)> = groups
        .ids(group)
        .filter(|&(name, text)| name != 0 && text != key.text && is_carried(name, text))
        .collect();
    all.sort_unstable();
    let named = |(name, text): (u8, &str)| named(engine, name, text);
    all.into_iter().map(named).collect()
}

fn named(engine: &Engine, name: u8, text: &str) -> NamedId {
    let correlate = &engine.definition().correlate;
    NamedId {
        name: match name.checked_sub(1) {
            None => correlate.key.clone(),
            Some(alias) => correlate.aliases[usize::from(alias)].name.clone(),
        },
        text: text.to_owned(),
    }
}
