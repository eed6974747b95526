//! Counts of what was asked of an endpoint: calls, retries, throttles, errors, bytes.
//!
//! It sees every attempt, also those that the SDK repeats by itself. It counts and never delays.

use crate::calls::CallLog;
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

macro_rules! operations {
    ($($variant:ident),+ $(,)?) => {
        /// The API operations that this program calls.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $($variant),+ }

        impl Operation {
            pub const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }
        }
    };
}

operations!(
    ListStreams,
    DescribeStreamSummary,
    ListShards,
    ListStreamConsumers,
    ListTagsForStream,
    GetShardIterator,
    GetRecords,
    PutRecord,
    PutRecords,
    GetCallerIdentity,
    CreateStream,
    DeleteStream,
    GetSchemaVersion,
);

impl Operation {
    /// The IAM action that allows it.
    pub fn action(self) -> String {
        let service = match self {
            Self::GetCallerIdentity => "sts",
            Self::GetSchemaVersion => "glue",
            _ => "kinesis",
        };
        format!("{service}:{}", self.name())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What one connection has asked so far, by operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    pub operations: Vec<OperationCount>,
}

impl Meter {
    pub fn of(&self, operation: Operation) -> OperationCount {
        let found = self
            .operations
            .iter()
            .find(|count| count.operation == operation);
        found.copied().unwrap_or(OperationCount::none(operation))
    }

    pub fn total(&self, what: impl Fn(&OperationCount) -> u64) -> u64 {
        self.operations.iter().map(what).sum()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationCount {
    pub operation: Operation,
    /// Attempts: what the endpoint has to serve.
    pub calls: u64,
    /// Attempts after the first of their call.
    pub retries: u64,
    pub throttles: u64,
    /// Attempts that failed, throttles included.
    pub errors: u64,
    /// Bytes of the answers' bodies.
    pub received_bytes: u64,
}

impl OperationCount {
    fn none(operation: Operation) -> Self {
        Self {
            operation,
            calls: 0,
            retries: 0,
            throttles: 0,
            errors: 0,
            received_bytes: 0,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub calls: AtomicU64,
    pub retries: AtomicU64,
    pub throttles: AtomicU64,
    pub errors: AtomicU64,
    pub received_bytes: AtomicU64,
}

/// The counters behind [`Meter`].
#[derive(Debug, Default)]
pub(crate) struct Counts {
    by_operation: [Counters; Operation::ALL.len()],
    log: CallLog,
}

impl Counts {
    pub(crate) fn log(&self) -> &CallLog {
        &self.log
    }

    pub(crate) fn of(&self, operation: Operation) -> &Counters {
        &self.by_operation[operation as usize]
    }

    pub(crate) fn tried_again(&self, operation: Operation) {
        self.of(operation).retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn snapshot(&self) -> Meter {
        let count = |operation: Operation| {
            let counters = self.of(operation);
            OperationCount {
                operation,
                calls: counters.calls.load(Relaxed),
                retries: counters.retries.load(Relaxed),
                throttles: counters.throttles.load(Relaxed),
                errors: counters.errors.load(Relaxed),
                received_bytes: counters.received_bytes.load(Relaxed),
            }
        };
        Meter {
            operations: Operation::ALL
                .into_iter()
                .map(count)
                .filter(|count| count.calls > 0)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_named_as_in_a_policy() {
        assert_eq!(Operation::GetRecords.action(), "kinesis:GetRecords");
        assert_eq!(
            Operation::GetCallerIdentity.action(),
            "sts:GetCallerIdentity"
        );
        assert_eq!(
            Operation::GetSchemaVersion.action(),
            "glue:GetSchemaVersion"
        );
    }
}
