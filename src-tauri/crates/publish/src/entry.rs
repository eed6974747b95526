//! What is delivered: a key, bytes, and where they came from.

use bytes::Bytes;
use md5::{Digest, Md5};
use record::{HashKey, Millis, SequenceNumber, SubSequence};
use store::{RecordId, ShardKey};

/// One record on its way to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1 to 256 characters; [`limits`](crate::limits) says what else a target asks for.
    pub key: String,
    /// Places the record instead of the key's MD5.
    pub explicit_hash_key: Option<HashKey>,
    pub data: Bytes,
    /// `None` for what a person composed or imported.
    pub origin: Option<Origin>,
}

/// The captured record that an entry is a replay of. It outlives the capture: the workspace keeps
/// streams and shards, so shard and sequence number stay readable when the record is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub record: RecordId,
    pub sequence: SequenceNumber,
    /// The place within a KPL aggregate; 0 where there is none.
    pub sub: SubSequence,
    /// When it arrived on its stream: Lambda events and capture files say it.
    pub arrival: Millis,
}

impl Origin {
    pub fn shard(&self) -> ShardKey {
        self.record.shard()
    }
}

impl Entry {
    /// What Kinesis counts: data and key.
    pub fn size_bytes(&self) -> usize {
        self.data.len() + self.key.len()
    }

    /// Where it will be placed in the hash-key space.
    pub fn hash_key(&self) -> HashKey {
        self.explicit_hash_key
            .unwrap_or_else(|| HashKey::of_partition_key(&self.key))
    }
}

/// Of entries in their order: tells whether they are the same ones when they are read or made again.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint(Md5);

impl Fingerprint {
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut all = Self::default();
        entries.into_iter().for_each(|entry| all.take(entry));
        all
    }

    pub fn take(&mut self, entry: &Entry) {
        for part in [entry.key.as_bytes(), &entry.data] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
        self.0.update(entry.hash_key().0.to_le_bytes());
    }

    pub fn text(self) -> String {
        let digest: [u8; 16] = self.0.finalize().into();
        format!("{:032x}", u128::from_be_bytes(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explicit_hash_key_places_the_record() {
        let mut entry = Entry {
            key: "a".into(),
            explicit_hash_key: None,
            data: Bytes::from_static(b"12345"),
            origin: None,
        };
        assert_eq!(entry.size_bytes(), 6);
        assert_eq!(entry.hash_key(), HashKey::of_partition_key("a"));
        entry.explicit_hash_key = Some(HashKey(7));
        assert_eq!(entry.hash_key(), HashKey(7));
    }
}
