//! JSON as a tree that can be folded and compared. Numbers keep the text that was written.

use indexmap::IndexMap;
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
    Object(IndexMap<String, Value>),
}

impl Default for Value {
    fn default() -> Self {
        Self::Object(IndexMap::new())
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
                let value = |(key, value)| (key, Self::of(value, depth + 1));
                return Self::Object(members.into_iter().map(value).collect());
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
            Self::Object(members) => members.get(key),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match self {
            Self::Object(members) => members.get_mut(key),
            _ => None,
        }
    }

    /// Its members. What was no object becomes one.
    pub(crate) fn members(&mut self) -> &mut IndexMap<String, Value> {
        if !matches!(self, Self::Object(_)) {
            *self = Self::default();
        }
        let Self::Object(members) = self else {
            unreachable!("it is an object")
        };
        members
    }

    /// The place of a member, made if it is not there. What was no object becomes one.
    pub(crate) fn member(&mut self, key: &str) -> &mut Value {
        let members = self.members();
        let place = match members.get_index_of(key) {
            Some(place) => place,
            None => members.insert_full(key.to_owned(), Self::default()).0,
        };
        &mut members[place]
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if let Self::Object(members) = self {
            members.shift_remove(key);
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
    fn the_last_of_duplicate_keys_counts_at_the_place_of_the_first() {
        let json = br#"{"a":1,"b":2,"a":3}"#;
        let value = Value::parse(json).map(|value| value.to_string());
        assert_eq!(value.as_deref(), Some(r#"{"a":3,"b":2}"#));
    }

    /// So many that a look at each of them for each would take minutes.
    #[test]
    fn many_members_are_read_and_compared_in_their_number() {
        use crate::fold::{Reducer, State};
        let object = |value: usize| {
            let members = (0..200_000).map(|n| format!("\"k{n}\":{}", n + value / (n + 1)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        };
        let begun = std::time::Instant::now();
        let mut state = State::default();
        for value in [0, 1] {
            state.apply(&Reducer::default(), "", object(value).as_bytes());
        }
        let changes = state.apply(&Reducer::default(), "", object(1).as_bytes());
        assert_eq!(changes, []);
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
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
