//! How many records a capture with a count may still take, shared by all shards of all its streams.
//!
//! It knows numbers only: which records they are is decided by whoever takes them.

use std::sync::{Mutex, PoisonError};
use store::{StoredCapture, Until};
use tokio::sync::watch;

/// In user records. Shards take from it one after the other, each when it knows what it takes: what one could
/// have taken and did not is never missing for the next.
#[derive(Debug)]
pub(super) struct Quota {
    left: Mutex<u64>,
    /// Nothing is left, and nothing comes back.
    spent: watch::Sender<bool>,
}

impl Quota {
    pub(super) fn new(records: u64) -> Self {
        Self {
            left: Mutex::new(records),
            spent: watch::Sender::new(records == 0),
        }
    }

    /// What its count leaves beside what it covers already; none where it has no count. All streams of a capture
    /// have the same end.
    pub(super) fn of(capture: &StoredCapture) -> Option<Self> {
        let mut ends = capture.streams.iter().filter_map(|stream| stream.until);
        let count = ends.find_map(|until| match until {
            Until::Records(count) => Some(count),
            Until::Time(_) => None,
        });
        count.map(|count| Self::new(count.saturating_sub(capture.records)))
    }

    /// `decide` hears what is left, and answers with what it took of it; nobody else decides meanwhile. The
    /// aggregate that reaches the count is kept whole, so that it may be more.
    pub(super) fn take<T>(&self, decide: impl FnOnce(u64) -> (T, u64)) -> T {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (decided, taken) = decide(*left);
        *left = left.saturating_sub(taken);
        if *left == 0 {
            self.spent.send_replace(true);
        }
        decided
    }

    pub(super) fn is_spent(&self) -> bool {
        *self.spent.borrow()
    }

    pub(super) async fn spent(&self) {
        // never closed: the sender is here
        let _ = self.spent.subscribe().wait_for(|is_spent| *is_spent).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_never_exceed_the_quota() {
        let quota = Quota::new(10);
        assert_eq!(quota.take(|left| (left, 4)), 10);
        assert_eq!(quota.take(|left| (left, 5)), 6);
        assert!(!quota.is_spent());
        assert_eq!(quota.take(|left| (left, 3)), 1, "an aggregate of three");
        assert!(quota.is_spent());
        assert_eq!(quota.take(|left| (left, 0)), 0);
    }

    /// Of two pages of six, each with four that are known already, both new ones fit into ten: the second must not
    /// be cut because the first could have been all new.
    #[test]
    fn what_a_page_could_have_taken_is_not_missing_for_the_next() {
        let quota = Quota::new(10);
        let left = std::thread::scope(|scope| {
            let second = quota.take(|_| {
                let asked = scope.spawn(|| quota.take(|left| (left, 2)));
                (asked, 2)
            });
            second.join().expect("decided")
        });
        assert_eq!(left, 8, "as if the pages had come one after the other");
        assert!(!quota.is_spent());
    }

    #[tokio::test]
    async fn whoever_waits_hears_that_it_is_spent() {
        let quota = Quota::new(2);
        let ((), taken) = tokio::join!(quota.spent(), async { quota.take(|left| (left, left)) });
        assert_eq!(taken, 2);
        Quota::new(0).spent().await;
    }
}
