//! A cell: what a record has under a name, or what was computed of it.

use crate::Number;
use decode::Scalar;
use record::Millis;
use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

#[derive(Clone, Debug, Default)]
pub enum Value {
    /// The field is not there.
    #[default]
    Missing,
    /// JSON's null.
    Null,
    Bool(bool),
    /// As it was written, or an exact result.
    Number(Number),
    /// The result of arithmetic; always finite.
    Float(f64),
    Time(Millis),
    Text(String),
    /// A list or an object, as it was written.
    Json(String),
}

impl Value {
    pub(super) fn of_scalar(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Number(text) => Number::parse(text).map_or(Self::Missing, Self::Number),
            Scalar::String(text) => Self::Text(text.into_owned()),
            // their source is not at hand here
            Scalar::Object | Scalar::Array => Self::Missing,
        }
    }

    pub(super) fn of_text(text: Option<&str>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(text.to_owned()))
    }

    /// Numbers that are not finite are no numbers.
    pub(super) fn of_float(float: f64) -> Self {
        if float.is_finite() {
            // no negative zero
            Self::Float(float + 0.0)
        } else {
            Self::Missing
        }
    }

    pub(super) fn of_count(count: u64) -> Self {
        Number::parse(&count.to_string()).map_or(Self::Missing, Self::Number)
    }

    pub(super) fn of_number_text(text: &str) -> Self {
        Number::parse(text).map_or(Self::Missing, Self::Number)
    }

    /// Neither missing nor null.
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Missing | Self::Null)
    }

    /// A number, however it came about; a text that is just one is a text.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Float(_))
    }

    /// Its number, if it is one or a text that is just one.
    pub(super) fn number_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Number(number) => Some(Cow::Borrowed(number.as_str())),
            Self::Float(float) => Some(Cow::Owned(float_text(*float))),
            Self::Text(text) if decode::is_number(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    /// As a chart draws it and sums add it: the nearest float.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Float(float) => Some(*float),
            Self::Time(time) => Some(time.0 as f64),
            other => {
                let float = other.number_text()?.parse::<f64>().ok()?;
                float.is_finite().then_some(float)
            }
        }
    }

    /// As a filter sees it.
    pub(super) fn as_scalar(&self) -> Option<Scalar<'_>> {
        Some(match self {
            Self::Missing => return None,
            Self::Null => Scalar::Null,
            Self::Bool(value) => Scalar::Bool(*value),
            Self::Number(number) => Scalar::Number(number.as_str()),
            Self::Float(_) | Self::Time(_) => Scalar::String(Cow::Owned(self.to_string())),
            Self::Text(text) => Scalar::String(Cow::Borrowed(text)),
            Self::Json(text) if text.starts_with('[') => Scalar::Array,
            Self::Json(_) => Scalar::Object,
        })
    }

    /// Bytes that are the same for the same value only.
    pub(super) fn write_key(&self, key: &mut Vec<u8>) {
        key.push(self.rank_of_kind());
        match self {
            Self::Missing | Self::Null => {}
            Self::Bool(value) => key.push((*value).into()),
            Self::Float(float) => key.extend_from_slice(&float.to_bits().to_le_bytes()),
            Self::Time(time) => key.extend_from_slice(&time.0.to_le_bytes()),
            Self::Number(number) => write_text(number.as_str(), key),
            Self::Text(text) | Self::Json(text) => write_text(text, key),
        }
    }

    /// Of a text; other values have none.
    pub fn text_bytes(&self) -> usize {
        match self {
            Self::Text(text) | Self::Json(text) => text.len(),
            _ => 0,
        }
    }

    /// Cut where it is longer, with a sign that more followed; says so.
    pub(super) fn cut_and_marked(&mut self, most_bytes: usize) -> bool {
        let is_cut = self.cut_to(most_bytes);
        if let (true, Self::Text(text) | Self::Json(text)) = (is_cut, self) {
            text.push('…');
        }
        is_cut
    }

    /// Cut where it is longer; says so.
    pub(super) fn cut_to(&mut self, most_bytes: usize) -> bool {
        let (Self::Text(text) | Self::Json(text)) = self else {
            return false;
        };
        let is_long = text.len() > most_bytes;
        if is_long {
            text.truncate(text.floor_char_boundary(most_bytes));
            text.shrink_to_fit();
        }
        is_long
    }

    fn rank_of_kind(&self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Null => 1,
            Self::Bool(_) => 2,
            Self::Number(_) => 3,
            Self::Float(_) => 4,
            Self::Time(_) => 5,
            Self::Text(_) => 6,
            Self::Json(_) => 7,
        }
    }

    /// The order of sorts: a number is a number however it is written.
    fn rank(&self) -> u8 {
        match self {
            Self::Float(_) => 3,
            Self::Text(text) if decode::is_number(text) => 3,
            other => other.rank_of_kind(),
        }
    }
}

/// With its length before it, so that two texts are not two others.
fn write_text(text: &str, key: &mut Vec<u8>) {
    key.extend_from_slice(&(text.len() as u64).to_le_bytes());
    key.extend_from_slice(text.as_bytes());
}

fn float_text(float: f64) -> String {
    // no exponent and no `.0`: JSON's grammar takes both, and a person reads it
    format!("{float}")
}

/// Total, and equal for the same values only.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_rank = self.rank().cmp(&other.rank());
        let by_value = || match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) | (Self::Json(a), Self::Json(b)) if self.rank() != 3 => {
                a.cmp(b)
            }
            _ => match (self.number_text(), other.number_text()) {
                (Some(a), Some(b)) => {
                    let value = Number::parse(&b).and_then(|b| b.cmp_value(&a));
                    value
                        .unwrap_or(Ordering::Equal)
                        .then_with(|| a.len().cmp(&b.len()))
                        .then_with(|| a.cmp(&b))
                }
                _ => Ordering::Equal,
            },
        };
        by_rank
            .then_with(by_value)
            .then_with(|| self.rank_of_kind().cmp(&other.rank_of_kind()))
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut key = Vec::new();
        self.write_key(&mut key);
        key.hash(state);
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Float(float) => f.write_str(&float_text(*float)),
            Self::Time(time) => time.fmt(f),
            Self::Text(text) | Self::Json(text) => f.write_str(text),
        }
    }
}
