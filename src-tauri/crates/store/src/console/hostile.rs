//! Statements that want to do harm: each must make no file, change no byte of the workspace, and end in two seconds.

use super::{functions, guard, table, *};
use crate::{
    Anchor, CaptureStream, NewCapture, Position, ShardBatch, ShardRecord, StreamRecord, prepare,
};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, StreamIdentity};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::mpsc,
    time::{Duration, Instant},
};

/// `FOLDER` stands for the workspace's own.
const STATEMENTS: [&str; 86] = [
    // files by SQLite's own means
    "VACUUM INTO 'FOLDER/copy.db'",
    "VACUUM",
    "VACUUM main INTO 'FOLDER/copy2.db'",
    "ATTACH 'FOLDER/new.db' AS new",
    "ATTACH DATABASE 'FOLDER/test.kscope' AS w",
    "ATTACH 'file:FOLDER/uri.db?mode=rwc' AS u",
    "ATTACH ':memory:' AS m",
    "ATTACH '' AS t",
    "DETACH main",
    "ATTACH 'FOLDER/new2.db' AS n; CREATE TABLE n.t (x); SELECT 1",
    "SELECT load_extension('FOLDER/evil.so')",
    "SELECT load_extension('FOLDER/evil.so', 'entry')",
    "SELECT readfile('FOLDER/test.kscope')",
    "SELECT writefile('FOLDER/out.txt', 'x')",
    "SELECT edit('x', 'sh -c \"touch FOLDER/edited\"')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT fts3_tokenizer('simple', x'0011223344556677')",
    "CREATE VIRTUAL TABLE f USING fts5(x)",
    "CREATE VIRTUAL TABLE z USING zipfile('FOLDER/a.zip')",
    "CREATE VIRTUAL TABLE r USING records",
    "SELECT * FROM zipfile('FOLDER/a.zip')",
    "SELECT * FROM fsdir('/')",
    "SELECT * FROM csv",
    // settings
    "PRAGMA journal_mode = delete",
    "PRAGMA writable_schema = 1",
    "PRAGMA trusted_schema = 1",
    "PRAGMA query_only = 0",
    "PRAGMA temp_store_directory = 'FOLDER'",
    "PRAGMA data_store_directory = 'FOLDER'",
    "PRAGMA temp_store = 1",
    "PRAGMA hard_heap_limit = 1",
    "PRAGMA database_list",
    "PRAGMA table_info(records)",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA user_version = 7",
    "SELECT * FROM pragma_database_list",
    "SELECT count(*) FROM pragma_function_list",
    "SELECT * FROM pragma_table_info('records')",
    // tables of SQLite's and of the workspace
    "SELECT * FROM sqlite_schema",
    "SELECT count(*) FROM sqlite_master",
    "SELECT * FROM sqlite_temp_schema",
    "SELECT * FROM main.capture",
    "SELECT connection FROM capture",
    "SELECT payloads FROM block_data",
    "SELECT * FROM delivery",
    "SELECT * FROM dbstat",
    "SELECT * FROM bytecode('SELECT 1')",
    // writing
    "CREATE TABLE t (x)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE TEMP VIEW v AS SELECT 1",
    "CREATE TEMP TRIGGER g AFTER INSERT ON records BEGIN SELECT 1; END",
    "CREATE INDEX i ON records (arrival)",
    "INSERT INTO records (id) VALUES (1)",
    "INSERT INTO records (id) VALUES (1) RETURNING id",
    "UPDATE records SET payload = 'x'",
    "UPDATE shards SET records = 0 RETURNING shard",
    "DELETE FROM records",
    "DELETE FROM events RETURNING id",
    "REPLACE INTO captures (capture) VALUES (1)",
    "DROP TABLE records",
    "ALTER TABLE records RENAME TO gone",
    "REINDEX",
    "ANALYZE",
    "BEGIN EXCLUSIVE",
    "SAVEPOINT s",
    "COMMIT",
    "EXPLAIN DELETE FROM records",
    "WITH x AS (SELECT 1) DELETE FROM records",
    // more than one statement
    "SELECT 1; DELETE FROM records",
    "SELECT 1; VACUUM INTO 'FOLDER/copy3.db'",
    "SELECT 1; SELECT 2",
    // time and memory
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
    "WITH RECURSIVE c(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, printf('%.*c', 1000000, 'x') AS y FROM c ORDER BY y",
    "SELECT count(*) FROM records a, records b, records c, records d",
    "SELECT printf('%.*c', 2000000000, 'x')",
    "SELECT instr(printf('%.*c', 16000000, 'a'), printf('%.*c', 8000000, 'a') || 'b')",
    "SELECT length(replace(printf('%.*c', 16000000, 'a'), printf('%.*c', 8000000, 'a') || 'b', 'c'))",
    "SELECT length(replace(printf('%.*c', 8000000, 'a'), 'a', printf('%.*c', 8000000, 'b')))",
    "SELECT printf('%.*c', 16000000, 'a') LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%a%a%b'",
    "SELECT printf('%.*c', 16000000, 'a') LIKE '%' || printf('%.*c', 900, 'a') || 'b'",
    "SELECT printf('%.*c', 16000000, 'a') GLOB '*a*a*a*a*a*a*a*a*[b]'",
    "SELECT printf('%.*c', 4000000, 'a') REGEXP '(a*)*(a|aa)+$b'",
    "SELECT trim(printf('%.*c', 8000000, 'a'), printf('%.*c', 8000000, 'b') || 'a')",
    "WITH a AS (SELECT 1 x), b AS (SELECT p.x FROM a p, a q), c AS (SELECT p.x FROM b p, b q), d AS (SELECT p.x FROM c p, c q), e AS (SELECT p.x FROM d p, d q), f AS (SELECT p.x FROM e p, e q), g AS (SELECT p.x FROM f p, f q), h AS (SELECT p.x FROM g p, g q), i AS (SELECT p.x FROM h p, h q), j AS (SELECT p.x FROM i p, i q), k AS (SELECT p.x FROM j p, j q), l AS (SELECT p.x FROM k p, k q), m AS (SELECT p.x FROM l p, l q), n AS (SELECT p.x FROM m p, m q), o AS (SELECT p.x FROM n p, n q), z AS (SELECT p.x FROM o p, o q) SELECT count(*) FROM z, z, z",
    "SELECT json_group_array(payload) OVER (ORDER BY id) FROM records ORDER BY 1 DESC",
];

