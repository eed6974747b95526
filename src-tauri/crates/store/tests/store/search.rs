//! Search against a list of records: whatever was stored, deleted, torn or not indexed yet, it finds what
//! looking at every record finds.

use crate::{
    fixture::{Workspace, batch, submit, workspace},
    search_files::cut,
    texts::{Needle, check, look, needles, stored},
};
use proptest::prelude::*;
use query::Filter;
use record::Millis;
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};
use store::{Cancel, CaptureId, Scope, SearchLimits, Store};

pub const SHARDS: usize = 2;
/// Every block is worth a file, and a few make a full one.
const LIMITS: SearchLimits = SearchLimits {
    budget_bytes: 1 << 30,
    least_bytes: 1,
    most_bytes: 60_000,
};

fn scope(captures: &[CaptureId]) -> Scope {
    Scope {
        captures: captures.to_vec(),
    }
}

pub fn check_all(store: &Store, scope: &Scope) {
    let looked = look(store, scope);
    for needle in needles() {
        looked.check(store, scope, &needle);
    }
}

/// Waits until every sealed record has search text.
pub fn indexed(store: &Store) {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let text = store.search_text().expect("sizes");
        if text.records == text.sealed {
            return;
        }
        assert!(Instant::now() < until, "{text:?}");
        std::thread::yield_now();
    }
}

pub fn reopened(space: Workspace, change: impl FnOnce(&[PathBuf])) -> Workspace {
    reopened_with(LIMITS, space, change)
}

pub fn reopened_with(
    limits: SearchLimits,
    space: Workspace,
    change: impl FnOnce(&[PathBuf]),
) -> Workspace {
    let path = space.path();
    space.store.close().expect("closed");
    change(&text_files(&path));
    Workspace {
        store: Store::open_with(&path, limits).expect("the same workspace"),
        ..space
    }
}

