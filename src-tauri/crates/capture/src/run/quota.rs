//! How many records a capture with a count may still take, shared by all shards of all its streams.

use crate::shard::Grant;
use std::sync::{Mutex, PoisonError};
use store::{StoredCapture, Until};

/// In user records. A share is taken before a page is looked at; what the page did not need is given back.
#[derive(Debug)]
pub(super) struct Quota(Mutex<u64>);

impl Quota {
    pub(super) fn new(records: u64) -> Self {
        Self(Mutex::new(records))
    }

    /// What its count leaves beside what it covers already; none where it has no count.
    pub(super) fn of(capture: &StoredCapture) -> Option<Self> {
        let counts = capture.streams.iter().filter_map(|stream| stream.until);
        let count = counts.filter_map(|until| match until {
            Until::Records(count) => Some(count),
            Until::Time(_) => None,
        });
        count
            .max()
            .map(|count| Self::new(count.saturating_sub(capture.records)))
    }

    pub(super) fn take(&self, wanted: u64) -> Grant {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let records = wanted.min(*left);
        let is_last = *left <= wanted;
        *left -= records;
        Grant { records, is_last }
    }

    pub(super) fn give_back(&self, records: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += records;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_never_exceed_the_quota() {
        let quota = Quota::new(10);
        assert_eq!(
            quota.take(4),
            Grant {
                records: 4,
                is_last: false
            }
        );
        assert_eq!(
            quota.take(6),
            Grant {
                records: 6,
                is_last: true
            }
        );
        assert_eq!(
            quota.take(3),
            Grant {
                records: 0,
                is_last: true
            }
        );
        quota.give_back(2);
        assert_eq!(
            quota.take(3),
            Grant {
                records: 2,
                is_last: true
            }
        );
    }
}
