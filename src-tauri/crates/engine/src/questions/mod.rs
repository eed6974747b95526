//! Questions in the syntax of Logs Insights: each runs over what was stored when it was asked, newest first, and is
//! answered at any moment for what it has looked at so far.
//!
//! A slot holds one question: a new one stops the one before. It writes no file; what an answer becomes elsewhere is
//! `table`'s affair.

mod gaps;
mod notes;
mod slots;
mod sql;
mod table;

pub use gaps::QuestionGap;
pub use notes::AnswerNote;
pub(crate) use slots::Questions;
pub use sql::SqlWords;
pub use table::{AnswerCell, AnsweredRow, TableFormat};

use crate::{
    Engine, EngineError, Masks,
    engine::{blocking, locked},
    shown, shown_said,
};
use query::{Chart, FilterError, Question, Run, Stop, Subject, Table, Token, unless_stopped};
use slots::Posed;
use std::{
    fmt,
    num::NonZero,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};
use store::{Cancel, CaptureId, Payloads, RecordId, Scope, StoreError, Sweep};

/// More threads would only wait for each other's blocks.
const MOST_THREADS: usize = 4;
/// Rows in one answer.
const MOST_ROWS: usize = 1_000;

/// One asked question; never used again after it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId(pub u32);

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "question {}", self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerState {
    Running,
    /// Everything that was stored when it was asked was looked at.
    Complete,
    Stopped,
    /// With why; the answer is of what was looked at before.
    Failed(String),
}

/// How a question stands.
#[derive(Clone, Debug)]
pub struct AnswerOverview {
    pub id: QuestionId,
    /// Grows with what was looked at.
    pub revision: u64,
    pub state: AnswerState,
    pub columns: Vec<String>,
    pub rows: u64,
    /// Of `total` records that were stored when it was asked.
    pub searched: u64,
    pub total: u64,
    /// Those that the question is about.
    pub matched: u64,
    /// Of the records that were searched, those of which a part only could be.
    pub in_part: u64,
    /// Events of the records that the question is about, where rows are events; absent where rows are records.
    pub events: Option<u64>,
    /// What the answer does not show, or not exactly.
    pub notes: Vec<AnswerNote>,
    pub gaps: Vec<QuestionGap>,
    pub took: Duration,
    /// Where the text that failed is wrong, from 1: the line, and the character in it.
    pub fault_at: Option<(u32, u32)>,
}

/// A question that was asked, and what is known of its answer.
struct Asked {
    text: String,
    question: Question,
    cancel: Cancel,
    gaps: Vec<QuestionGap>,
    begun: Instant,
    total: u64,
    so_far: Mutex<SoFar>,
    /// The last answer that was made.
    made: Mutex<Option<Arc<Made>>>,
}

/// An answer with how the question stood when it was made: one cannot be newer than the other.
struct Made {
    table: Table,
    revision: u64,
    searched: u64,
    in_part: u64,
    state: AnswerState,
    took: Duration,
}

struct SoFar {
    run: Run,
    revision: u64,
    searched: u64,
    in_part: u64,
    state: AnswerState,
    took: Duration,
}

impl Engine {
    /// The parts of a question's text, and where it cannot be read.
    pub fn read_question(&self, text: &str) -> (Vec<Token>, Option<FilterError>) {
        let clock = self.clock();
        let fault = Question::parse(text, clock.clone()).err();
        (query::question_tokens(text, clock), fault)
    }

