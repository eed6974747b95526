//! The questions that were asked and not closed: one in each slot, of either language.

use super::{Asked, QuestionId, sql::Statement};
use crate::{EngineError, engine::locked};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

#[derive(Default)]
pub(crate) struct Questions(Mutex<Slots>);

#[derive(Default)]
struct Slots {
    asked_so_far: u32,
    open: HashMap<QuestionId, (Arc<str>, Posed)>,
}

#[derive(Clone)]
pub(super) enum Posed {
    Pipeline(Arc<Asked>),
    Sql(Arc<Statement>),
}

impl Posed {
    pub fn cancel(&self) {
        match self {
            Self::Pipeline(asked) => asked.cancel.cancel(),
            Self::Sql(asked) => asked.cancel(),
        }
    }
}

impl Questions {
    /// The slot's question before is stopped and closed.
    pub(super) fn open(&self, slot: &str, posed: Posed) -> QuestionId {
        let mut slots = locked(&self.0);
        slots.open.retain(|_, (of, before)| {
            let stays = **of != *slot;
            if !stays {
                before.cancel();
            }
            stays
        });
        slots.asked_so_far += 1;
        let id = QuestionId(slots.asked_so_far);
        slots.open.insert(id, (slot.into(), posed));
        id
    }

    pub(super) fn get(&self, id: QuestionId) -> Result<Posed, EngineError> {
        let slots = locked(&self.0);
        let posed = slots.open.get(&id).map(|(_, posed)| posed.clone());
        posed.ok_or(EngineError::UnknownQuestion(id))
    }

    pub(super) fn close(&self, id: QuestionId) {
        if let Some((_, posed)) = locked(&self.0).open.remove(&id) {
            posed.cancel();
        }
    }

    /// Nothing goes on that nobody can ask for any more.
    pub(crate) fn close_all(&self) {
        for (_, (_, posed)) in locked(&self.0).open.drain() {
            posed.cancel();
        }
    }
}
