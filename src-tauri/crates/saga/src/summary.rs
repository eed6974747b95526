//! What is kept of each saga between evaluations: enough for lists, small enough for a million of them.

use crate::{
    event::{Event, ShortHash, hash},
    streams::Streams,
    verdict::{Awaited, Flags, Judgement, Status},
};
use record::Millis;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub status: Status,
    pub flags: Flags,
    pub waiting: Option<Waiting>,
    pub started: Millis,
    pub last: Millis,
    pub ended: Option<Millis>,
    pub events: u32,
    pub findings: u32,
    /// One bit per kind of finding.
    pub finding_kinds: u32,
    /// One bit per stream, by number; those from 63 on share the last.
    pub streams: u64,
    /// The hash of the way that it took.
    pub variant: u64,
    pub key: ShortHash,
    pub life: u32,
}

/// The first thing that is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Waiting {
    /// `None` for the outcome.
    pub step: Option<u8>,
    pub awaited: Awaited,
}

impl Summary {
    pub fn new(
        judgement: &Judgement,
        events: &[Event],
        streams: &Streams,
        (key, life): (ShortHash, u32),
    ) -> Self {
        let open = judgement
            .obligations
            .iter()
            .filter(|open| !open.optional)
            .min_by_key(|open| (!open.overdue, open.due.unwrap_or(Millis::MAX)));
        let bit = |event: &Event| 1u64 << streams.stream_of(event.shard).0.min(63);
        Self {
            status: judgement.status,
            flags: judgement.flags,
            waiting: open
                .filter(|_| !judgement.status.is_terminal())
                .map(|open| Waiting {
                    step: open.step.map(|step| step as u8),
                    awaited: open.awaited,
                }),
            started: judgement.started,
            last: judgement.last,
            ended: judgement.ended,
            events: events.len() as u32,
            findings: judgement.findings.len() as u32,
            finding_kinds: judgement
                .findings
                .iter()
                .fold(0, |kinds, finding| kinds | 1 << finding.kind.bit()),
            streams: events.iter().fold(0, |all, event| all | bit(event)),
            variant: variant(judgement),
            key,
            life,
        }
    }

    /// From the start to the end, or to the last event of one that has not ended.
    pub fn duration_millis(&self) -> i64 {
        self.ended.unwrap_or(self.last).since(self.started).max(0)
    }
}

fn variant(judgement: &Judgement) -> u64 {
    judgement
        .path
        .0
        .iter()
        .fold(0, |way, mark| way.rotate_left(17) ^ hash(mark.as_bytes()))
}