    /// Asks about some captures (none: the whole workspace), in a slot of the window's choice.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where the text cannot be read; an unknown capture.
    pub async fn ask_question(
        &self,
        slot: &str,
        captures: Vec<CaptureId>,
        text: &str,
    ) -> Result<AnswerOverview, EngineError> {
        let question = Question::parse(text, self.clock()).map_err(|error| {
            let FilterError { at, message } = error;
            EngineError::Filter { at, message }
        })?;
        let gaps = self.question_gaps(&captures, question.filter()).await?;
        let payloads = if question.needs_payload() {
            Payloads::With
        } else if question.needs_types() {
            Payloads::OfPacked
        } else {
            Payloads::Without
        };
        let (scope, filter) = (Scope { captures }, question.filter().clone());
        let sweep = self
            .ask(move |store| store.sweep(&scope, &filter, payloads))
            .await?;
        let asked = Arc::new(Asked {
            so_far: Mutex::new(SoFar::new(&question)),
            text: text.to_owned(),
            question,
            cancel: Cancel::new(),
            gaps,
            begun: Instant::now(),
            total: sweep.total(),
            made: Mutex::default(),
        });
        let id = self
            .questions()
            .open(slot, Posed::Pipeline(Arc::clone(&asked)));
        let masks = self.masks();
        let work = Arc::clone(&asked);
        tokio::task::spawn_blocking(move || work.look_at_all(sweep, &masks));
        self.question_status(id).await
    }

    pub async fn question_status(&self, id: QuestionId) -> Result<AnswerOverview, EngineError> {
        let posed = self.questions().get(id)?;
        blocking(move || match posed {
            Posed::Pipeline(asked) => asked.overview(id),
            Posed::Sql(asked) => asked.overview(id),
        })
        .await
    }

    /// Rows of the answer as it is now; at most 1,000. Long values are cut.
    pub async fn question_rows(
        &self,
        id: QuestionId,
        first: usize,
        count: usize,
    ) -> Result<Vec<AnsweredRow>, EngineError> {
        let posed = self.questions().get(id)?;
        let count = count.min(MOST_ROWS);
        blocking(move || match posed {
            Posed::Pipeline(asked) => {
                let made = asked.made();
                let rows = made.table.rows.iter().skip(first);
                rows.take(count).cloned().map(AnsweredRow::from).collect()
            }
            Posed::Sql(asked) => asked.rows(first, count),
        })
        .await
    }

    /// `None` where the answer has no groups to draw.
    pub async fn question_chart(&self, id: QuestionId) -> Result<Option<Chart>, EngineError> {
        match self.questions().get(id)? {
            Posed::Pipeline(asked) => blocking(move || asked.made().table.chart()).await,
            Posed::Sql(_) => Ok(None),
        }
    }

    /// The question's text with a last step that keeps the rows with the value of this cell, or the others.
    ///
    /// # Errors
    /// [`EngineError::Input`] where there is no such cell, or no condition that says it.
    pub async fn narrow_question(
        &self,
        id: QuestionId,
        (row, column): (usize, usize),
        is_excluded: bool,
    ) -> Result<String, EngineError> {
        let Posed::Pipeline(asked) = self.questions().get(id)? else {
            return Err(EngineError::Input(
                "a statement is narrowed by hand".to_owned(),
            ));
        };
        blocking(move || {
            let made = asked.made();
            let value = made
                .table
                .rows
                .get(row)
                .and_then(|row| row.cells.get(column));
            let narrowed = value.and_then(|value| {
                let question = &asked.question;
                question.narrowed(&asked.text, column, value, is_excluded)
            });
            narrowed.ok_or_else(|| EngineError::Input("no condition says this value".to_owned()))
        })
        .await?
    }

    /// What was found stays; a question that is over stays as it is.
    pub fn stop_question(&self, id: QuestionId) -> Result<(), EngineError> {
        self.questions().get(id)?.cancel();
        Ok(())
    }

    pub fn close_question(&self, id: QuestionId) {
        self.questions().close(id);
    }
}

