//! Deleting a capture, a bounded step at a time between the batches.
//!
//! Only records that no other capture's intervals cover go; blocks that lose a part are written
//! anew. A capture that is being deleted takes no more batches and covers nothing. A deletion that
//! a crash cut off goes on when the workspace is opened again. At the end the space that is free
//! goes back to the file system.

use super::{queue::Reply, seal::put_blocks, shard::ShardState};
use crate::{
    CaptureId, ShardKey, StoreError,
    blocks::{self, BlockHeader, HEADER},
    coverage,
    ranges::{Ranges, Within},
    sql::sequence,
    tail::{self, TailRecord},
};
use record::SequenceNumber;
use rusqlite::{Connection, TransactionBehavior, params};
use std::collections::{HashSet, VecDeque};

const BLOCKS_PER_STEP: usize = 64;
const PAGES_PER_STEP: i64 = 1_000;

#[derive(Default)]
pub(crate) struct Deletions {
    waiting: VecDeque<Deletion>,
    /// Free pages are left in the file.
    trimming: bool,
}

struct Deletion {
    capture: CaptureId,
    reply: Option<Reply>,
    /// The shard at work, and the last block that was looked at.
    at: Option<(ShardKey, Option<SequenceNumber>)>,
}

pub(crate) enum Step {
    More,
    CaptureGone,
}

impl Deletions {
    /// Those that a crash cut off.
    pub fn resume(connection: &Connection) -> Result<Self, StoreError> {
        let mut statement =
            connection.prepare("SELECT id FROM capture WHERE deleting ORDER BY id")?;
        let mut deletions = Self::default();
        for capture in statement.query_map([], |row| row.get(0))? {
            deletions.add(capture?, None);
        }
        Ok(deletions)
    }

    pub fn add(&mut self, capture: CaptureId, reply: Option<Reply>) {
        self.waiting.push_back(Deletion {
            capture,
            reply,
            at: None,
        });
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && !self.trimming
    }

    pub fn step(&mut self, connection: &mut Connection) -> Result<Step, StoreError> {
        let Some(deletion) = self.waiting.front_mut() else {
            self.trimming = trim(connection)?;
            return Ok(Step::More);
        };
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let at = next_step(&transaction, deletion.capture, deletion.at)?;
        transaction.commit()?;
        deletion.at = at;
        if at.is_some() {
            return Ok(Step::More);
        }
        self.trimming = true;
        if let Some(reply) = self.waiting.pop_front().and_then(|deletion| deletion.reply) {
            let _ = reply.send(Ok(()));
        }
        Ok(Step::CaptureGone)
    }

    /// The step failed: who waits is told, and the next opening of the workspace goes on.
    pub fn fail(&mut self, error: StoreError) {
        self.trimming = false;
        match self.waiting.pop_front().and_then(|deletion| deletion.reply) {
            Some(reply) => drop(reply.send(Err(error))),
            None => {
                tracing::warn!(%error, "a deletion was cut off; it goes on when the workspace is opened again");
            }
        }
    }
}

type Place = Option<(ShardKey, Option<SequenceNumber>)>;

/// What belongs to the capture that goes, and what to others that stay.
struct Claims {
    going: Ranges,
    staying: Ranges,
}

impl Claims {
    fn load(
        connection: &Connection,
        capture: CaptureId,
        shard: ShardKey,
    ) -> Result<Self, StoreError> {
        let mut statement =
            connection.prepare_cached("SELECT id FROM capture WHERE NOT deleting")?;
        let live: HashSet<CaptureId> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Self {
            going: coverage::covered(connection, shard, |c| c == capture)?,
            staying: coverage::covered(connection, shard, |c| live.contains(&c))?,
        })
    }

    fn removes(&self, sequence: SequenceNumber) -> bool {
        self.going.contains(sequence) && !self.staying.contains(sequence)
    }
}

fn next_step(connection: &Connection, capture: CaptureId, at: Place) -> Result<Place, StoreError> {
    let Some((shard, after)) = at else {
        let shard = first_shard(connection, capture)?;
        if shard.is_none() {
            remove_capture(connection, capture)?;
        }
        return Ok(shard.map(|shard| (shard, None)));
    };
    let claims = Claims::load(connection, capture, shard)?;
    let mut state = ShardState::load(connection, shard)?;
    if after.is_none() {
        remove_from_tail(connection, shard, &claims, &mut state)?;
    }
    let blocks = blocks_after(connection, shard, after)?;
    for block in &blocks {
        remove_from_block(connection, shard, &claims, &mut state, block)?;
    }
    let last = blocks.last().map(|block| block.last);
    if blocks.len() < BLOCKS_PER_STEP {
        measure(connection, shard, &mut state)?;
        state.save(connection, shard)?;
        connection.execute(
            "DELETE FROM coverage WHERE capture = ? AND shard = ?",
            params![capture, shard],
        )?;
        return next_step(connection, capture, None);
    }
    state.save(connection, shard)?;
    Ok(Some((shard, last)))
}

