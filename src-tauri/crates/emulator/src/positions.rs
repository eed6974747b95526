//! `GetShardIterator`, and what an iterator holds.
//!
//! Iterators are ferrokinesis' own tokens. `LATEST` and `AT_TIMESTAMP` are resolved here, from arrival
//! times in milliseconds and between two writes, so that no record falls between a position and
//! the writes that were under way when it was taken.

use crate::{
    shard_log::ShardLog,
    shim::{Shim, now},
    wire::{Fields, Refusal, invalid_argument, text},
};
use ferrokinesis::{constants, sequence, shard_iterator, types::Stream};
use record::Millis;
use serde_json::{Value, json};

/// Beyond this a time is in milliseconds (CBOR clients send such), not in seconds.
const SECONDS_MAX: f64 = 1e11;

/// Where an iterator stands.
pub(crate) struct Position {
    pub created_millis: u64,
    pub stream: String,
    pub shard_id: String,
    pub shard_index: i64,
    pub sequence: String,
}

impl Position {
    pub fn from_iterator(iterator: &str) -> Result<Self, Refusal> {
        let invalid = || invalid_argument("Invalid ShardIterator.");
        let (created_millis, stream, shard_id, sequence) =
            shard_iterator::decode_shard_iterator(iterator).map_err(|_| invalid())?;
        let (shard_id, shard_index) =
            sequence::resolve_shard_id(&shard_id).map_err(|_| invalid())?;
        sequence::parse_sequence(&sequence).map_err(|_| invalid())?;
        Ok(Self {
            created_millis,
            stream,
            shard_id,
            shard_index,
            sequence,
        })
    }

    pub fn iterator_at(&self, sequence: &str, now: Millis) -> String {
        shard_iterator::create_shard_iterator(
            &self.stream,
            &self.shard_id,
            sequence,
            now.0.unsigned_abs(),
        )
    }
}

impl Shim {
    pub(crate) async fn shard_iterator(&self, fields: &Fields) -> Result<Value, Refusal> {
        match text(fields, constants::SHARD_ITERATOR_TYPE) {
            Some("LATEST" | "AT_TIMESTAMP")
                if text(fields, constants::STARTING_SEQUENCE_NUMBER).is_none() => {}
            _ => {
                let fields = Value::Object(fields.clone());
                let answer =
                    ferrokinesis::actions::get_shard_iterator::execute(&self.store, fields).await?;
                return Ok(answer.unwrap_or_default());
            }
        }
        let stream = self
            .store
            .get_stream(text(fields, constants::STREAM_NAME).unwrap_or_default())
            .await?;
        let (shard_id, shard_index) = self.shard_index(
            &stream,
            text(fields, constants::SHARD_ID).unwrap_or_default(),
        )?;
        let log = ShardLog::of(&self.store, &stream, shard_index)
            .ok_or_else(|| self.no_shard(&stream, &shard_id))?;
        let gate = self.gate.read().await;
        let sequence = match fields.get(constants::TIMESTAMP).and_then(Value::as_f64) {
            Some(timestamp) => log.position_at(past_time(timestamp, now())?).await,
            None if text(fields, constants::SHARD_ITERATOR_TYPE) == Some("LATEST") => {
                log.end().await
            }
            None => {
                return Err(invalid_argument(
                    "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
                ));
            }
        };
        drop(gate);
        let now = now().0.unsigned_abs();
        let iterator =
            shard_iterator::create_shard_iterator(&stream.stream_name, &shard_id, &sequence, now);
        Ok(json!({ "ShardIterator": iterator }))
    }

    fn shard_index(&self, stream: &Stream, shard_id: &str) -> Result<(String, i64), Refusal> {
        sequence::resolve_shard_id(shard_id).map_err(|_| self.no_shard(stream, shard_id))
    }

    pub(crate) fn no_shard(&self, stream: &Stream, shard_id: &str) -> Refusal {
        Refusal::shard_not_found(shard_id, &stream.stream_name, &self.store.aws_account_id)
    }
}

fn past_time(timestamp: f64, now: Millis) -> Result<Millis, Refusal> {
    let seconds = if timestamp > SECONDS_MAX {
        timestamp / 1000.0
    } else {
        timestamp
    };
    let time = Millis::from_secs_f64(seconds);
    if time > now {
        return Err(invalid_argument(&format!(
            "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: {}, currentTimestampInMillis: {}",
            time.0, now.0
        )));
    }
    Ok(time)
}
