//! What became of a replay's records, and the way between an original and its copies.
//!
//! The journal names places; records are looked up there, in captures of the target, when a page is shown.

use super::{KeptReplay, kept::KeptStream};
use crate::{
    Engine, EngineError, Masks,
    engine::{blocking, locked},
    safe_text,
    shards::ShardNames,
};
use query::Filter;
use record::{SequenceNumber, ShardId, StreamIdentity};
use replay::{Composer, Ledger, LedgerRecord, Settled};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use store::{
    DeliveryId, DeliveryKind, Payloads, RecordId, RecordRow, Scope, ShardWalk, Store, Subject,
};

/// A page is cut there.
const MOST_ROWS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayedWhich {
    All,
    Acknowledged,
    Refused,
    Unclear,
    MayBeDoubled,
    InFlight,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayedRecords {
    pub total: u64,
    pub rows: Vec<ReplayedRecord>,
}

/// An original with its copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayedRecord {
    pub replay: DeliveryId,
    pub record: RecordId,
    pub original_stream: String,
    pub original_shard: String,
    pub original_sequence: SequenceNumber,
    pub sub: u32,
    /// As it was sent.
    pub key: String,
    pub outcome: Settled,
    pub place: Option<(ShardId, SequenceNumber)>,
    pub attempts: u32,
    pub message: Option<String>,
    /// Where a capture of the target holds it.
    pub copy: Option<RecordId>,
}

/// Replays, and the streams that they write to.
#[derive(Debug, Default)]
pub(super) struct Written {
    replays: HashSet<DeliveryId>,
    streams: HashSet<StreamIdentity>,
}

/// Of rows: their places in a list, with their places in the stream.
type Places = Vec<(usize, (ShardId, SequenceNumber))>;

/// Provenance in both directions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordReplays {
    pub original: Option<ReplayedRecord>,
    pub copies: Vec<ReplayedRecord>,
}

