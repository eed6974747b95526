//! `PutRecord` and `PutRecords`: one write at a time, each record with its arrival in milliseconds.
//!
//! ferrokinesis allocates a sequence number and stores the record in two steps; a reader that
//! looks between the two passes over the record for good. The gate closes that window.

use crate::{
    shim::{Shim, now},
    wire::{Fields, Refusal, decoded_bytes, invalid_argument, text},
};
use ferrokinesis::{
    constants,
    sequence::{self, SeqObj},
    store::SequenceAllocation,
    types::StoredRecordRef,
};
use record::{HashKey, Millis};
use serde_json::{Value, json};
use std::collections::HashMap;

const BATCH_BYTES_MAX: u64 = 5 << 20;

/// What only one writer at a time may hold: the last arrival of each shard, by stream.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    last_arrivals: HashMap<String, Vec<Millis>>,
}

impl Gate {
    /// A new stream owes nothing to an earlier one of its name.
    pub fn forget(&mut self, stream: &str) {
        self.last_arrivals.remove(stream);
    }

    /// Arrivals never go backwards within a shard.
    fn arrival(&mut self, stream: &str, shard_index: usize, arrival: Millis) -> Millis {
        let shards = self.last_arrivals.entry(stream.to_owned()).or_default();
        if shards.len() <= shard_index {
            shards.resize(shard_index + 1, Millis::MIN);
        }
        shards[shard_index] = shards[shard_index].max(arrival);
        shards[shard_index]
    }
}

/// A record on its way in.
pub(crate) struct Incoming<'a> {
    pub hash_key: u128,
    pub partition_key: &'a str,
    /// Base64.
    pub data: &'a str,
    /// `None`: now.
    pub arrival: Option<Millis>,
}

/// Where a record went.
pub(crate) struct Placed {
    pub shard_id: String,
    pub sequence: String,
}

impl<'a> Incoming<'a> {
    fn from_fields(fields: &'a Fields) -> Result<Self, Refusal> {
        let partition_key = text(fields, constants::PARTITION_KEY).unwrap_or_default();
        let hash_key = match text(fields, constants::EXPLICIT_HASH_KEY) {
            Some(hash_key) => hash_key.parse().map_err(|_| {
                invalid_argument(&format!(
                    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {hash_key}"
                ))
            })?,
            None => HashKey::of_partition_key(partition_key),
        };
        let data = text(fields, constants::DATA).unwrap_or_default();
        Ok(Self {
            hash_key: hash_key.0,
            partition_key,
            data,
            arrival: None,
        })
    }

    fn size_bytes(&self) -> u64 {
        decoded_bytes(self.data) + self.partition_key.len() as u64
    }
}

impl Shim {
    pub(crate) async fn put_record(&self, fields: &Fields) -> Result<Value, Refusal> {
        let stream = stream_name(fields)?;
        if let Some(minimum) = text(fields, constants::SEQUENCE_NUMBER_FOR_ORDERING) {
            self.refuse_future_minimum(stream, minimum)?;
        }
        let record = Incoming::from_fields(fields)?;
        let mut placed = self
            .write(stream, &[record], self.options.enforces_write_limits)
            .await?;
        let placed = placed
            .pop()
            .ok_or_else(|| Refusal::server_error(None, None))??;
        Ok(json!({ "ShardId": placed.shard_id, "SequenceNumber": placed.sequence }))
    }

    pub(crate) async fn put_records(&self, fields: &Fields) -> Result<Value, Refusal> {
        let stream = stream_name(fields)?;
        let entries = fields
            .get(constants::RECORDS)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let entries = entries.iter().filter_map(Value::as_object);
        let records = entries
            .map(Incoming::from_fields)
            .collect::<Result<Vec<_>, _>>()?;
        if records.iter().map(Incoming::size_bytes).sum::<u64>() > BATCH_BYTES_MAX {
            return Err(invalid_argument(
                "Records' total data + partition key payload exceeds 5242880 bytes",
            ));
        }
        let placed = self
            .write(stream, &records, self.options.enforces_write_limits)
            .await?;
        let failed = placed.iter().filter(|placed| placed.is_err()).count();
        let answers: Vec<Value> = placed
            .into_iter()
            .map(|placed| match placed {
                Ok(placed) => json!({ "ShardId": placed.shard_id, "SequenceNumber": placed.sequence }),
                Err(refusal) => json!({ "ErrorCode": refusal.body.error_type, "ErrorMessage": refusal.body.message }),
            })
            .collect();
        Ok(json!({ "FailedRecordCount": failed, "Records": answers }))
    }

