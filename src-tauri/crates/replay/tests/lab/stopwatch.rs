//! A target that takes everything and remembers when.

use publish::{Entry, Limits, Outcome, PublishError, Target};
use record::SequenceNumber;
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

#[derive(Clone, Default)]
pub struct Stopwatch(Arc<Mutex<Vec<Instant>>>);

impl Stopwatch {
    /// By how much each record missed its time, with one due every `every_millis` from the first on.
    pub fn late_millis(&self, every_millis: f64) -> Vec<f64> {
        let times = self.0.lock().expect("no panic");
        let first = times[0];
        let late = |(place, time): (usize, &Instant)| {
            let millis = time.duration_since(first).as_secs_f64() * 1_000.0;
            (millis - place as f64 * every_millis).abs()
        };
        times.iter().enumerate().map(late).collect()
    }
}

impl Target for Stopwatch {
    fn limits(&self) -> Limits {
        Limits::of_stream(None)
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        Ok(())
    }

    async fn send(&self, entries: &[Entry], _after: Option<SequenceNumber>) -> Vec<Outcome> {
        let mut times = self.0.lock().expect("no panic");
        let outcome = |_| {
            times.push(Instant::now());
            Outcome::Acknowledged {
                shard: "watch".parse().expect("a shard id"),
                sequence: times.len().to_string().parse().expect("a sequence number"),
            }
        };
        entries.iter().map(outcome).collect()
    }
}
