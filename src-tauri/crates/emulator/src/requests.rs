//! The log of what was asked, so that tests can hold a client to its politeness.
//!
//! It keeps the newest requests only; what it has forgotten is counted.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

const REQUESTS_MAX: usize = 100_000;

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// When it was received.
    pub at: Instant,
    /// The operation, as in `GetRecords`.
    pub operation: String,
    /// The stream that it names, by name, ARN or iterator.
    pub stream: Option<String>,
    /// The shard that it names, by id or iterator.
    pub shard: Option<String>,
    /// The answer's HTTP status.
    pub status: u16,
    /// The answer's error code.
    pub error: Option<String>,
    /// The answer's length, where it was known.
    pub answer_bytes: u64,
}

/// Requests in the order in which they were answered.
#[derive(Clone, Debug, Default)]
pub struct RequestLog {
    /// The newest requests.
    pub requests: VecDeque<Request>,
    /// How many older ones were dropped from the log.
    pub forgotten: u64,
}

impl RequestLog {
    /// How many requests asked for this operation.
    pub fn count(&self, operation: &str) -> usize {
        self.requests
            .iter()
            .filter(|request| request.operation == operation)
            .count()
    }

    /// How many answers had this error code.
    pub fn errors(&self, code: &str) -> usize {
        self.requests
            .iter()
            .filter(|request| request.error.as_deref() == Some(code))
            .count()
    }

    /// The most calls of this operation on any one shard within any window of this length.
    pub fn busiest(&self, operation: &str, window: Duration) -> usize {
        let mut times: HashMap<_, Vec<Instant>> = HashMap::new();
        for request in self
            .requests
            .iter()
            .filter(|request| request.operation == operation)
        {
            times
                .entry((&request.stream, &request.shard))
                .or_default()
                .push(request.at);
        }
        times
            .into_values()
            .map(|times| most_within(times, window))
            .max()
            .unwrap_or(0)
    }
}

fn most_within(mut times: Vec<Instant>, window: Duration) -> usize {
    times.sort_unstable();
    let mut first = 0;
    let mut most = 0;
    for (index, &time) in times.iter().enumerate() {
        while time.duration_since(times[first]) >= window {
            first += 1;
        }
        most = most.max(index + 1 - first);
    }
    most
}

/// The log as the shim writes it.
#[derive(Debug, Default)]
pub(crate) struct SharedRequestLog(Mutex<RequestLog>);

impl SharedRequestLog {
    pub fn note(&self, request: Request) {
        let mut log = self.lock();
        if log.requests.len() == REQUESTS_MAX {
            log.requests.pop_front();
            log.forgotten += 1;
        }
        log.requests.push_back(request);
    }

    pub fn snapshot(&self) -> RequestLog {
        self.lock().clone()
    }

    pub fn forget(&self) {
        *self.lock() = RequestLog::default();
    }

    fn lock(&self) -> MutexGuard<'_, RequestLog> {
        // a log is whole after every statement, so a panic elsewhere leaves nothing half done
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(at: Instant, shard: &str) -> Request {
        Request {
            at,
            operation: "GetRecords".to_owned(),
            stream: Some("orders".to_owned()),
            shard: Some(shard.to_owned()),
            status: 200,
            error: None,
            answer_bytes: 0,
        }
    }

    #[test]
    fn the_busiest_window_counts_one_shard_and_slides() {
        let start = Instant::now();
        let log = SharedRequestLog::default();
        for millis in [0, 600, 900, 1_500, 3_000] {
            log.note(request(start + Duration::from_millis(millis), "0"));
            log.note(request(start + Duration::from_millis(millis), "1"));
        }
        let log = log.snapshot();
        assert_eq!(log.busiest("GetRecords", Duration::from_secs(1)), 3);
        assert_eq!(log.busiest("PutRecord", Duration::from_secs(1)), 0);
        assert_eq!(log.count("GetRecords"), 10);
    }

    #[test]
    fn a_full_log_forgets_its_oldest() {
        let start = Instant::now();
        let log = SharedRequestLog::default();
        for _ in 0..REQUESTS_MAX + 3 {
            log.note(request(start, "0"));
        }
        assert_eq!(
            (log.snapshot().requests.len(), log.snapshot().forgotten),
            (REQUESTS_MAX, 3)
        );
        log.forget();
        assert_eq!(log.snapshot().count("GetRecords"), 0);
    }
}
