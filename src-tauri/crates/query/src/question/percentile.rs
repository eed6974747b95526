//! Percentiles: exact for a few thousand numbers, then from counts in buckets that grow by a fixed
//! factor, so that an answer is off by at most one percent of its value.
//!
//! The sketch is that of Masson, Rim and Lee, "`DDSketch`" (VLDB 2019). It depends on the numbers
//! alone: not on their order, nor on how halves were merged.

use std::collections::BTreeMap;

/// Numbers that are kept as they are.
const MAX_EXACT: usize = 2_000;
/// The most by which an estimate differs from the exact answer, as a share of it.
pub(super) const RELATIVE_ERROR: f64 = 0.01;
const GROWTH: f64 = (1.0 + RELATIVE_ERROR) / (1.0 - RELATIVE_ERROR);

#[derive(Clone, Debug)]
pub(super) enum Percentiles {
    Exact(Vec<f64>),
    Sketch(BTreeMap<Bucket, u64>),
}

/// In the order of the numbers in them: negative ones, zero, positive ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bucket {
    Negative(std::cmp::Reverse<i32>),
    Zero,
    Positive(i32),
}

impl Default for Percentiles {
    fn default() -> Self {
        Self::Exact(Vec::new())
    }
}

impl Percentiles {
    /// A finite number.
    pub fn add(&mut self, number: f64) {
        match self {
            Self::Exact(numbers) => {
                numbers.push(number);
                if numbers.len() > MAX_EXACT {
                    self.estimate();
                }
            }
            Self::Sketch(buckets) => *buckets.entry(Bucket::of(number)).or_default() += 1,
        }
    }

    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Exact(numbers) => numbers.iter().for_each(|&number| self.add(number)),
            Self::Sketch(theirs) => {
                self.estimate();
                if let Self::Sketch(ours) = self {
                    for (&bucket, &count) in theirs {
                        *ours.entry(bucket).or_default() += count;
                    }
                }
            }
        }
    }

    pub fn is_estimate(&self) -> bool {
        matches!(self, Self::Sketch(_))
    }

    /// The smallest number that is at least as large as `percent` of all: nearest rank.
    pub fn at(&self, percent: f64) -> Option<f64> {
        match self {
            Self::Exact(numbers) => {
                let mut sorted = numbers.clone();
                sorted.sort_by(f64::total_cmp);
                sorted
                    .get(rank(percent, sorted.len() as u64)? as usize)
                    .copied()
            }
            Self::Sketch(buckets) => {
                let mut left = rank(percent, buckets.values().sum())?;
                for (bucket, &count) in buckets {
                    if left < count {
                        return Some(bucket.middle());
                    }
                    left -= count;
                }
                None
            }
        }
    }

    fn estimate(&mut self) {
        if let Self::Exact(numbers) = self {
            let mut buckets = BTreeMap::new();
            for &number in numbers.iter() {
                *buckets.entry(Bucket::of(number)).or_default() += 1;
            }
            *self = Self::Sketch(buckets);
        }
    }
}

/// The place among `count` sorted numbers, from 0.
fn rank(percent: f64, count: u64) -> Option<u64> {
    let rank = (percent / 100.0 * count as f64).ceil() as u64;
    (count > 0).then(|| rank.clamp(1, count) - 1)
}

impl Bucket {
    fn of(number: f64) -> Self {
        let index = (number.abs().ln() / GROWTH.ln()).ceil() as i32;
        match number {
            _ if number == 0.0 => Self::Zero,
            _ if number > 0.0 => Self::Positive(index),
            _ => Self::Negative(std::cmp::Reverse(index)),
        }
    }

    /// What is off by the same share from both its ends.
    fn middle(self) -> f64 {
        let size = |index: i32| 2.0 * GROWTH.powi(index) / (GROWTH + 1.0);
        match self {
            Self::Zero => 0.0,
            Self::Positive(index) => size(index),
            Self::Negative(index) => -size(index.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(numbers: impl IntoIterator<Item = f64>) -> Percentiles {
        let mut percentiles = Percentiles::default();
        numbers
            .into_iter()
            .for_each(|number| percentiles.add(number));
        percentiles
    }

    #[test]
    fn few_numbers_are_answered_exactly() {
        let percentiles = of((1..=100).map(f64::from));
        assert_eq!(percentiles.at(99.0), Some(99.0));
        assert_eq!(percentiles.at(50.0), Some(50.0));
        assert_eq!(
            (percentiles.at(0.0), percentiles.at(100.0)),
            (Some(1.0), Some(100.0))
        );
        assert_eq!(of([]).at(50.0), None);
        assert!(!percentiles.is_estimate());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn many_numbers_are_answered_within_the_stated_error(
            numbers in proptest::collection::vec(prop_oneof![-1e6f64..1e6, -1.0f64..1.0, Just(0.0), 1e-300f64..1e-290], 2_001..2_300),
            percent in 0.0f64..100.0,
            cut in 0usize..2_300,
        ) {
            let all = of(numbers.iter().copied());
            prop_assert!(all.is_estimate());
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut merged = of(right.iter().copied());
            merged.merge(&of(left.iter().copied()));
            prop_assert_eq!(merged.at(percent), all.at(percent));
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            let exact = sorted[rank(percent, sorted.len() as u64).expect("numbers") as usize];
            let estimate = all.at(percent).expect("numbers");
            prop_assert!((estimate - exact).abs() <= exact.abs() * (RELATIVE_ERROR + 1e-9), "{} and {}", estimate, exact);
        }
    }
}
