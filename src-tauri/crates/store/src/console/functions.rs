//! Functions of statements: exact values out of JSON, texts of a bounded length, and what values are made of. Those that look
//! into texts are `texts` and `patterns`.

use super::{guard::Guard, patterns, texts};
use decode::{Path, Scalar};
use rusqlite::{
    Connection, Error, Result, ffi,
    functions::{Context, FunctionFlags, SqlFnOutput},
    limits::Limit,
    params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};
use std::{borrow::Cow, sync::Arc};

/// The longest text that `printf` and `format` make: a width asks for any length in a few characters.
const LONGEST_FORMATTED_BYTES: i32 = 1024 * 1024;

pub(super) fn register(connection: &Connection, guard: &Arc<Guard>) -> Result<()> {
    add(connection, guard, "json_text", 2, json_text)?;
    add(connection, guard, "unhex", 2, unhex)?;
    for name in ["printf", "format"] {
        let aside = Connection::open_in_memory()?;
        aside.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_FORMATTED_BYTES)?;
        add(connection, guard, name, -1, move |c| formatted(&aside, c))?;
    }
    texts::register(connection, guard)?;
    patterns::register(connection, guard)
}

/// A function that is not begun once the statement must end.
pub(super) fn add<T: SqlFnOutput>(
    connection: &Connection,
    guard: &Arc<Guard>,
    name: &'static str,
    arguments: i32,
    work: impl Fn(&Context<'_>) -> Result<T> + Send + 'static,
) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let guard = Arc::clone(guard);
    connection.create_scalar_function(name, arguments, flags, move |context| {
        guard.look()?;
        work(context)
    })
}

/// SQLite's own, on a connection that makes short texts only.
fn formatted(aside: &Connection, context: &Context<'_>) -> Result<Value> {
    let marks = vec!["?"; context.len()].join(", ");
    let mut statement = aside.prepare_cached(&format!("SELECT printf({marks})"))?;
    let values = (0..context.len()).map(|at| ToSqlOutput::Borrowed(context.get_raw(at)));
    statement
        .query_row(params_from_iter(values), |row| row.get(0))
        .map_err(|error| failure(format!("printf: {error}; it makes 1 MiB at most")))
}

/// SQLite's own takes a time that grows with the square of what is to be left out.
fn unhex(_: &Context<'_>) -> Result<Option<i64>> {
    Err(failure(
        "unhex takes one argument here: take out what stands between the digits with replace",
    ))
}

pub(super) fn failure(message: impl Into<String>) -> Error {
    Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ERROR), Some(message.into()))
}

/// As SQLite would make a text of it.
pub(super) fn text_of(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value.to_string().into()),
        ValueRef::Real(value) => Some(text_of_real(value).into()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
    }
}

/// Its digits are SQLite's affair.
fn text_of_real(value: f64) -> String {
    thread_local! {
        static OWN: Option<Connection> = Connection::open_in_memory().ok();
    }
    let asked = |own: &Connection| {
        let mut statement = own.prepare_cached("SELECT CAST(? AS TEXT)").ok()?;
        statement.query_row([value], |row| row.get(0)).ok()
    };
    let text: Option<String> = OWN.with(|own| own.as_ref().and_then(asked));
    text.unwrap_or_else(|| format!("{value:?}"))
}

pub(super) fn bytes_of(value: ValueRef<'_>) -> Option<Cow<'_, [u8]>> {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(Cow::Borrowed(bytes)),
        other => text_of(other).map(|text| Cow::Owned(text.into_owned().into_bytes())),
    }
}

/// The value at a path as it was written: a text without quotes and escapes, a number with its digits, lists and objects
/// as their source.
fn json_text(context: &Context<'_>) -> Result<Option<String>> {
    let (json, path) = (context.get_raw(0), context.get_raw(1));
    let (Some(json), Some(_)) = (bytes_of(json), text_of(path)) else {
        return Ok(None);
    };
    let path = context.get_or_create_aux(1, |path: ValueRef<'_>| {
        let text = text_of(path).unwrap_or_default();
        Path::parse(&text)
            .map_err(|error| format!("{text}: {error}, at character {}", error.at + 1))
    })?;
    Ok(decode::find(&json, &path).and_then(|found| match found {
        Scalar::Null => None,
        Scalar::Bool(value) => Some(value.to_string()),
        Scalar::Number(text) => Some(text.to_owned()),
        Scalar::String(text) => Some(text.into_owned()),
        Scalar::Object | Scalar::Array => {
            let source = decode::find_source(&json, &path)?;
            Some(String::from_utf8_lossy(&source).into_owned())
        }
    }))
}

/// What a value of an answer takes, NULL as well.
pub(super) fn size_bytes(value: ValueRef<'_>) -> usize {
    let more = match value {
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 0,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
    };
    size_of::<SqlValue>() + more
}

/// A value of an answer, or of a view.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl SqlValue {
    pub(super) fn of(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(value) => Self::Integer(value),
            ValueRef::Real(value) => Self::Real(value),
            ValueRef::Text(bytes) => Self::Text(String::from_utf8_lossy(bytes).into_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }

    pub(super) fn to_sqlite(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Integer(value) => Value::Integer(*value),
            Self::Real(value) => Value::Real(*value),
            Self::Text(text) => Value::Text(text.clone()),
            Self::Blob(bytes) => Value::Blob(bytes.clone()),
        }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// NULL where there is none.
    pub fn maybe<T>(value: Option<T>, to_value: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, to_value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_text_keeps_what_sqlite_rounds() {
        let connection = Connection::open_in_memory().expect("a database");
        register(&connection, &Guard::idle()).expect("functions");
        let text = |path: &str| -> Option<String> {
            let json = r#"{"id":12345678901234567890123,"cents":1.10,"name":"a\"b\u00e9","none":null,"list":[1, 2],"yes":true}"#;
            connection
                .query_row("SELECT json_text(?, ?)", [json, path], |row| row.get(0))
                .expect(path)
        };
        let found = [
            "$.id",
            "$.cents",
            "$.name",
            "$.none",
            "$.list",
            "list[1]",
            "$.yes",
            "$.nothing",
        ]
        .map(text);
        let expected = [
            Some("12345678901234567890123"),
            Some("1.10"),
            Some("a\"bé"),
            None,
            Some("[1, 2]"),
            Some("2"),
            Some("true"),
            None,
        ];
        assert_eq!(found.each_ref().map(Option::as_deref), expected);
    }
}
