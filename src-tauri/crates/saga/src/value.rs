//! JSON as a tree that can be folded and compared. Numbers keep the text that was written.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// Deeper values are kept as text.
const MAX_DEPTH: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The source of a string with its quotes, a number, `true`, `false` or `null`.
    Scalar(String),
    List(Vec<Value>),
    /// In the order of the source. The last of duplicate keys counts.
    Object(Vec<(String, Value)>),
}

impl Default for Value {
    fn default() -> Self {
        Self::Object(Vec::new())
    }
}

impl Value {
    /// `None` for what is no JSON.
    pub fn parse(json: &[u8]) -> Option<Self> {
        let raw: &RawValue = serde_json::from_slice(json).ok()?;
        Some(Self::of(raw, 0))
    }

    fn of(raw: &RawValue, depth: usize) -> Self {
        let text = raw.get();
        if depth < MAX_DEPTH {
            if text.starts_with('{')
                && let Ok(Members(members)) = serde_json::from_str(text)
            {
                let mut object = Self::default();
                for (key, value) in members {
                    object.set(&key, Self::of(value, depth + 1));
                }
                return object;
            }
            if text.starts_with('[')
                && let Ok(Elements(elements)) = serde_json::from_str(text)
            {
                return Self::List(
                    elements
                        .into_iter()
                        .map(|element| Self::of(element, depth + 1))
                        .collect(),
                );
            }
        }
        Self::Scalar(text.to_owned())
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn set(&mut self, key: &str, value: Value) {
        if let Some(place) = self.entry(key) {
            *place = value;
        }
    }

    /// The place of a member, made if it is not there. What was no object becomes one.
    pub(crate) fn member(&mut self, key: &str) -> &mut Value {
        if !matches!(self, Self::Object(_)) {
            *self = Self::default();
        }
        self.entry(key).expect("it is an object")
    }

    fn entry(&mut self, key: &str) -> Option<&mut Value> {
        let Self::Object(members) = self else {
            return None;
        };
        let known = members.iter().position(|(name, _)| name == key);
        let place = known.unwrap_or_else(|| {
            members.push((key.to_owned(), Value::default()));
            members.len() - 1
        });
        members.get_mut(place).map(|(_, value)| value)
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if let Self::Object(members) = self {
            members.retain(|(name, _)| name != key);
        }
    }
}

/// JSON on one line.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(text) => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (key, value)) in members.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    write!(f, "{}:{value}", serde_json::Value::from(key.as_str()))?;
                }
                f.write_str("}")
            }
        }
    }
}

struct Members<'a>(Vec<(String, &'a RawValue)>);
struct Elements<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Elements<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Elements<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element()? {
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text_and_members_their_order() {
        let json = r#"{"z":12345678901234567890.10,"a":[1,{"b":null}],"s":"x\ty"}"#;
        assert_eq!(
            Value::parse(json.as_bytes())
                .map(|value| value.to_string())
                .as_deref(),
            Some(json)
        );
        assert_eq!(Value::parse(b"{"), None);
    }

    #[test]
    fn depth_costs_neither_time_nor_the_stack() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(
            Value::parse(deep.as_bytes()).map(|value| value.to_string()),
            Some(deep)
        );
    }
}