/// Short, so that what runs for ever ends in two seconds on a slow machine, too.
const LIMITS: SqlLimits = SqlLimits {
    rows: 10_000,
    bytes: 64 * 1024 * 1024,
    time: Duration::from_millis(500),
    memory_bytes: 256 * 1024 * 1024,
};
const MOST_TIME: Duration = Duration::from_secs(2);

pub(super) struct Nobody;

impl SqlAnswer for Nobody {
    fn columns(&mut self, _: Vec<String>) {}
    fn row(&mut self, _: Vec<SqlValue>) {}
}

struct Target {
    folder: tempfile::TempDir,
    store: Store,
}

fn target() -> Target {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("test.kscope")).expect("a workspace");
    let stream = store.put_stream(&StreamRecord {
        identity: StreamIdentity {
            arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/orders"
                .parse()
                .expect("an ARN"),
            created_at: Millis(0),
        },
        name: "orders".parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    });
    let stream = stream.expect("a stream");
    let shard = ShardRecord {
        id: "shardId-000000000000".parse().expect("an id"),
        parents: Vec::new(),
        hash_range: HashKeyRange {
            start: HashKey(0),
            end: HashKey(u128::MAX),
        },
        starting_sequence: "1".parse().expect("a number"),
        closed: false,
    };
    let shard = store.put_shards(stream, &[shard]).expect("a shard")[0];
    let chosen = CaptureStream {
        stream,
        shards: None,
        anchor: Anchor::TrimHorizon,
        until: None,
    };
    let capture = store.create_capture(&NewCapture {
        name: "all".into(),
        connection: "{}".into(),
        created_at: Millis(0),
        streams: vec![chosen],
    });
    let records: Vec<_> = (0..1_500_u64)
        .map(|n| {
            let record = KinesisRecord {
                sequence: (n + 1).to_string().parse().expect("a number"),
                arrival: Millis(n as i64),
                partition_key: Some("k".into()),
                payload: format!("{{\"n\":{n}}}").into_bytes(),
            };
            prepare(record, None)
        })
        .collect();
    let (sender, receiver) = mpsc::sync_channel(1);
    let batch = ShardBatch {
        capture: capture.expect("a capture"),
        shard,
        checkpoint: Position::Stored(records[1_499].sequence()),
        records,
        covered_through: None,
        gap: None,
    };
    store.submit(
        batch,
        Box::new(move |done| sender.send(done.is_ok()).expect("a listener")),
    );
    assert!(
        receiver.recv().expect("an answer"),
        "the records are stored"
    );
    Target { folder, store }
}

