//! Answers: cells as they may be shown, and what was searched.

use super::filters::Units;
use crate::wire::{
    AnswerCell, AnswerCellKind, AnswerChart, AnswerFormat, AnswerGap, AnswerRow, AnswerSeries,
    AnswerState, FaultPlace, FilterFault, FilterToken, Number, QuestionAnswer, QuestionCheck,
    SqlColumn, SqlFunction, SqlView, SqlWords,
};
use engine::{AnswerOverview, AnsweredRow, QuestionGap, TableFormat, safe_text};
use query::{Chart, FilterError, Token, Value};

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
        let notes = answer.notes.iter();
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
            notes: notes.map(|note| safe(note)).collect(),
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
