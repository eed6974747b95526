//! From a group of events to its sagas: one per key, and one per life of a key that is used again.
//!
//! Pure, over the group's whole list: the same events give the same sagas, whatever came first.

use crate::{
    definition::{Reuse, Role},
    evaluate::{Case, MAX_SAGA_EVENTS, judge},
    event::{Event, ShortHash},
    frontier::Frontier,
};
use record::Millis;
use std::collections::{HashMap, HashSet};

/// One saga among the events of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// 0 where no event carries the key itself.
    pub key: ShortHash,
    /// Which life of the key, from 0.
    pub life: u32,
    /// Its events' places; `None` for all of them.
    pub places: Option<Vec<usize>>,
}

impl Part {
    pub fn events(&self, events: &[Event]) -> Option<Vec<Event>> {
        let places = self.places.as_ref()?;
        Some(places.iter().map(|&place| events[place].clone()).collect())
    }
}

/// `case` says what the verdict on an earlier life may depend on; its events are the whole group's.
pub(crate) fn parts(case: &Case<'_>) -> Vec<Part> {
    if case.events.len() > MAX_SAGA_EVENTS {
        return vec![Part {
            key: 0,
            life: 0,
            places: None,
        }];
    }
    let keys = keys(case.events);
    let by_key: Vec<(ShortHash, Option<Vec<usize>>)> = match keys.as_slice() {
        [] => vec![(0, None)],
        [key] => vec![(*key, None)],
        keys => by_key(case.events, keys),
    };
    let can_repeat = case.definition.correlate.reuse == Reuse::NewAfterTerminal;
    by_key
        .into_iter()
        .flat_map(|(key, places)| {
            let cuts = if can_repeat {
                cuts(case, places.as_deref())
            } else {
                Vec::new()
            };
            lives(case, key, places, &cuts)
        })
        .collect()
}

fn lives(case: &Case<'_>, key: ShortHash, places: Option<Vec<usize>>, cuts: &[usize]) -> Vec<Part> {
    if cuts.is_empty() {
        return vec![Part {
            key,
            life: 0,
            places,
        }];
    }
    let places = places.unwrap_or_else(|| (0..case.events.len()).collect());
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([places.len()]);
    starts
        .zip(ends)
        .zip(0..)
        .map(|((start, end), life)| Part {
            key,
            life,
            places: Some(places[start..end].to_vec()),
        })
        .collect()
}

/// The distinct keys, in the order of their first events.
fn keys(events: &[Event]) -> Vec<ShortHash> {
    let mut keyed = events.iter().map(|event| event.key).filter(|&key| key != 0);
    let Some(first) = keyed.next() else {
        return Vec::new();
    };
    let mut keys = vec![first];
    let mut seen = HashSet::from([first]);
    keys.extend(keyed.filter(|&key| key != first && seen.insert(key)));
    keys
}

/// Aliases led several keys together. An event with a key is that key's; one without belongs to the key that shares
/// its alias and, if that is not one, to the last of them that had begun.
fn by_key(events: &[Event], keys: &[ShortHash]) -> Vec<(ShortHash, Option<Vec<usize>>)> {
    let numbers: HashMap<ShortHash, usize> = keys.iter().copied().zip(0..).collect();
    let mut begun: Vec<Millis> = vec![Millis::MAX; keys.len()];
    let mut sharing: HashMap<ShortHash, Vec<usize>> = HashMap::new();
    for event in events.iter().filter(|event| event.key != 0) {
        let number = numbers[&event.key];
        begun[number] = begun[number].min(event.time);
        let sharing = sharing.entry(event.alias).or_default();
        if event.alias != 0 && !sharing.contains(&number) {
            sharing.push(number);
        }
    }
    // keys are in the order of their first events: the last one that had begun is the last that is early enough
    let owner = |event: &Event| {
        let shared = sharing
            .get(&event.alias)
            .filter(|shared| event.alias != 0 && !shared.is_empty());
        match shared {
            Some(shared) => {
                let last_begun = shared
                    .iter()
                    .copied()
                    .filter(|&number| begun[number] <= event.time)
                    .max();
                last_begun.unwrap_or(shared[0])
            }
            None => begun
                .partition_point(|&begun| begun <= event.time)
                .saturating_sub(1),
        }
    };
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); keys.len()];
    for (place, event) in events.iter().enumerate() {
        let number = if event.key == 0 {
            owner(event)
        } else {
            numbers[&event.key]
        };
        places[number].push(place);
    }
    keys.iter()
        .copied()
        .zip(places.into_iter().map(Some))
        .collect()
}

/// Where a start follows an end: places within `places`.
fn cuts(case: &Case<'_>, places: Option<&[usize]>) -> Vec<usize> {
    let count = places.map_or(case.events.len(), <[usize]>::len);
    let event = |at: usize| &case.events[places.map_or(at, |places| places[at])];
    let starts: Vec<usize> = (0..count)
        .filter(|&at| {
            case.definition
                .roles
                .of(event(at).kind.0)
                .contains(&Role::Start)
        })
        .collect();
    let mut cuts = Vec::new();
    let mut begin = 0;
    for (number, &start) in starts.iter().enumerate().skip(1) {
        let is_again = starts[..number]
            .iter()
            .any(|&earlier| is_same(event(earlier), event(start)));
        if is_again || begin == start {
            continue;
        }
        let life: Vec<Event> = (begin..start).map(|at| event(at).clone()).collect();
        if has_ended(case, &life) {
            cuts.push(start);
            begin = start;
        }
    }
    cuts
}

fn is_same(a: &Event, b: &Event) -> bool {
    a.payload == b.payload || (a.id != 0 && a.id == b.id)
}

fn has_ended(case: &Case<'_>, life: &[Event]) -> bool {
    let frontier = Frontier::new(case.streams, case.frontier.now, case.frontier.skew_millis);
    let earlier = Case {
        events: life,
        frontier,
        ..*case
    };
    let is_terminal = judge(&earlier).status.is_terminal();
    case.frontier.also(earlier.frontier);
    is_terminal
}
