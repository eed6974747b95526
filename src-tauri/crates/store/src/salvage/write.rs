//! The new workspace: what was found is laid down as if it had been captured again, with gaps where it was not found.

use super::{
    Salvaged,
    remains::{CaptureRemains, Piece, Remains, ShardRemains, Source},
};
use crate::{
    CaptureId, CaptureState, CaptureStream, Committed, CoverageInterval, GapReason, NewCapture,
    NewGap, Position, PreparedRecord, ShardBatch, ShardKey, Store, StoreError, StreamKey, blocks,
    ranges::{Ranges, SequenceRange},
};
use record::{Millis, SequenceNumber};
use rusqlite::Connection;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, mpsc},
};

/// Of the capture for what lies in no readable capture's coverage.
const ORPHANS: &str = "Salvaged";

pub(super) struct Writing<'a> {
    from: &'a Connection,
    into: &'a Store,
    streams: HashMap<StreamKey, StreamKey>,
    shards: HashMap<ShardKey, ShardKey>,
    /// Numbers of records that were read whole, by shard of the old workspace.
    saved: HashMap<ShardKey, HashSet<u64>>,
    salvaged: Salvaged,
}

/// One capture's reading of one shard, as far as it is laid down.
struct Lane<'a> {
    remains: &'a ShardRemains,
    capture: CaptureId,
    shard: ShardKey,
    last: Option<SequenceNumber>,
    /// The number after the last record's.
    end_number: u64,
    /// Something that was there cannot be read any more.
    is_broken: bool,
}

impl<'a> Writing<'a> {
    pub fn of(from: &'a Connection, into: &'a Store) -> Self {
        Self {
            from,
            into,
            streams: HashMap::new(),
            shards: HashMap::new(),
            saved: HashMap::new(),
            salvaged: Salvaged::default(),
        }
    }

    pub fn write(mut self, remains: &Remains) -> Result<Salvaged, StoreError> {
        for stream in &remains.streams {
            let key = self.into.put_stream(&stream.stream)?;
            self.streams.insert(stream.key, key);
            let of_stream = |shard: &&ShardRemains| shard.shard.stream == stream.key;
            let shards: Vec<_> = remains.shards.iter().filter(of_stream).collect();
            let records: Vec<_> = shards.iter().map(|s| s.shard.shard.clone()).collect();
            let keys = self.into.put_shards(key, &records)?;
            let old = shards.iter().map(|shard| shard.shard.key);
            self.shards.extend(old.zip(keys));
        }
        for capture in &remains.captures {
            self.capture(capture, &remains.shards)?;
        }
        for shard in &remains.shards {
            self.orphans(shard, &remains.captures)?;
        }
        let counted: u64 = remains.shards.iter().map(|shard| shard.shard.records).sum();
        let saved = self.saved.values().map(|numbers| numbers.len() as u64);
        self.salvaged.records = saved.sum();
        self.salvaged.lost_records = counted.saturating_sub(self.salvaged.records);
        Ok(self.salvaged)
    }

    fn capture(&mut self, old: &CaptureRemains, shards: &[ShardRemains]) -> Result<(), StoreError> {
        let stream = |stream: &CaptureStream| {
            let key = *self.streams.get(&stream.stream)?;
            Some(CaptureStream {
                stream: key,
                ..stream.clone()
            })
        };
        let new = NewCapture {
            name: old.capture.name.clone(),
            connection: old.capture.connection.clone(),
            created_at: old.capture.created_at,
            streams: old.capture.streams.iter().filter_map(stream).collect(),
        };
        let capture = self.into.create_capture(&new)?;
        self.into
            .set_capture_state(capture, CaptureState::Stopped)?;
        for remains in shards {
            let Some(&shard) = self.shards.get(&remains.shard.key) else {
                continue;
            };
            let mut lane = Lane {
                remains,
                capture,
                shard,
                last: None,
                end_number: 0,
                is_broken: false,
            };
            self.shard_of_capture(old, &mut lane)?;
        }
        Ok(())
    }

    /// Interval by interval, with the gaps that were there before between them.
    fn shard_of_capture(
        &mut self,
        old: &CaptureRemains,
        lane: &mut Lane,
    ) -> Result<(), StoreError> {
        let key = lane.remains.shard.key;
        let intervals = old.coverage.iter().filter(|one| one.shard == key);
        let mut gaps = old.gaps.iter().filter(|one| one.shard == key);
        let mut is_whole = true;
        for (place, interval) in intervals.enumerate() {
            if place > 0 {
                let next = interval.sequences.map(|(first, _)| first);
                let gap = gaps
                    .next()
                    .map_or_else(|| missing(lane.last, next), |gap| gap.gap);
                let position = lane.last.map(Position::Stored);
                self.submit(lane, Vec::new(), Some(gap), position, None)?;
            }
            is_whole = self.interval(lane, interval)?;
        }
        for gap in gaps {
            let position = lane.last.map(Position::Stored);
            self.submit(lane, Vec::new(), Some(gap.gap), position, None)?;
        }
        let before = old.checkpoints.iter().find(|one| one.shard == key);
        let Some(checkpoint) = before.filter(|_| is_whole) else {
            return Ok(());
        };
        let (Position::Stored(last)
        | Position::Finished { last: Some(last) }
        | Position::Reached { last: Some(last) }) = checkpoint.position
        else {
            return self
                .into
                .put_checkpoint(lane.capture, lane.shard, checkpoint.position);
        };
        if lane.last == Some(last) {
            self.into
                .put_checkpoint(lane.capture, lane.shard, checkpoint.position)?;
        }
        Ok(())
    }

