//! What was asked, what of it reached the endpoint, and what the client got.
//!
//! An exchange stands in the log from its arrival on; what is not known yet is filled in later.

use crate::{asked::Asked, rules::RuleId};
use std::time::Instant;

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When it arrived.
    pub at: Instant,
    pub operation: String,
    pub stream: Option<String>,
    pub shard: Option<String>,
    /// Records that it wants written.
    pub entries: usize,
    /// Their data and keys, as Kinesis counts.
    pub entry_bytes: usize,
    pub fault: Option<Fault>,
    /// `None` where it never reached the endpoint.
    pub forwarded: Option<Forwarded>,
    pub answered: Answered,
}

/// The rule that had the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub rule: RuleId,
    pub name: &'static str,
}

/// What reached the endpoint, and what it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// Records among it.
    pub entries: usize,
    pub body_bytes: usize,
    /// `None` while the endpoint has not answered.
    pub status: Option<u16>,
}

/// What the client got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Nothing, so far or for ever.
    Nothing,
    Whole {
        status: u16,
        body_bytes: usize,
    },
    /// The beginning of an answer.
    Cut {
        body_bytes: usize,
    },
    /// A stream of events, passed on as it came.
    Events {
        status: u16,
    },
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    exchanges: Vec<Exchange>,
    /// Exchanges that were forgotten: their places are not used again.
    forgotten: usize,
}

/// An exchange's place in the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(usize);

impl Log {
    pub fn arrived(&mut self, asked: &Asked, fault: Option<Fault>) -> Place {
        self.exchanges.push(Exchange {
            at: Instant::now(),
            operation: asked.operation.clone(),
            stream: asked.stream.clone(),
            shard: asked.shard.clone(),
            entries: asked.entries,
            entry_bytes: asked.entry_bytes,
            fault,
            forwarded: None,
            answered: Answered::Nothing,
        });
        Place(self.forgotten + self.exchanges.len() - 1)
    }

    pub fn note(&mut self, place: Place, change: impl FnOnce(&mut Exchange)) {
        let known = place.0.checked_sub(self.forgotten);
        if let Some(exchange) = known.and_then(|at| self.exchanges.get_mut(at)) {
            change(exchange);
        }
    }

    pub fn all(&self) -> Vec<Exchange> {
        self.exchanges.clone()
    }

    pub fn forget(&mut self) {
        self.forgotten += self.exchanges.len();
        self.exchanges.clear();
    }
}
