//! Two sides measured in turn, A B A B, in one run: on a shared machine only their ratio means something.

use std::time::{Duration, Instant};

/// Load above which processor time is compared instead of the clock's.
const BUSY_LOAD: f64 = 3.0;

/// What one side took, once.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub wall: Duration,
    pub cpu: Duration,
}

/// Runs `work`, and measures it together with the processor time of `children` that it waited for.
pub fn measure<T>(work: impl FnOnce() -> T) -> (Cost, T) {
    let (cpu, start) = (cpu_time(), Instant::now());
    let done = work();
    let cost = Cost {
        wall: start.elapsed(),
        cpu: cpu_time().saturating_sub(cpu),
    };
    (cost, done)
}

/// How much faster ours is than the other, round by round.
#[derive(Clone, Debug)]
pub struct Ratios {
    rounds: Vec<f64>,
    pub by: &'static str,
    pub load: f64,
}

impl Ratios {
    /// `theirs / ours`, so that more is better for us.
    pub fn of(rounds: &[(Cost, Cost)]) -> Self {
        Self::compare(rounds, load_average() > BUSY_LOAD)
    }

    /// By the clock also where the machine is busy: for work that is not all that runs.
    pub fn by_clock(rounds: &[(Cost, Cost)]) -> Self {
        Self::compare(rounds, false)
    }

    fn compare(rounds: &[(Cost, Cost)], busy: bool) -> Self {
        let ratio = |(ours, theirs): &(Cost, Cost)| {
            let seconds = |cost: &Cost| if busy { cost.cpu } else { cost.wall }.as_secs_f64();
            seconds(theirs) / seconds(ours).max(1e-9)
        };
        let mut rounds: Vec<f64> = rounds.iter().map(ratio).collect();
        rounds.sort_by(f64::total_cmp);
        Self {
            rounds,
            by: if busy { "processor time" } else { "wall clock" },
            load: load_average(),
        }
    }

    pub fn median(&self) -> f64 {
        percentile(&self.rounds, 0.5)
    }

    pub fn describe(&self) -> String {
        let (least, most) = (percentile(&self.rounds, 0.0), percentile(&self.rounds, 1.0));
        let count = self.rounds.len();
        format!(
            "{least:.2}-{most:.2} over {count} rounds by {}, load {:.1}",
            self.by, self.load
        )
    }
}

/// Of sorted values; `share` from 0.0 to 1.0, the nearest rank.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * share).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// The one-minute load average.
pub fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|load| load.parse().ok())
        .unwrap_or(f64::NAN)
}

/// User and system time of this process and of the children it has waited for.
fn cpu_time() -> Duration {
    /// `sysconf(_SC_CLK_TCK)` on every Linux.
    const TICKS_PER_SECOND: u64 = 100;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the name may hold spaces; fields 14 to 17 are the 12th to 15th after it
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}
