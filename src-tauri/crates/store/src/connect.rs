//! SQLite connections: one that writes, and a pool that can only read.
//!
//! Every setting is read back: SQLite ignores what it cannot do without a word.

use crate::{
    StoreError, files,
    schema::{self, APPLICATION_ID, MIGRATIONS},
};
use mutants::Mutant;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// 3.51.3 mended a bug that could corrupt a database when its write-ahead log was reset
/// (<https://sqlite.org/releaselog/3_51_3.html>).
const OLDEST_SQLITE: i32 = 3_051_003;
const PAGE_BYTES: i64 = 8192;
/// The log is written back to the database when it has so many pages (32 MiB).
const CHECKPOINT_PAGES: i64 = 4096;
/// A log that grew past this is cut back after it was written back.
const LOG_LIMIT_BYTES: i64 = 64 * 1024 * 1024;
const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 2 * 1024;
/// Only a checkpoint and recovery after a crash ever make a connection wait.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle reading connections that are kept.
const POOLED_READERS: usize = 4;

/// The bundled library's, which is never the system's.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

pub(crate) fn require_new_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() >= OLDEST_SQLITE {
        Ok(())
    } else {
        Err(StoreError::OldSqlite {
            found: rusqlite::version().to_owned(),
        })
    }
}

/// A workspace without anything in it, as one file. Closing would not say that the log could not be put away.
pub(crate) fn make(path: &Path) -> Result<(), StoreError> {
    let connection = open_writer(path)?;
    let is_busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if is_busy {
        return Err(StoreError::Locked);
    }
    connection.close().map_err(|(_, error)| error.into())
}

/// The one connection that writes; it creates and migrates as needed.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    harden(&connection)?;
    if schema::version(&connection)? == 0 {
        lay_out(&connection)?;
    }
    let pragmas = Settings(&connection);
    pragmas.set_word("journal_mode", "wal")?;
    pragmas.set("synchronous", synchronous())?;
    pragmas.set("foreign_keys", 1)?;
    pragmas.set("wal_autocheckpoint", CHECKPOINT_PAGES)?;
    pragmas.set("journal_size_limit", LOG_LIMIT_BYTES)?;
    pragmas.set("cache_size", -WRITER_CACHE_KIB)?;
    pragmas.set("temp_store", 2)?;
    schema::migrate(
        &mut connection,
        path,
        MIGRATIONS,
        files::create_private_file,
    )?;
    Ok(connection)
}

/// FULL: what is acknowledged survives a power cut.
fn synchronous() -> i64 {
    if mutants::is_on(Mutant::SynchronousOff) {
        0
    } else if mutants::is_on(Mutant::SynchronousNormal) {
        1
    } else {
        2
    }
}

/// What can only be chosen while the file is empty.
fn lay_out(connection: &Connection) -> Result<(), StoreError> {
    let settings = Settings(connection);
    settings.set("page_size", PAGE_BYTES)?;
    settings.set("auto_vacuum", 2)?;
    settings.set("application_id", i64::from(APPLICATION_ID))
}

fn harden(connection: &Connection) -> Result<(), StoreError> {
    for (config, wanted) in [
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
    ] {
        if connection.set_db_config(config, wanted)? != wanted {
            return Err(StoreError::Setting {
                pragma: "trusted_schema",
                wanted: "off".into(),
                found: "on".into(),
            });
        }
    }
    Settings(connection).set("cell_size_check", 1)
}

struct Settings<'a>(&'a Connection);

impl Settings<'_> {
    fn set(&self, pragma: &'static str, wanted: i64) -> Result<(), StoreError> {
        self.0.pragma_update(None, pragma, wanted)?;
        let found: i64 = self.0.pragma_query_value(None, pragma, |row| row.get(0))?;
        if found == wanted {
            Ok(())
        } else {
            Err(StoreError::Setting {
                pragma,
                wanted: wanted.to_string(),
                found: found.to_string(),
            })
        }
    }

    fn set_word(&self, pragma: &'static str, wanted: &str) -> Result<(), StoreError> {
        self.0
            .pragma_update_and_check(None, pragma, wanted, |_| Ok(()))?;
        let found: String = self.0.pragma_query_value(None, pragma, |row| row.get(0))?;
        if found == wanted {
            Ok(())
        } else {
            Err(StoreError::Setting {
                pragma,
                wanted: wanted.to_owned(),
                found,
            })
        }
    }
}

/// Connections that cannot write, opened as needed and kept for the next one.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

pub(crate) struct ReadConnection<'a> {
    pool: &'a Readers,
    connection: Option<Connection>,
}

impl Readers {
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Everything read through one guard is of one moment: it holds a transaction, so keep it short.
    pub fn snapshot(&self) -> Result<ReadConnection<'_>, StoreError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = idle.map_or_else(|| open_reader(&self.path), Ok)?;
        connection.execute_batch("BEGIN")?;
        Ok(ReadConnection {
            pool: self,
            connection: Some(connection),
        })
    }

    /// Closes what is idle, so that the write-ahead log can be put away.
    pub fn close_idle(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    harden(&connection)?;
    let settings = Settings(&connection);
    settings.set("query_only", 1)?;
    settings.set("cache_size", -READER_CACHE_KIB)?;
    Ok(connection)
}

impl Deref for ReadConnection<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        // taken only by drop
        self.connection
            .as_ref()
            .expect("a connection until it is dropped")
    }
}

impl Drop for ReadConnection<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if connection.execute_batch("COMMIT").is_err() {
            return;
        }
        let mut idle = self
            .pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if idle.len() < POOLED_READERS {
            idle.push(connection);
        }
    }
}
