//! The writer thread: the only one that changes the workspace.
//!
//! It takes what waits and commits it in one transaction, so that a slow disk makes transactions
//! larger, not slower. A transaction that fails fails every batch in it and leaves nothing behind;
//! after an error of the disk the connection is closed and opened again before anything else.

mod apply;
mod deletion;
pub(crate) mod queue;
mod seal;
mod shard;

use crate::{
    CaptureId, Committed, ShardKey, StoreError,
    batch::{Done, QueuedBatch},
    captures, connect,
    files::{self, WorkspaceLock},
    tail,
};
use mutants::Mutant;
use queue::{Afterwards, Queue, Reply, Work};
use rusqlite::{Connection, TransactionBehavior};
use seal::Seal;
use shard::ShardState;
use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, mpsc::Receiver, mpsc::TryRecvError},
};

/// A transaction takes what waits until it has this many rows.
const ROWS_PER_TRANSACTION: u64 = 5_000;

/// What a transaction changed, for who wants to look again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitNotice {
    pub captures: Vec<CaptureId>,
    pub shards: Vec<ShardKey>,
    /// Of these, the ones that have more records than before; the others moved a checkpoint, or told of a gap.
    pub grown: Vec<ShardKey>,
    pub inserted: u64,
}

/// The writer's own side of the store.
pub(crate) struct Writer {
    pub path: PathBuf,
    pub queue: Arc<Queue>,
    pub receiver: Receiver<Work>,
    pub connection: Option<Connection>,
    pub shards: HashMap<ShardKey, ShardState>,
    /// How far each shard's numbers were acknowledged: looked at again after an error of the disk.
    pub acknowledged: HashMap<ShardKey, u64>,
    pub deletions: Deletions,
    pub on_commit: Box<dyn Fn(&CommitNotice) + Send>,
    /// Views start over: records that they know were deleted.
    pub on_deletion: Box<dyn Fn() + Send>,
    /// Kept to the end: the workspace is free for others when the last byte is written.
    pub _lock: WorkspaceLock,
}

type Outcome = Result<Committed, StoreError>;

impl Writer {
    pub fn run(mut self) {
        let mut left_over = None;
        while let Some(work) = left_over.take().or_else(|| self.next()) {
            match work {
                Work::Batch(batch) => {
                    let (group, next) = self.group(*batch);
                    left_over = next;
                    self.commit(group);
                }
                Work::Task(task) => {
                    self.queue.finished(1, 0);
                    self.shards.clear();
                    if task(self.connection()) == Afterwards::Reopen {
                        self.connection = None;
                    }
                }
                Work::Delete(capture, reply) => {
                    self.queue.finished(1, 0);
                    self.begin_deletion(capture, reply);
                }
                Work::Close(reply) => {
                    self.queue.shut();
                    self.refuse_waiting();
                    let _ = reply.send(self.close());
                    return;
                }
                Work::End => return,
            }
            self.delete_some();
        }
    }

    /// Waits for work; deletions go on meanwhile.
    fn next(&mut self) -> Option<Work> {
        while !self.deletions.is_empty() {
            match self.receiver.try_recv() {
                Ok(work) => return Some(work),
                Err(TryRecvError::Empty) => self.delete_some(),
                Err(TryRecvError::Disconnected) => return None,
            }
        }
        self.receiver.recv().ok()
    }

    /// The batches that wait, up to a transaction's worth, and what came after them.
    fn group(&self, first: QueuedBatch) -> (Vec<QueuedBatch>, Option<Work>) {
        let mut rows = first.rows;
        let mut group = vec![first];
        while rows < ROWS_PER_TRANSACTION {
            match self.receiver.try_recv() {
                Ok(Work::Batch(batch)) => {
                    rows += batch.rows;
                    group.push(*batch);
                }
                Ok(other) => return (group, Some(other)),
                Err(_) => break,
            }
        }
        (group, None)
    }

    fn commit(&mut self, group: Vec<QueuedBatch>) {
        let outcomes = self.try_commit(&group);
        if mutants::is_on(Mutant::FullDiskWaitedFor)
            && matches!(outcomes, Err(StoreError::DiskFull))
        {
            std::thread::sleep(std::time::Duration::from_secs(3));
        }
        self.queue.finished(
            group.len(),
            group.iter().map(|batch| batch.memory_bytes).sum(),
        );
        match outcomes {
            Ok(outcomes) => {
                let notice = notice(&group, &outcomes);
                for (batch, outcome) in group.into_iter().zip(outcomes) {
                    (batch.done)(outcome.map_err(Arc::new));
                }
                (self.on_commit)(&notice);
            }
            Err(error) => {
                tracing::warn!(%error, batches = group.len(), "a transaction failed; nothing of it was stored");
                self.shards.clear();
                if error.loses_the_connection() {
                    self.connection = None;
                }
                let error = Arc::new(error);
                for batch in group {
                    (batch.done)(Err(Arc::clone(&error)));
                }
            }
        }
    }

