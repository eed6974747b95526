//! The rules: what each edits in a document, and what it makes of the partition key.

use super::{
    document::Document,
    edits::Edits,
    fake::Seed,
    ids::{new_id, new_number, new_uuids},
    mask::{mask_number, mask_text},
    members, times, words,
};
use crate::text::{as_text, each_as_text};
use decode::{Path, string_text};
use publish::KeyExpression;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};

/// A rule with the name that a person gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRule {
    pub name: String,
    pub is_on: bool,
    pub rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Rule {
    /// Moves all moments by one delta. `Detected` finds ISO-8601 texts anywhere, and numbers under
    /// names such as `createdAt`.
    ShiftTime { delta_millis: i64, at: Places },
    /// Gives new ids for old ones, the same for the same in the whole selection. `Detected` finds
    /// UUIDs anywhere, and values under names that end in `id`.
    NewIds {
        at: Places,
        /// The partition key is such an id too.
        and_key: bool,
    },
    /// Replaces a value; a member that is missing is added to an object that is there.
    Set {
        #[serde(with = "as_text")]
        path: Path,
        value: JsonValue,
    },
    Remove {
        #[serde(with = "as_text")]
        path: Path,
    },
    /// Gives a member another name, unless its object has that one already.
    Rename {
        #[serde(with = "as_text")]
        path: Path,
        name: String,
    },
    /// Removes W3C, X-Ray, B3, Datadog and other trace members, wherever they are.
    StripTrace,
    /// Puts fake values of the same look, the same for the same.
    Mask {
        #[serde(with = "each_as_text")]
        paths: Vec<Path>,
        and_key: bool,
    },
    /// A new partition key out of the payload. Where a part is missing the old one stays.
    PartitionKey {
        #[serde(with = "as_text")]
        key: KeyExpression,
    },
}

/// Where a rule looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Places {
    Detected,
    #[serde(with = "each_as_text")]
    Paths(Vec<Path>),
}

/// The text of one JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonValue(String);

impl FromStr for JsonValue {
    type Err = decode::JsonFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decode::json_events(text.as_bytes())
            .try_for_each(|event| event.map(|_| ()))
            .map(|()| Self(text.trim().to_owned()))
    }
}

impl fmt::Display for JsonValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for JsonValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        as_text::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for JsonValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_text::deserialize(deserializer)
    }
}

impl Rule {
    pub(super) fn changes_keys(&self) -> bool {
        match self {
            Self::NewIds { and_key, .. } | Self::Mask { and_key, .. } => *and_key,
            Self::PartitionKey { .. } => true,
            _ => false,
        }
    }

    pub(super) fn edit(&self, seed: Seed, document: &Document<'_>) -> Edits {
        let mut edits = Edits::default();
        match self {
            Self::ShiftTime { delta_millis, at } => shift(document, at, *delta_millis, &mut edits),
            Self::NewIds { at, .. } => change_ids(document, at, seed, &mut edits),
            Self::Set { path, value } => members::set(document, path, &value.0, &mut edits),
            Self::Remove { path } => edits.remove(document, &document.at(path)),
            Self::Rename { path, name } => members::rename(document, path, name, &mut edits),
            Self::StripTrace => edits.remove(document, &members::traces(document)),
            Self::Mask { paths, .. } => mask(document, paths, seed, &mut edits),
            Self::PartitionKey { .. } => {}
        }
        edits
    }

    pub(super) fn new_key(&self, seed: Seed, key: &str, payload: &[u8]) -> Option<String> {
        match self {
            Self::NewIds { and_key: true, .. } => Some(new_id(seed, key)),
            Self::Mask { and_key: true, .. } => Some(mask_text(seed, key)),
            Self::PartitionKey { key } => key.key(payload).ok().filter(|key| !key.is_empty()),
            _ => None,
        }
    }
}

/// A scalar, its name where it is a member, and whether a path named it.
struct Found<'a> {
    node: u32,
    token: &'a str,
    is_named: bool,
}

fn scalars<'a>(document: &Document<'a>, at: &Places) -> Vec<Found<'a>> {
    let nodes: Vec<u32> = match at {
        Places::Detected => document.nodes().collect(),
        Places::Paths(paths) => within_paths(document, paths),
    };
    let is_named = matches!(at, Places::Paths(_));
    let found = |node: u32| {
        let token = std::str::from_utf8(document.value(node)).ok()?;
        Some(Found {
            node,
            token,
            is_named,
        })
    };
    nodes
        .into_iter()
        .filter(|&node| document.is_scalar(node))
        .filter_map(found)
        .collect()
}

/// What is at the paths and within it, each once.
fn within_paths(document: &Document<'_>, paths: &[Path]) -> Vec<u32> {
    let at = paths.iter().flat_map(|path| document.at(path));
    let mut nodes: Vec<u32> = at.flat_map(|node| document.within(node)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// The member's name; of an element, that of its array.
fn name<'a>(document: &Document<'a>, node: u32) -> Cow<'a, str> {
    let of_array = || {
        document
            .parent(node)
            .and_then(|parent| document.key(parent))
    };
    document.key(node).or_else(of_array).unwrap_or_default()
}

/// What is between the quotes, where it is a string without escapes.
fn plain_string(token: &str) -> Option<&str> {
    let inner = token.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

fn shift(document: &Document<'_>, at: &Places, delta_millis: i64, edits: &mut Edits) {
    for Found {
        node,
        token,
        is_named,
    } in scalars(document, at)
    {
        let shifted = match plain_string(token) {
            Some(text) => {
                let epoch = || times::shift_epoch(text, delta_millis).filter(|_| is_named);
                let moved = times::shift_text(text, delta_millis).or_else(epoch);
                moved.map(|text| format!("\"{text}\""))
            }
            None if is_named || words::is_time(&name(document, node)) => {
                times::shift_epoch(token, delta_millis)
            }
            None => None,
        };
        if let Some(shifted) = shifted {
            edits.replace(document.value_span(node), shifted);
        }
    }
}

fn change_ids(document: &Document<'_>, at: &Places, seed: Seed, edits: &mut Edits) {
    for Found {
        node,
        token,
        is_named,
    } in scalars(document, at)
    {
        let is_id = || is_named || words::is_id(&name(document, node));
        let changed = if token.starts_with('"') {
            let text = string_text(token.as_bytes());
            match new_uuids(seed, &text) {
                Some(new) => Some(quoted(&new)),
                None if is_id() => Some(quoted(&new_id(seed, &text))),
                None => None,
            }
        } else {
            let is_number = !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
            (is_number && is_id()).then(|| new_number(seed, token))
        };
        if let Some(changed) = changed {
            edits.replace(document.value_span(node), changed);
        }
    }
}

fn mask(document: &Document<'_>, paths: &[Path], seed: Seed, edits: &mut Edits) {
    for node in within_paths(document, paths) {
        let token = document.value(node);
        let fake = match token.first() {
            // not only what is UTF-8: nothing at these places may stay as it is
            Some(b'"') => quoted(&mask_text(seed, &string_text(token))),
            Some(b'-' | b'0'..=b'9') => mask_number(seed, &String::from_utf8_lossy(token)),
            _ => continue,
        };
        edits.replace(document.value_span(node), fake);
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
