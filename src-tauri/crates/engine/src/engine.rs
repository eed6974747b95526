//! The engine's parts and their life: what is opened at the start and closed at the end.

use crate::{
    ConnectionId, EngineError, Notice, OpenedConnection, TrustedEndpoints,
    clock::ClockFace,
    comparing::Comparing,
    decoding::{Decoding, reading_of},
    demonstration::Demonstration,
    grants::Grants,
    kept::Kept,
    layers::OpenLayers,
    notices::Notices,
    person::Person,
    probing::Probed,
    publishing::{KnownTarget, Publishing},
    questions::Questions,
    related::Relating,
    replays::Replays,
    runs::Runs,
    sagas::{Boards, Definitions, SagaReads},
    shards::KnownShards,
    views::Views,
};
use capture::ReadTurns;
use kinesis::ShardSummary;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Salvaged, Store};
use tokio::sync::broadcast;

pub(crate) use crate::clock::now;

#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// The workspace's file; made if it is not there.
    pub workspace: PathBuf,
}

impl EngineOptions {
    /// `default.kscope` in the platform's data folder, or in the current folder where there is none.
    pub fn default_workspace() -> PathBuf {
        directories::ProjectDirs::from("dev", "kinescope", "Kinescope")
            .map_or_else(PathBuf::new, |dirs| dirs.data_dir().to_owned())
            .join("default.kscope")
    }
}

/// A handle to the running engine; clones are the same engine.
#[derive(Clone)]
pub struct Engine(Arc<Parts>);

struct Parts {
    workspace: PathBuf,
    store: Store,
    notices: Notices,
    masking: crate::masking::Masking,
    clock_face: ClockFace,
    connections: Mutex<Connections>,
    trusted: TrustedEndpoints,
    person: Person,
    shard_lists: Kept<Arc<[ShardSummary]>>,
    targets: Kept<Arc<KnownTarget>>,
    publishing: Publishing,
    demonstration: tokio::sync::Mutex<Option<Demonstration>>,
    runs: Runs,
    turns: ReadTurns,
    reopening: tokio::sync::Mutex<()>,
    views: Views,
    questions: Questions,
    layers: OpenLayers,
    decoding: Decoding,
    comparing: Comparing,
    relating: Relating,
    boards: Boards,
    definitions: Definitions,
    saga_reads: SagaReads,
    names: KnownShards,
    replays: Replays,
    grants: Grants,
    commits: Arc<AtomicU64>,
}

impl Drop for Parts {
    fn drop(&mut self) {
        self.boards.close_all();
        self.questions.close_all();
    }
}

/// What a ping says of the whole workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Grows with every commit.
    pub revision: u64,
    pub records: u64,
    /// The largest lag over all shards that are read now, where the endpoint says.
    pub lag_millis: Option<u64>,
}

#[derive(Default)]
struct Connections {
    opened_so_far: u64,
    open: Vec<OpenedConnection>,
}

impl Engine {
    /// [`open_trusting`](Self::open_trusting) with what is confirmed in this run only.
    pub async fn open(options: EngineOptions) -> Result<Self, EngineError> {
        Self::open_trusting(options, TrustedEndpoints::of_this_run()).await
    }

    /// Takes what is whole in a damaged workspace over into a new one at `into`, which can be opened then. The damaged
    /// one stays as it is.
    ///
    /// # Errors
    /// [`store::StoreError`], with nothing left at `into`.
    pub async fn salvage(damaged: PathBuf, into: PathBuf) -> Result<Salvaged, EngineError> {
        Ok(blocking(move || Store::salvage(&damaged, &into)).await??)
    }

