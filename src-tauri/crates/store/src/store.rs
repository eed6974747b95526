//! The open workspace: a cheap handle. Writes go to the writer thread, reads to read-only
//! connections; neither knows of the other but through the file.

use crate::{
    Anchor, CaptureId, CaptureState, CommitNotice, CoverageInterval, NewCapture, Position,
    ShardBatch, ShardCheckpoint, ShardKey, ShardRecord, StoreError, StoredCapture, StoredGap,
    StoredShard, StoredStream, StreamKey, StreamRecord,
    batch::{Done, QueuedBatch},
    cache::BlockCache,
    captures,
    connect::{self, Readers},
    coverage, files,
    journal::Claims,
    readings::Readings,
    search::{Indexer, Library, SearchLimits, Wake},
    streams,
    view::SharedViews,
    writer::{
        self, Deletions, Writer,
        queue::{Afterwards, Queue, Work},
    },
};
use rusqlite::{Connection, TransactionBehavior};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock, atomic::AtomicU64, atomic::Ordering, mpsc::sync_channel,
    },
    thread::{self, JoinHandle},
};

/// A workspace. Clones share it; it closes with the last one, or by [`Store::close`].
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

type OnCommit = Box<dyn Fn(CommitNotice) + Send + Sync>;

pub(crate) struct Shared {
    path: PathBuf,
    queue: Arc<Queue>,
    pub(crate) readers: Readers,
    listeners: Arc<RwLock<Vec<OnCommit>>>,
    /// Counts deletions: what a view knows from before one may be gone.
    pub(crate) deletions: Arc<AtomicU64>,
    pub(crate) cache: BlockCache,
    pub(crate) views: SharedViews,
    pub(crate) readings: Arc<Readings>,
    pub(crate) claims: Claims,
    pub(crate) library: Arc<Library>,
    pub(crate) indexer: Indexer,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the workspace at `path`, or makes it, with its folder.
    ///
    /// A workspace is open once at a time ([`StoreError::InUse`]): one writer decides what is a
    /// duplicate and keeps the totals, and two would not know of each other's.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, SearchLimits::default())
    }

    /// The same, with other limits for the search text.
    pub fn open_with(path: &Path, limits: SearchLimits) -> Result<Self, StoreError> {
        connect::require_new_sqlite()?;
        let (path, lock, found) = files::claim(path)?;
        match found {
            // whoever left a log may have left it because of a sync that failed
            files::Found::Workspace => files::write_log_again(&path)?,
            files::Found::Nothing | files::Found::Empty => files::appear(&path, connect::make)?,
        }
        let connection = connect::open_writer(&path).map_err(|error| match error {
            // the file can be written, and beside it nothing can be made
            StoreError::ReadOnly => StoreError::ReadOnlyFolder { path: path.clone() },
            other => other,
        })?;
        let (queue, receiver) = Queue::new();
        let queue = Arc::new(queue);
        let listeners: Arc<RwLock<Vec<OnCommit>>> = Arc::default();
        let deletions = Arc::new(AtomicU64::new(0));
        let library = Arc::new(Library::default());
        let readings = Arc::new(Readings::default());
        let failed = |source| StoreError::File {
            path: path.clone(),
            source,
        };
        let texts = (Arc::clone(&library), Arc::clone(&readings));
        let indexer = Indexer::start(&path, texts, Arc::clone(&queue), limits).map_err(failed)?;
        let writer = Writer {
            path: path.clone(),
            queue: Arc::clone(&queue),
            receiver,
            deletions: Deletions::resume(&connection)?,
            connection: Some(connection),
            shards: HashMap::new(),
            acknowledged: HashMap::new(),
            on_commit: notify(Arc::clone(&listeners), indexer.waker()),
            on_deletion: count(Arc::clone(&deletions), indexer.waker()),
            _lock: lock,
        };
        let thread = thread::Builder::new()
            .name("store-writer".into())
            .spawn(|| writer.run())
            .map_err(failed)?;
        let shared = Shared {
            readers: Readers::new(&path),
            path,
            queue,
            listeners,
            deletions,
            cache: BlockCache::default(),
            views: SharedViews::default(),
            readings,
            claims: Claims::default(),
            library,
            indexer,
            thread: Mutex::new(Some(thread)),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Commits what waits, seals the tails, puts the log away. Other handles get
    /// [`StoreError::Closed`] from then on.
    pub fn close(self) -> Result<(), StoreError> {
        self.shared.indexer.stop();
        self.shared.readers.close_idle();
        let (reply, answer) = sync_channel(1);
        self.push(Work::Close(reply))?;
        let closed = answer.recv().unwrap_or(Err(StoreError::Closed));
        self.shared.join();
        closed
    }

    /// Calls `listener` after each transaction with new records or coverage, on the writer thread:
    /// it must be quick, and must not write.
    pub fn on_commit(&self, listener: OnCommit) {
        self.shared
            .listeners
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(listener);
    }

    /// Hands a batch to the writer; `done` is called on the writer thread when it is durable, or
    /// was not stored.
    ///
    /// Encodes on the calling thread and waits while too much is queued: call it where blocking is
    /// allowed, and not from `done` itself.
    pub fn submit(&self, batch: ShardBatch, done: Done) {
        match QueuedBatch::new(batch, done) {
            Ok(batch) => {
                if let Err(refused) = self.shared.queue.push(Work::Batch(Box::new(batch))) {
                    writer::answer_closed(refused);
                }
            }
            Err((error, done)) => writer::refuse(done, error),
        }
    }

    pub fn put_stream(&self, stream: &StreamRecord) -> Result<StreamKey, StoreError> {
        let stream = stream.clone();
        self.write(move |connection| streams::put_stream(connection, &stream))
    }

    /// Adds shards and brings known ones up to date; the keys are in the order of `shards`.
    pub fn put_shards(
        &self,
        stream: StreamKey,
        shards: &[ShardRecord],
    ) -> Result<Vec<ShardKey>, StoreError> {
        let shards = shards.to_vec();
        self.write(move |connection| streams::put_shards(connection, stream, &shards))
    }

    pub fn streams(&self) -> Result<Vec<StoredStream>, StoreError> {
        streams::streams(&*self.shared.readers.snapshot()?)
    }

    pub fn shards(&self, stream: StreamKey) -> Result<Vec<StoredShard>, StoreError> {
        streams::shards(&*self.shared.readers.snapshot()?, stream)
    }

    /// A new capture is paused.
    pub fn create_capture(&self, capture: &NewCapture) -> Result<CaptureId, StoreError> {
        let capture = capture.clone();
        self.write(move |connection| captures::create(connection, &capture))
    }

    pub fn captures(&self) -> Result<Vec<StoredCapture>, StoreError> {
        captures::all(&*self.shared.readers.snapshot()?)
    }

    pub fn capture(&self, id: CaptureId) -> Result<StoredCapture, StoreError> {
        captures::one(&*self.shared.readers.snapshot()?, id)
    }

    pub fn set_capture_state(&self, id: CaptureId, state: CaptureState) -> Result<(), StoreError> {
        self.write(move |connection| captures::set_state(connection, id, &state))
    }

    /// Only where it stands as it may when the writer's turn comes: an end that was stored meanwhile is kept.
    pub fn set_capture_state_if(
        &self,
        id: CaptureId,
        state: CaptureState,
        may: impl FnOnce(&CaptureState) -> bool + Send + 'static,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            if may(&captures::one(connection, id)?.state) {
                captures::set_state(connection, id, &state)?;
            }
            Ok(())
        })
    }

    pub fn rename_capture(&self, id: CaptureId, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |connection| captures::rename(connection, id, &name))
    }

    /// Removes the capture and the records that no other capture covers. Waits until they are gone;
    /// batches of other captures go on in between.
    pub fn delete_capture(&self, id: CaptureId) -> Result<(), StoreError> {
        let (reply, answer) = sync_channel(1);
        self.push(Work::Delete(id, reply))?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }

    pub fn checkpoints(&self, id: CaptureId) -> Result<Vec<ShardCheckpoint>, StoreError> {
        captures::checkpoints(&*self.shared.readers.snapshot()?, id)
    }

    /// A checkpoint without records: the durable anchor before the first read.
    pub fn put_checkpoint(
        &self,
        id: CaptureId,
        shard: ShardKey,
        position: Position,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            captures::require(connection, id)?;
            streams::require_shard(connection, shard)?;
            if let Position::Anchor(Anchor::AtTimestamp(time)) = position {
                coverage::start_at(connection, id, shard, time)?;
            }
            captures::put_checkpoint(connection, id, shard, position)
        })
    }

    pub fn coverage(&self, id: CaptureId) -> Result<Vec<CoverageInterval>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        captures::require(&snapshot, id)?;
        coverage::intervals(&snapshot, id)
    }

    pub fn gaps(&self, id: CaptureId) -> Result<Vec<StoredGap>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        captures::require(&snapshot, id)?;
        coverage::gaps(&snapshot, id)
    }

    /// Runs a small write in a transaction of its own on the writer thread, in turn with the batches.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        let task = move |connection: Result<&mut Connection, StoreError>| {
            let outcome = connection.and_then(|connection| in_transaction(connection, change));
            let lost = outcome
                .as_ref()
                .is_err_and(StoreError::loses_the_connection);
            let _ = reply.send(outcome);
            if lost {
                Afterwards::Reopen
            } else {
                Afterwards::Keep
            }
        };
        self.push(Work::Task(Box::new(task)))?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }

    fn push(&self, work: Work) -> Result<(), StoreError> {
        self.shared.queue.push(work).map_err(|_| StoreError::Closed)
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = change(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

fn notify(listeners: Arc<RwLock<Vec<OnCommit>>>, wake: Wake) -> Box<dyn Fn(&CommitNotice) + Send> {
    Box::new(move |notice| {
        wake();
        for listener in listeners
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            listener(notice.clone());
        }
    })
}

fn count(deletions: Arc<AtomicU64>, wake: Wake) -> Box<dyn Fn() + Send> {
    Box::new(move || {
        deletions.fetch_add(1, Ordering::AcqRel);
        wake();
    })
}

impl Shared {
    /// Waits for the writer thread; on the writer thread itself there is nothing to wait for.
    fn join(&self) {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id())
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.indexer.stop();
        self.readers.close_idle();
        self.queue.end();
        self.join();
    }
}
