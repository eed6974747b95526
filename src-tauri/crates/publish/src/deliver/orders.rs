//! What a person orders a delivery to do, and what the person is shown of it.

use super::{Command, End, Phase, run::Run};
use crate::{Pace, Source, Target};
use std::time::Duration;
use store::DeliveryState;
use tokio::time::Instant;

/// Progress is shown so often at most.
pub(super) const SHOWN_EVERY: Duration = Duration::from_millis(50);

impl<T: Target, S: Source, P: Pace> Run<T, S, P> {
    pub(super) async fn obey(&mut self, command: Command) {
        match (command, self.progress.phase) {
            (Command::Cancel, Phase::Running | Phase::Pausing | Phase::Paused) => {
                self.end_with(End::Cancelled);
            }
            (Command::Suspend, Phase::Running | Phase::Pausing | Phase::Paused) => {
                self.end_with(End::Suspended);
            }
            (Command::Pause, Phase::Running) => self.pause().await,
            (Command::Step, Phase::Paused) => self.steps += 1,
            (Command::Resume, Phase::Paused) => self.resume().await,
            _ => {}
        }
        self.show();
    }

    async fn pause(&mut self) {
        self.time.stand_still();
        self.progress.phase = Phase::Pausing;
        if let Err(error) = self.note(DeliveryState::Paused, None).await {
            self.end_with(End::Failed(error));
        }
    }

    /// The target may be another one by now.
    async fn resume(&mut self) {
        let confirmed = self.target.confirm().await;
        let noted = match confirmed {
            Ok(()) => self.note(DeliveryState::Running, None).await,
            Err(error) => Err(error),
        };
        match noted {
            Ok(()) => {
                self.steps = 0;
                self.time.run();
                self.progress.phase = Phase::Running;
            }
            Err(error) => self.end_with(End::Failed(error)),
        }
    }

    pub(super) fn show_now_and_then(&mut self) {
        if self.is_stale && self.shown_at.elapsed() >= SHOWN_EVERY {
            self.show();
        }
    }

    pub(super) fn show(&mut self) {
        self.shown_at = Instant::now();
        self.is_stale = false;
        self.progress.clock = self.time.elapsed();
        self.progress.under_way = self.machine.under_way() as u64;
        self.progress.next = self.ahead.front().map(|(planned, due)| {
            let due = due.unwrap_or(self.progress.clock);
            (planned.entry.origin, due)
        });
        self.progress.records_per_second = self
            .rate
            .at(self.progress.clock, self.progress.acknowledged);
        self.shown.send_replace(self.progress.clone());
    }
}