fn first_shard(
    connection: &Connection,
    capture: CaptureId,
) -> Result<Option<ShardKey>, StoreError> {
    Ok(connection.query_row(
        "SELECT min(shard) FROM coverage WHERE capture = ?",
        [capture],
        |row| row.get(0),
    )?)
}

fn remove_capture(connection: &Connection, capture: CaptureId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM gap WHERE capture = ?",
        "DELETE FROM checkpoint WHERE capture = ?",
        "DELETE FROM capture_shard WHERE capture = ?",
        "DELETE FROM capture_stream WHERE capture = ?",
        "DELETE FROM capture WHERE id = ?",
    ] {
        connection.execute(sql, [capture])?;
    }
    Ok(())
}

fn remove_from_tail(
    connection: &Connection,
    shard: ShardKey,
    claims: &Claims,
    state: &mut ShardState,
) -> Result<(), StoreError> {
    for (number, record) in tail::records(connection, shard, 0..tail::NUMBERS_END)? {
        if claims.removes(record.sequence) {
            tail::remove(connection, shard, number, record.rows())?;
            forget(state, record.rows() as u64, record.size_bytes());
        }
    }
    Ok(())
}

fn blocks_after(
    connection: &Connection,
    shard: ShardKey,
    after: Option<SequenceNumber>,
) -> Result<Vec<BlockHeader>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HEADER} FROM block WHERE shard = ? AND first_sequence > ? ORDER BY first_sequence LIMIT ?"
    ))?;
    let after: &[u8] = after.as_ref().map_or(&[], SequenceNumber::as_key);
    let mut rows = statement.query(params![shard, after, BLOCKS_PER_STEP as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(blocks::header(row)?.of_shard(shard)?);
    }
    Ok(found)
}

fn remove_from_block(
    connection: &Connection,
    shard: ShardKey,
    claims: &Claims,
    state: &mut ShardState,
    block: &BlockHeader,
) -> Result<(), StoreError> {
    let going = claims.going.within(block.first, block.last);
    let staying = claims.staying.within(block.first, block.last);
    if going == Within::NotAtAll || staying == Within::Wholly {
        return Ok(());
    }
    if going == Within::Wholly && staying == Within::NotAtAll {
        forget(state, block.rows.into(), block.size_bytes);
        return blocks::remove(connection, block.key);
    }
    let records = blocks::decode(connection, block)?.to_prepared();
    let before = records.len();
    let (removed, kept): (Vec<TailRecord>, Vec<TailRecord>) = records
        .into_iter()
        .partition(|(_, record)| claims.removes(record.sequence));
    if kept.len() == before {
        return Ok(());
    }
    for (_, record) in &removed {
        forget(state, record.rows() as u64, record.size_bytes());
    }
    blocks::remove(connection, block.key)?;
    let pieces = (!kept.is_empty()).then_some(0..kept.len());
    put_blocks(connection, shard, &kept, pieces.into_iter())
}

fn forget(state: &mut ShardState, rows: u64, size_bytes: u64) {
    state.records -= rows;
    state.size_bytes -= size_bytes;
}

/// What is left of the shard: its highest sequence number and its times.
fn measure(
    connection: &Connection,
    shard: ShardKey,
    state: &mut ShardState,
) -> Result<(), StoreError> {
    let tail = tail::records(connection, shard, 0..tail::NUMBERS_END)?;
    let mut last = tail.iter().map(|(_, record)| record.sequence).max();
    let mut statement = connection.prepare_cached(
        "SELECT last_sequence FROM block WHERE shard = ? ORDER BY first_sequence DESC LIMIT 1",
    )?;
    if let Some(row) = statement.query([shard])?.next()? {
        last = last.max(Some(sequence(row, 0)?));
    }
    let sealed: (Option<i64>, Option<i64>) = connection
        .prepare_cached("SELECT min(arrival_min), max(arrival_max) FROM block WHERE shard = ?")?
        .query_row([shard], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let times = || tail.iter().map(|(_, record)| record.arrival.0);
    let min = sealed.0.into_iter().chain(times()).min();
    let max = sealed.1.into_iter().chain(times()).max();
    state.last_sequence = last;
    state.arrivals = min.zip(max);
    Ok(())
}

/// Gives some free pages back; says whether there are more.
fn trim(connection: &Connection) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("PRAGMA incremental_vacuum({PAGES_PER_STEP})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    let free: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    Ok(free > 0)
}
