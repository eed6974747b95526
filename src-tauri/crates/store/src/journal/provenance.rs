//! Looking things up in the journal: the log of a delivery, and the way between an original and what
//! was written for it.

use super::{
    AttemptResult, Intent, Subject, body,
    write::{ATTEMPTS, INTENTS},
};
use crate::{DeliveryId, ShardKey, Store, StoreError, StreamKey};
use record::{Millis, SequenceNumber, ShardId, StreamIdentity, SubSequence};
use rusqlite::{Connection, params};

/// One line of a delivery's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub at: Millis,
    pub position: u64,
    pub event: LogEvent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEvent {
    Intended(Subject),
    Came(AttemptResult),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    pub lines: Vec<LogLine>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<i64>,
    /// Where lines begin that are written later.
    pub end: Option<i64>,
}

/// A delivery that took a captured record, with everything that became of it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub delivery: DeliveryId,
    pub position: u64,
    pub results: Vec<(Millis, AttemptResult)>,
}

/// What a record of a target was delivered from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginFound {
    pub delivery: DeliveryId,
    pub position: u64,
    pub subject: Subject,
}

/// Chunks in a page of the log: each holds up to some thousand lines.
const CHUNKS_PER_PAGE: usize = 16;

impl Store {
    /// The log of one delivery in the order of writing, from its beginning or where a page ended.
    pub fn delivery_log(&self, id: DeliveryId, from: Option<i64>) -> Result<LogPage, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        super::deliveries::require(&snapshot, id)?;
        let mut statement = snapshot.prepare_cached(
            "SELECT key, kind, at, body FROM delivery_chunk WHERE delivery = ? AND key > ? ORDER BY key LIMIT ?",
        )?;
        let mut rows = statement.query(params![id, from.unwrap_or(0), CHUNKS_PER_PAGE as i64])?;
        let (mut lines, mut last, mut count) = (Vec::new(), from, 0);
        while let Some(row) = rows.next()? {
            last = Some(row.get(0)?);
            count += 1;
            let at = Millis(row.get(2)?);
            let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
            if row.get::<_, i64>(1)? == INTENTS {
                lines.extend(
                    body::decode_intents(bytes)?
                        .into_iter()
                        .map(|intent| LogLine {
                            at,
                            position: intent.position,
                            event: LogEvent::Intended(intent.subject),
                        }),
                );
            } else {
                for attempt in body::decode_attempts(at, bytes)? {
                    let at = attempt.at;
                    lines.extend(
                        attempt
                            .results
                            .into_iter()
                            .map(|(position, result)| LogLine {
                                at,
                                position,
                                event: LogEvent::Came(result),
                            }),
                    );
                }
            }
        }
        let next = last.filter(|_| count == CHUNKS_PER_PAGE);
        Ok(LogPage {
            lines,
            next,
            end: last,
        })
    }

    /// The deliveries of one captured record, the newest first.
    pub fn deliveries_of_record(
        &self,
        shard: ShardKey,
        sequence: SequenceNumber,
        sub: SubSequence,
    ) -> Result<Vec<Delivered>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached(
            "SELECT c.delivery, c.body FROM delivery_origin o JOIN delivery_chunk c ON c.key = o.chunk
             WHERE o.shard = ?1 AND o.first_sequence <= ?2 AND o.last_sequence >= ?2 ORDER BY c.key DESC",
        )?;
        let mut rows = statement.query(params![shard, sequence.as_key()])?;
        let mut found: Vec<Delivered> = Vec::new();
        while let Some(row) = rows.next()? {
            let delivery: DeliveryId = row.get(0)?;
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            for intent in body::decode_intents(bytes)? {
                let is_it = matches!(intent.subject, Subject::Captured { record, sequence: number, sub: part }
                    if record.shard() == shard && number == sequence && part == sub);
                let known = |delivered: &Delivered| {
                    delivered.delivery == delivery && delivered.position == intent.position
                };
                if is_it && !found.iter().any(known) {
                    let results = results_of(&snapshot, delivery, intent.position)?;
                    found.push(Delivered {
                        delivery,
                        position: intent.position,
                        results,
                    });
                }
            }
        }
        Ok(found)
    }

    /// Which deliveries wrote these records of a target, in their order; `None` for one that no delivery
    /// of this workspace wrote.
    pub fn writers_of(
        &self,
        target: &StreamIdentity,
        records: &[(ShardId, SequenceNumber)],
    ) -> Result<Vec<Option<DeliveryId>>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut known = Attempts::default();
        let look = |(shard, sequence): &(ShardId, SequenceNumber)| {
            let found = known.position_of(&snapshot, target, shard, *sequence)?;
            Ok(found.map(|(delivery, _)| delivery))
        };
        records.iter().map(look).collect()
    }

    /// What these records of a target were delivered from, in their order; `None` for one that no
    /// delivery of this workspace wrote.
    pub fn origins_of_delivered(
        &self,
        target: &StreamIdentity,
        records: &[(ShardId, SequenceNumber)],
    ) -> Result<Vec<Option<OriginFound>>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut known = Attempts::default();
        let look = |(shard, sequence): &(ShardId, SequenceNumber)| {
            let Some((delivery, position)) =
                known.position_of(&snapshot, target, shard, *sequence)?
            else {
                return Ok(None);
            };
            let intent = intent_of(&snapshot, delivery, position)?;
            Ok(intent.map(|intent| OriginFound {
                delivery,
                position,
                subject: intent.subject,
            }))
        };
        records.iter().map(look).collect()
    }
}

