//! SQL over real files: answers equal to what was written, scans that stop where they may, and a writer that goes on.

use crate::fixture::{Workspace, aggregate, batch, record, sequence, submit, workspace};
use record::{KinesisRecord, Millis};
use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use store::{
    Cancel, CaptureId, GapReason, NewGap, Rows, Scope, Shown, SqlAnswer, SqlColumn, SqlEnd,
    SqlLimits, SqlValue, SqlView, StoreError, prepare,
};

#[derive(Debug, Default)]
struct Answer {
    columns: Vec<String>,
    rows: Vec<Vec<SqlValue>>,
}

impl SqlAnswer for Answer {
    fn columns(&mut self, names: Vec<String>) {
        self.columns = names;
    }
    fn row(&mut self, values: Vec<SqlValue>) {
        self.rows.push(values);
    }
}

fn shown() -> Shown {
    Arc::new(|payload: &[u8]| Cow::Borrowed(payload))
}

fn run(space: &Workspace, scope: &Scope, sql: &str) -> Result<(Answer, SqlEnd, u64), StoreError> {
    run_with(space, scope, sql, &SqlLimits::default())
}

fn run_with(
    space: &Workspace,
    scope: &Scope,
    sql: &str,
    limits: &SqlLimits,
) -> Result<(Answer, SqlEnd, u64), StoreError> {
    let console = space.store.console(scope, shown(), Vec::new())?;
    let progress = console.progress();
    let mut answer = Answer::default();
    let end = console.run(sql, limits, &Cancel::new(), &mut answer)?;
    Ok((answer, end, progress.read()))
}

fn word(value: &SqlValue) -> String {
    match value {
        SqlValue::Null => "NULL".to_owned(),
        SqlValue::Integer(value) => value.to_string(),
        SqlValue::Real(value) => format!("{value:?}"),
        SqlValue::Text(text) => text.clone(),
        SqlValue::Blob(bytes) => format!("{bytes:02x?}"),
    }
}

