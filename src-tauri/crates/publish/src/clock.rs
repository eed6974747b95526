//! The delivery's clocks: the wall clock once and from then on the steady one, and the time since the
//! first record, pauses left out.
//!
//! The only place in this crate that looks at a clock.

use record::Millis;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: Millis,
}

impl Clock {
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            started_at: time_of_day(),
        }
    }

    pub fn now(&self) -> Millis {
        self.started_at
            .saturating_add(millis(self.started.elapsed()))
    }

    pub fn instant(&self, time: Millis) -> Instant {
        let after = u64::try_from(time.since(self.started_at)).unwrap_or(0);
        self.started + Duration::from_millis(after)
    }
}

/// The time of day: it goes on while the machine sleeps, as a permission does.
#[expect(
    clippy::disallowed_methods,
    reason = "the edge at which time enters this crate"
)]
pub(crate) fn time_of_day() -> Millis {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(millis(since_epoch))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Time since the first record, without pauses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunClock {
    /// Up to the last pause.
    before: Duration,
    running_since: Option<Instant>,
}

impl RunClock {
    pub fn run(&mut self) {
        self.running_since.get_or_insert_with(Instant::now);
    }

    pub fn stand_still(&mut self) {
        if let Some(since) = self.running_since.take() {
            self.before += since.elapsed();
        }
    }

    pub fn elapsed(&self) -> Duration {
        let running = self
            .running_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        self.before + running
    }

    /// When the clock will show this, if it runs.
    pub fn instant(&self, elapsed: Duration) -> Option<Instant> {
        let since = self.running_since?;
        since.checked_add(elapsed.saturating_sub(self.before))
    }
}
