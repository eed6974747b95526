//! YAML as nodes that know their line, within fixed bounds.
//!
//! It knows nothing of sagas. Anchors, aliases and tags are refused, so that a small file cannot stand for a
//! large one; size, depth and the number of nodes are bounded.

use super::error::{DefinitionError, Place};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// The longest definition file: a hand-written one has a few kilobytes.
pub const MAX_BYTES: usize = 256 * 1024;
const MAX_DEPTH: usize = 16;
const MAX_NODES: usize = 20_000;

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub place: Place,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Scalar {
        text: String,
        /// Only a plain scalar can be a number, a boolean or null.
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub key: String,
    pub place: Place,
    pub value: Node,
}

impl Node {
    /// What a person calls this kind of value.
    pub fn kind(&self) -> String {
        match &self.value {
            Value::Scalar { text, .. } if text.is_empty() => "nothing".to_owned(),
            Value::Scalar { text, .. } => format!("`{}`", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a block of fields".to_owned(),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if text.is_empty() || text == "~" || text == "null")
    }
}

pub(crate) fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let text = decode::safe_text(text);
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// The one document of a file.
pub(crate) fn parse(text: &str) -> Result<Node, DefinitionError> {
    if text.len() > MAX_BYTES {
        return Err(DefinitionError::TooLarge { bytes: text.len() });
    }
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| DefinitionError::Yaml {
            place: Place::new(error.marker().line(), error.marker().col()),
            message: error.info().to_owned(),
        })?;
        builder.take(event, span)?;
    }
    builder.document.ok_or(DefinitionError::Empty)
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    nodes: usize,
    document: Option<Node>,
    documents: usize,
}

struct Open {
    place: Place,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        key: Option<(String, Place)>,
    },
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), DefinitionError> {
        let place = Place::new(span.start.line(), span.start.col());
        match event {
            Event::Alias(_) => Err(DefinitionError::expected(
                place,
                "the value itself: aliases are not read",
            )),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                Err(DefinitionError::expected(
                    place,
                    "the value itself: anchors are not read",
                ))
            }
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => Err(DefinitionError::expected(
                place,
                "the value itself: tags are not read",
            )),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(DefinitionError::expected(place, "one document in the file"));
                }
                Ok(())
            }
            Event::Scalar(text, style, ..) => {
                let value = Value::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                self.finish(Node { place, value })
            }
            Event::SequenceStart(..) => self.open(place, Content::List(Vec::new())),
            Event::MappingStart(..) => self.open(
                place,
                Content::Map {
                    entries: Vec::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, place: Place, content: Content) -> Result<(), DefinitionError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(DefinitionError::expected(place, "at most 16 levels"));
        }
        self.open.push(Open { place, content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), DefinitionError> {
        let Some(Open { place, content }) = self.open.pop() else {
            return Ok(());
        };
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map { entries, .. } => Value::Map(entries),
        };
        self.finish(Node { place, value })
    }

    fn finish(&mut self, node: Node) -> Result<(), DefinitionError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(DefinitionError::expected(
                node.place,
                "at most 20,000 values",
            ));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.document = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key }) => match (key.take(), node.value) {
                (None, Value::Scalar { text, .. }) => {
                    if let Some(first) = entries.iter().find(|entry| entry.key == text) {
                        return Err(DefinitionError::duplicate(
                            node.place,
                            "the field",
                            &text,
                            first.place,
                        ));
                    }
                    *key = Some((text, node.place));
                }
                (None, _) => return Err(DefinitionError::expected(node.place, "a field's name")),
                (Some((key, place)), value) => {
                    let value = Node {
                        place: node.place,
                        value,
                    };
                    entries.push(Entry { key, place, value });
                }
            },
        }
        Ok(())
    }
}

/// The file as JSON, for editors and schema validators: plain numbers and booleans are numbers and booleans.
pub fn as_json(text: &str) -> Result<serde_json::Value, DefinitionError> {
    parse(text).map(|node| json(&node))
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), json(&entry.value)))
            .collect(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Scalar { text, plain: true } => match text.as_str() {
            "" | "~" | "null" => serde_json::Value::Null,
            "true" => true.into(),
            "false" => false.into(),
            text => text.parse::<i64>().map_or_else(|_| text.into(), Into::into),
        },
        Value::Scalar { text, .. } => text.as_str().into(),
    }
}
