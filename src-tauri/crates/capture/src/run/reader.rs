//! The task that reads one shard: carries out the effects of its [`ShardState`] and feeds back what
//! came of them. It decides nothing.

use super::{
    Command, Shared,
    requests::{Answer, Leave, Request, page_of},
    stream::{Ask, Question, Word},
};
use crate::{
    shard::{
        Batch, Effect, Failure, Input, Moment, Outcome, Page, Phase, ShardState, StoreRefused,
        StreamCheck,
    },
    status::{ShardBoard, Trouble},
    turns::Seat,
};
use kinesis::{KinesisError, Operation, ShardIterator};
use record::{HashKeyRange, Millis, ShardId, StreamIdentity, StreamName};
use std::{future::Future, sync::Arc};
use store::{Committed, ShardBatch, ShardKey, StoreError, prepare};
use tokio::sync::{mpsc, oneshot, watch};

/// What a reader is given at its birth.
pub(super) struct Reader {
    pub(super) shared: Arc<Shared>,
    pub(super) stream: StreamName,
    pub(super) identity: StreamIdentity,
    pub(super) shard: ShardId,
    pub(super) key: ShardKey,
    pub(super) hash_range: HashKeyRange,
    pub(super) questions: mpsc::Sender<Question>,
    /// What the stream's task found out meanwhile.
    pub(super) word: watch::Receiver<Word>,
    /// None without politeness.
    pub(super) seat: Option<Seat>,
}

type CommitResult = Result<Committed, Arc<StoreError>>;

/// What is under way.
#[derive(Default)]
struct UnderWay {
    request: Option<Request>,
    leave: Option<Leave>,
    commit: Option<oneshot::Receiver<CommitResult>>,
    timer: Option<Millis>,
    iterator: Option<ShardIterator>,
    done: Option<Outcome>,
}

/// Reads until nothing more will come.
pub(super) async fn run(mut reader: Reader, state: ShardState) -> (ShardId, Outcome) {
    let mut under_way = UnderWay::default();
    let shared = Arc::clone(&reader.shared);
    let mut is_spent = false;
    let mut command = shared.command.subscribe();
    let mut state = match *command.borrow_and_update() {
        Command::Run => state,
        told => reader.take(state, input_of(told), &mut under_way),
    };
    let mut input = Some(Input::Begin);
    loop {
        if let Some(input) = input.take() {
            state = reader.take(state, input, &mut under_way);
        }
        if let Some(outcome) = under_way.done {
            return (reader.shard, outcome);
        }
        input = tokio::select! {
            answer = present(under_way.request.as_mut()) => {
                under_way.request = None;
                Some(reader.answered(answer, &mut under_way))
            }
            committed = present(under_way.commit.as_mut()) => {
                under_way.commit = None;
                Some(reader.committed(committed))
            }
            () = sleep_until(&shared, under_way.timer) => Some(Input::Tick),
            () = shared.spent(), if !is_spent => {
                is_spent = true;
                Some(Input::Spent)
            }
            changed = command.changed() => Some(match changed {
                Ok(()) => input_of(*command.borrow_and_update()),
                Err(_) => Input::Stop,
            }),
            Ok(()) = reader.word.changed() => match *reader.word.borrow_and_update() {
                Word::Nothing => None,
                Word::ChildrenKnown => Some(Input::ChildrenKnown),
                Word::StreamGone => Some(Input::Stream(StreamCheck::StreamGone)),
            },
        };
    }
}

fn input_of(command: Command) -> Input {
    match command {
        Command::Run => Input::Resume,
        Command::Pause => Input::Pause,
        Command::Stop | Command::Suspend => Input::Stop,
    }
}

