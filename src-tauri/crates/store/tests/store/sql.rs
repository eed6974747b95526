//! SQL over real files: answers equal to what was written, and scans that stop where they may.

use crate::fixture::{Workspace, batch, record, sequence, submit, workspace};
use record::Millis;
use std::sync::Arc;
use store::{
    AsStored, Cancel, CaptureId, Scope, Shown, SqlAnswer, SqlEnd, SqlLimits, SqlValue, StoreError,
};

#[derive(Debug, Default)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<SqlValue>>,
}

impl SqlAnswer for Answer {
    fn columns(&mut self, names: Vec<String>) {
        self.columns = names;
    }
    fn row(&mut self, values: Vec<SqlValue>) {
        self.rows.push(values);
    }
}

pub fn shown() -> Shown {
    Arc::new(AsStored)
}

pub fn run(
    space: &Workspace,
    scope: &Scope,
    sql: &str,
) -> Result<(Answer, SqlEnd, u64), StoreError> {
    run_with(space, scope, sql, &SqlLimits::default())
}

pub fn run_with(
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

pub fn word(value: &SqlValue) -> String {
    match value {
        SqlValue::Null => "NULL".to_owned(),
        SqlValue::Integer(value) => value.to_string(),
        SqlValue::Real(value) => format!("{value:?}"),
        SqlValue::Text(text) => text.clone(),
        SqlValue::Blob(bytes) => format!("{bytes:02x?}"),
    }
}

/// The rows as lines; the statement must end with its last one.
pub fn lines(space: &Workspace, sql: &str) -> Vec<String> {
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
pub struct Written {
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
pub fn filled() -> (Workspace, CaptureId, Vec<Written>) {
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
