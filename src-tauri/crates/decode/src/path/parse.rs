//! The text of paths: reading it, and writing names that need quotes.

use super::{Path, PathError, Segment};
use std::fmt;

const ESCAPES: &str = r"one of the escapes \b \t \n \f \r \/ \\ \' \uXXXX";

/// Reads `$`, `.name`, `name`, `[0]`, `['name']` and `["name"]` until something else follows.
pub(super) fn path(text: &str) -> Result<(Path, usize), PathError> {
    let rooted = text.starts_with('$');
    let mut at = usize::from(rooted);
    let mut segments = Vec::new();
    loop {
        let rest = &text[at..];
        let segment = if rest.starts_with('[') {
            bracketed(text, &mut at)?
        } else if rest.starts_with('.') && (rooted || !segments.is_empty()) {
            at += 1;
            name(text, &mut at)?
        } else if !rooted && segments.is_empty() {
            name(text, &mut at)?
        } else {
            return Ok((Path::new(segments), at));
        };
        segments.push(segment);
    }
}

/// What a name may hold without quotes: more than RFC 9535's shorthand, because people type it.
fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '$' | '#' | '/' | '~' | '+')
}

fn name(text: &str, at: &mut usize) -> Result<Segment, PathError> {
    let rest = &text[*at..];
    let len = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
    if len == 0 {
        return Err(PathError {
            at: *at,
            expected: "a field name",
        });
    }
    *at += len;
    Ok(Segment::Key(rest[..len].to_owned()))
}

fn bracketed(text: &str, at: &mut usize) -> Result<Segment, PathError> {
    *at += 1;
    let rest = &text[*at..];
    let segment = match rest.chars().next() {
        Some(quote @ ('\'' | '"')) => Segment::Key(quoted(text, at, quote)?),
        Some('0'..='9') => {
            let len = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let index = rest[..len].parse();
            let index = index.map_err(|_| PathError {
                at: *at,
                expected: "a smaller number",
            })?;
            *at += len;
            Segment::Index(index)
        }
        _ => {
            return Err(PathError {
                at: *at,
                expected: "a number or a quoted name",
            });
        }
    };
    if !text[*at..].starts_with(']') {
        return Err(PathError {
            at: *at,
            expected: "`]`",
        });
    }
    *at += 1;
    Ok(segment)
}

fn quoted(text: &str, at: &mut usize, quote: char) -> Result<String, PathError> {
    let open = *at;
    *at += 1;
    let mut name = String::new();
    let mut chars = text[*at..].chars();
    while let Some(c) = chars.next() {
        let start = *at;
        if c == '\\' {
            let unknown = PathError {
                at: start,
                expected: ESCAPES,
            };
            name.push(escape(&mut chars).ok_or(unknown)?);
        } else if c != quote {
            name.push(c);
        }
        *at = text.len() - chars.as_str().len();
        if c == quote {
            return Ok(name);
        }
    }
    Err(PathError {
        at: open,
        expected: "a closing quote",
    })
}

/// The character that an escape stands for, its backslash already taken.
fn escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    match chars.next()? {
        'b' => Some('\u{8}'),
        't' => Some('\t'),
        'n' => Some('\n'),
        'f' => Some('\u{c}'),
        'r' => Some('\r'),
        c @ ('/' | '\\' | '\'' | '"') => Some(c),
        'u' => {
            let high = code_unit(chars)?;
            if !(0xD800..0xDC00).contains(&high) {
                return char::from_u32(high);
            }
            let low =
                (chars.next()? == '\\' && chars.next()? == 'u').then(|| code_unit(chars))??;
            let pair = char::decode_utf16([high as u16, low as u16]).next();
            pair.and_then(Result::ok)
        }
        _ => None,
    }
}

fn code_unit(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + chars.next()?.to_digit(16)?))
}

/// `['name']`, with everything escaped that could not be seen or would end it.
pub(super) fn write_quoted(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    f.write_str("['")?;
    for c in name.chars() {
        match c {
            '\'' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            c if crate::text::is_hidden(c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(f, "\\u{unit:04x}")?;
                }
            }
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("']")
}
