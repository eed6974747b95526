//! One step of reading a shard: what happened in, what to do out.

use super::{
    Batch, Effect, Input, Moment, Outcome, Page,
    continuity::{self, Proof, Sorted},
    state::{Activity, ShardState, Wish, read_up_to},
};
use crate::clock::UNKNOWN_CLOCK_MARGIN_MILLIS;
use record::Millis;
use store::{GapReason, NewGap, Position, user_records};

/// How often an idle shard's progress in time is worth a commit.
const COVER_INTERVAL_MILLIS: i64 = 10_000;
/// A record may be stamped a little before it can be read.
const COVER_MARGIN_MILLIS: i64 = 1000;
/// Empty pages of a shard with children until its end is believed.
const DRAINED_PAGES: u32 = 3;

impl ShardState {
    /// Takes in what happened and says what to do, in order.
    #[must_use]
    pub fn step(mut self, input: Input, at: Moment) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        if self.activity == Activity::Done {
            return (self, effects);
        }
        match input {
            Input::Stored(Ok(())) => self.in_flight = false,
            Input::Stored(Err(_)) => self.finish(Outcome::StoreFailed, &mut effects),
            Input::Pause => self.wish = Wish::Pause,
            Input::Resume => self.resume(at.now),
            Input::Stop => self.wish = Wish::Stop,
            // the end is decided: what comes now is not wanted any more
            _ if self.ending.is_some() => {}
            Input::Begin => self.begin(at, &mut effects),
            Input::Iterator(Ok(())) => self.activity = Activity::HasIterator { not_before: at.now },
            Input::Iterator(Err(failure)) => self.iterator_failed(failure, at, &mut effects),
            Input::Turn => self.read(at.now, &mut effects),
            Input::Page(Ok(page)) => self.take_page(page, at, &mut effects),
            Input::Page(Err(failure)) => self.read_failed(failure, at, &mut effects),
            Input::Tick => {}
            Input::End(check) => self.end_checked(check, at, &mut effects),
            Input::Stream(check) => self.stream_checked(check, at, &mut effects),
            Input::ChildrenKnown => {
                // that it was silent before says nothing of what was written until it was closed
                self.silent_pages *= u32::from(self.children_known);
                self.children_known = true;
            }
            Input::Spent => {
                let last = self.last_number();
                let reached = Position::Reached { last };
                self.end_with(Outcome::Reached, reached, None, at.now, &mut effects);
            }
        }
        self.proceed(at, &mut effects);
        (self, effects)
    }

    fn begin(&mut self, at: Moment, effects: &mut Vec<Effect>) {
        self.cover_saved_at = at.now;
        self.activity = Activity::NeedsIterator { not_before: at.now };
        match self.handed {
            Position::Finished { .. } => return self.finish(Outcome::Ended, effects),
            Position::Reached { .. } => return self.finish(Outcome::Reached, effects),
            Position::Anchor(_) | Position::Stored(_) => {}
        }
        if let Some(gap) = self.first_gap.take() {
            self.hand_over(Vec::new(), self.handed, Some(gap), at.now, effects);
        }
    }

    /// A person who resumes does not want to wait for a retry. What was not read meanwhile may be gone, and the old
    /// iterator would go on behind it without a word: the last stored record has to come back.
    fn resume(&mut self, now: Millis) {
        let has_paused = std::mem::replace(&mut self.wish, Wish::Run) == Wish::Pause;
        match &mut self.activity {
            Activity::NeedsIterator { not_before } | Activity::AtEnd { not_before } => {
                *not_before = now;
            }
            Activity::HasIterator { not_before } => {
                if self.last_failure.is_some() {
                    *not_before = now;
                }
                let not_before = *not_before;
                if has_paused && self.last_number().is_some() {
                    self.renew(not_before);
                }
            }
            _ => {}
        }
    }

    fn take_page(&mut self, mut page: Page, at: Moment, effects: &mut Vec<Effect>) {
        (self.failures, self.last_failure, self.from_horizon) = (0, None, false);
        let is_full = page.records.len() >= self.pace.limit() as usize;
        let caught_up = continuity::is_caught_up(&page.records, page.millis_behind);
        let not_before =
            self.pace
                .after_page(at.now, page.records.len(), page.bytes, page.millis_behind);
        self.silent_pages = if caught_up { self.silent_pages + 1 } else { 0 };
        // children beside an iterator are malformed: then only the listing counts
        self.children_known |= !page.has_next && !page.children.is_empty();

        let mut sorted = continuity::sort_out(
            &mut page,
            &mut self.proof,
            &mut self.window,
            read_up_to(self.handed),
            self.covered,
        );
        if sorted.is_elsewhere {
            self.activity = Activity::NeedsIterator { not_before };
            return self.keep(sorted, false, false, at, effects);
        }
        if sorted.gap.is_none() && (caught_up || !sorted.records.is_empty() || !page.has_next) {
            sorted.gap = self.trimmed_gap(&sorted, page.server_time);
        }
        let count_reached = page.left.is_some_and(|left| self.count(&mut sorted, left));
        // while it is open what followed the last record, or the start, nothing counts as covered
        let is_proven = self.proof == Proof::Given;
        if !is_full && !count_reached && is_proven {
            self.cover(&page);
        }
        let is_over = count_reached
            || sorted.passed_end
            || self.window.until.is_some_and(|end| {
                self.covered >= Some(end)
                    || (caught_up && is_proven && is_past_here(end, &page, at.now))
            });
        let has_ended = !page.has_next && !page.children.is_empty();
        if has_ended && sorted.gap.is_none() {
            sorted.gap = self.unproven_end();
        }
        self.activity = if page.has_next {
            Activity::HasIterator { not_before }
        } else {
            Activity::AtEnd { not_before: at.now }
        };
        self.keep(sorted, is_over, has_ended, at, effects);
    }

    /// Whether the capture's count ends with these records; what is too many is cut off. The aggregate that
    /// reaches the count is kept whole.
    fn count(&mut self, sorted: &mut Sorted, left: u64) -> bool {
        let (mut counted, mut kept) = (0, 0);
        for record in &sorted.records {
            if counted >= left {
                break;
            }
            counted += user_records(record);
            kept += 1;
        }
        sorted.records.truncate(kept);
        self.counted_records += counted;
        counted >= left
    }

    /// An iterator goes on behind the horizon without a word: where reading is slower than trimming,
    /// only the time tells.
    fn trimmed_gap(&self, sorted: &Sorted, server_time: Option<Millis>) -> Option<NewGap> {
        let horizon = self.overtaken_by(server_time)?;
        let first = sorted.records.first();
        Some(NewGap {
            before: first.map(|record| record.sequence),
            from: self.covered.max(self.last_arrival),
            until: Some(first.map_or(horizon, |record| record.arrival)),
            ..self.gap_after_last(GapReason::Trimmed)
        })
    }

    /// Hands a page's news to the store, with the checkpoint that fits.
    fn keep(
        &mut self,
        sorted: Sorted,
        is_over: bool,
        has_ended: bool,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let last = sorted
            .records
            .last()
            .map(|record| record.sequence)
            .or(self.last_number());
        if is_over || has_ended {
            let (outcome, position) = if is_over {
                (Outcome::Reached, Position::Reached { last })
            } else {
                (Outcome::Ended, Position::Finished { last })
            };
            self.ending = Some(outcome);
            self.hand_over(sorted.records, position, sorted.gap, at.now, effects);
        } else if let Some(last) = last.filter(|_| !sorted.records.is_empty()) {
            self.hand_over(
                sorted.records,
                Position::Stored(last),
                sorted.gap,
                at.now,
                effects,
            );
        } else if sorted.gap.is_some() {
            self.hand_over(Vec::new(), self.handed, sorted.gap, at.now, effects);
        }
    }

    /// An answer that is not cut off shows what had arrived when it was given.
    fn cover(&mut self, page: &Page) {
        let Some(server_time) = page.server_time else {
            return;
        };
        let behind = page
            .millis_behind
            .map_or(0, |millis| i64::try_from(millis).unwrap_or(i64::MAX));
        let arrived = Millis(
            server_time
                .0
                .saturating_sub(behind)
                .saturating_sub(COVER_MARGIN_MILLIS),
        );
        // what arrived behind the end was read, and not kept
        let end = self.window.until.unwrap_or(arrived);
        let through = Some(arrived.min(end));
        if through > self.covered {
            self.covered = through;
            self.cover_is_new = true;
        }
    }

    pub(super) fn hand_over(
        &mut self,
        records: Vec<record::KinesisRecord>,
        checkpoint: Position,
        gap: Option<NewGap>,
        now: Millis,
        effects: &mut Vec<Effect>,
    ) {
        self.handed = checkpoint;
        self.end_was_said &= records.is_empty();
        self.last_arrival = records
            .last()
            .map(|record| record.arrival)
            .or(self.last_arrival);
        let covered_through = self.covered.filter(|_| self.cover_is_new);
        (self.cover_is_new, self.cover_saved_at) = (false, now);
        let batch = Batch {
            records,
            checkpoint,
            covered_through,
            gap,
        };
        self.held.push_back(batch);
        self.commit_next(effects);
    }

    fn commit_next(&mut self, effects: &mut Vec<Effect>) {
        if self.in_flight {
            return;
        }
        if let Some(batch) = self.held.pop_front() {
            self.in_flight = true;
            effects.push(Effect::Store(batch));
        }
    }

    fn finish(&mut self, outcome: Outcome, effects: &mut Vec<Effect>) {
        self.ending = Some(outcome);
        self.activity = Activity::Done;
        effects.push(Effect::Done(outcome));
    }

    /// Whatever can be done now.
    fn proceed(&mut self, at: Moment, effects: &mut Vec<Effect>) {
        if self.activity == Activity::Done {
            return;
        }
        self.commit_next(effects);
        let is_cover_due =
            self.wish != Wish::Run || at.now.since(self.cover_saved_at) >= COVER_INTERVAL_MILLIS;
        if self.is_settled() && self.ending.is_none() && self.cover_is_new && is_cover_due {
            self.hand_over(Vec::new(), self.handed, None, at.now, effects);
        }
        if self.activity == Activity::Queued && (self.wish != Wish::Run || self.ending.is_some()) {
            self.activity = Activity::HasIterator { not_before: at.now };
            effects.push(Effect::LeaveTurn);
        }
        match (self.ending, self.wish) {
            (Some(outcome), _) if self.is_settled() => self.finish(outcome, effects),
            (None, Wish::Stop) if self.is_settled() => self.finish(Outcome::Stopped, effects),
            (None, Wish::Run) => self.request(at, effects),
            _ => {}
        }
    }

    /// The next request, or the moment for it.
    fn request(&mut self, at: Moment, effects: &mut Vec<Effect>) {
        if self.children_known
            && self.silent_pages >= DRAINED_PAGES
            && self.is_settled()
            && !self.drained
        {
            self.drained = true;
            effects.push(Effect::Drained);
        }
        let (not_before, may_go) = match self.activity {
            Activity::NeedsIterator { not_before } | Activity::AtEnd { not_before } => {
                (not_before, self.is_settled())
            }
            // one page ahead of the store, not two
            Activity::HasIterator { not_before } => (not_before, self.held.is_empty()),
            _ => return,
        };
        if !may_go {
            return;
        }
        if at.now < not_before {
            effects.push(Effect::WaitUntil(not_before));
            return;
        }
        let (activity, effect) = match self.activity {
            Activity::NeedsIterator { .. } => {
                (Activity::AskingIterator, Effect::AskIterator(self.start()))
            }
            Activity::AtEnd { .. } => (Activity::CheckingEnd, Effect::CheckEnd),
            _ => (Activity::Queued, Effect::AskTurn),
        };
        self.activity = activity;
        effects.push(effect);
    }

    fn read(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if self.activity == Activity::Queued {
            self.pace.sent(now);
            self.activity = Activity::Reading;
            let limit = self.pace.limit();
            effects.push(Effect::Read { limit });
        }
    }
}

/// Without the server's `Date` nothing is covered, and an idle shard's end in time would never come: then this
/// machine's clock has to do, with the margin that it also has at a capture's start.
fn is_past_here(end: Millis, page: &Page, now: Millis) -> bool {
    page.server_time.is_none() && now.since(end) >= UNKNOWN_CLOCK_MARGIN_MILLIS
}
