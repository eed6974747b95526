//! Questions: pipelines in the syntax of `CloudWatch` Logs Insights, over captured records.
//!
//! ```text
//! question = step { "|" step }                      lines that begin with # are comments
//! step     = "fields" expr ["as" name] { "," … }    columns, read or computed
//!          | "display" name { "," name }            which columns the answer shows
//!          | "filter" FILTER                        the language of the filter bar
//!          | "stats" call ["as" name] { "," … } ["by" expr ["as" name] { "," … }]
//!          | "sort" expr ["asc" | "desc"] { "," … }
//!          | "limit" number
//!          | "dedup" name { "," name }
//!          | "parse" [expr] ("a glob with *" "as" name { "," name } | /an (?<name>expression)/)
//! call     = count(*) count(x) count_distinct(x) sum(x) avg(x) min(x) max(x) pct(x, 99)
//! expr     = names, numbers, 'texts', + - * / %, comparisons, and the functions of `formula`
//! name     = a path into the payload, a column of an earlier step, or a field of the record:
//!            @timestamp @message @type @key @stream @shard @seq @size, also without the @ but for
//!            those two; `a name in backquotes` for what has other characters
//! ```
//!
//! **Rows are events** where a question asks for anything in payloads: each event of a record is a row with its own
//! fields, conditions are met within one event, `count(*)` counts events, and what is known of the record (`@size`,
//! `@key`, …) is said again with each. A question about records alone, such as `stats count(*) by @shard`, has a row for
//! each record, whatever lies in it.
//!
//! **Missing and null.** A field that is not there is *missing*; JSON's null is a value, *null*.
//! Both are left out by every aggregate but `count(*)`, and by arithmetic, whose answer is then
//! missing. `by` and `dedup` keep them apart, as groups of their own. In an order missing comes
//! first, then null, truths, numbers, times and texts. A `filter` treats both as the filter bar does.
//!
//! **Numbers** keep the text that they were written with as long as nothing is computed with them,
//! and a text that is just a number counts as one in orders and aggregates. A `sum` is exact for
//! numbers below 10^18 with up to nine decimals. Groups are told apart by what is written: `1` and
//! `1.0` are two.
//!
//! **The order** is that of the last `sort`, else newest first. Every answer can be given at any
//! moment, for what was taken in so far; two halves of the records, taken in apart and merged, give
//! what all of them give in one go. It does not read records: whoever does pushes them.

use crate::{Clock, Filter, FilterError, parse::Token};
use std::sync::Arc;

mod aggregate;
mod capped;
mod chart;
mod complete;
mod distinct;
mod formula;
mod groups;
mod lex;
mod narrow;
mod number;
mod pattern;
mod percentile;
mod plan;
mod record_fields;
mod row_filter;
mod rows;
mod run;
mod steps;
mod sum;
mod syntax;
mod table;
mod value;
mod whole;

pub use chart::{Chart, Series};
pub use complete::complete_question;
pub use run::Run;
pub use table::{Note, Table, TableRow};
pub use value::Value;
pub use whole::WholeRow;

/// A question that was understood; cheap to clone.
#[derive(Clone, Debug)]
pub struct Question {
    plan: Arc<plan::Plan>,
}

impl Question {
    /// Reads a question. Relative times count from now; times without a zone, and days, are the clock's.
    ///
    /// # Errors
    /// [`FilterError`] at the first place that does not fit the language.
    pub fn parse(text: &str, clock: impl Into<Clock>) -> Result<Self, FilterError> {
        let steps = syntax::steps(text, clock.into())?;
        let plan = Arc::new(plan::Plan::new(steps)?);
        Ok(Self { plan })
    }

    /// The records that the question is about: others need not be pushed, and are passed over.
    pub fn filter(&self) -> &Filter {
        &self.plan.filter
    }

    /// Whether payloads are looked at. Where they are not, a subject may leave them out.
    pub fn needs_payload(&self) -> bool {
        self.plan.needs_payload()
    }

    /// Whether subjects of records that name no type must have the text of what is packed in them.
    pub fn needs_types(&self) -> bool {
        self.plan.filter.asks_for_types() || self.plan.fields.has_type()
    }

    /// Whether rows are events of records, and not records as a whole: something in payloads is asked for.
    pub fn is_of_events(&self) -> bool {
        self.plan.is_of_events()
    }

    /// The columns of every answer.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.plan.columns.iter().map(|(name, _)| name.as_str())
    }
}

/// What the parts of a question's text are, up to an error if there is one.
pub fn question_tokens(text: &str, clock: impl Into<Clock>) -> Vec<Token> {
    syntax::tokens(text, clock.into())
}

#[cfg(test)]
mod tests;
