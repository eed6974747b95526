//! A map that holds so many keys and no more, whose content does not depend on the order in which
//! they came: it keeps those with the smallest hashes, each with all that was told of it.

use super::distinct::hash;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(super) struct Capped<T> {
    entries: BTreeMap<Key, Entry<T>>,
    most: usize,
    /// The first key that is left out.
    end: Option<Key>,
    left_out: u64,
}

type Key = (u64, Vec<u8>);

/// Of a key that is longer, its beginning is kept and a hash of the rest besides the whole's own.
const MAX_KEY_BYTES: usize = 256;

/// Two keys are kept alike only where both hashes, the length and the beginning are.
fn kept(mut key: Vec<u8>) -> Vec<u8> {
    if key.len() > MAX_KEY_BYTES {
        let (len, rest) = (key.len() as u64, hash(&key[MAX_KEY_BYTES..]));
        key.truncate(MAX_KEY_BYTES);
        key.extend(rest.to_le_bytes());
        key.extend(len.to_le_bytes());
        key.shrink_to_fit();
    }
    key
}

#[derive(Clone, Debug)]
struct Entry<T> {
    value: T,
    records: u64,
}

impl<T> Capped<T> {
    pub fn new(most: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            most,
            end: None,
            left_out: 0,
        }
    }

    /// Takes in a record under a key.
    pub fn update(&mut self, key: Vec<u8>, make: impl FnOnce() -> T, change: impl FnOnce(&mut T)) {
        let key = (hash(&key), kept(key));
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.records += 1;
            change(&mut entry.value);
            return;
        }
        if self.end.as_ref().is_some_and(|end| key >= *end) {
            self.left_out += 1;
            return;
        }
        let mut value = make();
        change(&mut value);
        self.entries.insert(key, Entry { value, records: 1 });
        self.shrink();
    }

    pub fn merge(&mut self, other: Self, change: impl Fn(&mut T, T)) {
        self.left_out += other.left_out;
        for (key, theirs) in other.entries {
            match self.entries.get_mut(&key) {
                Some(ours) => {
                    ours.records += theirs.records;
                    change(&mut ours.value, theirs.value);
                }
                None => {
                    self.entries.insert(key, theirs);
                }
            }
        }
        // what one side left out may be incomplete on the other
        self.end = match (self.end.take(), other.end) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        if let Some(end) = &self.end {
            let beyond = self.entries.split_off(end);
            self.left_out += beyond.values().map(|entry| entry.records).sum::<u64>();
        }
        self.shrink();
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.values().map(|entry| &entry.value)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Records whose keys are not kept.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    fn shrink(&mut self) {
        while self.entries.len() > self.most {
            if let Some((key, entry)) = self.entries.pop_last() {
                self.left_out += entry.records;
                self.end = Some(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(keys: &[u8]) -> Capped<u64> {
        let mut counts = Capped::new(5);
        for &key in keys {
            counts.update(vec![key], || 0, |count| *count += 1);
        }
        counts
    }

    fn content(counts: &Capped<u64>) -> (Vec<(Vec<u8>, u64)>, u64) {
        let entries = counts
            .entries
            .iter()
            .map(|(key, entry)| (key.1.clone(), entry.value));
        (entries.collect(), counts.left_out())
    }

    #[test]
    fn long_keys_differ_in_their_ends_and_cost_little() {
        let mut counts = Capped::new(5);
        let mut key = vec![b'k'; 60_000];
        for last in [1, 2, 1] {
            *key.last_mut().expect("not empty") = last;
            counts.update(key.clone(), || 0, |count| *count += 1);
        }
        let mut told: Vec<i32> = counts.values().copied().collect();
        told.sort_unstable();
        assert_eq!(told, [1, 2]);
        assert!(counts.entries.keys().all(|(_, key)| key.capacity() < 512));
    }

    proptest! {
        #[test]
        fn neither_order_nor_halves_matter(keys in proptest::collection::vec(0u8..12, 0..60), cut in 0usize..60) {
            let whole = counted(&keys);
            let (left, right) = keys.split_at(cut.min(keys.len()));
            let mut merged = counted(right);
            merged.merge(counted(left), |ours, theirs| *ours += theirs);
            prop_assert_eq!(content(&merged), content(&whole));
            let reversed: Vec<u8> = keys.iter().rev().copied().collect();
            prop_assert_eq!(content(&counted(&reversed)), content(&whole));
            for (key, count) in content(&whole).0 {
                let exact = keys.iter().map(|&k| u64::from(k == key[0])).sum::<u64>();
                prop_assert_eq!(count, exact);
            }
            prop_assert!(whole.len() <= 5);
        }
    }
}
