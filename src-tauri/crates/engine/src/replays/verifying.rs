//! Replay and verify: what a capture of the target holds, against what was sent.
//!
//! Where no capture reaches over everything that was acknowledged, one is begun at the replay's start and
//! read as far as that. What it has not read by then is told as not captured, never as missing.

use super::{KeptReplay, kept::KeptStream};
use crate::{CaptureFrom, Engine, EngineError, Masks, engine::blocking, safe_text};
use record::{Millis, SequenceNumber, ShardId, StreamIdentity};
use replay::{Finding, Findings, SentRecord, TargetCapture, Verification, sent_records};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{CaptureId, CaptureStream, DeliveryId, RecordId, Store, StoredDelivery, StreamKey};

/// How long it is waited for a capture to reach the last record.
const PATIENCE: Duration = Duration::from_mins(2);
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The target's clock and ours may differ so much.
const CLOCK_SLACK_MILLIS: i64 = 60_000;
const MOST_EXAMPLES: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayVerdict {
    pub compared: u64,
    pub identical: u64,
    pub missing: u64,
    pub extra: u64,
    pub changed: u64,
    pub out_of_order: u64,
    /// Nobody knows whether they were written: they are not compared.
    pub in_doubt: u64,
    /// Captures of the target hold all of what was acknowledged.
    pub is_covered: bool,
    pub notes: Vec<String>,
    pub examples: Vec<VerdictExample>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictExample {
    pub what: ReplayDifference,
    pub original: Option<RecordId>,
    /// Shard and number in the target.
    pub found: String,
    /// As it was sent, where that is known.
    pub key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayDifference {
    Missing,
    Extra,
    Changed,
    OutOfOrder,
}

/// The first record that each shard of the target acknowledged, and the last.
pub(super) type Reach = HashMap<ShardId, (SequenceNumber, SequenceNumber)>;

impl Engine {
    /// Compares a replay with its target, byte for byte and in order per key.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a target that is no stream, and for a replay that still runs;
    /// [`EngineError::NotConnected`] where the target has to be captured first.
    pub async fn verify_replay(&self, id: DeliveryId) -> Result<ReplayVerdict, EngineError> {
        if self.replays().lock().live.contains_key(&id) {
            return Err(EngineError::Input(
                "this replay still runs: compare it at its end".to_owned(),
            ));
        }
        let stored = self.ask(move |store| store.delivery(id)).await?;
        let kept = Arc::new(KeptReplay::of_delivery(&stored)?);
        let target = kept.target.as_ref().and_then(KeptStream::identity);
        let target = target.ok_or_else(|| {
            EngineError::Input("only a stream can be captured and compared".to_owned())
        })?;
        let store = self.store().clone();
        let sent = blocking(move || sent_records(&store, id)).await??;
        let reach = reach(&sent);
        if self.is_read_beside(id).await? {
            self.until_held(&target, &reach).await?;
        } else {
            self.capture_target(&kept, &target, beginning(&stored), &reach)
                .await?;
        }
        self.forget_was_read(id);
        let (store, masks) = (self.store().clone(), self.masks());
        blocking(move || compare(&store, &masks, (&kept, &target), sent)).await?
    }

    /// Waits for captures of the target to hold everything; begins one where none can.
    async fn capture_target(
        &self,
        kept: &KeptReplay,
        target: &StreamIdentity,
        since: Millis,
        reach: &Reach,
    ) -> Result<(), EngineError> {
        if self.holds(target, reach).await? {
            return Ok(());
        }
        let own = if self.reads_since(target, since, reach).await? {
            None
        } else {
            let name = format!("{}, to compare with {}", kept.target_name(), kept.name());
            let from = CaptureFrom::Timestamp(since);
            Some(self.capture_target_of(kept, name, from).await?)
        };
        let held = self.until_held(target, reach).await;
        if let Some(own) = own {
            self.stop_capture(own).await?;
        }
        held
    }

    /// Gives up where it takes too long: what is not there then is not captured.
    async fn until_held(&self, target: &StreamIdentity, reach: &Reach) -> Result<(), EngineError> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE && !self.holds(target, reach).await? {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Whether captures of the target hold everything that was acknowledged.
    async fn holds(&self, target: &StreamIdentity, reach: &Reach) -> Result<bool, EngineError> {
        let (target, reach) = (target.clone(), reach.clone());
        self.ask(move |store| holds(store, &target, &reach)).await
    }

    /// Whether a capture that runs began early enough, and reads every shard that was reached.
    async fn reads_since(
        &self,
        target: &StreamIdentity,
        since: Millis,
        reach: &Reach,
    ) -> Result<bool, EngineError> {
        let (target, reached) = (target.clone(), reach.keys().cloned().collect::<Vec<_>>());
        let captures = self
            .ask(move |store| match stream_of(store, &target)? {
                Some(stream) => captures_of(store, stream, &reached),
                None => Ok(Vec::new()),
            })
            .await?;
        for capture in captures {
            let overview = self.capture(capture).await?.overview;
            let began = overview.stored.created_at <= since.saturating_add(CLOCK_SLACK_MILLIS);
            if began && overview.state == crate::RunState::Running {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Before its first record, whosever clock is right.
pub(super) fn beginning(stored: &StoredDelivery) -> Millis {
    let created_at = stored.delivery.created_at;
    created_at.saturating_add(-CLOCK_SLACK_MILLIS)
}

/// Whether captures of the target hold everything that was acknowledged.
pub(super) fn holds(
    store: &Store,
    target: &StreamIdentity,
    reach: &Reach,
) -> Result<bool, store::StoreError> {
    let Some(stream) = stream_of(store, target)? else {
        return Ok(reach.is_empty());
    };
    let mut open: HashMap<_, _> = HashMap::new();
    for shard in store.shards(stream)? {
        if let Some(ends) = reach.get(&shard.shard.id) {
            open.insert(shard.key, *ends);
        }
    }
    if open.len() < reach.len() {
        return Ok(false);
    }
    for capture in captures_of(store, stream, &[])? {
        for interval in store.coverage(capture)? {
            if let (Some((first, last)), Some((from, to))) =
                (interval.sequences, open.get(&interval.shard))
                && first <= *from
                && last >= *to
            {
                open.remove(&interval.shard);
            }
        }
    }
    Ok(open.is_empty())
}

/// Whether a capture has read on each shard up to the last record that was acknowledged, whatever it missed before.
pub(super) fn has_passed(
    store: &Store,
    capture: CaptureId,
    target: &StreamIdentity,
    reach: &Reach,
) -> Result<bool, store::StoreError> {
    let Some(stream) = stream_of(store, target)? else {
        return Ok(reach.is_empty());
    };
    let coverage = store.coverage(capture)?;
    let shards = store.shards(stream)?;
    Ok(reach.iter().all(|(shard, (_, to))| {
        let key = shards.iter().find(|known| known.shard.id == *shard);
        key.is_some_and(|known| {
            let mut of_shard = coverage.iter().filter(|one| one.shard == known.key);
            of_shard.any(|one| one.sequences.is_some_and(|(_, last)| last >= *to))
        })
    }))
}

pub(super) fn reach(sent: &[SentRecord]) -> Reach {
    let mut reach = Reach::new();
    for (shard, sequence) in sent.iter().filter_map(|sent| sent.place.as_ref()) {
        let ends = reach.entry(shard.clone()).or_insert((*sequence, *sequence));
        *ends = (ends.0.min(*sequence), ends.1.max(*sequence));
    }
    reach
}

fn stream_of(
    store: &Store,
    target: &StreamIdentity,
) -> Result<Option<StreamKey>, store::StoreError> {
    let streams = store.streams()?.into_iter();
    let mut found = streams.filter(|stream| stream.stream.identity == *target);
    Ok(found.next().map(|stream| stream.key))
}

/// Captures that read all these shards of a stream.
fn captures_of(
    store: &Store,
    stream: StreamKey,
    reached: &[ShardId],
) -> Result<Vec<CaptureId>, store::StoreError> {
    let reads_all = |of: &CaptureStream| {
        let chosen = of.shards.as_ref();
        of.stream == stream
            && chosen.is_none_or(|chosen| {
                reached
                    .iter()
                    .all(|shard| chosen.iter().any(|one| one == shard.as_str()))
            })
    };
    let captures = store.captures()?.into_iter();
    let of = captures.filter(|capture| capture.streams.iter().any(reads_all));
    Ok(of.map(|capture| capture.id).collect())
}

fn compare(
    store: &Store,
    masks: &Masks,
    (kept, target): (&KeptReplay, &StreamIdentity),
    sent: Vec<SentRecord>,
) -> Result<ReplayVerdict, EngineError> {
    let compared = sent.iter().filter(|record| record.place.is_some()).count() as u64;
    let not_sent = not_sent(kept, &sent);
    let in_doubt = |record: &&SentRecord| record.place.is_none() && record.may_be_doubled;
    let unsettled = sent.iter().filter(in_doubt).count() as u64;
    let origins: HashMap<u64, RecordId> = sent
        .iter()
        .map(|record| (record.position, record.origin))
        .collect();
    let Some(stream) = stream_of(store, target)? else {
        return Ok(ReplayVerdict {
            compared,
            identical: 0,
            missing: not_sent,
            extra: 0,
            changed: 0,
            out_of_order: 0,
            in_doubt: unsettled,
            is_covered: false,
            notes: notes(&Verification::default(), unsettled, not_sent),
            examples: Vec::new(),
        });
    };
    let place = TargetCapture {
        stream,
        captures: captures_of(store, stream, &[])?,
    };
    let found = replay::verify(store, &kept.plan, sent.into_iter().map(Ok), &place)?;
    let composer = kept.plan.request.composer(store)?;
    let key = |position: Option<u64>| -> Result<(Option<RecordId>, String), EngineError> {
        let original = position.and_then(|position| origins.get(&position).copied());
        let sent = match original {
            Some(original) => composer.of_stored(store, original)?,
            None => None,
        };
        let key = sent.map(|(key, _)| safe_text(&masks.key(&key)).into_owned());
        Ok((original, key.unwrap_or_default()))
    };
    let mut examples = Vec::new();
    for (what, finding) in named(&found).take(MOST_EXAMPLES) {
        let (original, key) = key(finding.position)?;
        examples.push(VerdictExample {
            what,
            original,
            found: format!("{} {}", finding.shard, finding.sequence),
            key,
        });
    }
    Ok(ReplayVerdict {
        compared,
        identical: found.identical,
        missing: found.missing.count + not_sent,
        extra: found.extra.count + found.doubled.count,
        changed: found.changed.count,
        out_of_order: found.out_of_order.count,
        in_doubt: unsettled,
        is_covered: found.not_captured.count == 0,
        notes: notes(&found, unsettled, not_sent),
        examples,
    })
}

fn named(found: &Verification) -> impl Iterator<Item = (ReplayDifference, &Finding)> {
    let kinds: [(ReplayDifference, &Findings); 5] = [
        (ReplayDifference::Missing, &found.missing),
        (ReplayDifference::Changed, &found.changed),
        (ReplayDifference::OutOfOrder, &found.out_of_order),
        (ReplayDifference::Extra, &found.doubled),
        (ReplayDifference::Extra, &found.extra),
    ];
    kinds
        .into_iter()
        .flat_map(|(what, findings)| findings.examples.iter().map(move |one| (what, one)))
}

/// What was planned and certainly not written: never sent, let go of, or refused.
fn not_sent(kept: &KeptReplay, sent: &[SentRecord]) -> u64 {
    let may_be_there = |record: &&SentRecord| record.place.is_some() || record.may_be_doubled;
    let may_be_there = sent.iter().filter(may_be_there).count() as u64;
    kept.plan.tally.records.saturating_sub(may_be_there)
}

fn notes(found: &Verification, unsettled: u64, not_sent: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if not_sent > 0 {
        notes.push(format!(
            "{not_sent} of the missing records were planned and never written."
        ));
    }
    if found.doubled.count > 0 {
        notes.push(format!(
            "{} of the extra records are second copies of records whose answer was lost.",
            found.doubled.count
        ));
    }
    if found.extra.count > 0 {
        notes.push(format!(
            "{} of the extra records were written by somebody else.",
            found.extra.count
        ));
    }
    if found.not_captured.count > 0 {
        notes.push(format!(
            "{} records were acknowledged at places that no capture of the target has read yet.",
            found.not_captured.count
        ));
    }
    if unsettled > 0 {
        notes.push(format!(
            "{unsettled} records were not acknowledged and are not compared."
        ));
    }
    notes
}
