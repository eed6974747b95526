//! Which saga an id, or a record, leads to. It judges nothing.

use super::Engine;
use crate::{
    event::RecordHandle,
    parts::{Part, parts},
    saga::{NamedId, SagaId, key},
};
use std::collections::HashSet;

impl Engine {
    /// The sagas that have this id, as their key or as any alias.
    pub fn find(&self, id: &str) -> Vec<SagaId> {
        let names = 0..=self.definition.correlate.aliases.len() as u8;
        let mut groups: Vec<u32> = names
            .filter_map(|name| self.groups.find(name, id))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        let parts = |&group: &u32| {
            (0..self.states[group as usize].sagas.len() as u32)
                .map(move |part| SagaId { group, part })
        };
        groups.iter().flat_map(parts).collect()
    }

    /// The saga that this record's event belongs to. Looks through all events: a few milliseconds for a million.
    pub fn holding(&self, record: RecordHandle) -> Option<SagaId> {
        let place_in = |group: u32| {
            let mut events = self.groups.events(group).iter();
            events.position(|event| event.record == record)
        };
        let groups = 0..self.groups.len() as u32;
        let (group, place) = groups
            .filter(|&group| !self.groups.is_merged(group))
            .find_map(|group| Some((group, place_in(group)?)))?;
        let parts = parts(&self.case(self.groups.events(group)));
        let holds = |places: &Vec<usize>| places.contains(&place);
        let part = parts
            .iter()
            .position(|part| part.places.as_ref().is_none_or(holds))?;
        Some(SagaId {
            group,
            part: part as u32,
        })
    }

    /// The sagas with an event in at least one of some records. Looks through all events.
    pub fn holding_any(&self, is_one: impl Fn(RecordHandle) -> bool) -> HashSet<SagaId> {
        let groups = 0..self.groups.len() as u32;
        let mut found = HashSet::new();
        for group in groups.filter(|&group| !self.groups.is_merged(group)) {
            let events = self.groups.events(group);
            if !events.iter().any(|event| is_one(event.record)) {
                continue;
            }
            let holds = |part: &Part| {
                let holds = |&place: &usize| is_one(events[place].record);
                part.places
                    .as_ref()
                    .is_none_or(|places| places.iter().any(holds))
            };
            let parts = parts(&self.case(events)).into_iter().zip(0..);
            let held = parts.filter(|(part, _)| holds(part));
            found.extend(held.map(|(_, part)| SagaId { group, part }));
        }
        found
    }

    /// A saga's key and which life of it it is, without a verdict.
    pub fn name_of(&self, id: SagaId) -> Option<(NamedId, u32)> {
        let state = self.states.get(id.group as usize)?;
        let summary = state.sagas.get(id.part as usize)?;
        Some((key(self, id.group, summary.key), summary.life))
    }
}