    /// Opens the workspace, within a tokio runtime. Captures that ran when the program ended go on.
    ///
    /// # Errors
    /// [`store::StoreError`]: a newer file, a folder that cannot be written, a damaged file, one in use.
    pub async fn open_trusting(
        options: EngineOptions,
        trusted: TrustedEndpoints,
    ) -> Result<Self, EngineError> {
        let path = options.workspace.clone();
        let store = blocking(move || Store::open(&path)).await??;
        let notices = Notices::start();
        let commits = Arc::new(AtomicU64::new(0));
        let (growth, counted) = (notices.clone(), Arc::clone(&commits));
        let boards = Boards::default();
        let stirred = boards.clone();
        store.on_commit(Box::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            growth.grew();
            stirred.stir();
        }));
        let engine = Self(Arc::new(Parts {
            workspace: options.workspace,
            store,
            notices,
            masking: crate::masking::Masking::new(trusted.folder()),
            clock_face: ClockFace::default(),
            connections: Mutex::default(),
            boards,
            definitions: Definitions::new(trusted.folder()),
            saga_reads: SagaReads::default(),
            decoding: Decoding::new(trusted.folder()),
            comparing: Comparing::default(),
            relating: Relating::default(),
            person: Person::new(trusted.folder()),
            trusted,
            shard_lists: Kept::default(),
            targets: Kept::default(),
            publishing: Publishing::default(),
            demonstration: tokio::sync::Mutex::default(),
            runs: Runs::default(),
            turns: ReadTurns::default(),
            reopening: tokio::sync::Mutex::default(),
            views: Views::default(),
            questions: Questions::default(),
            layers: OpenLayers::default(),
            names: KnownShards::default(),
            replays: Replays::default(),
            grants: Grants::default(),
            commits,
        }));
        engine.revive_captures().await?;
        engine.store().read_by(reading_of(&engine));
        engine.follow_captures_beside().await?;
        engine.watch_captures();
        engine.watch_capabilities();
        Ok(engine)
    }

    /// Stops the captures and everything that writes where it is, then closes the workspace. What was committed is
    /// there next time.
    pub async fn close(&self) {
        self.0.boards.close_all();
        self.0.saga_reads.end_all();
        self.0.questions.close_all();
        self.suspend_publishing().await;
        self.suspend_replays().await;
        self.suspend_captures().await;
        if let Some(demonstration) = self.0.demonstration.lock().await.take() {
            demonstration.stop().await;
        }
        let store = self.0.store.clone();
        let closed = tokio::task::spawn_blocking(move || store.close()).await;
        match closed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(%error, "the workspace was not closed cleanly; nothing committed is lost");
            }
            Err(error) => tracing::error!(%error, "closing the workspace did not end"),
        }
    }

    pub fn workspace(&self) -> &Path {
        &self.0.workspace
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.0.notices.subscribe()
    }

    /// How much there is, and how far behind.
    pub async fn growth(&self) -> Result<Growth, EngineError> {
        let streams = self.ask(Store::streams).await?;
        Ok(Growth {
            revision: self.0.commits.load(Ordering::Relaxed),
            records: streams.iter().map(|stream| stream.records).sum(),
            lag_millis: self.lag_millis().await,
        })
    }

    pub fn connections(&self) -> Vec<OpenedConnection> {
        locked(&self.0.connections).open.clone()
    }

    pub(crate) fn trusted(&self) -> &TrustedEndpoints {
        &self.0.trusted
    }

    pub(crate) fn shard_lists(&self) -> &Kept<Arc<[ShardSummary]>> {
        &self.0.shard_lists
    }

    pub(crate) fn targets(&self) -> &Kept<Arc<KnownTarget>> {
        &self.0.targets
    }

    pub(crate) fn publishing(&self) -> &Publishing {
        &self.0.publishing
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn notices(&self) -> &Notices {
        &self.0.notices
    }

    pub(crate) fn clock_face(&self) -> &ClockFace {
        &self.0.clock_face
    }

    pub(crate) fn masking_rules(&self) -> &crate::masking::Masking {
        &self.0.masking
    }

    pub(crate) fn runs(&self) -> &Runs {
        &self.0.runs
    }

    /// What all captures share of each shard's budget.
    pub(crate) fn turns(&self) -> &ReadTurns {
        &self.0.turns
    }

    /// Held while a connection is looked for and opened for a capture that goes on.
    pub(crate) fn reopening(&self) -> &tokio::sync::Mutex<()> {
        &self.0.reopening
    }

    pub(crate) fn views(&self) -> &Views {
        &self.0.views
    }

    pub(crate) fn questions(&self) -> &Questions {
        &self.0.questions
    }

    pub(crate) fn person(&self) -> &Person {
        &self.0.person
    }

    pub(crate) fn layers(&self) -> &OpenLayers {
        &self.0.layers
    }

    pub(crate) fn decoding(&self) -> &Decoding {
        &self.0.decoding
    }

    pub(crate) fn comparing(&self) -> &Comparing {
        &self.0.comparing
    }

    pub(crate) fn relating(&self) -> &Relating {
        &self.0.relating
    }

    pub(crate) fn boards(&self) -> &Boards {
        &self.0.boards
    }

    pub(crate) fn definitions(&self) -> &Definitions {
        &self.0.definitions
    }

    pub(crate) fn saga_reads(&self) -> &SagaReads {
        &self.0.saga_reads
    }

    pub(crate) fn names(&self) -> &KnownShards {
        &self.0.names
    }

    pub(crate) fn held_grants(&self) -> &Grants {
        &self.0.grants
    }

    pub(crate) fn replays(&self) -> &Replays {
        &self.0.replays
    }

    /// For tasks that must not keep the engine alive.
    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine(Arc::downgrade(&self.0))
    }

    pub(crate) fn demonstration(&self) -> &tokio::sync::Mutex<Option<Demonstration>> {
        &self.0.demonstration
    }

    pub(crate) fn register(
        &self,
        opened: impl FnOnce(ConnectionId) -> OpenedConnection,
    ) -> OpenedConnection {
        let mut connections = locked(&self.0.connections);
        connections.opened_so_far += 1;
        let opened = opened(ConnectionId(connections.opened_so_far));
        connections.open.push(opened.clone());
        opened
    }

    /// Whether the probe told anything new of a connection that is still open.
    pub(crate) fn learn(&self, id: ConnectionId, probed: Probed) -> bool {
        locked(&self.0.connections)
            .open
            .iter_mut()
            .find(|opened| opened.id == id)
            .is_some_and(|opened| opened.learn(probed))
    }

    pub(crate) fn forget_connection(&self, id: ConnectionId) -> Option<OpenedConnection> {
        let open = &mut locked(&self.0.connections).open;
        let at = open.iter().position(|opened| opened.id == id)?;
        Some(open.remove(at))
    }

    /// Runs a question to the store on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store) -> Result<T, store::StoreError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let store = self.0.store.clone();
        Ok(blocking(move || question(&store)).await??)
    }
}

pub(crate) struct WeakEngine(Weak<Parts>);

impl WeakEngine {
    pub fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(Engine)
    }
}

/// Off the runtime's own threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, EngineError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| EngineError::Stopped)
}

/// A lock that another thread's panic does not close: what it guards is replaced as a whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
