//! When records would be trimmed before they are read: the alarm of a shard that is not kept up with.
//!
//! Pure. All that arrived up to the time that a shard is read through was read, so nothing that was not expires before
//! that time and the stream's retention. Where nobody knows how far a shard is read, there is no alarm.

use crate::Phase;
use record::Millis;
use std::{collections::VecDeque, time::Duration};

/// The alarm is given when so much of the retention, or less, is left.
const LEFT_OF_RETENTION: i64 = 4;
/// How far back it is looked whether a shard catches up.
const LOOKED_BACK: Duration = Duration::from_mins(1);
const BETWEEN_MARKS: Duration = Duration::from_secs(10);
/// One a [`BETWEEN_MARKS`], and the one that lies before.
const MARKS_MAX: usize = 8;

/// How a shard has got on lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    /// When, and through when it was read then; oldest first.
    marks: VecDeque<(Millis, Millis)>,
}

impl Progress {
    pub fn note(&mut self, now: Millis, read_through: Millis) {
        let last = self.marks.back();
        if last.is_some_and(|(at, _)| now.0 - at.0 < millis(BETWEEN_MARKS)) {
            return;
        }
        if self.marks.len() == MARKS_MAX {
            self.marks.pop_front();
        }
        self.marks.push_back((now, read_through));
    }

    /// Time goes on faster than reading does. Unknown before a minute of reading.
    fn falls_behind(&self, now: Millis, read_through: Millis) -> bool {
        let then = self
            .marks
            .iter()
            .rev()
            .find(|(at, _)| now.0 - at.0 >= millis(LOOKED_BACK));
        then.is_some_and(|(at, read)| read_through.0 - read.0 < now.0 - at.0)
    }
}

/// What is known of a shard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub phase: Phase,
    pub read_through: Option<Millis>,
    pub retention_hours: Option<u32>,
}

/// When the oldest record that may not be read yet is trimmed, where that is near and nothing is done about it.
/// It may have passed: then records are lost now.
pub(crate) fn expires_at(standing: Standing, progress: &Progress, now: Millis) -> Option<Millis> {
    let read = standing.read_through?;
    let retention = i64::from(standing.retention_hours?) * 3_600_000;
    let expires = Millis(read.0.saturating_add(retention));
    let is_near = expires.0.saturating_sub(now.0) <= retention / LEFT_OF_RETENTION;
    let is_left = match standing.phase {
        Phase::Paused | Phase::BackingOff | Phase::Blocked => true,
        Phase::Starting | Phase::CatchingUp | Phase::Live => progress.falls_behind(now, read),
        Phase::Waiting | Phase::Finished | Phase::Stopped | Phase::StreamGone | Phase::Failed => {
            false
        }
    };
    (is_near && is_left).then_some(expires)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const NOW: Millis = Millis(1_000 * HOUR);

    fn standing(phase: Phase, hours_behind: i64) -> Standing {
        Standing {
            phase,
            read_through: Some(Millis(NOW.0 - hours_behind * HOUR)),
            retention_hours: Some(24),
        }
    }

    /// Read through so much in each of the last two minutes' seconds.
    fn reading(seconds_a_second: i64, through_now: Millis) -> Progress {
        let mut progress = Progress::default();
        for second in (0..=120).rev() {
            let at = Millis(NOW.0 - second * 1_000);
            progress.note(
                at,
                Millis(through_now.0 - second * 1_000 * seconds_a_second),
            );
        }
        progress
    }

    #[test]
    fn a_shard_that_is_not_read_is_told_of_in_its_last_quarter() {
        let nothing = Progress::default();
        for phase in [Phase::Paused, Phase::BackingOff, Phase::Blocked] {
            assert_eq!(expires_at(standing(phase, 17), &nothing, NOW), None);
            assert_eq!(
                expires_at(standing(phase, 22), &nothing, NOW),
                Some(Millis(NOW.0 + 2 * HOUR))
            );
            assert_eq!(
                expires_at(standing(phase, 25), &nothing, NOW),
                Some(Millis(NOW.0 - HOUR)),
                "they are being lost"
            );
        }
    }

    #[test]
    fn one_that_is_read_is_told_of_where_it_falls_behind() {
        let behind = standing(Phase::CatchingUp, 22);
        let through = behind.read_through.expect("it is known");
        assert_eq!(expires_at(behind, &reading(3, through), NOW), None);
        assert!(expires_at(behind, &reading(0, through), NOW).is_some());
        assert_eq!(
            expires_at(behind, &Progress::default(), NOW),
            None,
            "nobody knows yet"
        );
        let mut short = Progress::default();
        short.note(Millis(NOW.0 - 59_000), through);
        assert_eq!(expires_at(behind, &short, NOW), None);
    }

    #[test]
    fn what_is_not_known_is_no_alarm() {
        let known = standing(Phase::Paused, 23);
        let nothing = Progress::default();
        assert!(expires_at(known, &nothing, NOW).is_some());
        let nowhere = Standing {
            read_through: None,
            ..known
        };
        assert_eq!(expires_at(nowhere, &nothing, NOW), None);
        let no_retention = Standing {
            retention_hours: None,
            ..known
        };
        assert_eq!(expires_at(no_retention, &nothing, NOW), None);
        for phase in [Phase::Waiting, Phase::Finished, Phase::StreamGone] {
            assert_eq!(expires_at(Standing { phase, ..known }, &nothing, NOW), None);
        }
    }

    #[test]
    fn marks_are_few_and_reach_back_a_minute() {
        let mut progress = Progress::default();
        for second in 0..1_000 {
            progress.note(Millis(second * 1_000), Millis(0));
        }
        assert_eq!(progress.marks.len(), MARKS_MAX);
        let reach = 999_000 - progress.marks[0].0.0;
        assert!(reach >= millis(LOOKED_BACK), "{reach}");
    }
}
