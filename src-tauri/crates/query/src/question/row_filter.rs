//! A `filter` that looks at columns: the one matcher, with cells in the place of payload fields.

use super::value::Value;
use crate::{Comparison, Filter, Literal, Matcher, Subject, TextMatch};
use decode::{Path, Segment};

#[derive(Clone, Debug)]
pub(super) struct RowFilter {
    matcher: Matcher,
    columns: Vec<(Path, usize)>,
    /// It asks for something in payloads that no column has.
    pub looks_into_events: bool,
}

impl RowFilter {
    /// `columns`: the paths that mean a cell.
    pub fn new(filter: &Filter, columns: Vec<(Path, usize)>) -> Self {
        Self {
            matcher: filter.compile(),
            looks_into_events: looks_beyond(filter, &columns),
            columns,
        }
    }

    pub fn takes(&self, subject: &Subject<'_>, cells: &[Value]) -> bool {
        self.matcher.matches_with(subject, &|path| {
            let (_, slot) = self.columns.iter().find(|(known, _)| known == path)?;
            Some(cells.get(*slot).and_then(Value::as_scalar))
        })
    }
}

fn looks_beyond(filter: &Filter, columns: &[(Path, usize)]) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            parts.iter().any(|part| looks_beyond(part, columns))
        }
        Filter::Not(inner) => looks_beyond(inner, columns),
        Filter::Compare { field, .. } | Filter::Exists(field) => {
            columns.iter().all(|(known, _)| known != field)
        }
        other => other.looks_into_events(),
    }
}

/// Every path that a filter compares.
pub(super) fn paths(filter: &Filter) -> Vec<&Path> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().flat_map(paths).collect(),
        Filter::Not(inner) => paths(inner),
        Filter::Compare { field, .. } | Filter::Exists(field) => vec![field],
        _ => Vec::new(),
    }
}

/// The filter with the record's names that begin with `@` as conditions on the record.
pub(super) fn on_records(filter: Filter) -> Filter {
    match filter {
        Filter::All(parts) => Filter::All(parts.into_iter().map(on_records).collect()),
        Filter::Any(parts) => Filter::Any(parts.into_iter().map(on_records).collect()),
        Filter::Not(inner) => !on_records(*inner),
        Filter::Compare {
            field,
            comparison: comparison @ (Comparison::Equal | Comparison::NotEqual),
            value,
        } => match (own_name(&field), text_match(&value)) {
            (Some(name), Some(text)) => {
                let condition = match (name, text) {
                    ("@type", text) => Some(Filter::Type(text)),
                    ("@key", text) => Some(Filter::Key(text)),
                    ("@stream", text) => Some(Filter::Stream(text)),
                    ("@message", TextMatch::Regex(regex)) => Some(Filter::Matches(regex)),
                    ("@message", TextMatch::Like(pattern)) => within(&pattern),
                    _ => None,
                };
                match (condition, comparison) {
                    (Some(condition), Comparison::Equal) => condition,
                    (Some(condition), _) => !condition,
                    (None, _) => Filter::Compare {
                        field,
                        comparison,
                        value,
                    },
                }
            }
            _ => Filter::Compare {
                field,
                comparison,
                value,
            },
        },
        other => other,
    }
}

/// The filter with the record's own fields as columns of these names; `None` where it asks for
/// something that no column has.
pub(super) fn on_columns(filter: &Filter) -> Option<Filter> {
    let column = |name: &str, text: &TextMatch| Filter::Compare {
        field: Path::new(vec![Segment::Key(name.to_owned())]),
        comparison: Comparison::Equal,
        value: text.clone().into(),
    };
    Some(match filter {
        Filter::All(parts) => Filter::All(parts.iter().map(on_columns).collect::<Option<_>>()?),
        Filter::Any(parts) => Filter::Any(parts.iter().map(on_columns).collect::<Option<_>>()?),
        Filter::Not(inner) => !on_columns(inner)?,
        Filter::Everything | Filter::Compare { .. } | Filter::Exists(_) => filter.clone(),
        Filter::Type(text) => column("type", text),
        Filter::Key(text) => column("key", text),
        Filter::Stream(text) => column("stream", text),
        _ => return None,
    })
}

fn own_name(path: &Path) -> Option<&str> {
    match path.segments() {
        [Segment::Key(key)] if key.starts_with('@') => Some(key),
        _ => None,
    }
}

fn text_match(value: &Literal) -> Option<TextMatch> {
    match value {
        Literal::Text(text) => Some(TextMatch::Is(text.clone())),
        Literal::Like(pattern) => Some(TextMatch::Like(pattern.clone())),
        Literal::Regex(regex) => Some(TextMatch::Regex(regex.clone())),
        Literal::Number(number) => Some(TextMatch::Is(number.as_str().to_owned())),
        Literal::Null | Literal::Bool(_) => None,
    }
}

/// `*text*`: a text anywhere.
fn within(pattern: &str) -> Option<Filter> {
    let parts = crate::matcher::like::Pattern::new(pattern).parts;
    match &parts[..] {
        [before, text, after] if before.is_empty() && after.is_empty() => Some(Filter::Contains {
            text: text.clone(),
            case_sensitive: true,
        }),
        _ => None,
    }
}
