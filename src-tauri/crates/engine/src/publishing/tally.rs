//! What became of each record of a delivery, read from its journal.
//!
//! Certain where it is certain. A record that was under way when the program ended is unclear; one that was never
//! sent waits for ever.

use super::prepared::SHOWN;
use crate::engine::locked;
use record::{Millis, SequenceNumber, ShardId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use store::{AttemptResult, DeliveryId, LogEvent, LogLine, Store, StoreError};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SentOutcome {
    /// Not sent; or refused, and to be sent again when the delivery goes on.
    #[default]
    Waiting,
    InFlight,
    Acknowledged,
    /// Certainly not written, and not to be sent again.
    Refused,
    /// It may have been written.
    Unclear,
}

/// One record of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentRecord {
    pub outcome: SentOutcome,
    pub shard: Option<ShardId>,
    pub sequence: Option<SequenceNumber>,
    /// How often it was sent.
    pub attempts: u64,
    /// The last refusal or doubt in words.
    pub message: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub sent: u64,
    pub refused: u64,
    pub unclear: u64,
    /// The first ones.
    pub rows: Vec<SentRecord>,
}

/// Whether anything can become of a delivery's records yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Running,
    /// It may go on.
    CutOff,
    Over,
}

/// How a position stands while the log is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    InFlight,
    /// It will be sent again, unless it is let go of.
    TurnedAway,
    /// Refused so far, and certainly not under way.
    LetGo,
    Acknowledged,
    /// In no request.
    Unfit,
    Unclear,
}

#[derive(Debug, Default)]
struct Reading {
    states: Vec<State>,
    rows: Vec<SentRecord>,
}

impl Reading {
    fn take(&mut self, line: LogLine) {
        let Ok(index) = usize::try_from(line.position) else {
            return;
        };
        if index >= self.states.len() {
            self.states.resize(index + 1, State::Open);
        }
        if self.rows.len() < SHOWN.min(index + 1) {
            self.rows
                .resize(SHOWN.min(index + 1), SentRecord::default());
        }
        let row = self.rows.get_mut(index);
        let before = self.states[index];
        self.states[index] = match &line.event {
            LogEvent::Intended(_) => State::InFlight,
            LogEvent::Came(AttemptResult::Acknowledged { .. }) => State::Acknowledged,
            LogEvent::Came(result) if result.is_unfit() => State::Unfit,
            LogEvent::Came(AttemptResult::Refused { .. }) => State::TurnedAway,
            LogEvent::Came(AttemptResult::Unclear { .. }) => State::Unclear,
            LogEvent::Came(AttemptResult::Released) => match before {
                State::TurnedAway | State::LetGo => State::LetGo,
                State::Unfit => State::Unfit,
                State::Unclear => State::Unclear,
                _ => State::Open,
            },
        };
        if let (Some(row), LogEvent::Came(result)) = (row, line.event) {
            note(row, result);
        }
    }

    fn end(mut self, life: Life) -> Tally {
        let is_running = life == Life::Running;
        let of = |wanted: &[State]| {
            let states = self.states.iter();
            states.filter(|state| wanted.contains(state)).count() as u64
        };
        let (mut refused, mut unclear) = (of(&[State::Unfit]), of(&[State::Unclear]));
        if life == Life::Over {
            refused += of(&[State::LetGo]);
        }
        if !is_running {
            unclear += of(&[State::InFlight, State::TurnedAway]);
        }
        let sent = of(&[State::Acknowledged]);
        for (row, state) in self.rows.iter_mut().zip(&self.states) {
            row.outcome = match (state, life) {
                (State::Acknowledged, _) => SentOutcome::Acknowledged,
                (State::Unfit, _) | (State::LetGo, Life::Over) => SentOutcome::Refused,
                (State::Unclear, _) => SentOutcome::Unclear,
                (State::InFlight, Life::Running) => SentOutcome::InFlight,
                // what was turned away may have been on its way once more
                (State::InFlight | State::TurnedAway, Life::CutOff | Life::Over) => {
                    row.message = Some("it was under way when the program ended".to_owned());
                    SentOutcome::Unclear
                }
                (State::Open | State::LetGo, _) | (State::TurnedAway, Life::Running) => {
                    SentOutcome::Waiting
                }
            };
        }
        Tally {
            sent,
            refused,
            unclear,
            rows: self.rows,
        }
    }
}

fn note(row: &mut SentRecord, result: AttemptResult) {
    let is_unfit = result.is_unfit();
    match result {
        AttemptResult::Acknowledged { shard, sequence } => {
            row.attempts += 1;
            (row.shard, row.sequence) = (Some(shard), Some(sequence));
        }
        AttemptResult::Refused { code, message } => {
            row.attempts += u64::from(!is_unfit);
            row.message = Some(format!("{code}: {message}"));
        }
        AttemptResult::Unclear { cause } => {
            row.attempts += 1;
            row.message = Some(cause);
        }
        AttemptResult::Released => {}
    }
}

impl Tally {
    /// All of the log; the first page of it only while the delivery runs, which has the first records.
    pub fn read(store: &Store, id: DeliveryId, life: Life) -> Result<Self, StoreError> {
        let mut reading = Reading::default();
        let mut from = None;
        loop {
            let page = store.delivery_log(id, from)?;
            page.lines.into_iter().for_each(|line| reading.take(line));
            from = page.next;
            if from.is_none() || life == Life::Running {
                return Ok(reading.end(life));
            }
        }
    }
}

