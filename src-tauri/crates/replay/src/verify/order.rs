//! Whether the records of each key came in the order in which they were sent.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

/// The latest position of each key on one target shard, by the key's hash.
#[derive(Default)]
pub(super) struct KeyOrder {
    hasher: RandomState,
    latest: HashMap<u64, u64>,
}

impl KeyOrder {
    /// Order holds within a shard only.
    pub fn next_shard(&mut self) {
        self.latest.clear();
    }

    /// Takes a record in; false if one that was sent after it is there already.
    pub fn follows(&mut self, key: &str, position: u64) -> bool {
        let latest = self
            .latest
            .entry(self.hasher.hash_one(key))
            .or_insert(position);
        let follows = *latest <= position;
        *latest = position.max(*latest);
        follows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_order() {
        let mut keys = KeyOrder::default();
        assert!(
            keys.follows("a", 5)
                && keys.follows("b", 1)
                && keys.follows("a", 5)
                && keys.follows("a", 9)
        );
        assert!(!keys.follows("a", 8));
        assert!(keys.follows("b", 2) && !keys.follows("b", 1));
        keys.next_shard();
        assert!(keys.follows("a", 1));
    }
}
