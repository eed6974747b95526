//! Where a run of records is cut into blocks.

use super::{MAX_BLOB_BYTES, MAX_ROWS};
use crate::PreparedRecord;
use std::ops::Range;

/// Pieces of about the same size within both limits; a record is never cut.
pub(crate) fn cut<'a, I>(records: &I) -> Vec<Range<usize>>
where
    I: ExactSizeIterator<Item = &'a PreparedRecord> + Clone,
{
    let (rows, bytes) = records.clone().fold((0, 0), |(rows, bytes), r| {
        (rows + r.rows(), bytes + r.blob.len())
    });
    let pieces = rows
        .div_ceil(MAX_ROWS)
        .max(bytes.div_ceil(MAX_BLOB_BYTES))
        .max(1);
    let target_rows = rows.div_ceil(pieces).min(MAX_ROWS);
    let mut cuts = Vec::with_capacity(pieces);
    let (mut start, mut piece_rows, mut piece_bytes) = (0, 0, 0);
    for (index, record) in records.clone().enumerate() {
        let fits = piece_rows + record.rows() <= target_rows
            && piece_bytes + record.blob.len() <= MAX_BLOB_BYTES;
        if !fits && index > start {
            cuts.push(start..index);
            (start, piece_rows, piece_bytes) = (index, 0, 0);
        }
        piece_rows += record.rows();
        piece_bytes += record.blob.len();
    }
    if start < records.len() {
        cuts.push(start..records.len());
    }
    cuts
}
