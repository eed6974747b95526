//! Avro schemas as a flat list of types that point to each other by number, so that recursive
//! schemas are plain data.

use serde_json::{Map, Value};
use std::collections::HashMap;

/// Schemas nest by hand, not by thousands. `serde_json` itself stops at 128 levels.
const MAX_TYPES: usize = 20_000;

/// Why a text is no Avro schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AvroFault {
    #[error("it is no JSON, at line {line}, column {column}")]
    Json { line: usize, column: usize },
    #[error("`{0}` is no type and no name known here")]
    UnknownType(String),
    #[error("a {kind} lacks its `{what}`")]
    Lacks {
        kind: &'static str,
        what: &'static str,
    },
    #[error("the name `{0}` is given twice")]
    NameTwice(String),
    #[error("a type is neither a name, an object nor a list")]
    NoType,
    #[error("it has more than {MAX_TYPES} types")]
    TooManyTypes,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub types: Vec<Type>,
    pub root: usize,
    /// The name of the outermost type, for a person.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes {
        scale: Option<usize>,
    },
    String,
    Fixed {
        name: String,
        size: usize,
        scale: Option<usize>,
    },
    Enum {
        name: String,
        symbols: Vec<String>,
    },
    Array(usize),
    Map(usize),
    Record {
        name: String,
        fields: Vec<(String, usize)>,
    },
    Union(Vec<usize>),
}

impl Type {
    /// As a branch of a union is named in Avro's JSON encoding.
    pub fn branch_name(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes { .. } => "bytes",
            Self::String => "string",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Fixed { name, .. } | Self::Enum { name, .. } | Self::Record { name, .. } => name,
        }
    }
}

impl Schema {
    pub fn parse(text: &str) -> Result<Self, AvroFault> {
        Self::parse_with(&[], text)
    }

    /// With the texts whose types it names, each after those that it needs itself.
    pub fn parse_with(needed: &[&str], text: &str) -> Result<Self, AvroFault> {
        let mut parser = Parser {
            types: Vec::new(),
            names: HashMap::new(),
        };
        for needed in needed {
            parser.any(&json_of(needed)?, "")?;
        }
        let root = parser.any(&json_of(text)?, "")?;
        let name = parser.types[root].branch_name().to_owned();
        Ok(Self {
            types: parser.types,
            root,
            name,
        })
    }
}

fn json_of(text: &str) -> Result<Value, AvroFault> {
    serde_json::from_str(text).map_err(|error| AvroFault::Json {
        line: error.line(),
        column: error.column(),
    })
}

struct Parser {
    types: Vec<Type>,
    names: HashMap<String, usize>,
}

/// The nesting of calls is that of the JSON text, which `serde_json` bounds.
impl Parser {
    fn any(&mut self, json: &Value, namespace: &str) -> Result<usize, AvroFault> {
        match json {
            Value::String(name) => self.named(name, namespace),
            Value::Array(branches) => {
                let branches = branches.iter().map(|branch| self.any(branch, namespace));
                let branches = branches.collect::<Result<_, _>>()?;
                self.add(Type::Union(branches))
            }
            Value::Object(object) => self.object(object, namespace),
            _ => Err(AvroFault::NoType),
        }
    }

    fn add(&mut self, added: Type) -> Result<usize, AvroFault> {
        if self.types.len() >= MAX_TYPES {
            return Err(AvroFault::TooManyTypes);
        }
        self.types.push(added);
        Ok(self.types.len() - 1)
    }

    fn named(&mut self, name: &str, namespace: &str) -> Result<usize, AvroFault> {
        if let Some(primitive) = primitive(name, None) {
            return self.add(primitive);
        }
        let known = self.names.get(&full_name(name, namespace));
        known
            .or_else(|| self.names.get(name))
            .copied()
            .ok_or_else(|| AvroFault::UnknownType(name.to_owned()))
    }