/// A future that is not there is never ready.
async fn present<F: Future + Unpin>(future: Option<F>) -> F::Output {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

async fn sleep_until(shared: &Shared, time: Option<Millis>) {
    match time {
        Some(time) => tokio::time::sleep_until(shared.clock.instant(time)).await,
        None => std::future::pending().await,
    }
}

impl Reader {
    /// One step, and its effects.
    fn take(&mut self, state: ShardState, input: Input, under_way: &mut UnderWay) -> ShardState {
        let at = Moment {
            now: self.shared.clock.now(),
            jitter: rand::random(),
        };
        let (state, effects) = match (&self.shared.quota, input) {
            (Some(quota), Input::Page(Ok(page))) => quota.take(|left| {
                let before = state.counted_records();
                let left = Some(left);
                let (state, effects) = state.step(Input::Page(Ok(Page { left, ..page })), at);
                let taken = state.counted_records() - before;
                ((state, effects), taken)
            }),
            (_, input) => state.step(input, at),
        };
        under_way.timer = None;
        for effect in effects {
            self.carry_out(effect, at.now, under_way);
        }
        self.show(&state);
        state
    }

    fn carry_out(&mut self, effect: Effect, now: Millis, under_way: &mut UnderWay) {
        match effect {
            Effect::AskIterator(start) => under_way.request = Some(self.iterator(start)),
            Effect::AskTurn => under_way.request = Some(self.turn()),
            Effect::LeaveTurn => under_way.request = None,
            Effect::Read { limit } => match (under_way.iterator.clone(), under_way.leave.take()) {
                (Some(iterator), Some(leave)) => {
                    self.board(|board| {
                        board.calls.add(now, 1);
                        if let Some(allowed) = board.status.calls_per_second_budget {
                            board.allowance.called(now, allowed);
                        }
                    });
                    under_way.request = Some(self.page(iterator, limit, leave));
                }
                _ => under_way.request = Some(Box::pin(async { Answer::Lost })),
            },
            Effect::Store(batch) => under_way.commit = Some(self.store(batch)),
            Effect::WaitUntil(time) => under_way.timer = Some(time),
            Effect::CheckEnd => {
                under_way.request = Some(self.ask(Ask::HasEnded, Answer::End));
            }
            Effect::CheckStream => {
                under_way.request = Some(self.ask(Ask::IsThere, Answer::Stream));
            }
            Effect::Drained => self.say_drained(),
            Effect::Done(outcome) => under_way.done = Some(outcome),
        }
    }

    fn say_drained(&self) {
        let (questions, shard) = (self.questions.clone(), self.shard.clone());
        tokio::spawn(async move {
            // refused only when the stream's task is gone, and its plan with it
            let _ = questions
                .send(Question {
                    shard,
                    ask: Ask::Drained,
                })
                .await;
        });
    }

    /// Prepares, encodes and submits where blocking is allowed.
    fn store(&self, batch: Batch) -> oneshot::Receiver<CommitResult> {
        let (committed, receiver) = oneshot::channel();
        let (store, capture, shard) = (self.shared.store.clone(), self.shared.capture, self.key);
        let hash_range = self.hash_range;
        tokio::task::spawn_blocking(move || {
            let prepared = batch
                .records
                .into_iter()
                .map(|record| prepare(record, Some(hash_range)))
                .collect();
            let batch = ShardBatch {
                capture,
                shard,
                records: prepared,
                checkpoint: batch.checkpoint,
                covered_through: batch.covered_through,
                gap: batch.gap,
            };
            // a receiver that is gone has been stopped: what is committed stays committed
            store.submit(batch, Box::new(move |result| drop(committed.send(result))));
        });
        receiver
    }

    fn answered(&mut self, answer: Answer, under_way: &mut UnderWay) -> Input {
        match answer {
            Answer::Turn(leave) => {
                under_way.leave = Some(leave);
                Input::Turn
            }
            Answer::Iterator(Ok(iterator)) => {
                under_way.iterator = Some(iterator);
                Input::Iterator(Ok(()))
            }
            Answer::Iterator(Err(error)) => {
                Input::Iterator(Err(self.failed(Operation::GetShardIterator, &error)))
            }
            Answer::Page(Ok(page)) => {
                let now = self.shared.clock.now();
                let tells_lag = self.shared.connection.tells_lag();
                self.board(|board| {
                    let lag = page.millis_behind_latest.filter(|_| tells_lag);
                    board.status.lag_millis = lag;
                    if let Some(lag) = lag.and_then(|lag| i64::try_from(lag).ok()) {
                        board.reads_through(Millis(now.0.saturating_sub(lag)), now);
                    }
                    board.status.last_error = None;
                    board.bytes.add(now, page.bytes);
                    board.allowance.read(page.bytes);
                });
                under_way.iterator.clone_from(&page.next);
                Input::Page(Ok(page_of(page)))
            }
            Answer::Page(Err(error)) => {
                Input::Page(Err(self.failed(Operation::GetRecords, &error)))
            }
            Answer::Lost => Input::Page(Err(Failure::IteratorLost)),
            Answer::End(check) => Input::End(check),
            Answer::Stream(check) => Input::Stream(check),
        }
    }

    fn committed(&mut self, result: Result<CommitResult, oneshot::error::RecvError>) -> Input {
        let trouble = match result {
            Ok(Ok(committed)) => {
                let now = self.shared.clock.now();
                let records = committed.inserted + committed.duplicates;
                self.board(|board| {
                    board.status.records += records;
                    board.records.add(now, records);
                });
                return Input::Stored(Ok(()));
            }
            Ok(Err(error)) => Trouble::of_store(&error),
            Err(_) => Trouble::of_store(&StoreError::Closed),
        };
        self.board(|board| board.status.last_error = Some(trouble));
        Input::Stored(Err(StoreRefused))
    }

    /// What fails is tried again here, not by the client: its meter hears of it.
    fn failed(&mut self, operation: Operation, error: &KinesisError) -> Failure {
        let failure = Failure::from(error);
        self.shared.connection.tries_again(operation);
        self.board(|board| {
            board.status.last_error = Some(Trouble::of(error));
            board.status.retries += 1;
            board.status.throttles += u64::from(failure == Failure::Throttled);
        });
        failure
    }

    fn show(&mut self, state: &ShardState) {
        if let Some(seat) = &mut self.seat {
            seat.hurry(state.is_hurried());
        }
        let politeness = self.shared.options.politeness;
        let now = self.shared.clock.now();
        self.board(|board| {
            board.is_in(state.phase(), now);
            let status = &mut board.status;
            if !matches!(
                status.phase,
                Phase::Starting | Phase::CatchingUp | Phase::Live
            ) {
                status.lag_millis = None; // it grows meanwhile, by nobody knows how much
            }
            status.covered_through = state.covered_through().or(status.covered_through);
            let covered_through = status.covered_through;
            status.next_poll_at = state.next_request_at();
            status.backoff_until = status
                .next_poll_at
                .filter(|_| matches!(status.phase, Phase::BackingOff | Phase::Blocked));
            status.calls_per_second_budget = politeness.calls_per_second(state.is_behind());
            status.bytes_per_second_budget = politeness.bytes_per_second();
            if let Some(allowed) = status.calls_per_second_budget {
                board.allowance.answered(allowed);
            }
            if let Some(covered) = covered_through {
                board.reads_through(covered, now);
            }
        });
    }

    fn board(&self, change: impl FnOnce(&mut ShardBoard)) {
        let key = (self.stream.clone(), self.shard.clone());
        let mut board = self.shared.board();
        change(
            board
                .shards
                .entry(key.clone())
                .or_insert_with(|| ShardBoard::new(key.0, key.1)),
        );
    }
}
