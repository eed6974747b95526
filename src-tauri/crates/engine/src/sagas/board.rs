//! One board: a definition over captures, judged by a worker and asked by anybody. What both share lies here; the
//! worker's own is in `worker.rs`.
//!
//! Verdicts of half-read captures would be wrong, so a board has no sagas until everything was read once.

use super::{
    reading::{Source, Taken},
    sifting::Sifting,
    worker,
};
use crate::{EngineError, engine::locked, notices::Notices};
use saga::{Definition, Engine as Judge, commands::CommandRow};
use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use store::Cancel;

/// How long the worker lets others ask before it goes on.
const PATIENCE: Duration = Duration::from_millis(20);
const PAUSE: Duration = Duration::from_micros(200);

/// One open board; never used again after it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoardId(pub u32);

impl fmt::Display for BoardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "board {}", self.0)
    }
}

/// Whose sagas a board has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SagaSubject {
    /// A definition of the folder, or a shipped one.
    Saved(String),
    /// A definition that is being written.
    Text(String),
}

/// What the board is of, besides its captures.
pub(super) struct Plan {
    pub definition: Definition,
    /// A saved definition by its name and text: when that changes, the board is of something else.
    pub saved: Option<(String, String)>,
    /// Only events that carry this value, or an alias of it.
    pub followed: Option<String>,
}

pub(super) struct Board {
    pub id: BoardId,
    pub slot: String,
    pub source: Source,
    pub plan: Plan,
    judge: RwLock<Judge>,
    /// Who waits for the judge; the worker lets them go first.
    asking: AtomicU32,
    pub progress: Progress,
    pub cancel: Cancel,
    pub signal: Arc<Signal>,
    asked_at: Mutex<Instant>,
    ended: Mutex<Option<String>>,
    /// What was read and judged.
    pub judged: Mutex<Taken>,
    /// The ids that go with the followed value.
    pub wanted: Mutex<BTreeSet<String>>,
    unanswered: Mutex<Option<(u64, Arc<Vec<CommandRow>>)>>,
    /// The filter of records that was asked last.
    pub sifting: Mutex<Option<Arc<Sifting>>>,
}

#[derive(Default)]
pub(super) struct Progress {
    pub scanned: AtomicU64,
    pub total: AtomicU64,
    /// Records that carry no id.
    pub unrelated: AtomicU64,
    /// Grows with every change of a verdict.
    pub revision: AtomicU64,
    pub is_complete: AtomicBool,
    /// Of a followed value: more ids go with it than are looked for.
    pub leaves_ids_out: AtomicBool,
}

impl Board {
    pub fn new(id: BoardId, slot: &str, source: Source, plan: Plan) -> Self {
        let wanted = plan.followed.iter().cloned().collect();
        Self {
            id,
            slot: slot.to_owned(),
            judge: RwLock::new(Judge::new(plan.definition.clone())),
            source,
            plan,
            asking: AtomicU32::default(),
            progress: Progress::default(),
            cancel: Cancel::new(),
            signal: Arc::default(),
            asked_at: Mutex::new(Instant::now()),
            ended: Mutex::default(),
            judged: Mutex::default(),
            wanted: Mutex::new(wanted),
            unanswered: Mutex::default(),
            sifting: Mutex::default(),
        }
    }

    /// Begins to read, on a thread of its own that ends with the board.
    pub fn start(self: &Arc<Self>, notices: Notices) -> Result<(), EngineError> {
        let board = Arc::clone(self);
        thread::Builder::new()
            .name("sagas".to_owned())
            .spawn(move || worker::run(&board, &notices))
            .map(drop)
            .map_err(|_| EngineError::Stopped)
    }

    pub fn close(&self) {
        self.cancel.cancel();
        self.end_sifting();
        self.signal.raise();
    }

    /// The worker gave up.
    pub fn end(&self, why: String) {
        *locked(&self.ended) = Some(why);
    }

    pub fn is_complete(&self) -> bool {
        self.progress.is_complete.load(Ordering::Acquire)
    }

    pub fn revision(&self) -> u64 {
        self.progress.revision.load(Ordering::Acquire)
    }

    pub fn idle(&self) -> Duration {
        locked(&self.asked_at).elapsed()
    }

    /// Somebody looks at it.
    pub fn touch(&self) {
        let was_idle = {
            let mut asked_at = locked(&self.asked_at);
            let idle = asked_at.elapsed();
            *asked_at = Instant::now();
            idle
        };
        if was_idle > worker::ASLEEP_AFTER {
            self.signal.raise();
        }
    }

    /// Asks the judge; blocks for at most one slice of the worker's work.
    ///
    /// # Errors
    /// The board is closed, or its worker gave up.
    pub fn ask<T>(&self, question: impl FnOnce(&Judge) -> T) -> Result<T, EngineError> {
        if let Some(why) = locked(&self.ended).clone() {
            return Err(EngineError::BoardEnded(why));
        }
        if self.cancel.is_cancelled() {
            return Err(EngineError::UnknownBoard(self.id));
        }
        self.touch();
        self.asking.fetch_add(1, Ordering::AcqRel);
        let judge = self.judge.read().unwrap_or_else(PoisonError::into_inner);
        self.asking.fetch_sub(1, Ordering::AcqRel);
        Ok(question(&judge))
    }

    /// For the worker: a slice of work that changes the judge.
    pub fn change<T>(&self, work: impl FnOnce(&mut Judge) -> T) -> T {
        let begun = Instant::now();
        while self.asking.load(Ordering::Acquire) > 0 && begun.elapsed() < PATIENCE {
            thread::sleep(PAUSE);
        }
        let mut judge = self.judge.write().unwrap_or_else(PoisonError::into_inner);
        work(&mut judge)
    }

    /// Nothing is asked of it any more.
    pub fn forget(&self) {
        let nothing = Judge::new(self.plan.definition.clone());
        self.change(|judge| *judge = nothing);
    }

    /// The commands without an answer, worked out once for each revision.
    pub fn unanswered(&self) -> Result<Arc<Vec<CommandRow>>, EngineError> {
        let revision = self.revision();
        if let Some((of, rows)) = &*locked(&self.unanswered)
            && *of == revision
        {
            return Ok(Arc::clone(rows));
        }
        let rows = self.ask(|judge| {
            let pairs = saga::commands::pairs(judge.definition());
            saga::commands::unanswered(judge, &pairs)
        })?;
        let rows = Arc::new(rows);
        *locked(&self.unanswered) = Some((revision, Arc::clone(&rows)));
        Ok(rows)
    }
}

/// Says to a worker that there is something to do.
#[derive(Default)]
pub(super) struct Signal {
    raised: Mutex<bool>,
    changed: std::sync::Condvar,
}

impl Signal {
    /// From any thread; never blocks for long.
    pub fn raise(&self) {
        *locked(&self.raised) = true;
        self.changed.notify_all();
    }

    /// Until it is raised, or the time is over; lowers it.
    pub fn wait(&self, most: Duration) {
        let raised = locked(&self.raised);
        let (mut raised, _) = self
            .changed
            .wait_timeout_while(raised, most, |raised| !*raised)
            .unwrap_or_else(PoisonError::into_inner);
        *raised = false;
    }
}
