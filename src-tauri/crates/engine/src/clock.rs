//! The one clock of the engine, and the zone in which a person's texts are read.

use crate::Engine;
use jiff::tz::TimeZone;
use query::{Clock, TimeRange};
use record::Millis;
use std::sync::atomic::{AtomicBool, Ordering};

/// The clock of the product: the only place of the engine that reads it.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub(crate) fn now() -> Millis {
    Millis(jiff::Timestamp::now().as_millisecond())
}

/// UTC until somebody says otherwise.
#[derive(Debug, Default)]
pub(crate) struct ClockFace {
    is_local: AtomicBool,
}

impl Engine {
    /// Times that name no zone, and days, are this machine's from now on, or UTC's again: whatever the window shows.
    pub fn use_local_time(&self, is_local: bool) {
        self.clock_face()
            .is_local
            .store(is_local, Ordering::Relaxed);
    }

    /// The stretch of time that a person's words mean; none where they name no time.
    pub fn read_time_range(&self, text: &str) -> Option<TimeRange> {
        query::read_time_range(text, &self.clock())
    }

    /// By which filters and questions are read.
    pub(crate) fn clock(&self) -> Clock {
        let zone = if self.clock_face().is_local.load(Ordering::Relaxed) {
            TimeZone::system()
        } else {
            TimeZone::UTC
        };
        Clock { now: now(), zone }
    }
}
