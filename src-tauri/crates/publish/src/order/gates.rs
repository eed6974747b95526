//! How long a target shard is left alone after it refused.
//!
//! One gate for each shard that records are predicted to land on, and one for the rest: a throttled
//! shard does not hold up the others. Full jitter (Brooker, "Exponential Backoff And Jitter", AWS
//! Architecture Blog).

use super::lanes::LaneId;
use record::Millis;

const FIRST_WAIT_MILLIS: u64 = 100;
const LONGEST_WAIT_MILLIS: u64 = 20_000;
/// A throttled shard gets at least this rest: full jitter could mean "at once".
const LEAST_WAIT_MILLIS: u64 = 50;

#[derive(Debug, Default)]
struct Gate {
    closed_until: Option<Millis>,
    failures: u32,
    /// Lanes whose next record goes through this gate and waits for it.
    parked: Vec<LaneId>,
}

#[derive(Debug)]
pub(super) struct Gates {
    by_shard: Vec<Gate>,
    closed: usize,
    random: u64,
}

impl Gates {
    pub fn new(count: usize, seed: u64) -> Self {
        Self {
            by_shard: (0..count).map(|_| Gate::default()).collect(),
            closed: 0,
            random: seed,
        }
    }

    pub fn is_closed(&self, gate: usize) -> bool {
        self.by_shard[gate].closed_until.is_some()
    }

    pub fn park(&mut self, gate: usize, lane: LaneId) {
        self.by_shard[gate].parked.push(lane);
    }

    /// The shard took something.
    pub fn passed(&mut self, gate: usize) {
        self.by_shard[gate].failures = 0;
    }

    /// The shard refused: further refusals of requests that were under way meanwhile change nothing.
    pub fn close(&mut self, gate: usize, now: Millis) {
        if self.is_closed(gate) {
            return;
        }
        let random = self.next_random();
        let gate = &mut self.by_shard[gate];
        let ceiling = FIRST_WAIT_MILLIS
            .saturating_mul(1 << gate.failures.min(16))
            .min(LONGEST_WAIT_MILLIS);
        gate.failures += 1;
        let wait = (random % (ceiling + 1)).max(LEAST_WAIT_MILLIS);
        gate.closed_until = Some(now.saturating_add(wait as i64));
        self.closed += 1;
    }

    /// Opens the gates whose time has come, and gives the lanes that waited there.
    pub fn open_due(&mut self, now: Millis) -> Vec<LaneId> {
        let mut freed = Vec::new();
        if self.closed == 0 {
            return freed;
        }
        for gate in &mut self.by_shard {
            if gate.closed_until.is_some_and(|until| until <= now) {
                gate.closed_until = None;
                self.closed -= 1;
                freed.append(&mut gate.parked);
            }
        }
        freed
    }

    /// No lane has anything left: those that were refused stay closed, and their waits go on growing.
    pub fn forget_parked(&mut self) {
        self.by_shard
            .iter_mut()
            .for_each(|gate| gate.parked.clear());
    }

    pub fn next_opening(&self) -> Option<Millis> {
        self.by_shard
            .iter()
            .filter_map(|gate| gate.closed_until)
            .min()
    }

    /// splitmix64 (Steele, Lea, Flood 2014).
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_with_a_success() {
        let mut gates = Gates::new(2, 7);
        let mut now = Millis(0);
        let mut waits = Vec::new();
        for _ in 0..20 {
            gates.close(1, now);
            gates.close(1, now);
            let until = gates.next_opening().expect("it is closed");
            waits.push(until.since(now));
            assert!(gates.open_due(until.saturating_add(-1)).is_empty() && gates.is_closed(1));
            gates.open_due(until);
            assert!(!gates.is_closed(1) && !gates.is_closed(0));
            now = until;
        }
        assert!(waits[0] <= 100 && waits.iter().all(|wait| (50..=20_000).contains(wait)));
        assert!(waits[10..].iter().any(|&wait| wait > 5_000), "{waits:?}");
        gates.passed(1);
        gates.close(1, now);
        assert!(gates.next_opening().expect("closed").since(now) <= 100);
    }
}
