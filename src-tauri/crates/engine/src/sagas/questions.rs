//! What is asked of a board: how it stands, its list, its variants, and the commands without an answer.

use super::board::{Board, BoardId};
use crate::{Engine, EngineError, engine::blocking, engine::now};
use record::Millis;
use saga::{
    Engine as Judge, NamedId,
    commands::{AnswerState, CommandRow},
    is_telling,
    views::{
        list::{ListFilter, ListPage, SortBy, list},
        overview::{Overview, Points, Variant, overview, points, variants},
    },
};
use std::sync::{Arc, atomic::Ordering};
use store::RecordId;

/// A page is cut there.
const MOST_ROWS: usize = 1_000;
const MOST_POINTS: usize = 5_000;
const MOST_VARIANTS: usize = 500;

/// How a board stands.
#[derive(Clone, Debug)]
pub struct BoardOverview {
    pub id: BoardId,
    /// Grows when a verdict may have changed.
    pub revision: u64,
    /// Everything was read once. Before that there are no sagas: verdicts of half of the records would be wrong.
    pub is_complete: bool,
    pub scanned: u64,
    pub total: u64,
    /// Records without an id of any saga, of those that were read.
    pub unrelated: u64,
    pub sagas: Overview,
    /// Without steps there are no verdicts: only what belongs together.
    pub has_steps: bool,
    pub captured: Vec<CapturedUntil>,
    /// What the board leaves out.
    pub notes: Vec<String>,
}

/// Up to when a stream was captured without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedUntil {
    pub stream: String,
    /// `None` where nothing of it is captured on all its shards.
    pub until: Option<Millis>,
    /// There is no hole before.
    pub is_whole: bool,
}

/// Sagas at a place in the list.
#[derive(Clone, Debug)]
pub struct SagaPage {
    pub revision: u64,
    /// What kind of saga they are.
    pub saga: String,
    pub page: ListPage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnansweredPage {
    pub total: usize,
    pub rows: Vec<UnansweredCommand>,
}

/// A command whose time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnansweredCommand {
    pub record: RecordId,
    pub kind: String,
    pub key: NamedId,
    pub life: u32,
    pub sent: Millis,
    pub due: Millis,
    pub stream: String,
    /// False where the answer may have come and was not captured.
    pub is_known: bool,
    /// Of one that was answered after its time.
    pub late_by_millis: Option<i64>,
}

impl Engine {
    /// Runs a question to a board that has read everything once on a thread that may block.
    pub(super) async fn ask_board<T: Send + 'static>(
        &self,
        id: BoardId,
        question: impl FnOnce(&Board) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let board = self.boards().get(id)?;
        blocking(move || question(&board)).await?
    }

    pub async fn saga_board(&self, id: BoardId) -> Result<BoardOverview, EngineError> {
        self.ask_board(id, Board::overview).await
    }

    /// At most 1,000 rows.
    pub async fn saga_rows(
        &self,
        id: BoardId,
        filter: ListFilter,
        (sort, is_descending): (SortBy, bool),
        first: usize,
        count: usize,
    ) -> Result<SagaPage, EngineError> {
        self.ask_board(id, move |board| {
            let range = first..first.saturating_add(count.min(MOST_ROWS));
            let (revision, is_complete) = (board.revision(), board.is_complete());
            board.ask(|judge| SagaPage {
                revision,
                saga: judge.definition().name.clone(),
                page: if is_complete {
                    list(judge, &filter, sort, is_descending, range)
                } else {
                    ListPage::default()
                },
            })
        })
        .await
    }

    /// The ways that were taken, the most frequent first.
    pub async fn saga_variants(&self, id: BoardId) -> Result<Vec<Variant>, EngineError> {
        self.ask_complete(id, |judge| {
            let mut ways = variants(judge, &ListFilter::default());
            ways.truncate(MOST_VARIANTS);
            ways
        })
        .await
    }

    /// At most 5,000: where there are more sagas, an even sample of them.
    pub async fn saga_points(
        &self,
        id: BoardId,
        filter: ListFilter,
    ) -> Result<Points, EngineError> {
        self.ask_complete(id, move |judge| points(judge, &filter, MOST_POINTS))
            .await
    }

    async fn ask_complete<T: Default + Send + 'static>(
        &self,
        id: BoardId,
        question: impl FnOnce(&Judge) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        self.ask_board(id, |board| {
            let is_complete = board.is_complete();
            board.ask(|judge| {
                if is_complete {
                    question(judge)
                } else {
                    T::default()
                }
            })
        })
        .await
    }

    /// Commands without an answer inside their time, the oldest first, those that were answered later among them; at
    /// most 1,000.
    pub async fn unanswered_commands(
        &self,
        id: BoardId,
        first: usize,
        count: usize,
    ) -> Result<UnansweredPage, EngineError> {
        self.ask_board(id, move |board| {
            let rows = if board.is_complete() {
                board.unanswered()?
            } else {
                Arc::default()
            };
            let rows: Vec<UnansweredCommand> = rows.iter().filter_map(unanswered).collect();
            Ok(UnansweredPage {
                total: rows.len(),
                rows: rows
                    .into_iter()
                    .skip(first)
                    .take(count.min(MOST_ROWS))
                    .collect(),
            })
        })
        .await
    }
}

