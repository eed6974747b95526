//! `CreateStream`: with tags, with a mode, and with a creation time in milliseconds.
//!
//! The creation time is part of a stream's identity, and ferrokinesis has whole seconds: two streams
//! of one name made within a second could not be told apart.

use crate::{
    shim::Shim,
    wire::{Fields, Refusal, invalid_argument, text},
};
use ferrokinesis::{
    constants,
    sequence::{self, SeqObj},
    types::{
        EpochSeconds, HashKeyRange, SequenceNumberRange, Shard, Stream, StreamBuilder, StreamMode,
        StreamModeDetails, StreamStatus,
    },
};
use record::Millis;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

const TAGS_MAX: usize = 50;
/// Source: <https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html>.
const ON_DEMAND_SHARDS: u32 = 4;

/// A stream to be made.
pub(crate) struct NewStream {
    pub name: String,
    pub shards: u32,
    pub on_demand: bool,
    pub tags: BTreeMap<String, String>,
    pub created_at: Millis,
}

impl NewStream {
    /// Gives an on-demand stream the shard count that the rules ask for.
    pub fn complete(fields: &mut Fields) {
        if is_on_demand(fields) && !fields.contains_key(constants::SHARD_COUNT) {
            fields.insert(constants::SHARD_COUNT.to_owned(), ON_DEMAND_SHARDS.into());
        }
    }

    /// Reads fields that have passed the rules for `CreateStream`; `tags` are not among them.
    pub fn from_fields(fields: &Fields, created_at: Millis) -> Result<Self, Refusal> {
        Ok(Self {
            name: text(fields, constants::STREAM_NAME)
                .unwrap_or_default()
                .to_owned(),
            shards: fields
                .get(constants::SHARD_COUNT)
                .and_then(Value::as_u64)
                .and_then(|shards| u32::try_from(shards).ok())
                .unwrap_or(1),
            on_demand: is_on_demand(fields),
            tags: tags(fields)?,
            created_at,
        })
    }

    fn build(&self, arn: String) -> Stream {
        let mode = if self.on_demand {
            StreamMode::OnDemand
        } else {
            StreamMode::Provisioned
        };
        StreamBuilder::new(
            self.name.clone(),
            arn,
            StreamStatus::Active,
            EpochSeconds(self.created_at.as_secs_f64()),
            (0..self.shards).map(|index| self.shard(index)).collect(),
        )
        .stream_mode_details(StreamModeDetails { stream_mode: mode })
        .tags(self.tags.clone())
        .build()
    }

    fn shard(&self, index: u32) -> Shard {
        let width = u128::MAX / u128::from(self.shards);
        let exact = u128::MAX % u128::from(self.shards) == u128::from(self.shards) - 1;
        // 2^128 divided by the count, without 2^128 itself
        let width = if exact { width.wrapping_add(1) } else { width };
        let start = width.wrapping_mul(u128::from(index));
        let end = if index + 1 == self.shards {
            u128::MAX
        } else {
            start + (width - 1)
        };
        let first_sequence = sequence::stringify_sequence(&SeqObj {
            shard_create_time: self.created_at.0.unsigned_abs(),
            seq_ix: None,
            byte1: None,
            seq_time: None,
            seq_rand: None,
            shard_ix: index.into(),
            version: 2,
        });
        Shard {
            shard_id: sequence::shard_id_name(index.into()),
            hash_key_range: HashKeyRange::new(start.to_string(), end.to_string()),
            sequence_number_range: SequenceNumberRange {
                starting_sequence_number: first_sequence,
                ending_sequence_number: None,
            },
            parent_shard_id: None,
            adjacent_parent_shard_id: None,
        }
    }
}

impl Shim {
    /// Makes a stream. With a transition time it is CREATING, without shards, until that is over.
    pub(crate) async fn create_stream(self: &Arc<Self>, new: NewStream) -> Result<(), Refusal> {
        if self.options.transition.is_zero() {
            return self.create_active_stream(new).await;
        }
        let mut gate = self.gate.write().await;
        self.refuse_stream(&new).await?;
        gate.forget(&new.name);
        let mut stream = new.build(self.arn(&new.name));
        let shards = std::mem::take(&mut stream.shards);
        stream.stream_status = StreamStatus::Creating;
        let created = stream.stream_creation_timestamp;
        self.store.put_stream(&new.name, stream).await?;
        drop(gate);
        self.clone().activate_later(new.name, created, shards);
        Ok(())
    }

