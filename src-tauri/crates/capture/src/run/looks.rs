//! How often a capture of many streams looks at each of them, so that all of them together stay polite. Pure.
//!
//! `DescribeStreamSummary` has 20 calls a second for a whole account
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html>), shared with everybody
//! else's tools. It does not reckon with other captures or other programs.

use std::time::Duration;

/// Looks at streams in a second, over all streams of a capture.
const LOOKS_PER_SECOND: u32 = 5;
/// Streams that are looked at as soon as the capture starts.
const AT_ONCE: u32 = 10;

/// Between two looks at one of so many streams.
pub(super) fn interval(wanted: Duration, streams: usize) -> Duration {
    let streams = u32::try_from(streams).unwrap_or(u32::MAX);
    wanted.max(Duration::from_secs(1) * streams / LOOKS_PER_SECOND)
}

/// How long after the start the stream with this number is looked at first: what is looked at together once would be
/// so every time.
pub(super) fn first_look(number: usize) -> Duration {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_secs(1) * number.saturating_sub(AT_ONCE - 1) / LOOKS_PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Duration = Duration::from_secs(15);

    /// The looks of a capture within a second, the fullest one of its first five minutes.
    fn busiest_second(streams: usize) -> usize {
        let interval = interval(USUAL, streams);
        let mut millis: Vec<u128> = (0..streams)
            .flat_map(|number| {
                (0..20).map(move |round| (first_look(number) + interval * round).as_millis())
            })
            .collect();
        millis.sort_unstable();
        let within = |at: usize| {
            let end = millis[at] + 1000;
            millis[at..].partition_point(|look| *look < end)
        };
        (0..millis.len()).map(within).max().unwrap_or(0)
    }

    #[test]
    fn a_few_streams_are_looked_at_as_often_as_wanted_and_at_once() {
        assert_eq!(interval(USUAL, 1), USUAL);
        assert_eq!(interval(USUAL, 75), USUAL);
        assert_eq!(
            (first_look(0), first_look(9)),
            (Duration::ZERO, Duration::ZERO)
        );
    }

    #[test]
    fn many_streams_share_the_looks() {
        assert_eq!(interval(USUAL, 100), Duration::from_secs(20));
        assert_eq!(interval(USUAL, 1000), Duration::from_secs(200));
        for streams in [30, 100, 300] {
            let average = streams as f64 / interval(USUAL, streams).as_secs_f64();
            assert!(average <= 5.0, "{streams} streams: {average} a second");
            let busiest = busiest_second(streams);
            assert!(busiest <= 15, "{streams} streams: {busiest} in one second");
        }
    }
}
