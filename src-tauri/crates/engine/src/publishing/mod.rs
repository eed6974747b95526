//! Publishing: messages that a person composes or imports, into one stream, under a grant.
//!
//! What is sent, in which order and what became of it is `publish`'s and the journal's; here it is begun once for
//! each token, held while it runs, and told. Replays are not here.

mod again;
mod draft;
mod history;
mod import;
mod jobs;
mod plan;
mod prepared;
mod tally;
mod templates;

pub use draft::{Draft, DraftPreview};
pub use history::{PublishKind, PublishState, Published, PublishedDraft};
pub use import::{ImportFormat, ImportPreview, ImportRequest, ImportSource, ImportedRow};
pub(crate) use jobs::{PATIENCE, Publishing};
pub use tally::{SentOutcome, SentRecord};
pub use templates::Template;

use crate::{ConnectionId, Engine, EngineError, GrantId, Granted, streams::stream_name};
use kinesis::RecordDistribution;
use publish::{Limits, ShardMap};
use record::{HashKey, ShardId, StreamArn};
use std::{sync::Arc, time::Instant};

/// What has to be known of a stream to say what would become of a record.
#[derive(Debug)]
pub(crate) struct KnownTarget {
    pub arn: StreamArn,
    pub map: ShardMap,
    pub limits: Limits,
    is_placed_automatically: bool,
}

impl KnownTarget {
    /// It looks at no key.
    pub fn is_placed_automatically(&self) -> bool {
        self.is_placed_automatically
    }

    /// Where a record is predicted to land; none where the stream places records by itself.
    pub fn landing(&self, hash_key: HashKey) -> Option<ShardId> {
        let landing = self.map.landing(hash_key).cloned();
        landing.filter(|_| !self.is_placed_automatically)
    }
}

impl Engine {
    /// As it was asked up to half a minute ago.
    pub(crate) async fn known_target(
        &self,
        connection: ConnectionId,
        stream: &str,
    ) -> Result<Arc<KnownTarget>, EngineError> {
        let opened = self.connection(connection)?;
        let key = (connection, stream_name(stream)?);
        if let Some(known) = self.targets().get(&key, Instant::now()) {
            return Ok(known);
        }
        let summary = opened.connection.stream(&key.1);
        let (summary, shards) = tokio::join!(summary, self.shards(connection, stream));
        let summary = summary?;
        let known = Arc::new(KnownTarget {
            arn: summary.identity.arn,
            map: ShardMap::new(&shards?),
            limits: Limits::of_stream(summary.max_record_kib),
            is_placed_automatically: summary.distribution == RecordDistribution::Automatic,
        });
        self.targets().keep(key, Arc::clone(&known), Instant::now());
        Ok(known)
    }

    /// The permission to write to this stream through this connection.
    ///
    /// # Errors
    /// [`EngineError::UnknownGrant`] where it is over, [`EngineError::OtherGrant`] where it is another one's.
    pub(crate) fn granted_for(
        &self,
        grant: GrantId,
        connection: ConnectionId,
        stream: &str,
    ) -> Result<Granted, EngineError> {
        let granted = self.granted(grant)?;
        let target = granted.grant.target().name();
        if granted.through != connection || target.as_str() != stream {
            return Err(EngineError::OtherGrant {
                granted: target.to_string(),
                wanted: stream.to_owned(),
            });
        }
        Ok(granted)
    }
}
