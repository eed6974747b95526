//! SQL over the records of some captures: one statement at a time in a slot, its rows kept as they come. What a statement
//! may do is the store's affair (`store::Console`); nothing is written.

use super::{
    AnswerNote, AnswerOverview, AnswerState, AnsweredRow, QuestionGap, QuestionId, slots::Posed,
    table::AnswerCell,
};
use crate::{
    Engine, EngineError,
    engine::{blocking, locked},
    sagas::{SAGAS_VIEW, saga_view},
};
use query::Filter;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use store::{
    Cancel, CaptureId, Console, SQL_FUNCTIONS, SQL_VIEWS, Scope, SqlAnswer, SqlEnd, SqlFunction,
    SqlLimits, SqlProgress, SqlValue, SqlView, StoreError,
};

/// What a statement may name, for whoever writes one.
#[derive(Clone, Debug)]
pub struct SqlWords {
    pub views: Vec<SqlView>,
    pub functions: &'static [SqlFunction],
}

/// A statement that was run, and what is known of its answer.
pub(super) struct Statement {
    text: String,
    cancel: Cancel,
    begun: Instant,
    total: u64,
    progress: SqlProgress,
    so_far: Mutex<SoFar>,
}

struct SoFar {
    columns: Vec<String>,
    /// The column that holds the handles of records, if one does.
    ids: Option<usize>,
    rows: Vec<Vec<SqlValue>>,
    state: AnswerState,
    notes: Vec<AnswerNote>,
    gaps: Vec<QuestionGap>,
    fault_at: Option<(u32, u32)>,
    took: Option<Duration>,
}

impl Engine {
    pub fn sql_words(&self) -> SqlWords {
        SqlWords {
            views: SQL_VIEWS.iter().copied().chain([SAGAS_VIEW]).collect(),
            functions: SQL_FUNCTIONS,
        }
    }

    /// Runs one read-only statement over some captures (none: the whole workspace) as they are now, in a slot of the
    /// window's choice. What is wrong with it is told by its answer.
    ///
    /// # Errors
    /// An unknown capture.
    pub async fn ask_sql(
        &self,
        slot: &str,
        captures: Vec<CaptureId>,
        text: &str,
    ) -> Result<AnswerOverview, EngineError> {
        let masks = self.masks();
        let (masked, shown): (_, store::Shown) = (masks.revision(), Arc::new(masks));
        let scope = Scope {
            captures: captures.clone(),
        };
        let sagas = saga_view(self.boards());
        let reading = crate::decoding::reading_of(self);
        let console = self
            .ask(move |store| store.console_reading(&scope, shown, &reading, vec![sagas]))
            .await?;
        let statement = Arc::new(Statement {
            text: text.to_owned(),
            cancel: Cancel::new(),
            begun: Instant::now(),
            total: console.total(),
            progress: console.progress(),
            so_far: Mutex::new(SoFar::new()),
        });
        let id = self
            .questions()
            .open(slot, Posed::Sql(Arc::clone(&statement)));
        // answers end when masks change: this one came meanwhile
        if masked != self.masks().revision() {
            self.close_question(id);
            return Err(EngineError::Superseded);
        }
        let engine = self.downgrade();
        tokio::spawn(async move {
            let running = Arc::clone(&statement);
            let ended = blocking(move || running.run(console)).await;
            let gaps = match (engine.upgrade(), statement.asked_times()) {
                (Some(engine), Some(times)) => engine.question_gaps(&captures, &times).await,
                _ => Ok(Vec::new()),
            };
            statement.end(ended, gaps);
        });
        self.question_status(id).await
    }
}

impl Statement {
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    fn run(&self, console: Console) -> Result<SqlEnd, StoreError> {
        console.run(
            &self.text,
            &SqlLimits::default(),
            &self.cancel,
            &mut Growing(self),
        )
    }

    /// The times that it asked about; nothing where it asked no records.
    fn asked_times(&self) -> Option<Filter> {
        self.progress
            .asked()
            .map(|asked| match (asked.from, asked.until) {
                (None, None) => Filter::Everything,
                (from, until) => Filter::Time { from, until },
            })
    }

