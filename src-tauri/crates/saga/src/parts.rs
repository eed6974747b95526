//! From a group of events to its sagas: one per key, and one per life of a key that is used again.
//!
//! Pure, over the group's whole list: the same events give the same sagas, whatever came first.

use crate::{
    definition::{Reuse, Role},
    evaluate::{Case, MAX_SAGA_EVENTS, is_retry, judge},
    event::{Event, Hash, NameKey, ShortHash},
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
    let of_key = |(key, places): (ShortHash, Option<Vec<usize>>)| {
        let lives = if can_repeat {
            lives(case, places.as_deref())
        } else {
            None
        };
        let Some(lives) = lives else {
            return vec![Part {
                key,
                life: 0,
                places,
            }];
        };
        let part = |(life, places)| Part {
            key,
            life,
            places: Some(places),
        };
        (0..).zip(lives).map(part).collect()
    };
    by_key.into_iter().flat_map(of_key).collect()
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

/// The places of each life's events; `None` for one life of all. A start after an end begins a new one.
fn lives(case: &Case<'_>, places: Option<&[usize]>) -> Option<Vec<Vec<usize>>> {
    let count = places.map_or(case.events.len(), <[usize]>::len);
    let place = |at: usize| places.map_or(at, |places| places[at]);
    let is_start = |place: usize| {
        let roles = case.definition.roles.of(case.events[place].kind.0);
        roles.contains(&Role::Start)
    };
    // most have one start, and with that one life
    (0..count).filter(|&at| is_start(place(at))).nth(1)?;
    let mut lives: Vec<Vec<usize>> = vec![Vec::new()];
    let mut starts: Vec<usize> = Vec::new();
    let mut known = Known::default();
    for place in (0..count).map(place) {
        let event = &case.events[place];
        let current = lives.len() - 1;
        if is_start(place) {
            let mut earlier = starts.iter().map(|&start| &case.events[start]);
            let is_first = starts.is_empty();
            let is_again = earlier.any(|earlier| is_same(earlier, event));
            starts.push(place);
            if !is_first && !is_again && has_ended(case, &lives[current]) {
                lives.push(vec![place]);
                known.note(event, current + 1);
                continue;
            }
        }
        let life = known.life_of(event, current);
        lives[life].push(place);
    }
    (lives.len() > 1).then_some(lives)
}

fn is_same(a: &Event, b: &Event) -> bool {
    a.payload == b.payload || (a.id != 0 && a.id == b.id)
}

/// In which life each event was first: what repeats it is of that life too, also where it arrives in a later one.
#[derive(Default)]
struct Known {
    ids: HashMap<Hash, usize>,
    /// Of events without an id, with the arrival of the last that was no repetition.
    bytes: HashMap<(Hash, ShortHash, NameKey), (usize, Millis)>,
}

impl Known {
    fn life_of(&mut self, event: &Event, current: usize) -> usize {
        let earlier = if event.id != 0 {
            self.ids.get(&event.id).copied()
        } else {
            let known = self.bytes.get(&bytes(event));
            let is_repeated = |&&(_, arrival): &&(usize, Millis)| is_retry(event, arrival);
            known.filter(is_repeated).map(|&(life, _)| life)
        };
        earlier.unwrap_or_else(|| {
            self.note(event, current);
            current
        })
    }

    fn note(&mut self, event: &Event, life: usize) {
        if event.id != 0 {
            self.ids.insert(event.id, life);
        } else {
            self.bytes.insert(bytes(event), (life, event.arrival));
        }
    }
}

fn bytes(event: &Event) -> (Hash, ShortHash, NameKey) {
    (event.payload, event.partition_key, event.kind)
}

fn has_ended(case: &Case<'_>, life: &[usize]) -> bool {
    let events: Vec<Event> = life
        .iter()
        .map(|&place| case.events[place].clone())
        .collect();
    let earlier = case.of(&events);
    let is_terminal = judge(&earlier).status.is_terminal();
    case.frontier.also(earlier.frontier);
    is_terminal
}
