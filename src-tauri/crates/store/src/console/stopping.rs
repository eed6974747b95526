//! Statements that run long in one instruction or one row: each ends within two seconds of a stop, and soon takes no more
//! memory.

use super::{hostile::Nobody, *};
use std::{
    thread,
    time::{Duration, Instant},
};

fn stopped_in(sql: &str) -> (SqlEnd, Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("test.kscope")).expect("a workspace");
    let console = store
        .console(&Scope::default(), Arc::new(AsStored), Vec::new())
        .expect("a console");
    let cancel = Cancel::new();
    thread::scope(|threads| {
        let running = threads.spawn(|| {
            let limits = SqlLimits {
                memory_bytes: 1 << 40,
                ..SqlLimits::default()
            };
            console.run(sql, &limits, &cancel, &mut Nobody)
        });
        // the statement has no condition to wait for: the time is what is tested
        thread::sleep(Duration::from_millis(500));
        cancel.cancel();
        let asked = Instant::now();
        let end = running.join().expect("a thread");
        let took = asked.elapsed();
        (end.unwrap_or_else(|error| panic!("{sql}: {error}")), took)
    })
}

fn sort_of(rows: u32) -> String {
    format!(
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {rows}) SELECT x FROM c ORDER BY random()"
    )
}

#[test]
fn a_long_sort_can_be_stopped() {
    for rows in [400_000, 1_000_000, 2_000_000, 5_000_000] {
        let (_, took) = stopped_in(&sort_of(rows));
        // a third of it on a machine that does nothing else
        assert!(took < Duration::from_secs(2), "{rows}: {took:?}");
    }
    assert_eq!(stopped_in(&sort_of(5_000_000)).0, SqlEnd::Stopped);
}

#[test]
fn texts_are_not_made_without_an_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("test.kscope")).expect("a workspace");
    let run = |sql: &str| {
        let shown: Shown = Arc::new(AsStored);
        let console = store
            .console(&Scope::default(), shown, Vec::new())
            .expect("a console");
        console.run(sql, &SqlLimits::default(), &Cancel::new(), &mut Nobody)
    };
    for sql in [
        "SELECT printf('%.*c', 16000000, 'a')",
        "SELECT format('%16000000d', 1)",
        "SELECT unhex('00', '-')",
    ] {
        assert!(matches!(run(sql), Err(StoreError::Sql { .. })), "{sql}");
    }
    let wide = format!("SELECT {}", vec!["1"; 101].join(", "));
    assert!(run(&wide).is_err());
    assert_eq!(
        run("SELECT printf('%05.1f|%s', 2.25, 'x')").expect("a row"),
        SqlEnd::Whole
    );
}
