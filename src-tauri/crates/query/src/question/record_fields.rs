//! Reading a record's fields into cells: those of the record itself, and paths into its payload in
//! one pass.

use super::{steps::Name, value::Value};
use crate::{Number, Subject};
use decode::{Path, PathSet, Scalar, Segment};

/// What the cells before a sink hold of one text: a pattern may look for something far behind.
const MAX_TEXT_BYTES: usize = 64 * 1024;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    Arrival,
    Message,
    Key,
    Type,
    Shard,
    Stream,
    Sequence,
    Size,
    Path(Path),
}

impl Source {
    /// What a name means where no column has it.
    pub fn named(name: &Name) -> Self {
        let own = match name.path.segments() {
            [Segment::Key(key)] if !name.is_rooted => match key.as_str() {
                "@timestamp" => Some(Self::Arrival),
                "@message" => Some(Self::Message),
                "@key" | "key" => Some(Self::Key),
                "@type" | "type" => Some(Self::Type),
                "@shard" | "shard" => Some(Self::Shard),
                "@stream" | "stream" => Some(Self::Stream),
                "@seq" | "seq" => Some(Self::Sequence),
                "@size" | "size" => Some(Self::Size),
                _ => None,
            },
            _ => None,
        };
        own.unwrap_or_else(|| Self::Path(name.path.clone()))
    }
}

/// Sources with the cells that they fill.
#[derive(Clone, Debug, Default)]
pub(super) struct RecordFields {
    sources: Vec<(Source, usize)>,
    own: Vec<(Source, usize)>,
    paths: Vec<(Path, usize)>,
    set: Option<PathSet>,
}

impl RecordFields {
    pub fn new(sources: &[(Source, usize)]) -> Self {
        let mut fields = Self {
            sources: sources.to_vec(),
            ..Self::default()
        };
        for (source, slot) in sources {
            match source {
                Source::Path(path) => fields.paths.push((path.clone(), *slot)),
                own => fields.own.push((own.clone(), *slot)),
            }
        }
        if !fields.paths.is_empty() {
            fields.set = Some(PathSet::new(fields.paths.iter().map(|(path, _)| path)));
        }
        fields
    }

    pub fn needs_payload(&self) -> bool {
        let is_message = |(source, _): &(Source, usize)| *source == Source::Message;
        !self.paths.is_empty() || self.own.iter().any(is_message)
    }

    /// What fills a cell; nothing for one that is computed.
    pub fn source_of(&self, slot: usize) -> Option<&Source> {
        let mut all = self.sources.iter();
        all.find(|(_, filled)| *filled == slot)
            .map(|(source, _)| source)
    }

    /// The cells are missing before.
    pub fn fill(&self, subject: &Subject<'_>, cells: &mut [Value]) {
        for (source, slot) in &self.own {
            cells[*slot] = own(source, subject);
        }
        let Some(set) = &self.set else { return };
        let event = subject.first_event();
        set.find(event, |path, scalar| {
            let (path, slot) = &self.paths[path];
            cells[*slot] = match scalar {
                Scalar::Object | Scalar::Array => source_text(event, path),
                scalar => Value::of_scalar(scalar),
            };
        });
    }
}

fn own(source: &Source, subject: &Subject<'_>) -> Value {
    match source {
        Source::Arrival => Value::Time(subject.arrival),
        Source::Message => Value::Text(text(subject.said())),
        Source::Key => Value::of_text(subject.partition_key),
        Source::Type => Value::of_text(subject.event_type),
        Source::Shard => Value::of_text(Some(subject.shard.as_str())),
        Source::Stream => Value::of_text(Some(subject.stream)),
        Source::Sequence => {
            let number = Number::parse(&subject.sequence.to_string());
            // one that is padded with zeros is no number
            number.map_or_else(|| Value::Text(subject.sequence.to_string()), Value::Number)
        }
        Source::Size => Value::of_count(subject.size_bytes),
        Source::Path(_) => Value::Missing,
    }
}

fn source_text(payload: &[u8], path: &Path) -> Value {
    decode::find_source(payload, path).map_or(Value::Missing, |source| Value::Json(text(source)))
}

fn text(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(MAX_TEXT_BYTES)];
    String::from_utf8_lossy(bytes).into_owned()
}
