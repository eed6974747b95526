//! The boards that are open: one in each slot, few in all. Opening them, closing them, and telling them of commits.

use super::{
    board::{Board, BoardId, Plan, SagaSubject},
    reading::Source,
    unpacking::Unpacking,
};
use crate::{Engine, EngineError, engine::locked};
use saga::Definition;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use store::{CaptureId, Store};

/// The one that was not asked for longest makes room.
const MOST_BOARDS: usize = 6;
/// A board that is read in this time needs no second question.
const FIRST_ANSWER: Duration = Duration::from_millis(250);
const FIRST_LOOK: Duration = Duration::from_millis(10);

#[derive(Clone, Default)]
pub(crate) struct Boards(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    opened_so_far: u32,
    boards: BTreeMap<BoardId, Arc<Board>>,
}

impl Boards {
    /// Something was committed. Called on the store's writer thread.
    pub fn stir(&self) {
        for board in locked(&self.0).boards.values() {
            board.signal.raise();
        }
    }

    pub fn close_all(&self) {
        for (_, board) in std::mem::take(&mut locked(&self.0).boards) {
            board.close();
        }
    }

    /// Closes the boards of saved definitions that say something else now.
    pub fn close_changed(&self, text_of: impl Fn(&str) -> Option<String>) {
        locked(&self.0).boards.retain(|_, board| {
            let is_same = |(name, text): &(String, String)| text_of(name).as_ref() == Some(text);
            let stays = board.plan.saved.as_ref().is_none_or(is_same);
            if !stays {
                board.close();
            }
            stays
        });
    }

    pub fn is_empty(&self) -> bool {
        locked(&self.0).boards.is_empty()
    }

    pub(super) fn all(&self) -> Vec<Arc<Board>> {
        let open = locked(&self.0);
        let boards = open.boards.values();
        boards
            .filter(|board| !board.cancel.is_cancelled())
            .cloned()
            .collect()
    }

    pub(super) fn get(&self, id: BoardId) -> Result<Arc<Board>, EngineError> {
        let found = locked(&self.0).boards.get(&id).cloned();
        found
            .filter(|board| !board.cancel.is_cancelled())
            .ok_or(EngineError::UnknownBoard(id))
    }

    fn open(&self, slot: &str, source: Source, plan: Plan) -> Arc<Board> {
        let mut open = locked(&self.0);
        open.boards.retain(|_, board| {
            let stays = board.slot != slot && !board.cancel.is_cancelled();
            if !stays {
                board.close();
            }
            stays
        });
        while open.boards.len() >= MOST_BOARDS {
            let idle = open.boards.iter().max_by_key(|(_, board)| board.idle());
            let Some(id) = idle.map(|(id, _)| *id) else {
                break;
            };
            if let Some(board) = open.boards.remove(&id) {
                board.close();
            }
        }
        open.opened_so_far += 1;
        let id = BoardId(open.opened_so_far);
        let board = Arc::new(Board::new(id, slot, source, plan));
        open.boards.insert(id, Arc::clone(&board));
        board
    }
}

impl Engine {
    /// Judges `captures` (none: all of the workspace) by a definition, in a slot of the window's choice. The slot's
    /// board before it is closed.
    ///
    /// # Errors
    /// [`EngineError::Definition`] for a definition that cannot be used; an unknown one, or an unknown capture.
    pub async fn open_sagas(
        &self,
        slot: &str,
        subject: SagaSubject,
        captures: Vec<CaptureId>,
    ) -> Result<super::BoardOverview, EngineError> {
        let plan = match subject {
            SagaSubject::Saved(name) => {
                let text = self.saga_definition(&name).await?;
                Plan {
                    definition: parsed(&name, &text)?,
                    saved: Some((name, text)),
                    followed: None,
                }
            }
            SagaSubject::Text(text) => Plan {
                definition: parsed("the definition", &text)?,
                saved: None,
                followed: None,
            },
        };
        self.open_board(slot, plan, captures).await
    }

    pub(super) async fn open_board(
        &self,
        slot: &str,
        plan: Plan,
        captures: Vec<CaptureId>,
    ) -> Result<super::BoardOverview, EngineError> {
        let source = self.saga_source(captures).await?;
        let masked = source.masks.revision();
        let board = self.boards().open(slot, source, plan);
        // boards end when masks change: this one came meanwhile
        if masked != self.masks().revision() {
            board.close();
            return Err(EngineError::Superseded);
        }
        board.start(self.notices().clone())?;
        let begun = Instant::now();
        loop {
            let overview = self.saga_board(board.id).await?;
            if overview.is_complete || begun.elapsed() > FIRST_ANSWER {
                return Ok(overview);
            }
            tokio::time::sleep(FIRST_LOOK).await;
        }
    }

    /// What sagas are made of: the chosen captures; without any, all that there are.
    pub(super) async fn saga_source(&self, chosen: Vec<CaptureId>) -> Result<Source, EngineError> {
        let known = self.ask(Store::captures).await?;
        let is_known = |id: &CaptureId| known.iter().any(|capture| capture.id == *id);
        if let Some(missing) = chosen.iter().find(|id| !is_known(id)) {
            return Err(store::StoreError::UnknownCapture(*missing).into());
        }
        Ok(Source {
            store: self.store().clone(),
            masks: self.masks(),
            unpacking: Unpacking::new(self.decoding().reading()),
            chosen,
        })
    }

    /// Closing what is closed already is no error.
    pub fn close_sagas(&self, id: BoardId) {
        if let Some(board) = locked(&self.boards().0).boards.remove(&id) {
            board.close();
        }
    }
}

fn parsed(file: &str, text: &str) -> Result<Definition, EngineError> {
    Definition::parse(text)
        .map_err(|error| EngineError::Definition(error.in_file(file).to_string()))
}
