//! Whose turn it is to read a shard: all captures of one program share what a shard allows.
//!
//! Kinesis counts calls and bytes per shard, whoever asks. A turn is given in the order of asking, once the last call
//! and its bytes have been paid for in time. How much is asked for, and what comes of it, is not decided here; nor is
//! how often one capture alone wants to read, which is its pace.

use crate::shard::{bytes_millis, interval_millis};
use record::{ShardId, StreamIdentity};
use std::{
    collections::{HashMap, VecDeque},
    pin::pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// What an answer weighs is known when it is there: until then nobody else calls, but for longer than this nobody waits
/// for somebody else's.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// The shards that a program reads. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct ReadTurns(Arc<Mutex<HashMap<Place, Weak<Lane>>>>);

/// ARN and creation time are one stream's, by whichever connection it is reached.
type Place = (StreamIdentity, ShardId);
type Lane = watch::Sender<Line>;

/// A reader's place at its shard.
#[derive(Debug)]
pub(crate) struct Seat {
    lane: Arc<Lane>,
    is_hurried: bool,
}

/// A call that may go out now. Dropping it says that the answer is there, or not waited for.
#[derive(Debug)]
pub(crate) struct Turn {
    lane: Arc<Lane>,
    bytes: u64,
}

impl ReadTurns {
    pub(crate) fn seat(&self, stream: &StreamIdentity, shard: &ShardId) -> Seat {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() == lanes.capacity() {
            lanes.retain(|_, lane| lane.strong_count() > 0);
        }
        let place = (stream.clone(), shard.clone());
        let known = lanes.get(&place).and_then(Weak::upgrade);
        let lane = known.unwrap_or_else(|| {
            let lane = Arc::new(Lane::default());
            lanes.insert(place, Arc::downgrade(&lane));
            lane
        });
        Seat {
            lane,
            is_hurried: false,
        }
    }
}

impl Seat {
    /// Whether its reader has to catch up, and reads: while one has to, the shard's calls follow each other sooner.
    pub(crate) fn hurry(&mut self, is_hurried: bool) {
        if self.is_hurried != is_hurried {
            self.is_hurried = is_hurried;
            self.lane.send_modify(|line| line.hurry(is_hurried));
        }
    }

    /// Waits in the line; whoever drops it leaves the line. `ready` is what the call needs besides, had when its time
    /// has come: one that has to wait for it lets the others go first, and comes back with it in hand.
    pub(crate) fn turn<T, F, R>(&self, ready: F) -> impl Future<Output = (Turn, T)> + use<T, F, R>
    where
        F: Fn() -> R,
        R: Future<Output = T>,
    {
        let lane = Arc::clone(&self.lane);
        async move {
            let mut waiting = Waiting::join(&lane);
            let mut changed = lane.subscribe();
            let mut held = None;
            loop {
                let now = Instant::now();
                let free_at = changed.borrow_and_update().free_at(waiting.ticket, now);
                match free_at {
                    Some(time) if time <= now => {
                        let Some(ready) = held.take() else {
                            let mut wanted = pin!(ready());
                            held = tokio::select! {
                                biased;
                                ready = &mut wanted => Some(ready),
                                () = std::future::ready(()) => None,
                            };
                            if held.is_none() {
                                drop(waiting);
                                held = Some(wanted.await);
                                waiting = Waiting::join(&lane);
                            }
                            continue;
                        };
                        if lane.send_if_modified(|line| line.call(waiting.ticket, Instant::now())) {
                            let turn = Turn {
                                lane: Arc::clone(&lane),
                                bytes: 0,
                            };
                            return (turn, ready);
                        }
                        held = Some(ready);
                    }
                    // never closed: the lane is held here
                    Some(time) => tokio::select! {
                        () = tokio::time::sleep_until(time) => {}
                        _ = changed.changed() => {}
                    },
                    None => drop(changed.changed().await),
                }
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hurry(false);
    }
}

impl Turn {
    /// The answer is there, with so many bytes.
    pub(crate) fn answered(mut self, bytes: u64) {
        self.bytes = bytes;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.lane.send_modify(|line| line.answered(self.bytes));
    }
}

/// A place in the line, until it is dropped.
struct Waiting<'lane> {
    lane: &'lane Lane,
    ticket: u64,
}

impl<'lane> Waiting<'lane> {
    fn join(lane: &'lane Lane) -> Self {
        let mut ticket = 0;
        lane.send_modify(|line| ticket = line.join());
        Self { lane, ticket }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.lane.send_if_modified(|line| line.leave(self.ticket));
    }
}

/// Who waits at a shard, and what it has given lately. The clock is an argument.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<u64>,
    tickets: u64,
    /// Readers that catch up.
    hurried: usize,
    /// Calls without an answer.
    out: usize,
    called_at: Option<Instant>,
    /// When the bytes that were read are paid for.
    paid_at: Option<Instant>,
}

impl Line {
    fn join(&mut self) -> u64 {
        self.tickets += 1;
        self.waiting.push_back(self.tickets);
        self.tickets
    }

    /// False where it was not in the line any more.
    fn leave(&mut self, ticket: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|other| *other != ticket);
        self.waiting.len() < before
    }

    fn hurry(&mut self, is_hurried: bool) {
        self.hurried = if is_hurried {
            self.hurried + 1
        } else {
            self.hurried.saturating_sub(1)
        };
    }

    /// When this one may call: now, at a shard that nobody has read; `None` while others are before it.
    fn free_at(&self, ticket: u64, now: Instant) -> Option<Instant> {
        if self.waiting.front() != Some(&ticket) {
            return None;
        }
        let rest = millis(interval_millis(self.hurried > 0));
        let rest = if self.out > 0 {
            rest.max(ANSWER_PATIENCE)
        } else {
            rest
        };
        let rested_at = self.called_at.map(|called| called + rest);
        Some(rested_at.max(self.paid_at).unwrap_or(now))
    }

    /// Takes the turn, if it is this one's and its time has come.
    fn call(&mut self, ticket: u64, now: Instant) -> bool {
        let may = self.free_at(ticket, now).is_some_and(|time| time <= now);
        if may {
            self.waiting.pop_front();
            self.out += 1;
            self.called_at = Some(now);
        }
        may
    }

    fn answered(&mut self, bytes: u64) {
        self.out = self.out.saturating_sub(1);
        let from = self.paid_at.max(self.called_at);
        self.paid_at = from.map(|from| from + millis(bytes_millis(bytes)));
    }
}

