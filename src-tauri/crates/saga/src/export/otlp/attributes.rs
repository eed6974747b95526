//! Names and values beside spans and events. Texts are bounded: a key may be long.

use super::proto::{AnyValue, ArrayValue, KeyValue, Value};
use serde::Serialize;

/// Longer texts are cut.
const MAX_TEXT_BYTES: usize = 1_024;
/// Of a list.
const MAX_VALUES: usize = 64;

pub(super) fn text(key: impl Into<String>, value: &str) -> KeyValue {
    attribute(key, Value::Text(cut(value)))
}

pub(super) fn number(key: impl Into<String>, value: i64) -> KeyValue {
    attribute(key, Value::Number(value))
}

pub(super) fn flag(key: impl Into<String>, value: bool) -> KeyValue {
    attribute(key, Value::Flag(value))
}

pub(super) fn texts<'v>(
    key: impl Into<String>,
    values: impl IntoIterator<Item = &'v str>,
) -> KeyValue {
    let value = |text: &str| AnyValue {
        value: Some(Value::Text(cut(text))),
    };
    let values = values.into_iter().take(MAX_VALUES).map(value).collect();
    attribute(key, Value::List(ArrayValue { values }))
}

fn attribute(key: impl Into<String>, value: Value) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(value) }),
    }
}

pub(super) fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_TEXT_BYTES)].to_owned()
}

/// A variant's name as the JSON export writes it.
pub(super) fn word(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Status;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut(&"ä".repeat(1_000)).len(), 1_024);
        assert_eq!(cut(&format!("a{}", "ä".repeat(1_000))).len(), 1_023);
    }

    #[test]
    fn words_are_those_of_the_json_export() {
        assert_eq!(
            word(&Status::CompletedWithFindings),
            "completed-with-findings"
        );
    }
}
