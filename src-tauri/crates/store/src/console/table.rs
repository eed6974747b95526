//! The views as virtual tables of SQLite: what of a statement's conditions and order a scan can use, and rows one by one.
//! The third and last place of this crate with unsafe code, for SQLite's interface asks for it; what rows are, is
//! `scan`'s and `rows`' affair.

use super::{
    functions::{SqlValue, failure},
    guard::Guard,
    records::{Bounds, Comparison, Records},
    rows::Rows,
    scan::{Direction, Scan},
    views::{SqlView, place},
};
use crate::StoreError;
use rusqlite::{
    Connection, Result, ffi,
    vtab::{
        Context, Filters, IndexConstraintOp, IndexInfo, Module, VTab, VTabConnection, VTabCursor,
        sqlite3_vtab, sqlite3_vtab_cursor,
    },
};
use std::{
    borrow::Cow,
    ffi::{CStr, CString, c_int},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// Where a view's rows come from.
pub(super) enum Source {
    Records(Arc<Records>, SqlView),
    Rows(Rows),
}

impl Source {
    pub fn view(&self) -> SqlView {
        match self {
            Self::Records(_, view) => *view,
            Self::Rows(rows) => rows.view(),
        }
    }
}

/// The table is there without being made, and cannot be dropped.
pub(super) fn register(connection: &Connection, source: Source, guard: &Arc<Guard>) -> Result<()> {
    const MODULE: Module<Table> = Module::eponymous_only_module();
    let name = source.view().name;
    connection.create_module(name, &MODULE, Some((Arc::new(source), Arc::clone(guard))))
}

/// What SQLite has in use in the whole process.
#[allow(unsafe_code)]
pub(super) fn memory_bytes() -> u64 {
    // SAFETY: it takes nothing, and reads a counter of SQLite's own behind a lock.
    unsafe { ffi::sqlite3_memory_used() }.unsigned_abs()
}

#[repr(C)]
struct Table {
    base: sqlite3_vtab,
    source: Arc<Source>,
    guard: Arc<Guard>,
}

#[repr(C)]
struct Cursor {
    base: sqlite3_vtab_cursor,
    source: Arc<Source>,
    guard: Arc<Guard>,
    at: At,
}

enum At {
    Nowhere,
    Record(Box<Scan>),
    Row(Arc<Vec<Vec<SqlValue>>>, usize),
}

const OLDEST_FIRST: c_int = 1;

// SAFETY: the struct is laid out as C's, and its first part is SQLite's own.
#[allow(unsafe_code)]
unsafe impl VTab<'_> for Table {
    type Aux = (Arc<Source>, Arc<Guard>);
    type Cursor = Cursor;

    fn connect(
        _: &mut VTabConnection,
        aux: Option<&Self::Aux>,
        _: &[u8],
        _: &[u8],
        _: &[u8],
        _: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Self)> {
        let (source, guard) = aux.ok_or_else(|| failure("a view has no source"))?;
        let columns = source.view().columns.iter();
        let columns: Vec<String> = columns.map(|c| format!("{} {}", c.name, c.kind)).collect();
        let declared = CString::new(format!("CREATE TABLE x({})", columns.join(", ")))
            .map_err(|error| failure(error.to_string()))?;
        let table = Self {
            base: sqlite3_vtab::default(),
            source: Arc::clone(source),
            guard: Arc::clone(guard),
        };
        Ok((Cow::Owned(declared), table))
    }

    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        match &*self.source {
            Source::Records(records, _) => plan(records, info)?,
            Source::Rows(_) => {
                info.set_estimated_cost(200.0);
                info.set_estimated_rows(100);
            }
        }
        Ok(true)
    }

    fn open(&mut self) -> Result<Cursor> {
        Ok(Cursor {
            base: sqlite3_vtab_cursor::default(),
            source: Arc::clone(&self.source),
            guard: Arc::clone(&self.guard),
            at: At::Nowhere,
        })
    }
}

// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl VTabCursor for Cursor {
    fn filter(&mut self, number: c_int, used: Option<&str>, args: &Filters<'_>) -> Result<()> {
        let (source, guard) = (Arc::clone(&self.source), Arc::clone(&self.guard));
        self.at = caught(|| match &*source {
            Source::Rows(rows) => Ok(At::Row(rows.load(&guard)?, 0)),
            Source::Records(records, _) => {
                let mut bounds = Bounds::default();
                let conditions = conditions(used.unwrap_or_default());
                for ((column, comparison), value) in conditions.zip(args.iter()) {
                    bounds.narrow(column, comparison, &SqlValue::of(value));
                }
                let direction = if number & OLDEST_FIRST == 0 {
                    Direction::NewestFirst
                } else {
                    Direction::OldestFirst
                };
                let scan = Scan::begin(records, bounds, direction);
                Ok(At::Record(Box::new(told(records, scan)?)))
            }
        })?;
        Ok(())
    }

    fn next(&mut self) -> Result<()> {
        self.guard.look()?;
        let Self { source, at, .. } = self;
        caught(|| match (at, &**source) {
            (At::Record(scan), Source::Records(records, _)) => told(records, scan.advance()),
            (At::Row(_, row), _) => {
                *row += 1;
                Ok(())
            }
            _ => Ok(()),
        })
    }

    fn eof(&self) -> bool {
        match &self.at {
            At::Nowhere => true,
            At::Record(scan) => scan.is_over(),
            At::Row(rows, row) => *row >= rows.len(),
        }
    }

    fn column(&self, context: &mut Context, column: c_int) -> Result<()> {
        self.guard.look()?;
        caught(|| match (&self.at, &*self.source) {
            (At::Record(scan), Source::Records(records, _)) => told(
                records,
                scan.column(column, |cell| context.set_result(cell)),
            )?,
            (At::Row(rows, row), _) => {
                let value = usize::try_from(column).ok();
                let value = value.and_then(|column| rows.get(*row)?.get(column));
                context.set_result(value.map(SqlValue::to_sqlite))
            }
            _ => Ok(()),
        })
    }

    fn rowid(&self) -> Result<i64> {
        Ok(match &self.at {
            At::Nowhere => 0,
            At::Record(scan) => scan.id(),
            At::Row(_, row) => *row as i64,
        })
    }
}

