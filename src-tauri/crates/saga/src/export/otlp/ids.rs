//! Ids of traces and spans that are the same each time: a saga that is sent again is the same trace.
//!
//! SHA-256, because other programs keep these ids: they must not change with a version of some hash table.

use crate::{saga::Saga, views::timeline::Lane};
use sha2::{Digest, Sha256};

#[derive(Clone, Copy)]
pub(super) struct TraceId([u8; 16]);

#[derive(Clone, Copy)]
pub(super) struct SpanId([u8; 8]);

impl TraceId {
    /// From the definition and its version, the key and its life.
    pub fn of(saga: &Saga<'_>) -> Self {
        let definition = saga.definition();
        let (version, life) = (definition.version.to_le_bytes(), saga.life.to_le_bytes());
        let key = &saga.key;
        let id = first_bytes(&[
            b"saga",
            definition.name.as_bytes(),
            &version,
            key.name.as_bytes(),
            key.text.as_bytes(),
            &life,
        ]);
        Self(id)
    }

    pub fn span(self, saga: &Saga<'_>, lane: Lane) -> SpanId {
        let step = |step: usize| saga.definition().steps[step].id.as_bytes();
        let (kind, name): (&[u8], &[u8]) = match lane {
            Lane::Saga => (b"saga", b""),
            Lane::Step(number) => (b"step", step(number)),
            Lane::Undo(number) => (b"undo", step(number)),
        };
        SpanId(first_bytes(&[b"span", &self.0, kind, name]))
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl SpanId {
    pub fn bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

/// Parts with their lengths, so that no two lists of them are alike. An id of zeros only is not valid.
fn first_bytes<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut hash = Sha256::new();
    hash.update(b"kinescope trace 1");
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut id = [0; N];
    id.copy_from_slice(&digest[..N]);
    id[N - 1] |= u8::from(id == [0; N]);
    id
}

#[cfg(test)]
mod tests {
    use super::first_bytes;

    #[test]
    fn parts_do_not_run_together() {
        let id = |parts: &[&[u8]]| first_bytes::<8>(parts);
        assert_ne!(id(&[b"ab", b"c"]), id(&[b"a", b"bc"]));
        assert_ne!(id(&[b"a"]), id(&[b"a", b""]));
    }
}
