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
    // what was deleted stays in no file
    let stale = (0..sizes.len()).find(|&at| segments.live_rows[at] < segments.rows[at]);
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: SearchLimits = SearchLimits {
        budget_bytes: 10_000,
        least_bytes: 100,
        most_bytes: 1_000,
    };

    fn block(key: i64, bytes: u64, segment: Option<usize>) -> Block {
        Block {
            key,
            bytes,
            rows: 1,
            segment,
        }
    }

    fn next(
        blocks: &[Block],
        sizes: &[(u64, u64)],
        file_percent: u64,
        limits: SearchLimits,
    ) -> Next {
        let size = |&(file_bytes, rows): &(u64, u64)| Size { file_bytes, rows };
        let sizes: Vec<Size> = sizes.iter().map(size).collect();
        super::next(blocks, &sizes, file_percent, limits)
    }

    #[test]
    fn blocks_wait_until_they_are_worth_a_file() {
        assert_eq!(
            next(&[block(1, 99, None)], &[], FILE_PERCENT, LIMITS),
            Next::Nothing
        );
        let both = [block(1, 99, None), block(2, 10, None)];
        assert_eq!(
            next(&both, &[], FILE_PERCENT, LIMITS),
            Next::Build {
                blocks: vec![1, 2],
                replaces: vec![]
            }
        );
        assert_eq!(
            next(
                &both,
                &[],
                FILE_PERCENT,
                SearchLimits {
                    budget_bytes: 0,
                    ..LIMITS
                }
            ),
            Next::Nothing
        );
    }

    #[test]
    fn the_newest_come_first_and_the_oldest_go_first() {
        let three = [
            block(1, 600, None),
            block(2, 600, None),
            block(3, 300, None),
        ];
        assert_eq!(
            next(&three, &[], FILE_PERCENT, LIMITS),
            Next::Build {
                blocks: vec![2, 3],
                replaces: vec![]
            }
        );
        let full = SearchLimits {
            budget_bytes: 800,
            ..LIMITS
        };
        let newer = [block(1, 600, Some(0)), block(2, 600, None)];
        assert_eq!(next(&newer, &[(750, 1)], FILE_PERCENT, full), Next::Drop(0));
        let older = [block(1, 600, None), block(2, 600, Some(0))];
        assert_eq!(next(&older, &[(750, 1)], FILE_PERCENT, full), Next::Nothing);
        assert_eq!(next(&older, &[(900, 1)], FILE_PERCENT, full), Next::Drop(0));
    }

    #[test]
    fn what_is_of_no_use_goes_and_small_ones_become_one() {
        assert_eq!(
            next(
                &[block(7, 600, Some(1))],
                &[(700, 1), (700, 1)],
                FILE_PERCENT,
                LIMITS
            ),
            Next::Drop(0)
        );
        assert_eq!(
            next(&[block(7, 200, Some(0))], &[(700, 3)], FILE_PERCENT, LIMITS),
            Next::Build {
                blocks: vec![7],
                replaces: vec![0]
            }
        );
        let small: Vec<Block> = (0..8).map(|n| block(n as i64, 110, Some(n))).collect();
        let next = next(&small, &[(130, 1); 8], FILE_PERCENT, LIMITS);
        assert_eq!(
            next,
            Next::Build {
                blocks: (0..8).collect(),
                replaces: (0..8).collect()
            }
        );
    }

    #[test]
    fn fewer_small_ones_become_one_where_they_fill_it() {
        let small: Vec<Block> = (0..9).map(|n| block(n as i64, 160, Some(n))).collect();
        let next = next(&small, &[(200, 1); 9], FILE_PERCENT, LIMITS);
        let (blocks, replaces) = ((0..6).collect(), (0..6).collect());
        assert_eq!(next, Next::Build { blocks, replaces });
    }

    proptest! {
        #[test]
        fn it_comes_to_rest_within_the_budget(
            sizes in prop::collection::vec((0u64..400, any::<bool>()), 0..60),
            budget_bytes in 0u64..12_000,
            taken_percent in 100u64..170,
        ) {
            let mut file_percent = FILE_PERCENT;
            let limits = SearchLimits { budget_bytes, ..LIMITS };
            let mut blocks: Vec<Block> = Vec::new();
            let mut files: Vec<(u64, u64)> = Vec::new();
            for (key, (bytes, is_deleted)) in (1..).zip(sizes) {
                blocks.push(block(key, bytes, None));
                if is_deleted {
                    blocks.remove(0);
                }
                let mut steps = 0;
                loop {
                    match next(&blocks, &files, file_percent, limits) {
                        Next::Nothing => break,
                        Next::Drop(at) => forget(&mut blocks, &mut files, &[at]),
                        Next::Build { blocks: built, replaces } => {
                            let bytes: u64 = blocks.iter().filter(|b| built.contains(&b.key)).map(|b| b.bytes).sum();
                            prop_assert!(bytes <= limits.most_bytes || built.len() == 1);
                            let file_bytes = bytes * taken_percent / 100 + 1;
                            if bytes >= limits.least_bytes {
                                file_percent = file_percent.max((file_bytes * 100).div_ceil(bytes));
                            }
                            files.push((file_bytes, built.len() as u64));
                            let at = files.len() - 1;
                            blocks.iter_mut().filter(|b| built.contains(&b.key)).for_each(|b| b.segment = Some(at));
                            forget(&mut blocks, &mut files, &replaces);
                        }
                    }
                    steps += 1;
                    prop_assert!(steps < 200, "it goes on and on");
                }
                prop_assert!(files.iter().map(|file| file.0).sum::<u64>() <= limits.budget_bytes);
                for (at, file) in files.iter().enumerate() {
                    let live = blocks.iter().filter(|block| block.segment == Some(at)).count();
                    prop_assert_eq!(live as u64, file.1, "what was deleted is in no file");
                }
            }
        }
    }

    fn forget(blocks: &mut [Block], files: &mut Vec<(u64, u64)>, gone: &[usize]) {
        let mut gone = gone.to_vec();
        gone.sort_unstable_by(|a, b| b.cmp(a));
        for at in gone {
            files.remove(at);
            for block in blocks.iter_mut() {
                block.segment = match block.segment {
                    Some(segment) if segment == at => None,
                    Some(segment) if segment > at => Some(segment - 1),
                    other => other,
                };
            }
        }
    }
}
