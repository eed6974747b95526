//! A planned replay as the journal and a saved file hold it: what was wanted, what was planned, and of
//! which shards it speaks.

use super::{
    ReplayInto, WantedReplay,
    setup::FoundTarget,
    wanted::{KeptInto, ReplaySetup},
};
use crate::{ConnectionId, Engine, EngineError, connections::Origin};
use record::{Millis, ShardId, StreamArn, StreamIdentity};
use replay::{PinnedSelection, Plan, ReplayError};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::{ShardKey, Store, StoredDelivery};

const FORMAT: &str = "kinescope-replay-1";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeptReplay {
    format: String,
    pub setup: ReplaySetup,
    pub into: KeptInto,
    pub target: Option<KeptStream>,
    sources: Vec<KeptShard>,
    pub plan: Plan,
}

/// One incarnation of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeptStream {
    arn: String,
    created_at: i64,
}

/// A source shard: another workspace may know another one by the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeptShard {
    key: i64,
    shard: String,
    stream: KeptStream,
}

impl From<&StreamIdentity> for KeptStream {
    fn from(stream: &StreamIdentity) -> Self {
        Self {
            arn: stream.arn.to_string(),
            created_at: stream.created_at.0,
        }
    }
}

impl KeptStream {
    pub fn identity(&self) -> Option<StreamIdentity> {
        Some(StreamIdentity {
            arn: self.arn.parse::<StreamArn>().ok()?,
            created_at: Millis(self.created_at),
        })
    }
}

impl KeptReplay {
    pub fn new(
        store: &Store,
        setup: ReplaySetup,
        target: FoundTarget,
        plan: Plan,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            format: FORMAT.to_owned(),
            sources: shards_of(store, &plan.request.selection)?,
            target: target.stream.as_ref().map(KeptStream::from),
            setup,
            into: target.kept,
            plan,
        })
    }

    pub fn to_json(&self) -> Result<String, EngineError> {
        serde_json::to_string(self).map_err(|error| ReplayError::SavedPlan(error).into())
    }

    pub fn from_json(text: &str) -> Result<Self, EngineError> {
        let kept: Self = serde_json::from_str(text).map_err(ReplayError::SavedPlan)?;
        if kept.format == FORMAT {
            Ok(kept)
        } else {
            Err(EngineError::Input(format!(
                "this plan has the format {}, and this version reads {FORMAT}",
                kept.format
            )))
        }
    }

    pub fn of_delivery(stored: &StoredDelivery) -> Result<Self, EngineError> {
        Self::from_json(&stored.delivery.plan)
    }

    /// # Errors
    /// [`EngineError::Input`] where the shards that it speaks of are others here.
    pub fn require_workspace(&self, store: &Store) -> Result<(), EngineError> {
        if shards_of(store, &self.plan.request.selection)? == self.sources {
            Ok(())
        } else {
            Err(EngineError::Input(
                "this plan speaks of records that are not in this workspace".to_owned(),
            ))
        }
    }

    /// The streams that the records come from.
    pub fn source_streams(&self) -> Vec<StreamIdentity> {
        let mut seen = HashSet::new();
        let streams = self.sources.iter().map(|shard| &shard.stream);
        let each = streams.filter(|stream| seen.insert((&stream.arn, stream.created_at)));
        each.filter_map(KeptStream::identity).collect()
    }

    pub fn name(&self) -> String {
        self.setup.name.clone().unwrap_or_else(|| {
            format!(
                "{} records to {}",
                self.plan.tally.records,
                self.target_name()
            )
        })
    }

    /// The stream, the file or the function.
    pub fn target_name(&self) -> String {
        match &self.into {
            KeptInto::Stream { stream, .. } => stream.clone(),
            KeptInto::File { path, .. } => path.display().to_string(),
            KeptInto::Function { function, .. } => function.clone(),
            KeptInto::LocalFunction { address } => address.clone(),
        }
    }
}

fn shards_of(store: &Store, selection: &PinnedSelection) -> Result<Vec<KeptShard>, EngineError> {
    let wanted: HashSet<ShardKey> = selection.shards().collect();
    let mut kept = Vec::with_capacity(wanted.len());
    for stream in store.streams()? {
        let shards = store.shards(stream.key)?.into_iter();
        let named = |key: ShardKey, id: &ShardId| KeptShard {
            key: key.0,
            shard: id.to_string(),
            stream: KeptStream::from(&stream.stream.identity),
        };
        kept.extend(
            shards
                .filter(|shard| wanted.contains(&shard.key))
                .map(|shard| named(shard.key, &shard.shard.id)),
        );
    }
    kept.sort_by_key(|shard| shard.key);
    Ok(kept)
}

impl Engine {
    /// The connection that is open to where it was planned through.
    pub(crate) fn through(&self, origin: &Origin) -> Option<ConnectionId> {
        let is_it = |opened: &crate::OpenedConnection| Origin::of(opened) == *origin;
        self.connections()
            .into_iter()
            .find(is_it)
            .map(|opened| opened.id)
    }

    /// # Errors
    /// [`EngineError::NotConnected`].
    pub(crate) fn require_through(
        &self,
        origin: &Origin,
        what: &str,
    ) -> Result<ConnectionId, EngineError> {
        self.through(origin)
            .ok_or_else(|| EngineError::NotConnected {
                what: what.to_owned(),
                connection: origin.label(),
            })
    }

    /// As the window knows it.
    pub(super) fn wanted(&self, kept: &KeptReplay) -> Result<WantedReplay, EngineError> {
        let into = match &kept.into {
            KeptInto::Stream { through, stream } => ReplayInto::Stream {
                connection: self.require_through(through, stream)?,
                stream: stream.clone(),
            },
            KeptInto::File { path, format } => ReplayInto::File {
                path: path.clone(),
                format: *format,
            },
            KeptInto::Function { through, function } => ReplayInto::Function {
                connection: self.require_through(through, function)?,
                function: function.clone(),
            },
            KeptInto::LocalFunction { address } => ReplayInto::LocalFunction {
                address: address.clone(),
            },
        };
        Ok(WantedReplay {
            setup: kept.setup.clone(),
            into,
        })
    }
}
