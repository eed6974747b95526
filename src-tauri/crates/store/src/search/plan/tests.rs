//! What comes next, from sizes that are made up.

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

fn next(blocks: &[Block], sizes: &[(u64, u64)], file_percent: u64, limits: SearchLimits) -> Next {
    let size = |(at, &(file_bytes, rows)): (usize, &(u64, u64))| Size {
        file_bytes,
        rows,
        has_deleted: blocks
            .iter()
            .filter(|block| block.segment == Some(at))
            .count()
            < rows as usize,
    };
    let sizes: Vec<Size> = sizes.iter().enumerate().map(size).collect();
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
fn what_went_into_another_block_stays_for_a_while() {
    let next = |live: i64, has_deleted| {
        let blocks: Vec<Block> = (0..live).map(|key| block(key, 10, Some(0))).collect();
        let size = Size {
            file_bytes: 2_000,
            rows: 100,
            has_deleted,
        };
        super::next(&blocks, &[size], FILE_PERCENT, LIMITS)
    };
    let anew = |live| Next::Build {
        blocks: (0..live).collect(),
        replaces: vec![0],
    };
    assert_eq!(next(75, false), Next::Nothing);
    assert_eq!(next(74, false), anew(74));
    assert_eq!(next(99, true), anew(99));
    assert_eq!(next(0, false), Next::Drop(0));
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
