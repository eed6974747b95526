//! The shards of streams as they were last listed, kept for a short time: where a typed key lands is asked with
//! every letter. Listing again replaces what is kept. It asks nobody itself.

use crate::{ConnectionId, engine::locked};
use kinesis::ShardSummary;
use record::StreamName;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// A reshard shows after this time, or with the next listing.
const KEPT: Duration = Duration::from_secs(30);
const LISTS_MAX: usize = 64;

type Key = (ConnectionId, StreamName);

#[derive(Default)]
pub(crate) struct ShardLists(Mutex<HashMap<Key, Listed>>);

struct Listed {
    at: Instant,
    shards: Arc<[ShardSummary]>,
}

impl ShardLists {
    pub fn get(&self, key: &Key, now: Instant) -> Option<Arc<[ShardSummary]>> {
        locked(&self.0)
            .get(key)
            .filter(|listed| now.duration_since(listed.at) < KEPT)
            .map(|listed| Arc::clone(&listed.shards))
    }

    pub fn keep(&self, key: Key, shards: Arc<[ShardSummary]>, now: Instant) {
        let mut lists = locked(&self.0);
        lists.retain(|_, listed| now.duration_since(listed.at) < KEPT);
        let is_full = lists.len() >= LISTS_MAX && !lists.contains_key(&key);
        if let Some(oldest) = lists
            .iter()
            .min_by_key(|(_, listed)| listed.at)
            .map(|(key, _)| key.clone())
            .filter(|_| is_full)
        {
            lists.remove(&oldest);
        }
        lists.insert(key, Listed { at: now, shards });
    }

    pub fn forget(&self, key: &Key) {
        locked(&self.0).remove(key);
    }

    /// Of a connection that is closed.
    pub fn forget_all(&self, connection: ConnectionId) {
        locked(&self.0).retain(|(of, _), _| *of != connection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(connection: u64, stream: &str) -> Key {
        (
            ConnectionId(connection),
            stream.parse().expect("a stream's name"),
        )
    }

    #[test]
    fn a_list_is_kept_for_half_a_minute_and_goes_with_its_connection() {
        let lists = ShardLists::default();
        let now = Instant::now();
        let later = |seconds| now + Duration::from_secs(seconds);
        lists.keep(key(1, "orders"), Arc::new([]), now);
        assert!(lists.get(&key(1, "orders"), later(29)).is_some());
        assert!(lists.get(&key(1, "orders"), later(30)).is_none());
        assert!(lists.get(&key(2, "orders"), now).is_none());
        lists.forget_all(ConnectionId(1));
        assert!(lists.get(&key(1, "orders"), now).is_none());
    }

    #[test]
    fn the_oldest_of_many_lists_goes_first() {
        let lists = ShardLists::default();
        let now = Instant::now();
        for number in 0..=LISTS_MAX as u64 {
            let at = now + Duration::from_millis(number);
            lists.keep(key(1, &format!("stream-{number}")), Arc::new([]), at);
        }
        assert!(lists.get(&key(1, "stream-0"), now).is_none());
        assert!(lists.get(&key(1, "stream-1"), now).is_some());
        assert!(
            lists
                .get(&key(1, &format!("stream-{LISTS_MAX}")), now)
                .is_some()
        );
    }
}