/// The rows as lines; the statement must end with its last one.
fn lines(space: &Workspace, sql: &str) -> Vec<String> {
    let (answer, end, _) =
        run(space, &Scope::default(), sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    assert_eq!(end, SqlEnd::Whole, "{sql}");
    let line = |row: &Vec<SqlValue>| row.iter().map(word).collect::<Vec<_>>().join("|");
    answer.rows.iter().map(line).collect()
}

fn read(space: &Workspace, sql: &str) -> u64 {
    run(space, &Scope::default(), sql)
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
        .2
}

/// What was written of a record.
struct Written {
    shard: usize,
    number: u64,
    arrival: i64,
}

impl Written {
    fn kind(&self) -> String {
        format!("T{}", self.number % 5)
    }
    fn amount(&self) -> u64 {
        self.number * 3 % 1_000
    }
    fn payload(&self) -> String {
        let (kind, number) = (self.kind(), self.number);
        format!(
            "{{\"type\":\"{kind}\",\"n\":{number},\"amount\":{},\"big\":9007199254740993{number:04}}}",
            self.amount()
        )
    }
}

/// Blocks and a tail in two shards, stored in another order than they arrived.
fn filled() -> (Workspace, CaptureId, Vec<Written>) {
    let space = workspace(2);
    let capture = space.capture("all");
    let mut all = Vec::new();
    for (shard, stretch) in [
        (0, 1_000..2_300),
        (1, 0..700),
        (0, 0..1_000),
        (1, 700..740),
        (0, 2_300..2_320),
    ] {
        let some: Vec<Written> = stretch
            // arrivals of neighbours are a little out of order, and the shards' overlap
            .map(|number: u64| Written {
                shard,
                number,
                arrival: 1_000_000 + (number as i64 ^ 5) * 10 + shard as i64,
            })
            .collect();
        let records = some.iter().map(|w| {
            let key = format!("key-{}", w.number % 7);
            record(w.number, w.arrival, &key, w.payload().as_bytes())
        });
        submit(
            &space.store,
            batch(capture, space.shards[shard], records.collect()),
        )
        .expect("committed");
        all.extend(some);
    }
    (space, capture, all)
}

#[test]
fn answers_equal_what_was_written() {
    let (space, _, mut all) = filled();
    assert_eq!(
        lines(&space, "SELECT count(*) FROM records"),
        [all.len().to_string()]
    );
    all.sort_by_key(|w| (w.arrival, w.shard));
    let id = |w: &Written| format!("{}|{}|{}", sequence(w.number), w.shard, w.arrival);
    let columns = "sequence_number, substr(shard, -1) + 0, arrival";
    let oldest: Vec<String> = all.iter().map(id).collect();
    assert_eq!(
        lines(
            &space,
            &format!("SELECT {columns} FROM records ORDER BY arrival")
        ),
        oldest
    );
    let newest: Vec<String> = oldest.iter().rev().cloned().collect();
    assert_eq!(
        lines(
            &space,
            &format!("SELECT {columns} FROM records ORDER BY arrival DESC")
        ),
        newest
    );
    assert_eq!(
        lines(&space, &format!("SELECT {columns} FROM records")),
        newest,
        "newest first without an order"
    );
    let kinds = lines(
        &space,
        "SELECT json ->> '$.type' AS t, count(*), sum(json ->> '$.amount'), min(arrival) FROM events GROUP BY t ORDER BY t",
    );
    let expected: Vec<String> = (0..5)
        .map(|kind| {
            let of: Vec<&Written> = all.iter().filter(|w| w.number % 5 == kind).collect();
            let sum: u64 = of.iter().map(|w| w.amount()).sum();
            format!("T{kind}|{}|{sum}|{}", of.len(), of[0].arrival)
        })
        .collect();
    assert_eq!(kinds, expected);
    let joined = lines(
        &space,
        "SELECT s.shard, s.records, count(*), max(r.sequence_number) = s.last_sequence_number
         FROM records r JOIN shards s USING (shard_key) GROUP BY s.shard_key ORDER BY s.shard",
    );
    assert_eq!(
        joined,
        [
            "shardId-000000000000|2320|2320|1",
            "shardId-000000000001|740|740|1"
        ]
    );
    let one = &all[400];
    let found = lines(
        &space,
        &format!(
            "SELECT partition_key, size_bytes, event_type, format, payload, arrival_text FROM records WHERE sequence_number = '{}' AND shard LIKE '%{}'",
            sequence(one.number),
            one.shard,
        ),
    );
    let expected = format!(
        "key-{}|{}|{}|json|{}|{}",
        one.number % 7,
        one.payload().len(),
        one.kind(),
        one.payload(),
        Millis(one.arrival),
    );
    assert_eq!(found, [expected]);
}

/// Each condition against the same one over everything.
#[test]
fn bounds_change_what_is_read_and_never_what_is_found() {
    let (space, _, all) = filled();
    let total = all.len() as u64;
    let some = &all[2_000];
    let id = lines(
        &space,
        &format!("SELECT id FROM records WHERE arrival = {}", some.arrival),
    )
    .remove(0);
    for (condition, most_read) in [
        ("arrival >= 1022900".to_owned(), 1_000),
        ("arrival > 1022899.5".to_owned(), 1_000),
        ("arrival BETWEEN 1003000 AND 1003500".to_owned(), 1_900),
        ("arrival = NULL".to_owned(), total),
        ("shard = 'shardId-000000000001'".to_owned(), 740),
        (
            "shard = 'SHARDID-000000000001' COLLATE NOCASE".to_owned(),
            total,
        ),
        (
            "shard IN ('shardId-000000000001', 'nothing')".to_owned(),
            740,
        ),
        ("shard_key = 2".to_owned(), 740),
        ("stream = 'nothing'".to_owned(), 0),
        ("stream = 'orders' AND arrival <= 1000100".to_owned(), 1_600),
        (
            format!("sequence_number = '{}'", sequence(some.number)),
            1_100,
        ),
        ("sequence_number = 'x'".to_owned(), total),
        (format!("id = {id}"), 1_100),
        (format!("rowid = {id}"), 1_100),
        (format!("id > {id} AND id <= {id} + 20"), 1_100),
        ("id < 0".to_owned(), 0),
        ("arrival >= 1.0e18".to_owned(), 0),
        ("arrival >= -9e999".to_owned(), total),
    ] {
        // a unary plus keeps a column from being used as a bound
        let free = condition
            .replace("arrival ", "+arrival ")
            .replace("shard ", "+shard ")
            .replace("id ", "+id ")
            .replace("shard_key ", "+shard_key ")
            .replace("stream ", "+stream ")
            .replace("sequence_number ", "+sequence_number ")
            .replace("row+id", "+rowid");
        let sql = |condition: &str| format!("SELECT id FROM records WHERE {condition} ORDER BY id");
        let (bound, all) = (lines(&space, &sql(&condition)), lines(&space, &sql(&free)));
        assert!(
            bound == all,
            "{condition}: {} rows, and {} without bounds",
            bound.len(),
            all.len()
        );
        let read = read(&space, &sql(&condition));
        assert!(read <= most_read, "{condition}: {read} were read");
    }
}

#[test]
fn a_limit_reads_the_newest_or_the_oldest_only() {
    let (space, _, all) = filled();
    for sql in [
        "SELECT payload FROM records LIMIT 10",
        "SELECT payload FROM records ORDER BY arrival DESC LIMIT 10",
        "SELECT payload FROM records ORDER BY arrival DESC, id DESC LIMIT 10",
        "SELECT payload FROM records ORDER BY arrival LIMIT 10",
        "SELECT json FROM events WHERE arrival < 1020000 LIMIT 10",
    ] {
        let read = read(&space, sql);
        assert!(
            read > 0 && read < all.len() as u64 / 2,
            "{sql}: {read} were read"
        );
    }
    let by_key = "SELECT id FROM records ORDER BY partition_key LIMIT 10";
    assert_eq!(read(&space, by_key), all.len() as u64);
}

#[test]
fn payloads_and_json_are_what_they_are() {
    let space = workspace(1);
    let capture = space.capture("all");
    let packed = zstd::bulk::compress(b"{\"packed\":true}", 1).expect("packed");
    let outer = KinesisRecord {
        sequence: sequence(6),
        arrival: Millis(6),
        partition_key: Some("outer".into()),
        payload: aggregate(&[("a", b"{\"part\":1}"), ("b", b"{\"part\":2}")]),
    };
    let mut records: Vec<_> = [
        &b"plain"[..],
        &[0xFF, 0, 1],
        &packed,
        b"",
        b"{\"big\":12345678901234567890123}",
    ]
    .iter()
    .zip(1..)
    .map(|(payload, n)| record(n, n as i64, "k", payload))
    .collect();
    records.push(prepare(outer, None));
    submit(&space.store, batch(capture, space.shards[0], records)).expect("committed");
    assert_eq!(
        lines(
            &space,
            "SELECT typeof(payload), format, size_bytes, json, json_text(json, '$.big'), partition_key, sub_sequence FROM events ORDER BY arrival, id"
        ),
        [
            "text|text|5|NULL|NULL|k|0".to_owned(),
            "blob|binary|3|NULL|NULL|k|0".to_owned(),
            format!("blob|binary|{}|{{\"packed\":true}}|NULL|k|0", packed.len()),
            "text|empty|0|NULL|NULL|k|0".to_owned(),
            "text|json|31|{\"big\":12345678901234567890123}|12345678901234567890123|k|0".to_owned(),
            "text|json|10|{\"part\":1}|NULL|a|0".to_owned(),
            "text|json|10|{\"part\":2}|NULL|b|1".to_owned(),
        ]
    );
    assert_eq!(
        lines(
            &space,
            "SELECT e.value FROM events, json_each(events.json) e WHERE e.key = 'part' ORDER BY 1"
        ),
        ["1", "2"]
    );
}

#[test]
fn a_scope_has_the_records_that_its_captures_cover() {
    let space = workspace(2);
    let captures: Vec<CaptureId> = ["one", "two"].map(|name| space.capture(name)).into();
    for (capture, stretch) in [(captures[0], 0..900_u64), (captures[1], 600..1_500)] {
        let records = stretch.map(|n| record(n, n as i64, "k", b"{}"));
        submit(
            &space.store,
            batch(capture, space.shards[0], records.collect()),
        )
        .expect("committed");
    }
    let mut gap = batch(captures[1], space.shards[1], Vec::new());
    gap.gap = Some(NewGap {
        reason: GapReason::Trimmed,
        after: None,
        before: Some(sequence(9)),
        from: Some(Millis(1)),
        until: Some(Millis(2)),
    });
    submit(&space.store, gap).expect("committed");
    let in_scope = |sql: &str, captures: &[CaptureId]| {
        let (answer, ..) = run(
            &space,
            &Scope {
                captures: captures.to_vec(),
            },
            sql,
        )
        .expect(sql);
        answer
            .rows
            .iter()
            .map(|row| row.iter().map(word).collect::<Vec<_>>().join("|"))
            .collect::<Vec<_>>()
    };
    let extent = "SELECT count(*), min(arrival), max(arrival) FROM records";
    assert_eq!(in_scope(extent, &captures[..1]), ["900|0|899"]);
    assert_eq!(in_scope(extent, &captures[1..]), ["900|600|1499"]);
    assert_eq!(in_scope(extent, &[]), ["1500|0|1499"]);
    assert_eq!(
        in_scope(
            "SELECT name, state, records, streams FROM captures",
            &captures[..1]
        ),
        ["one|paused|900|orders"]
    );
    let coverage = "SELECT kind, capture, shard_key, reason, from_time, until_time, records FROM coverage ORDER BY 1, 2";
    assert_eq!(
        in_scope(coverage, &[]),
        [
            "covered|1|1|NULL|0|899|900",
            "covered|2|1|NULL|600|1499|900",
            "gap|2|2|trimmed|1|2|NULL"
        ]
    );
    assert_eq!(
        in_scope(
            "SELECT shard_key, records, closed FROM shards",
            &captures[..1]
        ),
        ["1|1500|0"]
    );
}

/// Each statement sees the records of one moment, while a writer stores, seals, and makes blocks anew.
#[test]
fn a_statement_sees_one_moment_and_the_writer_goes_on() {
    let space = workspace(1);
    let capture = space.capture("grows");
    let shard = space.shards[0];
    let store = |numbers: Vec<u64>| {
        let records = numbers
            .into_iter()
            .map(|n| record(n, n as i64, "k", b"{\"a\":1}"));
        submit(&space.store, batch(capture, shard, records.collect())).expect("committed");
    };
    // every other number, so that what comes between makes blocks anew
    store((0..4_000).map(|n| n * 2).collect());
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0..40_u64 {
                store((0..100).map(|n| (turn * 100 + n) * 2 + 1).collect());
            }
            done.store(true, Ordering::Release);
        });
        let mut looks = 0;
        let mut last = 0;
        while !done.load(Ordering::Acquire) || looks == 0 {
            let (answer, _, _) = run(&space, &Scope::default(),
                "SELECT a.n, b.n, a.even FROM (SELECT count(*) n, sum(arrival % 2 = 0) even FROM records) a,
                 (SELECT count(DISTINCT id) n FROM records WHERE json_valid(payload)) b").expect("an answer");
            let [
                SqlValue::Integer(all),
                SqlValue::Integer(once),
                SqlValue::Integer(even),
            ] = answer.rows[0][..]
            else {
                panic!("{answer:?}");
            };
            assert_eq!(all, once, "two scans of one statement");
            assert_eq!(even, 4_000, "what was stored before is there, each once");
            assert!(
                all >= last && (all - 4_000) % 100 == 0,
                "{all}: whole batches only"
            );
            last = all;
            looks += 1;
        }
    });
    assert_eq!(lines(&space, "SELECT count(*) FROM records"), ["8000"]);
}

