//! Carries a delivery out: pulls entries, journals them, sends what the order machine says, journals
//! what came of it.
//!
//! An entry reaches the machine when the intent to send it is on the disk, so no request waits for
//! the disk: intents of hundreds of records are committed together, ahead of their turn. After a crash
//! the journal names what may have been under way. Nothing is shown and nothing is decided about order
//! here.

mod ahead;
mod before;
mod journal;
mod orders;
mod progress;
mod run;
mod sending;

pub use progress::{End, Phase, Progress, ShardProgress};

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
    Turned,
    Cancel,
    Suspend,
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

/// What a person may order a delivery to do. One that has ended takes no orders any more.
#[derive(Clone, Debug)]
pub struct Orders(mpsc::Sender<Command>);

impl Orders {
    /// What is under way is awaited, what is not stays.
    pub async fn pause(&self) {
        self.order(Command::Pause).await;
    }

    /// The target is confirmed again first.
    pub async fn resume(&self) {
        self.order(Command::Resume).await;
    }

    /// One record, while paused; as soon as it is, where what is under way is still awaited. Before the first one of a
    /// pause the target is confirmed again.
    pub async fn step(&self) {
        self.order(Command::Step).await;
    }

    /// The pace was turned: what is not sent yet is timed by it from now on.
    pub async fn turned(&self) {
        self.order(Command::Turned).await;
    }

    pub async fn cancel(&self) {
        self.order(Command::Cancel).await;
    }

    async fn order(&self, command: Command) {
        let _ = self.0.send(command).await;
    }
}

/// A delivery that is being carried out. Dropping it and all its orders cancels it.
#[derive(Debug)]
pub struct Delivery {
    id: DeliveryId,
    orders: Orders,
    progress: watch::Receiver<Progress>,
    task: JoinHandle<End>,
}

impl Delivery {
    /// Begins, or goes on where the journal ends: what is acknowledged there is left out, and what is in doubt
    /// there too where doubts are [kept](crate::AfterUnclear::Keep), so the source gives the whole plan again. The claim makes sure that nobody else carries it out.
    pub fn start<T: Target, S: Source, P: Pace>(
        claim: DeliveryClaim,
        target: T,
        source: S,
        pace: P,
        options: OrderOptions,
        map: ShardMap,
    ) -> Self {
        Self::spawn(claim, target, source, pace, options, map, false)
    }

    /// As [`start`](Self::start), but paused before the first record.
    pub fn start_held<T: Target, S: Source, P: Pace>(
        claim: DeliveryClaim,
        target: T,
        source: S,
        pace: P,
        options: OrderOptions,
        map: ShardMap,
    ) -> Self {
        Self::spawn(claim, target, source, pace, options, map, true)
    }

    fn spawn<T: Target, S: Source, P: Pace>(
        claim: DeliveryClaim,
        target: T,
        source: S,
        pace: P,
        options: OrderOptions,
        map: ShardMap,
        is_held: bool,
    ) -> Self {
        let (commands, orders) = mpsc::channel(COMMANDS);
        let (seen, progress) = watch::channel(Progress::default());
        let id = claim.id();
        let run = Run::new(claim, target, source, pace, options, map, orders, seen);
        Self {
            id,
            orders: Orders(commands),
            progress,
            task: tokio::spawn(run.carry_out(is_held)),
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

    /// To be given from anywhere.
    pub fn orders(&self) -> Orders {
        self.orders.clone()
    }

    pub async fn pause(&self) {
        self.orders.pause().await;
    }

    pub async fn resume(&self) {
        self.orders.resume().await;
    }

    pub async fn step(&self) {
        self.orders.step().await;
    }

    pub async fn cancel(&self) {
        self.orders.cancel().await;
    }

    /// Ends it so that a later start goes on: what is under way is awaited, and nothing is cancelled.
    pub async fn suspend(self) -> End {
        self.orders.order(Command::Suspend).await;
        self.ended().await
    }

    /// Waits for the end.
    pub async fn ended(self) -> End {
        let Self { orders, task, .. } = self;
        let end = task.await;
        drop(orders);
        end.unwrap_or(End::Failed(PublishError::Interrupted))
    }
}
