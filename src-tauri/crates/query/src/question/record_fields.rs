//! Reading a record's fields into cells: those of the record itself, and paths into its payload in
//! one pass.

use super::{steps::Name, value::Value};
use crate::{Number, Subject, matcher::events::Event};
use decode::{Path, PathSet, Scalar, Segment};

/// What the cells before a sink hold of one text: a pattern may look for something far behind.
pub(super) const MAX_TEXT_BYTES: usize = 64 * 1024;

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

    pub fn has_type(&self) -> bool {
        self.own.iter().any(|(source, _)| *source == Source::Type)
    }

    /// What fills a cell; nothing for one that is computed.
    pub fn source_of(&self, slot: usize) -> Option<&Source> {
        let mut all = self.sources.iter();
        all.find(|(_, filled)| *filled == slot)
            .map(|(source, _)| source)
    }

    /// From a record as a whole, its payload left alone. The cells are missing before.
    pub fn fill_own(&self, subject: &Subject<'_>, cells: &mut [Value]) {
        for (source, slot) in &self.own {
            cells[*slot] = own(source, subject);
        }
    }

    /// From one of a record's events; what its own JSON does not have, from the envelope that carries it alone.
    /// Of longer texts the beginning.
    pub fn fill(&self, event: &Event<'_>, cells: &mut [Value], most_bytes: usize) {
        for (source, slot) in &self.own {
            cells[*slot] = match source {
                Source::Message => Value::Text(text(event.message, most_bytes)),
                source => own(source, &event.subject),
            };
        }
        let Some(set) = &self.set else { return };
        for json in event.envelope.into_iter().chain([event.json]) {
            set.find(json, |path, scalar| {
                let (path, slot) = &self.paths[path];
                cells[*slot] = match scalar {
                    Scalar::Object | Scalar::Array => source_text(json, path, most_bytes),
                    scalar => Value::of_scalar(scalar),
                };
            });
        }
    }
}

fn own(source: &Source, subject: &Subject<'_>) -> Value {
    match source {
        Source::Arrival => Value::Time(subject.arrival),
        Source::Key => Value::of_text(subject.partition_key),
        Source::Type => Value::of_text(subject.first_type().as_deref()),
        Source::Shard => Value::of_text(Some(subject.shard.as_str())),
        Source::Stream => Value::of_text(Some(subject.stream)),
        Source::Sequence => {
            let number = Number::parse(&subject.sequence.to_string());
            // one that is padded with zeros is no number
            number.map_or_else(|| Value::Text(subject.sequence.to_string()), Value::Number)
        }
        Source::Size => Value::of_count(subject.size_bytes),
        Source::Message | Source::Path(_) => Value::Missing,
    }
}

fn source_text(payload: &[u8], path: &Path, most_bytes: usize) -> Value {
    let source = decode::find_source(payload, path);
    source.map_or(Value::Missing, |source| {
        Value::Json(text(&source, most_bytes))
    })
}

fn text(bytes: &[u8], most_bytes: usize) -> String {
    let bytes = &bytes[..bytes.len().min(most_bytes.saturating_add(1))];
    String::from_utf8_lossy(bytes).into_owned()
}
