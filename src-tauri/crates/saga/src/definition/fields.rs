//! Reading a YAML block field by field: every field is asked for once, and what nobody asked for is an error.

use super::{
    duration,
    error::{DefinitionError, Place, one_of},
    yaml::{Entry, Node, Value, shortened},
};

/// Lists hold at most this many names or paths.
const MAX_LIST: usize = 64;
/// Ids, names of events and streams have at most this many characters.
const MAX_NAME_CHARS: usize = 128;

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub text: String,
    pub place: Place,
}

pub(crate) struct Fields<'a> {
    pub place: Place,
    entries: &'a [Entry],
    known: &'static [&'static str],
}

impl<'a> Fields<'a> {
    /// The block's fields, all of them among `known`.
    pub fn new(
        node: &'a Node,
        what: &str,
        known: &'static [&'static str],
    ) -> Result<Self, DefinitionError> {
        let Value::Map(entries) = &node.value else {
            let expected = format!(
                "{what} as a block of fields ({}), and not {}",
                known.join(", "),
                node.kind()
            );
            return Err(DefinitionError::expected(node.place, expected));
        };
        if let Some(unknown) = entries
            .iter()
            .find(|entry| !known.contains(&entry.key.as_str()))
        {
            return Err(DefinitionError::UnknownField {
                place: unknown.place,
                field: shortened(&unknown.key),
                expected: one_of(&unknown.key, known),
            });
        }
        Ok(Self {
            place: node.place,
            entries,
            known,
        })
    }

    pub fn get(&self, field: &'static str) -> Option<&'a Node> {
        debug_assert!(
            self.known.contains(&field),
            "{field} is asked for, but not known"
        );
        self.entries
            .iter()
            .find(|entry| entry.key == field)
            .map(|entry| &entry.value)
    }

    pub fn require(&self, field: &'static str) -> Result<&'a Node, DefinitionError> {
        self.get(field).ok_or(DefinitionError::MissingField {
            place: self.place,
            field,
        })
    }

    pub fn name(&self, field: &'static str) -> Result<Name, DefinitionError> {
        name(self.require(field)?)
    }

    /// One name or several.
    pub fn names(&self, field: &'static str) -> Result<Vec<Name>, DefinitionError> {
        self.get(field).map_or(Ok(Vec::new()), names)
    }

    pub fn millis(&self, field: &'static str) -> Result<Option<i64>, DefinitionError> {
        self.get(field).map(millis).transpose()
    }

    pub fn positive(&self, field: &'static str, default: u32) -> Result<u32, DefinitionError> {
        const MAX: u32 = 1_000_000;
        let Some(node) = self.get(field) else {
            return Ok(default);
        };
        let number = match &node.value {
            Value::Scalar { text, plain: true } => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number| (1..=MAX).contains(number))
            .ok_or_else(|| {
                DefinitionError::expected(
                    node.place,
                    format!("a whole number from 1, and not {}", node.kind()),
                )
            })
    }

    pub fn flag(&self, field: &'static str) -> Result<bool, DefinitionError> {
        let Some(node) = self.get(field) else {
            return Ok(false);
        };
        match &node.value {
            Value::Scalar { text, plain: true } if text == "true" => Ok(true),
            Value::Scalar { text, plain: true } if text == "false" => Ok(false),
            _ => Err(DefinitionError::expected(
                node.place,
                format!("true or false, and not {}", node.kind()),
            )),
        }
    }

    /// One of the words of `choices`.
    pub fn choice<T: Copy>(
        &self,
        field: &'static str,
        choices: &[(&'static str, T)],
    ) -> Result<Option<T>, DefinitionError> {
        let Some(node) = self.get(field) else {
            return Ok(None);
        };
        let written = scalar(node).unwrap_or_default();
        if let Some(&(_, choice)) = choices.iter().find(|(word, _)| *word == written) {
            return Ok(Some(choice));
        }
        let words: Vec<&str> = choices.iter().map(|&(word, _)| word).collect();
        let expected = format!("{}, and not {}", one_of(written, &words), node.kind());
        Err(DefinitionError::expected(node.place, expected))
    }
}

pub(crate) fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

pub(crate) fn name(node: &Node) -> Result<Name, DefinitionError> {
    let text = scalar(node).filter(|text| !node.is_empty() && !text.trim().is_empty());
    let fits = text
        .filter(|text| text.chars().count() <= MAX_NAME_CHARS && !text.contains(char::is_control));
    let text = fits.ok_or_else(|| {
        let expected = format!(
            "a name of 1 to {MAX_NAME_CHARS} characters, and not {}",
            node.kind()
        );
        DefinitionError::expected(node.place, expected)
    })?;
    Ok(Name {
        text: text.to_owned(),
        place: node.place,
    })
}

pub(crate) fn names(node: &Node) -> Result<Vec<Name>, DefinitionError> {
    let names: Vec<Name> = items(node).iter().map(name).collect::<Result<_, _>>()?;
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = names[..index].iter().find(|first| first.text == name.text) {
            return Err(DefinitionError::duplicate(
                name.place,
                "the name",
                &name.text,
                first.place,
            ));
        }
    }
    bounded(node, names)
}

/// A list's items, or the one value that stands for a list of one.
pub(crate) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// At least one, and not too many.
pub(crate) fn bounded<T>(node: &Node, items: Vec<T>) -> Result<Vec<T>, DefinitionError> {
    match items.len() {
        0 => Err(DefinitionError::expected(
            node.place,
            "at least one, and not an empty list",
        )),
        1..=MAX_LIST => Ok(items),
        _ => Err(DefinitionError::expected(node.place, "at most 64")),
    }
}

fn millis(node: &Node) -> Result<i64, DefinitionError> {
    scalar(node).and_then(duration::millis).ok_or_else(|| {
        DefinitionError::expected(
            node.place,
            format!("{}, and not {}", duration::EXPECTED, node.kind()),
        )
    })
}
