//! One pass over the records in the order of their arrival, newest or oldest first, a block at a time as rows are asked
//! for: whoever stops after ten rows has read a block of each shard. Payloads are read when a payload is asked for.

use super::{
    cell::Cell,
    json::{format_word, json_of},
    records::{Bounds, Lane, Place, Records},
    views::place,
};
use crate::{
    RecordId, RecordRow, StoreError,
    block::Columns,
    blocks::{self, BlockHeader, BlockOutline},
    prepare::Row,
    tail::TailRecord,
    view::{ScopeShard, packed_type},
};
use std::{collections::BinaryHeap, rc::Rc, sync::Arc};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    NewestFirst,
    OldestFirst,
}

pub(super) struct Scan {
    records: Arc<Records>,
    plan: Arc<Vec<Lane>>,
    bounds: Bounds,
    direction: Direction,
    /// What is not opened yet, the next one last.
    ahead: Vec<Ahead>,
    rows: BinaryHeap<Line>,
}

struct Ahead {
    /// No row of it comes before this.
    key: i64,
    lane: usize,
    /// A block's place among the lane's; the tail without.
    block: Option<usize>,
}

/// A record, where it comes in the order and where it lies.
struct Line {
    key: (i64, i64),
    arrival: i64,
    id: RecordId,
    lane: usize,
    place: usize,
    piece: Rc<Piece>,
}

enum Piece {
    Sealed {
        header: Box<BlockHeader>,
        columns: Box<Columns>,
    },
    /// Places are those of the record in the tail and of its part.
    Unsealed(Arc<Vec<TailRecord>>, Vec<(usize, usize)>),
    /// From a block that was made anew meanwhile.
    One(Box<(RecordRow, Vec<u8>)>),
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Line {}
impl PartialOrd for Line {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Line {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl Direction {
    /// Higher comes first; `!` turns the order of integers and cannot overflow.
    fn key(self, value: i64) -> i64 {
        match self {
            Self::NewestFirst => value,
            Self::OldestFirst => !value,
        }
    }
}

impl Scan {
    pub fn begin(
        records: &Arc<Records>,
        bounds: Bounds,
        direction: Direction,
    ) -> Result<Self, StoreError> {
        records.asks(&bounds);
        let plan = records.plan()?;
        let mut ahead = Vec::new();
        for (lane, (shard, known)) in records.shards.iter().zip(plan.iter()).enumerate() {
            if !bounds.may_be_in(shard) {
                continue;
            }
            let tail = known.tail.iter().filter(|tail| bounds.may_be(shard, tail));
            let newest = tail
                .map(|(_, record)| direction.key(record.arrival.0))
                .max();
            ahead.extend(newest.map(|key| Ahead {
                key,
                lane,
                block: None,
            }));
            let blocks = known.blocks.iter().enumerate();
            let blocks = blocks.filter(|(_, block)| bounds.may_hold(shard, block));
            ahead.extend(blocks.map(|(place, block)| Ahead {
                key: direction.key(match direction {
                    Direction::NewestFirst => block.arrival_max,
                    Direction::OldestFirst => block.arrival_min,
                }),
                lane,
                block: Some(place),
            }));
        }
        ahead.sort_by_key(|ahead| ahead.key);
        let mut scan = Self {
            records: Arc::clone(records),
            plan,
            bounds,
            direction,
            ahead,
            rows: BinaryHeap::new(),
        };
        scan.settle()?;
        Ok(scan)
    }

