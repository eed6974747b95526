//! Where a delivery goes: a Kinesis stream, a file, an invoke endpoint.

use crate::{Entry, Limits, Outcome, PublishError};
use record::SequenceNumber;
use std::future::Future;

/// Takes batches of entries. It tries each batch once and decides nothing about repeating it: order
/// and retries are [`deliver`](crate::deliver)'s.
pub trait Target: Send + Sync + 'static {
    fn limits(&self) -> Limits;

    /// Makes sure that the target is still the one that was granted. Asked before the first batch, after every
    /// pause and where the target was silent for some seconds; nothing is sent when it fails.
    fn confirm(&self) -> impl Future<Output = Result<(), PublishError>> + Send;

    /// Who writes, and by which permission: noted whenever a delivery begins or goes on. `None` where none is
    /// needed.
    fn permission(&self) -> Option<String> {
        None
    }

    /// Sends these entries in one request, once: one outcome for each, in their order. `after` is the
    /// number that a single entry must follow on its shard, in the strict order only.
    fn send(
        &self,
        entries: &[Entry],
        after: Option<SequenceNumber>,
    ) -> impl Future<Output = Vec<Outcome>> + Send;
}
