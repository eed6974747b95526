//! What came first: certain, likely, or not known.

use crate::{
    event::{Event, Hash},
    finding::Confidence,
    streams::Streams,
};
use std::{cell::OnceCell, cmp::Ordering, collections::HashMap};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Before(Confidence),
    After(Confidence),
    Unordered,
}

impl Order {
    /// How sure it is that the first came before the second, if it did.
    pub fn before(self) -> Option<Confidence> {
        match self {
            Self::Before(confidence) => Some(confidence),
            _ => None,
        }
    }

    pub fn is_after(self) -> bool {
        matches!(self, Self::After(_))
    }

    fn reversed(self) -> Self {
        match self {
            Self::Before(confidence) => Self::After(confidence),
            Self::After(confidence) => Self::Before(confidence),
            Self::Unordered => Self::Unordered,
        }
    }
}

/// Of so many events the one with an id is found by looking at each.
const FEW_EVENTS: usize = 32;

/// The events of one saga by their ids, made when a cause is looked up for the first time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Causes(OnceCell<HashMap<Hash, usize>>);

impl Causes {
    /// The first event that has the id.
    fn find(&self, events: &[Event], id: Hash) -> Option<usize> {
        if events.len() <= FEW_EVENTS {
            return events.iter().position(|event| event.id == id);
        }
        let by_id = self.0.get_or_init(|| {
            // the first of several with one id is put in last
            let with_id = events.iter().enumerate().rev();
            with_id.map(|(place, event)| (event.id, place)).collect()
        });
        by_id.get(&id).copied()
    }
}

/// One saga's events, for comparing two of them.
#[derive(Clone, Copy)]
pub(crate) struct Orders<'a> {
    pub events: &'a [Event],
    pub causes: &'a Causes,
    pub streams: &'a Streams,
    pub skew_millis: i64,
}

impl Orders<'_> {
    /// What came first. Where a log and the events' own times contradict each other by more than the skew, one of
    /// them is wrong and nothing is known; the finding "out of order" looks at both by itself.
    pub fn of(&self, a: usize, b: usize) -> Order {
        if self.reaches(a, b) {
            return Order::Before(Confidence::Certain);
        }
        if self.reaches(b, a) {
            return Order::After(Confidence::Certain);
        }
        let time = self.by_time(a, b);
        match (self.by_log(a, b), time) {
            (Order::Unordered, time) => time,
            (Order::Before(_), Order::After(_)) | (Order::After(_), Order::Before(_)) => {
                Order::Unordered
            }
            (log, _) => log,
        }
    }

    /// By sequence number within a shard, or because one shard came from the other.
    pub fn by_log(&self, a: usize, b: usize) -> Order {
        let (a, b) = (&self.events[a], &self.events[b]);
        if a.shard == b.shard {
            let place = |event: &Event| (event.sub, event.part);
            return match a.sequence.cmp(&b.sequence).then(place(a).cmp(&place(b))) {
                Ordering::Less => Order::Before(Confidence::Certain),
                Ordering::Greater => Order::After(Confidence::Certain),
                Ordering::Equal => Order::Unordered,
            };
        }
        if self.streams.is_ancestor(a.shard, b.shard) {
            Order::Before(Confidence::Certain)
        } else if self.streams.is_ancestor(b.shard, a.shard) {
            Order::After(Confidence::Certain)
        } else {
            Order::Unordered
        }
    }

    /// By the definition's clock, where the times are apart by more than the skew.
    pub fn by_time(&self, a: usize, b: usize) -> Order {
        self.apart(self.events[b].time.since(self.events[a].time))
    }

    /// By arrival, where the times are apart by more than the skew.
    pub fn by_arrival(&self, a: usize, b: usize) -> Order {
        self.apart(self.events[b].arrival.since(self.events[a].arrival))
    }

    fn apart(&self, millis: i64) -> Order {
        if millis > self.skew_millis {
            Order::Before(Confidence::Likely)
        } else if millis < -self.skew_millis {
            Order::Before(Confidence::Likely).reversed()
        } else {
            Order::Unordered
        }
    }

    /// Whether `b` says that `a` caused it, directly or through others.
    pub fn reaches(&self, a: usize, b: usize) -> bool {
        const MAX_STEPS: usize = 64;
        let wanted = self.events[a].id;
        let mut at = b;
        for _ in 0..MAX_STEPS {
            let cause = self.events[at].cause;
            if cause == 0 || wanted == 0 {
                return false;
            }
            if cause == wanted {
                return a != b;
            }
            match self.causes.find(self.events, cause) {
                Some(next) => at = next,
                None => return false,
            }
        }
        false
    }
}
