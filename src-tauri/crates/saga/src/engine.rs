//! Sagas as records arrive: events in, watermarks and time on, verdicts out.
//!
//! Only what may have changed is judged again: sagas with new events, and those whose next deadline was passed. The
//! result is the same as from scratch, because a verdict is a pure function of a group's events, the coverage and
//! the time; a property test holds this.

mod lookup;

use crate::{
    correlate::Groups,
    definition::{BuiltIn, Definition},
    evaluate::{Case, judge},
    event::{Event, NameKey, ShardKey, ShortHash, StreamKey},
    extract::{Extractor, Reading, Said},
    frontier::{Frontier, Reach, Watched},
    names::Names,
    order::Causes,
    parts::{Part, parts},
    saga::{Saga, SagaId},
    streams::{Change, Span, Streams},
    summary::Summary,
    verdict::Judgement,
};
use record::Millis;
use smallvec::SmallVec;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Engine {
    definition: Definition,
    extractor: Extractor,
    streams: Streams,
    watched: Watched,
    names: Names,
    groups: Groups,
    /// Per group.
    states: Vec<State>,
    dirty: Vec<u32>,
    /// When a group must be judged again, at the latest.
    wakes: BTreeSet<(Millis, u32)>,
    now: Millis,
}

#[derive(Clone, Debug, Default)]
struct State {
    sagas: SmallVec<[Summary; 1]>,
    wakes: SmallVec<[Millis; 2]>,
    is_dirty: bool,
}

/// What one group came to.
pub(crate) struct Settled {
    sagas: SmallVec<[Summary; 1]>,
    wakes: SmallVec<[Millis; 2]>,
}

impl Engine {
    pub fn new(definition: Definition) -> Self {
        let streams = Streams::default();
        Self {
            extractor: Extractor::new(&definition),
            watched: Watched::new(&definition, &streams),
            names: Names::new(&definition.roles.names),
            definition,
            streams,
            groups: Groups::default(),
            states: Vec::new(),
            dirty: Vec::new(),
            wakes: BTreeSet::new(),
            now: Millis::MIN,
        }
    }

    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Reads records for [`ingest`](Self::ingest), on any thread.
    pub fn extractor(&self) -> &Extractor {
        &self.extractor
    }

    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn groups(&self) -> &Groups {
        &self.groups
    }

    pub fn add_stream(&mut self, name: &str) -> StreamKey {
        let stream = self.streams.add_stream(name);
        self.watched = Watched::new(&self.definition, &self.streams);
        self.dirty_all();
        stream
    }

    pub fn add_shard(&mut self, stream: StreamKey, id: &str) -> ShardKey {
        self.streams.add_shard(stream, id)
    }

    /// All records of the parents come before all of the shard's.
    pub fn set_parents(&mut self, shard: ShardKey, parents: &[ShardKey]) {
        self.streams.set_parents(shard, parents);
        self.dirty_all();
    }

    /// Says anew what was captured of a stream, on all its shards. Its watermark is the last span's end.
    pub fn cover(&mut self, stream: StreamKey, spans: &[Span]) {
        match self.streams.cover(stream, spans) {
            Change::Nothing => {}
            Change::Extended { from, until } => self.wake(from, until),
            Change::Other => self.dirty_all(),
        }
    }

    /// Time goes on. It never goes back.
    pub fn advance(&mut self, now: Millis) {
        if now > self.now {
            self.wake(self.now, now);
            self.now = now;
        }
    }

