//! What is asked of a board: how it stands, its list, its variants, and the commands without an answer.

use super::{
    board::{Board, BoardId},
    sifting::{SagaFilter, SagaSearch},
};
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
    pub notes: Vec<BoardNote>,
}

/// What a board leaves out; the words are the window's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoardNote {
    /// So common a value is looked for in fields of the key's name only: elsewhere it may be another's.
    OwnFieldOnly { value: String, key: String },
    /// More ids go with the value than are followed: what carries only the others is left out.
    IdsLeftOut { value: String },
    /// Records without the key belong to no saga.
    Unrelated { records: u64, key: String },
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
    /// Sagas of the board, those that the filter hides included.
    pub of: usize,
    /// Of a filter of records, how far they were looked at: until that is all, more may pass.
    pub search: Option<SagaSearch>,
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

    /// At most 1,000 rows. With a filter of records it looks at some more of them: ask again while that is not complete.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where the filter of records cannot be read; [`EngineError::Superseded`] where another one
    /// was asked meanwhile.
    pub async fn saga_rows(
        &self,
        id: BoardId,
        filter: impl Into<SagaFilter>,
        (sort, is_descending): (SortBy, bool),
        first: usize,
        count: usize,
    ) -> Result<SagaPage, EngineError> {
        let (filter, clock) = (filter.into(), self.clock());
        self.ask_board(id, move |board| {
            let range = first..first.saturating_add(count.min(MOST_ROWS));
            let (revision, is_complete) = (board.revision(), board.is_complete());
            let told = |judge: &Judge, filter: &ListFilter| {
                let page = if is_complete {
                    list(judge, filter, sort, is_descending, range)
                } else {
                    ListPage::default()
                };
                let of = if is_complete { judge.len() } else { 0 };
                (judge.definition().name.clone(), page, of)
            };
            let ((saga, page, of), search) = board.ask_sifted(filter, &clock, told)?;
            Ok(SagaPage {
                revision,
                saga,
                page,
                of,
                search,
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

    /// At most 5,000: where there are more sagas, an even sample of them. By a filter of records, those that are known
    /// to pass so far.
    ///
    /// # Errors
    /// As [`saga_rows`](Self::saga_rows).
    pub async fn saga_points(
        &self,
        id: BoardId,
        filter: impl Into<SagaFilter>,
    ) -> Result<Points, EngineError> {
        let (filter, clock) = (filter.into(), self.clock());
        self.ask_board(id, move |board| {
            let is_complete = board.is_complete();
            let told = |judge: &Judge, filter: &ListFilter| {
                if is_complete {
                    points(judge, filter, MOST_POINTS)
                } else {
                    Points::default()
                }
            };
            Ok(board.ask_sifted(filter, &clock, told)?.0)
        })
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

    fn notes(&self, judge: &Judge, unrelated: u64) -> Vec<BoardNote> {
        let key = &judge.definition().correlate.key;
        if let Some(value) = &self.plan.followed {
            let mut notes = Vec::new();
            if !is_telling(value) {
                notes.push(BoardNote::OwnFieldOnly {
                    value: value.clone(),
                    key: key.clone(),
                });
            }
            if self.progress.leaves_ids_out.load(Ordering::Relaxed) {
                notes.push(BoardNote::IdsLeftOut {
                    value: value.clone(),
                });
            }
            return notes;
        }
        if unrelated == 0 || !self.is_complete() {
            return Vec::new();
        }
        vec![BoardNote::Unrelated {
            records: unrelated,
            key: key.clone(),
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
