//! Which events belong together: ids that occurred in one event are ids of one group.
//!
//! A group is what is connected by ids, whatever came first, so the order of arrival does not matter. A group is
//! one saga, or several: see [`parts`](crate::parts).

use crate::event::{Event, RecordHandle, ShortHash, short_hash};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashTable};
use smallvec::SmallVec;
use std::{borrow::Cow, hash::BuildHasher};

const NONE: u32 = u32::MAX;
const HASHER: FixedState = FixedState::with_seed(0x7361_6761);

#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    ids: Vec<Id>,
    table: HashTable<u32>,
    all: Vec<Group>,
    /// An event keeps its first alias; its other ones, of the few that have several, are here.
    more: HashMap<(RecordHandle, u16), SmallVec<[u32; 2]>, FixedState>,
}

/// An id and the group that it led to when it was last asked for.
#[derive(Clone, Debug)]
struct Id {
    text: Box<str>,
    group: u32,
    /// The next id of the same group.
    next: u32,
    /// 0 for the saga's key, from 1 for its aliases.
    name: u8,
}

#[derive(Clone, Debug)]
struct Group {
    /// In the order in which they are told.
    events: Vec<Event>,
    first_id: u32,
    last_id: u32,
    merged_into: u32,
}

impl Groups {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether a group was taken into another one.
    pub fn is_merged(&self, group: u32) -> bool {
        self.all[group as usize].merged_into != NONE
    }

    pub fn events(&self, group: u32) -> &[Event] {
        &self.all[group as usize].events
    }

    /// The ids of a group, by name and text, in no order.
    pub fn ids(&self, group: u32) -> impl Iterator<Item = (u8, &str)> {
        let mut at = self.all[group as usize].first_id;
        std::iter::from_fn(move || {
            let id = self.ids.get(at as usize)?;
            at = id.next;
            Some((id.name, id.text.as_ref()))
        })
    }

    /// All ids of an event, as events keep them; 0 for none.
    pub fn kept_ids(&self, event: &Event) -> impl Iterator<Item = ShortHash> {
        let more = self.more.get(&(event.record, event.part));
        let more = more.into_iter().flatten().map(|&id| {
            let id = &self.ids[id as usize];
            kept(id.name, &id.text)
        });
        [event.key, event.alias].into_iter().chain(more)
    }

    /// The group of an id.
    pub fn find(&self, name: u8, text: &str) -> Option<u32> {
        let found = self
            .table
            .find(hashed(name, text), |&id| self.is_id(id, name, text));
        found.map(|&id| self.root(self.ids[id as usize].group))
    }

    /// Every id in which `text` occurs, in capital letters or not: its group, and how events keep it. In no order.
    pub fn search(&self, text: &str) -> impl Iterator<Item = (u32, ShortHash)> {
        let wanted = text.to_lowercase();
        self.ids
            .iter()
            .filter(move |id| occurs(&id.text, &wanted))
            .map(|id| (self.root(id.group), kept(id.name, &id.text)))
    }

