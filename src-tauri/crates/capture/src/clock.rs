//! The run's clock: the wall clock once, and from then on the steady one.
//!
//! The only place in this crate that looks at a clock. What it shows never jumps, so that waiting
//! cannot become endless when somebody sets the time.

use record::Millis;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Where an endpoint sends no `Date` header this machine's clock has to do, which may be wrong by this.
pub(crate) const UNKNOWN_CLOCK_MARGIN_MILLIS: i64 = 60_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: Millis,
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the edge at which time enters this crate"
    )]
    pub(crate) fn start() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            started: Instant::now(),
            started_at: Millis(millis(since_epoch)),
        }
    }

    pub(crate) fn now(&self) -> Millis {
        self.started_at
            .saturating_add(millis(self.started.elapsed()))
    }

    pub(crate) fn instant(&self, time: Millis) -> Instant {
        let after = u64::try_from(time.since(self.started_at)).unwrap_or(0);
        self.started + Duration::from_millis(after)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
