//! What the journal knows of replays: each record with its original, its place and its doubts.
//!
//! Read whole: about 150 bytes a record of one delivery. The journal itself is the store's.

use crate::{Plan, ReplayError, SelectedRecord, SentRecord};
use record::{SequenceNumber, ShardId, SubSequence};
use std::collections::{BTreeMap, HashSet};
use store::{
    AttemptResult, DeliveryId, DeliveryKind, LogEvent, LogLine, Payloads, RecordId, ShardKey,
    Store, Subject,
};

/// A delivery's records as its journal tells of them so far; reads on where it ended.
#[derive(Debug)]
pub struct Ledger {
    delivery: DeliveryId,
    records: BTreeMap<u64, LedgerRecord>,
    read_to: Option<i64>,
    in_vain: InVain,
}

/// Attempts that wrote nothing for certain, each counted for each of its records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InVain {
    /// Refused or unclear.
    pub attempts: u64,
    /// Of these: the target asked to slow down.
    pub throttles: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRecord {
    pub position: u64,
    pub origin: RecordId,
    pub sequence: SequenceNumber,
    pub sub: SubSequence,
    pub settled: Settled,
    /// Where the target said that it is.
    pub place: Option<(ShardId, SequenceNumber)>,
    pub attempts: u32,
    /// What the last attempt said, where it was not taken.
    pub message: Option<Box<str>>,
    /// An attempt had an unclear outcome.
    pub is_doubtful: bool,
}

/// How a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Planned, and not sent or let go of before it was.
    Waiting,
    InFlight,
    Acknowledged,
    /// It fits in no request.
    Refused,
    /// It may be in the target, or not.
    Unclear,
}

impl Ledger {
    pub fn new(delivery: DeliveryId) -> Self {
        Self {
            delivery,
            records: BTreeMap::new(),
            read_to: None,
            in_vain: InVain::default(),
        }
    }

    pub fn in_vain(&self) -> InVain {
        self.in_vain
    }

    pub fn delivery(&self) -> DeliveryId {
        self.delivery
    }

    /// Takes in what was written since.
    pub fn read_on(&mut self, store: &Store) -> Result<(), ReplayError> {
        loop {
            let page = store.delivery_log(self.delivery, self.read_to)?;
            self.read_to = page.end;
            for line in page.lines {
                self.take(line);
            }
            if page.next.is_none() {
                return Ok(());
            }
        }
    }

    /// Makes sure that the plan's selection gives as many records as were planned, and each at the position under which
    /// it was sent: a position tells which record is settled.
    ///
    /// # Errors
    /// [`ReplayError::SelectionChanged`].
    pub fn require_selection(&self, store: &Store, plan: &Plan) -> Result<(), ReplayError> {
        let left_out = plan.tally.left_out;
        let planned = plan.tally.records + left_out.oversize + left_out.bad_key;
        let mut reader = plan.request.selection.read(store, Payloads::Without)?;
        let (mut found, mut has_moved) = (0, false);
        while let Some(selected) = reader.next_record()? {
            found += 1;
            let known = self.records.get(&selected.position);
            has_moved |= known.is_some_and(|known| known.origin != selected.record.id);
        }
        if found == planned && !has_moved {
            Ok(())
        } else {
            Err(ReplayError::SelectionChanged { planned, found })
        }
    }

    /// Adds what was planned and never intended, and what fits in no request. Where the selection is not what
    /// it was any more, only what the journal knows is there.
    pub fn fill(&mut self, store: &Store, plan: &Plan) -> Result<(), ReplayError> {
        let left_out = plan.tally.left_out;
        let all_fit = left_out.oversize + left_out.bad_key == 0;
        let composer = (!all_fit).then(|| plan.request.composer(store));
        let composer = composer.transpose()?;
        let payloads = if all_fit {
            Payloads::Without
        } else {
            Payloads::With
        };
        let mut reader = plan.request.selection.read(store, payloads)?;
        let mut planned = Vec::new();
        while let Some(SelectedRecord {
            position, record, ..
        }) = reader.next_record()?
        {
            if let Some(known) = self.records.get(&position) {
                if known.origin != record.id {
                    return Ok(());
                }
                continue;
            }
            let origin = (record.id, record.sequence, record.sub);
            let mut known = LedgerRecord::intended(position, origin);
            known.settled = Settled::Waiting;
            if let Some(composer) = &composer
                && let Err(unfit) = composer.check(&composer.compose(&record))
            {
                known.settled = Settled::Refused;
                known.message = Some(unfit.to_string().into());
            }
            planned.push((position, known));
        }
        self.records.extend(planned);
        Ok(())
    }

    /// In the order of the plan: what was intended, and the rest where it was [filled](Self::fill) in.
    pub fn records(&self) -> impl Iterator<Item = &LedgerRecord> {
        self.records.values()
    }

