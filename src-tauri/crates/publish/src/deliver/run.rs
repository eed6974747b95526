//! The loop of one delivery.

use super::{
    Command, End, Phase, Progress,
    ahead::Ahead,
    before::Before,
    journal::{self, Journal},
    orders::SHOWN_EVERY,
    progress::{Doubts, Rate, Taken},
    sending::{Heard, Sent, send},
};
use crate::{
    Action, AfterUnclear, OrderMachine, OrderOptions, Pace, Planned, PublishError, ShardMap,
    Source, Target,
    clock::{Clock, RunClock},
};
use std::{collections::HashSet, sync::Arc};
use store::{Attempt, AttemptResult, DeliveryClaim, DeliveryProgress, DeliveryState};
use tokio::{
    sync::{mpsc, watch},
    task::{JoinError, JoinHandle, JoinSet, spawn_blocking},
    time::{Instant, sleep_until},
};

/// Entries pulled at a time. Pulling costs a task: few entries are pulled only when nothing is left.
const PULLED_TOGETHER: usize = 512;
type Pulled<S> = (S, Result<Vec<Planned>, PublishError>);

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Run<T, S, P> {
    pub(super) claim: DeliveryClaim,
    pub(super) target: Arc<T>,
    source: Option<S>,
    pulling: Option<JoinHandle<Pulled<S>>>,
    pub(super) pace: P,
    options: OrderOptions,
    pub(super) machine: OrderMachine,
    pub(super) ahead: Ahead,
    pub(super) sending: JoinSet<Sent>,
    pub(super) heard: Heard,
    orders: mpsc::Receiver<Command>,
    pub(super) clock: Clock,
    pub(super) time: RunClock,
    before: DeliveryProgress,
    doubts: Doubts,
    unfit: HashSet<u64>,
    pub(super) taken: Taken,
    pub(super) progress: Progress,
    pub(super) rate: Rate,
    pub(super) shown: watch::Sender<Progress>,
    pub(super) shown_at: Instant,
    /// What is shown is older than what is known.
    pub(super) is_stale: bool,
    /// Records that a person lets through, one by one, while paused.
    pub(super) steps: usize,
    /// The times that were set hold no more: what has not left is taken back and timed anew.
    pub(super) is_timed_anew: bool,
    /// A request was lost within this program: the machine waits for it in vain.
    pub(super) has_lost_a_batch: bool,
    journal_is_broken: bool,
    end: Option<End>,
}

