//! Many sagas at once, at a wanted rate: which records are due by a given time.
//!
//! Pure: time comes in as an argument. A saga starts when the rate allows all its records, so that
//! the mean is exact and a slow rate keeps each saga's own pace.

use crate::{
    orders::Shop,
    script::{Kind, Script, Step},
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use record::Millis;
use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap},
};

/// Records a second.
pub const RATE_MIN: f64 = 1.0;
/// Records a second.
pub const RATE_MAX: f64 = 5_000.0;

/// How many of each kind there are in a deck; every deck is played to its end before the next.
const DECK: [(Kind, usize); Kind::ALL.len()] = [
    (Kind::Happy, 9),
    (Kind::PaymentFailed, 2),
    (Kind::ShippingFailed, 2),
    (Kind::Rejected, 1),
    (Kind::Cancelled, 1),
    (Kind::Stuck, 1),
    (Kind::Redelivered, 1),
    (Kind::ChargedTwice, 1),
    (Kind::LatePayment, 1),
    (Kind::ShippedUnpaid, 1),
];

/// A step and when it is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    pub due: Millis,
    /// Breaks ties: steps that are due together keep the order of their making.
    order: u64,
    pub step: Step,
}

impl Ord for Timed {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

impl PartialOrd for Timed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The demo's sagas, as they unfold.
#[derive(Debug)]
pub struct Schedule {
    rng: StdRng,
    shop: Shop,
    deck: Vec<Kind>,
    waiting: BinaryHeap<Reverse<Timed>>,
    made: u64,
    started: BTreeMap<Kind, u64>,
    events_per_second: f64,
    /// When the next saga starts, in fractions of milliseconds: at 5,000/s they lie that close.
    next_start_millis: f64,
}

impl Schedule {
    /// The same seed, start and rate make the same records again.
    pub fn new(seed: u64, start: Millis, events_per_second: f64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            shop: Shop::default(),
            deck: Vec::new(),
            waiting: BinaryHeap::new(),
            made: 0,
            started: BTreeMap::new(),
            events_per_second: events_per_second.clamp(RATE_MIN, RATE_MAX),
            next_start_millis: start.0 as f64,
        }
    }

    /// Sets the rate from `now` on. Sagas that have started keep their pace.
    pub fn set_rate(&mut self, events_per_second: f64, now: Millis) {
        let rate = events_per_second.clamp(RATE_MIN, RATE_MAX);
        let left = (self.next_start_millis - now.0 as f64).max(0.0);
        self.next_start_millis = now.0 as f64 + left * self.events_per_second / rate;
        self.events_per_second = rate;
    }

    /// Leaves out the sagas that would have started before `now`, as after a computer's sleep.
    pub fn skip_to(&mut self, now: Millis) {
        self.next_start_millis = self.next_start_millis.max(now.0 as f64);
    }

    pub fn events_per_second(&self) -> f64 {
        self.events_per_second
    }

    /// How many sagas of each kind have started.
    pub fn started(&self) -> &BTreeMap<Kind, u64> {
        &self.started
    }

    /// When there will be something to publish, at the earliest.
    pub fn next_due(&self) -> Millis {
        let start = Millis(self.next_start_millis as i64);
        self.waiting
            .peek()
            .map_or(start, |Reverse(first)| first.due.min(start))
    }

    /// Takes the records that are due at `until` or before, in the order of their time.
    pub fn take_due(&mut self, until: Millis) -> Vec<Timed> {
        while self.next_start_millis <= until.0 as f64 {
            self.start_saga();
        }
        let mut due = Vec::new();
        while self
            .waiting
            .peek()
            .is_some_and(|Reverse(first)| first.due <= until)
        {
            due.extend(self.waiting.pop().map(|Reverse(timed)| timed));
        }
        due
    }

    fn start_saga(&mut self) {
        let start = Millis(self.next_start_millis as i64);
        let kind = self.draw();
        let order = self.shop.order(&mut self.rng);
        let script = Script::new(kind, order, &mut self.rng, start);
        *self.started.entry(kind).or_default() += 1;
        self.next_start_millis += script.steps.len() as f64 * 1000.0 / self.events_per_second;
        for step in script.steps {
            self.made += 1;
            let due = start.saturating_add(step.offset_millis);
            self.waiting.push(Reverse(Timed {
                due,
                order: self.made,
                step,
            }));
        }
    }

