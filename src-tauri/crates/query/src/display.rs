//! A filter as the shortest text that parses back to it.
//!
//! Everything that a person could not see, or that the grammar would take for something else, is
//! quoted or escaped, so the text is also safe to show.

use crate::{Comparison, Filter, Literal, TextMatch, parse::words};
use decode::{Path, Segment};
use record::Millis;
use std::fmt::{self, Formatter, Write};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => Ok(()),
            Self::Any(parts) if parts.len() > 1 => write_joined(f, parts, " or "),
            Self::All(parts) if parts.len() > 1 => write_joined(f, parts, " "),
            other => write_term(f, other),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_literal(f, self)
    }
}

impl fmt::Display for TextMatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_match(f, "", self)
    }
}

/// The name of a field as the language has it.
pub(crate) fn field_text(field: &Path) -> String {
    struct Field<'a>(&'a Path);
    impl fmt::Display for Field<'_> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            write_field(f, self.0)
        }
    }
    Field(field).to_string()
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => ":",
            Self::NotEqual => ":!=",
            Self::Less => ":<",
            Self::AtMost => ":<=",
            Self::Greater => ":>",
            Self::AtLeast => ":>=",
        })
    }
}

/// `All` binds more tightly than `Any`, so only an `Any` needs parentheses, and an `All` within
/// an `All`.
fn write_joined(f: &mut Formatter<'_>, parts: &[Filter], separator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        match part {
            Filter::All(inner) if inner.len() > 1 && separator == " or " => {
                write_joined(f, inner, " ")?;
            }
            other => write_term(f, other)?,
        }
    }
    Ok(())
}

/// One operand: what could fall apart is in parentheses.
fn write_term(f: &mut Formatter<'_>, filter: &Filter) -> fmt::Result {
    match filter {
        Filter::Everything => f.write_str("*"),
        Filter::All(parts) | Filter::Any(parts) => match &parts[..] {
            [] => f.write_str(if matches!(filter, Filter::All(_)) {
                "*"
            } else {
                "-*"
            }),
            [only] => write_term(f, only),
            _ => write!(f, "({filter})"),
        },
        Filter::Not(inner) => {
            f.write_str("-")?;
            write_term(f, inner)
        }
        Filter::Compare {
            field,
            comparison,
            value,
        } => {
            write_field(f, field)?;
            write!(f, "{comparison}")?;
            write_literal(f, value)?;
            // a lone star would ask whether the field is there
            let is_star = matches!(value, Literal::Like(pattern) if pattern == "*");
            f.write_str(if is_star && *comparison == Comparison::Equal {
                "*"
            } else {
                ""
            })
        }
        Filter::Exists(field) => {
            f.write_str("has:")?;
            write_field(f, field)
        }
        Filter::Contains {
            text,
            case_sensitive: true,
        } => write_quoted(f, text),
        Filter::Contains {
            text,
            case_sensitive: false,
        } => write_folded(f, text),
        Filter::Time { from, until } => write_window(f, *from, *until),
        Filter::Shard(names) => write_names(f, names),
        Filter::Stream(text) => write_match(f, "stream:", text),
        Filter::Key(text) => write_match(f, "key:", text),
        Filter::Type(text) => write_match(f, "type:", text),
        Filter::Size { min, max } => write_size(f, *min, *max),
        Filter::Sequence(sequence) => write!(f, "seq:{sequence}"),
        Filter::Matches(regex) => write!(f, "{regex}"),
        Filter::Is(mark) => write!(f, "is:{mark}"),
    }
}

/// As a person types it where that is unmistakable, else as `JSONPath`.
fn write_field(f: &mut Formatter<'_>, field: &Path) -> fmt::Result {
    let is_simple = |segment: &Segment| match segment {
        Segment::Key(key) => words::is_simple_key(key),
        Segment::Index(_) => true,
    };
    let starts_with_key = match field.segments() {
        [Segment::Key(only)] => !words::is_reserved(only),
        [Segment::Key(_), ..] => true,
        _ => false,
    };
    if !starts_with_key || !field.segments().iter().all(is_simple) {
        return write!(f, "{field}");
    }
    for (index, segment) in field.segments().iter().enumerate() {
        match segment {
            Segment::Key(key) if index == 0 => f.write_str(key)?,
            Segment::Key(key) => write!(f, ".{key}")?,
            Segment::Index(at) => write!(f, "[{at}]")?,
        }
    }
    Ok(())
}

