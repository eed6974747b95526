//! The journal of deliveries: what was to be written, what was tried, what became of it.
//!
//! Intents are durable before anything is sent, outcomes after; nothing of it is ever changed. It
//! keeps no payloads: it refers to captured records, and to composed ones by digest and size. Who may
//! write and in which order is `publish`'s.

mod beside;
mod body;
mod claim;
mod deliveries;
mod progress;
mod provenance;
mod write;

pub(crate) use claim::Claims;
pub use claim::DeliveryClaim;
pub use deliveries::{
    Begun, Composed, DeliveryEvent, DeliveryHead, DeliveryKind, DeliveryState, NewDelivery,
    SavedTemplate, StoredDelivery,
};
pub use progress::DeliveryProgress;
pub(crate) use provenance::acknowledged;
pub use provenance::{Delivered, Journaled, LogEvent, LogLine, LogPage, OriginFound};

use crate::{DeliveryId, RecordId, Store, StoreError};
use record::{Millis, SequenceNumber, ShardId, SubSequence};

/// A record that may be under way from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    /// In the delivery's plan.
    pub position: u64,
    pub subject: Subject,
}

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A captured record, which may be gone from the workspace: its shard is not.
    Captured {
        record: RecordId,
        sequence: SequenceNumber,
        sub: SubSequence,
    },
    /// MD5 and size of a payload that was composed or imported.
    Composed { digest: [u8; 16], size_bytes: u64 },
}

/// What became of records that left together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub at: Millis,
    pub results: Vec<(u64, AttemptResult)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    Acknowledged {
        shard: ShardId,
        sequence: SequenceNumber,
    },
    /// Certainly not written by this attempt.
    Refused { code: String, message: String },
    /// Nobody knows.
    Unclear { cause: String },
    /// It was intended and not sent: the delivery was paused or ended.
    Released,
}

impl AttemptResult {
    /// The code of what fits in no request: it was never sent, and is not to be sent as it is.
    const UNFIT: &str = "Unfit";

    pub fn unfit(message: String) -> Self {
        Self::Refused {
            code: Self::UNFIT.to_owned(),
            message,
        }
    }

    pub fn is_unfit(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == Self::UNFIT)
    }
}

impl Store {
    /// Appends what came of attempts, and then what is intended next, in one durable transaction: all or
    /// nothing. So what was released and is intended again at once is in no doubt. Waits for the disk: call it
    /// where blocking is allowed.
    pub fn journal(
        &self,
        delivery: DeliveryId,
        at: Millis,
        intents: &[Intent],
        attempts: &[Attempt],
    ) -> Result<(), StoreError> {
        let chunks = [write::attempts(at, attempts), write::intents(at, intents)];
        self.write(move |connection| {
            deliveries::require(connection, delivery)?;
            for chunk in chunks.into_iter().flatten() {
                write::append(connection, delivery, &chunk)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
