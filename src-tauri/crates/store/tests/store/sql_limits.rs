//! SQL at its bounds: the memory that a statement takes, long looks within one value, what was deleted meanwhile, and
//! answers over shards that were read in part.

use crate::{
    fixture::{batch, record, sequence, submit, workspace},
    sql::{filled, run, run_with, shown},
    stopping::unruly,
};
use record::Millis;
use std::{
    thread,
    time::{Duration, Instant},
};
use store::{Cancel, GapReason, NewGap, Scope, SqlAnswer, SqlEnd, SqlLimits, SqlValue, StoreError};

const MIB: u64 = 1024 * 1024;

/// The largest resident size of this process so far, in bytes.
#[cfg(target_os = "linux")]
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("a peak");
    let kib: u64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number");
    kib * 1024
}

/// Runs a test of this program in a process of its own, where nothing else takes memory.
#[cfg(target_os = "linux")]
fn alone(name: &str) {
    let program = std::env::current_exe().expect("this program");
    let done = std::process::Command::new(program)
        .args(["--exact", name, "--ignored", "--nocapture"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&done.stdout);
    let failed = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{said}{failed}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn greedy_statements_stay_within_their_memory() {
    alone("sql_limits::greedy_statements_alone");
}

/// All together take no more than the limit of one, and what is taken between two looks.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "run by greedy_statements_stay_within_their_memory, in a process of its own"]
fn greedy_statements_alone() {
    let (space, _, _) = filled();
    let limits = SqlLimits {
        memory_bytes: 64 * MIB,
        time: Duration::from_secs(20),
        ..SqlLimits::default()
    };
    let numbers = |until: &str| {
        format!("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c {until})")
    };
    let (endless, some) = (numbers(""), numbers("WHERE x < 100"));
    let wide = "printf('%.*c', 1000000, 'x') || x";
    let endless_ones = [
        format!("{endless} SELECT {wide} AS y FROM c ORDER BY y"),
        format!("{endless} SELECT DISTINCT {wide} FROM c LIMIT 1 OFFSET 100000"),
        format!("{endless} SELECT count(*) FROM c GROUP BY {wide}"),
        format!("{endless} SELECT x, count(*) OVER (ORDER BY {wide}) FROM c"),
        format!(
            "{endless}, d AS MATERIALIZED (SELECT {wide} AS y FROM c) SELECT count(*) FROM d a JOIN d b USING (y)"
        ),
    ];
    // one value has a limit of its own, which is less
    let too_big = [
        format!("{some} SELECT group_concat({wide}) FROM c"),
        format!("{some} SELECT json_group_array({wide}) FROM c"),
    ];
    let base = peak_bytes();
    for sql in endless_ones.iter().chain(&too_big) {
        let ended = run_with(&space, &Scope::default(), sql, &limits).map(|(_, end, _)| end);
        let grown = peak_bytes().saturating_sub(base);
        match &ended {
            Ok(end) => assert_eq!(*end, SqlEnd::Memory, "{sql}"),
            Err(StoreError::Sql { message, .. }) => {
                assert!(
                    too_big.contains(sql) && message.contains("too big"),
                    "{sql}: {message}"
                );
            }
            Err(error) => panic!("{sql}: {error}"),
        }
        assert!(grown < 2 * 64 * MIB, "{} MiB: {sql}", grown / MIB);
    }
}

/// A statement is stopped within one value of a record.
#[test]
fn a_long_look_within_one_value_ends() {
    let space = workspace(1);
    let capture = space.capture("large");
    let large = record(1, 1, "k", &unruly(4_000_000, 1));
    submit(&space.store, batch(capture, space.shards[0], vec![large])).expect("committed");
    let console = space.store.console(&Scope::default(), shown(), Vec::new());
    let console = console.expect("a console");
    let cancel = Cancel::new();
    let sql = "SELECT count(*) FROM records WHERE payload REGEXP 'a[ab]{1000}[^ab]'";
    thread::scope(|threads| {
        let running = threads.spawn(|| {
            let mut answer = crate::sql::Answer::default();
            console.run(sql, &SqlLimits::default(), &cancel, &mut answer)
        });
        // a statement has no condition to wait for: the time is what is tested
        thread::sleep(Duration::from_millis(500));
        assert!(
            !running.is_finished(),
            "it takes no time: make the payload longer"
        );
        cancel.cancel();
        let asked = Instant::now();
        let end = running.join().expect("a thread").expect("an end");
        assert_eq!(end, SqlEnd::Stopped);
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "{:?}",
            asked.elapsed()
        );
    });
}

/// Does something once, with the first row.
struct Meanwhile<F: FnMut()> {
    rows: Vec<Vec<SqlValue>>,
    once: Option<F>,
}

impl<F: FnMut()> SqlAnswer for Meanwhile<F> {
    fn columns(&mut self, _: Vec<String>) {}

    fn row(&mut self, values: Vec<SqlValue>) {
        self.rows.push(values);
        if let Some(mut once) = self.once.take() {
            once();
        }
    }
}

/// A capture is deleted while a statement reads its records: the rows before stand, no row is another record's, and the
/// statement does not end as if it were whole.
#[test]
fn what_is_deleted_during_a_statement_is_told() {
    let space = workspace(1);
    let capture = space.capture("goes");
    let records =
        (0..20_000_u64).map(|n| record(n, n as i64, "k", format!("{{\"n\":{n}}}").as_bytes()));
    let records: Vec<_> = records.collect();
    for some in records.chunks(5_000) {
        submit(&space.store, batch(capture, space.shards[0], some.to_vec())).expect("committed");
    }
    let console = space.store.console(&Scope::default(), shown(), Vec::new());
    let mut answer = Meanwhile {
        rows: Vec::new(),
        once: Some(|| space.store.delete_capture(capture).expect("deleted")),
    };
    let limits = SqlLimits {
        rows: 100_000,
        ..SqlLimits::default()
    };
    let sql = "SELECT arrival, json_text(payload, '$.n') FROM records ORDER BY arrival DESC";
    let ended = console
        .expect("a console")
        .run(sql, &limits, &Cancel::new(), &mut answer);
    let told = ended.expect_err("it was not whole").to_string();
    assert!(told.contains("deleted"), "{told}");
    assert!(!answer.rows.is_empty() && answer.rows.len() < 20_000);
    for row in &answer.rows {
        let [SqlValue::Integer(arrival), SqlValue::Text(number)] = &row[..] else {
            panic!("{row:?}");
        };
        assert_eq!(&arrival.to_string(), number);
    }
}

/// A shard that was read in part, with a gap in between: the records of the covered stretches, and both told.
#[test]
fn coverage_tells_what_an_answer_cannot_know() {
    let space = workspace(1);
    let (early, late) = (space.capture("early"), space.capture("late"));
    for (capture, stretch) in [(early, 0..100_u64), (late, 150..250)] {
        let records = stretch.map(|n| record(n, n as i64 * 1_000, "k", b"{}"));
        submit(
            &space.store,
            batch(capture, space.shards[0], records.collect()),
        )
        .expect("committed");
    }
    let mut gap = batch(late, space.shards[0], Vec::new());
    gap.gap = Some(NewGap {
        reason: GapReason::Trimmed,
        after: Some(sequence(99)),
        before: Some(sequence(150)),
        from: Some(Millis(99_000)),
        until: Some(Millis(150_000)),
    });
    submit(&space.store, gap).expect("committed");
    let scope = Scope {
        captures: vec![late],
    };
    let asked = |scope: &Scope, sql: &str| run(&space, scope, sql).expect(sql).0.rows;
    let count = "SELECT count(*), min(arrival), max(arrival) FROM records";
    let numbers = |values: [i64; 3]| vec![values.map(SqlValue::Integer).to_vec()];
    assert_eq!(asked(&Scope::default(), count), numbers([200, 0, 249_000]));
    assert_eq!(asked(&scope, count), numbers([100, 150_000, 249_000]));
    // a count beside the share of its time that was read
    let share = "SELECT (SELECT count(*) FROM records), sum(CASE kind WHEN 'covered' THEN until_time - from_time ELSE 0 END), sum(CASE kind WHEN 'gap' THEN until_time - from_time ELSE 0 END) FROM coverage";
    assert_eq!(
        asked(&Scope::default(), share),
        numbers([200, 198_000, 51_000])
    );
    assert_eq!(asked(&scope, share), numbers([100, 99_000, 51_000]));
}