impl Engine {
    /// Records of a replay in the order of its plan, sent or not.
    pub async fn replay_records(
        &self,
        id: DeliveryId,
        which: ReplayedWhich,
        first: u64,
        count: usize,
    ) -> Result<ReplayedRecords, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let is_live = engine.replays().lock().live.contains_key(&id);
            let asked = (first, count.min(MOST_ROWS));
            let (total, records) = engine.ledger_page(id, which, is_live, asked)?;
            let finder = Finder::new(&engine, id)?;
            let rows = records
                .iter()
                .map(|record| finder.row(settled_now(record, is_live)));
            Ok(ReplayedRecords {
                total,
                rows: rows.collect::<Result<_, EngineError>>()?,
            })
        })
        .await?
    }

    fn ledger_page(
        &self,
        id: DeliveryId,
        which: ReplayedWhich,
        is_live: bool,
        (first, count): (u64, usize),
    ) -> Result<(u64, Vec<LedgerRecord>), EngineError> {
        let mut kept = locked(&self.replays().ledger);
        let ledger = match &mut *kept {
            Some(ledger) if ledger.delivery() == id => ledger,
            other => {
                // kept only once all of it is known
                let mut ledger = Ledger::new(id);
                ledger.read_on(self.store())?;
                // a plan that this version cannot read leaves what the journal knows
                if let Ok(kept) = KeptReplay::of_delivery(&self.store().delivery(id)?) {
                    ledger.fill(self.store(), &kept.plan)?;
                }
                other.insert(ledger)
            }
        };
        ledger.read_on(self.store())?;
        let chosen = || {
            ledger
                .records()
                .filter(|record| is_chosen(record, which, is_live))
        };
        let total = chosen().count() as u64;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        Ok((total, chosen().skip(first).take(count).cloned().collect()))
    }

    /// Where a record came from, and what was made of it.
    pub async fn record_replays(&self, record: RecordId) -> Result<RecordReplays, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine
                .store()
                .record(record)?
                .ok_or(EngineError::UnknownRecord(record))?;
            Ok(RecordReplays {
                original: engine.original_of(&full.row)?,
                copies: engine.copies_of(&full.row)?,
            })
        })
        .await?
    }

    fn original_of(&self, row: &RecordRow) -> Result<Option<ReplayedRecord>, EngineError> {
        let Some((delivery, position, subject)) = self.origin_of(row)? else {
            return Ok(None);
        };
        let Subject::Captured {
            record,
            sequence,
            sub,
        } = subject
        else {
            return Ok(None);
        };
        let delivered = self
            .store()
            .deliveries_of_record(record.shard(), sequence, sub)?;
        let found = delivered
            .into_iter()
            .find(|found| (found.delivery, found.position) == (delivery, position));
        let results = found.map(|found| found.results).unwrap_or_default();
        let results = results.into_iter().map(|(_, result)| result);
        let record = LedgerRecord::of(position, (record, sequence, sub), results);
        Ok(Some(Finder::new(self, delivery)?.row(record)?))
    }

    fn copies_of(&self, row: &RecordRow) -> Result<Vec<ReplayedRecord>, EngineError> {
        let delivered = self
            .store()
            .deliveries_of_record(row.shard, row.sequence, row.sub)?;
        let mut copies = Vec::with_capacity(delivered.len());
        for found in delivered {
            if self.store().delivery(found.delivery)?.delivery.kind != DeliveryKind::Replay {
                continue;
            }
            let results = found.results.into_iter().map(|(_, result)| result);
            let record = LedgerRecord::of(found.position, (row.id, row.sequence, row.sub), results);
            let is_live = self.replays().lock().live.contains_key(&found.delivery);
            let record = settled_now(&record, is_live);
            copies.push(Finder::new(self, found.delivery)?.row(record)?);
        }
        Ok(copies)
    }

    /// Which of these rows a replay of this workspace wrote.
    pub(crate) fn replayed_rows(
        &self,
        rows: &[RecordRow],
    ) -> Result<HashSet<RecordId>, EngineError> {
        let written = self.written()?;
        let rows: Vec<&RecordRow> = rows.iter().collect();
        let mut replayed = HashSet::new();
        for (target, places) in self.by_target(&written, &rows)? {
            let (places, at): (Vec<usize>, Vec<_>) = places.into_iter().unzip();
            let writers = self.store().writers_of(target, &at)?;
            for (place, writer) in places.into_iter().zip(writers) {
                if writer.is_some_and(|writer| written.replays.contains(&writer)) {
                    replayed.insert(rows[place].id);
                }
            }
        }
        Ok(replayed)
    }

    fn origin_of(
        &self,
        row: &RecordRow,
    ) -> Result<Option<(DeliveryId, u64, Subject)>, EngineError> {
        let written = self.written()?;
        for (target, places) in self.by_target(&written, &[row])? {
            let at: Vec<_> = places.into_iter().map(|(_, at)| at).collect();
            let found = self.store().origins_of_delivered(target, &at)?;
            if let Some(origin) = found.into_iter().flatten().next() {
                return Ok(Some((origin.delivery, origin.position, origin.subject)));
            }
        }
        Ok(None)
    }

    /// The rows that lie in streams that were written to, by their places.
    fn by_target<'a>(
        &self,
        written: &'a Written,
        rows: &[&RecordRow],
    ) -> Result<HashMap<&'a StreamIdentity, Places>, EngineError> {
        let mut by_stream: HashMap<&StreamIdentity, Places> = HashMap::new();
        if written.streams.is_empty() || rows.is_empty() {
            return Ok(by_stream);
        }
        let names = self.names_of(rows.iter().map(|row| row.shard))?;
        for (place, row) in rows.iter().enumerate() {
            let Some(shard) = names.get(&row.shard) else {
                continue;
            };
            if let Some(target) = written.streams.get(&shard.identity) {
                let at = (shard.stored.shard.id.clone(), row.sequence);
                by_stream.entry(target).or_default().push((place, at));
            }
        }
        Ok(by_stream)
    }

    /// What replays of this workspace have written to.
    fn written(&self) -> Result<Arc<Written>, EngineError> {
        if let Some(known) = &self.replays().lock().written {
            return Ok(Arc::clone(known));
        }
        let mut written = Written::default();
        for delivery in self.store().delivery_heads()? {
            if delivery.kind == DeliveryKind::Replay {
                written.replays.insert(delivery.id);
                written.streams.extend(delivery.target_stream);
            }
        }
        let written = Arc::new(written);
        self.replays().lock().written = Some(Arc::clone(&written));
        Ok(written)
    }
}

