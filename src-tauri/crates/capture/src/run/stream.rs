//! The task of one stream: keeps its shard graph up to date, begins readers when the plan allows it,
//! and notices when the stream is gone or another one of the same name.

use super::{
    Command, Shared, blocking,
    graph::{Graph, Known},
    look::{Halt, Look},
    reader::{self, Reader},
};
use crate::{
    CaptureError, Phase, Politeness,
    plan::Progress,
    shard::{EndCheck, Outcome, ShardState, StreamCheck},
    status::Trouble,
    turns::Seat,
};
use kinesis::{ShardSummary, StreamSummary};
use record::{ShardId, StreamIdentity, StreamName};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{CaptureStream, StoreError, StoredStream};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{JoinError, JoinSet},
    time::Instant,
};

/// How a stream's part of the capture ended.
pub(super) enum StreamEnd {
    /// Stopped, or at the capture's own end.
    Over,
    Failed(Trouble),
}

/// What a reader wants to know or to say.
pub(super) struct Question {
    pub(super) shard: ShardId,
    pub(super) ask: Ask,
}

pub(super) enum Ask {
    HasEnded(oneshot::Sender<EndCheck>),
    IsThere(oneshot::Sender<StreamCheck>),
    Drained,
}

/// What a reader is told while it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Nothing,
    ChildrenKnown,
    StreamGone,
}

/// Questions that may wait; a reader with one more waits itself.
const QUESTIONS: usize = 64;
/// Between attempts to reach the stream at the beginning, and between listings that lack children.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
const RETRY_INTERVAL_MAX: Duration = Duration::from_secs(15);

pub(super) struct StreamReading {
    pub(super) shared: Arc<Shared>,
    pub(super) name: StreamName,
    pub(super) identity: StreamIdentity,
    chosen: CaptureStream,
    pub(super) graph: Graph,
    readers: JoinSet<(ShardId, Outcome)>,
    words: HashMap<ShardId, watch::Sender<Word>>,
    asked: mpsc::Sender<Question>,
    questions: mpsc::Receiver<Question>,
    next_look: Instant,
    /// A shard came to its end: its children may be listed only now.
    is_look_due: bool,
    failure: Option<Trouble>,
    is_gone: bool,
}

pub(super) async fn run(
    shared: Arc<Shared>,
    chosen: CaptureStream,
    first_look: Duration,
) -> StreamEnd {
    let mut reading = match StreamReading::new(Arc::clone(&shared), chosen).await {
        Ok(reading) => reading,
        Err(error) => return StreamEnd::Failed(Trouble::of_capture(&error)),
    };
    reading.unless_over(tokio::time::sleep(first_look)).await;
    let mut end = match reading.begin().await {
        Ok(()) => reading.go_on().await,
        Err(Halt::Over) => StreamEnd::Over,
        Err(Halt::Gone(error)) => {
            reading.is_gone = true;
            StreamEnd::Failed(Trouble::of(&error))
        }
        Err(Halt::Store(error)) => StreamEnd::Failed(Trouble::of_capture(&error)),
    };
    // shards that waited for their parents had no reader to say it
    if reading.is_gone
        && let Err(error) = reading.declare_gone().await
    {
        end = StreamEnd::Failed(Trouble::of_capture(&error));
    }
    if let StreamEnd::Failed(trouble) = &end {
        reading.show(Some(trouble.clone()));
    }
    end
}

impl StreamReading {
    async fn new(shared: Arc<Shared>, chosen: CaptureStream) -> Result<Self, CaptureError> {
        let (store, capture, key) = (shared.store.clone(), shared.capture, chosen.stream);
        let (stored, graph) = blocking(move || {
            let stored = store
                .streams()?
                .into_iter()
                .find(|stream| stream.key == key);
            let stored: StoredStream = stored.ok_or(StoreError::UnknownStream(key))?;
            Ok((stored, Graph::load(&store, capture, key)?))
        })
        .await?;
        let (asked, questions) = mpsc::channel(QUESTIONS);
        let reading = Self {
            name: stored.stream.name,
            identity: stored.stream.identity,
            graph: graph.for_choice(&chosen),
            shared,
            chosen,
            readers: JoinSet::new(),
            words: HashMap::new(),
            asked,
            questions,
            next_look: Instant::now(),
            is_look_due: false,
            failure: None,
            is_gone: false,
        };
        reading.show(None);
        Ok(reading)
    }

