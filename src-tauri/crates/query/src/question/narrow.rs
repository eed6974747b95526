//! "Filter by this value" and "exclude it" on a cell of an answer: one more step of its question.

use super::{
    Question,
    plan::{Kept, TableStep},
    record_fields::Source,
    run::MAX_CELL_BYTES,
    steps::Name,
    value::Value,
};
use crate::{Comparison, Filter, Literal, Number, TextMatch, display::field_text};
use decode::{Path, Segment};

impl Question {
    /// This question's text with a last step that keeps the rows with a value in a column, or the
    /// others. Nothing where no condition says that: for whole messages, and texts that were cut.
    pub fn narrowed(
        &self,
        text: &str,
        column: usize,
        value: &Value,
        is_excluded: bool,
    ) -> Option<String> {
        let condition = self.condition(column, value)?;
        let condition = if is_excluded { !condition } else { condition };
        Some(format!("{}\n| filter {condition}", text.trim_end()))
    }

    fn condition(&self, column: usize, value: &Value) -> Option<Filter> {
        let (name, slot) = self.plan.columns.get(column)?;
        let source = if self.gives_groups() {
            None
        } else {
            self.plan.fields.source_of(*slot)
        };
        match source {
            Some(Source::Path(path)) if self.plan.is_open => of_field(path.clone(), value),
            Some(path @ Source::Path(field)) if field_text(field) == *name => {
                // of rows that were kept, a name that the record has too is the record's
                let named = Source::named(&Name {
                    path: field.clone(),
                    is_rooted: false,
                });
                (named == *path).then(|| of_field(field.clone(), value))?
            }
            Some(own) if self.plan.is_open => of_record(own, value),
            _ => of_field(Path::new(vec![Segment::Key(name.clone())]), value),
        }
    }

    /// Whether the rows of the answer are groups, and no records.
    fn gives_groups(&self) -> bool {
        let is_group = |step: &TableStep| matches!(step, TableStep::Groups(_));
        matches!(self.plan.kept, Kept::Groups(_)) || self.plan.after.iter().any(is_group)
    }
}

/// On what is known of the record itself.
fn of_record(source: &Source, value: &Value) -> Option<Filter> {
    if !value.is_there() {
        return None;
    }
    let text = |text: &Value| TextMatch::Is(text.to_string());
    match (source, value) {
        (Source::Arrival, Value::Time(at)) => Some(Filter::Time {
            from: Some(*at),
            until: Some(at.saturating_add(1)),
        }),
        (Source::Key, key) => Some(Filter::Key(text(key))),
        (Source::Type, name) => Some(Filter::Type(text(name))),
        (Source::Stream, name) => Some(Filter::Stream(text(name))),
        (Source::Shard, name) => Some(Filter::Shard(vec![name.to_string()])),
        (Source::Sequence, number) => number.to_string().parse().ok().map(Filter::Sequence),
        (Source::Size, size) => {
            let size = size.to_string().parse().ok();
            size.map(|size| Filter::Size {
                min: Some(size),
                max: Some(size),
            })
        }
        (Source::Arrival | Source::Message | Source::Path(_), _) => None,
    }
}

/// On a column, or a field of the payload.
fn of_field(field: Path, value: &Value) -> Option<Filter> {
    let value = match value {
        Value::Missing => return Some(!Filter::Exists(field)),
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(number) => Literal::Number(number.clone()),
        Value::Float(_) => Literal::Number(Number::parse(&value.to_string())?),
        Value::Time(time) => Literal::Text(time.to_string()),
        Value::Text(text) if text.len() < MAX_CELL_BYTES => Literal::Text(text.clone()),
        // no condition says which list or object, nor a text of which only the beginning is here
        Value::Json(_) | Value::Text(_) => return None,
    };
    Some(Filter::Compare {
        field,
        comparison: Comparison::Equal,
        value,
    })
}