fn write_literal(f: &mut Formatter<'_>, value: &Literal) -> fmt::Result {
    match value {
        Literal::Null => f.write_str("null"),
        Literal::Bool(value) => write!(f, "{value}"),
        Literal::Number(number) => write!(f, "{number}"),
        Literal::Text(text) if words::is_other_literal(text) => write_quoted(f, text),
        Literal::Text(text) => write_word(f, text),
        Literal::Like(pattern) => write_pattern(f, pattern),
        Literal::Regex(regex) => write!(f, "{regex}"),
    }
}

fn write_match(f: &mut Formatter<'_>, field: &str, text: &TextMatch) -> fmt::Result {
    f.write_str(field)?;
    match text {
        TextMatch::Is(text) => write_word(f, text),
        TextMatch::Like(pattern) => write_pattern(f, pattern),
        TextMatch::Regex(regex) => write!(f, "{regex}"),
    }
}

fn write_word(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    if words::is_plain(text) {
        f.write_str(text)
    } else {
        write_quoted(f, text)
    }
}

fn write_folded(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    if words::is_plain(text) && words::is_free(text) {
        return f.write_str(text);
    }
    f.write_str("text:")?;
    write_quoted(f, text)
}

fn write_quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            c => write_visible(f, c)?,
        }
    }
    f.write_char('"')
}

/// Stars and the pattern's own escapes as they are, everything else that is special escaped.
fn write_pattern(f: &mut Formatter<'_>, pattern: &str) -> fmt::Result {
    let mut chars = pattern.chars();
    let mut is_first = true;
    while let Some(c) = chars.next() {
        match c {
            '*' => f.write_char('*')?,
            '\\' => match chars.next().unwrap_or('\\') {
                c @ ('*' | '\\') => write!(f, "\\{c}")?,
                c => write_word_char(f, c, is_first)?,
            },
            c => write_word_char(f, c, is_first)?,
        }
        is_first = false;
    }
    Ok(())
}

fn write_word_char(f: &mut Formatter<'_>, c: char, is_first: bool) -> fmt::Result {
    if c.is_alphanumeric() || (words::is_plain_char(c) && !is_first) {
        f.write_char(c)
    } else if c.is_ascii_punctuation() || c == ' ' {
        write!(f, "\\{c}")
    } else {
        write!(f, "\\u{{{:x}}}", u32::from(c))
    }
}

fn write_visible(f: &mut Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        c if decode::is_hidden(c) => write!(f, "\\u{{{:x}}}", u32::from(c)),
        c => f.write_char(c),
    }
}

fn write_names(f: &mut Formatter<'_>, names: &[String]) -> fmt::Result {
    if names.iter().all(String::is_empty) {
        // no shard at all: no record
        return f.write_str("-*");
    }
    f.write_str("shard:")?;
    let names = names.iter().filter(|name| !name.is_empty());
    for (index, name) in names.enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        for (at, c) in name.char_indices() {
            write_word_char(f, c, at == 0)?;
        }
    }
    Ok(())
}

fn write_window(f: &mut Formatter<'_>, from: Option<Millis>, until: Option<Millis>) -> fmt::Result {
    match (from, until) {
        (None, None) => f.write_str("*"),
        (Some(from), None) => write!(f, "after:{}", Instant(from)),
        (None, Some(until)) => write!(f, "before:{}", Instant(until)),
        (Some(from), Some(until)) => write!(f, "time:{}..{}", Instant(from), Instant(until)),
    }
}

/// RFC 3339 in UTC; where the calendar has no date for it, milliseconds since the epoch.
struct Instant(Millis);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let common_era = -62_135_596_800_000..=253_370_764_800_000;
        if common_era.contains(&self.0.0) {
            self.0.fmt(f)
        } else {
            self.0.0.fmt(f)
        }
    }
}

fn write_size(f: &mut Formatter<'_>, min: Option<u64>, max: Option<u64>) -> fmt::Result {
    match (min, max) {
        (None, None) => f.write_str("*"),
        (Some(min), None) => write!(f, "size:>={min}"),
        (None, Some(max)) => write!(f, "size:<={max}"),
        (Some(min), Some(max)) if min == max => write!(f, "size:{min}"),
        (Some(min), Some(max)) => write!(f, "size:{min}..{max}"),
    }
}
