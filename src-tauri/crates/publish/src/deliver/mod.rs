//! Carries a delivery out: pulls entries, journals them, sends what the order machine says, journals
//! what came of it.
//!
//! An entry reaches the machine when the intent to send it is on the disk, so no request waits for
//! the disk: intents of hundreds of records are committed together, ahead of their turn. After a crash
//! the journal names what may have been under way. Nothing is shown and nothing is decided about order
//! here.

mod ahead;
mod journal;
mod orders;
mod progress;
mod run;

pub use progress::{End, Phase, Progress};

use crate::{OrderOptions, Pace, PublishError, ShardMap, Source, Target};
use run::Run;
use store::{Begun, DeliveryClaim, DeliveryId, NewDelivery, Store};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// Orders of a person that wait to be carried out; they come from a hand.
const COMMANDS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Pause,
    Resume,
    Step,
    Cancel,
}

/// What became of a request to deliver.
#[derive(Debug)]
pub enum Request {
    First(DeliveryClaim),
    /// The same request came before, by its token: a double click. Nothing is to be sent for it.
    Again(DeliveryId),
}

/// Makes a delivery. Its token belongs to what a person composed or planned, not to the click: asking
/// twice delivers once. Waits for the disk.
pub fn begin(store: &Store, new: &NewDelivery) -> Result<Request, PublishError> {
    match store.begin_delivery(new)? {
        Begun::New(id) => Ok(Request::First(store.claim_delivery(id)?)),
        Begun::Before(id) => Ok(Request::Again(id)),
    }
}

/// A delivery that is being carried out. Dropping it cancels it.
#[derive(Debug)]
pub struct Delivery {
    id: DeliveryId,
    commands: mpsc::Sender<Command>,
    progress: watch::Receiver<Progress>,
    task: JoinHandle<End>,
}

impl Delivery {
    /// Begins, or goes on where the journal ends: what is acknowledged there is left out, so the source
    /// gives the whole plan again. The claim makes sure that nobody else carries it out.
    pub fn start<T: Target, S: Source, P: Pace>(
        claim: DeliveryClaim,
        target: T,
        source: S,
        pace: P,
        options: OrderOptions,
        map: ShardMap,
    ) -> Self {
        let (commands, orders) = mpsc::channel(COMMANDS);
        let (seen, progress) = watch::channel(Progress::default());
        let id = claim.id();
        let run = Run::new(claim, target, source, pace, options, map, orders, seen);
        Self {
            id,
            commands,
            progress,
            task: tokio::spawn(run.carry_out()),
        }
    }

    pub fn id(&self) -> DeliveryId {
        self.id
    }

    /// As of at most some milliseconds ago.
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Notices each change of the progress.
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// What is under way is awaited, what is not stays.
    pub async fn pause(&self) {
        self.order(Command::Pause).await;
    }

    /// The target is confirmed again first.
    pub async fn resume(&self) {
        self.order(Command::Resume).await;
    }

    /// One record, while paused.
    pub async fn step(&self) {
        self.order(Command::Step).await;
    }

    pub async fn cancel(&self) {
        self.order(Command::Cancel).await;
    }

    /// A delivery that has ended takes no orders any more.
    async fn order(&self, command: Command) {
        let _ = self.commands.send(command).await;
    }

    /// Waits for the end.
    pub async fn ended(self) -> End {
        let Self { commands, task, .. } = self;
        let end = task.await;
        drop(commands);
        end.unwrap_or(End::Failed(PublishError::Interrupted))
    }
}