    /// Whether it was there up to its end.
    fn interval(
        &mut self,
        lane: &mut Lane,
        interval: &CoverageInterval,
    ) -> Result<bool, StoreError> {
        let Some((first, last)) = interval.sequences else {
            let position = lane.last.map(Position::Stored);
            self.submit(lane, Vec::new(), None, position, interval.through)?;
            return Ok(true);
        };
        let remains = lane.remains;
        lane.is_broken = false;
        let mut is_first = true;
        for piece in &remains.pieces {
            if piece.last < first || piece.first > last {
                continue;
            }
            let Ok(mut records) = self.records(remains.shard.key, piece) else {
                lane.is_broken = true;
                continue;
            };
            records.retain(|record| (first..=last).contains(&record.sequence));
            let Some(begin) = records.first().map(|record| record.sequence) else {
                continue;
            };
            let skips = if is_first {
                begin != first
            } else {
                piece.numbers.0 != lane.end_number
            };
            let is_gap =
                lane.is_broken || (skips && remains.is_short) || (is_first && begin != first);
            let gap = is_gap.then_some(missing(lane.last, Some(begin)));
            let position = records
                .last()
                .map(|record| Position::Stored(record.sequence));
            let end = records.last().map(|record| record.sequence);
            self.submit(lane, records, gap, position, None)?;
            (lane.last, lane.end_number) = (lane.last.max(end), piece.numbers.1);
            (lane.is_broken, is_first) = (false, false);
        }
        let is_whole = lane.last == Some(last) && !lane.is_broken;
        if is_whole {
            let position = lane.last.map(Position::Stored);
            self.submit(lane, Vec::new(), None, position, interval.through)?;
        }
        Ok(is_whole)
    }

    /// Records that lie in the coverage of no capture that can be read: each piece stands for itself.
    fn orphans(
        &mut self,
        remains: &ShardRemains,
        captures: &[CaptureRemains],
    ) -> Result<(), StoreError> {
        let Some((&shard, &stream)) = self
            .shards
            .get(&remains.shard.key)
            .zip(self.streams.get(&remains.shard.stream))
        else {
            return Ok(());
        };
        let of_shard = |one: &&CoverageInterval| one.shard == remains.shard.key;
        let known = captures
            .iter()
            .flat_map(|one| one.coverage.iter().filter(of_shard));
        let known = known.filter_map(|one| one.sequences);
        let known = Ranges::union(
            known
                .map(|(first, last)| SequenceRange { first, last })
                .collect(),
        );
        let mut lane = None;
        for piece in &remains.pieces {
            let Ok(mut records) = self.records(remains.shard.key, piece) else {
                continue;
            };
            records.retain(|record| !known.contains(record.sequence));
            let ends = records.first().zip(records.last());
            let Some((first, last)) = ends.map(|(a, b)| (a.sequence, b.sequence)) else {
                continue;
            };
            let lane = match &mut lane {
                Some(lane) => lane,
                slot => slot.insert(Lane {
                    remains,
                    capture: self.capture_of_orphans(stream)?,
                    shard,
                    last: None,
                    end_number: 0,
                    is_broken: false,
                }),
            };
            let gap = Some(missing(lane.last, Some(first)));
            self.submit(lane, records, gap, Some(Position::Stored(last)), None)?;
            lane.last = Some(last);
        }
        Ok(())
    }

    fn capture_of_orphans(&self, stream: StreamKey) -> Result<CaptureId, StoreError> {
        let chosen = CaptureStream {
            stream,
            shards: None,
            anchor: crate::Anchor::TrimHorizon,
            until: None,
        };
        let capture = self.into.create_capture(&NewCapture {
            name: ORPHANS.to_owned(),
            connection: String::new(),
            created_at: Millis(0),
            streams: vec![chosen],
        })?;
        self.into
            .set_capture_state(capture, CaptureState::Stopped)?;
        Ok(capture)
    }

    /// Only what verifies.
    fn records(
        &mut self,
        shard: ShardKey,
        piece: &Piece,
    ) -> Result<Vec<PreparedRecord>, StoreError> {
        let found = match &piece.source {
            Source::Tail(record) => vec![record.clone()],
            Source::Block(key) => match blocks::raw(self.from, *key)? {
                Some(raw) => raw.decode()?.to_prepared(),
                None => return Err(StoreError::damaged("a block is missing")),
            },
        };
        let saved = self.saved.entry(shard).or_default();
        for (number, record) in &found {
            let first = u64::from(*number);
            saved.extend(first..first + record.rows() as u64);
        }
        Ok(found.into_iter().map(|(_, record)| record).collect())
    }

    fn submit(
        &mut self,
        lane: &Lane,
        records: Vec<PreparedRecord>,
        gap: Option<NewGap>,
        checkpoint: Option<Position>,
        covered_through: Option<Millis>,
    ) -> Result<(), StoreError> {
        self.salvaged.gaps += u64::from(gap.is_some_and(|gap| gap.reason == GapReason::Damaged));
        let batch = ShardBatch {
            capture: lane.capture,
            shard: lane.shard,
            records,
            checkpoint: checkpoint.unwrap_or(Position::Anchor(crate::Anchor::TrimHorizon)),
            covered_through,
            gap,
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        let done = move |outcome: Result<Committed, Arc<StoreError>>| drop(sender.send(outcome));
        self.into.submit(batch, Box::new(done));
        match receiver.recv() {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Arc::into_inner(error).unwrap_or(StoreError::Closed)),
            Err(_) => Err(StoreError::Closed),
        }
    }
}

fn missing(after: Option<SequenceNumber>, before: Option<SequenceNumber>) -> NewGap {
    NewGap {
        reason: GapReason::Damaged,
        after,
        before,
        from: None,
        until: None,
    }
}
