//! A few results that were dear to make, the one asked last kept longest. It makes none itself.

use crate::engine::locked;
use std::sync::{Arc, Mutex};

/// Holds at most `MOST`.
pub(crate) struct Recent<K, V, const MOST: usize>(Mutex<Vec<(K, Arc<V>)>>);

impl<K, V, const MOST: usize> Default for Recent<K, V, MOST> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, V, const MOST: usize> Recent<K, V, MOST> {
    /// What is kept, or else what `make` makes. Two at once may both make it.
    pub fn get_or(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some(known) = self.get(&key) {
            return known;
        }
        let value = Arc::new(make());
        self.keep(key, Arc::clone(&value));
        value
    }

    fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut kept = locked(&self.0);
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at);
        kept.push(found);
        kept.last().map(|(_, value)| Arc::clone(value))
    }

    fn keep(&self, key: K, value: Arc<V>) {
        let mut kept = locked(&self.0);
        kept.retain(|(known, _)| *known != key);
        if kept.len() >= MOST {
            kept.remove(0);
        }
        kept.push((key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_longest_ago_goes_first() {
        let recent: Recent<u32, u32, 2> = Recent::default();
        let mut made = Vec::new();
        for key in [1, 2, 1, 3, 1, 2] {
            recent.get_or(key, || {
                made.push(key);
                key
            });
        }
        assert_eq!(made, [1, 2, 3, 2]);
    }
}
