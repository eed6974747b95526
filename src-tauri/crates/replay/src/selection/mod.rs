//! Which records are replayed, and in which order: read lazily, a few pages in memory at a time.
//!
//! A selection is pinned before it is planned: it then means the same records until one of them is
//! deleted, whatever is captured meanwhile. Its order is that of [`order`]: each shard in sequence
//! order, shards by arrival, parents before children. The strict, the key-ordered and the fast
//! delivery all read it so.

mod order;
mod read;

pub use read::{SelectedRecord, SelectionReader};

use crate::{
    ReplayError,
    text::{as_text, each_as_text, filter},
};
use decode::Path;
use query::{Comparison, Filter, Literal, Number};
use record::{Millis, SequenceNumber};
use serde::{Deserialize, Serialize};
use store::{CaptureId, RecordId, Scope, ShardKey, ShardWalk, Store};

/// The records of some captures that were chosen; without captures, of the whole workspace. That a
/// stream is gone from its endpoint does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    #[serde(with = "each_as_text")]
    pub captures: Vec<CaptureId>,
    pub chosen: Chosen,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Chosen {
    /// A stretch of one shard, both ends included.
    Sequences {
        #[serde(with = "as_text")]
        shard: ShardKey,
        first: SequenceNumber,
        last: SequenceNumber,
    },
    /// Arrivals from `from` and before `until`.
    Time {
        from: Option<Millis>,
        until: Option<Millis>,
    },
    /// What the explorer shows.
    Filter(#[serde(with = "filter")] Filter),
    Picked(#[serde(with = "each_as_text")] Vec<RecordId>),
    /// One saga, one order: all records with this value at this place, as a text or as a number.
    Carrying {
        #[serde(with = "as_text")]
        path: Path,
        value: String,
    },
}

/// A selection with what was stored of each shard, and covered by its captures, when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PinnedSelection {
    selection: Selection,
    pins: Vec<Pin>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pin {
    #[serde(with = "as_text")]
    shard: ShardKey,
    end_number: u64,
    /// Stretches that the captures had read: others may have stored what they read later. Absent where every record is
    /// meant, and in plans of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    covered: Option<Vec<(SequenceNumber, SequenceNumber)>>,
}

impl Chosen {
    fn filter(&self) -> Filter {
        match self {
            Self::Sequences { .. } | Self::Picked(_) => Filter::Everything,
            Self::Time { from, until } => Filter::Time {
                from: *from,
                until: *until,
            },
            Self::Filter(filter) => filter.clone(),
            Self::Carrying { path, value } => {
                let is = |value| Filter::Compare {
                    field: path.clone(),
                    comparison: Comparison::Equal,
                    value,
                };
                let number = Number::parse(value).map(|number| is(Literal::Number(number)));
                let text = is(Literal::Text(value.clone()));
                Filter::any([text].into_iter().chain(number))
            }
        }
    }

    fn narrow(&self, walks: Vec<ShardWalk>) -> Vec<ShardWalk> {
        match self {
            Self::Sequences { shard, first, last } => walks
                .into_iter()
                .filter(|walk| walk.shard() == *shard)
                .map(|walk| walk.between(*first, *last))
                .collect(),
            Self::Picked(ids) => walks
                .into_iter()
                .filter(|walk| ids.iter().any(|id| id.shard() == walk.shard()))
                .map(|walk| walk.only(ids))
                .collect(),
            Self::Time { .. } | Self::Filter(_) | Self::Carrying { .. } => walks,
        }
    }
}

impl Selection {
    pub fn pin(self, store: &Store) -> Result<PinnedSelection, ReplayError> {
        let walks = self.walks(store)?;
        if let Chosen::Sequences { shard, .. } = self.chosen
            && walks.is_empty()
        {
            return Err(ReplayError::UnknownShard(shard));
        }
        let pin = |walk: &ShardWalk| Pin {
            shard: walk.shard(),
            end_number: walk.end_number(),
            covered: walk.covered(),
        };
        Ok(PinnedSelection {
            pins: walks.iter().map(pin).collect(),
            selection: self,
        })
    }

    fn walks(&self, store: &Store) -> Result<Vec<ShardWalk>, ReplayError> {
        let scope = Scope {
            captures: self.captures.clone(),
        };
        let walks = store.walks(&scope, &self.chosen.filter())?;
        Ok(self.chosen.narrow(walks))
    }
}

impl PinnedSelection {
    pub fn shards(&self) -> impl Iterator<Item = ShardKey> {
        self.pins.iter().map(|pin| pin.shard)
    }

    /// The same records but those of these shards.
    #[must_use]
    pub fn without(mut self, is_out: impl Fn(ShardKey) -> bool) -> Self {
        self.pins.retain(|pin| !is_out(pin.shard));
        self
    }

    fn walks(&self, store: &Store) -> Result<Vec<ShardWalk>, ReplayError> {
        let walks = self.selection.walks(store)?.into_iter();
        let pinned = walks.filter_map(|walk| {
            let pin = self.pins.iter().find(|pin| pin.shard == walk.shard())?;
            let walk = walk.pinned_at(pin.end_number);
            Some(match &pin.covered {
                Some(stretches) => walk.covering(stretches),
                None => walk,
            })
        });
        Ok(pinned.collect())
    }
}
