//! Answers: cells as they may be shown, and what was searched.

use super::filters::Units;
use crate::wire::{
    AnswerCell, AnswerCellKind, AnswerChart, AnswerFormat, AnswerGap, AnswerNote, AnswerRow,
    AnswerSeries, AnswerState, FaultPlace, FilterFault, FilterToken, Number, QuestionAnswer,
    QuestionCheck, SqlColumn, SqlFunction, SqlView, SqlWords, ViewGaps,
};
use engine::{AnswerOverview, AnsweredRow, QuestionGap, TableFormat, safe_text};
use query::{Chart, FilterError, Note, Token, Value};

/// More than anybody reads.
const MOST_GAPS: usize = 100;

impl QuestionCheck {
    pub fn of(text: &str, (tokens, fault): (Vec<Token>, Option<FilterError>)) -> Self {
        let mut units = Units::new(text);
        let tokens = tokens
            .into_iter()
            .map(|token| FilterToken::of(&mut units, &token));
        Self {
            tokens: tokens.collect(),
            fault: fault.map(|error| FilterFault::of(text, error)),
        }
    }
}

impl From<AnswerOverview> for QuestionAnswer {
    fn from(answer: AnswerOverview) -> Self {
        let (state, fault) = match answer.state {
            engine::AnswerState::Running => (AnswerState::Running, None),
            engine::AnswerState::Complete => (AnswerState::Complete, None),
            engine::AnswerState::Stopped => (AnswerState::Stopped, None),
            engine::AnswerState::Failed(why) => (AnswerState::Failed, Some(why)),
        };
        let notes = answer.notes.into_iter();
        Self {
            question: answer.id.0,
            revision: Number::from_u64(answer.revision),
            state,
            fault: fault.map(|why| safe(&why)),
            fault_at: answer
                .fault_at
                .map(|(line, column)| FaultPlace { line, column }),
            columns: answer.columns.iter().map(|name| safe(name)).collect(),
            rows: Number::from_u64(answer.rows),
            searched: Number::from_u64(answer.searched),
            total: Number::from_u64(answer.total),
            matched: Number::from_u64(answer.matched),
            in_part: Number::from_u64(answer.in_part),
            events: answer.events.map(Number::from_u64),
            notes: notes.map(AnswerNote::from).collect(),
            gap_count: answer.gaps.len() as u32,
            gaps: answer
                .gaps
                .into_iter()
                .take(MOST_GAPS)
                .map(AnswerGap::from)
                .collect(),
            took_millis: Number::from_u64(answer.took.as_millis() as u64),
        }
    }
}

impl From<engine::AnswerNote> for AnswerNote {
    fn from(note: engine::AnswerNote) -> Self {
        let number = |number: usize| Number::from_u64(number as u64);
        match note {
            engine::AnswerNote::Table(note) => of_table(note),
            engine::AnswerNote::MoreRows { rows } => Self::MoreRows { rows: number(rows) },
            engine::AnswerNote::TooLarge { rows, bytes } => Self::TooLarge {
                rows: number(rows),
                bytes: number(bytes),
            },
            engine::AnswerNote::OutOfTime { after } => Self::OutOfTime {
                seconds: Number::from_u64(after.as_secs()),
            },
            engine::AnswerNote::OutOfMemory { bytes } => Self::OutOfMemory {
                bytes: Number::from_u64(bytes),
            },
            engine::AnswerNote::NotRead => Self::NotRead,
            engine::AnswerNote::GapsUnknown { why } => Self::GapsUnknown { why: safe(&why) },
        }
    }
}

fn of_table(note: Note) -> AnswerNote {
    let number = |number: usize| Number::from_u64(number as u64);
    match note {
        Note::RowsLeftOut { shown, of } => AnswerNote::RowsLeftOut {
            shown: number(shown),
            of: Number::from_u64(of),
        },
        Note::GroupsLeftOut { kept, records } => AnswerNote::GroupsLeftOut {
            kept: number(kept),
            records: Number::from_u64(records),
        },
        Note::Estimated { column, error } => AnswerNote::Estimated {
            column: safe(&column),
            error: Number::from_rate(error),
        },
        Note::TextsCut { at_bytes } => AnswerNote::TextsCut {
            at_bytes: number(at_bytes),
        },
    }
}