#[test]
fn what_ends_a_statement_is_told() {
    let (space, _, _) = filled();
    let scope = Scope::default();
    let limits = SqlLimits {
        rows: 5,
        ..SqlLimits::default()
    };
    let (answer, end, _) =
        run_with(&space, &scope, "SELECT id FROM records", &limits).expect("rows");
    assert_eq!((answer.rows.len(), end), (5, SqlEnd::Rows));
    let (answer, end, _) =
        run_with(&space, &scope, "SELECT id FROM records LIMIT 5", &limits).expect("rows");
    assert_eq!((answer.rows.len(), end), (5, SqlEnd::Whole));
    let limits = SqlLimits {
        bytes: 500,
        ..SqlLimits::default()
    };
    let (answer, end, _) =
        run_with(&space, &scope, "SELECT payload FROM records", &limits).expect("rows");
    assert!(end == SqlEnd::Bytes && !answer.rows.is_empty() && answer.rows.len() < 10);
    let endless =
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    let limits = SqlLimits {
        time: Duration::from_millis(50),
        ..SqlLimits::default()
    };
    assert_eq!(
        run_with(&space, &scope, endless, &limits)
            .expect("an end")
            .1,
        SqlEnd::Time
    );
    let greedy = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT printf('%.*c', 1000000, 'x') || x AS y FROM c ORDER BY y";
    let limits = SqlLimits {
        memory_bytes: 64 << 20,
        ..SqlLimits::default()
    };
    assert_eq!(
        run_with(&space, &scope, greedy, &limits).expect("an end").1,
        SqlEnd::Memory
    );
    let cancel = Cancel::new();
    let console = space
        .store
        .console(&scope, shown(), Vec::new())
        .expect("a console");
    thread::scope(|threads| {
        let running = threads.spawn(|| {
            console.run(
                endless,
                &SqlLimits::default(),
                &cancel,
                &mut Answer::default(),
            )
        });
        cancel.cancel();
        assert_eq!(
            running.join().expect("a thread").expect("an end"),
            SqlEnd::Stopped
        );
    });
}