fn is_chosen(record: &LedgerRecord, which: ReplayedWhich, is_live: bool) -> bool {
    let settled = settled_now(record, is_live).settled;
    match which {
        ReplayedWhich::All => true,
        ReplayedWhich::Acknowledged => settled == Settled::Acknowledged,
        ReplayedWhich::Refused => settled == Settled::Refused,
        ReplayedWhich::Unclear => settled == Settled::Unclear,
        ReplayedWhich::MayBeDoubled => settled == Settled::Acknowledged && record.is_doubtful,
        ReplayedWhich::InFlight => settled == Settled::InFlight,
    }
}

/// What was under way when a replay came to rest may be in the target, or not.
fn settled_now(record: &LedgerRecord, is_live: bool) -> LedgerRecord {
    let mut record = record.clone();
    if record.settled == Settled::InFlight && !is_live {
        record.settled = Settled::Unclear;
    }
    record
}

/// Finds the names, keys and copies of one replay's records.
struct Finder<'a> {
    store: &'a Store,
    replay: DeliveryId,
    names: ShardNames,
    composer: Option<Composer>,
    masks: Masks,
    /// Of the target, where it is captured.
    walks: HashMap<ShardId, ShardWalk>,
}

impl<'a> Finder<'a> {
    fn new(engine: &'a Engine, replay: DeliveryId) -> Result<Self, EngineError> {
        let store = engine.store();
        let kept = KeptReplay::of_delivery(&store.delivery(replay)?).ok();
        let target = kept.as_ref().and_then(|kept| kept.target.as_ref());
        let target = target.and_then(KeptStream::identity);
        // sources that are gone leave keys unknown
        let composer = kept.and_then(|kept| kept.plan.request.composer(store).ok());
        Ok(Self {
            store,
            replay,
            names: engine.read_shard_names()?,
            composer,
            masks: engine.masks(),
            walks: match target {
                Some(target) => walks_of(store, &target)?,
                None => HashMap::new(),
            },
        })
    }

    fn row(&self, record: LedgerRecord) -> Result<ReplayedRecord, EngineError> {
        let origin = self.names.get(&record.origin.shard());
        let key = match &self.composer {
            Some(composer) => composer.of_stored(self.store, record.origin)?,
            None => None,
        };
        let key = key.map(|(key, _)| safe_text(&self.masks.key(&key)).into_owned());
        Ok(ReplayedRecord {
            replay: self.replay,
            record: record.origin,
            original_stream: origin.map_or_else(String::new, |origin| origin.stream.to_string()),
            original_shard: origin
                .map_or_else(String::new, |origin| origin.stored.shard.id.to_string()),
            original_sequence: record.sequence,
            sub: record.sub,
            key: key.unwrap_or_default(),
            outcome: record.settled,
            copy: self.copy(record.place.as_ref())?,
            place: record.place,
            attempts: record.attempts,
            message: record
                .message
                .map(|message| self.masks.note(&message).into_owned()),
        })
    }

    fn copy(
        &self,
        place: Option<&(ShardId, SequenceNumber)>,
    ) -> Result<Option<RecordId>, EngineError> {
        let Some((shard, sequence)) = place else {
            return Ok(None);
        };
        let Some(walk) = self.walks.get(shard) else {
            return Ok(None);
        };
        let mut walk = walk.clone().between(*sequence, *sequence);
        let found = walk.next_page(Payloads::Without)?;
        Ok(found.and_then(|page| page.first().map(|record| record.id)))
    }
}

fn walks_of(
    store: &Store,
    target: &StreamIdentity,
) -> Result<HashMap<ShardId, ShardWalk>, EngineError> {
    let streams = store.streams()?;
    let stream = streams
        .iter()
        .find(|stream| stream.stream.identity == *target);
    let Some(stream) = stream else {
        return Ok(HashMap::new());
    };
    let mut walks: HashMap<_, _> = store
        .walks(&Scope::default(), &Filter::Everything)?
        .into_iter()
        .filter(|walk| walk.stream() == stream.key)
        .map(|walk| (walk.shard(), walk))
        .collect();
    let shards = store.shards(stream.key)?.into_iter();
    Ok(shards
        .filter_map(|shard| Some((shard.shard.id, walks.remove(&shard.key)?)))
        .collect())
}