    /// Writes records in this order, so that no reader misses one.
    pub(crate) async fn write(
        &self,
        stream: &str,
        records: &[Incoming<'_>],
        limited: bool,
    ) -> Result<Vec<Result<Placed, Refusal>>, Refusal> {
        let hash_keys: Vec<u128> = records.iter().map(|record| record.hash_key).collect();
        let mut gate = self.gate.write().await;
        let now = now();
        let allocations = self
            .store
            .allocate_sequences_batch(stream, &hash_keys)
            .await?;
        let mut batch = Vec::with_capacity(records.len());
        let mut placed = Vec::with_capacity(records.len());
        for (record, place) in records.iter().zip(allocations) {
            if limited && let Err(refusal) = self.reserve_write(stream, &place, record, now).await {
                placed.push(Err(refusal));
                continue;
            }
            let shard_index =
                sequence::resolve_shard_id(&place.shard_id).map_or(0, |(_, index)| index);
            let shard_index = usize::try_from(shard_index).unwrap_or(0);
            let arrival = gate.arrival(stream, shard_index, record.arrival.unwrap_or(now));
            let place = if record.arrival.is_some() {
                dated(place, arrival)
            } else {
                place
            };
            let stored = StoredRecordRef {
                partition_key: record.partition_key,
                data: record.data,
                approximate_arrival_timestamp: arrival.as_secs_f64(),
            };
            batch.push((place.stream_key, stored));
            placed.push(Ok(Placed {
                shard_id: place.shard_id,
                sequence: place.seq_num,
            }));
        }
        self.store.put_records_batch(stream, &batch).await?;
        self.make_room().await;
        drop(gate);
        Ok(placed)
    }

    async fn reserve_write(
        &self,
        stream: &str,
        place: &SequenceAllocation,
        record: &Incoming<'_>,
        now: Millis,
    ) -> Result<(), Refusal> {
        let bytes = decoded_bytes(record.data);
        self.store
            .try_reserve_shard_throughput(stream, &place.shard_id, bytes, now.0.unsigned_abs())
            .await?;
        Ok(())
    }

    fn refuse_future_minimum(&self, stream: &str, minimum: &str) -> Result<(), Refusal> {
        let time = sequence::parse_sequence(minimum)
            .ok()
            .map(|parts| parts.seq_time.unwrap_or(0));
        match time {
            Some(millis) if millis <= now().0.unsigned_abs() => Ok(()),
            _ => Err(invalid_argument(&format!(
                "ExclusiveMinimumSequenceNumber {minimum} used in PutRecord on stream {stream} under account {} is invalid.",
                self.store.aws_account_id
            ))),
        }
    }
}

fn stream_name(fields: &Fields) -> Result<&str, Refusal> {
    text(fields, constants::STREAM_NAME)
        .ok_or_else(|| invalid_argument("Either StreamName or StreamARN must be provided."))
}

/// The same place, with the time of arrival in the sequence number instead of that of writing. The
/// running number before it decides the order.
fn dated(place: SequenceAllocation, arrival: Millis) -> SequenceAllocation {
    let Ok(parts) = sequence::parse_sequence(&place.seq_num) else {
        return place;
    };
    let seq_num = sequence::stringify_sequence(&SeqObj {
        seq_time: Some(arrival.0.unsigned_abs()),
        ..parts
    });
    let stream_key = format!("{}/{seq_num}", sequence::shard_ix_to_hex(parts.shard_ix));
    SequenceAllocation {
        seq_num,
        stream_key,
        ..place
    }
}