    /// Takes an event in; the groups that it changed: its own first, and those that its own took in. None for an
    /// event that is known already, unless it is known now that a replay of ours wrote it.
    pub fn insert(&mut self, ids: &[(u8, Cow<'_, str>)], event: Event) -> SmallVec<[u32; 4]> {
        let has_more = ids.iter().filter(|(name, _)| *name != 0).count() > 1;
        let ids: SmallVec<[u32; 4]> = ids
            .iter()
            .map(|(name, text)| self.id(*name, text))
            .collect();
        let mut groups: SmallVec<[u32; 4]> = SmallVec::new();
        for &id in &ids {
            let group = self.ids[id as usize].group;
            if group != NONE {
                let root = self.root(group);
                self.ids[id as usize].group = root;
                if !groups.contains(&root) {
                    groups.push(root);
                }
            }
        }
        // the largest takes the others in
        groups.sort_by_key(|&group| std::cmp::Reverse(self.all[group as usize].events.len()));
        if groups.is_empty() {
            groups.push(self.new_group());
        }
        let group = groups[0];
        for &other in groups.iter().skip(1) {
            self.merge(group, other);
        }
        for &id in &ids {
            if self.ids[id as usize].group == NONE {
                self.attach(id, group);
            }
        }
        if has_more {
            self.keep_more(&ids, &event);
        }
        let has_changed = insert_sorted(&mut self.all[group as usize].events, event);
        if !has_changed && groups.len() == 1 {
            groups.clear();
        }
        groups
    }

    fn keep_more(&mut self, ids: &[u32], event: &Event) {
        let aliases = ids.iter().filter(|&&id| self.ids[id as usize].name != 0);
        let more = aliases.copied().skip(1).collect();
        self.more.insert((event.record, event.part), more);
    }

    fn id(&mut self, name: u8, text: &str) -> u32 {
        let hash = hashed(name, text);
        if let Some(&id) = self.table.find(hash, |&id| self.is_id(id, name, text)) {
            return id;
        }
        let id = self.ids.len() as u32;
        self.ids.push(Id {
            text: text.into(),
            group: NONE,
            next: NONE,
            name,
        });
        let ids = &self.ids;
        self.table.insert_unique(hash, id, |&id| {
            hashed(ids[id as usize].name, &ids[id as usize].text)
        });
        id
    }

    fn is_id(&self, id: u32, name: u8, text: &str) -> bool {
        let id = &self.ids[id as usize];
        id.name == name && &*id.text == text
    }

    fn root(&self, group: u32) -> u32 {
        let mut root = group;
        while self.all[root as usize].merged_into != NONE {
            root = self.all[root as usize].merged_into;
        }
        root
    }

    fn new_group(&mut self) -> u32 {
        self.all.push(Group {
            events: Vec::new(),
            first_id: NONE,
            last_id: NONE,
            merged_into: NONE,
        });
        (self.all.len() - 1) as u32
    }

    fn attach(&mut self, id: u32, group: u32) {
        self.ids[id as usize].group = group;
        let last = self.all[group as usize].last_id;
        match self.ids.get_mut(last as usize) {
            Some(last) => last.next = id,
            None => self.all[group as usize].first_id = id,
        }
        self.all[group as usize].last_id = id;
    }

    fn merge(&mut self, into: u32, from: u32) {
        let taken = &mut self.all[from as usize];
        taken.merged_into = into;
        let (first, last) = (taken.first_id, taken.last_id);
        (taken.first_id, taken.last_id) = (NONE, NONE);
        let events = std::mem::take(&mut taken.events);
        let group = &mut self.all[into as usize];
        group.events.extend(events);
        group.events.sort_by(|a, b| a.told_key().cmp(&b.told_key()));
        if let Some(end) = self.ids.get_mut(group.last_id as usize) {
            end.next = first;
        }
        if last != NONE {
            group.last_id = last;
        }
    }
}

/// False if the event is there already: a record that was read again. That a replay wrote it may be known later than the
/// record itself.
fn insert_sorted(events: &mut Vec<Event>, event: Event) -> bool {
    let place = match events.last() {
        Some(last) if last.told_key() < event.told_key() => events.len(),
        None => 0,
        Some(_) => match events.binary_search_by(|known| known.told_key().cmp(&event.told_key())) {
            Ok(place) => {
                let is_news = event.replayed && !events[place].replayed;
                events[place].replayed |= event.replayed;
                return is_news;
            }
            Err(place) => place,
        },
    };
    if events.len() == events.capacity() {
        // most sagas are short: doubling would cost more than it saves
        events.reserve_exact((events.len() / 2).max(4));
    }
    events.insert(place, event);
    true
}

/// Whether a text in small letters occurs.
fn occurs(text: &str, wanted: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(wanted);
    }
    // hundreds of thousands of ids are looked through at every key that is typed: none is copied
    let Some((first, rest)) = wanted.as_bytes().split_first() else {
        return true;
    };
    let bytes = text.as_bytes();
    (0..(bytes.len() + 1).saturating_sub(wanted.len())).any(|at| {
        bytes[at].eq_ignore_ascii_case(first)
            && bytes[at + 1..at + wanted.len()].eq_ignore_ascii_case(rest)
    })
}

fn hashed(name: u8, text: &str) -> u64 {
    HASHER.hash_one((name, text))
}

/// How an event keeps its key and its first alias.
pub(crate) fn kept(name: u8, text: &str) -> u32 {
    short_hash(text.as_bytes()) ^ u32::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{NameKey, RecordHandle, Sequence, ShardKey};
    use record::Millis;

    fn event(number: u64) -> Event {
        Event {
            record: RecordHandle(number),
            time: Millis(number as i64),
            arrival: Millis(number as i64),
            sequence: Sequence::new(&number.to_string().parse().expect("a number")),
            shard: ShardKey(0),
            sub: 0,
            part: 0,
            kind: NameKey::NONE,
            source: NameKey::NONE,
            id: 0,
            cause: 0,
            payload: 1,
            key: 0,
            alias: 0,
            partition_key: 0,
            replayed: false,
            has_own_time: false,
        }
    }

    fn groups(events: &[(u64, &[(u8, &'static str)])]) -> Groups {
        let mut groups = Groups::default();
        for (number, ids) in events {
            let ids: Vec<(u8, Cow<'_, str>)> = ids
                .iter()
                .map(|&(name, text)| (name, text.into()))
                .collect();
            groups.insert(&ids, event(*number));
        }
        groups
    }

    fn members(groups: &Groups, name: u8, text: &str) -> Vec<u64> {
        let group = groups.find(name, text).expect("a group");
        groups
            .events(group)
            .iter()
            .map(|event| event.record.0)
            .collect()
    }

    #[test]
    fn an_alias_is_learned_from_the_event_that_carries_both() {
        let groups = groups(&[
            (1, &[(0, "s")]),
            (3, &[(1, "o")]),
            (2, &[(0, "s"), (1, "o")]),
            (4, &[(1, "o")]),
        ]);
        assert_eq!(members(&groups, 0, "s"), [1, 2, 3, 4]);
        assert_eq!(members(&groups, 1, "o"), [1, 2, 3, 4]);
        let group = groups.find(0, "s").expect("a group");
        let mut ids: Vec<_> = groups.ids(group).collect();
        ids.sort_unstable();
        assert_eq!(ids, [(0, "s"), (1, "o")]);
    }

    #[test]
    fn an_alias_is_not_a_key_of_the_same_text() {
        let groups = groups(&[(1, &[(0, "7")]), (2, &[(1, "7")])]);
        assert_eq!(members(&groups, 0, "7"), [1]);
        assert_eq!(members(&groups, 1, "7"), [2]);
    }

    #[test]
    fn what_was_read_again_is_there_once() {
        let mut groups = groups(&[(1, &[(0, "s")]), (2, &[(0, "s")])]);
        assert!(groups.insert(&[(0, "s".into())], event(1)).is_empty());
        assert_eq!(members(&groups, 0, "s"), [1, 2]);
    }

    #[test]
    fn capital_letters_make_no_difference_to_a_search() {
        assert!(occurs("ORD-00Ab", &"d-00aB".to_lowercase()));
        assert!(occurs("ORD", "") && occurs("ord", "ord") && !occurs("or", "ord"));
        assert!(occurs("GRÜN-1", "rün") && !occurs("GRÜN-1", "run"));
    }

    #[test]
    fn chains_of_aliases_join_late() {
        let groups = groups(&[
            (1, &[(0, "s"), (1, "a")]),
            (2, &[(2, "b"), (3, "c")]),
            (3, &[(3, "c")]),
            (4, &[(1, "a"), (2, "b")]),
            (5, &[(0, "t")]),
        ]);
        assert_eq!(members(&groups, 3, "c"), [1, 2, 3, 4]);
        assert_eq!(members(&groups, 0, "t"), [5]);
        assert_eq!(groups.search("T").count(), 1);
    }
}
