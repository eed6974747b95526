//! How many records a capture with a count may still take, shared by the shards of a stream.

use std::sync::{Mutex, PoisonError};

#[derive(Debug)]
pub(super) struct Quota(Mutex<u64>);

/// A share taken before a page is looked at; what the page did not need is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) records: u64,
    /// The quota has no more than this.
    pub(super) is_last: bool,
}

impl Quota {
    pub(super) fn new(records: u64) -> Self {
        Self(Mutex::new(records))
    }

    pub(super) fn take(&self, wanted: u64) -> Share {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let records = wanted.min(*left);
        let is_last = *left <= wanted;
        *left -= records;
        Share { records, is_last }
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
            Share {
                records: 4,
                is_last: false
            }
        );
        assert_eq!(
            quota.take(6),
            Share {
                records: 6,
                is_last: true
            }
        );
        assert_eq!(
            quota.take(3),
            Share {
                records: 0,
                is_last: true
            }
        );
        quota.give_back(2);
        assert_eq!(
            quota.take(3),
            Share {
                records: 2,
                is_last: true
            }
        );
    }
}
