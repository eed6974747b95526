//! Calls and bytes a second, and how many calls the pace allowed: all over the same stretch of time, so that they can
//! be put beside each other. Pure: the clock is an argument.
//!
//! The stretch begins with the first call of the last ten seconds and ends now, or with the end of the time that
//! the last call and its bytes are allowed to fill alone: one call at one a second is one a second, and not ten.

use crate::shard::bytes_millis;
use record::Millis;
use std::collections::VecDeque;

const WINDOW_MILLIS: i64 = 10_000;
/// More than a polite pace can make in the window.
const CALLS_MAX: usize = 64;

#[derive(Clone, Debug, Default)]
pub(crate) struct Allowance {
    calls: VecDeque<Call>,
}

#[derive(Clone, Copy, Debug)]
struct Call {
    at: Millis,
    /// Until the next one.
    allowed_per_second: f64,
    /// Of its answer.
    bytes: u64,
}

/// Each a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Used {
    pub(crate) calls: f64,
    pub(crate) calls_allowed: f64,
    pub(crate) bytes: f64,
}

impl Allowance {
    /// A call goes out.
    pub(crate) fn called(&mut self, now: Millis, allowed_per_second: f64) {
        self.calls.push_back(Call {
            at: now,
            allowed_per_second,
            bytes: 0,
        });
        let gone = |call: &Call| now.since(call.at) >= WINDOW_MILLIS;
        while self.calls.len() > CALLS_MAX || self.calls.front().is_some_and(gone) {
            self.calls.pop_front();
        }
    }

    /// The answer shows what is allowed until the next call.
    pub(crate) fn answered(&mut self, allowed_per_second: f64) {
        if let Some(call) = self.calls.back_mut() {
            call.allowed_per_second = allowed_per_second;
        }
    }

    /// So much came with the answer.
    pub(crate) fn read(&mut self, bytes: u64) {
        if let Some(call) = self.calls.back_mut() {
            call.bytes = bytes;
        }
    }

    /// Nothing where the last ten seconds had no call.
    pub(crate) fn per_second(&self, now: Millis) -> Option<Used> {
        let recent: Vec<_> = self
            .calls
            .iter()
            .filter(|call| now.since(call.at) < WINDOW_MILLIS)
            .collect();
        let (first, last) = (recent.first()?, recent.last()?);
        let alone = (1000.0 / last.allowed_per_second).ceil() as i64;
        let alone = alone.max(bytes_millis(last.bytes));
        let end = now.max(last.at.saturating_add(alone));
        let ends = recent.iter().skip(1).map(|call| call.at).chain([end]);
        let allowed: f64 = recent
            .iter()
            .zip(ends)
            .map(|(call, end)| call.allowed_per_second * end.since(call.at) as f64)
            .sum();
        let millis = end.since(first.at).max(1) as f64;
        let bytes: u64 = recent.iter().map(|call| call.bytes).sum();
        Some(Used {
            calls: recent.len() as f64 * 1000.0 / millis,
            calls_allowed: allowed / millis,
            bytes: bytes as f64 * 1000.0 / millis,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Politeness;
    use proptest::prelude::*;

    fn calls(allowance: &Allowance, now: i64) -> (f64, f64) {
        let used = allowance.per_second(Millis(now)).expect("calls");
        (used.calls, used.calls_allowed)
    }

    #[test]
    fn a_shard_that_catches_up_and_then_follows_is_allowed_what_was_allowed_then() {
        let mut allowance = Allowance::default();
        for call in 0..23 {
            allowance.called(Millis(call * 220), 5.0);
        }
        let (calls_made, allowed) = calls(&allowance, 5_000);
        assert!(
            (calls_made - 4.6).abs() < 0.1 && (allowed - 5.0).abs() < 0.01,
            "{calls_made} of {allowed}"
        );
        allowance.answered(1.0);
        for call in 0..5 {
            allowance.called(Millis(5_890 + call * 1_050), 1.0);
        }
        let (calls_made, allowed) = calls(&allowance, 10_500);
        assert!(
            calls_made < allowed
                && (2.0..3.0).contains(&calls_made)
                && (2.0..4.0).contains(&allowed),
            "not the one call a second of now: {calls_made} of {allowed}"
        );
        assert_eq!(allowance.per_second(Millis(30_000)), None, "long ago");
    }

    #[test]
    fn the_first_call_of_an_idle_shard_is_its_whole_allowance() {
        let mut allowance = Allowance::default();
        allowance.called(Millis(7), 1.0);
        allowance.read(900);
        let used = Used {
            calls: 1.0,
            calls_allowed: 1.0,
            bytes: 900.0,
        };
        assert_eq!(allowance.per_second(Millis(8)), Some(used));
    }

    proptest! {
        /// Whoever waits as long as allowed after each call is never shown above the allowance.
        #[test]
        fn a_pace_that_keeps_to_its_allowance_never_looks_as_if_it_did_not(
            steps in proptest::collection::vec((any::<bool>(), 0i64..3_000, 0u64..9_000_000), 1..200),
            wait in 0i64..12_000,
        ) {
            let mut allowance = Allowance::default();
            let mut now = Millis(0);
            let bytes_allowed = Politeness::On.bytes_per_second().expect("a budget");
            let fits = |used: Option<Used>| used.is_none_or(|used| {
                used.calls <= used.calls_allowed + 1e-9 && used.bytes <= bytes_allowed + 1e-3
            });
            for (is_behind, idle, bytes) in steps {
                allowance.called(now, 1.0);
                let (allowed, least) = if is_behind { (5.0, 200) } else { (1.0, 1000) };
                allowance.answered(allowed);
                allowance.read(bytes);
                let used = allowance.per_second(now);
                prop_assert!(fits(used), "{used:?}");
                now = now.saturating_add(bytes_millis(bytes).max(least) + idle);
            }
            let used = allowance.per_second(now.saturating_add(wait));
            prop_assert!(fits(used), "{used:?}");
        }
    }
}