    /// Reaches the stream, however long that takes, and learns its shards. While the capture is paused, nothing is
    /// asked; one that goes on asks at once. What was read to the capture's own end needs no endpoint.
    async fn begin(&mut self) -> Result<(), Halt> {
        let mut interval = RETRY_INTERVAL;
        let mut command = self.shared.command.subscribe();
        if self.graph.plan.has_reached() {
            self.show_waiting();
            return Ok(());
        }
        loop {
            let goes_on = async {
                let told = command.wait_for(|told| *told != Command::Pause).await;
                told.is_ok_and(|told| *told == Command::Run)
            };
            if self.unless_over(goes_on).await != Some(true) {
                return Err(Halt::Over);
            }
            let error = match self.look().await {
                Ok(()) => {
                    self.show(None);
                    return Ok(());
                }
                Err(Look::Halt(halt)) => return Err(halt),
                Err(Look::Failed(error)) => error,
            };
            self.show(Some(Trouble::of(&error)));
            interval = tokio::select! {
                () = tokio::time::sleep(interval) => (interval * 2).min(RETRY_INTERVAL_MAX),
                _ = command.changed() => RETRY_INTERVAL,
                () = self.shared.spent() => return Err(Halt::Over),
            };
        }
    }

    async fn go_on(&mut self) -> StreamEnd {
        let mut command = self.shared.command.subscribe();
        let shared = Arc::clone(&self.shared);
        loop {
            let told = *command.borrow_and_update();
            let is_spent = shared.is_spent();
            let is_ending = is_spent || matches!(told, Command::Stop | Command::Suspend);
            if !is_ending {
                self.begin_ready();
            }
            if self.readers.is_empty() && (is_ending || self.is_over()) {
                return self
                    .failure
                    .take()
                    .map_or(StreamEnd::Over, StreamEnd::Failed);
            }
            let next_look = self.next_look;
            tokio::select! {
                () = shared.spent(), if !is_spent => {}
                Some(ended) = self.readers.join_next() => self.reader_ended(ended).await,
                Some(question) = self.questions.recv() => self.answer(question).await,
                () = tokio::time::sleep_until(next_look), if told == Command::Run => self.look_again().await,
                _ = command.changed() => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        let may_grow = self.is_look_due || self.graph.plan.expects_children();
        self.graph.plan.is_over() && (self.failure.is_some() || !may_grow)
    }

    /// Describes and lists the stream; what is new is stored before anybody reads it.
    async fn look(&mut self) -> Result<(), Look> {
        let summary = self.describe().await?;
        self.shared
            .board()
            .retention_hours
            .insert(self.name.clone(), summary.retention_hours);
        let listed = self.list().await?;
        self.learn(&summary, &listed)
            .await
            .map_err(|error| Look::Halt(error.into()))?;
        self.next_look = Instant::now() + self.shared.options.watch_interval;
        self.is_look_due = false;
        Ok(())
    }

    async fn look_again(&mut self) {
        self.next_look = Instant::now() + RETRY_INTERVAL;
        match self.look().await {
            Ok(()) => self.show(None),
            Err(Look::Failed(error)) => {
                self.next_look =
                    Instant::now() + RETRY_INTERVAL_MAX.min(self.shared.options.watch_interval);
                self.show(Some(Trouble::of(&error)));
            }
            Err(Look::Halt(Halt::Gone(error))) => self.stream_is_gone(Trouble::of(&error)),
            Err(Look::Halt(Halt::Store(error))) => self.fail(Trouble::of_capture(&error)),
            Err(Look::Halt(Halt::Over)) => {}
        }
    }

    async fn learn(
        &mut self,
        summary: &StreamSummary,
        listed: &[ShardSummary],
    ) -> Result<(), CaptureError> {
        let (store, capture) = (self.shared.store.clone(), self.shared.capture);
        let mut graph = std::mem::take(&mut self.graph);
        graph.describe(summary);
        let (stream, anchor, listed) = (self.chosen.stream, self.chosen.anchor, listed.to_vec());
        self.graph = blocking(move || {
            graph.learn(&store, capture, stream, anchor, &listed)?;
            Ok(graph)
        })
        .await?;
        for (shard, word) in &self.words {
            if self.graph.plan.has_children(shard) {
                word.send_if_modified(|word| {
                    std::mem::replace(word, Word::ChildrenKnown) == Word::Nothing
                });
            }
        }
        self.show_waiting();
        Ok(())
    }

    fn begin_ready(&mut self) {
        for shard in self.graph.plan.take_ready() {
            let Some(known) = self.graph.known(&shard) else {
                continue;
            };
            let setting =
                self.graph
                    .setting(known, self.chosen.until, self.shared.options.politeness);
            let has_children = self.graph.plan.has_children(&shard);
            let (word, told) = watch::channel(Word::Nothing);
            if has_children {
                word.send_replace(Word::ChildrenKnown);
            }
            self.words.insert(shard.clone(), word);
            let Known {
                key, hash_range, ..
            } = *known;
            let reader = Reader {
                shared: Arc::clone(&self.shared),
                stream: self.name.clone(),
                identity: self.identity.clone(),
                key,
                hash_range,
                questions: self.asked.clone(),
                word: told,
                seat: self.seat(&shard),
                shard,
            };
            self.readers
                .spawn(reader::run(reader, ShardState::new(&setting)));
        }
    }

    /// Where readers of all captures wait for their turns; none without politeness.
    fn seat(&self, shard: &ShardId) -> Option<Seat> {
        let is_polite = self.shared.options.politeness == Politeness::On;
        is_polite.then(|| self.shared.turns.seat(&self.identity, shard))
    }

    async fn reader_ended(&mut self, ended: Result<(ShardId, Outcome), JoinError>) {
        let (shard, outcome) = match ended {
            Ok(ended) => ended,
            Err(panic) => {
                let message = format!("a shard's reader ended unexpectedly: {panic}");
                self.fail(Trouble {
                    message,
                    next_step: "Start the capture again.".into(),
                });
                return;
            }
        };
        self.words.remove(&shard);
        let progress = match outcome {
            Outcome::Ended => Progress::Finished,
            Outcome::Reached => Progress::Reached,
            _ => Progress::Left,
        };
        self.graph.plan.note(&shard, progress);
        match outcome {
            Outcome::Ended => {
                self.is_look_due = true;
                self.look_again().await;
            }
            Outcome::Reached | Outcome::Stopped => {}
            Outcome::StartRefused => {
                self.failure = self.failure.take().or_else(|| self.last_error(&shard));
            }
            Outcome::StoreFailed => {
                let trouble = self.last_error(&shard);
                self.fail(trouble.unwrap_or_else(|| Trouble::of_store(&StoreError::Closed)));
            }
            Outcome::StreamGone => {
                let trouble = Trouble::of(&self.gone());
                self.stream_is_gone(trouble);
            }
        }
    }

    fn stream_is_gone(&mut self, trouble: Trouble) {
        self.is_gone = true;
        self.failure.get_or_insert(trouble);
        self.tell_all(Word::StreamGone);
    }

    /// The store failed: nothing can be captured any more, by any stream of this capture.
    fn fail(&mut self, trouble: Trouble) {
        self.failure.get_or_insert(trouble);
        self.shared.command.send_replace(Command::Stop);
    }

    fn tell_all(&self, word: Word) {
        for reader in self.words.values() {
            reader.send_replace(word);
        }
    }

    async fn answer(&mut self, question: Question) {
        // a reader that no longer waits for its answer was stopped
        match question.ask {
            Ask::Drained => self.graph.plan.drained(&question.shard),
            Ask::HasEnded(reply) => drop(reply.send(self.has_ended(&question.shard).await)),
            Ask::IsThere(reply) => drop(reply.send(self.is_there(&question.shard).await)),
        }
    }

    fn last_error(&self, shard: &ShardId) -> Option<Trouble> {
        let board = self.shared.board();
        board
            .shards
            .get(&(self.name.clone(), shard.clone()))
            .and_then(|shard| shard.status.last_error.clone())
    }

    fn show(&self, trouble: Option<Trouble>) {
        self.shared
            .board()
            .streams
            .insert(self.name.clone(), trouble);
    }

    fn show_waiting(&self) {
        let mut board = self.shared.board();
        for (shard, progress) in self.graph.plan.shards() {
            let phase = match progress {
                Progress::Waiting => Phase::Waiting,
                Progress::Finished | Progress::Reached => Phase::Finished,
                _ => continue,
            };
            let key = (self.name.clone(), shard.clone());
            let shown = board.shards.entry(key.clone());
            shown
                .or_insert_with(|| crate::status::ShardBoard::new(key.0, key.1))
                .status
                .phase = phase;
        }
    }
}
