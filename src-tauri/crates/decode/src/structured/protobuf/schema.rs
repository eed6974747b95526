//! Protobuf schemas from .proto texts or a descriptor set.

use crate::report::Reason;
use protox::{
    file::{ChainFileResolver, File, FileResolver, GoogleFileResolver},
    prost_reflect::{DescriptorPool, MessageDescriptor},
};

/// Deeper braces would exhaust the stack of whoever parses them.
const MAX_BRACES: usize = 64;

/// A .proto file's text, under the name that others import it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoFile {
    pub name: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtoFault {
    /// With the compiler's own words.
    #[error("the .proto files cannot be compiled: {0}")]
    Compile(String),
    #[error("the descriptor set cannot be read: {0}")]
    DescriptorSet(String),
    #[error("`{0}` nests messages deeper than {MAX_BRACES}")]
    TooDeep(String),
    #[error("there is no message in it")]
    NoMessage,
}

#[derive(Clone, Debug)]
pub(crate) struct ProtoSchema {
    pool: DescriptorPool,
    /// The files that were given, not what they import.
    files: Vec<String>,
}

impl ProtoSchema {
    pub fn from_files(files: &[ProtoFile]) -> Result<Self, ProtoFault> {
        for file in files {
            if braces(&file.text) > MAX_BRACES {
                return Err(ProtoFault::TooDeep(file.name.clone()));
            }
        }
        let mut resolver = ChainFileResolver::new();
        resolver.add(Given(files.to_vec()));
        resolver.add(GoogleFileResolver::new());
        let mut compiler = protox::Compiler::with_file_resolver(resolver);
        compiler.include_imports(true);
        for file in files {
            let opened = compiler.open_file(&file.name);
            opened.map_err(|error| ProtoFault::Compile(error.to_string()))?;
        }
        let names = files.iter().map(|file| file.name.clone()).collect();
        Self::new(compiler.descriptor_pool(), names)
    }

    pub fn from_descriptor_set(bytes: &[u8]) -> Result<Self, ProtoFault> {
        let pool = DescriptorPool::decode(bytes);
        let pool = pool.map_err(|error| ProtoFault::DescriptorSet(error.to_string()))?;
        let files = pool.files().map(|file| file.name().to_owned()).collect();
        Self::new(pool, files)
    }

    fn new(pool: DescriptorPool, files: Vec<String>) -> Result<Self, ProtoFault> {
        let schema = Self { pool, files };
        if schema.messages().next().is_none() {
            return Err(ProtoFault::NoMessage);
        }
        Ok(schema)
    }

    pub fn message(&self, full_name: &str) -> Result<MessageDescriptor, Reason> {
        let message = self.pool.get_message_by_name(full_name);
        message.ok_or_else(|| Reason::UnknownSchema(full_name.to_owned()))
    }

    /// The messages that a record may be: those of the given files.
    pub fn messages(&self) -> impl Iterator<Item = MessageDescriptor> {
        let is_given = |message: &MessageDescriptor| {
            let file = message.parent_file();
            !message.is_map_entry() && self.files.iter().any(|name| name == file.name())
        };
        self.pool.all_messages().filter(is_given)
    }

    /// The message of a Glue header: the file's messages, entries of maps among them, are counted in
    /// the order of their full names (`MessageIndexFinder` of awslabs/aws-glue-schema-registry).
    pub fn glue_message(&self, index: u64) -> Option<MessageDescriptor> {
        let file = self.files.first()?;
        let is_of_file = |message: &MessageDescriptor| message.parent_file().name() == file;
        let mut messages: Vec<_> = self.pool.all_messages().filter(is_of_file).collect();
        messages.sort_by(|a, b| a.full_name().cmp(b.full_name()));
        messages.into_iter().nth(usize::try_from(index).ok()?)
    }

    /// The message of a Confluent header: the way down from the file, a place among its siblings at
    /// each level (Confluent's wire format).
    pub fn confluent_message(&self, way: &[u64]) -> Option<MessageDescriptor> {
        let file = self.pool.get_file_by_name(self.files.first()?)?;
        let (first, rest) = way.split_first()?;
        let mut message = file.messages().nth(usize::try_from(*first).ok()?)?;
        for place in rest {
            let place = usize::try_from(*place).ok()?;
            let child = message.child_messages().nth(place)?;
            message = child;
        }
        Some(message)
    }
}

/// The deepest nesting of braces and brackets outside of comments and strings.
fn braces(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let passed = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").unwrap_or(rest.len()),
            '"' | '\'' => string_len(rest, first),
            _ => first.len_utf8(),
        };
        match first {
            '{' | '[' | '<' => depth += 1,
            '}' | ']' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
        rest = &rest[passed..];
    }
    deepest
}

/// How long the string at the start is, quotes and escapes included.
fn string_len(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|&(_, char)| {
        let ends = char == quote && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(at, quote)| at + quote.len_utf8())
}

struct Given(Vec<ProtoFile>);

impl FileResolver for Given {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.iter().find(|file| file.name == name) {
            Some(file) => File::from_source(name, &file.text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_braces_that_nest_are_counted() {
        assert_eq!(
            braces("message A { map<string, B> b = 1 [deprecated = true]; }"),
            2
        );
        assert_eq!(
            braces("// {{{\n/* {{{ */ option a = \"{{{\\\"{{\"; option b = '{\"';"),
            0
        );
        assert_eq!(braces("/* {"), 0);
        assert_eq!(braces("\"{"), 0);
        assert_eq!(braces("é { é }"), 1);
    }

    #[test]
    fn imports_and_places_are_found() {
        let file = |name: &str, text: &str| ProtoFile {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let schema = ProtoSchema::from_files(&[
            file(
                "b.proto",
                "syntax = \"proto3\"; package p; import \"a/a.proto\"; message B { message C {} q.A a = 1; }",
            ),
            file("a/a.proto", "syntax = \"proto3\"; package q; message A {}"),
        ])
        .expect("a schema");
        let names: Vec<String> = schema
            .messages()
            .map(|message| message.full_name().to_owned())
            .collect();
        assert_eq!(names.len(), 3, "{names:?}");
        let name = |message: Option<MessageDescriptor>| message.map(|m| m.full_name().to_owned());
        assert_eq!(name(schema.glue_message(1)).as_deref(), Some("p.B.C"));
        assert_eq!(name(schema.glue_message(2)), None);
        assert_eq!(
            name(schema.confluent_message(&[0, 0])).as_deref(),
            Some("p.B.C")
        );
        assert_eq!(name(schema.confluent_message(&[1])), None);
        assert_eq!(name(schema.confluent_message(&[])), None);
    }
}
