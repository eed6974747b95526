//! The file itself: permissions, locks, versions, folders that cannot be written, damage.

use crate::fixture::{batch, everything, record, submit, workspace};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};
use store::{Scope, Store, StoreError};

fn refusal(path: &Path) -> StoreError {
    match Store::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

#[cfg(unix)]
#[test]
fn files_and_folder_are_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/deep/test.kscope");
    let store = Store::open(&path).expect("a workspace");
    store
        .put_stream(&crate::fixture::stream_record("orders"))
        .expect("a stream");
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().expect("a folder")), 0o700);
    let files: Vec<_> = fs::read_dir(path.parent().expect("a folder"))
        .expect("a folder")
        .flatten()
        .collect();
    assert!(
        files.len() >= 3,
        "the database, its log and its lock: {files:?}"
    );
    for file in files {
        assert_eq!(mode(&file.path()), 0o600, "{:?}", file.path());
    }
}

#[test]
fn a_workspace_is_open_once() {
    let space = workspace(1);
    assert!(matches!(refusal(&space.path()), StoreError::InUse { .. }));
    let clone = space.store.clone();
    space.store.close().expect("closed");
    let again = Store::open(&space.folder.path().join("test.kscope")).expect("free again");
    assert!(matches!(
        clone.put_stream(&crate::fixture::stream_record("x")),
        Err(StoreError::Closed)
    ));
    drop(again);
    Store::open(&space.folder.path().join("test.kscope"))
        .expect("free after the last handle is gone");
}

#[test]
fn a_file_of_a_newer_version_is_refused_untouched() {
    let space = workspace(1);
    let path = space.path();
    space.store.close().expect("closed");
    let mut bytes = fs::read(&path).expect("the file");
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    fs::write(&path, &bytes).expect("written");
    let error = refusal(&path);
    assert!(
        matches!(
            error,
            StoreError::NewerVersion {
                found: 99,
                known: 4,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(fs::read(&path).expect("the file"), bytes);
    assert!(!space.folder.path().join("test.kscope-wal").exists());
}

#[test]
fn what_is_no_workspace_is_refused_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("other.kscope");
    for bytes in [
        b"just a text".to_vec(),
        vec![0; 4096],
        b"SQLite format 3\0".to_vec(),
    ] {
        fs::write(&other, &bytes).expect("written");
        assert!(matches!(refusal(&other), StoreError::NotAWorkspace { .. }));
        assert_eq!(fs::read(&other).expect("the file"), bytes);
    }
    let foreign = folder.path().join("foreign.kscope");
    let connection = rusqlite::Connection::open(&foreign).expect("a database");
    connection
        .execute_batch("CREATE TABLE t (x); PRAGMA application_id = 7")
        .expect("a table");
    drop(connection);
    assert!(matches!(
        refusal(&foreign),
        StoreError::NotAWorkspace { .. }
    ));
}

#[test]
fn an_empty_file_becomes_a_workspace() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let store = Store::open(file.path()).expect("a workspace");
    assert!(store.streams().expect("streams").is_empty());
}

/// A log without its database is another's, and a file that was not made to its end is nobody's.
#[test]
fn what_an_attempt_left_does_not_stand_in_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("test.kscope");
    let left = |suffix: &str| folder.path().join(format!("test.kscope{suffix}"));
    fs::write(left("-new"), vec![0; 9_000]).expect("half a file");
    fs::write(left("-new-journal"), b"no journal").expect("half a journal");
    fs::write(left("-wal"), b"a log").expect("a log");
    let store = Store::open(&path).expect("a workspace");
    store.verify().expect("a sound one");
    store.close().expect("closed");
    assert!(!left("-new").exists() && !left("-new-journal").exists());
    let kept = fs::read(left("-wal.left")).expect("it is kept");
    assert_eq!(kept, b"a log");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let error = refusal(&file.path().join("test.kscope"));
    assert!(matches!(error, StoreError::File { .. }), "{error:?}");
}

const NOBODY: u32 = 65_534;
const READ_ONLY: &str = "KINESCOPE_TEST_READ_ONLY";

