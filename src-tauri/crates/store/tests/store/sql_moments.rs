//! SQL: what a statement sees of payloads, scopes and a writer that goes on, how it ends, and what is told.

use crate::{
    fixture::{aggregate, batch, record, sequence, submit, workspace},
    sql::{Answer, filled, lines, run, run_with, shown, word},
};
use record::{KinesisRecord, Millis};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use store::{
    Cancel, CaptureId, GapReason, NewGap, Rows, Scope, SqlColumn, SqlEnd, SqlLimits, SqlValue,
    SqlView, StoreError, prepare,
};

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

#[test]
fn what_several_captures_cover_counts_once() {
    let space = workspace(1);
    let captures: Vec<CaptureId> = ["one", "two", "three"]
        .map(|name| space.capture(name))
        .into();
    for (capture, stretch) in captures.iter().zip([0..900_u64, 600..1_500, 1_500..2_100]) {
        let records = stretch.map(|n| record(n, n as i64, "k", b"{}"));
        submit(
            &space.store,
            batch(*capture, space.shards[0], records.collect()),
        )
        .expect("committed");
    }
    for (scope, count) in [
        (&captures[..1], 900),
        (&captures[..2], 1_500),
        (&[captures[0], captures[2]][..], 1_500),
        (&captures[..], 2_100),
        (&[][..], 2_100),
    ] {
        let scope = Scope {
            captures: scope.to_vec(),
        };
        let console = space.store.console(&scope, shown(), Vec::new());
        assert_eq!(console.expect("a console").total(), count, "{scope:?}");
        let (.., read) = run(&space, &scope, "SELECT count(payload) FROM records").expect("rows");
        assert_eq!(read, count, "{scope:?}");
    }
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
    let rows = Rows::new(view, |taking| {
        taking.rows((0..3).map(|x| vec![SqlValue::Integer(x)]));
        Ok(())
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

/// Rows without an end.
#[test]
fn a_view_that_is_brought_along_ends_with_its_statement() {
    const COLUMNS: &[SqlColumn] = &[SqlColumn {
        name: "x",
        kind: "TEXT",
        about: "",
    }];
    let (space, ..) = filled();
    let view = SqlView {
        name: "sagas",
        about: "",
        columns: COLUMNS,
    };
    let ended = |text: &'static str, cancel: &Cancel| {
        let rows = Rows::new(view, move |taking| {
            while taking.row(vec![SqlValue::text(text)]) {}
            Ok(())
        });
        let console = space.store.console(&Scope::default(), shown(), vec![rows]);
        let console = console.expect("a console");
        let limits = SqlLimits {
            time: Duration::from_millis(50),
            ..SqlLimits::default()
        };
        console.run(
            "SELECT x FROM sagas",
            &limits,
            cancel,
            &mut Answer::default(),
        )
    };
    assert!(matches!(ended("", &Cancel::new()), Ok(SqlEnd::Time)));
    let stopped = Cancel::new();
    stopped.cancel();
    assert!(matches!(ended("", &stopped), Ok(SqlEnd::Stopped)));
}