/// A panic must not reach SQLite's own frames.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(failure(
            "a record cannot be read: this is a fault of Kinescope",
        ))
    })
}

/// The store's own error is kept for whoever runs the statement.
fn told<T>(records: &Records, result: std::result::Result<T, StoreError>) -> Result<T> {
    result.map_err(|error| {
        let message = failure(error.to_string());
        records.fail(error);
        message
    })
}

/// Which conditions a scan takes as bounds, in letters that [`conditions`] reads, and whether the order is its own.
fn plan(records: &Records, info: &mut IndexInfo) -> Result<()> {
    let shards = records.shards.len().max(1) as f64;
    let mut rows = records.total().max(1) as f64;
    let mut used = String::new();
    let wanted: Vec<(usize, i32, Comparison)> = info
        .constraints()
        .enumerate()
        .filter(|(_, constraint)| constraint.is_usable())
        .filter_map(|(at, constraint)| {
            let comparison = comparison(&constraint.operator())?;
            // the row's number is the record's id
            let column = constraint.column().max(place::ID);
            is_bound(column, comparison).then_some((at, column, comparison))
        })
        .collect();
    for (at, column, comparison) in wanted {
        // another collation takes other texts for equal
        if is_text(column) && !info.collation(at)?.eq_ignore_ascii_case("BINARY") {
            continue;
        }
        used.push(char::from(b'a' + column as u8));
        used.push(sign(comparison));
        info.constraint_usage(at)
            .set_argv_index(used.len() as c_int / 2);
        rows /= match (column, comparison) {
            (place::ID | place::SEQUENCE, Comparison::Equal) => rows,
            (place::ARRIVAL, Comparison::Equal) => 1_000.0,
            (place::STREAM, _) => shards.sqrt(),
            (place::SHARD | place::SHARD_KEY, _) => shards,
            _ => 4.0,
        };
    }
    let order: Vec<(i32, bool)> = info
        .order_bys()
        .map(|order| (order.column().max(place::ID), order.is_order_by_desc()))
        .collect();
    let newest_first = match order[..] {
        [(place::ARRIVAL, desc)] => Some(desc),
        [(place::ARRIVAL, desc), (place::ID, also)] if desc == also => Some(desc),
        _ => None,
    };
    info.set_order_by_consumed(newest_first.is_some());
    info.set_idx_num(if newest_first == Some(false) {
        OLDEST_FIRST
    } else {
        0
    });
    info.set_idx_str(&used);
    info.set_estimated_rows(rows.max(1.0) as i64);
    info.set_estimated_cost(100.0 + rows);
    Ok(())
}

fn is_bound(column: i32, comparison: Comparison) -> bool {
    match column {
        place::ID | place::ARRIVAL => true,
        place::STREAM | place::SHARD | place::SHARD_KEY | place::SEQUENCE => {
            comparison == Comparison::Equal
        }
        _ => false,
    }
}

fn is_text(column: i32) -> bool {
    matches!(column, place::STREAM | place::SHARD | place::SEQUENCE)
}

fn comparison(operator: &IndexConstraintOp) -> Option<Comparison> {
    Some(match operator {
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ => Comparison::Equal,
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GT => Comparison::Above,
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GE => Comparison::AtLeast,
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LT => Comparison::Below,
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LE => Comparison::AtMost,
        _ => return None,
    })
}

const SIGNS: [(char, Comparison); 5] = [
    ('=', Comparison::Equal),
    ('>', Comparison::Above),
    ('g', Comparison::AtLeast),
    ('<', Comparison::Below),
    ('l', Comparison::AtMost),
];

fn sign(comparison: Comparison) -> char {
    let found = SIGNS.iter().find(|(_, one)| *one == comparison);
    found.map_or('=', |(sign, _)| *sign)
}

fn conditions(used: &str) -> impl Iterator<Item = (i32, Comparison)> {
    used.as_bytes().chunks_exact(2).filter_map(|pair| {
        let (_, comparison) = SIGNS
            .iter()
            .find(|(sign, _)| *sign == char::from(pair[1]))?;
        Some((i32::from(pair[0] - b'a'), *comparison))
    })
}
