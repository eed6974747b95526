//! Bytes that look random and are the same each time: from the run's seed, a purpose and a value.
//!
//! SHA-256, because what is masked must not be found by trying, as long as the seed stays unknown.

use sha2::{Digest, Sha256};

/// The seed of a replay's new ids and fake values. Two replays with one seed map alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

/// What a value is mapped for: the same value has another image for another purpose.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Id,
    Digits,
    Mask,
}

impl Seed {
    pub(crate) fn digest(self, purpose: Purpose, round: u32, value: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_le_bytes());
        hash.update([purpose as u8]);
        hash.update(round.to_le_bytes());
        hash.update(value);
        hash.finalize().into()
    }

    pub(crate) fn number(self, purpose: Purpose, round: u32, value: &[u8]) -> u128 {
        let digest = self.digest(purpose, round, value);
        let (bytes, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
        u128::from_le_bytes(*bytes)
    }

    /// As many bytes as are asked for.
    pub(crate) fn bytes(self, purpose: Purpose, value: &[u8]) -> impl Iterator<Item = u8> {
        let value = self.digest(purpose, 0, value);
        (1..).flat_map(move |round| self.digest(purpose, round, &value))
    }
}
