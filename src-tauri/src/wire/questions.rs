//! Questions and their answers: typed cells, what was searched, and a chart.

use super::{FilterFault, FilterToken, Number};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A question as it is typed.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QuestionCheck {
    pub fault: Option<FilterFault>,
    /// What its parts are, in order; up to the fault if there is one.
    pub tokens: Vec<FilterToken>,
}

/// How an answer stands. While it is running, ask again.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QuestionAnswer {
    pub question: u32,
    /// Grows when the answer became another one.
    pub revision: Number,
    pub state: AnswerState,
    /// Why it failed.
    pub fault: Option<String>,
    /// Where the statement is wrong.
    pub fault_at: Option<FaultPlace>,
    pub columns: Vec<String>,
    pub rows: Number,
    /// Of the `total` records that were stored when it was asked.
    pub searched: Number,
    pub total: Number,
    /// Those that the question is about.
    pub matched: Number,
    /// Of the records that were searched, those of which a part only could be.
    pub in_part: Number,
    /// Events that the question is about, where rows are events; absent where rows are records.
    pub events: Option<Number>,
    /// What the answer does not show, or not exactly.
    pub notes: Vec<AnswerNote>,
    /// Where nothing was captured; at most 100 of them.
    pub gaps: Vec<AnswerGap>,
    pub gap_count: u32,
    pub took_millis: Number,
}

/// What is said beside an answer; the window has the words.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "code"
)]
pub enum AnswerNote {
    RowsLeftOut {
        shown: Number,
        of: Number,
    },
    /// There are more groups than are kept, and these records are in none that is shown.
    GroupsLeftOut {
        kept: Number,
        records: Number,
    },
    /// The column's values are estimates, within this share of them.
    Estimated {
        column: String,
        error: Number,
    },
    TextsCut {
        at_bytes: Number,
    },
    /// A statement has more rows than these.
    MoreRows {
        rows: Number,
    },
    TooLarge {
        rows: Number,
        bytes: Number,
    },
    OutOfTime {
        seconds: Number,
    },
    OutOfMemory {
        bytes: Number,
    },
    /// The other records are ruled out by the statement's conditions, or it needed no more of them.
    NotRead,
    GapsUnknown {
        why: String,
    },
}

/// Where a view shows nothing because nothing was captured.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ViewGaps {
    /// The earliest ones, at most 100.
    pub gaps: Vec<AnswerGap>,
    pub count: u32,
}

/// A place in a text, from 1; columns count characters.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FaultPlace {
    pub line: u32,
    pub column: u32,
}

/// What a statement may name.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SqlWords {
    pub views: Vec<SqlView>,
    pub functions: Vec<SqlFunction>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SqlView {
    pub name: String,
    pub about: String,
    pub columns: Vec<SqlColumn>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SqlColumn {
    pub name: String,
    /// SQLite's word; empty where values are of more than one type.
    pub kind: String,
    pub about: String,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SqlFunction {
    pub name: String,
    /// How it is called.
    pub call: String,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AnswerFormat {
    Csv,
    /// An object a line.
    Lines,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AnswerState {
    Running,
    Complete,
    Stopped,
    Failed,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnswerGap {
    pub stream: String,
    /// Its short name.
    pub shard: String,
    pub from: Number,
    pub until: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnswerRow {
    pub cells: Vec<AnswerCell>,
    /// The record that the row is, where it is one.
    pub record: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnswerCell {
    pub kind: AnswerCellKind,
    /// Safe to show; a number as it was written.
    pub text: String,
    /// Of a time.
    pub time: Option<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AnswerCellKind {
    Missing,
    Null,
    Boolean,
    Number,
    Time,
    Text,
    Json,
    /// The beginning of some bytes in hexadecimal digits.
    Bytes,
}

/// Groups along one axis.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnswerChart {
    /// The places are times, in their order; else names.
    pub over_time: bool,
    pub places: Vec<AnswerCell>,
    pub series: Vec<AnswerSeries>,
    /// What is not drawn.
    pub places_left_out: u32,
    pub series_left_out: u32,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnswerSeries {
    pub name: String,
    /// One for each place; absent where there is no such group.
    pub values: Vec<Option<f64>>,
}
