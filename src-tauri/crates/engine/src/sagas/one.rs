//! One saga: everything that is said of it, what its events changed, how it differs from others, and its exports.

use super::{
    board::{Board, BoardId},
    folder,
    unpacking::EventPayloads,
    worker::{handle, record_id},
};
use crate::{
    Engine, EngineError,
    engine::{blocking, locked},
};
use record::Millis;
use saga::{
    Engine as Judge, NamedId, Obligation, Saga, SagaId, export,
    fold::{Change, Reducer, State},
    views::{
        compare::{Comparison, compare, compare_with_usual},
        findings::{FindingRow, findings},
        graph::{Graph, graph},
        header::{header, usually},
        list::{ListRow, row_of},
        sequence::{Sequence, sequence},
        state::rows,
        told::{EventRole, StepRow, role, steps},
    },
};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};
use store::RecordId;

/// Events of one saga whose state is told.
const MOST_STATES: usize = 2_000;
/// Of the changes that are told of one saga.
const MOST_CHANGES_BYTES: usize = 16 * 1024 * 1024;
/// How long a record that was captured a moment ago is waited for.
const READING_PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Of one value that changed.
const MOST_VALUE_BYTES: usize = 4 * 1024;

/// A saga by its key, and by which use of the key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SagaName {
    pub key: String,
    pub life: u32,
}

/// One saga with everything that is said of it.
#[derive(Clone, Debug)]
pub struct SagaDetail {
    pub saga: String,
    pub row: ListRow,
    /// The status as a sentence.
    pub sentence: String,
    pub aliases: Vec<NamedId>,
    pub unknowns: Vec<String>,
    pub is_start_captured: bool,
    pub events: Vec<SagaEvent>,
    pub steps: Vec<StepRow>,
    pub obligations: Vec<OpenObligation>,
    pub findings: Vec<FindingRow>,
    pub sequence: Sequence,
    pub graph: Graph,
}

#[derive(Clone, Debug)]
pub struct SagaEvent {
    pub record: RecordId,
    pub kind: String,
    pub source: String,
    pub stream: String,
    pub shard: String,
    pub sequence: String,
    pub sub: u32,
    /// Which event of its record, from 0; nothing where the record itself is the event.
    pub part: Option<u16>,
    /// In the definition's clock.
    pub at: Millis,
    pub arrival: Millis,
    pub step: Option<String>,
    pub role: EventRole,
    /// False for repetitions, which change nothing.
    pub counts: bool,
    pub was_replayed: bool,
    /// Why it belongs to the saga: the name of the key, or of an alias.
    pub linked_by: String,
}

#[derive(Clone, Debug)]
pub struct OpenObligation {
    pub step: Option<String>,
    pub kinds: Vec<String>,
    pub obligation: Obligation,
}

/// What one event changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateStep {
    /// Its place in the saga's list of events.
    pub event: usize,
    pub changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SagaFormat {
    Json,
    Mermaid,
}

impl Engine {
    /// # Errors
    /// [`EngineError::UnknownSaga`] where the board has none of that name.
    pub async fn saga(&self, board: BoardId, name: SagaName) -> Result<SagaDetail, EngineError> {
        self.ask_saga(board, name, |_, saga| detail(saga)).await
    }

