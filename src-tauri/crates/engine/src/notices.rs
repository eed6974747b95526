//! Who is told that something changed.
//!
//! A notice carries counters, never data: whoever shows something asks again for what it shows. Growth is
//! gathered, so that at most ten notices a second leave; a lost notice costs nothing, because the next one
//! says as much.

use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, broadcast};

/// At most ten a second.
const GROWTH_INTERVAL: Duration = Duration::from_millis(100);
const BACKLOG: usize = 16;

#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Records were committed.
    Grew,
    /// A capture came, went or changed its state.
    Captures,
    /// A connection was opened or closed.
    Connections,
}

#[derive(Clone)]
pub(crate) struct Notices {
    sender: broadcast::Sender<Notice>,
    growth: Arc<Notify>,
}

impl Notices {
    /// Must be called within a tokio runtime: growth is gathered by a task, which ends with the last clone.
    pub fn start() -> Self {
        let notices = Self {
            sender: broadcast::Sender::new(BACKLOG),
            growth: Arc::new(Notify::new()),
        };
        let sender = notices.sender.downgrade();
        let growth = Arc::clone(&notices.growth);
        tokio::spawn(async move {
            loop {
                growth.notified().await;
                let Some(sender) = sender.upgrade() else {
                    return;
                };
                let _ = sender.send(Notice::Grew);
                drop(sender);
                tokio::time::sleep(GROWTH_INTERVAL).await;
            }
        });
        notices
    }

    /// From any thread; never blocks.
    pub fn grew(&self) {
        self.growth.notify_one();
    }

    pub fn send(&self, notice: Notice) {
        // no receiver: nobody looks
        let _ = self.sender.send(notice);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }
}
