//! Which failures of a read there are, and how long to wait after them.
//!
//! Full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog): a uniform share
//! of a doubling ceiling. The random number comes from outside.

use super::Moment;
use kinesis::KinesisError;
use mutants::Mutant;
use record::Millis;

/// A read's failure, as far as the next decision needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Expired, or refused as an argument, as some endpoints do.
    IteratorLost,
    /// "Not found": never the end of a shard, and perhaps the end of the stream.
    Missing,
    Throttled,
    /// May be well the next time: no connection, a timeout, a fault of the server.
    Passing,
    /// The page was larger than memory is given for: the same one is asked for in smaller pieces.
    Oversized,
    /// Will stay until a person does something: credentials, permissions, keys, the wrong address.
    Barred,
}

impl From<&KinesisError> for Failure {
    fn from(error: &KinesisError) -> Self {
        match error {
            KinesisError::ExpiredIterator { .. } | KinesisError::InvalidArgument { .. } => {
                Self::IteratorLost
            }
            KinesisError::NotFound { .. } => Self::Missing,
            KinesisError::Throttled { .. } => Self::Throttled,
            // a stream that is still being made, or being changed
            KinesisError::Refused { code, .. } if code == "ResourceInUseException" => Self::Passing,
            KinesisError::Malformed { .. } => Self::Passing,
            KinesisError::Oversized { .. } => Self::Oversized,
            error if error.is_retryable() => Self::Passing,
            _ => Self::Barred,
        }
    }
}

const THROTTLE_BASE_MILLIS: f64 = 1000.0;
const PASSING_BASE_MILLIS: f64 = 500.0;
const CEILING_MILLIS: f64 = 30_000.0;
/// Nobody wants a refused call repeated often; a person who logs in again should not wait long.
const BARRED_MILLIS: i64 = 15_000;

/// Each attempt asks for less than the one before it, so that none waits longer.
const OVERSIZED_MILLIS: i64 = 500;

/// When to try again after the `failures`-th failure in a row, counted from 1.
pub(super) fn retry_at(failure: Failure, failures: u32, at: Moment) -> Millis {
    let base = match failure {
        Failure::Barred if mutants::is_on(Mutant::BarredIsHammered) => return at.now,
        Failure::Barred => return at.now.saturating_add(BARRED_MILLIS),
        Failure::Oversized => return at.now.saturating_add(OVERSIZED_MILLIS),
        Failure::Throttled => THROTTLE_BASE_MILLIS,
        Failure::IteratorLost if failures <= 1 => return at.now,
        Failure::IteratorLost | Failure::Missing | Failure::Passing => PASSING_BASE_MILLIS,
    };
    let doublings = i32::try_from(failures.saturating_sub(1))
        .unwrap_or(i32::MAX)
        .min(16);
    let ceiling = (base * 2f64.powi(doublings)).min(CEILING_MILLIS);
    // a throttled shard rests at least half a second, or the full jitter could mean "at once"
    let floor = if failure == Failure::Throttled {
        500.0
    } else {
        50.0
    };
    at.now
        .saturating_add((ceiling * at.jitter).max(floor) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(failure: Failure, failures: u32, jitter: f64) -> i64 {
        retry_at(
            failure,
            failures,
            Moment {
                now: Millis(0),
                jitter,
            },
        )
        .0
    }

    #[test]
    fn waits_double_up_to_a_ceiling() {
        let waits: Vec<i64> = (1..=8).map(|n| wait(Failure::Throttled, n, 1.0)).collect();
        assert_eq!(
            waits,
            [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
        );
        assert_eq!(wait(Failure::Passing, 1, 1.0), 500);
        assert_eq!(wait(Failure::Passing, u32::MAX, 1.0), 30_000);
    }

    #[test]
    fn jitter_takes_any_share_but_leaves_a_throttled_shard_a_rest() {
        assert_eq!(wait(Failure::Throttled, 5, 0.0), 500);
        assert_eq!(wait(Failure::Throttled, 5, 0.5), 8000);
        assert_eq!(wait(Failure::Passing, 5, 0.0), 50);
    }

    #[test]
    fn a_lost_iterator_is_renewed_at_once_and_then_with_care() {
        assert_eq!(wait(Failure::IteratorLost, 1, 1.0), 0);
        assert_eq!(wait(Failure::IteratorLost, 3, 1.0), 2000);
    }
}
