//! A workspace of an older format is brought up to date and the program is killed on the way, at any place of what it
//! asks of the disk: the file is of one format or of the next, and nothing of what it holds is lost.

use rand::{Rng, rngs::StdRng};
use rusqlite::{Connection, OpenFlags};
use std::{fs, os::unix::process::ExitStatusExt, path::Path};
use store::Store;
use torture::{
    Counts, Suite, children,
    ledger::{self, Ledger, SHARDS, judge},
    syscalls,
};

const TEST: &str = "store::migrate_kill::migrate_kill";
/// What takes off again what each format brought, from the last down to the second.
const DOWN: [(u32, &str); 3] = [
    (
        3,
        "ALTER TABLE block DROP COLUMN sums; ALTER TABLE block DROP COLUMN head_check;
         ALTER TABLE tail DROP COLUMN row_check;",
    ),
    (2, "DROP TABLE delivery_capture;"),
    (
        1,
        "DROP TABLE composed; DROP TABLE template; DROP TABLE delivery_result; DROP TABLE delivery_origin;
         DROP TABLE delivery_chunk; DROP TABLE delivery_event; DROP TABLE delivery;",
    ),
];
const LAST: u32 = 4;
/// Kills at each of these, counted over all threads of the child.
const CALLS: &str = "pwrite64,fsync,fdatasync,ftruncate,unlink";
const CALLS_OF_A_MIGRATION: u32 = 130;

type Schema = Vec<(String, String, String)>;

#[test]
fn migrate_kill() {
    if let Some(task) = children::task() {
        let opened = Store::open(Path::new(&task));
        println!("\nopened: {:?}", opened.map(drop));
        return;
    }
    let counts = Counts {
        full: 200,
        short: 24,
    };
    let mut suite = Suite::begin("migrate-kill", counts);
    let old = Old::new();
    for case in suite.cases() {
        let (fired, outcome) = old.kill(&mut suite.random(case));
        suite.tried(case, fired, outcome);
    }
    suite.end();
}

/// Files of all formats but the last, the first format's first, and what tables each has.
struct Old {
    files: Vec<Vec<u8>>,
    schemas: Vec<Schema>,
    counts: ledger::Counts,
}

impl Old {
    fn new() -> Self {
        let folder = children::folder();
        let path = folder.path().join("ledger.kscope");
        let mut ledger = Ledger::open(&path).expect("a workspace");
        for turn in 0..9 {
            ledger
                .write(turn % SHARDS, [40, 300, 7][turn / 3])
                .expect("stored");
        }
        let counts = ledger.counts;
        ledger.store.close().expect("closed");
        let mut schemas = vec![schema(&path).1];
        let mut files = Vec::new();
        for (format, down) in DOWN {
            let connection = Connection::open(&path).expect("the file");
            connection.execute_batch(down).expect("taken off");
            connection
                .pragma_update(None, "user_version", format)
                .expect("the format");
            connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .expect("one file");
            drop(connection);
            schemas.push(schema(&path).1);
            files.push(fs::read(&path).expect("the file"));
        }
        files.reverse();
        schemas.reverse();
        Self {
            files,
            schemas,
            counts,
        }
    }

    fn kill(&self, random: &mut StdRng) -> (u64, Result<(), String>) {
        let folder = children::folder();
        let path = folder.path().join("ledger.kscope");
        let format = random.random_range(0..self.files.len());
        fs::write(&path, &self.files[format]).expect("a file");
        let nth = random.random_range(1..CALLS_OF_A_MIGRATION / (format as u32 + 1));
        let inject = format!("{CALLS}:signal=SIGKILL:when={nth}");
        let log = folder.path().join("log");
        let mut command = syscalls::traced(&children::program(), &log, CALLS, Some(&inject), &[]);
        let task = path.display().to_string();
        let output = children::prepared(&mut command, TEST, &task).output();
        let output = output.expect("strace runs: it is one of the packages of .ci/packages.debian");
        let is_killed = output.status.signal() == Some(9) || output.status.code() == Some(137);
        let said = String::from_utf8_lossy(&output.stdout);
        let outcome = if is_killed || said.contains("\nopened: Ok") {
            self.judge(&path, format as u32 + 1)
        } else {
            Err(format!("{}: {said}", output.status))
        };
        let what = |wrong| format!("format {}, killed at call {nth}: {wrong}", format + 1);
        (u64::from(is_killed), outcome.map_err(what))
    }

    fn judge(&self, path: &Path, before: u32) -> Result<(), String> {
        let (format, tables) = schema(path);
        if !(before..=LAST).contains(&format) {
            return Err(format!("the format is {format}"));
        }
        if tables != self.schemas[format as usize - 1] {
            return Err(format!("the tables are not those of format {format}"));
        }
        let store = Store::open(path).map_err(|error| format!("opening it again: {error}"))?;
        judge(&store, &self.counts)
    }
}

/// The format, and each table, index and trigger with its columns.
fn schema(path: &Path) -> (u32, Schema) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).expect("the file");
    let format = connection.pragma_query_value(None, "user_version", |row| row.get(0));
    let mut listed = connection
        .prepare(
            "SELECT type, name, (SELECT coalesce(group_concat(c.name), '') FROM pragma_table_info(s.name) c)
             FROM sqlite_schema s WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
        )
        .expect("the schema");
    let tables = listed.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let tables = tables.and_then(Iterator::collect).expect("the schema");
    (format.expect("a number"), tables)
}
