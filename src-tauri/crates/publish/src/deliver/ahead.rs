//! Entries between the source and the order machine: pulled, waiting for their intent to be durable,
//! and waiting for their time.
//!
//! Only what is due soon is intended: a slow delivery that dies leaves a short list of doubts. Bounded
//! in records and bytes by whoever asks how much there is.

use crate::{Left, Pace, Planned};
use std::{collections::VecDeque, time::Duration};

/// Intents are journaled this long before their entries are due.
const AHEAD: Duration = Duration::from_millis(250);
/// Entries of one intent.
const INTENDED_TOGETHER: usize = 512;

#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// With the time that the pace has set, where it was asked already.
    pulled: VecDeque<(Planned, Option<Duration>)>,
    /// Handed to the journal, message by message.
    intended: VecDeque<VecDeque<(Planned, Duration)>>,
    durable: VecDeque<(Planned, Duration)>,
    /// What left last, unless what follows it was due already and was taken back.
    last: Option<Left>,
    records: usize,
    bytes: usize,
}

impl Ahead {
    pub fn records(&self) -> usize {
        self.records
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn pull(&mut self, planned: Planned) {
        self.records += 1;
        self.bytes += planned.entry.size_bytes();
        self.pulled.push_back((planned, None));
    }

    /// The next entries that are due soon: to be handed to the journal now.
    pub fn intend(&mut self, pace: &mut impl Pace, clock: Duration) -> Option<Vec<Planned>> {
        let mut next = VecDeque::new();
        while next.len() < INTENDED_TOGETHER
            && let Some((planned, set)) = self.pulled.front()
        {
            let due = set.unwrap_or_else(|| pace.due(planned, clock));
            if due > clock + AHEAD {
                break;
            }
            if let Some((planned, _)) = self.pulled.pop_front() {
                next.push_back((planned, due));
            }
        }
        if next.is_empty() {
            return None;
        }
        let entries = next.iter().map(|(planned, _)| planned.clone()).collect();
        self.intended.push_back(next);
        Some(entries)
    }

    /// The next entry, to be handed to the journal and to leave at once.
    pub fn intend_next(&mut self, clock: Duration) -> Option<Planned> {
        let (planned, _) = self.pulled.pop_front()?;
        self.intended.push_back([(planned.clone(), clock)].into());
        Some(planned)
    }

    /// Forgets the times that were set for what was taken back; gives what left before it, from which it is to be
    /// timed anew, or nothing where the next entry is due.
    pub fn forget_times(&mut self) -> Option<Left> {
        let set = self.pulled.iter_mut().take_while(|(_, due)| due.is_some());
        set.for_each(|(_, due)| *due = None);
        self.last
    }

    /// When the next entry should be intended, by the delivery's clock.
    pub fn next_intent(&self, pace: &mut impl Pace, clock: Duration) -> Option<Duration> {
        let (planned, set) = self.pulled.front()?;
        let due = set.unwrap_or_else(|| pace.due(planned, clock));
        Some(due.saturating_sub(AHEAD))
    }

    /// So many more messages are durable.
    pub fn became_durable(&mut self, messages: usize) {
        for message in self.intended.drain(..messages.min(self.intended.len())) {
            self.durable.extend(message);
        }
    }

    /// The entry that leaves next, and when it is due where its pace was asked already.
    pub fn front(&self) -> Option<(&Planned, Option<Duration>)> {
        let intended = self.intended.front().and_then(VecDeque::front);
        let first = self.durable.front().or(intended);
        let first = first.map(|(planned, due)| (planned, Some(*due)));
        first.or_else(|| self.pulled.front().map(|(planned, due)| (planned, *due)))
    }

    /// When the next durable entry is due.
    pub fn next_due(&self) -> Option<Duration> {
        self.durable.front().map(|(_, due)| *due)
    }

    /// The next entry and its time, if it is due.
    pub fn take_due(&mut self, clock: Duration) -> Option<(Planned, Duration)> {
        if self.next_due()? > clock {
            return None;
        }
        let (planned, due) = self.durable.pop_front()?;
        self.records -= 1;
        self.bytes -= planned.entry.size_bytes();
        self.last = Some(Left {
            at_millis: planned.at_millis,
            clock,
        });
        Some((planned, due))
    }

    /// Nothing waits for the journal.
    pub fn is_settled(&self) -> bool {
        self.intended.is_empty()
    }

    /// Takes back what was intended and not sent, with what the machine gave back before it; gives all
    /// of it, to be released in the journal.
    pub fn take_back(&mut self, from_machine: Vec<Planned>, clock: Duration) -> Vec<Planned> {
        for planned in &from_machine {
            self.records += 1;
            self.bytes += planned.entry.size_bytes();
        }
        let machine = from_machine
            .into_iter()
            .map(|planned| (planned, Duration::ZERO));
        let back: Vec<_> = machine.chain(self.durable.drain(..)).collect();
        if back.first().is_some_and(|(_, due)| *due <= clock) {
            self.last = None;
        }
        let entries = back.iter().map(|(planned, _)| planned.clone()).collect();
        for (planned, due) in back.into_iter().rev() {
            self.pulled.push_front((planned, Some(due)));
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AtOnce, Entry};
    use bytes::Bytes;

    fn planned(position: u64) -> Planned {
        Planned {
            position,
            at_millis: position as i64 * 100,
            entry: Entry {
                key: "k".into(),
                explicit_hash_key: None,
                data: Bytes::from_static(b"123456789"),
                origin: None,
            },
        }
    }

    struct AsItHappened;

    impl Pace for AsItHappened {
        fn due(&mut self, next: &Planned, _clock: Duration) -> Duration {
            Duration::from_millis(next.at_millis as u64)
        }
    }

    #[test]
    fn only_what_is_due_soon_is_intended_and_only_what_is_due_leaves() {
        let mut ahead = Ahead::default();
        (0..10).for_each(|n| ahead.pull(planned(n)));
        let clock = Duration::from_millis(100);
        let intended = ahead.intend(&mut AsItHappened, clock).expect("some");
        assert_eq!(intended.len(), 4, "0 to 300 ms");
        assert_eq!(ahead.take_due(clock), None, "not durable");
        ahead.became_durable(1);
        let taken: Vec<u64> = std::iter::from_fn(|| ahead.take_due(clock))
            .map(|(planned, _)| planned.position)
            .collect();
        assert_eq!(taken, [0, 1]);
        assert_eq!(ahead.next_due(), Some(Duration::from_millis(200)));
        let next = ahead.next_intent(&mut AsItHappened, clock);
        assert_eq!(next, Some(Duration::from_millis(150)));
        assert_eq!((ahead.records(), ahead.bytes()), (8, 80));
    }

    #[test]
    fn what_is_taken_back_leaves_first_the_next_time() {
        let mut ahead = Ahead::default();
        (0..6).for_each(|n| ahead.pull(planned(n)));
        for _ in 0..4 {
            ahead.intend_next(Duration::ZERO).expect("one");
        }
        ahead.became_durable(4);
        let sent: Vec<Planned> = (0..2)
            .filter_map(|_| ahead.take_due(Duration::ZERO))
            .map(|(planned, _)| planned)
            .collect();
        let back = ahead.take_back(sent, Duration::ZERO);
        assert_eq!(
            back.iter().map(|p| p.position).collect::<Vec<_>>(),
            [0, 1, 2, 3]
        );
        assert!(ahead.is_settled() && ahead.records() == 6);
        assert_eq!(ahead.forget_times(), None, "the first of them was due");
        let again = ahead.intend(&mut AtOnce, Duration::ZERO).expect("all");
        assert_eq!(
            again.iter().map(|p| p.position).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5]
        );
    }

    #[test]
    fn what_is_taken_back_before_its_time_is_timed_from_what_left_last() {
        let mut ahead = Ahead::default();
        (0..4).for_each(|n| ahead.pull(planned(n)));
        let clock = Duration::from_millis(150);
        ahead.intend(&mut AsItHappened, clock).expect("all");
        ahead.became_durable(1);
        while ahead.take_due(clock).is_some() {}
        let back = ahead.take_back(Vec::new(), clock);
        assert_eq!(back.len(), 2, "200 and 300 ms");
        let left = Left {
            at_millis: 100,
            clock,
        };
        assert_eq!(ahead.forget_times(), Some(left));
        assert_eq!(
            ahead.forget_times(),
            Some(left),
            "however often it is asked"
        );
        let next = ahead.next_intent(&mut AtOnce, clock);
        assert_eq!(next, Some(Duration::ZERO), "its own time is forgotten");
    }
}