fn unanswered(row: &CommandRow) -> Option<UnansweredCommand> {
    let (is_known, late_by_millis) = match row.state {
        AnswerState::Unanswered => (true, None),
        AnswerState::Late { by_millis } => (true, Some(by_millis)),
        AnswerState::Unknown(_) => (false, None),
        AnswerState::Waiting => return None,
    };
    Some(UnansweredCommand {
        record: super::worker::record_id(row.record),
        kind: row.command.clone(),
        key: row.key.clone(),
        life: row.life,
        sent: row.sent,
        due: row.due?,
        stream: row.stream.clone(),
        is_known,
        late_by_millis,
    })
}

impl Board {
    fn overview(&self) -> Result<BoardOverview, EngineError> {
        let progress = &self.progress;
        let is_complete = self.is_complete();
        let revision = self.revision();
        let scanned = progress.scanned.load(Ordering::Relaxed);
        let total = progress.total.load(Ordering::Relaxed);
        let unrelated = progress.unrelated.load(Ordering::Relaxed);
        self.ask(|judge| BoardOverview {
            id: self.id,
            revision,
            is_complete,
            scanned: if is_complete {
                scanned
            } else {
                scanned.min(total)
            },
            total: if is_complete {
                scanned
            } else {
                total.max(scanned)
            },
            unrelated,
            sagas: if is_complete {
                overview(judge, &ListFilter::default())
            } else {
                Overview::default()
            },
            has_steps: judge.definition().judges(),
            captured: captured(judge),
            notes: self.notes(judge, unrelated),
        })
    }

    fn notes(&self, judge: &Judge, unrelated: u64) -> Vec<String> {
        let key = &judge.definition().correlate.key;
        if let Some(value) = &self.plan.followed {
            let mut notes = Vec::new();
            if !is_telling(value) {
                notes.push(format!(
                    "{value} is looked for in fields that are called {key} only: elsewhere so common a value may be another's."
                ));
            }
            if self.progress.leaves_ids_out.load(Ordering::Relaxed) {
                notes.push(format!(
                    "More ids go with {value} than are followed: what carries only the others is left out."
                ));
            }
            return notes;
        }
        if unrelated == 0 || !self.is_complete() {
            return Vec::new();
        }
        vec![if unrelated == 1 {
            format!("1 record carries no {key} and belongs to none.")
        } else {
            format!("{unrelated} records carry no {key} and belong to none.")
        }]
    }
}

fn captured(judge: &Judge) -> Vec<CapturedUntil> {
    let streams = judge.streams();
    let known = streams.all().map(|stream| {
        let spans = streams.spans(stream);
        CapturedUntil {
            stream: streams.name(stream).to_owned(),
            until: spans.last().map(|span| span.until.min(now())),
            is_whole: spans.len() == 1,
        }
    });
    let known: Vec<CapturedUntil> = known.collect();
    let is_missing = |name: &&String| known.iter().all(|one| one.stream != **name);
    let named = &judge.definition().streams;
    let missing = named.iter().filter(is_missing).map(|name| CapturedUntil {
        stream: name.clone(),
        until: None,
        is_whole: false,
    });
    let missing: Vec<CapturedUntil> = missing.collect();
    known.into_iter().chain(missing).collect()
}