pub fn text_files(path: &std::path::Path) -> Vec<PathBuf> {
    let folder = path.with_extension("kscope-search");
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

pub fn filled(records: u64) -> (Workspace, CaptureId) {
    let space = reopened(workspace(SHARDS), |_| ());
    let capture = space.capture("one");
    for shard in 0..SHARDS {
        put(&space, capture, shard, 0..records);
    }
    (space, capture)
}

pub fn put(space: &Workspace, capture: CaptureId, shard: usize, numbers: std::ops::Range<u64>) {
    let numbers: Vec<u64> = numbers.filter(|n| *n as usize % SHARDS == shard).collect();
    for part in numbers.chunks(700) {
        let records = part.iter().map(|&n| stored(n)).collect();
        submit(&space.store, batch(capture, space.shards[shard], records)).expect("committed");
    }
}

#[test]
fn it_finds_what_looking_at_every_record_finds() {
    let (space, capture) = filled(3_000);
    put(&space, capture, 0, 3_000..3_100);
    indexed(&space.store);
    assert!(text_files(&space.path()).len() > 1);
    check_all(&space.store, &Scope::default());
    check_all(&space.store, &scope(&[capture]));
}

#[test]
fn blocks_without_search_text_are_searched_too() {
    let off = SearchLimits {
        budget_bytes: 0,
        ..LIMITS
    };
    let space = workspace(SHARDS);
    let path = space.path();
    space.store.close().expect("closed");
    let space = Workspace {
        store: Store::open_with(&path, off).expect("opened"),
        ..space
    };
    let capture = space.capture("one");
    put(&space, capture, 0, 0..2_000);
    check_all(&space.store, &Scope::default());
    let text = space.store.search_text().expect("sizes");
    assert_eq!((text.records, text_files(&path).len()), (0, 0));
}

/// A view's texts are those of the payload as it is written, or of what is packed in it.
#[test]
fn a_view_of_a_text_shows_every_payload_that_has_it() {
    let (space, capture) = filled(2_000);
    put(&space, capture, 1, 2_000..2_100);
    indexed(&space.store);
    let texts: Vec<Filter> = needles().iter().map(Needle::filter).collect();
    let looked =
        [Scope::default(), scope(&[capture])].map(|scope| (look(&space.store, &scope), scope));
    let others = query::parse("type:Order size:>20 -\"word\"", Millis(0)).expect("a filter");
    for (place, filter) in texts.iter().enumerate() {
        let next = &texts[(place + 1) % texts.len()];
        for filter in [
            filter.clone(),
            filter.clone().and(next.clone()),
            filter.clone().and(others.clone()),
            Filter::any([filter.clone(), others.clone()]),
        ] {
            for (looked, scope) in &looked {
                looked.check_view(&space.store, scope, &filter);
            }
        }
    }
}

/// Texts that a filter needs rule records out before they are read; the others it is asked about.
#[test]
fn a_view_of_fields_shows_what_its_filter_takes() {
    let (space, capture) = filled(2_000);
    put(&space, capture, 1, 2_000..2_100);
    indexed(&space.store);
    let looked =
        [Scope::default(), scope(&[capture])].map(|scope| (look(&space.store, &scope), scope));
    for text in FILTERS {
        let filter = query::parse(text, Millis(0)).expect("a filter");
        for (looked, scope) in &looked {
            looked.check_view(&space.store, scope, &filter);
        }
    }
}

const FILTERS: [&str; 18] = [
    "id:550e8400-e29b-41d4-a716-446655440000",
    "id:0b8f7a1c*",
    "status:PAID n>100",
    "-status:PAID id:f*",
    "status:PAID or \u{17F}tatus:late",
    "$.type:Order number<500",
    "word:order-1 or status:PAID",
    "word:\"order-1\" \"order-1\"",
    "/order-\\d7/",
    "/(?i)order-1|PAID/",
    "name:*elvin",
    "escaped:\u{e9}*",
    "exists:escaped",
    "packed:*",
    "n:30",
    "is:undecoded",
    "-paid -order",
    "absent:1 or \"absent-word\"",
];

#[test]
fn it_follows_what_is_written_meanwhile() {
    let (space, capture) = filled(500);
    let needle = Needle {
        text: "order".into(),
        case_sensitive: false,
    };
    let view = space
        .store
        .view(Scope::default(), &needle.filter())
        .expect("a view");
    std::thread::scope(|threads| {
        let writing = threads.spawn(|| {
            for turn in 0..30 {
                put(&space, capture, 0, 500 + turn * 400..900 + turn * 400);
            }
        });
        let mut before = 0;
        while !writing.is_finished() {
            let so_far = view
                .advance(&Cancel::new(), Duration::from_millis(5))
                .expect("progress");
            assert!(so_far.scanned <= so_far.total && so_far.matched >= before);
            before = so_far.matched;
        }
        writing.join().expect("written");
    });
    check(&space.store, &Scope::default(), &needle);
    indexed(&space.store);
    check_all(&space.store, &Scope::default());
}

#[derive(Clone, Debug)]
enum Step {
    Read {
        capture: usize,
        shard: usize,
        from: u64,
        count: u64,
    },
    Delete {
        capture: usize,
    },
    Reopen,
    Tear {
        at: prop::sample::Index,
    },
    Index,
    Look {
        needle: prop::sample::Index,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let read =
        (0..2usize, 0..SHARDS, 0..3_000u64, 1..900u64).prop_map(|(capture, shard, from, count)| {
            Step::Read {
                capture,
                shard,
                from,
                count,
            }
        });
    let step = prop_oneof![
        6 => read,
        1 => (0..2usize).prop_map(|capture| Step::Delete { capture }),
        1 => Just(Step::Reopen),
        1 => any::<prop::sample::Index>().prop_map(|at| Step::Tear { at }),
        1 => Just(Step::Index),
        4 => any::<prop::sample::Index>().prop_map(|needle| Step::Look { needle }),
    ];
    prop::collection::vec(step, 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_done_nothing_is_missed(steps in steps()) {
        let mut space = reopened(workspace(SHARDS), |_| ());
        let mut captures = [space.capture("0"), space.capture("1")];
        let needles = needles();
        for step in steps {
            match step {
                Step::Read { capture, shard, from, count } => {
                    put(&space, captures[capture], shard, from..from + count);
                }
                Step::Delete { capture } => {
                    space.store.delete_capture(captures[capture]).expect("deleted");
                    captures[capture] = space.capture("again");
                }
                Step::Reopen => space = reopened(space, |_| ()),
                Step::Tear { at } => space = reopened(space, |files| {
                    if !files.is_empty() {
                        cut(at.get(files), |len| len / 2);
                    }
                }),
                Step::Index => indexed(&space.store),
                Step::Look { needle } => {
                    let needle = needle.get(&needles);
                    check(&space.store, &Scope::default(), needle);
                    check(&space.store, &scope(&captures[..1]), needle);
                }
            }
        }
    }
}
