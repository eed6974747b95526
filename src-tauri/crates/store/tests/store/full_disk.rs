//! A disk without room: what is stored stays, the cause is told, and work goes on once there is
//! room again. The limit on the size of files stands in for the disk (`ulimit -f`).

#![cfg(unix)]

use crate::fixture::{batch, everything, record, submit, workspace};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::process::Command;
use store::{Scope, Store, StoreError};

const CHILD: &str = "KINESCOPE_TEST_FILE_LIMIT";

#[test]
fn a_write_that_the_disk_refuses_fails_whole_and_is_told() {
    if std::env::var_os(CHILD).is_some() {
        fill();
        return;
    }
    let this = std::env::current_exe().expect("this test");
    // blocks of 1,024 bytes in dash and bash; the signal that a larger file brings is ignored
    let script = "trap '' XFSZ; ulimit -f 2048; exec \"$0\" --exact \
                  full_disk::a_write_that_the_disk_refuses_fails_whole_and_is_told --nocapture";
    let output = Command::new("bash")
        .args(["-c", script])
        .arg(this)
        .env(CHILD, "1")
        .output()
        .expect("a child");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("refused: "),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn fill() {
    let space = workspace(1);
    let capture = space.capture("full");
    let noise = |n: u64| {
        let mut bytes = vec![0; 20_000];
        StdRng::seed_from_u64(n).fill(bytes.as_mut_slice());
        bytes
    };
    let mut stored = 0;
    let mut refused = 0;
    // opening the file again after an error makes some room: the log begins anew
    while refused < 5 {
        let next = vec![record(stored, 1, "k", &noise(stored))];
        match submit(&space.store, batch(capture, space.shards[0], next)) {
            Ok(_) => (stored, refused) = (stored + 1, 0),
            Err(error) => {
                refused += 1;
                check(&space.store, stored);
                assert!(
                    matches!(*error, StoreError::Disk { .. } | StoreError::DiskFull),
                    "{error:?}"
                );
                assert!(!error.to_string().to_lowercase().contains("delet"));
            }
        }
        assert!(stored < 1_000, "the limit did not bind");
    }
    println!("refused: after {stored} records");
}

fn check(store: &Store, stored: u64) {
    let rows = everything(store, &Scope::default());
    assert_eq!(rows.len() as u64, stored);
    for row in [&rows[0], &rows[rows.len() / 2], &rows[rows.len() - 1]] {
        let full = store.record(row.id).expect("read").expect("there");
        assert_eq!(full.payload.len(), 20_000);
    }
    store.verify().expect("a sound workspace");
}
