//! Sagas of a board to a collector, as traces: batch after batch, to the one address that was typed.

use super::{
    board::BoardId,
    one::{SagaName, find},
    sifting::SagaFilter,
};
use crate::{Engine, EngineError};
use collector::{Address, Collector, Patience};
use saga::{
    export::otlp::{Batch, MAX_BATCH_BYTES, Packer},
    views::list::names,
};

/// In one go. Whoever has more sees that some are left out, and sends them by a filter.
const MOST_TRACES: usize = 50_000;
/// Judged before others are let to the board.
const SAGAS_A_TURN: usize = 500;

/// Which sagas of a board are sent.
#[derive(Clone, Debug)]
pub enum TracedSagas {
    One(SagaName),
    /// All that pass, every record looked at.
    Listed(Box<SagaFilter>),
}

/// What became of them. A trace that was not sent is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentTraces {
    pub sagas: usize,
    /// Of the spans that were sent, as the collector counts.
    pub rejected_spans: u64,
    /// What the collector says of it, or why it ended early. Safe to show.
    pub message: Option<String>,
}

impl Engine {
    /// Sends traces to `address`, and nothing anywhere else.
    ///
    /// # Errors
    /// [`EngineError::UntrustedCollector`] for another machine that no person has confirmed ([`Engine::trust`]), and
    /// [`EngineError::Collector`] where not one batch arrived. What fails later is told in the answer.
    pub async fn send_saga_traces(
        &self,
        board: BoardId,
        which: TracedSagas,
        address: &str,
    ) -> Result<SentTraces, EngineError> {
        if let Some(unanswered) = self.ask_to_trust_collector(address).await? {
            let host = unanswered.endpoint().host.clone();
            return Err(EngineError::UntrustedCollector { host });
        }
        let collector = Collector::new(Address::parse(address)?, Patience::default())?;
        let (mut traced, left_out) = self.traced(board, which).await?;
        let mut sent = SentTraces::default();
        loop {
            let (next, batch) = self.next_batch(board, traced).await?;
            traced = next;
            let Some(batch) = batch else { break };
            if let Err(error) = sent.send(&collector, batch).await {
                if sent.sagas == 0 {
                    return Err(error);
                }
                sent.say(&error.to_string());
                return Ok(sent);
            }
        }
        if left_out > 0 {
            sent.say(&format!(
                "{left_out} more sagas were not sent: at most {MOST_TRACES} go at once."
            ));
        }
        Ok(sent)
    }

    /// What is to be sent, and how many sagas are left out.
    async fn traced(
        &self,
        board: BoardId,
        which: TracedSagas,
    ) -> Result<(Traced, usize), EngineError> {
        let clock = self.clock();
        self.ask_board(board, move |board| {
            let mut names = match which {
                TracedSagas::One(name) => vec![name],
                TracedSagas::Listed(filter) if board.is_complete() => {
                    board.sift_all(&filter.records, &clock)?;
                    let (listed, _) = board.ask_sifted(*filter, &clock, names)?;
                    let listed = listed.into_iter();
                    listed.map(|(key, life)| SagaName { key, life }).collect()
                }
                TracedSagas::Listed(_) => Vec::new(),
            };
            let left_out = names.len().saturating_sub(MOST_TRACES);
            names.truncate(MOST_TRACES);
            let traced = Traced {
                names,
                next: 0,
                packer: Packer::new(&board.plan.definition, MAX_BATCH_BYTES),
            };
            Ok((traced, left_out))
        })
        .await
    }

    async fn next_batch(
        &self,
        board: BoardId,
        mut traced: Traced,
    ) -> Result<(Traced, Option<Batch>), EngineError> {
        loop {
            let (next, batch) = self
                .ask_board(board, move |board| {
                    let batch = board.ask(|judge| traced.turn(judge))?;
                    Ok((traced, batch))
                })
                .await?;
            traced = next;
            if batch.is_some() || traced.is_done() {
                let batch = batch.or_else(|| traced.packer.finish());
                return Ok((traced, batch));
            }
        }
    }
}

/// Sagas by name, on their way into batches: a board goes on while they are sent.
struct Traced {
    names: Vec<SagaName>,
    next: usize,
    packer: Packer,
}

impl Traced {
    fn is_done(&self) -> bool {
        self.next == self.names.len()
    }

    /// Until a batch is full, or the turn is over. Sagas that are gone meanwhile are left out.
    fn turn(&mut self, judge: &saga::Engine) -> Option<Batch> {
        let end = self.names.len().min(self.next + SAGAS_A_TURN);
        while self.next < end {
            let name = &self.names[self.next];
            self.next += 1;
            let saga = find(judge, name).and_then(|id| judge.saga(id));
            if let Some(batch) = saga.and_then(|saga| self.packer.add(&saga)) {
                return Some(batch);
            }
        }
        None
    }
}

impl SentTraces {
    async fn send(&mut self, collector: &Collector, batch: Batch) -> Result<(), EngineError> {
        let sagas = batch.sagas;
        let accepted = collector.send(batch.body).await?;
        self.sagas += sagas;
        self.rejected_spans += accepted.rejected_spans;
        if let Some(message) = &accepted.message {
            self.say(message);
        }
        Ok(())
    }

    /// The last word is kept.
    fn say(&mut self, message: &str) {
        self.message = Some(decode::safe_text(message).into_owned());
    }
}
