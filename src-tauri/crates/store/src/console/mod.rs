//! The console: one read-only SQL statement over the documented views of a workspace.
//!
//! A statement runs on a database of its own in memory, where there is nothing but the views (`views`). The workspace's
//! file is read by the store's own readers behind them, so that none of its tables can be named, and none written.
//! `guard` says what a statement may do. What an answer looks like is the caller's affair.

mod cell;
mod functions;
mod guard;
mod json;
mod patterns;
mod records;
mod rows;
mod scan;
mod table;
mod texts;
mod views;

pub use functions::SqlValue;
pub use guard::SqlLimits;
pub use json::Reading;
pub use records::Asked;
pub use rows::{Rows, Taking};
pub use views::{SQL_FUNCTIONS, SQL_VIEWS, SqlColumn, SqlFunction, SqlView};

use crate::{Cancel, Scope, ShardKey, Store, StoreError};
use guard::{Cut, Guard};
use records::Records;
use rusqlite::{Connection, Error, Statement};
use std::{borrow::Cow, sync::Arc};
use table::Source;

/// What a record may show of itself.
pub trait Shows: Send + Sync {
    fn payload<'a>(&self, payload: &'a [u8]) -> Cow<'a, [u8]>;
    fn key<'a>(&self, key: &'a str) -> Cow<'a, str>;
    fn event_type<'a>(&self, name: &'a str) -> Cow<'a, str>;
    /// The JSON that `read` takes out of a stored payload, or out of what may be taken apart of it.
    fn json<'a>(&self, payload: &'a [u8], read: &ReadJson<'_>) -> Option<Cow<'a, str>>;
}

/// The JSON of a payload, by the layers of its stream.
pub type ReadJson<'r> = dyn for<'p> Fn(&'p [u8]) -> Option<Cow<'p, str>> + 'r;

pub type Shown = Arc<dyn Shows>;

/// Shows all, as it is stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsStored;

impl Shows for AsStored {
    fn payload<'a>(&self, payload: &'a [u8]) -> Cow<'a, [u8]> {
        Cow::Borrowed(payload)
    }

    fn key<'a>(&self, key: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(key)
    }

    fn event_type<'a>(&self, name: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(name)
    }

    fn json<'a>(&self, payload: &'a [u8], read: &ReadJson<'_>) -> Option<Cow<'a, str>> {
        read(payload)
    }
}

/// How the payloads of a shard are read: by which layers and schemas.
pub type ReadingOf = Arc<dyn Fn(ShardKey) -> Arc<Reading> + Send + Sync>;

/// A workspace made ready for one statement, as it stands now.
pub struct Console {
    records: Arc<Records>,
    sources: Vec<Source>,
}

/// How a statement ended; what it gave before stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlEnd {
    /// With its last row.
    Whole,
    /// There are more rows than an answer takes.
    Rows,
    /// The values of the answer are larger than an answer takes.
    Bytes,
    Stopped,
    Time,
    Memory,
}

/// Takes an answer as it comes.
pub trait SqlAnswer {
    /// Once, before the first row.
    fn columns(&mut self, names: Vec<String>);
    fn row(&mut self, values: Vec<SqlValue>);
}

impl Store {
    /// A console over the records of `scope`, each read by its content. Payloads pass through `shown`; `more` are views
    /// that the store does not know of.
    pub fn console(
        &self,
        scope: &Scope,
        shown: Shown,
        more: Vec<Rows>,
    ) -> Result<Console, StoreError> {
        let by_content = Arc::new(Reading::default());
        self.console_reading(
            scope,
            shown,
            &(Arc::new(move |_| Arc::clone(&by_content)) as ReadingOf),
            more,
        )
    }

    /// A console whose records are read as `reading` says; it is asked once for each shard.
    pub fn console_reading(
        &self,
        scope: &Scope,
        shown: Shown,
        reading: &ReadingOf,
        more: Vec<Rows>,
    ) -> Result<Console, StoreError> {
        let records = Arc::new(Records::new(self, scope, shown, reading)?);
        let mut sources = vec![
            Source::Records(Arc::clone(&records), views::RECORDS),
            Source::Records(Arc::clone(&records), views::EVENTS),
        ];
        let own = rows::of_store(self, &scope.captures, &records.shards);
        sources.extend(own.into_iter().chain(more).map(Source::Rows));
        Ok(Console { records, sources })
    }
}

