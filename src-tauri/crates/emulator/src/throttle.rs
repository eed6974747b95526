//! The read limits of a shard: 5 calls a second, and 2 MB a second that a large page overdraws.
//!
//! After a page of 10 MiB a shard refuses for about five seconds, as AWS documents for `GetRecords`.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const WINDOW: Duration = Duration::from_secs(1);
const CALLS_PER_WINDOW: usize = 5;
const BYTES_PER_SECOND: f64 = 2.0 * 1024.0 * 1024.0;

#[derive(Debug, Default)]
pub(crate) struct ReadBudgets(Mutex<HashMap<(String, i64), ReadBudget>>);

#[derive(Debug)]
struct ReadBudget {
    calls: VecDeque<Instant>,
    /// Negative while a large page is being paid off.
    bytes_left: f64,
    refilled_at: Instant,
}

impl ReadBudgets {
    /// Takes one call from the shard's budget; false if it has none left.
    pub fn reserve(&self, stream: &str, shard_index: i64, now: Instant) -> bool {
        let mut budgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let budget = budgets
            .entry((stream.to_owned(), shard_index))
            .or_insert_with(|| ReadBudget {
                calls: VecDeque::new(),
                bytes_left: BYTES_PER_SECOND,
                refilled_at: now,
            });
        budget.reserve(now)
    }

    /// Takes what a page weighed from the shard's budget.
    pub fn charge(&self, stream: &str, shard_index: i64, bytes: u64) {
        let mut budgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(budget) = budgets.get_mut(&(stream.to_owned(), shard_index)) {
            budget.bytes_left -= bytes as f64;
        }
    }
}

impl ReadBudget {
    fn reserve(&mut self, now: Instant) -> bool {
        let elapsed = now.duration_since(self.refilled_at).as_secs_f64();
        self.bytes_left = (self.bytes_left + elapsed * BYTES_PER_SECOND).min(BYTES_PER_SECOND);
        self.refilled_at = now;
        while self
            .calls
            .front()
            .is_some_and(|&call| now.duration_since(call) >= WINDOW)
        {
            self.calls.pop_front();
        }
        if self.calls.len() >= CALLS_PER_WINDOW || self.bytes_left <= 0.0 {
            return false;
        }
        self.calls.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_calls_a_second_for_each_shard() {
        let budgets = ReadBudgets::default();
        let start = Instant::now();
        let granted =
            |shard, millis| budgets.reserve("orders", shard, start + Duration::from_millis(millis));
        let five: Vec<bool> = (0..5).map(|call| granted(0, call * 100)).collect();
        assert_eq!(five, [true; 5]);
        assert!(!granted(0, 900), "a sixth call in the same second");
        assert!(granted(1, 900), "another shard has a budget of its own");
        assert!(granted(0, 1_000), "the first call is a second old");
        assert!(!granted(0, 1_050));
    }

    #[test]
    fn ten_mebibytes_are_paid_off_in_four_to_five_seconds() {
        let budgets = ReadBudgets::default();
        let start = Instant::now();
        assert!(budgets.reserve("orders", 0, start));
        budgets.charge("orders", 0, 10 << 20);
        assert!(!budgets.reserve("orders", 0, start + Duration::from_millis(3_900)));
        assert!(budgets.reserve("orders", 0, start + Duration::from_millis(4_100)));
    }
}
