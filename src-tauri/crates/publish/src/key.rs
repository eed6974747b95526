//! Partition keys as a person writes them: a text with paths into the payload, such as
//! `{$.customer.id}` or `order-{$.orderId}`.
//!
//! A key is never made up: where a path leads to nothing usable the entry has no key, and the reason.

use decode::{Path, PathError, Scalar, find};
use std::{fmt, str::FromStr};

/// Parts in turn. A text without braces is a key for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyExpression(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Path(Path),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyExpressionError {
    #[error("the key expression is empty")]
    Empty,
    #[error("the brace at character {0} is not closed")]
    Open(usize),
    #[error("the path at character {at}: {error}")]
    Path { at: usize, error: PathError },
    #[error("{0} leads to nothing in this record")]
    Missing(String),
    #[error("{0} leads to no text, number or truth value")]
    NotScalar(String),
}

impl FromStr for KeyExpression {
    type Err = KeyExpressionError;

    fn from_str(text: &str) -> Result<Self, KeyExpressionError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyExpressionError::Empty);
        }
        // a path alone needs no braces
        if text.starts_with("$.") || text.starts_with("$[") {
            return Ok(Self(vec![Part::Path(path(text, 0)?)]));
        }
        let mut parts = Vec::new();
        let (mut rest, mut at) = (text, 0);
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let inner = &rest[open + 1..];
            let close = closing(inner).ok_or(KeyExpressionError::Open(at + open + 1))?;
            parts.push(Part::Path(path(&inner[..close], at + open + 1)?));
            at += open + close + 2;
            rest = &inner[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

fn path(text: &str, offset: usize) -> Result<Path, KeyExpressionError> {
    Path::parse(text.trim()).map_err(|error| KeyExpressionError::Path {
        at: offset + error.at + 1,
        error,
    })
}

/// The brace that closes, outside the quotes of `['name']`.
fn closing(text: &str) -> Option<usize> {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '}') => return Some(at),
            _ => {}
        }
    }
    None
}

impl KeyExpression {
    /// The key of a record with this JSON as its payload. Numbers keep their text.
    pub fn key(&self, json: &[u8]) -> Result<String, KeyExpressionError> {
        let mut key = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => key.push_str(text),
                Part::Path(path) => match find(json, path) {
                    Some(Scalar::String(text)) => key.push_str(&text),
                    Some(Scalar::Number(text)) => key.push_str(text),
                    Some(Scalar::Bool(value)) => key.push_str(if value { "true" } else { "false" }),
                    Some(Scalar::Null) | None => {
                        return Err(KeyExpressionError::Missing(path.to_string()));
                    }
                    Some(_) => return Err(KeyExpressionError::NotScalar(path.to_string())),
                },
            }
        }
        Ok(key)
    }
}

impl fmt::Display for KeyExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Path(path) => write!(f, "{{{path}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &[u8] =
        br#"{"customer":{"id":42},"order":"o-1","ok":true,"none":null,"list":[1],"a}b":"brace"}"#;

    fn key(expression: &str) -> Result<String, KeyExpressionError> {
        expression.parse::<KeyExpression>()?.key(JSON)
    }

    #[test]
    fn texts_and_paths_in_turn() {
        assert_eq!(key("cust-{$.customer.id}"), Ok("cust-42".into()));
        assert_eq!(key("$.order"), Ok("o-1".into()));
        assert_eq!(key("{ order }/{$.ok}!"), Ok("o-1/true!".into()));
        assert_eq!(key("always the same"), Ok("always the same".into()));
        assert_eq!(key("{$['a}b']}"), Ok("brace".into()));
        assert_eq!(key("{$.list[0]}"), Ok("1".into()));
    }

    #[test]
    fn a_key_is_never_made_up() {
        assert_eq!(
            key("{$.nope}"),
            Err(KeyExpressionError::Missing("$.nope".into()))
        );
        assert_eq!(
            key("{$.none}"),
            Err(KeyExpressionError::Missing("$.none".into()))
        );
        assert_eq!(
            key("{$.list}"),
            Err(KeyExpressionError::NotScalar("$.list".into()))
        );
        assert_eq!(key(" "), Err(KeyExpressionError::Empty));
        assert_eq!(key("a{b"), Err(KeyExpressionError::Open(2)));
        assert!(matches!(
            key("a{b..c}"),
            Err(KeyExpressionError::Path { at: 5, .. })
        ));
    }

    #[test]
    fn it_is_shown_as_it_is_read() {
        for text in ["cust-{$.customer.id}", "plain", "{$.order}"] {
            let read: KeyExpression = text.parse().expect("an expression");
            assert_eq!(read.to_string(), text);
        }
    }
}
