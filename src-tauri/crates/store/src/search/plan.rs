//! What is to be done next with the search text, decided from sizes alone. It does nothing itself.

use super::words::MAX_ROWS;
use std::collections::HashSet;

/// How much search text is kept. Blocks without it are searched too, only slower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchLimits {
    /// Of all files beside the database; 0 keeps none.
    pub budget_bytes: u64,
    /// Blocks wait until they are worth a file of their own.
    pub least_bytes: u64,
    /// Of texts in a file.
    pub most_bytes: u64,
}

impl Default for SearchLimits {
    fn default() -> Self {
        Self {
            budget_bytes: 16 << 30,
            least_bytes: 4 << 20,
            most_bytes: 128 << 20,
        }
    }
}

/// A block as planning sees it: by rising key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub key: i64,
    /// Of its text; of its payloads where it has none yet.
    pub bytes: u64,
    pub rows: u64,
    /// The segment with its text.
    pub segment: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub file_bytes: u64,
    /// Also those of blocks that are gone.
    pub rows: u64,
    /// Some of the blocks that are gone were deleted, and did not go into others.
    pub has_deleted: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A segment of these blocks, in place of these segments.
    Build {
        blocks: Vec<i64>,
        replaces: Vec<usize>,
    },
    Drop(usize),
    Nothing,
}

/// A segment of small records stays far below what its index can count.
const MOST_ROWS: u64 = MAX_ROWS as u64 / 8;
/// A budget is not spent on fewer files: one of them is all that can be given up for newer text.
const FILES_AT_LEAST: u64 = 4;
/// A file of which more than one in so many rows is of no use is made anew.
const ONE_IN: u64 = 4;
/// So many small segments become one.
const MERGED: usize = 8;
/// What a file takes for a hundred bytes of payloads: ends, words and the directory come on top.
pub(super) const FILE_PERCENT: u64 = 125;

/// `sizes` in the order by which blocks name their segments. `file_percent` is [`FILE_PERCENT`], or more where files
/// were seen to become larger.
pub(super) fn next(
    blocks: &[Block],
    sizes: &[Size],
    file_percent: u64,
    limits: SearchLimits,
) -> Next {
    let most_bytes = limits.budget_bytes / FILES_AT_LEAST * 100 / file_percent;
    let limits = SearchLimits {
        most_bytes: limits.most_bytes.min(most_bytes),
        ..limits
    };
    let segments = Segments::new(blocks, sizes);
    let used: u64 = sizes.iter().map(|size| size.file_bytes).sum();
    let unused = (0..sizes.len()).find(|&at| segments.live_rows[at] == 0);
    if let Some(unused) = unused {
        return Next::Drop(unused);
    }
    if used > limits.budget_bytes {
        return segments.oldest().map_or(Next::Nothing, Next::Drop);
    }
    let file_bytes = |bytes: u64| bytes.saturating_mul(file_percent).div_ceil(100);
    let fits = |bytes: u64| used + file_bytes(bytes) <= limits.budget_bytes;
    // what was deleted stays in no file; what went into another block is there anyway, and may stay for a while
    let stale = (0..sizes.len()).find(|&at| {
        let gone = segments.rows[at].saturating_sub(segments.live_rows[at]);
        sizes[at].has_deleted || gone * ONE_IN > segments.rows[at]
    });
    if let Some(stale) = stale {
        return if fits(segments.live_bytes[stale]) {
            anew(blocks, vec![stale])
        } else {
            Next::Drop(stale)
        };
    }
    let missing: Vec<&Block> = blocks
        .iter()
        .rev()
        .filter(|block| block.segment.is_none())
        .collect();
    let taken = newest(&missing, limits);
    let bytes: u64 = taken.iter().map(|block| block.bytes).sum();
    if bytes >= limits.least_bytes.max(1) && file_bytes(bytes) <= limits.budget_bytes {
        if fits(bytes) {
            return build(taken, Vec::new());
        }
        // something older makes room for what is newer
        let last = taken.first().map_or(0, |block| block.key);
        if let Some(oldest) = segments.oldest().filter(|&at| segments.last_key[at] < last) {
            return Next::Drop(oldest);
        }
    }
    segments.merge(blocks, limits, fits)
}

fn newest<'a>(missing: &[&'a Block], limits: SearchLimits) -> Vec<&'a Block> {
    let (mut bytes, mut rows) = (0, 0);
    let fits = |block: &&&Block| {
        bytes += block.bytes;
        rows += block.rows;
        (bytes <= limits.most_bytes && rows <= MOST_ROWS) || bytes == block.bytes
    };
    missing.iter().take_while(fits).copied().collect()
}

fn build<'a>(blocks: impl IntoIterator<Item = &'a Block>, replaces: Vec<usize>) -> Next {
    let mut blocks: Vec<i64> = blocks.into_iter().map(|block| block.key).collect();
    blocks.sort_unstable();
    Next::Build { blocks, replaces }
}

/// What of each segment is still of use.
struct Segments {
    live_bytes: Vec<u64>,
    live_rows: Vec<u64>,
    last_key: Vec<i64>,
    rows: Vec<u64>,
}

impl Segments {
    fn new(blocks: &[Block], sizes: &[Size]) -> Self {
        let count = sizes.len();
        let mut segments = Self {
            live_bytes: vec![0; count],
            live_rows: vec![0; count],
            last_key: vec![0; count],
            rows: sizes.iter().map(|size| size.rows).collect(),
        };
        for block in blocks {
            if let Some(at) = block.segment {
                segments.live_bytes[at] += block.bytes;
                segments.live_rows[at] += block.rows;
                segments.last_key[at] = segments.last_key[at].max(block.key);
            }
        }
        segments
    }

    fn oldest(&self) -> Option<usize> {
        (0..self.last_key.len()).min_by_key(|&at| self.last_key[at])
    }

    /// Small segments become one: eight of them, or fewer that fill one.
    fn merge(&self, blocks: &[Block], limits: SearchLimits, fits: impl Fn(u64) -> bool) -> Next {
        let is_small = |&at: &usize| {
            self.live_bytes[at] < limits.most_bytes / 4 && self.live_rows[at] < MOST_ROWS / 4
        };
        let mut small: Vec<usize> = (0..self.rows.len()).filter(is_small).collect();
        small.sort_by_key(|&at| self.last_key[at]);
        let mut group = Vec::new();
        let (mut bytes, mut rows, mut is_full) = (0, 0, false);
        for at in small.into_iter().take(MERGED) {
            rows += self.live_rows[at];
            is_full = bytes + self.live_bytes[at] > limits.most_bytes || rows > MOST_ROWS;
            if is_full {
                break;
            }
            bytes += self.live_bytes[at];
            group.push(at);
        }
        if (group.len() == MERGED || is_full) && fits(bytes) {
            anew(blocks, group)
        } else {
            Next::Nothing
        }
    }
}

/// What of these segments is still of use, in one file.
fn anew(blocks: &[Block], replaces: Vec<usize>) -> Next {
    let gone: HashSet<usize> = replaces.iter().copied().collect();
    let of_those = |block: &&Block| block.segment.is_some_and(|at| gone.contains(&at));
    build(blocks.iter().filter(of_those), replaces)
}

#[cfg(test)]
mod tests;
