//! What a running demo says about itself.

use crate::script::{Kind, Stream};
use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

const RATE_WINDOW: Duration = Duration::from_secs(5);

/// A running demo, seen from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoStatus {
    /// Records written so far, history included.
    pub events: u64,
    /// Of these, the history's.
    pub history_events: u64,
    /// Sagas started, by kind, history included.
    pub sagas: BTreeMap<Kind, u64>,
    /// The wanted rate.
    pub events_per_second: f64,
    /// The rate of the last five seconds.
    pub measured_per_second: f64,
    /// Records written to each stream.
    pub streams: BTreeMap<Stream, u64>,
    /// Why the last records could not be written, if they could not.
    pub failure: Option<String>,
}

/// The counters behind it.
#[derive(Debug)]
pub(crate) struct Progress {
    pub history_events: u64,
    pub sagas: BTreeMap<Kind, u64>,
    pub events_per_second: f64,
    pub failure: Option<String>,
    streams: BTreeMap<Stream, u64>,
    live_since: Instant,
    recent: VecDeque<(Instant, u64)>,
}

impl Progress {
    pub fn new(now: Instant) -> Self {
        Self {
            history_events: 0,
            sagas: BTreeMap::new(),
            events_per_second: 0.0,
            failure: None,
            streams: Stream::ALL.into_iter().map(|stream| (stream, 0)).collect(),
            live_since: now,
            recent: VecDeque::new(),
        }
    }

    pub fn wrote(&mut self, stream: Stream, events: u64) {
        *self.streams.entry(stream).or_default() += events;
    }

    /// Ends the history: what is written from now on counts for the rate.
    pub fn go_live(&mut self, now: Instant) {
        self.history_events = self.events();
        self.live_since = now;
    }

    pub fn wrote_live(&mut self, events: u64, now: Instant) {
        self.recent.push_back((now, events));
        while self
            .recent
            .front()
            .is_some_and(|&(at, _)| now.duration_since(at) > RATE_WINDOW)
        {
            self.recent.pop_front();
        }
    }

    pub fn status(&self, now: Instant) -> DemoStatus {
        let recent = self
            .recent
            .iter()
            .filter(|&&(at, _)| now.duration_since(at) <= RATE_WINDOW);
        let window = now
            .duration_since(self.live_since)
            .min(RATE_WINDOW)
            .as_secs_f64();
        let recent: u64 = recent.map(|&(_, events)| events).sum();
        DemoStatus {
            events: self.events(),
            history_events: self.history_events,
            sagas: self.sagas.clone(),
            events_per_second: self.events_per_second,
            measured_per_second: if window > 0.0 {
                recent as f64 / window
            } else {
                0.0
            },
            streams: self.streams.clone(),
            failure: self.failure.clone(),
        }
    }

    fn events(&self) -> u64 {
        self.streams.values().sum()
    }
}
