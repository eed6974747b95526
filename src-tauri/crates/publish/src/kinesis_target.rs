//! A Kinesis stream as a target, under one grant.

use crate::{Entry, Limits, Outcome, PublishError, Target, clock::time_of_day};
use kinesis::{Connection, Grant, Identity, PutEntry, WriteError, Writer};
use record::{SequenceNumber, StreamIdentity};
use std::sync::{Arc, PoisonError, RwLock};

/// The stream of a grant. Each [`confirm`](Target::confirm) asks the endpoint again who we are and
/// which stream this is.
#[derive(Debug)]
pub struct KinesisTarget {
    connection: Connection,
    grant: Grant,
    limits: Limits,
    writer: RwLock<Arc<Writer>>,
}

impl KinesisTarget {
    /// `sources` are the streams that the entries come from: none of them may be the target.
    ///
    /// # Errors
    /// [`WriteError`], with nothing written.
    pub async fn open(
        connection: Connection,
        grant: Grant,
        sources: &[StreamIdentity],
    ) -> Result<Self, WriteError> {
        for source in sources {
            grant.refuse_source(source)?;
        }
        let writer = Writer::open(&connection, &grant, time_of_day).await?;
        Ok(Self {
            limits: Limits::of_stream(writer.max_record_kib()),
            connection,
            grant,
            writer: RwLock::new(Arc::new(writer)),
        })
    }

    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    fn writer(&self) -> Arc<Writer> {
        Arc::clone(&self.writer.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Target for KinesisTarget {
    fn limits(&self) -> Limits {
        self.limits
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        let writer = Writer::open(&self.connection, &self.grant, time_of_day).await?;
        *self.writer.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(writer);
        Ok(())
    }

    fn permission(&self) -> Option<String> {
        let caller = match self.grant.target().caller() {
            Identity::Known { arn, .. } => arn.as_str(),
            Identity::Absent { .. } => "somebody whom the endpoint does not name",
        };
        let (from, until) = (self.grant.granted_at(), self.grant.expires_at());
        Some(format!(
            "{caller}, by the permission of {from} until {until}"
        ))
    }

    async fn send(&self, entries: &[Entry], after: Option<SequenceNumber>) -> Vec<Outcome> {
        let writer = self.writer();
        if let [entry] = entries {
            let after = after.filter(|_| writer.takes_ordering());
            return vec![writer.put_record(put(entry), after).await];
        }
        let entries: Vec<PutEntry<'_>> = entries.iter().map(put).collect();
        writer.put_records(&entries).await
    }
}

fn put(entry: &Entry) -> PutEntry<'_> {
    PutEntry {
        key: &entry.key,
        explicit_hash_key: entry.explicit_hash_key,
        data: &entry.data,
    }
}