    pub(crate) async fn create_active_stream(&self, new: NewStream) -> Result<(), Refusal> {
        let mut gate = self.gate.write().await;
        self.refuse_stream(&new).await?;
        gate.forget(&new.name);
        self.store
            .put_stream(&new.name, new.build(self.arn(&new.name)))
            .await
    }

    async fn refuse_stream(&self, new: &NewStream) -> Result<(), Refusal> {
        if self.store.contains_stream(&new.name).await {
            return Err(Refusal::stream_in_use(
                &new.name,
                &self.store.aws_account_id,
            ));
        }
        let open = self.store.sum_open_shards().await;
        if open.saturating_add(new.shards) <= self.options.shards_max {
            return Ok(());
        }
        let message = format!(
            "This request would exceed the shard limit for the account {} in {}. Current shard count for the account: {open}. Limit: {}. Number of additional shards that would have resulted from this request: {}.",
            self.store.aws_account_id, self.store.aws_region, self.options.shards_max, new.shards
        );
        Err(Refusal::client_error(
            constants::LIMIT_EXCEEDED,
            Some(&message),
        ))
    }

    fn activate_later(self: Arc<Self>, name: String, created: EpochSeconds, shards: Vec<Shard>) {
        tokio::spawn(async move {
            tokio::time::sleep(self.options.transition).await;
            let activated = self.store.update_stream(&name, |stream| {
                if stream.stream_status == StreamStatus::Creating
                    && stream.stream_creation_timestamp == created
                {
                    stream.stream_status = StreamStatus::Active;
                    stream.shards = shards;
                }
                Ok(())
            });
            if let Err(error) = activated.await {
                tracing::debug!(%error, name, "the stream was gone before it was active");
            }
        });
    }

    pub(crate) fn arn(&self, stream: &str) -> String {
        format!(
            "arn:aws:kinesis:{}:{}:stream/{stream}",
            self.store.aws_region, self.store.aws_account_id
        )
    }
}

fn is_on_demand(fields: &Fields) -> bool {
    let mode = fields
        .get(constants::STREAM_MODE_DETAILS)
        .and_then(|details| details.get("StreamMode"));
    mode.and_then(Value::as_str) == Some(constants::STREAM_MODE_ON_DEMAND)
}

fn tags(fields: &Fields) -> Result<BTreeMap<String, String>, Refusal> {
    let Some(tags) = fields.get(constants::TAGS).and_then(Value::as_object) else {
        return Ok(BTreeMap::new());
    };
    let tags: BTreeMap<String, String> = tags
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let fits = |(key, value): (&String, &String)| {
        (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256
    };
    if tags.len() > TAGS_MAX || !tags.iter().all(fits) {
        return Err(invalid_argument(
            "A stream has at most 50 tags, with keys of 1 to 128 and values of at most 256 characters.",
        ));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(shards: u32) -> Vec<(u128, u128)> {
        let new = NewStream {
            name: "orders".to_owned(),
            shards,
            on_demand: false,
            tags: BTreeMap::new(),
            created_at: Millis(1_700_000_000_000),
        };
        (0..shards)
            .map(|index| new.shard(index).hash_key_range)
            .map(|range| (range.start_u128(), range.end_u128()))
            .collect()
    }

    #[test]
    fn shards_cover_the_hash_keys_without_gap_or_overlap() {
        for shards in 1..=17 {
            let ranges = ranges(shards);
            assert_eq!(
                ranges.first().map(|range| range.0),
                Some(0),
                "{shards} shards"
            );
            assert_eq!(
                ranges.last().map(|range| range.1),
                Some(u128::MAX),
                "{shards} shards"
            );
            assert!(
                ranges.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0),
                "{shards} shards"
            );
        }
    }

    #[test]
    fn four_shards_have_the_ranges_that_aws_gives() {
        assert_eq!(ranges(4)[1], (1 << 126, (1 << 127) - 1));
    }
}
