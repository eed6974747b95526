//! The way to the journal: everything that waits is committed in one transaction, so that a slow disk
//! makes transactions larger and not the delivery slower.

use crate::{Entry, Outcome, Planned, PublishError, clock::Clock};
use md5::{Digest, Md5};
use mutants::Mutant;
use record::Millis;
use store::{Attempt, AttemptResult, DeliveryId, Intent, Store, Subject};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
};

/// Messages that wait; each is of one batch. A sender that finds it full waits for the disk.
const WAITING: usize = 1_024;

enum Message {
    /// Entries that may leave once this is durable.
    Intend(Vec<Intent>),
    Came(Attempt),
}

/// One delivery's way in. It ends when this is dropped or closed.
pub(super) struct Journal {
    messages: mpsc::Sender<Message>,
    /// How many of the intents handed in became durable, message by message.
    durable: mpsc::Receiver<usize>,
    task: JoinHandle<Result<(), PublishError>>,
}

impl Journal {
    pub fn open(store: Store, delivery: DeliveryId, clock: Clock) -> Self {
        let (messages, waiting) = mpsc::channel(WAITING);
        let (done, durable) = mpsc::channel(WAITING);
        Self {
            messages,
            durable,
            task: tokio::spawn(keep(store, delivery, clock, waiting, done)),
        }
    }

    pub async fn intend(&self, entries: &[Planned]) {
        let intents = entries.iter().map(intent).collect();
        self.hand_in(Message::Intend(intents)).await;
    }

    pub async fn came(&self, attempt: Attempt) {
        if !attempt.results.is_empty() {
            self.hand_in(Message::Came(attempt)).await;
        }
    }

    /// A journal that broke says so by [`durable`](Self::durable) and [`close`](Self::close).
    async fn hand_in(&self, message: Message) {
        let _ = self.messages.send(message).await;
    }

    /// How many further calls of [`intend`](Self::intend) have become durable; `None` when the journal
    /// broke.
    pub async fn durable(&mut self) -> Option<usize> {
        self.durable.recv().await
    }

    /// Waits until everything is durable.
    pub async fn close(self) -> Result<(), PublishError> {
        let Self {
            messages,
            mut durable,
            task,
        } = self;
        drop(messages);
        while durable.recv().await.is_some() {}
        task.await.unwrap_or(Err(PublishError::Interrupted))
    }
}

async fn keep(
    store: Store,
    delivery: DeliveryId,
    clock: Clock,
    mut waiting: mpsc::Receiver<Message>,
    done: mpsc::Sender<usize>,
) -> Result<(), PublishError> {
    let mut group = Vec::new();
    let mut late = Vec::new();
    while waiting.recv_many(&mut group, WAITING).await > 0 {
        let mut intents = Vec::new();
        let mut attempts = Vec::new();
        let mut intended = 0;
        for message in group.drain(..) {
            match message {
                Message::Intend(new) => {
                    intended += 1;
                    intents.extend(new);
                }
                Message::Came(attempt) => attempts.push(attempt),
            }
        }
        if mutants::is_on(Mutant::IntentLate) {
            late.append(&mut intents);
            if attempts.is_empty() {
                let _ = done.send(intended).await;
                continue;
            }
            intents.append(&mut late);
        }
        let (store, now) = (store.clone(), clock.now());
        let written = spawn_blocking(move || store.journal(delivery, now, &intents, &attempts));
        written.await.map_err(|_| PublishError::Interrupted)??;
        if intended > 0 {
            let _ = done.send(intended).await;
        }
    }
    Ok(())
}

fn intent(planned: &Planned) -> Intent {
    Intent {
        position: planned.position,
        subject: subject(&planned.entry),
    }
}

/// Captured records are referred to; others are known by their digest.
fn subject(entry: &Entry) -> Subject {
    match entry.origin {
        Some(origin) => Subject::Captured {
            record: origin.record,
            sequence: origin.sequence,
            sub: origin.sub,
        },
        None => Subject::Composed {
            digest: Md5::digest(&entry.data).into(),
            size_bytes: entry.data.len() as u64,
        },
    }
}

/// What was withheld was no attempt: it waits, and is let go of with all that waits.
pub(super) fn attempt(
    at: Millis,
    positions: impl Iterator<Item = u64>,
    outcomes: Vec<Outcome>,
) -> Attempt {
    let tried = positions
        .zip(outcomes)
        .filter(|(_, outcome)| !outcome.is_withheld());
    let results = tried.map(|(position, outcome)| (position, result(outcome)));
    Attempt {
        at,
        results: results.collect(),
    }
}

fn result(outcome: Outcome) -> AttemptResult {
    match outcome {
        Outcome::Acknowledged { shard, sequence } => {
            AttemptResult::Acknowledged { shard, sequence }
        }
        Outcome::Refused { code, message, .. } => AttemptResult::Refused { code, message },
        Outcome::Unclear { cause } => AttemptResult::Unclear { cause },
    }
}

/// These were intended and will not be sent now.
pub(super) fn released(at: Millis, entries: &[Planned]) -> Attempt {
    let results = entries
        .iter()
        .map(|planned| (planned.position, AttemptResult::Released));
    Attempt {
        at,
        results: results.collect(),
    }
}
