//! One number out of many records: counts, sums, percentiles.

use super::{
    distinct::{Distinct, STANDARD_ERROR},
    percentile::{Percentiles, RELATIVE_ERROR},
    run::MAX_CELL_BYTES,
    sum::Sum,
    value::Value,
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Aggregate {
    /// `count(*)`
    Records,
    /// Neither missing nor null.
    Count,
    CountDistinct,
    Sum,
    Average,
    Min,
    Max,
    /// In percent.
    Percentile(f64),
}

pub(super) const NAMES: [&str; 9] = [
    "count",
    "count_distinct",
    "sum",
    "avg",
    "min",
    "max",
    "pct",
    "percentile",
    "median",
];

impl Aggregate {
    /// By the name in any case; percentiles but the median get their percent later.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "count" => Self::Count,
            "count_distinct" => Self::CountDistinct,
            "sum" => Self::Sum,
            "avg" => Self::Average,
            "min" => Self::Min,
            "max" => Self::Max,
            "pct" | "percentile" | "median" => Self::Percentile(50.0),
            _ => return None,
        })
    }
}

/// A text that waits in memory is no longer than what is shown of it needs.
fn kept(value: &Value) -> Value {
    let mut value = value.clone();
    value.cut_to(MAX_CELL_BYTES + 1);
    value
}

/// An aggregate on its way.
#[derive(Clone, Debug)]
pub(super) enum Tally {
    Count(u64),
    Distinct(Distinct),
    Sum(Sum),
    /// With how many were added.
    Average(Sum, u64),
    Min(Value),
    Max(Value),
    Percentile(Percentiles, f64),
}

impl Tally {
    pub fn new(aggregate: Aggregate) -> Self {
        match aggregate {
            Aggregate::Records | Aggregate::Count => Self::Count(0),
            Aggregate::CountDistinct => Self::Distinct(Distinct::default()),
            Aggregate::Sum => Self::Sum(Sum::default()),
            Aggregate::Average => Self::Average(Sum::default(), 0),
            Aggregate::Min => Self::Min(Value::Missing),
            Aggregate::Max => Self::Max(Value::Missing),
            Aggregate::Percentile(percent) => Self::Percentile(Percentiles::default(), percent),
        }
    }

    /// Takes in a record's value; `None` counts the record itself.
    pub fn add(&mut self, value: Option<&Value>) {
        let Some(value) = value else {
            if let Self::Count(count) = self {
                *count += 1;
            }
            return;
        };
        if !value.is_there() {
            return;
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Distinct(distinct) => {
                let mut key = Vec::new();
                value.write_key(&mut key);
                distinct.add(&key);
            }
            Self::Sum(sum) => {
                sum.add(value);
            }
            Self::Average(sum, count) => *count += u64::from(sum.add(value)),
            Self::Min(least) => {
                if !least.is_there() || value < least {
                    *least = kept(value);
                }
            }
            Self::Max(most) => {
                if value > most {
                    *most = kept(value);
                }
            }
            Self::Percentile(percentiles, _) => {
                if let Some(number) = value.as_f64() {
                    percentiles.add(number);
                }
            }
        }
    }

    pub fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Count(ours), Self::Count(theirs)) => *ours += theirs,
            (Self::Distinct(ours), Self::Distinct(theirs)) => ours.merge(&theirs),
            (Self::Sum(ours), Self::Sum(theirs)) => ours.merge(&theirs),
            (Self::Average(ours, count), Self::Average(theirs, more)) => {
                ours.merge(&theirs);
                *count += more;
            }
            (Self::Percentile(ours, _), Self::Percentile(theirs, _)) => ours.merge(&theirs),
            (ours, Self::Min(value) | Self::Max(value)) => ours.add(Some(&value)),
            // both are of one question
            _ => {}
        }
    }

    pub fn value(&self) -> Value {
        match self {
            Self::Count(count) => Value::of_count(*count),
            Self::Distinct(distinct) => Value::of_count(distinct.count()),
            Self::Sum(sum) => sum.value(),
            Self::Average(_, 0) => Value::Missing,
            Self::Average(sum, count) => sum
                .as_f64()
                .map_or(Value::Missing, |sum| Value::of_float(sum / *count as f64)),
            Self::Min(value) | Self::Max(value) => value.clone(),
            Self::Percentile(percentiles, percent) => percentiles
                .at(*percent)
                .map_or(Value::Missing, Value::of_float),
        }
    }

    /// The error to expect, as a share of the value, where it is an estimate.
    pub fn error(&self) -> Option<f64> {
        match self {
            Self::Distinct(distinct) if distinct.is_estimate() => Some(STANDARD_ERROR),
            Self::Percentile(percentiles, _) if percentiles.is_estimate() => Some(RELATIVE_ERROR),
            _ => None,
        }
    }
}
