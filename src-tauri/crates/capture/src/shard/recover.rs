//! What a shard does when something is not as it should be: a lost iterator, an answer that failed,
//! a stream or a shard that is not found, an end that may be none.

use super::{
    Effect, EndCheck, Failure, Moment, Outcome, StreamCheck,
    backoff::retry_at,
    continuity::Proof,
    state::{Activity, ShardState},
};
use mutants::Mutant;
use record::Millis;
use store::{Anchor, GapReason, NewGap, Position};

/// Failures in a row on one iterator until another one is tried: some endpoints answer 500 for a bad one.
const ITERATOR_FAILURES: u32 = 3;

impl ShardState {
    pub(super) fn iterator_failed(
        &mut self,
        failure: Failure,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.failed(failure);
        match (failure, self.handed) {
            (Failure::Missing, _) => self.check_stream(effects),
            (
                Failure::IteratorLost,
                Position::Anchor(Anchor::AtSequence(_) | Anchor::AfterSequence(_)),
            ) if !self.proof.is_from_horizon() => {
                let gap = self.gap_after_last(GapReason::ReadRefused);
                self.end_with(
                    Outcome::StartRefused,
                    self.handed,
                    Some(gap),
                    at.now,
                    effects,
                );
            }
            // older than anything the endpoint remembers
            (Failure::IteratorLost, Position::Stored(_)) if !self.from_horizon => {
                self.from_horizon = true;
                self.activity = Activity::NeedsIterator { not_before: at.now };
            }
            _ => {
                let failure = if failure == Failure::IteratorLost {
                    Failure::Passing
                } else {
                    failure
                };
                self.activity = Activity::NeedsIterator {
                    not_before: retry_at(failure, self.failures, at),
                };
            }
        }
    }

    pub(super) fn read_failed(&mut self, failure: Failure, at: Moment, effects: &mut Vec<Effect>) {
        // an endpoint that minds no limit needs a person
        let failure = match failure {
            Failure::Oversized if !self.pace.shrink() => Failure::Barred,
            failure => failure,
        };
        self.failed(failure);
        let not_before = retry_at(failure, self.failures, at);
        let is_stale =
            failure == Failure::Passing && self.failures.is_multiple_of(ITERATOR_FAILURES);
        match failure {
            Failure::Missing if mutants::is_on(Mutant::NotFoundIsEnd) => {
                let last = self.last_number();
                let finished = Position::Finished { last };
                self.end_with(Outcome::Ended, finished, None, at.now, effects);
            }
            Failure::Missing => self.check_stream(effects),
            Failure::IteratorLost => self.renew(not_before),
            _ if is_stale => self.renew(not_before),
            _ => self.activity = Activity::HasIterator { not_before },
        }
    }

    pub(super) fn failed(&mut self, failure: Failure) {
        self.failures = self.failures.saturating_add(1);
        self.last_failure = Some(failure);
    }

    /// A new iterator starts at the last *stored* record, once everything is stored.
    pub(super) fn renew(&mut self, not_before: Millis) {
        self.activity = Activity::NeedsIterator { not_before };
        if let Some(last) = self.last_number() {
            self.proof = Proof::of(Some(last));
        }
        if let Position::Anchor(Anchor::AtTimestamp(time)) = self.handed {
            self.window.from = Some(time);
        }
    }

    pub(super) fn check_stream(&mut self, effects: &mut Vec<Effect>) {
        self.activity = Activity::CheckingStream;
        effects.push(Effect::CheckStream);
    }

    pub(super) fn stream_checked(
        &mut self,
        check: StreamCheck,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match check {
            StreamCheck::StreamGone => {
                let gap = self.gap_after_last(GapReason::StreamGone);
                self.end_with(Outcome::StreamGone, self.handed, Some(gap), at.now, effects);
            }
            StreamCheck::ShardGone => {
                let gap = self.gap_after_last(GapReason::ContinuityUnproven);
                let finished = Position::Finished {
                    last: self.last_number(),
                };
                self.end_with(Outcome::Ended, finished, Some(gap), at.now, effects);
            }
            StreamCheck::Same | StreamCheck::Unknown
                if self.activity == Activity::CheckingStream =>
            {
                self.renew(retry_at(Failure::Missing, self.failures, at));
            }
            StreamCheck::Same | StreamCheck::Unknown => {}
        }
    }

    pub(super) fn end_checked(&mut self, check: EndCheck, at: Moment, effects: &mut Vec<Effect>) {
        match check {
            // an answer without an iterator may be wrong on a closed shard too: the end has to come twice at one place
            EndCheck::Ended if !self.end_was_said => {
                self.end_was_said = true;
                self.renew(at.now);
            }
            EndCheck::Ended | EndCheck::Gone => {
                let finished = Position::Finished {
                    last: self.last_number(),
                };
                let gap = self.unproven_end();
                self.end_with(Outcome::Ended, finished, gap, at.now, effects);
            }
            EndCheck::StillOpen => {
                self.failed(Failure::Passing);
                self.renew(retry_at(Failure::Passing, self.failures, at));
            }
            EndCheck::Unknown => {
                self.failed(Failure::Passing);
                self.activity = Activity::AtEnd {
                    not_before: retry_at(Failure::Passing, self.failures, at),
                };
            }
        }
    }

    pub(super) fn end_with(
        &mut self,
        outcome: Outcome,
        checkpoint: Position,
        gap: Option<NewGap>,
        now: Millis,
        effects: &mut Vec<Effect>,
    ) {
        if self.ending.is_none() {
            self.ending = Some(outcome);
            self.hand_over(Vec::new(), checkpoint, gap, now, effects);
        }
    }
}