    /// Takes events in. Those of streams that the definition does not name are left out, and those that are known
    /// already too.
    pub fn ingest<'a>(&mut self, readings: impl IntoIterator<Item = Reading<'a>>) {
        for reading in readings {
            let stream = self.streams.stream_of(reading.event.shard);
            let named = &self.definition.streams;
            if !named.is_empty() && !named.iter().any(|name| name == self.streams.name(stream)) {
                continue;
            }
            let mut event = reading.event;
            event.kind = self.name(&reading.kind, event.shard);
            event.source = self.name(&reading.source, event.shard);
            let changed = self.groups.insert(&reading.ids, event);
            self.states.resize_with(self.groups.len(), State::default);
            for group in changed {
                self.make_dirty(group);
            }
        }
    }

    /// Judges what may have changed.
    pub fn settle(&mut self) {
        while self.settle_some(usize::MAX) > 0 {}
    }

    /// As [`settle`](Self::settle), of at most so many groups: for who must let others ask in between. How many
    /// are left.
    pub fn settle_some(&mut self, most: usize) -> usize {
        let left = self.dirty.len().saturating_sub(most);
        let taken = self.dirty.split_off(left);
        let cursors = self.cursors();
        for group in taken {
            let settled = if self.groups.is_merged(group) {
                Settled::nothing()
            } else {
                self.settled(group, &cursors)
            };
            self.keep(group, settled);
        }
        left
    }

    /// How many groups are to be judged.
    pub fn waiting(&self) -> usize {
        self.dirty.len()
    }

    pub(crate) fn is_to_be_judged(&self, id: SagaId) -> bool {
        self.states[id.group as usize].is_dirty
    }

    /// When the mere passing of time changes something next, as far as it is known now.
    pub fn next_wake(&self) -> Option<Millis> {
        self.wakes.range((self.now, 0)..).next().map(|&(at, _)| at)
    }

    /// What is kept of every saga.
    pub(crate) fn summaries(&self) -> impl Iterator<Item = (SagaId, &Summary)> {
        (0..).zip(&self.states).flat_map(|(group, state)| {
            (0..)
                .zip(&state.sagas)
                .map(move |(part, summary)| (SagaId { group, part }, summary))
        })
    }

    /// Every saga, in the order in which their first events came.
    pub fn ids(&self) -> impl Iterator<Item = SagaId> {
        self.summaries().map(|(id, _)| id)
    }

    /// How many sagas there are.
    pub fn len(&self) -> usize {
        self.states.iter().map(|state| state.sagas.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One saga with everything that is said of it.
    pub fn saga(&self, id: SagaId) -> Option<Saga<'_>> {
        if id.group as usize >= self.groups.len() || self.groups.is_merged(id.group) {
            return None;
        }
        let case = self.case(self.groups.events(id.group));
        let part = parts(&case).into_iter().nth(id.part as usize)?;
        let own = part.events(case.events);
        let judgement = judge(&self.case(own.as_deref().unwrap_or(case.events)));
        Some(Saga::new(self, id, &part, own, judgement))
    }

    /// Whether everything from an event until `due` was captured on all streams.
    pub(crate) fn reach(&self, event: &Event, due: Millis) -> Reach {
        let case = self.case(&[]);
        case.frontier
            .reach(&self.watched.all, event.arrival.max(event.time), due)
    }

    pub(crate) fn sagas_in(&self, group: u32) -> usize {
        self.states[group as usize].sagas.len()
    }

    /// The sagas of a group that carry one of these ids, as events keep them.
    pub(crate) fn parts_with(&self, group: u32, ids: &[ShortHash]) -> Vec<u32> {
        let events = self.groups.events(group);
        let carries = |event: &Event| self.groups.kept_ids(event).any(|id| ids.contains(&id));
        let of_part = |part: &Part| match &part.places {
            Some(places) => places.iter().any(|&place| carries(&events[place])),
            None => events.iter().any(carries),
        };
        let numbered = parts(&self.case(events)).into_iter().zip(0..);
        numbered
            .filter(|(part, _)| of_part(part))
            .map(|(_, number)| number)
            .collect()
    }

    /// The type of the last event of each of a group's sagas.
    pub(crate) fn last_events(&self, group: u32) -> Vec<&str> {
        let events = self.groups.events(group);
        let kind = |event: Option<&Event>| event.map_or("", |event| self.names.text(event.kind));
        if self.sagas_in(group) < 2 {
            return vec![kind(events.last())];
        }
        let parts = parts(&self.case(events)).into_iter();
        let last = |part: Part| match part.places {
            Some(places) => places.last().and_then(|&place| events.get(place)),
            None => events.last(),
        };
        parts.map(|part| kind(last(part))).collect()
    }

    pub(crate) fn events_of(&self, group: u32) -> &[Event] {
        self.groups.events(group)
    }

    fn case<'a>(&'a self, events: &'a [Event]) -> Case<'a> {
        Case {
            definition: &self.definition,
            streams: &self.streams,
            watched: &self.watched,
            names: &self.names,
            events,
            causes: Causes::default(),
            frontier: Frontier::new(&self.streams, self.now, self.definition.clock.skew_millis),
        }
    }

    fn settled(&self, group: u32, cursors: &[Millis]) -> Settled {
        let events = self.groups.events(group);
        let whole = self.case(events);
        let parts = parts(&whole);
        let asked = whole.frontier;
        let mut sagas = SmallVec::new();
        for part in &parts {
            let own = part.events(events);
            let case = self.case(own.as_deref().unwrap_or(events));
            let judgement: Judgement = judge(&case);
            let Part { key, life, .. } = *part;
            sagas.push(Summary::new(
                &judgement,
                case.events,
                &self.streams,
                (key, life),
            ));
            asked.also(case.frontier);
        }
        let asked = asked.into_asked();
        let next = |&cursor: &Millis| {
            asked
                .get(asked.partition_point(|&time| time < cursor))
                .copied()
        };
        let mut wakes: SmallVec<[Millis; 2]> = cursors.iter().filter_map(next).collect();
        wakes.sort_unstable();
        wakes.dedup();
        Settled { sagas, wakes }
    }

    fn keep(&mut self, group: u32, settled: Settled) {
        let state = &mut self.states[group as usize];
        state.is_dirty = false;
        if state.wakes != settled.wakes {
            for &wake in &state.wakes {
                self.wakes.remove(&(wake, group));
            }
            self.wakes
                .extend(settled.wakes.iter().map(|&wake| (wake, group)));
        }
        state.sagas = settled.sagas;
        state.wakes = settled.wakes;
    }

    /// What moves on: the time, and each stream's watermark.
    fn cursors(&self) -> SmallVec<[Millis; 8]> {
        let watermarks = self
            .streams
            .all()
            .filter_map(|stream| self.streams.spans(stream).last());
        let mut cursors: SmallVec<[Millis; 8]> = watermarks.map(|span| span.until).collect();
        cursors.push(self.now);
        cursors
    }

    fn wake(&mut self, from: Millis, until: Millis) {
        let due: Vec<u32> = self
            .wakes
            .range((from, 0)..(until, 0))
            .map(|&(_, group)| group)
            .collect();
        for group in due {
            self.make_dirty(group);
        }
    }

    fn make_dirty(&mut self, group: u32) {
        let state = &mut self.states[group as usize];
        if !state.is_dirty {
            state.is_dirty = true;
            self.dirty.push(group);
        }
    }

    fn dirty_all(&mut self) {
        for group in 0..self.states.len() as u32 {
            self.make_dirty(group);
        }
    }

    fn name(&mut self, said: &Said<'_>, shard: ShardKey) -> NameKey {
        match said {
            Said::Nothing => NameKey::NONE,
            Said::Known(key) => *key,
            Said::Text(text) => self.names.key(text),
            Said::BuiltIn(BuiltIn::Shard) => self.names.key(self.streams.shard_id(shard)),
            Said::BuiltIn(_) => self
                .names
                .key(self.streams.name(self.streams.stream_of(shard))),
        }
    }
}

impl Settled {
    fn nothing() -> Self {
        Self {
            sagas: SmallVec::new(),
            wakes: SmallVec::new(),
        }
    }
}
