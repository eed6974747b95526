//! When a record may leave.

use crate::Planned;
use std::time::Duration;

/// Asked for the next entry in line, and again whenever it was told to wait: an answer may change
/// while the delivery runs. The delivery's clock starts with its first entry and stands still while
/// it is paused.
pub trait Pace: Send + 'static {
    /// The moment of the delivery's clock at which this entry is due. Times do not go backwards from
    /// one entry to the next.
    fn due(&mut self, next: &Planned, clock: Duration) -> Duration;
}

/// As fast as the target takes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

impl Pace for AtOnce {
    fn due(&mut self, _next: &Planned, _clock: Duration) -> Duration {
        Duration::ZERO
    }
}