    fn object(&mut self, object: &Map<String, Value>, namespace: &str) -> Result<usize, AvroFault> {
        let lacks = |what| AvroFault::Lacks { kind: "type", what };
        let kind = match object.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(nested) => return self.any(nested, namespace),
            None => return Err(lacks("type")),
        };
        match kind {
            "array" => {
                let items = object.get("items").ok_or_else(|| lacks("items"))?;
                let items = self.any(items, namespace)?;
                self.add(Type::Array(items))
            }
            "map" => {
                let values = object.get("values").ok_or_else(|| lacks("values"))?;
                let values = self.any(values, namespace)?;
                self.add(Type::Map(values))
            }
            "record" | "error" => self.record(object, namespace),
            "enum" => {
                let (name, _) = name_of(object, namespace, "enum")?;
                let symbols = texts(object.get("symbols"));
                let symbols = symbols.ok_or(AvroFault::Lacks {
                    kind: "enum",
                    what: "symbols",
                })?;
                let place = self.add(Type::Enum {
                    name: name.clone(),
                    symbols,
                })?;
                self.name(name, place)
            }
            "fixed" => {
                let (name, _) = name_of(object, namespace, "fixed")?;
                let size = object.get("size").and_then(Value::as_u64);
                let size = size.and_then(|size| usize::try_from(size).ok());
                let place = self.add(Type::Fixed {
                    name: name.clone(),
                    size: size.ok_or(AvroFault::Lacks {
                        kind: "fixed",
                        what: "size",
                    })?,
                    scale: scale(object),
                })?;
                self.name(name, place)
            }
            name => match primitive(name, scale(object)) {
                Some(primitive) => self.add(primitive),
                None => self.named(name, namespace),
            },
        }
    }

    /// A record is named before its fields are read: they may be of its own type.
    fn record(&mut self, object: &Map<String, Value>, namespace: &str) -> Result<usize, AvroFault> {
        let (name, namespace) = name_of(object, namespace, "record")?;
        let lacks = |what| AvroFault::Lacks {
            kind: "record",
            what,
        };
        let declared = object.get("fields").and_then(Value::as_array);
        let declared = declared.ok_or_else(|| lacks("fields"))?;
        let place = self.add(Type::Record {
            name: name.clone(),
            fields: Vec::new(),
        })?;
        self.name(name, place)?;
        let mut read = Vec::with_capacity(declared.len());
        for field in declared {
            let name = field.get("name").and_then(Value::as_str);
            let name = name.ok_or_else(|| lacks("fields' name"))?;
            let of = field.get("type").ok_or_else(|| lacks("fields' type"))?;
            read.push((name.to_owned(), self.any(of, &namespace)?));
        }
        if let Type::Record { fields, .. } = &mut self.types[place] {
            *fields = read;
        }
        Ok(place)
    }

    fn name(&mut self, name: String, place: usize) -> Result<usize, AvroFault> {
        match self.names.insert(name.clone(), place) {
            None => Ok(place),
            Some(_) => Err(AvroFault::NameTwice(name)),
        }
    }
}

fn primitive(name: &str, scale: Option<usize>) -> Option<Type> {
    Some(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "int" => Type::Int,
        "long" => Type::Long,
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes { scale },
        "string" => Type::String,
        _ => return None,
    })
}

/// The scale of a decimal; a type that is none has none.
fn scale(object: &Map<String, Value>) -> Option<usize> {
    let is_decimal = object.get("logicalType").and_then(Value::as_str) == Some("decimal");
    let scale = object.get("scale").and_then(Value::as_u64).unwrap_or(0);
    // a scale beyond this is no decimal that anyone can read
    is_decimal
        .then(|| usize::try_from(scale).ok())?
        .filter(|&scale| scale <= 4_096)
}

/// The full name of a named type, and the namespace of what is within it.
pub(super) fn name_of(
    object: &Map<String, Value>,
    namespace: &str,
    kind: &'static str,
) -> Result<(String, String), AvroFault> {
    let name = object.get("name").and_then(Value::as_str);
    let name = name.ok_or(AvroFault::Lacks { kind, what: "name" })?;
    let own = object.get("namespace").and_then(Value::as_str);
    let name = full_name(name, own.unwrap_or(namespace));
    let namespace = name.rsplit_once('.').map_or("", |(space, _)| space);
    Ok((name.clone(), namespace.to_owned()))
}

pub(super) fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

fn texts(json: Option<&Value>) -> Option<Vec<String>> {
    let items = json?.as_array()?.iter();
    items.map(|item| item.as_str().map(str::to_owned)).collect()
}
