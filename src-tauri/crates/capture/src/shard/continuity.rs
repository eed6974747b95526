//! Whether a page goes on where the last stored record was, and which of its records are new.
//!
//! Reading resumes *at* the last stored record. If it comes back, nothing is missing and it is
//! dropped; if a later one comes first, the stored one was trimmed and perhaps others with it: a gap.
//! A start at a sequence number is looked for in the same way: endpoints take one that was trimmed
//! and go on at the horizon without a word. They also take one that no record has; a start that does not
//! show itself is therefore looked for from the horizon too: where older records are still there, nothing
//! from it on was trimmed.
//! Records that were seen before, out of order, before the start or behind the end are sorted out
//! here too.

use super::Page;
use mutants::Mutant;
use record::{KinesisRecord, Millis, SequenceNumber};
use store::{Anchor, GapReason, NewGap, Position};

/// Endpoints stamp arrivals in whole seconds; a start in milliseconds may lie after such a stamp.
const START_TOLERANCE_MILLIS: i64 = 1000;
/// Arrivals may go backwards: only a record that came so much later shows that none from before the end follows it.
const END_TOLERANCE_MILLIS: i64 = 10_000;
/// Answers without a record from a reader that is caught up, until nothing is expected to come back.
const SILENT_PAGES: u32 = 2;

/// What has to be shown before the next record counts as following the last stored one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Given,
    /// `expected` must come back first.
    Awaited {
        expected: SequenceNumber,
        hope: Hope,
        /// What is missing if it does not begins after this one.
        after: Option<SequenceNumber>,
        silent_pages: u32,
    },
}

/// What is known of the number that must come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hope {
    /// A record has it.
    Stored,
    /// A person named it.
    Named,
    /// A person named it, and it did not show itself: it is looked for from the horizon on.
    Doubted,
}

impl Proof {
    pub(super) fn of(stored: Option<SequenceNumber>) -> Self {
        stored.map_or(Self::Given, |stored| {
            Self::awaiting(stored, Some(stored), Hope::Stored)
        })
    }

    pub(super) fn is_from_horizon(self) -> bool {
        matches!(
            self,
            Self::Awaited {
                hope: Hope::Doubted,
                ..
            }
        )
    }

    /// Of a reading that begins. A start that was found by an earlier run, or that no record can have, proves nothing.
    pub(super) fn at_start(
        position: Position,
        covered: Option<Millis>,
        shard_starts_at: Option<SequenceNumber>,
    ) -> Self {
        let start = |number| covered.is_none() && shard_starts_at != Some(number);
        match position {
            Position::Anchor(Anchor::AtSequence(number)) if start(number) => {
                Self::awaiting(number, None, Hope::Named)
            }
            Position::Anchor(Anchor::AfterSequence(number)) if start(number) => {
                Self::awaiting(number, Some(number), Hope::Named)
            }
            Position::Anchor(_) => Self::Given,
            Position::Stored(number) => Self::of(Some(number)),
            Position::Finished { last } | Position::Reached { last } => Self::of(last),
        }
    }

    fn awaiting(expected: SequenceNumber, after: Option<SequenceNumber>, hope: Hope) -> Self {
        Self::Awaited {
            expected,
            hope,
            after,
            silent_pages: 0,
        }
    }
}

/// What reading has to respect besides continuity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// Records before it come from an endpoint that rewinds: dropped until the first that is not.
    pub(super) from: Option<Millis>,
    /// Half open: records from it on are left out.
    pub(super) until: Option<Millis>,
}

/// A page's new records and what they show.
#[derive(Debug, PartialEq)]
pub(super) struct Sorted {
    pub(super) records: Vec<KinesisRecord>,
    pub(super) gap: Option<NewGap>,
    /// Nothing of the page counts; it is read on from somewhere else.
    pub(super) is_elsewhere: bool,
    /// The page shows that nothing before the capture's end is still to come.
    pub(super) passed_end: bool,
}

/// Takes what is new out of the page. `last` is the highest number handed to the store so far,
/// `covered` the time up to which it is known what arrived.
pub(super) fn sort_out(
    page: &mut Page,
    proof: &mut Proof,
    window: &mut Window,
    last: Option<SequenceNumber>,
    covered: Option<Millis>,
) -> Sorted {
    let mut records = std::mem::take(&mut page.records);
    if !records.is_sorted_by(|a, b| a.sequence < b.sequence) {
        records.sort_by_key(|record| record.sequence);
        records.dedup_by_key(|record| record.sequence);
    }
    let caught_up = is_caught_up(&records, page.millis_behind);
    let (gap, is_elsewhere) = prove(proof, &records, caught_up, page.has_next, covered);
    if is_elsewhere {
        records.clear();
    }
    let seen = last.map_or(0, |last| {
        records.partition_point(|record| record.sequence <= last)
    });
    if !mutants::is_on(Mutant::DuplicatesKept) {
        records.drain(..seen);
    }
    if let Some(from) = window.from {
        let earliest = from.saturating_add(-START_TOLERANCE_MILLIS);
        let rewound = records
            .iter()
            .take_while(|record| record.arrival < earliest)
            .count();
        records.drain(..rewound);
        if !records.is_empty() {
            window.from = None;
        }
    }
    let mut passed_end = false;
    if let Some(until) = window.until {
        let surely = until.saturating_add(END_TOLERANCE_MILLIS);
        passed_end = records
            .last()
            .is_some_and(|record| record.arrival >= surely);
        records.retain(|record| record.arrival < until);
    }
    Sorted {
        records,
        gap,
        is_elsewhere,
        passed_end,
    }
}

/// "Always 0 behind" is said by some endpoints, so that it counts with an empty page only.
pub(super) fn is_caught_up(records: &[KinesisRecord], millis_behind: Option<u64>) -> bool {
    records.is_empty() && millis_behind.unwrap_or(0) == 0
}

/// The gap that the page shows, and whether it is to be read on from somewhere else.
fn prove(
    proof: &mut Proof,
    records: &[KinesisRecord],
    caught_up: bool,
    has_next: bool,
    covered: Option<Millis>,
) -> (Option<NewGap>, bool) {
    let Proof::Awaited {
        expected,
        hope,
        after,
        silent_pages,
    } = proof
    else {
        return (None, false);
    };
    let gap = |reason, first: Option<&KinesisRecord>| NewGap {
        reason,
        after: *after,
        before: first.map(|record| record.sequence),
        from: covered,
        until: first.map(|record| record.arrival),
    };
    let is_doubted = *hope == Hope::Doubted;
    *silent_pages += u32::from(caught_up);
    let is_silent = *silent_pages >= SILENT_PAGES || (*hope == Hope::Named && !has_next);
    let has_older = records
        .first()
        .is_some_and(|first| first.sequence < *expected);
    let next = records.iter().find(|record| record.sequence >= *expected);
    let found = match next {
        // older ones are there: no record has the number, and all from it on are there too
        _ if is_doubted && has_older => (None, true),
        Some(record) if record.sequence == *expected => (None, false),
        None if !is_silent => return (None, false),
        _ if *hope == Hope::Named => {
            (*hope, *silent_pages) = (Hope::Doubted, 0);
            return (None, true);
        }
        Some(_) if mutants::is_on(Mutant::GapUntold) => (None, false),
        // only trimming takes a record out of a shard
        Some(record) => (Some(gap(GapReason::Trimmed, Some(record))), false),
        None => (Some(gap(GapReason::ContinuityUnproven, None)), is_doubted),
    };
    *proof = Proof::Given;
    found
}