    /// The outer error is the transaction's; an inner one is a batch's own and leaves the others be.
    fn try_commit(&mut self, group: &[QueuedBatch]) -> Result<Vec<Outcome>, StoreError> {
        self.connection()?;
        let Some(connection) = &mut self.connection else {
            return Err(StoreError::Closed);
        };
        if mutants::is_on(Mutant::CheckpointApart) {
            for batch in group {
                captures::put_checkpoint(connection, batch.capture, batch.shard, batch.checkpoint)?;
            }
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut outcomes = Vec::with_capacity(group.len());
        let mut touched = BTreeSet::new();
        for batch in group {
            match admit(&transaction, &mut self.shards, batch) {
                Ok(state) => {
                    outcomes.push(Ok(apply::apply(&transaction, state, batch)?));
                    touched.insert(batch.shard);
                }
                Err(
                    error @ (StoreError::UnknownCapture(_)
                    | StoreError::UnknownShard(_)
                    | StoreError::ShardFull(_)),
                ) => outcomes.push(Err(error)),
                Err(error) => return Err(error),
            }
        }
        for shard in &touched {
            self.shards[shard].save(&transaction, *shard)?;
        }
        match transaction.commit() {
            Err(_) if mutants::is_on(Mutant::CommitErrorIgnored) => {}
            outcome => outcome?,
        }
        for shard in touched {
            self.acknowledged
                .insert(shard, self.shards[&shard].next_number);
        }
        Ok(outcomes)
    }

    /// The connection, opened again if it was lost.
    pub fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.reopen()?,
        };
        Ok(self.connection.insert(connection))
    }

    /// What a failed fsync left in the log may look written and not be, and a later one would not say so: it is
    /// written and synced again, copied into the database, and the log begun anew. Then everything that was ever
    /// acknowledged must be there.
    fn reopen(&mut self) -> Result<Connection, StoreError> {
        self.shards.clear();
        files::write_log_again(&self.path)?;
        let connection = connect::open_writer(&self.path)?;
        put_log_away(&connection)?;
        for (&shard, &next_number) in &self.acknowledged {
            if ShardState::load(&connection, shard)?.next_number < next_number {
                return Err(StoreError::damaged(
                    "records that were stored are missing after an error of the disk",
                ));
            }
        }
        tracing::info!("workspace opened again after an error of the disk");
        Ok(connection)
    }

    /// What came in while the workspace was being closed.
    fn refuse_waiting(&mut self) {
        while let Ok(work) = self.receiver.try_recv() {
            answer_closed(work);
        }
    }

    /// Seals the tails and puts the log away.
    fn close(&mut self) -> Result<(), StoreError> {
        self.shards.clear();
        let connection = self.connection()?;
        for shard in tail::shards(connection)? {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut state = ShardState::load(&transaction, shard)?;
            seal::seal(&transaction, shard, &mut state, Seal::All)?;
            transaction.commit()?;
        }
        put_log_away(connection)?;
        match self.connection.take().map(Connection::close) {
            Some(Err((_, error))) => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn begin_deletion(&mut self, capture: CaptureId, reply: Reply) {
        let begun = self.connection().and_then(|connection| {
            captures::require(connection, capture)?;
            connection.execute("UPDATE capture SET deleting = 1 WHERE id = ?", [capture])?;
            Ok(())
        });
        match begun {
            Ok(()) => {
                self.deletions.add(capture, Some(reply));
                (self.on_deletion)();
            }
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    fn delete_some(&mut self) {
        if self.deletions.is_empty() {
            return;
        }
        self.shards.clear();
        let mut deletions = std::mem::take(&mut self.deletions);
        let step = self
            .connection()
            .and_then(|connection| deletions.step(connection));
        self.deletions = deletions;
        match step {
            Ok(deletion::Step::CaptureGone) => (self.on_deletion)(),
            Ok(deletion::Step::More) => {}
            Err(error) => {
                if error.loses_the_connection() {
                    self.connection = None;
                }
                self.deletions.fail(error);
            }
        }
    }
}

/// Everything that can be wrong with a batch alone, before anything of it is written.
fn admit<'a>(
    connection: &Connection,
    shards: &'a mut HashMap<ShardKey, ShardState>,
    batch: &QueuedBatch,
) -> Result<&'a mut ShardState, StoreError> {
    captures::require(connection, batch.capture)?;
    let state = match shards.entry(batch.shard) {
        std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(ShardState::load(connection, batch.shard)?)
        }
    };
    if state.next_number + batch.rows > tail::NUMBERS_END {
        return Err(StoreError::ShardFull(batch.shard));
    }
    Ok(state)
}

fn notice(group: &[QueuedBatch], outcomes: &[Outcome]) -> CommitNotice {
    let stored = || {
        group
            .iter()
            .zip(outcomes)
            .filter_map(|(batch, outcome)| outcome.as_ref().ok().map(|c| (batch, c)))
    };
    CommitNotice {
        captures: stored()
            .map(|(batch, _)| batch.capture)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        shards: stored()
            .map(|(batch, _)| batch.shard)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        grown: stored()
            .filter(|(_, committed)| committed.inserted > 0)
            .map(|(batch, _)| batch.shard)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        inserted: stored().map(|(_, committed)| committed.inserted).sum(),
    }
}

/// Readers that are at work keep a part of the log; the next time gets it.
fn put_log_away(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

pub(crate) fn answer_closed(work: Work) {
    match work {
        Work::Batch(batch) => refuse(batch.done, StoreError::Closed),
        Work::Task(task) => {
            task(Err(StoreError::Closed));
        }
        Work::Delete(_, reply) | Work::Close(reply) => drop(reply.send(Err(StoreError::Closed))),
        Work::End => {}
    }
}

impl Drop for Writer {
    /// Whoever waits to hand something in learns that nobody takes it any more.
    fn drop(&mut self) {
        self.queue.shut();
    }
}

pub(crate) use deletion::Deletions;

pub(crate) fn refuse(done: Done, error: StoreError) {
    done(Err(Arc::new(error)));
}

#[cfg(test)]
mod tests;
