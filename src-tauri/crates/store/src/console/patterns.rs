//! LIKE, GLOB and REGEXP by an engine whose time is bounded by the text's length times the pattern's, and which ends when
//! the statement must. SQLite's own may take seconds for one long text. Letters match in any case in LIKE, those beyond
//! ASCII as well.

use super::{
    functions::{add, failure, text_of},
    guard::Guard,
};
use query::{Program, Stop, unless_stopped};
use rusqlite::{Connection, Result, functions::Context, types::ValueRef};
use std::sync::Arc;

const MOST_PATTERN_CHARS: usize = 1_000;
const MOST_COMPILED_BYTES: usize = 128 * 1024;
const MOST_NESTING: u32 = 50;

pub(super) fn register(connection: &Connection, guard: &Arc<Guard>) -> Result<()> {
    let ends = Arc::clone(guard);
    let stop: Stop = Arc::new(move || ends.must_end());
    let like_stop = Arc::clone(&stop);
    add(connection, guard, "like", 2, move |context| {
        matches(context, &like_stop, |p| like(p, None))
    })?;
    let like_stop = Arc::clone(&stop);
    add(connection, guard, "like", 3, move |context| {
        let escape = text_of(context.get_raw(2));
        let mut escape = escape.iter().flat_map(|text| text.chars());
        match (escape.next(), escape.next()) {
            (Some(one), None) => matches(context, &like_stop, |p| like(p, Some(one))),
            _ => Err(failure("ESCAPE expression must be a single character")),
        }
    })?;
    let glob_stop = Arc::clone(&stop);
    add(connection, guard, "glob", 2, move |context| {
        matches(context, &glob_stop, glob)
    })?;
    add(connection, guard, "regexp", 2, move |context| {
        matches(context, &stop, |pattern| (pattern.to_owned(), false))
    })
}

/// `to_regex` gives a pattern in the regular expressions' own words, and whether letters match in any case.
fn matches(
    context: &Context<'_>,
    stop: &Stop,
    to_regex: impl FnOnce(&str) -> (String, bool),
) -> Result<Option<bool>> {
    if text_of(context.get_raw(0)).is_none() {
        return Ok(None);
    }
    let program: Arc<Program> = context.get_or_create_aux(0, |pattern: ValueRef<'_>| {
        let pattern = text_of(pattern).unwrap_or_default();
        if pattern.chars().nth(MOST_PATTERN_CHARS).is_some() {
            return Err(format!(
                "a pattern may have {MOST_PATTERN_CHARS} characters"
            ));
        }
        let (regex, any_case) = to_regex(&pattern);
        Program::new(&regex, any_case, MOST_COMPILED_BYTES, MOST_NESTING)
            .map_err(|error| format!("the pattern cannot be used: {error}"))
    })?;
    let Some(text) = text_of(context.get_raw(1)) else {
        return Ok(None);
    };
    let found = unless_stopped(stop, || program.is_in(text.as_bytes()));
    found.map(Some).ok_or_else(|| failure("it was ended"))
}

fn like(pattern: &str, escape: Option<char>) -> (String, bool) {
    let mut regex = String::from("(?s)\\A");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => match chars.next() {
                Some(next) => push_literal(&mut regex, next),
                // an escape that escapes nothing matches nothing
                None => regex.push_str("[^\\s\\S]"),
            },
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            c => push_literal(&mut regex, c),
        }
    }
    regex.push_str("\\z");
    (regex, true)
}

fn glob(pattern: &str) -> (String, bool) {
    let mut regex = String::from("(?s)\\A");
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            '[' => {
                if let Some((class, after)) = class(rest) {
                    regex.push_str(&class);
                    rest = after;
                } else {
                    // a bracket that is not closed matches nothing
                    regex.push_str("[^\\s\\S]");
                    rest = "";
                }
            }
            c => push_literal(&mut regex, c),
        }
    }
    regex.push_str("\\z");
    (regex, false)
}

/// What stands between brackets, and what comes after them. A `]` that comes first is a member.
fn class(rest: &str) -> Option<(String, &str)> {
    let (is_other, rest) = match rest.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let first = rest.chars().next()?.len_utf8();
    let end = first + rest[first..].find(']')?;
    let mut class = String::from(if is_other { "[^" } else { "[" });
    for c in rest[..end].chars() {
        if c == '-' {
            class.push('-');
        } else {
            push_literal(&mut class, c);
        }
    }
    class.push(']');
    Some((class, &rest[end + 1..]))
}

fn push_literal(regex: &mut String, c: char) {
    regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(sql: &str) -> Option<bool> {
        let connection = Connection::open_in_memory().expect("a database");
        register(&connection, &Guard::idle()).expect("functions");
        connection
            .query_row(&format!("SELECT {sql}"), [], |row| row.get(0))
            .expect(sql)
    }

    #[test]
    fn patterns_mean_what_they_mean_in_sqlite() {
        let plain = Connection::open_in_memory().expect("a database");
        for sql in [
            "'abc' LIKE 'A%'",
            "'abc' LIKE '_b_'",
            "'a.c' LIKE 'a.c'",
            "'abc' LIKE 'a.c'",
            "'50%' LIKE '50!%' ESCAPE '!'",
            "'50x' LIKE '50!%' ESCAPE '!'",
            "'a' LIKE 'a!' ESCAPE '!'",
            "'' LIKE '%'",
            "'a' || char(10) || 'b' LIKE 'a%b'",
            "12 LIKE '1_'",
            "NULL LIKE 'a'",
            "'a' LIKE NULL",
            "'abc' GLOB 'A*'",
            "'abc' GLOB 'a?c'",
            "'abc' GLOB 'a[a-c]c'",
            "'abc' GLOB 'a[^b]c'",
            "'a]c' GLOB 'a[]]c'",
            "'a-c' GLOB 'a[x-]c'",
            "'a^c' GLOB 'a[x^]c'",
            "'abc' GLOB 'a[b'",
            "x'616263' LIKE 'a%'",
        ] {
            let expected: Option<bool> = plain
                .query_row(&format!("SELECT {sql}"), [], |row| row.get(0))
                .expect(sql);
            assert_eq!(holds(sql), expected, "{sql}");
        }
        assert_eq!(holds("'Ärger' LIKE 'ä%'"), Some(true));
        assert_eq!(holds("'a mail@example' REGEXP '\\w+@\\w+'"), Some(true));
        assert_eq!(holds("'order-17' REGEXP 'r-\\d+$'"), Some(true));
    }
}