#[test]
fn mistakes_are_told_with_their_place() {
    let (space, _, _) = filled();
    for (sql, at, part) in [
        (
            "SELECT absent FROM records",
            Some(7),
            "no such column: absent",
        ),
        ("SELECT * FROM absent", None, "no such table: absent"),
        ("SELEC 1", Some(0), "near \"SELEC\""),
        (
            "SELECT payload FROM records WHERE",
            None,
            "incomplete input",
        ),
        (
            "SELECT load_extension('x')",
            None,
            "not authorized to use function: load_extension",
        ),
        ("SELECT * FROM sqlite_schema", None, "prohibited"),
        ("SELECT json_extract('{', '$')", None, "malformed JSON"),
        ("SELECT json_text('{}', 'a b')", None, "expected"),
        ("SELECT 1; SELECT 2", None, "one statement at a time"),
        ("", None, "statements that give rows"),
    ] {
        let failed = run(&space, &Scope::default(), sql).expect_err(sql);
        let StoreError::Sql { message, at: found } = failed else {
            panic!("{sql}: {failed}");
        };
        assert!(message.contains(part), "{sql}: {message}");
        if at.is_some() {
            assert_eq!(found, at, "{sql}");
        }
    }
    assert_eq!(
        lines(
            &space,
            "WITH mine AS (SELECT 1 AS x UNION SELECT 2) SELECT count(*) FROM mine"
        ),
        ["2"]
    );
    assert_eq!(lines(&space, "SELECT 1; -- and no more\n "), ["1"]);
}

#[test]
fn other_views_can_be_brought_along() {
    const COLUMNS: &[SqlColumn] = &[SqlColumn {
        name: "x",
        kind: "INTEGER",
        about: "",
    }];
    let (space, ..) = filled();
    let view = SqlView {
        name: "sagas",
        about: "",
        columns: COLUMNS,
    };
    let rows = Rows::new(view, || {
        Ok((0..3).map(|x| vec![SqlValue::Integer(x)]).collect())
    });
    let console = space
        .store
        .console(&Scope::default(), shown(), vec![rows])
        .expect("a console");
    let mut answer = Answer::default();
    let sql = "SELECT sum(a.x * b.x) FROM sagas a, sagas b WHERE a.x > 0";
    console
        .run(sql, &SqlLimits::default(), &Cancel::new(), &mut answer)
        .expect("rows");
    assert_eq!(answer.rows, [[SqlValue::Integer(9)]]);
    assert_eq!(answer.columns, ["sum(a.x * b.x)"]);
}