    fn draw(&mut self) -> Kind {
        if self.deck.is_empty() {
            self.deck = DECK
                .iter()
                .flat_map(|&(kind, count)| std::iter::repeat_n(kind, count))
                .collect();
            self.deck.shuffle(&mut self.rng);
        }
        self.deck.pop().unwrap_or(Kind::Happy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Stream::{OrderCommands, OrderEvents, UserEvents};

    const START: Millis = Millis(1_761_825_600_000);

    fn after(seconds: i64) -> Millis {
        START.saturating_add(seconds * 1000)
    }

    fn played(seed: u64, events_per_second: f64, seconds: i64) -> Vec<Timed> {
        let mut schedule = Schedule::new(seed, START, events_per_second);
        schedule.take_due(after(seconds))
    }

    #[test]
    fn a_seed_makes_the_same_records_however_often_it_is_asked() {
        let at_once = played(7, 50.0, 60);
        let mut schedule = Schedule::new(7, START, 50.0);
        let bit_by_bit: Vec<Timed> = (0..=6_000)
            .flat_map(|tick| schedule.take_due(START.saturating_add(tick * 10)))
            .collect();
        assert_eq!(at_once, bit_by_bit);
        assert_ne!(at_once, played(8, 50.0, 60));
    }

    #[test]
    fn records_come_in_the_order_of_their_time() {
        assert!(
            played(1, 500.0, 30)
                .windows(2)
                .all(|pair| pair[0].due <= pair[1].due)
        );
    }

    #[test]
    fn every_kind_starts_within_fifteen_seconds() {
        for seed in 0..100 {
            let mut schedule = Schedule::new(seed, START, 20.0);
            schedule.take_due(after(15));
            let missing: Vec<_> = Kind::ALL
                .iter()
                .filter(|kind| !schedule.started().contains_key(kind))
                .collect();
            assert!(missing.is_empty(), "seed {seed}: {missing:?}");
        }
    }

    #[test]
    fn rates_are_kept_within_a_tenth() {
        for (rate, seconds) in [(1.0, 1_000), (20.0, 60), (300.0, 20), (5_000.0, 10)] {
            let mut schedule = Schedule::new(3, START, rate);
            schedule.take_due(after(10));
            let events = schedule.take_due(after(10 + seconds)).len() as f64;
            let share = events / (rate * seconds as f64);
            assert!((0.9..=1.1).contains(&share), "{share} of {rate}/s");
        }
    }

    #[test]
    fn a_new_rate_holds_after_the_running_sagas() {
        let mut schedule = Schedule::new(3, START, 1.0);
        schedule.take_due(after(20));
        for (from, rate) in [(20, 2_000.0), (40, 20.0), (100, 600.0)] {
            schedule.set_rate(rate, after(from));
            schedule.take_due(after(from + 6));
            let events = schedule.take_due(after(from + 16)).len() as f64;
            assert!(
                (0.9..=1.1).contains(&(events / rate / 10.0)),
                "{events} in 10 s at {rate}/s"
            );
        }
        schedule.set_rate(1e9, after(200));
        assert!((schedule.events_per_second() - RATE_MAX).abs() < f64::EPSILON);
    }

    #[test]
    fn a_sleep_leaves_no_crowd() {
        let mut schedule = Schedule::new(3, START, 20.0);
        schedule.take_due(after(10));
        schedule.skip_to(after(10_000));
        assert!(schedule.take_due(after(10_001)).len() < 200);
    }

    #[test]
    fn the_next_record_is_due_when_it_says() {
        let mut schedule = Schedule::new(5, START, 2.0);
        for _ in 0..200 {
            let next = schedule.next_due();
            assert!(schedule.take_due(next.saturating_add(-1)).is_empty());
            schedule.take_due(next.saturating_add(1));
        }
    }

    #[test]
    fn payloads_have_a_realistic_size() {
        let sizes: Vec<usize> = played(2, 1_000.0, 30)
            .iter()
            .map(|timed| timed.step.json.len())
            .collect();
        let range = (sizes.iter().min(), sizes.iter().max());
        assert!(
            sizes.iter().all(|size| (300..=700).contains(size)),
            "{range:?}"
        );
    }

    #[test]
    fn customers_return_and_keys_spread() {
        let due = played(2, 1_000.0, 30);
        let keys = |stream| {
            let mut keys: Vec<_> = due
                .iter()
                .filter(|timed| timed.step.stream == stream)
                .map(|timed| timed.step.partition_key.as_str())
                .collect();
            keys.sort_unstable();
            keys.dedup();
            keys.len()
        };
        assert!(
            keys(OrderCommands) > keys(OrderEvents),
            "an order is its own key, a customer has several"
        );
        assert!(keys(OrderEvents) > 500 && keys(UserEvents) > 500);
    }
}