impl From<Vec<QuestionGap>> for ViewGaps {
    fn from(gaps: Vec<QuestionGap>) -> Self {
        Self {
            count: gaps.len() as u32,
            gaps: gaps
                .into_iter()
                .take(MOST_GAPS)
                .map(AnswerGap::from)
                .collect(),
        }
    }
}

impl From<QuestionGap> for AnswerGap {
    fn from(gap: QuestionGap) -> Self {
        Self {
            stream: gap.stream,
            shard: gap.shard,
            from: Number::from_i64(gap.from.0),
            until: Number::from_i64(gap.until.0),
        }
    }
}

impl From<AnsweredRow> for AnswerRow {
    fn from(row: AnsweredRow) -> Self {
        Self {
            cells: row.cells.iter().map(AnswerCell::from).collect(),
            record: row.record.map(|handle| handle.to_string()),
        }
    }
}

impl From<&engine::AnswerCell> for AnswerCell {
    fn from(cell: &engine::AnswerCell) -> Self {
        let kind = match cell {
            engine::AnswerCell::Value(value) => return Self::from(value),
            engine::AnswerCell::Integer(_) | engine::AnswerCell::Real(_) => AnswerCellKind::Number,
            engine::AnswerCell::Bytes(..) => AnswerCellKind::Bytes,
        };
        Self {
            kind,
            text: cell.to_string(),
            time: None,
        }
    }
}

impl From<engine::SqlWords> for SqlWords {
    fn from(words: engine::SqlWords) -> Self {
        let views = words.views.into_iter().map(|view| SqlView {
            name: view.name.to_owned(),
            about: view.about.to_owned(),
            columns: view.columns.iter().map(SqlColumn::from).collect(),
        });
        let functions = words.functions.iter().map(|function| SqlFunction {
            name: function.name.to_owned(),
            call: function.call.to_owned(),
            about: function.about.to_owned(),
        });
        Self {
            views: views.collect(),
            functions: functions.collect(),
        }
    }
}

impl From<&engine::SqlColumn> for SqlColumn {
    fn from(column: &engine::SqlColumn) -> Self {
        Self {
            name: column.name.to_owned(),
            kind: column.kind.to_owned(),
            about: column.about.to_owned(),
        }
    }
}

impl From<&Value> for AnswerCell {
    fn from(value: &Value) -> Self {
        let kind = match value {
            Value::Missing => AnswerCellKind::Missing,
            Value::Null => AnswerCellKind::Null,
            Value::Bool(_) => AnswerCellKind::Boolean,
            Value::Number(_) | Value::Float(_) => AnswerCellKind::Number,
            Value::Time(_) => AnswerCellKind::Time,
            Value::Text(_) => AnswerCellKind::Text,
            Value::Json(_) => AnswerCellKind::Json,
        };
        let time = match value {
            Value::Time(time) => Some(Number::from_i64(time.0)),
            _ => None,
        };
        let text = safe(&value.to_string());
        Self { kind, text, time }
    }
}

impl From<Chart> for AnswerChart {
    fn from(chart: Chart) -> Self {
        let series = chart.series.into_iter().map(|series| AnswerSeries {
            name: safe(&series.name),
            values: series.values,
        });
        Self {
            over_time: chart.is_over_time,
            places: chart.places.iter().map(AnswerCell::from).collect(),
            series: series.collect(),
            places_left_out: chart.places_left_out as u32,
            series_left_out: chart.series_left_out as u32,
        }
    }
}

impl From<AnswerFormat> for TableFormat {
    fn from(format: AnswerFormat) -> Self {
        match format {
            AnswerFormat::Csv => Self::Csv,
            AnswerFormat::Lines => Self::Lines,
        }
    }
}

fn safe(text: &str) -> String {
    safe_text(text).into_owned()
}
