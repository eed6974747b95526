//! An event as a saga knows it: where it lies, when it happened, and who it says it is. No payload.
//!
//! Ids, keys and payloads are kept as 64-bit hashes: within one saga they are only compared. What a person reads
//! of them comes from the record behind the handle.

use foldhash::fast::FixedState;
use record::{Millis, SequenceNumber, SubSequence};
use std::hash::BuildHasher;

/// The caller's name for a record: handed back wherever an event is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordHandle(pub u64);

/// A registered stream incarnation; see [`Streams`](crate::Streams).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKey(pub(crate) u32);

/// A registered shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardKey(pub(crate) u32);

/// The number of an event type or a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(pub(crate) u32);

impl NameKey {
    /// Nothing was said.
    pub const NONE: Self = Self(u32::MAX);
}

/// A record that carries an id of some saga.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub record: RecordHandle,
    /// By the definition's clock.
    pub time: Millis,
    pub arrival: Millis,
    pub(crate) sequence: Sequence,
    pub shard: ShardKey,
    pub sub: SubSequence,
    /// Which event of the record: 0 for the record as it is stored, else its events from 1.
    pub part: u16,
    pub kind: NameKey,
    pub source: NameKey,
    pub(crate) id: Hash,
    pub(crate) cause: Hash,
    pub(crate) payload: Hash,
    pub(crate) key: ShortHash,
    pub(crate) alias: ShortHash,
    pub(crate) partition_key: ShortHash,
    /// Written by a replay of ours.
    pub replayed: bool,
    /// The time is the event's own, and not its arrival.
    pub has_own_time: bool,
}

/// 0 for nothing.
pub(crate) type Hash = u64;
/// As [`Hash`], for values of which one saga has few.
pub(crate) type ShortHash = u32;

const HASHER: FixedState = FixedState::with_seed(0x006b_696e_6573_636f);

pub(crate) fn hash(bytes: &[u8]) -> Hash {
    HASHER.hash_one(bytes).max(1)
}

pub(crate) fn short_hash(bytes: &[u8]) -> ShortHash {
    ((hash(bytes) >> 32) as u32).max(1)
}

impl Event {
    /// The order in which a saga is told: by time, and where that is equal by place.
    pub(crate) fn told_key(&self) -> (Millis, ShardKey, &Sequence, SubSequence, u16) {
        (self.time, self.shard, &self.sequence, self.sub, self.part)
    }

    pub fn sequence(&self) -> SequenceNumber {
        self.sequence.number()
    }
}

/// A sequence number in 32 bytes: AWS's have 25 bytes as a key, and longer ones lie on the heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sequence {
    Short { len: u8, key: [u8; SHORT_BYTES] },
    Long(Box<SequenceNumber>),
}

const SHORT_BYTES: usize = 30;

impl Sequence {
    pub fn new(number: &SequenceNumber) -> Self {
        let bytes = number.as_key();
        let mut key = [0; SHORT_BYTES];
        match key.get_mut(..bytes.len()) {
            Some(start) => {
                start.copy_from_slice(bytes);
                Self::Short {
                    len: bytes.len() as u8,
                    key,
                }
            }
            None => Self::Long(Box::new(*number)),
        }
    }

    fn key(&self) -> &[u8] {
        match self {
            Self::Short { len, key } => &key[..usize::from(*len)],
            Self::Long(number) => number.as_key(),
        }
    }

    pub fn number(&self) -> SequenceNumber {
        match self {
            Self::Short { .. } => {
                SequenceNumber::from_key(self.key()).expect("made from a sequence number's key")
            }
            Self::Long(number) => **number,
        }
    }
}

impl Ord for Sequence {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(other.key())
    }
}

impl PartialOrd for Sequence {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_small() {
        assert!(
            std::mem::size_of::<Event>() <= 120,
            "{}",
            std::mem::size_of::<Event>()
        );
    }

    #[test]
    fn sequence_numbers_of_any_length_keep_their_order_and_text() {
        let texts = [
            "0",
            "9",
            "49590338271490256608559692538361571095921575989136588898",
            &"9".repeat(129),
        ];
        let kept: Vec<Sequence> = texts
            .iter()
            .map(|text| Sequence::new(&text.parse().expect("a number")))
            .collect();
        assert!(kept.is_sorted());
        for (kept, text) in kept.iter().zip(texts) {
            assert_eq!(kept.number().to_string(), text);
        }
    }
}