/// Permission bits do not bind root, so the test runs itself again as `nobody` there.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    if let Some(path) = std::env::var_os(READ_ONLY) {
        let error = refusal(Path::new(&path));
        assert!(
            matches!(error, StoreError::ReadOnlyFolder { .. }),
            "{error:?}"
        );
        println!("refused: {error}");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("read-only");
    let store = Store::open(&inside.join("old.kscope")).expect("a workspace");
    store.close().expect("closed");
    if is_root() {
        // or the child could not even open what is there
        for entry in fs::read_dir(&inside).expect("the folder") {
            let path = entry.expect("an entry").path();
            std::os::unix::fs::chown(path, Some(NOBODY), None).expect("another owner");
        }
    }
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o555)).expect("permissions");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    let binary = folder.path().join("test-binary");
    fs::copy(std::env::current_exe().expect("this test"), &binary)
        .expect("a copy that everybody may run");
    for name in ["new.kscope", "old.kscope"] {
        let mut child = Command::new(&binary);
        child.args([
            "--exact",
            "files::a_folder_that_cannot_be_written_is_named",
            "--nocapture",
        ]);
        child
            .env(READ_ONLY, inside.join(name))
            .stdout(Stdio::piped())
            .current_dir("/");
        if is_root() {
            child.uid(NOBODY);
        }
        let output = child.output().expect("a child");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("refused: "),
            "{name}: {said}"
        );
    }
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o755)).expect("permissions");
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = tempfile::NamedTempFile::new().expect("a file");
    file.as_file().metadata().expect("metadata").uid() == 0
}

#[test]
fn damage_is_told_and_never_shown_as_records() {
    let space = workspace(1);
    let capture = space.capture("damage");
    let records = (0..600)
        .map(|n| record(n, n as i64, "k", format!("payload number {n}").as_bytes()))
        .collect();
    submit(&space.store, batch(capture, space.shards[0], records)).expect("committed");
    let rows = everything(&space.store, &Scope::default());
    let path = space.path();
    space.store.close().expect("closed");
    let sound = fs::read(&path).expect("the file");
    let payloads: Vec<String> = (0..600).map(|n| format!("payload number {n}")).collect();
    // zstd's magic number is where blocks begin: everything behind it is data of theirs
    let starts: Vec<usize> = sound
        .windows(4)
        .enumerate()
        .filter(|(_, w)| *w == [0x28, 0xb5, 0x2f, 0xfd])
        .map(|(at, _)| at)
        .collect();
    assert!(starts.len() >= 4, "two blocks of two parts: {starts:?}");
    let mut told = 0;
    for &start in &starts {
        for offset in [0, 7, 40, 200, 700] {
            let mut bytes = sound.clone();
            bytes[start + offset] ^= 0x10;
            fs::write(&path, &bytes).expect("written");
            let Ok(store) = Store::open(&path) else {
                continue;
            };
            for row in &rows {
                match store.record(row.id) {
                    Ok(Some(full)) => {
                        let n = payloads
                            .iter()
                            .position(|p| p.as_bytes() == full.payload)
                            .expect("a true payload");
                        assert_eq!(full.row.sequence, crate::fixture::sequence(n as u64));
                    }
                    Ok(None) => panic!("a record vanished without a word"),
                    Err(StoreError::Damaged { .. }) => told += 1,
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
    }
    assert!(told > 0, "no damage was hit");
}

#[test]
fn random_damage_anywhere_never_panics() {
    use rand::{Rng, SeedableRng, rngs::StdRng};
    let space = workspace(2);
    let capture = space.capture("damage");
    for &shard in &space.shards {
        let records = (0..900)
            .map(|n| record(n, n as i64, "k", format!("payload number {n}").as_bytes()))
            .collect();
        submit(&space.store, batch(capture, shard, records)).expect("committed");
        submit(
            &space.store,
            batch(capture, shard, vec![record(901, 5, "k", b"tail")]),
        )
        .expect("committed");
    }
    let path = space.path();
    drop(space.store);
    let sound = fs::read(&path).expect("the file");
    let mut random = StdRng::seed_from_u64(42);
    for _ in 0..60 {
        let mut bytes = sound.clone();
        for _ in 0..random.random_range(1..20) {
            let at = random.random_range(100..bytes.len());
            bytes[at] = random.random();
        }
        fs::write(&path, &bytes).expect("written");
        let Ok(store) = Store::open(&path) else {
            continue;
        };
        let _ = store.verify();
        let _ = store.captures();
        let Ok(view) = store.view(Scope::default(), &query::Filter::Everything) else {
            continue;
        };
        let _ = view.advance(&store::Cancel::new(), std::time::Duration::from_secs(1));
        let _ = view.page(0, 5_000);
    }
}

/// A tool that has begun to write in the file and does not end: it is said, and afterwards all goes on.
#[test]
fn a_file_that_another_program_has_locked_is_named_and_usable_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("locked.kscope");
    let store = Store::open(&path).expect("a workspace");
    let other = rusqlite::Connection::open(&path).expect("the tool");
    other.execute_batch("BEGIN IMMEDIATE").expect("it writes");
    let orders = crate::fixture::stream_record("orders");
    let refused = store.put_stream(&orders).expect_err("it is locked");
    assert!(matches!(refused, StoreError::Locked), "{refused:?}");
    assert!(refused.to_string().contains("another program"), "{refused}");
    other.execute_batch("ROLLBACK").expect("it ends");
    store.put_stream(&orders).expect("a stream");
}
