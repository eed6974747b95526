//! SQLite's own text functions whose time grows with the square of what they are given, done here in a time that grows with
//! its length. They handle bytes, as SQLite's do: what is no UTF-8 stays what it is.

use super::{
    functions::{add, bytes_of, failure},
    guard::{Guard, LONGEST_VALUE_BYTES},
};
use memchr::memmem;
use rusqlite::{
    Connection, Error, Result, ffi,
    functions::Context,
    types::{ToSql, ToSqlOutput, ValueRef},
};
use std::{collections::HashSet, sync::Arc};

/// Of one character that is to be trimmed; only what is no UTF-8 has more.
const LONGEST_CHAR_BYTES: usize = 4;

pub(super) fn register(connection: &Connection, guard: &Arc<Guard>) -> Result<()> {
    add(connection, guard, "instr", 2, |c| Ok(instr(c)))?;
    add(connection, guard, "replace", 3, replace)?;
    add(connection, guard, "trim", 2, |c| trim(c, true, true))?;
    add(connection, guard, "ltrim", 2, |c| trim(c, true, false))?;
    add(connection, guard, "rtrim", 2, |c| trim(c, false, true))
}

/// A text, whatever its bytes are.
struct Text(Vec<u8>);

impl ToSql for Text {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(&self.0)))
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// From 1; characters in texts, bytes where both are blobs.
fn instr(context: &Context<'_>) -> Option<i64> {
    let (hay, needle) = (context.get_raw(0), context.get_raw(1));
    let are_blobs = matches!((hay, needle), (ValueRef::Blob(_), ValueRef::Blob(_)));
    let (hay, needle) = (bytes_of(hay)?, bytes_of(needle)?);
    if are_blobs {
        return Some(memmem::find(&hay, &needle).map_or(0, |at| at as i64 + 1));
    }
    let begins_within = needle.first().is_some_and(|byte| is_continuation(*byte));
    let found = if begins_within {
        // no character but the first can begin so
        hay.starts_with(&needle).then_some(0)
    } else {
        memmem::find(&hay, &needle)
    };
    let begun = |at: usize| {
        hay.iter()
            .take(at + 1)
            .skip(1)
            .filter(|byte| !is_continuation(**byte))
    };
    Some(found.map_or(0, |at| begun(at).count() as i64 + 1))
}

fn replace(context: &Context<'_>) -> Result<Option<Text>> {
    let [Some(text), Some(from), Some(to)] = [0, 1, 2].map(|arg| bytes_of(context.get_raw(arg)))
    else {
        return Ok(None);
    };
    // to SQLite, a text that begins with a NUL is empty here
    if from.first().is_none_or(|byte| *byte == 0) {
        return Ok(Some(Text(text.into_owned())));
    }
    let found = memmem::find_iter(&text, &from).count();
    let bytes = text.len() - found * from.len() + found.saturating_mul(to.len());
    if bytes > LONGEST_VALUE_BYTES {
        return Err(Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_TOOBIG),
            None,
        ));
    }
    let mut replaced = Vec::with_capacity(bytes);
    let mut rest = 0;
    for at in memmem::find_iter(&text, &from) {
        replaced.extend_from_slice(&text[rest..at]);
        replaced.extend_from_slice(&to);
        rest = at + from.len();
    }
    replaced.extend_from_slice(&text[rest..]);
    Ok(Some(Text(replaced)))
}

fn trim(context: &Context<'_>, at_start: bool, at_end: bool) -> Result<Option<Text>> {
    let (Some(text), Some(unwanted)) = (bytes_of(context.get_raw(0)), bytes_of(context.get_raw(1)))
    else {
        return Ok(None);
    };
    let unwanted = Unwanted::of(&unwanted)?;
    let mut left: &[u8] = &text;
    while let Some(len) = at_start.then(|| unwanted.at_start(left)).flatten() {
        left = &left[len..];
    }
    while let Some(len) = at_end.then(|| unwanted.at_end(left)).flatten() {
        left = &left[..left.len() - len];
    }
    Ok(Some(Text(left.to_vec())))
}

/// As SQLite tells them apart: one that begins like a longer one takes all bytes that go on.
fn characters(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let first = *text.first()?;
        let more = text[1..].iter().take_while(|byte| is_continuation(**byte));
        let len = if first >= 0xC0 { 1 + more.count() } else { 1 };
        let (character, rest) = text.split_at(len);
        text = rest;
        Some(character)
    })
}