impl Console {
    /// Records that were stored when it was opened.
    pub fn total(&self) -> u64 {
        self.records.total()
    }

    /// A look at a console that runs.
    pub fn progress(&self) -> SqlProgress {
        SqlProgress(Arc::clone(&self.records))
    }

    /// Runs one statement and gives its rows to `answer`.
    ///
    /// # Errors
    /// [`StoreError::Sql`] for what is wrong with the statement, with the place where SQLite knows it.
    pub fn run(
        self,
        sql: &str,
        limits: &SqlLimits,
        cancel: &Cancel,
        answer: &mut dyn SqlAnswer,
    ) -> Result<SqlEnd, StoreError> {
        let guard = Arc::new(Guard::new(limits, cancel));
        let mut connection = guard::open()?;
        functions::register(&connection, &guard)?;
        let names = self
            .sources
            .iter()
            .map(|source| source.view().name)
            .collect();
        for source in self.sources {
            table::register(&connection, source, &guard)?;
        }
        guard::harden(&mut connection, names, &guard)?;
        let ended = answered(&connection, sql, limits, answer);
        match (guard.why(), ended) {
            (Some(Cut::Cancelled), _) => Ok(SqlEnd::Stopped),
            (Some(Cut::Time), _) => Ok(SqlEnd::Time),
            (Some(Cut::Memory), _) => Ok(SqlEnd::Memory),
            (None, Ok(end)) => Ok(end),
            (None, Err(error)) => Err(self.records.failure().unwrap_or_else(|| fault(error))),
        }
    }
}

/// How far a statement has come.
#[derive(Clone)]
pub struct SqlProgress(Arc<Records>);

impl SqlProgress {
    /// Records that were looked at, each once.
    pub fn read(&self) -> u64 {
        self.0.read()
    }

    /// Whether conditions or an early end left records out that could have been looked at.
    pub fn passed_over(&self) -> bool {
        self.0.passed_over()
    }

    /// Whether a number is the handle of a record that the statement could see.
    pub fn has_record(&self, id: i64) -> bool {
        self.0.has(crate::RecordId(id))
    }

    /// The times that the statement asked about; nothing where it asked no records.
    pub fn asked(&self) -> Option<Asked> {
        self.0.asked()
    }
}

fn answered(
    connection: &Connection,
    sql: &str,
    limits: &SqlLimits,
    answer: &mut dyn SqlAnswer,
) -> Result<SqlEnd, Error> {
    let mut statement = connection.prepare(sql)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(functions::failure(
            "the console takes statements that give rows: SELECT, WITH, VALUES",
        ));
    }
    answer.columns(statement.column_names().map(str::to_owned).collect());
    rows(&mut statement, limits, answer)
}

fn rows(
    statement: &mut Statement<'_>,
    limits: &SqlLimits,
    answer: &mut dyn SqlAnswer,
) -> Result<SqlEnd, Error> {
    let columns = statement.column_count();
    let (mut given, mut bytes) = (0, 0);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if given == limits.rows {
            return Ok(SqlEnd::Rows);
        }
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            let value = row.get_ref(column)?;
            bytes += functions::size_bytes(value);
            if bytes > limits.bytes {
                return Ok(SqlEnd::Bytes);
            }
            values.push(SqlValue::of(value));
        }
        answer.row(values);
        given += 1;
    }
    Ok(SqlEnd::Whole)
}

/// SQLite's words, without the statement that they quote.
fn fault(error: Error) -> StoreError {
    let (message, at) = match error {
        Error::SqlInputError { msg, offset, .. } => (msg, usize::try_from(offset).ok()),
        Error::SqliteFailure(_, Some(message)) => (message, None),
        Error::MultipleStatement => ("the console takes one statement at a time".to_owned(), None),
        Error::NulError(_) => ("a statement cannot hold a NUL character".to_owned(), None),
        other => (other.to_string(), None),
    };
    StoreError::Sql { message, at }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod stopping;