impl Asked {
    /// Several threads take slices of the sweep, and merge what they found after each.
    fn look_at_all(&self, sweep: Sweep, masks: &Masks) {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let sweep = Mutex::new(sweep);
        let ended = thread::scope(|scope| {
            let part = || {
                let ended = self.look_at_some(&sweep, masks);
                if ended.is_err() {
                    self.cancel.cancel();
                }
                ended
            };
            let parts: Vec<_> = (0..threads.min(MOST_THREADS))
                .map(|_| scope.spawn(part))
                .collect();
            // a thread that panicked has looked at less than all
            let joined = parts
                .into_iter()
                .map(|part| part.join().unwrap_or(Ok(false)));
            joined
                .reduce(|one, other| Ok(one? & other?))
                .unwrap_or(Ok(true))
        });
        let mut so_far = locked(&self.so_far);
        so_far.state = match ended {
            Err(error) => AnswerState::Failed(error.to_string()),
            Ok(_) if self.cancel.is_cancelled() => AnswerState::Stopped,
            Ok(true) => AnswerState::Complete,
            Ok(false) => AnswerState::Failed("a part of the search ended early".to_owned()),
        };
        so_far.took = self.begun.elapsed();
        so_far.revision += 1;
    }

    /// Whether it came to the end.
    fn look_at_some(&self, sweep: &Mutex<Sweep>, masks: &Masks) -> Result<bool, StoreError> {
        let cancel = self.cancel.clone();
        let stop: Stop = Arc::new(move || cancel.is_cancelled());
        while !self.cancel.is_cancelled() {
            let Some(slice) = locked(sweep).next_slice()? else {
                return Ok(true);
            };
            let mut run = Run::new(&self.question);
            let mut take = |subject: &Subject<'_>, id: RecordId| {
                if self.cancel.is_cancelled() {
                    return;
                }
                let payload = &shown(subject.payload, masks);
                let text = subject.text.map(|text| shown_said(text, masks));
                let key = subject.partition_key.map(|key| masks.key(key));
                let event_type = subject.event_type.map(|name| masks.event_type(name));
                run.push(
                    &Subject {
                        payload,
                        text: text.as_deref(),
                        partition_key: key.as_deref(),
                        event_type: event_type.as_deref(),
                        ..*subject
                    },
                    id.0.cast_unsigned(),
                );
            };
            let read = unless_stopped(&stop, || slice.read(&mut take));
            // what was begun is not half told
            let Some(searched) = read.filter(|_| !self.cancel.is_cancelled()) else {
                break;
            };
            let searched = searched?;
            let mut so_far = locked(&self.so_far);
            so_far.run.merge(run);
            so_far.searched += searched.records;
            so_far.in_part += searched.in_part;
            so_far.revision += 1;
            so_far.took = self.begun.elapsed();
        }
        Ok(true)
    }

    fn overview(&self, id: QuestionId) -> AnswerOverview {
        let made = self.made();
        AnswerOverview {
            id,
            revision: made.revision,
            state: made.state.clone(),
            columns: made.table.columns.clone(),
            rows: made.table.rows.len() as u64,
            searched: made.searched,
            total: self.total,
            matched: made.table.matched,
            in_part: made.in_part,
            events: made.table.events,
            notes: made
                .table
                .notes
                .iter()
                .cloned()
                .map(AnswerNote::Table)
                .collect(),
            gaps: self.gaps.clone(),
            took: made.took,
            fault_at: None,
        }
    }

    /// The answer for what was looked at, made anew only where that grew.
    fn made(&self) -> Arc<Made> {
        let mut made = locked(&self.made);
        let so_far = locked(&self.so_far);
        if let Some(known) = &*made
            && known.revision == so_far.revision
        {
            return Arc::clone(known);
        }
        let (revision, searched, took) = (so_far.revision, so_far.searched, so_far.took);
        let in_part = so_far.in_part;
        let (state, run) = (so_far.state.clone(), so_far.run.clone());
        drop(so_far);
        let fresh = Arc::new(Made {
            table: run.answer(),
            revision,
            searched,
            in_part,
            state,
            took,
        });
        *made = Some(Arc::clone(&fresh));
        fresh
    }
}

impl SoFar {
    fn new(question: &Question) -> Self {
        Self {
            run: Run::new(question),
            revision: 0,
            searched: 0,
            in_part: 0,
            state: AnswerState::Running,
            took: Duration::ZERO,
        }
    }
}