/// Characters to be left out.
struct Unwanted<'t> {
    single: [bool; 256],
    longer: HashSet<&'t [u8]>,
}

impl<'t> Unwanted<'t> {
    fn of(text: &'t [u8]) -> Result<Self> {
        let mut unwanted = Self {
            single: [false; 256],
            longer: HashSet::new(),
        };
        for character in characters(text) {
            match *character {
                [byte] => unwanted.single[usize::from(byte)] = true,
                _ if character.len() > LONGEST_CHAR_BYTES => {
                    return Err(failure("what is to be trimmed is no UTF-8"));
                }
                _ => {
                    unwanted.longer.insert(character);
                }
            }
        }
        Ok(unwanted)
    }

    /// The length of the one that a text begins with.
    fn at_start(&self, text: &[u8]) -> Option<usize> {
        self.one_of(|len| text.get(..len))
    }

    fn at_end(&self, text: &[u8]) -> Option<usize> {
        self.one_of(|len| text.get(text.len().checked_sub(len)?..))
    }

    fn one_of<'a>(&self, piece: impl Fn(usize) -> Option<&'a [u8]>) -> Option<usize> {
        let single = piece(1).filter(|byte| self.single[usize::from(byte[0])]);
        if single.is_some() {
            return Some(1);
        }
        if self.longer.is_empty() {
            return None;
        }
        let is_unwanted =
            |len: &usize| piece(*len).is_some_and(|bytes| self.longer.contains(bytes));
        (2..=LONGEST_CHAR_BYTES).find(is_unwanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{SqlValue, functions};

    fn both(sql: &str) -> [SqlValue; 2] {
        [true, false].map(|ours| {
            let connection = Connection::open_in_memory().expect("a database");
            if ours {
                functions::register(&connection, &Guard::idle()).expect("functions");
            }
            let select = format!("SELECT {sql}");
            connection
                .query_row(&select, [], |row| Ok(SqlValue::of(row.get_ref(0)?)))
                .expect(sql)
        })
    }

    #[test]
    fn the_text_functions_answer_as_sqlites_own() {
        for sql in [
            "instr('größe', 'ß')",
            "instr('abc', '')",
            "instr('abc', 'x')",
            "instr(x'0102', x'02')",
            "instr(x'c3a4', 'ä')",
            "instr(1234, 34)",
            "instr(NULL, 'a')",
            "replace('aaa', 'a', 'bc')",
            "replace('abc', '', 'x')",
            "replace('abc', 'b', NULL)",
            "replace(1213, 1, 0)",
            "trim('xxaxx', 'x')",
            "ltrim('äöa', 'öä')",
            "rtrim('a--', '-')",
            "trim('abc', '')",
            "trim('äbcä', printf('%.*c', 70, 'x') || 'ä')",
            "instr(CAST(x'80a4' AS TEXT), CAST(x'a4' AS TEXT))",
            "instr(CAST(x'80a461' AS TEXT), 'a')",
            "instr(CAST(x'ffc3a461' AS TEXT), 'a')",
            "instr(CAST(x'a4' AS TEXT), CAST(x'a4' AS TEXT))",
            "instr(1.5, '.')",
            "replace(1e20, '0', 'x')",
            "replace(0.1 + 0.2, '3', 'x')",
            "replace(1.0, 'x', 'y')",
            "replace(-1e-7, 'e', 'E')",
            "replace(9e999, 'I', 'i')",
            "replace(1213, '', 0)",
            "replace(x'0102', '', 0)",
            "replace(2.5, char(0), 0)",
            "hex(replace(CAST(x'ff61ff' AS TEXT), 'a', 'b'))",
            "hex(replace(x'ff6100', 'a', x'fe'))",
            "typeof(replace(x'61', 'a', 'b'))",
            "hex(trim(CAST(x'ff61ff' AS TEXT), CAST(x'ff' AS TEXT)))",
            "hex(trim(x'8061c3', 'b'))",
            "hex(rtrim(CAST(x'61c380' AS TEXT), CAST(x'80' AS TEXT)))",
            "trim(1.50, '0')",
            "trim(1e100, '1')",
            "trim('日本x日', '日')",
            "trim(NULL, 'a')",
        ] {
            let [ours, sqlites] = both(sql);
            assert_eq!(ours, sqlites, "{sql}");
        }
    }
}