    /// The saga that a record belongs to; `None` where no saga of the board holds it. A record that was captured a
    /// moment ago is waited for.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a record that the board has not read: of other captures, or still to come.
    pub async fn saga_of(
        &self,
        board: BoardId,
        record: RecordId,
    ) -> Result<Option<SagaName>, EngineError> {
        let asked_at = Instant::now();
        loop {
            let (is_read, holder) = self
                .ask_board(board, move |board| {
                    // in this order: what is judged meanwhile is found
                    let is_read = board.has_judged(record)?;
                    Ok((is_read, board.ask(|judge| holder(judge, record))?))
                })
                .await?;
            if holder.is_some() || is_read {
                return Ok(holder);
            }
            if asked_at.elapsed() > READING_PATIENCE {
                let message =
                    "the board has not read this record: ask again, or look at its capture";
                return Err(EngineError::Input(message.to_owned()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// What each event changed in the accumulated data: of its first 2,000 events, and as many of them as 16 MiB of
    /// changes have room for.
    ///
    /// # Errors
    /// [`EngineError::UnknownSaga`] where the board has none of that name, and [`EngineError::UnknownBoard`] once it is
    /// closed.
    pub async fn saga_state(
        &self,
        board: BoardId,
        name: SagaName,
    ) -> Result<Vec<StateStep>, EngineError> {
        self.ask_board(board, move |board| {
            // payloads are read one after the other, while others ask the board
            let rows = board.ask_saga(&name, |_, saga| rows(saga))?;
            let mut payloads = EventPayloads::new(&board.source);
            let mut state = State::default();
            let mut steps = Vec::new();
            let mut left = MOST_CHANGES_BYTES;
            for mut row in rows.into_iter().take(MOST_STATES) {
                if board.cancel.is_cancelled() {
                    return Err(EngineError::UnknownBoard(board.id));
                }
                if let Some(payload) = payloads.get(record_id(row.record), row.part)? {
                    row.fold(&mut state, &Reducer::default(), &payload);
                }
                let step = StateStep {
                    event: row.event,
                    changes: bounded(row.changes),
                };
                let Some(rest) = left.checked_sub(text_bytes(&step.changes)) else {
                    break;
                };
                left = rest;
                steps.push(step);
            }
            Ok(steps)
        })
        .await
    }

    /// With another one, or with the way that most take.
    pub async fn compare_sagas(
        &self,
        board: BoardId,
        left: SagaName,
        right: Option<SagaName>,
    ) -> Result<Comparison, EngineError> {
        self.ask_board(board, move |board| {
            let compared = board.ask_saga(&left, |judge, left| match &right {
                None => compare_with_usual(judge, left),
                Some(name) => {
                    let found = find(judge, name).and_then(|id| judge.saga(id));
                    found.map(|right| compare(left, &right))
                }
            })?;
            let missing = right.unwrap_or(left);
            compared.ok_or(EngineError::UnknownSaga(missing.key))
        })
        .await
    }

    /// The whole saga as a text, without payloads.
    pub async fn saga_text(
        &self,
        board: BoardId,
        name: SagaName,
        format: SagaFormat,
    ) -> Result<String, EngineError> {
        self.ask_saga(board, name, move |_, saga| match format {
            SagaFormat::Json => format!("{:#}\n", export::json(saga)),
            SagaFormat::Mermaid => export::mermaid(saga),
        })
        .await
    }

    /// Writes a text to a file that a person chose: all of it, or nothing.
    ///
    /// # Errors
    /// [`EngineError::File`] where it cannot be written.
    pub async fn write_export(&self, path: PathBuf, text: String) -> Result<(), EngineError> {
        blocking(move || {
            folder::write(&path, &text).map_err(|error| EngineError::File { path, error })
        })
        .await?
    }

    pub(super) async fn ask_saga<T: Send + 'static>(
        &self,
        board: BoardId,
        name: SagaName,
        question: impl FnOnce(&Judge, &Saga<'_>) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        self.ask_board(board, move |board| board.ask_saga(&name, question))
            .await
    }
}

fn holder(judge: &Judge, record: RecordId) -> Option<SagaName> {
    let (key, life) = judge.name_of(judge.holding(handle(record))?)?;
    Some(SagaName {
        key: key.text,
        life,
    })
}

impl Board {
    /// Whether a record was read, and what it says judged; so is one that is not there any more.
    fn has_judged(&self, record: RecordId) -> Result<bool, EngineError> {
        let found = self.source.store.record(record)?;
        Ok(found.is_none_or(|full| locked(&self.judged).holds(full.row.shard, full.row.sequence)))
    }

    /// Asks of one saga while nothing changes.
    pub(super) fn ask_saga<T>(
        &self,
        name: &SagaName,
        question: impl FnOnce(&Judge, &Saga<'_>) -> T,
    ) -> Result<T, EngineError> {
        let answer = self.ask(|judge| {
            let saga = find(judge, name).and_then(|id| judge.saga(id))?;
            Some(question(judge, &saga))
        })?;
        answer.ok_or_else(|| EngineError::UnknownSaga(name.key.clone()))
    }
}

/// How long the texts of changes are together.
pub(super) fn text_bytes(changes: &[Change]) -> usize {
    let sides = changes
        .iter()
        .flat_map(|change| [&change.before, &change.after]);
    sides.flatten().map(String::len).sum()
}

/// Large values are shown by their beginnings.
pub(super) fn bounded(mut changes: Vec<Change>) -> Vec<Change> {
    for change in &mut changes {
        for text in [&mut change.before, &mut change.after]
            .into_iter()
            .flatten()
        {
            if text.len() > MOST_VALUE_BYTES {
                text.truncate(text.floor_char_boundary(MOST_VALUE_BYTES));
                text.push('…');
            }
        }
    }
    changes
}

/// A name that was shown may differ from the key in what cannot be shown safely.
pub(super) fn find(judge: &Judge, name: &SagaName) -> Option<SagaId> {
    let is_it = |id: &SagaId| {
        judge.name_of(*id).is_some_and(|(key, life)| {
            life == name.life && (key.text == name.key || decode::safe_text(&key.text) == name.key)
        })
    };
    let found = judge.find(&name.key).into_iter().find(is_it);
    found.or_else(|| judge.ids().find(is_it))
}

fn detail(saga: &Saga<'_>) -> SagaDetail {
    let definition = saga.definition();
    let step_id = |step: usize| definition.steps[step].id.clone();
    let header = header(saga);
    let event = |(event, counts): (&saga::Event, &bool)| {
        let (role, step) = role(saga, event);
        SagaEvent {
            record: record_id(event.record),
            kind: saga.kind(event).to_owned(),
            source: saga.source(event).to_owned(),
            stream: saga.stream(event).to_owned(),
            shard: saga.streams().shard_id(event.shard).to_owned(),
            sequence: event.sequence().to_string(),
            sub: event.sub,
            part: event.part.checked_sub(1),
            at: event.time,
            arrival: event.arrival,
            step: step.map(step_id),
            role,
            counts: *counts,
            was_replayed: event.replayed,
            linked_by: saga.linked_by(event).to_owned(),
        }
    };
    let obligation = |open: &Obligation| OpenObligation {
        step: open.step.map(step_id),
        kinds: open
            .types(definition)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        obligation: open.clone(),
    };
    SagaDetail {
        saga: definition.name.clone(),
        row: row_of(saga),
        sentence: header.sentence + &usually(saga),
        aliases: header.aliases,
        unknowns: header.unknown,
        is_start_captured: saga.judgement.start_captured,
        events: saga
            .events()
            .iter()
            .zip(&saga.judgement.effective)
            .map(event)
            .collect(),
        steps: steps(saga),
        obligations: saga.judgement.obligations.iter().map(obligation).collect(),
        findings: findings(saga),
        sequence: sequence(saga),
        graph: graph(saga),
    }
}