    fn end(
        &self,
        ended: Result<Result<SqlEnd, StoreError>, EngineError>,
        gaps: Result<Vec<QuestionGap>, EngineError>,
    ) {
        let mut so_far = locked(&self.so_far);
        so_far.took = Some(self.begun.elapsed());
        so_far.state = match ended {
            Ok(Ok(SqlEnd::Time | SqlEnd::Memory)) if so_far.rows.is_empty() => {
                AnswerState::Failed("nothing was found before it was ended".to_owned())
            }
            Ok(Ok(SqlEnd::Stopped | SqlEnd::Time | SqlEnd::Memory)) => AnswerState::Stopped,
            Ok(Ok(SqlEnd::Whole | SqlEnd::Rows | SqlEnd::Bytes)) => AnswerState::Complete,
            Ok(Err(StoreError::Sql { ref message, at })) => {
                so_far.fault_at = at.map(|at| line_and_character(&self.text, at));
                AnswerState::Failed(message.clone())
            }
            Ok(Err(ref error)) => AnswerState::Failed(error.to_string()),
            Err(ref error) => AnswerState::Failed(error.to_string()),
        };
        let note = ended
            .ok()
            .and_then(Result::ok)
            .and_then(|end| note_of(end, so_far.rows.len()));
        so_far.notes.extend(note);
        let asked_records = self.progress.asked().is_some();
        if so_far.state == AnswerState::Complete
            && asked_records
            && self.progress.passed_over()
            && self.progress.read() < self.total
        {
            so_far.notes.push(AnswerNote::NotRead);
        }
        match gaps {
            Ok(gaps) => so_far.gaps = gaps,
            Err(error) => so_far.notes.push(AnswerNote::GapsUnknown {
                why: error.to_string(),
            }),
        }
    }

    pub fn overview(&self, id: QuestionId) -> AnswerOverview {
        let so_far = locked(&self.so_far);
        let (rows, searched) = (so_far.rows.len() as u64, self.progress.read());
        AnswerOverview {
            id,
            revision: rows + searched + u64::from(so_far.took.is_some()),
            state: so_far.state.clone(),
            columns: so_far.columns.clone(),
            rows,
            searched,
            total: self.total,
            matched: rows,
            in_part: 0,
            events: None,
            notes: so_far.notes.clone(),
            gaps: so_far.gaps.clone(),
            took: so_far.took.unwrap_or_else(|| self.begun.elapsed()),
            fault_at: so_far.fault_at,
        }
    }

    pub fn rows(&self, first: usize, count: usize) -> Vec<AnsweredRow> {
        let so_far = locked(&self.so_far);
        let rows = so_far.rows.iter().skip(first).take(count);
        let answered = |row: &Vec<SqlValue>| AnsweredRow {
            cells: row.iter().map(AnswerCell::from).collect(),
            record: so_far.ids.and_then(|column| match row.get(column) {
                Some(&SqlValue::Integer(id)) if self.progress.has_record(id) => {
                    u64::try_from(id).ok()
                }
                _ => None,
            }),
        };
        rows.map(answered).collect()
    }

    pub fn read<T>(&self, take: impl FnOnce(&[String], &[Vec<SqlValue>]) -> T) -> T {
        let so_far = locked(&self.so_far);
        take(&so_far.columns, &so_far.rows)
    }
}

fn note_of(end: SqlEnd, rows: usize) -> Option<AnswerNote> {
    let limits = SqlLimits::default();
    match end {
        SqlEnd::Whole | SqlEnd::Stopped => None,
        SqlEnd::Rows => Some(AnswerNote::MoreRows { rows }),
        SqlEnd::Bytes => Some(AnswerNote::TooLarge {
            rows,
            bytes: limits.bytes,
        }),
        SqlEnd::Time => Some(AnswerNote::OutOfTime { after: limits.time }),
        SqlEnd::Memory => Some(AnswerNote::OutOfMemory {
            bytes: limits.memory_bytes,
        }),
    }
}

/// From 1; characters as the editor counts them, in units of UTF-16.
fn line_and_character(text: &str, at: usize) -> (u32, u32) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (
        before.matches('\n').count() as u32 + 1,
        line.encode_utf16().count() as u32 + 1,
    )
}

impl SoFar {
    fn new() -> Self {
        Self {
            columns: Vec::new(),
            ids: None,
            rows: Vec::new(),
            state: AnswerState::Running,
            notes: Vec::new(),
            gaps: Vec::new(),
            fault_at: None,
            took: None,
        }
    }
}

/// Takes rows as they come, so that they are shown while others are looked for.
struct Growing<'a>(&'a Statement);

impl SqlAnswer for Growing<'_> {
    fn columns(&mut self, names: Vec<String>) {
        let mut so_far = locked(&self.0.so_far);
        so_far.ids = names.iter().position(|name| name == "id");
        so_far.columns = names;
    }

    fn row(&mut self, values: Vec<SqlValue>) {
        locked(&self.0.so_far).rows.push(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_a_character() {
        assert_eq!(line_and_character("SELECT é\n, x", 0), (1, 1));
        assert_eq!(line_and_character("SELECT é\n, x", 12), (2, 3));
        assert_eq!(line_and_character("'😀' x", 7), (1, 6));
        assert_eq!(line_and_character("x", 99), (1, 2));
    }
}
