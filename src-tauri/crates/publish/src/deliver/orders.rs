//! What a person orders a delivery to do, and what the person is shown of it.

use super::{
    Command, End, Phase,
    journal::{self, Journal},
    run::Run,
};
use crate::{Left, Pace, Source, Target};
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
            (Command::Step, Phase::Pausing | Phase::Paused) => self.steps += 1,
            (Command::Turned, Phase::Running | Phase::Pausing) => self.is_timed_anew = true,
            (Command::Turned, Phase::Paused) => self.time_anew(),
            // what is still awaited keeps nobody from going on
            (Command::Resume, Phase::Pausing | Phase::Paused) => self.resume().await,
            _ => {}
        }
        self.show();
    }

    async fn pause(&mut self) {
        self.time.stand_still();
        self.heard.forget();
        self.progress.phase = Phase::Pausing;
        if let Err(error) = self.note(DeliveryState::Paused, None).await {
            self.end_with(End::Failed(error));
        }
    }

    /// The target may be another one by now.
    async fn resume(&mut self) {
        let confirmed = self.target.confirm().await;
        let noted = match confirmed {
            Ok(()) => {
                let permission = self.target.permission();
                self.note(DeliveryState::Running, permission).await
            }
            Err(error) => Err(error),
        };
        match noted {
            Ok(()) => {
                self.heard.now();
                self.steps = 0;
                self.time.run();
                self.progress.phase = Phase::Running;
            }
            Err(error) => self.end_with(End::Failed(error)),
        }
    }

    /// A step does not wait for its time, and what follows is counted from it.
    pub(super) async fn intend_steps(&mut self, journal: &Journal) {
        let clock = self.time.elapsed();
        while self.steps > 0
            && let Some(planned) = self.ahead.intend_next(clock)
        {
            self.pace.count_from(Left {
                at_millis: planned.at_millis,
                clock,
            });
            self.ahead.forget_times();
            journal.intend(&[planned]).await;
            self.steps -= 1;
        }
    }

    /// When a pause, an end or a turn of the pace has nothing under way any more: lets go of what was
    /// intended.
    pub(super) async fn settle_down(&mut self, journal: &Journal) {
        let is_quiet = self.sending.is_empty() && self.ahead.is_settled();
        let is_closing = matches!(self.progress.phase, Phase::Pausing | Phase::Ending);
        if !is_quiet || !(is_closing || self.is_timed_anew) {
            return;
        }
        let left = if self.has_lost_a_batch {
            Vec::new()
        } else {
            self.machine.drain()
        };
        let released = self.ahead.take_back(left, self.time.elapsed());
        journal
            .came(journal::released(self.clock.now(), &released))
            .await;
        if std::mem::take(&mut self.is_timed_anew) {
            self.time_anew();
        }
        if self.progress.phase == Phase::Pausing {
            self.progress.phase = Phase::Paused;
            self.show();
            // steps that were asked for before
            self.intend_steps(journal).await;
        }
    }

    /// What was due and was taken back leaves now. Else the next entry waits by the new pace, and what it has waited
    /// counts.
    fn time_anew(&mut self) {
        let last = self.ahead.forget_times();
        self.pace.turn(self.time.elapsed(), last);
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
        self.progress.shards = self.taken.with(self.machine.under_way_by_shard());
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
