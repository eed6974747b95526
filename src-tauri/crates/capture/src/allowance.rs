//! Calls a second, and how many the pace allowed: both over the same stretch of time, so that they can be put
//! beside each other. Pure: the clock is an argument.
//!
//! The stretch begins with the first call of the last ten seconds and ends now, or with the end of the time that
//! the last call is allowed to fill alone: one call at one a second is one a second, and not ten.

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
}

impl Allowance {
    /// A call goes out.
    pub(crate) fn called(&mut self, now: Millis, allowed_per_second: f64) {
        self.calls.push_back(Call {
            at: now,
            allowed_per_second,
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

    /// Calls a second and calls a second allowed; nothing where the last ten seconds had none.
    pub(crate) fn per_second(&self, now: Millis) -> Option<(f64, f64)> {
        let recent: Vec<_> = self
            .calls
            .iter()
            .filter(|call| now.since(call.at) < WINDOW_MILLIS)
            .collect();
        let (first, last) = (recent.first()?, recent.last()?);
        let alone = (1000.0 / last.allowed_per_second).ceil() as i64;
        let end = now.max(last.at.saturating_add(alone));
        let ends = recent.iter().skip(1).map(|call| call.at).chain([end]);
        let allowed: f64 = recent
            .iter()
            .zip(ends)
            .map(|(call, end)| call.allowed_per_second * end.since(call.at) as f64)
            .sum();
        let millis = end.since(first.at).max(1) as f64;
        Some((recent.len() as f64 * 1000.0 / millis, allowed / millis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shard_that_catches_up_and_then_follows_is_allowed_what_was_allowed_then() {
        let mut allowance = Allowance::default();
        for call in 0..23 {
            allowance.called(Millis(call * 220), 5.0);
        }
        let (calls, allowed) = allowance.per_second(Millis(5_000)).expect("calls");
        assert!(
            (calls - 4.6).abs() < 0.1 && (allowed - 5.0).abs() < 0.01,
            "{calls} of {allowed}"
        );
        allowance.answered(1.0);
        for call in 0..5 {
            allowance.called(Millis(5_890 + call * 1_050), 1.0);
        }
        let (calls, allowed) = allowance.per_second(Millis(10_500)).expect("calls");
        assert!(
            calls < allowed && (2.0..3.0).contains(&calls) && (2.0..4.0).contains(&allowed),
            "not the one call a second of now: {calls} of {allowed}"
        );
        assert_eq!(allowance.per_second(Millis(30_000)), None, "long ago");
    }

    #[test]
    fn the_first_call_of_an_idle_shard_is_its_whole_allowance() {
        let mut allowance = Allowance::default();
        allowance.called(Millis(7), 1.0);
        assert_eq!(allowance.per_second(Millis(8)), Some((1.0, 1.0)));
    }

    proptest! {
        /// Whoever waits as long as allowed after each call is never shown above the allowance.
        #[test]
        fn a_pace_that_keeps_to_its_allowance_never_looks_as_if_it_did_not(
            steps in proptest::collection::vec((any::<bool>(), 0i64..3_000), 1..200),
            wait in 0i64..12_000,
        ) {
            let mut allowance = Allowance::default();
            let mut now = Millis(0);
            for (is_behind, idle) in steps {
                allowance.called(now, 1.0);
                let (allowed, least) = if is_behind { (5.0, 200) } else { (1.0, 1000) };
                allowance.answered(allowed);
                if let Some((calls, allowed)) = allowance.per_second(now) {
                    prop_assert!(calls <= allowed + 1e-9, "{calls} of {allowed}");
                }
                now = now.saturating_add(least + idle);
            }
            if let Some((calls, allowed)) = allowance.per_second(now.saturating_add(wait)) {
                prop_assert!(calls <= allowed + 1e-9, "{calls} of {allowed}");
            }
        }
    }
}
