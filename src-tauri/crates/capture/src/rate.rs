//! Amounts per second over the last ten seconds. Pure: the clock is an argument.

use record::Millis;

/// Over which a rate is told.
pub(crate) const SECONDS: usize = 10;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rate {
    /// Second since the epoch, and the amount in it.
    buckets: [(i64, u64); SECONDS],
    first: Option<Millis>,
}

impl Rate {
    pub(crate) fn add(&mut self, now: Millis, amount: u64) {
        self.first.get_or_insert(now);
        let second = now.0.div_euclid(1000);
        let bucket = &mut self.buckets[second.rem_euclid(SECONDS as i64) as usize];
        if bucket.0 != second {
            *bucket = (second, 0);
        }
        bucket.1 = bucket.1.saturating_add(amount);
    }

    pub(crate) fn per_second(&self, now: Millis) -> f64 {
        let Some(first) = self.first else { return 0.0 };
        let oldest = now.0.div_euclid(1000) - (SECONDS as i64 - 1);
        let amount: u64 = self
            .buckets
            .iter()
            .filter(|(second, _)| *second >= oldest)
            .map(|(_, amount)| amount)
            .sum();
        let span = now.since(first).min(now.since(Millis(oldest * 1000)));
        amount as f64 * 1000.0 / span.max(1000) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_flow_has_its_rate_and_an_old_one_has_none() {
        let mut rate = Rate::default();
        for tick in 0..200 {
            rate.add(Millis(tick * 100), 5);
        }
        assert!((rate.per_second(Millis(19_900)) - 50.0).abs() < 1.0);
        assert!(rate.per_second(Millis(60_000)).abs() < f64::EPSILON);
        assert!(Rate::default().per_second(Millis(5)).abs() < f64::EPSILON);
    }

    #[test]
    fn the_first_second_does_not_exaggerate() {
        let mut rate = Rate::default();
        rate.add(Millis(1), 100);
        assert!((rate.per_second(Millis(2)) - 100.0).abs() < f64::EPSILON);
    }
}
