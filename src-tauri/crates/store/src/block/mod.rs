//! Sealed blocks: up to 512 neighbouring records of one shard in three compact parts.
//!
//! * arrivals: deltas and a check, about a byte a record, uncompressed. All that a timeline needs.
//! * columns: sequence numbers, keys, types, sizes, flags; zstd.
//! * payloads: the blobs one after the other, as they came; zstd.
//!
//! zstd's own checksums tell damage; the columns hold the arrivals' check, so that parts of two
//! blocks cannot be taken for one. Blocks are written once and never changed.

mod cut;
mod decode;
mod decoded;
mod encode;
mod numbers;

pub(crate) use cut::cut;
pub(crate) use decode::{Columns, arrivals};
pub(crate) use decoded::DecodedBlock;
pub(crate) use encode::{EncodedBlock, encode};
pub(crate) use numbers::{NumberRun, Numbers};

/// User records in a block. Only a single aggregate with more makes a larger one.
pub(crate) const MAX_ROWS: usize = 512;
/// Of blobs in a block. Only a single larger record makes a larger one.
pub(crate) const MAX_BLOB_BYTES: usize = 256 * 1024;
/// No record may be larger, and no block is believed that says it is.
pub(crate) const MAX_RECORD_BYTES: usize = 64 * 1024 * 1024;

const FORMAT: u8 = 1;

/// FNV-1a, for the few bytes that zstd's checksum does not hold.
fn check_of(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests;
