//! Where a delivery's entries come from: pulled, never pushed, so that memory stays bounded.

use crate::{Entry, PublishError};
use std::future::Future;

/// An entry with its place in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// From 0, strictly rising; the journal knows the entry by it. A source that is opened again must
    /// give the same entry the same position.
    pub position: u64,
    /// Milliseconds after the first entry in the plan's own time, gaps as planned; a
    /// [`Pace`](crate::Pace) turns it into a time of sending. 0 where it has no meaning.
    pub at_millis: i64,
    pub entry: Entry,
}

/// The entries of one delivery in the order in which they are to be delivered.
pub trait Source: Send + 'static {
    /// At most `max` of the entries that follow; none at all is the end.
    fn pull(
        &mut self,
        max: usize,
    ) -> impl Future<Output = Result<Vec<Planned>, PublishError>> + Send;
}

/// Entries that are all in memory: a composed message, an import.
#[derive(Debug)]
pub struct Entries(std::vec::IntoIter<Planned>);

impl Entries {
    pub fn new(entries: Vec<Entry>) -> Self {
        let planned = (0..).zip(entries).map(|(position, entry)| Planned {
            position,
            at_millis: 0,
            entry,
        });
        Self(planned.collect::<Vec<_>>().into_iter())
    }
}

impl Source for Entries {
    async fn pull(&mut self, max: usize) -> Result<Vec<Planned>, PublishError> {
        Ok(self.0.by_ref().take(max).collect())
    }
}
