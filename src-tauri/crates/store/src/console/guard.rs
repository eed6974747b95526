//! The connection that a statement runs on, and what holds it back: a database of its own in memory, with nothing in it,
//! that can only be read; a list of what may be named and called; limits; and an end.
//!
//! The workspace is not opened here at all. It is reached only through the views (`table`).

use super::views::{ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS};
use crate::{Cancel, StoreError};
use rusqlite::{
    Connection, OpenFlags,
    config::DbConfig,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

/// What one statement may take.
#[derive(Clone, Copy, Debug)]
pub struct SqlLimits {
    pub rows: usize,
    /// Of all values of the answer together.
    pub bytes: usize,
    pub time: Duration,
    /// Beyond what SQLite has in use when the statement begins.
    pub memory_bytes: u64,
}

impl Default for SqlLimits {
    fn default() -> Self {
        Self {
            rows: 10_000,
            bytes: 64 * 1024 * 1024,
            time: Duration::from_mins(1),
            memory_bytes: 256 * 1024 * 1024,
        }
    }
}

/// The longest text or blob: the largest record, with room for its JSON.
pub(super) const LONGEST_VALUE_BYTES: usize = 16 * 1024 * 1024;
/// Instructions of SQLite's machine between two looks at the guard. One may handle a whole value.
const LOOK_EVERY: i32 = 10;

const LIMITS: [(Limit, i32); 11] = [
    (Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES as i32),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 50_000),
    (Limit::SQLITE_LIMIT_COLUMN, 100),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 50),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Each with how it must stand.
const SETTINGS: [(DbConfig, bool); 7] = [
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
    // "name" is a column and never a text by mistake
    (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
];

/// Why a statement was ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Cancelled = 1,
    Time,
    Memory,
}

/// Ends a statement that nobody waits for, or that takes too much.
pub(super) struct Guard {
    cancel: Cancel,
    end: Option<Instant>,
    most_memory_bytes: u64,
    why: AtomicU8,
}

impl Guard {
    pub fn new(limits: &SqlLimits, cancel: &Cancel) -> Self {
        Self {
            cancel: cancel.clone(),
            end: Instant::now().checked_add(limits.time),
            most_memory_bytes: super::table::memory_bytes() + limits.memory_bytes,
            why: AtomicU8::new(0),
        }
    }

    #[cfg(test)]
    pub fn idle() -> Arc<Self> {
        Arc::new(Self::new(&SqlLimits::default(), &Cancel::new()))
    }

    pub fn must_end(&self) -> bool {
        let why = if self.cancel.is_cancelled() {
            Cut::Cancelled
        } else if self.end.is_some_and(|end| Instant::now() >= end) {
            Cut::Time
        } else if super::table::memory_bytes() > self.most_memory_bytes {
            Cut::Memory
        } else {
            return false;
        };
        // the first reason counts
        let _ = self
            .why
            .compare_exchange(0, why as u8, Ordering::AcqRel, Ordering::Acquire);
        true
    }

    /// For work that SQLite's own looks do not reach: they come at jumps and at a row's end only.
    pub fn look(&self) -> rusqlite::Result<()> {
        if self.must_end() {
            return Err(super::functions::failure("it was ended"));
        }
        Ok(())
    }

    pub fn why(&self) -> Option<Cut> {
        let why = self.why.load(Ordering::Acquire);
        [Cut::Cancelled, Cut::Time, Cut::Memory]
            .into_iter()
            .find(|cut| *cut as u8 == why)
    }
}

/// An empty database in memory that is read only.
pub(super) fn open() -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_MEMORY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // Its files are memory, those of a sort as well: a statement makes none on disk, and what they take is counted. A sort
    // without files is one instruction that nothing ends; with them it goes in runs of a few MiB.
    let connection = Connection::open_with_flags_and_vfs(":memory:", flags, "memdb")?;
    connection.pragma_update(None, "temp_store", 1)?;
    connection.pragma_update(None, "query_only", 1)?;
    Ok(connection)
}

/// Closes it to everything that `tables` and the lists of functions do not name. What is to be registered was.
pub(super) fn harden(
    connection: &mut Connection,
    tables: Vec<&'static str>,
    guard: &Arc<Guard>,
) -> Result<(), StoreError> {
    for (limit, most) in LIMITS {
        connection.set_limit(limit, most)?;
        require(connection.limit(limit)? <= most, "limit")?;
    }
    for (setting, wanted) in SETTINGS {
        let found = connection.set_db_config(setting, wanted)?;
        require(found == wanted, "config")?;
    }
    let modules = modules(connection)?;
    let ends = Arc::clone(guard);
    connection.progress_handler(LOOK_EVERY, Some(move || ends.must_end()))?;
    let ends = Arc::clone(guard);
    connection.authorizer(Some(move |context: AuthContext<'_>| {
        // preparing may be long as well
        if !ends.must_end() && may(&context, &tables, &modules) {
            Authorization::Allow
        } else {
            Authorization::Deny
        }
    }))?;
    Ok(())
}

fn require(holds: bool, pragma: &'static str) -> Result<(), StoreError> {
    if holds {
        return Ok(());
    }
    Err(StoreError::Setting {
        pragma,
        wanted: "the console's".into(),
        found: "another".into(),
    })
}

/// Names that may stand for a table of SQLite's own.
fn modules(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare("SELECT name FROM pragma_module_list")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn may(context: &AuthContext<'_>, tables: &[&str], modules: &[String]) -> bool {
    let is_listed =
        |list: &[&str], name: &str| list.iter().any(|one| one.eq_ignore_ascii_case(name));
    match context.action {
        AuthAction::Select | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => is_listed(ALLOWED_FUNCTIONS, function_name),
        AuthAction::Read {
            table_name,
            column_name,
        } => {
            is_listed(tables, table_name)
                || is_listed(ALLOWED_TABLE_FUNCTIONS, table_name)
                // a name of the statement's own WITH of which no column is read; the database itself is empty
                || column_name.is_empty() && !is_of_sqlite(table_name, modules)
        }
        _ => false,
    }
}

fn is_of_sqlite(name: &str, modules: &[String]) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("sqlite_") || name.starts_with("pragma_") || modules.contains(&name)
}