/// Of deliveries that are at rest, as of their last change.
#[derive(Debug, Default)]
pub(crate) struct Tallies(Mutex<HashMap<DeliveryId, (Millis, Arc<Tally>)>>);

const TALLIES_MAX: usize = 500;

impl Tallies {
    pub fn get(&self, id: DeliveryId, as_of: Millis) -> Option<Arc<Tally>> {
        let kept = locked(&self.0);
        let (at, tally) = kept.get(&id)?;
        (*at == as_of).then(|| Arc::clone(tally))
    }

    pub fn keep(&self, id: DeliveryId, as_of: Millis, tally: &Arc<Tally>) {
        let mut kept = locked(&self.0);
        if kept.len() >= TALLIES_MAX {
            kept.clear();
        }
        kept.insert(id, (as_of, Arc::clone(tally)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Subject;

    /// A letter for each event: intended, acknowledged, refused, too large, unclear, released.
    fn tally(events: &[(u64, char)], life: Life) -> Tally {
        let mut reading = Reading::default();
        for &(position, event) in events {
            let event = match event {
                'i' => LogEvent::Intended(Subject::Composed {
                    digest: [0; 16],
                    size_bytes: 1,
                }),
                'a' => LogEvent::Came(AttemptResult::Acknowledged {
                    shard: "shardId-000000000001".parse().expect("a shard"),
                    sequence: "49".parse().expect("a number"),
                }),
                'r' => LogEvent::Came(AttemptResult::Refused {
                    code: "Slow".into(),
                    message: "down".into(),
                }),
                't' => LogEvent::Came(AttemptResult::unfit("too large".into())),
                'u' => LogEvent::Came(AttemptResult::Unclear {
                    cause: "no answer".into(),
                }),
                _ => LogEvent::Came(AttemptResult::Released),
            };
            reading.take(LogLine {
                at: Millis(0),
                position,
                event,
            });
        }
        reading.end(life)
    }

    fn outcomes(tally: &Tally) -> Vec<SentOutcome> {
        tally.rows.iter().map(|row| row.outcome).collect()
    }

    #[test]
    fn a_doubt_is_neither_sent_nor_refused() {
        use SentOutcome::{Acknowledged, Refused, Unclear, Waiting};
        let log = [
            (0, 'i'),
            (1, 'i'),
            (2, 'i'),
            (3, 'i'),
            (4, 'i'),
            (0, 'a'),
            (1, 'u'),
            (2, 'r'),
            (3, 'r'),
            (2, 'x'),
            (4, 'x'),
            (3, 'a'),
        ];
        let tally = tally(&log, Life::Over);
        assert_eq!(
            outcomes(&tally),
            [Acknowledged, Unclear, Refused, Acknowledged, Waiting]
        );
        assert_eq!((tally.sent, tally.refused, tally.unclear), (2, 1, 1));
        assert_eq!((tally.rows[3].attempts, tally.rows[4].attempts), (2, 0));
        assert_eq!(tally.rows[2].message.as_deref(), Some("Slow: down"));
        assert!(tally.rows[0].sequence.is_some() && tally.rows[1].sequence.is_none());
    }

    #[test]
    fn what_waits_until_it_goes_on_is_not_refused() {
        use SentOutcome::{Refused, Waiting};
        let log = [
            (0, 'i'),
            (1, 'i'),
            (2, 'i'),
            (0, 'r'),
            (1, 't'),
            (1, 'x'),
            (0, 'x'),
            (2, 'x'),
        ];
        for life in [Life::Running, Life::CutOff] {
            let tally = tally(&log, life);
            assert_eq!(outcomes(&tally), [Waiting, Refused, Waiting], "{life:?}");
            assert_eq!((tally.refused, tally.unclear), (1, 0));
        }
        let over = tally(&log, Life::Over);
        assert_eq!(outcomes(&over), [Refused, Refused, Waiting]);
        assert_eq!(over.refused, 2);
        let row = &over.rows[0];
        assert_eq!(
            (row.attempts, row.message.as_deref()),
            (1, Some("Slow: down"))
        );
        assert_eq!(over.rows[1].attempts, 0, "it was in no request");
    }

    #[test]
    fn what_was_under_way_when_the_program_ended_is_unclear() {
        let log = [(0, 'i'), (1, 'i'), (1, 'r')];
        let running = tally(&log, Life::Running);
        assert_eq!(
            outcomes(&running),
            [SentOutcome::InFlight, SentOutcome::Waiting]
        );
        assert_eq!((running.refused, running.unclear), (0, 0));
        let over = tally(&log, Life::CutOff);
        assert_eq!(
            outcomes(&over),
            [SentOutcome::Unclear, SentOutcome::Unclear],
            "a second attempt leaves no intent of its own"
        );
        assert_eq!((over.refused, over.unclear), (0, 2));
    }

    #[test]
    fn all_are_counted_and_the_first_are_shown() {
        let log: Vec<_> = (0..250).flat_map(|n| [(n, 'i'), (n, 'a')]).collect();
        let tally = tally(&log, Life::Over);
        assert_eq!((tally.sent, tally.rows.len()), (250, SHOWN));
    }
}