    pub fn is_over(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn advance(&mut self) -> Result<(), StoreError> {
        self.rows.pop();
        self.settle()
    }

    pub fn id(&self) -> i64 {
        self.rows.peek().map_or(0, |line| line.id.0)
    }

    /// Opens whatever may hold a row before the first one.
    fn settle(&mut self) -> Result<(), StoreError> {
        while let Some(next) = self.ahead.last() {
            if self.rows.peek().is_some_and(|line| line.key.0 > next.key) {
                break;
            }
            let (lane, block) = (next.lane, next.block);
            self.ahead.pop();
            match block {
                Some(place) => self.open_block(lane, place)?,
                None => self.open_tail(lane),
            }
        }
        Ok(())
    }

    fn open_block(&mut self, lane: usize, place: usize) -> Result<(), StoreError> {
        let records = Arc::clone(&self.records);
        let plan = Arc::clone(&self.plan);
        let (shard, outline) = (&records.shards[lane], &plan[lane].blocks[place]);
        let id = |number| RecordId::new(shard.name.key, number);
        let snapshot = records.store.shared.readers.snapshot()?;
        let Some(header) = blocks::find(&snapshot, outline.key)? else {
            drop(snapshot);
            return self.open_moved(lane, outline);
        };
        let columns = Box::new(blocks::columns(&snapshot, &header)?);
        let header = Box::new(header);
        let numbers: Vec<u32> = header.numbers.iter().collect();
        let piece = Rc::new(Piece::Sealed { header, columns });
        let mut covered = 0;
        for (place, number) in numbers.into_iter().enumerate() {
            covered += u64::from(self.take(&piece, id(number), (lane, place)));
        }
        records.reads(Place::Block(outline.key), covered);
        Ok(())
    }

    fn open_tail(&mut self, lane: usize) {
        let records = Arc::clone(&self.records);
        let tail = Arc::clone(&self.plan[lane].tail);
        let shard = &records.shards[lane];
        let places: Vec<(usize, usize)> = tail
            .iter()
            .enumerate()
            .flat_map(|(at, (_, record))| (0..record.rows()).map(move |sub| (at, sub)))
            .collect();
        let mut covered = 0;
        let piece = Rc::new(Piece::Unsealed(Arc::clone(&tail), places.clone()));
        for (place, (at, sub)) in places.into_iter().enumerate() {
            let (first, _) = &tail[at];
            let id = RecordId::new(shard.name.key, first + sub as u32);
            covered += u64::from(self.take(&piece, id, (lane, place)));
        }
        records.reads(Place::TailOf(shard.name.key), covered);
    }

    /// The block was made anew since the plan: its records are looked for where they are now.
    fn open_moved(&mut self, lane: usize, outline: &BlockOutline) -> Result<(), StoreError> {
        let records = Arc::clone(&self.records);
        let name = &records.shards[lane].name;
        let numbers: Vec<u32> = outline.numbers.iter().collect();
        let mut found = Vec::with_capacity(numbers.len());
        let snapshot = records.store.shared.readers.snapshot()?;
        records.store.read_rows(
            &snapshot,
            (name.key, name.stream),
            &numbers,
            &mut |row, payload| found.push((row, payload.to_vec())),
        )?;
        drop(snapshot);
        if found.len() < numbers.len() {
            return Err(StoreError::RecordsDeleted);
        }
        let mut covered = 0;
        for record in found {
            let id = record.0.id;
            let piece = Rc::new(Piece::One(Box::new(record)));
            covered += u64::from(self.take(&piece, id, (lane, 0)));
        }
        records.reads(Place::Block(outline.key), covered);
        Ok(())
    }

    /// Takes a record in, unless it is stored since, not covered, or out of bounds. Answers whether it is one of the statement's records at all.
    fn take(&mut self, piece: &Rc<Piece>, id: RecordId, (lane, place): (usize, usize)) -> bool {
        let shard = &self.records.shards[lane];
        let (arrival, sequence) = piece.with_row(place, |row| (row.arrival.0, row.sequence));
        let is_covered =
            u64::from(id.number()) < shard.next_number && shard.covered.contains(sequence);
        let is_in = is_covered
            && self.bounds.arrivals.contains(&arrival)
            && self.bounds.ids.contains(&id.0)
            && self.bounds.sequence.is_none_or(|wanted| wanted == sequence);
        if is_in {
            self.rows.push(Line {
                key: (self.direction.key(arrival), self.direction.key(id.0)),
                arrival,
                id,
                lane,
                place,
                piece: Rc::clone(piece),
            });
        }
        is_covered
    }

    /// A column of the row that the scan stands on, to whoever sets it.
    pub fn column<T>(
        &self,
        column: i32,
        set: impl FnOnce(Cell<'_>) -> rusqlite::Result<T>,
    ) -> Result<rusqlite::Result<T>, StoreError> {
        let Some(line) = self.rows.peek() else {
            return Ok(set(Cell::Null));
        };
        let ScopeShard { name, .. } = &self.records.shards[line.lane];
        Ok(match column {
            place::ID => set(Cell::Integer(line.id.0)),
            place::STREAM => set(Cell::Text(&name.stream_name)),
            place::SHARD => set(Cell::Text(name.id.as_str())),
            place::SHARD_KEY => set(Cell::Integer(name.key.0)),
            place::ARRIVAL => set(Cell::Integer(line.arrival)),
            place::ARRIVAL_TEXT => set(Cell::Text(&record::Millis(line.arrival).to_string())),
            place::FORMAT | place::PAYLOAD | place::JSON => {
                return self.payload_column(line, column, set);
            }
            place::EVENT_TYPE => return self.type_column(line, set),
            place::SEQUENCE => line
                .piece
                .with_row(line.place, |row| set(Cell::Text(&row.sequence.to_string()))),
            _ => line
                .piece
                .with_row(line.place, |row| self.set_of(row, column, set)),
        })
    }

    fn set_of<T>(&self, row: &Row<'_>, column: i32, set: impl FnOnce(Cell<'_>) -> T) -> T {
        let shown = &self.records.shown;
        let text = match column {
            place::PARTITION_KEY => row.partition_key.map(|key| shown.key(key)),
            _ => None,
        };
        set(match column {
            place::SUB_SEQUENCE => Cell::Integer(row.sub.into()),
            place::SIZE_BYTES => Cell::Integer(row.size_bytes.into()),
            _ => text.as_deref().map_or(Cell::Null, Cell::Text),
        })
    }

    /// The record's own type, else that of the first event packed in it that has one, as rows show it.
    fn type_column<T>(
        &self,
        line: &Line,
        set: impl FnOnce(Cell<'_>) -> rusqlite::Result<T>,
    ) -> Result<rusqlite::Result<T>, StoreError> {
        let own = |row: &Row<'_>| row.event_type.map(str::to_owned);
        let mut name = line.piece.with_row(line.place, own);
        if name.is_none() {
            let reading = &self.records.readings[line.lane];
            name = self.with_payload(line, |payload| packed_type(payload, reading))?;
        }
        let shown = &self.records.shown;
        let text = name.as_deref().map(|name| shown.event_type(name));
        Ok(set(text.as_deref().map_or(Cell::Null, Cell::Text)))
    }

    fn payload_column<T>(
        &self,
        line: &Line,
        column: i32,
        set: impl FnOnce(Cell<'_>) -> rusqlite::Result<T>,
    ) -> Result<rusqlite::Result<T>, StoreError> {
        self.with_payload(line, |payload| {
            let shown = &self.records.shown;
            if column == place::JSON {
                let reading = &self.records.readings[line.lane];
                let json = shown.json(payload, &|payload| json_of(payload, reading));
                return set(json.as_deref().map_or(Cell::Null, Cell::Text));
            }
            let payload = shown.payload(payload);
            match std::str::from_utf8(&payload) {
                _ if column == place::FORMAT => set(Cell::Text(format_word(&payload))),
                Ok(text) => set(Cell::Text(text)),
                Err(_) => set(Cell::Blob(&payload)),
            }
        })
    }

    fn with_payload<T>(&self, line: &Line, take: impl FnOnce(&[u8]) -> T) -> Result<T, StoreError> {
        match &*line.piece {
            Piece::Unsealed(tail, places) => {
                let (at, sub) = places[line.place];
                let record = &tail[at].1;
                return Ok(take(&record.blob[record.row(sub).range()]));
            }
            Piece::One(record) => return Ok(take(&record.1)),
            Piece::Sealed { header, .. } => {
                let snapshot = self.records.store.shared.readers.snapshot()?;
                if blocks::find(&snapshot, header.key)?.is_some() {
                    let decoded = self.records.cache.get(&snapshot, header)?;
                    drop(snapshot);
                    return Ok(take(decoded.payload(line.place)));
                }
            }
        }
        let moved = self.records.store.record(line.id)?;
        let moved = moved.ok_or(StoreError::RecordsDeleted)?;
        Ok(take(&moved.payload))
    }
}

/// Whoever stops before the last row has passed over what lies ahead.
impl Drop for Scan {
    fn drop(&mut self) {
        if !self.ahead.is_empty() {
            self.records.passes_over();
        }
    }
}

impl Piece {
    fn with_row<T>(&self, place: usize, take: impl FnOnce(&Row<'_>) -> T) -> T {
        match self {
            Self::Sealed { columns, .. } => take(&columns.row(place)),
            Self::Unsealed(tail, places) => {
                let (at, sub) = places[place];
                take(&tail[at].1.row(sub))
            }
            Self::One(record) => {
                let row = &record.0;
                take(&Row {
                    sequence: row.sequence,
                    sub: row.sub,
                    arrival: row.arrival,
                    partition_key: row.partition_key.as_deref(),
                    explicit_hash_key: None,
                    event_type: row.event_type.as_deref(),
                    flags: row.flags,
                    start: 0,
                    size_bytes: row.size_bytes as u32,
                })
            }
        }
    }
}
