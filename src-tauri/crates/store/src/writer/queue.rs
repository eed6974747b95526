//! The way to the writer thread: bounded in batches and in bytes, so that a slow disk slows the
//! reading down instead of filling the memory.

use crate::{CaptureId, StoreError, batch::QueuedBatch};
use rusqlite::Connection;
use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    mpsc::{Receiver, SyncSender, sync_channel},
};

/// Of batches that wait. One larger batch is let in when nothing else waits.
const MAX_WAITING_BYTES: usize = 32 * 1024 * 1024;
const MAX_WAITING: usize = 256;

pub(crate) type Task = Box<dyn FnOnce(Result<&mut Connection, StoreError>) -> Afterwards + Send>;

/// What is to become of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    Keep,
    Reopen,
}
pub(crate) type Reply = SyncSender<Result<(), StoreError>>;

pub(crate) enum Work {
    Batch(Box<QueuedBatch>),
    Task(Task),
    Delete(CaptureId, Reply),
    Close(Reply),
    /// The last handle is gone.
    End,
}

/// The gate lets in no more than the channel takes, and one place is kept for the end: sending never
/// blocks.
pub(crate) struct Queue {
    sender: SyncSender<Work>,
    gate: Gate,
}

struct Gate {
    waiting: Mutex<Waiting>,
    moved: Condvar,
}

#[derive(Default)]
struct Waiting {
    count: usize,
    bytes: usize,
    closed: bool,
}

impl Queue {
    pub fn new() -> (Self, Receiver<Work>) {
        let (sender, receiver) = sync_channel(MAX_WAITING + 1);
        let gate = Gate {
            waiting: Mutex::default(),
            moved: Condvar::new(),
        };
        (Self { sender, gate }, receiver)
    }

    /// Blocks while too much waits. Gives the work back when the writer is gone.
    pub fn push(&self, work: Work) -> Result<(), Work> {
        let bytes = bytes_of(&work);
        let mut waiting = self.gate.lock();
        while !waiting.closed && waiting.count > 0 && !fits(&waiting, bytes) {
            waiting = self
                .gate
                .moved
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.closed {
            return Err(work);
        }
        waiting.count += 1;
        waiting.bytes += bytes;
        self.sender.send(work).map_err(|returned| returned.0)
    }

    /// The writer says that it is through with something.
    pub fn finished(&self, count: usize, bytes: usize) {
        let mut waiting = self.gate.lock();
        waiting.count -= count;
        waiting.bytes -= bytes;
        self.gate.moved.notify_all();
    }

    /// Whether the writer has work that is not finished.
    pub fn is_busy(&self) -> bool {
        self.gate.lock().count > 0
    }

    /// Lets nothing more in; the writer ends when it is through with what waits.
    pub fn end(&self) {
        self.shut();
        let _ = self.sender.send(Work::End);
    }

    /// From now on nothing is let in.
    pub fn shut(&self) {
        self.gate.lock().closed = true;
        self.gate.moved.notify_all();
    }
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fits(waiting: &Waiting, bytes: usize) -> bool {
    waiting.count < MAX_WAITING && waiting.bytes + bytes <= MAX_WAITING_BYTES
}

pub(crate) fn bytes_of(work: &Work) -> usize {
    match work {
        Work::Batch(batch) => batch.memory_bytes,
        Work::Task(_) | Work::Delete(..) | Work::Close(_) | Work::End => 0,
    }
}
