//! Who is told that something changed.
//!
//! A notice carries counters, never data: whoever shows something asks again for what it shows. What comes
//! often is gathered, so that at most ten notices a second of its kind leave; a lost notice costs nothing, because
//! the next one says as much.

use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, broadcast};

/// At most ten a second of one kind.
const GATHERED: Duration = Duration::from_millis(100);
const BACKLOG: usize = 16;

#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Records were committed.
    Grew,
    /// A capture came, went or changed its state.
    Captures,
    /// A connection was opened or closed.
    Connections,
    /// A board of sagas, or a definition file, changed.
    Sagas,
    /// Something that writes moved on, or a permission to write came or went.
    Writes,
}

impl Notice {
    /// Each kind once.
    pub const ALL: [Self; 5] = [
        Self::Grew,
        Self::Captures,
        Self::Connections,
        Self::Sagas,
        Self::Writes,
    ];
}

#[derive(Clone)]
pub(crate) struct Notices {
    sender: broadcast::Sender<Notice>,
    growth: Arc<Notify>,
    sagas: Arc<Notify>,
    writes: Arc<Notify>,
}

impl Notices {
    /// Must be called within a tokio runtime: what comes often is gathered by tasks, which end with the last clone.
    pub fn start() -> Self {
        let sender = broadcast::Sender::new(BACKLOG);
        Self {
            growth: gather(&sender, Notice::Grew),
            sagas: gather(&sender, Notice::Sagas),
            writes: gather(&sender, Notice::Writes),
            sender,
        }
    }

    /// From any thread; never blocks.
    pub fn wrote(&self) {
        self.writes.notify_one();
    }

    /// From any thread; never blocks.
    pub fn grew(&self) {
        self.growth.notify_one();
    }

    /// From any thread; never blocks.
    pub fn sagas(&self) {
        self.sagas.notify_one();
    }

    pub fn send(&self, notice: Notice) {
        // no receiver: nobody looks
        let _ = self.sender.send(notice);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }
}

/// Sends the notice when it is asked for, and once for all that is asked for in the time after it.
fn gather(sender: &broadcast::Sender<Notice>, notice: Notice) -> Arc<Notify> {
    let asked = Arc::new(Notify::new());
    let (sender, hears) = (sender.downgrade(), Arc::clone(&asked));
    tokio::spawn(async move {
        loop {
            hears.notified().await;
            let Some(sender) = sender.upgrade() else {
                return;
            };
            let _ = sender.send(notice.clone());
            drop(sender);
            tokio::time::sleep(GATHERED).await;
        }
    });
    asked
}
