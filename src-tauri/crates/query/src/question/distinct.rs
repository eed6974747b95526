//! How many different values: exact for a few thousand, then estimated from the largest number of
//! leading zeros in the hashes of each of 16,384 groups (Flajolet et al., "`HyperLogLog`", 2007).
//!
//! The answer depends on the values alone: not on their order, nor on how halves were merged.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hasher},
};

/// Hashes that are kept as they are: one in 2^42 such sets has two values with the same.
const MAX_EXACT: usize = 2_000;
const INDEX_BITS: u32 = 14;
const REGISTERS: usize = 1 << INDEX_BITS;
/// The standard error as a share of the answer: 1.04 by the root of the registers.
pub(super) const STANDARD_ERROR: f64 = 0.008_125;

#[derive(Clone, Debug)]
pub(super) enum Distinct {
    Exact(BTreeSet<u64>),
    /// Per group, one more than the largest number of leading zeros.
    Estimate(Vec<u8>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact(BTreeSet::new())
    }
}

/// The same for the same bytes, in every run of the program.
pub(super) fn hash(key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key);
    hasher.finish()
}

impl Distinct {
    pub fn add(&mut self, key: &[u8]) {
        self.add_hash(hash(key));
    }

    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Exact(hashes) => hashes.iter().for_each(|&hash| self.add_hash(hash)),
            Self::Estimate(theirs) => {
                self.estimate();
                if let Self::Estimate(ours) = self {
                    for (ours, theirs) in ours.iter_mut().zip(theirs) {
                        *ours = (*ours).max(*theirs);
                    }
                }
            }
        }
    }

    pub fn is_estimate(&self) -> bool {
        matches!(self, Self::Estimate(_))
    }

    pub fn count(&self) -> u64 {
        match self {
            Self::Exact(hashes) => hashes.len() as u64,
            Self::Estimate(registers) => estimated(registers),
        }
    }

    fn add_hash(&mut self, hash: u64) {
        match self {
            Self::Exact(hashes) => {
                hashes.insert(hash);
                if hashes.len() > MAX_EXACT {
                    self.estimate();
                }
            }
            Self::Estimate(registers) => note(registers, hash),
        }
    }

    fn estimate(&mut self) {
        if let Self::Exact(hashes) = self {
            let mut registers = vec![0; REGISTERS];
            for &hash in &*hashes {
                note(&mut registers, hash);
            }
            *self = Self::Estimate(registers);
        }
    }
}

fn note(registers: &mut [u8], hash: u64) {
    let group = (hash >> (64 - INDEX_BITS)) as usize;
    // the bits of the group are shifted out; a one at the end bounds the zeros
    let zeros = ((hash << INDEX_BITS) | 1 << (INDEX_BITS - 1)).leading_zeros() as u8;
    registers[group] = registers[group].max(zeros + 1);
}

fn estimated(registers: &[u8]) -> u64 {
    let count = registers.len() as f64;
    let sum: f64 = registers
        .iter()
        .map(|&zeros| 0.5f64.powi(i32::from(zeros)))
        .sum();
    let estimate = 0.7213 / (1.0 + 1.079 / count) * count * count / sum;
    let empty = registers
        .iter()
        .map(|&zeros| usize::from(zeros == 0))
        .sum::<usize>();
    if estimate <= 2.5 * count && empty > 0 {
        // many groups are empty: how many says more
        return (count * (count / empty as f64).ln()).round() as u64;
    }
    estimate.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: std::ops::Range<u64>) -> Distinct {
        let mut distinct = Distinct::default();
        numbers.for_each(|number| distinct.add(&number.to_le_bytes()));
        distinct
    }

    #[test]
    fn few_are_counted_and_many_are_estimated() {
        assert_eq!(of(0..2_000).count(), 2_000);
        assert!(!of(0..2_000).is_estimate() && of(0..2_001).is_estimate());
        for many in [2_500, 20_000, 45_000, 300_000] {
            let error = (of(0..many).count() as f64 - many as f64).abs() / many as f64;
            assert!(error < 4.0 * STANDARD_ERROR, "{many}: {error}");
        }
    }

    #[test]
    fn halves_are_as_good_as_the_whole() {
        for (a, b) in [
            (0..1_500, 500..1_700),
            (0..1_500, 1_000..4_000),
            (0..9_000, 0..10),
            (0..5, 3..9_000),
        ] {
            let mut merged = of(a.clone());
            merged.merge(&of(b.clone()));
            assert_eq!(
                merged.count(),
                of(a.start.min(b.start)..a.end.max(b.end)).count()
            );
        }
    }
}