impl<T: Target, S: Source, P: Pace> Run<T, S, P> {
    #[expect(
        clippy::too_many_arguments,
        reason = "one caller hands over what it was given"
    )]
    pub fn new(
        claim: DeliveryClaim,
        target: T,
        source: S,
        pace: P,
        options: OrderOptions,
        map: ShardMap,
        orders: mpsc::Receiver<Command>,
        shown: watch::Sender<Progress>,
    ) -> Self {
        Self {
            claim,
            target: Arc::new(target),
            source: Some(source),
            pulling: None,
            pace,
            machine: OrderMachine::new(options.clone(), map),
            options,
            ahead: Ahead::default(),
            sending: JoinSet::new(),
            heard: Heard::default(),
            orders,
            clock: Clock::start(),
            time: RunClock::default(),
            before: DeliveryProgress::default(),
            doubts: Doubts::default(),
            unfit: HashSet::new(),
            taken: Taken::default(),
            progress: Progress::default(),
            rate: Rate::default(),
            shown,
            shown_at: Instant::now(),
            is_stale: false,
            steps: 0,
            is_timed_anew: false,
            has_lost_a_batch: false,
            journal_is_broken: false,
            end: None,
        }
    }

    /// `is_held`: nothing leaves before a person says so.
    pub async fn carry_out(mut self, is_held: bool) -> End {
        let mut journal = Journal::open(self.claim.store().clone(), self.claim.id(), self.clock);
        let end = match self.begin(is_held).await {
            Ok(()) => self.deliver(&mut journal).await,
            Err(error) => End::Failed(error),
        };
        // what became of the last requests is on the disk before anybody hears of the end
        let end = match journal.close().await {
            Ok(()) => end,
            Err(error) => End::Failed(error),
        };
        let end = self.note_end(end).await;
        self.progress.phase = Phase::Ended;
        self.show();
        end
    }

    async fn begin(&mut self, is_held: bool) -> Result<(), PublishError> {
        let mut before = Before::read(&self.claim, self.options.order).await?;
        before.teach(&mut self.machine);
        self.before = before.progress;
        self.doubts = Doubts::begin(&self.before, &mut self.progress);
        self.unfit = self.before.unfit().into_iter().collect();
        self.progress.unfit = self.unfit.len() as u64;
        self.progress.already = self.before.acknowledged() as u64;
        self.target.confirm().await?;
        if is_held {
            self.note(DeliveryState::Paused, self.target.permission())
                .await?;
            self.progress.phase = Phase::Paused;
        } else {
            self.heard.now();
            self.note(DeliveryState::Running, self.target.permission())
                .await?;
            self.progress.phase = Phase::Running;
            self.time.run();
        }
        self.show();
        Ok(())
    }

    pub(super) async fn note(
        &mut self,
        state: DeliveryState,
        detail: Option<String>,
    ) -> Result<(), PublishError> {
        let (store, id, now) = (
            self.claim.store().clone(),
            self.claim.id(),
            self.clock.now(),
        );
        let noted = spawn_blocking(move || store.note_delivery(id, now, state, detail.as_deref()));
        Ok(noted.await.map_err(|_| PublishError::Interrupted)??)
    }

    /// An end that cannot be noted is a failure, unless it is one already.
    async fn note_end(&mut self, end: End) -> End {
        let (state, detail) = match &end {
            End::Finished => (DeliveryState::Finished, None),
            End::Cancelled => (DeliveryState::Cancelled, None),
            End::Suspended => (DeliveryState::Paused, None),
            End::Stopped(reason) => (DeliveryState::Stopped, Some(reason.to_string())),
            End::Failed(error) => (DeliveryState::Stopped, Some(error.to_string())),
        };
        match (self.note(state, detail).await, end) {
            (_, End::Failed(error)) | (Err(error), _) => End::Failed(error),
            (Ok(()), end) => end,
        }
    }

    async fn deliver(&mut self, journal: &mut Journal) -> End {
        loop {
            self.pull();
            self.intend(journal).await;
            self.offer(journal).await;
            let wake = self.send();
            self.settle_down(journal).await;
            self.show_now_and_then();
            if self.is_through() {
                return self.end.take().unwrap_or(End::Finished);
            }
            self.wait(journal, wake).await;
        }
    }

    /// Whether anything new may leave.
    fn is_open(&self) -> bool {
        self.end.is_none() && self.progress.phase == Phase::Running && !self.is_timed_anew
    }

    fn is_through(&self) -> bool {
        let is_quiet = self.sending.is_empty() && self.pulling.is_none();
        let has_all =
            self.source.is_none() && self.ahead.records() == 0 && self.machine.held() == 0;
        is_quiet && self.ahead.is_settled() && (has_all || self.end.is_some())
    }

    /// Asks the source for more while the window has room.
    fn pull(&mut self) {
        let window = self.options.window_records;
        let held = self.machine.held() + self.ahead.records();
        let has_bytes = self.ahead.bytes() < self.options.window_bytes && self.machine.room() > 0;
        let is_worth_it = held + PULLED_TOGETHER.min(window / 2) <= window || held == 0;
        if self.end.is_some() || self.pulling.is_some() || !is_worth_it || !has_bytes {
            return;
        }
        if let Some(mut source) = self.source.take() {
            let most = PULLED_TOGETHER.min(window - held).max(1);
            self.pulling = Some(tokio::spawn(async move {
                let pulled = source.pull(most).await;
                (source, pulled)
            }));
        }
    }

    fn pulled(&mut self, pulled: Result<Pulled<S>, JoinError>) {
        self.pulling = None;
        let Ok((source, entries)) = pulled else {
            self.end_with(End::Failed(PublishError::Interrupted));
            return;
        };
        match entries {
            Ok(entries) if entries.is_empty() => {}
            Ok(entries) => {
                self.source = Some(source);
                self.is_stale = true;
                for planned in entries {
                    if !self.is_settled(planned.position) {
                        self.ahead.pull(planned);
                    }
                }
            }
            Err(error) => self.end_with(End::Failed(error)),
        }
    }

    /// By an earlier start: it has its place, or is in doubt where doubts are to be left as they are.
    fn is_settled(&self, position: u64) -> bool {
        let keeps_doubts = self.options.after_unclear == AfterUnclear::Keep;
        self.before.is_acknowledged(position) || keeps_doubts && self.before.is_unsettled(position)
    }

    async fn intend(&mut self, journal: &Journal) {
        if self.is_open() {
            let clock = self.time.elapsed();
            while let Some(entries) = self.ahead.intend(&mut self.pace, clock) {
                journal.intend(&entries).await;
            }
        }
        if self.progress.phase == Phase::Paused && self.end.is_none() {
            self.intend_steps(journal).await;
        }
    }

    /// Hands the machine what is due.
    async fn offer(&mut self, journal: &Journal) {
        let clock = match self.progress.phase {
            _ if self.end.is_some() || self.is_timed_anew => return,
            // in a pause the clock stands still, and only steps are intended
            Phase::Running | Phase::Paused => self.time.elapsed(),
            Phase::Beginning | Phase::Pausing | Phase::Ending | Phase::Ended => return,
        };
        let now = self.clock.now();
        while self.machine.room() > 0
            && let Some((planned, due)) = self.ahead.take_due(clock)
        {
            if self.progress.phase == Phase::Running {
                self.progress.late = clock.saturating_sub(due);
            }
            let position = planned.position;
            match self.machine.offer(planned, now) {
                Ok(()) => {
                    self.unfit.remove(&position);
                }
                Err(not_taken) => {
                    self.unfit.insert(position);
                    let unfit = AttemptResult::unfit(not_taken.unfit.to_string());
                    let results = vec![(position, unfit), (position, AttemptResult::Released)];
                    journal.came(Attempt { at: now, results }).await;
                }
            }
            self.progress.unfit = self.unfit.len() as u64;
        }
    }

    /// Sends what the machine gives; answers when it wants to be asked again.
    fn send(&mut self) -> Option<Instant> {
        let is_closing = matches!(self.progress.phase, Phase::Pausing | Phase::Ending);
        if self.end.is_some() || is_closing || self.is_timed_anew {
            return None;
        }
        loop {
            match self.machine.next(self.clock.now()) {
                Action::Send(batch) => {
                    let target = Arc::clone(&self.target);
                    let is_confirmed = self.heard.is_recent();
                    self.sending.spawn(send(target, batch, is_confirmed));
                }
                Action::Wait { until } => return until.map(|until| self.clock.instant(until)),
                Action::Stopped(reason) => {
                    self.end_with(End::Stopped(reason));
                    return None;
                }
            }
        }
    }

    pub(super) fn end_with(&mut self, end: End) {
        self.progress.phase = Phase::Ending;
        self.end.get_or_insert(end);
    }

    async fn wait(&mut self, journal: &mut Journal, wake: Option<Instant>) {
        let alarm = self.next_alarm(wake);
        tokio::select! {
            Some(sent) = self.sending.join_next() => {
                self.came(journal, sent).await;
                while let Some(sent) = self.sending.try_join_next() {
                    self.came(journal, sent).await;
                }
            }
            durable = journal.durable(), if !self.journal_is_broken => self.became_durable(durable),
            pulled = joined(&mut self.pulling) => self.pulled(pulled),
            command = self.orders.recv(), if self.end.is_none() => self.obey(command.unwrap_or(Command::Cancel)).await,
            () = sleep_until(alarm.unwrap_or_else(Instant::now)), if alarm.is_some() => {}
        }
    }

    fn became_durable(&mut self, messages: Option<usize>) {
        if let Some(messages) = messages {
            self.ahead.became_durable(messages);
            return;
        }
        // the reason comes with the journal's end; what was intended is not sent
        self.journal_is_broken = true;
        self.ahead.became_durable(usize::MAX);
        self.end_with(End::Failed(PublishError::Interrupted));
    }

    /// The machine's, the next entry's, or the next intent's.
    fn next_alarm(&mut self, wake: Option<Instant>) -> Option<Instant> {
        let show = self.is_stale.then(|| self.shown_at + SHOWN_EVERY);
        let wake = [wake, show].into_iter().flatten().min();
        if !self.is_open() {
            return wake;
        }
        let clock = self.time.elapsed();
        let due = self.ahead.next_due().filter(|_| self.machine.room() > 0);
        let intent = self.ahead.next_intent(&mut self.pace, clock);
        let times = [due, intent].into_iter().flatten();
        let times = times.filter_map(|time| self.time.instant(time));
        times.chain(wake).min()
    }

    async fn came(&mut self, journal: &Journal, sent: Result<Sent, JoinError>) {
        let Ok(sent) = sent else {
            // its entries stay intended in the journal: nobody knows what became of them
            self.has_lost_a_batch = true;
            self.end_with(End::Failed(PublishError::Interrupted));
            return;
        };
        // what was under way when a pause began says nothing of what comes after it
        if sent.has_heard && self.progress.phase != Phase::Pausing {
            self.heard.now();
        }
        let (batch, outcomes) = (sent.batch, sent.outcomes);
        let now = self.clock.now();
        self.is_stale = true;
        let positions: Vec<u64> = batch.positions().collect();
        for ((entry, position), outcome) in batch.entries().iter().zip(&positions).zip(&outcomes) {
            self.progress.count(outcome, entry.size_bytes());
            self.taken.count(outcome);
            self.doubts.learn(*position, outcome, &mut self.progress);
        }
        self.machine.outcome(batch, &outcomes, now);
        let attempt = journal::attempt(now, positions.into_iter(), outcomes);
        journal.came(attempt).await;
    }
}

/// Waits for ever where there is nothing to join.
async fn joined<R>(task: &mut Option<JoinHandle<R>>) -> Result<R, JoinError> {
    match task {
        Some(task) => task.await,
        None => std::future::pending().await,
    }
}