fn millis(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Readers that want to read again as soon as their own pace allows.
    #[derive(Clone, Debug)]
    struct Reading {
        is_behind: bool,
        /// Of each answer, and how long it takes.
        bytes: u64,
        answer_millis: u64,
    }

    fn readers() -> impl Strategy<Value = Vec<Reading>> {
        let reading = (any::<bool>(), 0u64..2_000_000, 1u64..400);
        let reading = reading.prop_map(|(is_behind, bytes, answer_millis)| Reading {
            is_behind,
            bytes,
            answer_millis,
        });
        proptest::collection::vec(reading, 1..5)
    }

    /// The calls of a minute, by millisecond: when, whose, how many bytes.
    fn minute(readers: &[Reading]) -> Vec<(u64, usize, u64)> {
        let mut line = Line::default();
        let start = Instant::now();
        let mut tickets: Vec<Option<u64>> = vec![None; readers.len()];
        let mut wakes = vec![0; readers.len()];
        let mut answers: Vec<Option<u64>> = vec![None; readers.len()];
        let mut calls = Vec::new();
        readers
            .iter()
            .filter(|reader| reader.is_behind)
            .for_each(|_| line.hurry(true));
        for now in 0..60_000 {
            for (at, reader) in readers.iter().enumerate() {
                if answers[at] == Some(now) {
                    line.answered(reader.bytes);
                    answers[at] = None;
                }
                if tickets[at].is_none() && answers[at].is_none() && wakes[at] <= now {
                    tickets[at] = Some(line.join());
                }
                let time = start + Duration::from_millis(now);
                if tickets[at].is_some_and(|ticket| line.call(ticket, time)) {
                    tickets[at] = None;
                    calls.push((now, at, reader.bytes));
                    answers[at] = Some(now + reader.answer_millis);
                    let rest = interval_millis(reader.is_behind).max(bytes_millis(reader.bytes));
                    wakes[at] = now + rest as u64;
                }
            }
        }
        calls
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// However many read a shard, together they ask as one polite reader does, and each gets its turns.
        #[test]
        fn readers_of_a_shard_share_what_it_allows(readers in readers()) {
            let calls = minute(&readers);
            let most = if readers.iter().any(|reader| reader.is_behind) { 5 } else { 1 };
            for window in calls.windows(most + 1) {
                prop_assert!(window[most].0 - window[0].0 >= 1000, "{window:?}");
            }
            for pair in calls.windows(2) {
                prop_assert!((pair[1].0 - pair[0].0) * 2000 >= pair[0].2, "{pair:?}");
            }
            for reader in 0..readers.len() {
                let own = calls.iter().filter(|call| call.1 == reader).count();
                prop_assert!(own >= 10, "{own} turns of {} for {reader}", calls.len());
            }
        }
    }

    fn stream() -> StreamIdentity {
        StreamIdentity {
            arn: "arn:aws:kinesis:us-east-1:000000000000:stream/orders"
                .parse()
                .expect("an ARN"),
            created_at: record::Millis(1),
        }
    }

    #[tokio::test]
    async fn who_waits_for_something_else_holds_nobody_up() {
        let turns = ReadTurns::default();
        let (stream, shard) = (
            stream(),
            "shardId-000000000000".parse().expect("a shard id"),
        );
        let (first, second) = (turns.seat(&stream, &shard), turns.seat(&stream, &shard));
        let permits = Arc::new(tokio::sync::Semaphore::new(0));
        let mut busy = pin!(first.turn(|| Arc::clone(&permits).acquire_owned()));
        tokio::select! {
            biased;
            _ = &mut busy => panic!("there is no permit"),
            turn = second.turn(async || ()) => drop(turn),
        }
        permits.add_permits(1);
        let (_turn, permit) = busy.await;
        assert!(permit.is_ok());
    }

    #[tokio::test]
    async fn a_line_lets_its_first_one_go_and_forgets_who_left() {
        let turns = ReadTurns::default();
        let stream = stream();
        let shard = "shardId-000000000000".parse().expect("a shard id");
        let (first, mut second) = (turns.seat(&stream, &shard), turns.seat(&stream, &shard));
        let (turn, ()) = first.turn(async || ()).await;
        let left = second.turn(async || ());
        assert!(
            tokio::time::timeout(Duration::from_millis(1), left)
                .await
                .is_err(),
            "a call is out"
        );
        turn.answered(0);
        assert!(second.lane.borrow().waiting.is_empty());
        second.hurry(true);
        drop(second.turn(async || ()).await);
        drop((first, second));
        let gone = turns.seat(&stream, &shard);
        assert_eq!(gone.lane.borrow().called_at, None, "nobody was left");
    }
}