/// The folder's files with their bytes, but for the readers' marks in shared memory.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let named = entries.map(|entry| {
        let entry = entry.expect("an entry");
        (
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        )
    });
    let read = |(name, path): (String, std::path::PathBuf)| {
        let bytes = if path.is_dir() {
            Vec::new()
        } else {
            std::fs::read(path).expect("a file")
        };
        (name, bytes)
    };
    named
        .filter(|(name, _)| !name.ends_with("-shm"))
        .map(read)
        .collect()
}

impl Target {
    /// What a statement did that it must not do.
    fn harm(&self, sql: &str, run: impl Fn(&Store, &str)) -> Vec<String> {
        let folder = self.folder.path();
        let (before, begun) = (files(folder), Instant::now());
        run(
            &self.store,
            &sql.replace("FOLDER", &folder.to_string_lossy()),
        );
        let took = begun.elapsed();
        let after = files(folder);
        let mut harm = Vec::new();
        if took > MOST_TIME {
            harm.push(format!("took {} ms: {sql}", took.as_millis()));
        }
        for (name, bytes) in &after {
            match before.get(name) {
                None => harm.push(format!("made {name}: {sql}")),
                Some(old) if old != bytes => harm.push(format!("changed {name}: {sql}")),
                Some(_) => {}
            }
        }
        harm
    }
}

fn shown() -> Shown {
    Arc::new(AsStored)
}

fn guarded(store: &Store, sql: &str) -> Result<SqlEnd, StoreError> {
    let console = store
        .console(&Scope::default(), shown(), Vec::new())
        .expect("a console");
    console.run(sql, &LIMITS, &Cancel::new(), &mut Nobody)
}

#[test]
fn hostile_statements_do_no_harm() {
    let target = target();
    let harm: Vec<String> = STATEMENTS
        .iter()
        .flat_map(|sql| target.harm(sql, |store, sql| drop(guarded(store, sql))))
        .collect();
    assert!(harm.is_empty(), "{}", harm.join("\n"));
    // those before the ones that only take long are refused, and not merely without effect
    let long = STATEMENTS
        .iter()
        .position(|sql| sql.starts_with("WITH RECURSIVE"))
        .expect("one");
    let path = target.folder.path().to_string_lossy().into_owned();
    for sql in &STATEMENTS[..long] {
        let done = guarded(&target.store, &sql.replace("FOLDER", &path));
        assert!(
            matches!(done, Err(StoreError::Sql { .. })),
            "{sql}: {done:?}"
        );
    }
}

/// The harness sees harm: the same statements without what guards them.
#[test]
fn without_the_guard_the_same_statements_do_harm() {
    let target = target();
    let unguarded = |store: &Store, sql: &str| {
        let console = store
            .console(&Scope::default(), shown(), Vec::new())
            .expect("a console");
        let mut connection = Connection::open_in_memory().expect("a database");
        functions::register(&connection, &guard::Guard::idle()).expect("functions");
        for source in console.sources {
            table::register(&connection, source, &guard::Guard::idle()).expect("a view");
        }
        let guard = Arc::new(guard::Guard::new(&LIMITS, &Cancel::new()));
        connection
            .progress_handler(10, Some(move || guard.must_end()))
            .expect("an end");
        drop(connection.execute_batch(sql));
    };
    let made = STATEMENTS
        .iter()
        // some settings are the whole process'
        .filter(|sql| !sql.starts_with("PRAGMA"))
        .flat_map(|sql| target.harm(sql, unguarded))
        .filter(|harm| harm.starts_with("made"));
    assert!(made.count() >= 4);
    // SQLite's own functions take longer than anyone waits for
    let connection = Connection::open_in_memory().expect("a database");
    let begun = Instant::now();
    let sql = "SELECT instr(printf('%.*c', 400000, 'a'), printf('%.*c', 200000, 'a') || 'b')";
    let _: i64 = connection
        .query_row(sql, [], |row| row.get(0))
        .expect("an answer");
    let theirs = begun.elapsed();
    let begun = Instant::now();
    guarded(&target.store, sql).expect("an answer");
    assert!(theirs > begun.elapsed() * 2, "SQLite's took {theirs:?}");
}