    fn take(&mut self, line: LogLine) {
        match line.event {
            LogEvent::Intended(Subject::Captured {
                record,
                sequence,
                sub,
            }) => {
                let known = self.records.entry(line.position);
                let again = |known: &mut LedgerRecord| {
                    // intended before and never settled: an attempt of an earlier life may have written it
                    known.is_doubtful |=
                        matches!(known.settled, Settled::InFlight | Settled::Unclear);
                    known.settled = Settled::InFlight;
                };
                known.and_modify(again).or_insert_with(|| {
                    LedgerRecord::intended(line.position, (record, sequence, sub))
                });
            }
            LogEvent::Intended(Subject::Composed { .. }) => {}
            LogEvent::Came(result) => {
                self.in_vain.count(&result);
                if let Some(record) = self.records.get_mut(&line.position) {
                    record.came(result);
                }
            }
        }
    }
}

impl InVain {
    fn count(&mut self, result: &AttemptResult) {
        match result {
            AttemptResult::Refused { code, .. } if !result.is_unfit() => {
                self.attempts += 1;
                self.throttles += u64::from(kinesis::says_slow_down(code));
            }
            AttemptResult::Unclear { .. } => self.attempts += 1,
            AttemptResult::Refused { .. }
            | AttemptResult::Acknowledged { .. }
            | AttemptResult::Released => {}
        }
    }
}

impl LedgerRecord {
    /// One record alone, from everything that became of it.
    pub fn of(
        position: u64,
        (origin, sequence, sub): (RecordId, SequenceNumber, SubSequence),
        results: impl IntoIterator<Item = AttemptResult>,
    ) -> Self {
        let mut record = Self::intended(position, (origin, sequence, sub));
        results.into_iter().for_each(|result| record.came(result));
        record
    }

    fn intended(
        position: u64,
        (origin, sequence, sub): (RecordId, SequenceNumber, SubSequence),
    ) -> Self {
        Self {
            position,
            origin,
            sequence,
            sub,
            settled: Settled::InFlight,
            place: None,
            attempts: 0,
            message: None,
            is_doubtful: false,
        }
    }

    /// As the store's own progress settles it.
    fn came(&mut self, result: AttemptResult) {
        let is_unfit = result.is_unfit();
        match result {
            AttemptResult::Acknowledged { shard, sequence } => {
                self.attempts += 1;
                self.settled = Settled::Acknowledged;
                self.place = Some((shard, sequence));
                self.message = None;
            }
            AttemptResult::Unclear { cause } => {
                self.attempts += 1;
                self.settled = Settled::Unclear;
                self.is_doubtful = true;
                self.message = Some(cause.into());
            }
            AttemptResult::Refused { code, message } => {
                self.attempts += u32::from(!is_unfit);
                if self.is_doubtful {
                    self.settled = Settled::Unclear;
                } else if is_unfit {
                    self.settled = Settled::Refused;
                }
                self.message = Some(format!("{code}: {message}").into());
            }
            AttemptResult::Released if self.is_doubtful => self.settled = Settled::Unclear,
            AttemptResult::Released if self.settled == Settled::Refused => {}
            AttemptResult::Released => self.settled = Settled::Waiting,
        }
    }

    /// It is in the target and may be there twice, or nobody knows whether it is.
    pub fn may_be_doubled(&self) -> bool {
        self.is_doubtful || self.settled == Settled::InFlight
    }
}

/// The records of one delivery in the order of its plan, those that are settled and those that are not.
pub fn sent_records(store: &Store, delivery: DeliveryId) -> Result<Vec<SentRecord>, ReplayError> {
    let mut ledger = Ledger::new(delivery);
    ledger.read_on(store)?;
    let sent = |record: LedgerRecord| SentRecord {
        position: record.position,
        origin: record.origin,
        sequence: record.sequence,
        sub: record.sub,
        may_be_doubled: record.may_be_doubled(),
        place: record.place,
    };
    Ok(ledger.records.into_values().map(sent).collect())
}

/// Records of these shards that any replay of this workspace has delivered.
pub(crate) fn replayed_before(
    store: &Store,
    shards: &HashSet<ShardKey>,
) -> Result<HashSet<RecordId>, ReplayError> {
    let mut replayed = HashSet::new();
    for delivery in store.delivery_ids(DeliveryKind::Replay)? {
        let mut origins: BTreeMap<u64, RecordId> = BTreeMap::new();
        each_line(store, delivery, |line| match line.event {
            LogEvent::Intended(Subject::Captured { record, .. })
                if shards.contains(&record.shard()) =>
            {
                origins.insert(line.position, record);
            }
            LogEvent::Came(AttemptResult::Acknowledged { .. }) => {
                replayed.extend(origins.remove(&line.position));
            }
            _ => {}
        })?;
    }
    Ok(replayed)
}

fn each_line(
    store: &Store,
    delivery: DeliveryId,
    mut take: impl FnMut(LogLine),
) -> Result<(), ReplayError> {
    let mut from = None;
    loop {
        let page = store.delivery_log(delivery, from)?;
        page.lines.into_iter().for_each(&mut take);
        match page.next {
            Some(next) => from = Some(next),
            None => return Ok(()),
        }
    }
}