/// How far the journal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journaled {
    chunk: i64,
    delivery: i64,
}

impl Journaled {
    /// Whether a delivery was begun since.
    pub fn has_new_delivery(&self, since: Self) -> bool {
        self.delivery > since.delivery
    }
}

impl Store {
    /// It grows with every delivery, every intent and every attempt that is journaled, and with nothing else.
    pub fn journaled(&self) -> Result<Journaled, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut statement = snapshot.prepare_cached(
            "SELECT (SELECT coalesce(max(key), 0) FROM delivery_chunk), (SELECT coalesce(max(id), 0) FROM delivery)",
        )?;
        let journaled = statement.query_row([], |row| {
            Ok(Journaled {
                chunk: row.get(0)?,
                delivery: row.get(1)?,
            })
        })?;
        Ok(journaled)
    }

    /// The records of a shard of which it was journaled since that deliveries of this workspace wrote them.
    pub fn written_since(
        &self,
        stream: StreamKey,
        shard: &ShardId,
        since: Journaled,
    ) -> Result<Vec<SequenceNumber>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        Ok(acknowledged(&snapshot, stream, shard, since.chunk)?.1)
    }
}

/// The records of a shard that deliveries of this workspace wrote, as far as they were journaled
/// after a chunk; and the last chunk.
pub(crate) fn acknowledged(
    connection: &Connection,
    stream: StreamKey,
    shard: &ShardId,
    after_chunk: i64,
) -> Result<(i64, Vec<SequenceNumber>), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT c.key, c.at, c.body FROM delivery_result r JOIN delivery_chunk c ON c.key = r.chunk
         JOIN delivery d ON d.id = c.delivery
         JOIN stream s ON s.arn = d.target_arn AND s.created_at = d.target_created_at
         WHERE r.shard = ?1 AND r.chunk > ?2 AND s.key = ?3 ORDER BY c.key",
    )?;
    let mut rows = statement.query(params![shard.as_str(), after_chunk, stream])?;
    let (mut last, mut found) = (after_chunk, Vec::new());
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        let attempts = body::decode_attempts(Millis(row.get(1)?), bytes)?;
        let results = attempts.into_iter().flat_map(|attempt| attempt.results);
        found.extend(results.filter_map(|(_, result)| match result {
            AttemptResult::Acknowledged {
                shard: at,
                sequence,
            } if at == *shard => Some(sequence),
            _ => None,
        }));
    }
    Ok((last, found))
}

/// Neighbours on a shard were mostly written by the same chunk: the last one is kept.
#[derive(Default)]
struct Attempts {
    last: Option<(i64, Vec<super::Attempt>)>,
}

impl Attempts {
    fn position_of(
        &mut self,
        connection: &Connection,
        target: &StreamIdentity,
        shard: &ShardId,
        sequence: SequenceNumber,
    ) -> Result<Option<(DeliveryId, u64)>, StoreError> {
        let mut statement = connection.prepare_cached(
            "SELECT c.key, c.delivery, c.at, c.body FROM delivery_result r
             JOIN delivery_chunk c ON c.key = r.chunk JOIN delivery d ON d.id = c.delivery
             WHERE r.shard = ?1 AND r.first_sequence <= ?2 AND r.last_sequence >= ?2
                AND d.target_arn = ?3 AND d.target_created_at = ?4
             ORDER BY r.first_sequence DESC",
        )?;
        let arn = target.arn.as_str();
        let mut rows = statement.query(params![
            shard.as_str(),
            sequence.as_key(),
            arn,
            target.created_at.0
        ])?;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            if self.last.as_ref().is_none_or(|(last, _)| *last != key) {
                let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
                self.last = Some((key, body::decode_attempts(Millis(row.get(2)?), bytes)?));
            }
            let attempts = self.last.iter().flat_map(|(_, attempts)| attempts);
            let mut results = attempts.flat_map(|attempt| &attempt.results);
            let found = results.find(|(_, result)| {
                matches!(result, AttemptResult::Acknowledged { shard: at, sequence: number }
                    if at == shard && *number == sequence)
            });
            if let Some((position, _)) = found {
                return Ok(Some((row.get(1)?, *position)));
            }
        }
        Ok(None)
    }
}

fn intent_of(
    connection: &Connection,
    delivery: DeliveryId,
    position: u64,
) -> Result<Option<Intent>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM delivery_chunk
         WHERE delivery = ?1 AND kind = ?2 AND first_position <= ?3 AND last_position >= ?3 ORDER BY key",
    )?;
    let mut rows = statement.query(params![delivery, INTENTS, position as i64])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        let intents = body::decode_intents(bytes)?;
        if let Some(intent) = intents
            .into_iter()
            .find(|intent| intent.position == position)
        {
            return Ok(Some(intent));
        }
    }
    Ok(None)
}

fn results_of(
    connection: &Connection,
    delivery: DeliveryId,
    position: u64,
) -> Result<Vec<(Millis, AttemptResult)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, body FROM delivery_chunk
         WHERE delivery = ?1 AND kind = ?2 AND first_position <= ?3 AND last_position >= ?3 ORDER BY key",
    )?;
    let mut rows = statement.query(params![delivery, ATTEMPTS, position as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        for attempt in body::decode_attempts(Millis(row.get(0)?), bytes)? {
            let at = attempt.at;
            let own = attempt.results.into_iter();
            let own = own.filter(|(of, _)| *of == position);
            found.extend(own.map(|(_, result)| (at, result)));
        }
    }
    Ok(found)
}
