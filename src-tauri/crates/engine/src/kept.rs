//! What an endpoint last said of its streams, kept for a short time: where a typed key lands is asked with every
//! letter. Asking again replaces what is kept. It asks nobody itself.

use crate::{ConnectionId, engine::locked};
use record::StreamName;
use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

/// A reshard shows after this time, or with the next question.
const KEPT: Duration = Duration::from_secs(30);
const STREAMS_MAX: usize = 64;

pub(crate) type Key = (ConnectionId, StreamName);

pub(crate) struct Kept<V>(Mutex<HashMap<Key, Said<V>>>);

struct Said<V> {
    at: Instant,
    what: V,
}

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> Kept<V> {
    pub fn get(&self, key: &Key, now: Instant) -> Option<V> {
        locked(&self.0)
            .get(key)
            .filter(|said| now.duration_since(said.at) < KEPT)
            .map(|said| said.what.clone())
    }

    pub fn keep(&self, key: Key, what: V, now: Instant) {
        let mut kept = locked(&self.0);
        kept.retain(|_, said| now.duration_since(said.at) < KEPT);
        let is_full = kept.len() >= STREAMS_MAX && !kept.contains_key(&key);
        if let Some(oldest) = kept
            .iter()
            .min_by_key(|(_, said)| said.at)
            .map(|(key, _)| key.clone())
            .filter(|_| is_full)
        {
            kept.remove(&oldest);
        }
        kept.insert(key, Said { at: now, what });
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
    fn what_was_said_is_kept_for_half_a_minute_and_goes_with_its_connection() {
        let kept = Kept::default();
        let now = Instant::now();
        let later = |seconds| now + Duration::from_secs(seconds);
        kept.keep(key(1, "orders"), (), now);
        assert!(kept.get(&key(1, "orders"), later(29)).is_some());
        assert!(kept.get(&key(1, "orders"), later(30)).is_none());
        assert!(kept.get(&key(2, "orders"), now).is_none());
        kept.forget_all(ConnectionId(1));
        assert!(kept.get(&key(1, "orders"), now).is_none());
    }

    #[test]
    fn the_oldest_of_many_goes_first() {
        let kept = Kept::default();
        let now = Instant::now();
        for number in 0..=STREAMS_MAX as u64 {
            let at = now + Duration::from_millis(number);
            kept.keep(key(1, &format!("stream-{number}")), (), at);
        }
        assert!(kept.get(&key(1, "stream-0"), now).is_none());
        assert!(kept.get(&key(1, "stream-1"), now).is_some());
        assert!(
            kept.get(&key(1, &format!("stream-{STREAMS_MAX}")), now)
                .is_some()
        );
    }
}
