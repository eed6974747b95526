//! The files of search text: torn, damaged, of another time or of another workspace, they are made again,
//! and no search takes them for what they are not.

use crate::{
    fixture::{Workspace, workspace},
    search::{SHARDS, check_all, filled, indexed, put, reopened, reopened_with, text_files},
    texts::{check, needles},
};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};
use store::{Scope, SearchLimits};

#[cfg(unix)]
#[test]
fn the_files_are_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (space, _) = filled(2_000);
    indexed(&space.store);
    for file in text_files(&space.path()) {
        assert_eq!(
            fs::metadata(file).expect("a file").permissions().mode() & 0o777,
            0o600
        );
    }
}

/// Of two captures in one file, the smaller is deleted.
#[test]
fn what_was_deleted_is_in_no_file() {
    const OF_DELETED: &[u8] = b"\"n\":9000";
    const OF_KEPT: &[u8] = b"\"n\":5";
    let space = workspace(SHARDS);
    let [kept, deleted] = ["one", "two"].map(|name| space.capture(name));
    for turn in 0..4 {
        put(&space, kept, 0, turn * 600..turn * 600 + 600);
        put(
            &space,
            deleted,
            1,
            900_000 + turn * 600..900_600 + turn * 600,
        );
    }
    let space = reopened(space, |files| {
        assert!(files.is_empty(), "too little for a file");
    });
    let any = |holds: &dyn Fn(&PathBuf) -> bool| text_files(&space.path()).iter().any(holds);
    until("a file has text of both", || {
        any(&|file| holds(file, OF_DELETED) && holds(file, OF_KEPT))
    });
    space.store.delete_capture(deleted).expect("deleted");
    until("no file has it", || !any(&|file| holds(file, OF_DELETED)));
    indexed(&space.store);
    assert!(any(&|file| holds(file, OF_KEPT)));
    check_all(&space.store, &Scope::default());
}

/// Small blocks go into others when a workspace is closed.
#[test]
fn what_went_into_another_block_stays_in_its_file_until_it_is_deleted() {
    const OF_DELETED: &[u8] = b"\"n\":90000";
    let limits = SearchLimits {
        budget_bytes: 1 << 30,
        least_bytes: 10_000,
        most_bytes: 10 << 20,
    };
    let finished = |space: &Workspace| -> Vec<PathBuf> {
        let mut files = text_files(&space.path());
        files.retain(|file| file.extension().is_some_and(|ending| ending == "text"));
        files
    };
    let space = workspace(SHARDS);
    let [kept, deleted] = ["one", "two"].map(|name| space.capture(name));
    put(&space, deleted, 1, 900_000..900_040);
    let space = reopened_with(limits, space, |_| ());
    put(&space, kept, 0, 0..1_400);
    until("a file", || finished(&space).len() == 1);
    let first = finished(&space).remove(0);
    assert!(holds(&first, OF_DELETED));

    put(&space, deleted, 1, 900_040..900_060);
    let space = reopened_with(limits, space, |_| ());
    put(&space, kept, 0, 1_400..2_800);
    until("another file", || finished(&space).len() == 2);
    assert_eq!(finished(&space)[0], first, "it was not made anew");
    check_all(&space.store, &Scope::default());

    space.store.delete_capture(deleted).expect("deleted");
    until("no file has it", || {
        let files = text_files(&space.path());
        !files.iter().any(|file| holds(file, OF_DELETED))
    });
    check_all(&space.store, &Scope::default());
}

fn holds(file: &PathBuf, text: &[u8]) -> bool {
    let bytes = fs::read(file).unwrap_or_default();
    bytes.windows(text.len()).any(|window| window == text)
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn torn_and_damaged_files_are_made_again() {
    let (mut space, _) = filled(3_000);
    let damages: [fn(&[PathBuf]); 6] = [
        |files| {
            for file in files {
                fs::remove_file(file).expect("removed");
            }
        },
        |files| cut(&files[0], |len| len - 1),
        |files| cut(&files[0], |_| 0),
        |files| spoil(&files[0], |bytes| find(bytes, b"PAID")),
        |files| spoil(&files[0], |bytes| bytes.len() * 19 / 20),
        |files| fs::rename(&files[0], files[0].with_extension("part")).expect("renamed"),
    ];
    for damage in damages {
        indexed(&space.store);
        space = reopened(space, damage);
        for needle in needles().iter().step_by(5) {
            check(&space.store, &Scope::default(), needle);
        }
        indexed(&space.store);
        let files = text_files(&space.path());
        assert!(
            files
                .iter()
                .all(|file| file.extension().is_some_and(|e| e == "text")),
            "{files:?}"
        );
        check_all(&space.store, &Scope::default());
    }
}

pub fn cut(file: &PathBuf, len: impl Fn(u64) -> u64) {
    let file = fs::OpenOptions::new()
        .write(true)
        .open(file)
        .expect("a file");
    let now = file.metadata().expect("a length").len();
    file.set_len(len(now)).expect("cut");
}

fn spoil(file: &PathBuf, place: impl Fn(&[u8]) -> usize) {
    let mut bytes = fs::read(file).expect("a file");
    let place = place(&bytes);
    bytes[place] ^= 0x01;
    fs::write(file, bytes).expect("written");
}

fn find(bytes: &[u8], text: &[u8]) -> usize {
    let mut windows = bytes.windows(text.len());
    windows
        .position(|window| window == text)
        .expect("it is there")
}

#[test]
fn a_workspace_that_changed_without_its_search_text_is_searched_right() {
    let (space, _) = filled(2_000);
    indexed(&space.store);
    let old = space.folder.path().join("old");
    let space = reopened(space, |files| {
        fs::create_dir(&old).expect("a folder");
        for file in files {
            fs::copy(file, old.join(file.file_name().expect("a name"))).expect("copied");
        }
    });
    // the text of another time, in a workspace that forgot a capture and has another
    let captures = space.store.captures().expect("captures");
    space.store.delete_capture(captures[0].id).expect("deleted");
    let capture = space.capture("two");
    put(&space, capture, 1, 500..1_500);
    let path = space.path();
    let space = reopened(space, |_| {
        for entry in fs::read_dir(&old).expect("a folder") {
            let file = entry.expect("an entry");
            fs::copy(
                file.path(),
                path.with_extension("kscope-search").join(file.file_name()),
            )
            .expect("copied");
        }
    });
    check_all(&space.store, &Scope::default());
    indexed(&space.store);
    check_all(&space.store, &Scope::default());
}

/// Its blocks have the numbers of other blocks, which are in the search text.
#[test]
fn a_workspace_in_the_place_of_another_is_searched_right() {
    let [space, other] = [100..2_000, 10_000..11_900].map(|numbers| {
        let (space, capture) = filled(10);
        put(&space, capture, 0, numbers);
        indexed(&space.store);
        space
    });
    let (path, other_path) = (space.path(), other.path());
    other.store.close().expect("closed");
    let space = reopened(space, |files| {
        assert!(!files.is_empty() && !path.with_extension("kscope-wal").exists());
        fs::copy(&other_path, &path).expect("copied");
    });
    check_all(&space.store, &Scope::default());
    indexed(&space.store);
    check_all(&space.store, &Scope::default());
}
