//! A partition key out of a payload: text with paths in braces, such as `{$.orderId}-{payload.region}`.

use super::document::Document;
use decode::{Path, string_text};
use std::{fmt, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyExpression {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Path),
}

/// What is wrong with a partition-key expression, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyExpressionError {
    #[error("a partition key needs at least one character")]
    Empty,
    #[error("the brace at byte {0} is not closed")]
    Open(usize),
    #[error("the path at byte {at}: {source}")]
    Path {
        at: usize,
        source: decode::PathError,
    },
}

impl FromStr for KeyExpression {
    type Err = KeyExpressionError;

    /// `{{` and `}}` stand for the braces themselves. A path that holds a brace is not possible.
    fn from_str(text: &str) -> Result<Self, KeyExpressionError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                literal.push(c);
                at += 2;
            } else if c == '{' {
                let end = rest.find('}').ok_or(KeyExpressionError::Open(at))?;
                let path = Path::parse(&rest[1..end])
                    .map_err(|source| KeyExpressionError::Path { at: at + 1, source })?;
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Value(path));
                at += end + 1;
            } else {
                literal.push(c);
                at += c.len_utf8();
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        if parts.is_empty() {
            return Err(KeyExpressionError::Empty);
        }
        Ok(Self { parts })
    }
}

impl fmt::Display for KeyExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Value(path) => write!(f, "{{{path}}}"),
        })
    }
}

impl KeyExpression {
    pub(super) fn needs_payload(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Value(_)))
    }

    /// The key; `None` where a value is missing, is no scalar, or the key would be empty. Of repeated
    /// members the first counts, as in a filter.
    pub(super) fn evaluate(&self, document: Option<&Document<'_>>) -> Option<String> {
        let mut key = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => key.push_str(text),
                Part::Value(path) => {
                    let document = document?;
                    let node = *document.at(path).first()?;
                    if !document.is_scalar(node) || document.value(node) == b"null" {
                        return None;
                    }
                    key.push_str(&string_text(document.value(node)));
                }
            }
        }
        (!key.is_empty()).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(expression: &str, payload: &str) -> Option<String> {
        let expression: KeyExpression = expression.parse().expect("an expression");
        assert_eq!(expression.to_string().parse(), Ok(expression.clone()));
        expression.evaluate(Document::read(payload.as_bytes()).ok().as_ref())
    }

    #[test]
    fn keys_are_put_together() {
        let payload = r#"{"id":"o-1","n":12.50,"id":"second","a":{"b c":true,"x":null}}"#;
        assert_eq!(key("{id}", payload), Some("o-1".into()));
        assert_eq!(
            key("{{{$.n}}}-{a['b c']}", payload),
            Some("{12.50}-true".into())
        );
        assert_eq!(key("all one", payload), Some("all one".into()));
        for expression in ["{missing}", "{a}", "{a.x}", "x{missing}"] {
            assert_eq!(key(expression, payload), None, "{expression}");
        }
        assert_eq!(key("{id}", "no JSON"), None);
        assert_eq!(key("fixed", "no JSON"), Some("fixed".into()));
        assert_eq!(key("{id}", r#"{"id":""}"#), None);
    }

    #[test]
    fn broken_expressions_say_where() {
        let refused = |text: &str| text.parse::<KeyExpression>().map_err(|e| e.to_string());
        assert_eq!(
            refused(""),
            Err("a partition key needs at least one character".into())
        );
        assert_eq!(
            refused("a{b"),
            Err("the brace at byte 1 is not closed".into())
        );
        assert_eq!(
            refused("{a..b}"),
            Err("the path at byte 1: expected a field name".into())
        );
    }
}
