//! What each way of saying a stretch of time is understood as, on a clock seven hours ahead of UTC.

use super::*;
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// 2026-04-11 17:30:00 in Jakarta.
fn clock() -> Clock {
    let now: Timestamp = "2026-04-11T10:30:00Z".parse().expect("a time");
    Clock {
        now: Millis(now.as_millisecond()),
        zone: TimeZone::get("Asia/Jakarta").expect("a zone"),
    }
}

fn read(text: &str) -> String {
    let Some(TimeRange { from, until }) = read_time_range(text, &clock()) else {
        return "-".into();
    };
    let time = |at: Millis| Timestamp::from_millisecond(at.0).expect("a time");
    format!("{} {}", time(from), time(until))
}

fn all(texts: &[&str]) -> String {
    texts.iter().map(|text| read(text) + "\n").collect()
}

#[test]
fn lengths_reach_until_now() {
    insta::assert_snapshot!(all(&["now-15m", "15m", "last 1h30m", " now-1d "]), @"
    2026-04-11T10:15:00Z 2026-04-11T10:30:00Z
    2026-04-11T10:15:00Z 2026-04-11T10:30:00Z
    2026-04-11T09:00:00Z 2026-04-11T10:30:00Z
    2026-04-10T10:30:00Z 2026-04-11T10:30:00Z
    ");
}

#[test]
fn a_time_is_as_long_as_what_it_names() {
    let texts = [
        "yesterday",
        "2026-04-09",
        "14:03",
        "9:00",
        "14:03:22",
        "14:03:22.118",
        "Yesterday 9:00",
        "2026-04-09 14:03",
        "2026/04/09 14:03:22",
        "2026-04-09T14:03:22Z",
        "2026-04-09T14:03:22,118+02:00",
    ];
    insta::assert_snapshot!(all(&texts), @"
    2026-04-09T17:00:00Z 2026-04-10T17:00:00Z
    2026-04-08T17:00:00Z 2026-04-09T17:00:00Z
    2026-04-11T07:03:00Z 2026-04-11T07:04:00Z
    2026-04-11T02:00:00Z 2026-04-11T02:01:00Z
    2026-04-11T07:03:22Z 2026-04-11T07:03:23Z
    2026-04-11T07:03:21.618Z 2026-04-11T07:03:22.618Z
    2026-04-10T02:00:00Z 2026-04-10T02:01:00Z
    2026-04-09T07:03:00Z 2026-04-09T07:04:00Z
    2026-04-09T07:03:22Z 2026-04-09T07:03:23Z
    2026-04-09T14:03:22Z 2026-04-09T14:03:23Z
    2026-04-09T12:03:21.618Z 2026-04-09T12:03:22.618Z
    ");
}

#[test]
fn times_since_1970_are_told_apart_by_their_digits() {
    let texts = [
        "1775890000",
        "1775890000.118",
        "1775890000118",
        "1775890000118000",
        "1775890000118000000",
    ];
    insta::assert_snapshot!(all(&texts), @"
    2026-04-11T06:46:40Z 2026-04-11T06:46:41Z
    2026-04-11T06:46:39.618Z 2026-04-11T06:46:40.618Z
    2026-04-11T06:46:39.618Z 2026-04-11T06:46:40.618Z
    2026-04-11T06:46:39.618Z 2026-04-11T06:46:40.618Z
    2026-04-11T06:46:39.618Z 2026-04-11T06:46:40.618Z
    ");
}

#[test]
fn two_times_are_from_the_one_to_the_other() {
    let texts = [
        "14:03-14:20",
        "14:03 - 14:20:30",
        "14:03..14:20",
        "yesterday 9:00-10:30",
        "2026-04-09 23:50-00:10",
        "23:50-00:10",
        "2026-04-08..2026-04-09",
        "2026-04-09T14:03:22Z to now",
        "now-2h..now-1h",
    ];
    insta::assert_snapshot!(all(&texts), @"
    2026-04-11T07:03:00Z 2026-04-11T07:20:00Z
    2026-04-11T07:03:00Z 2026-04-11T07:20:30Z
    2026-04-11T07:03:00Z 2026-04-11T07:20:00Z
    2026-04-10T02:00:00Z 2026-04-10T03:30:00Z
    2026-04-09T16:50:00Z 2026-04-09T17:10:00Z
    2026-04-10T16:50:00Z 2026-04-10T17:10:00Z
    2026-04-07T17:00:00Z 2026-04-09T17:00:00Z
    2026-04-09T14:03:22Z 2026-04-11T10:30:00Z
    2026-04-11T08:30:00Z 2026-04-11T09:30:00Z
    ");
}

#[test]
fn a_line_of_a_log_means_the_first_time_in_it() {
    let texts = [
        "2026-04-09 14:03:22,118 ERROR [main] order 7919 failed at 15:00:00",
        "[2026-04-09T14:03:22.118Z] shard 2 is behind",
        "10.0.0.1 - - [09/Apr/2026:14:03:22 +0000] \"GET / HTTP/1.1\" 200",
        "Apr  9 14:03:22 host kernel: out of memory",
        "Dec 24 14:03:22 host kernel: out of memory",
        "14:03:22.118 DEBUG took 12 ms",
        r#"{"level":"warn","ts":1775890000118,"id":12}"#,
        "time=\"2026-04-09T14:03:22+02:00\" level=info",
        "order 2034567891 failed at 2026-04-09 14:03:22",
        "2026-04-09 14:03:22 -1234 records",
        "2026-04-09 14:03:22 +0200 deployed",
        "2026-04-09 14:03-15:30 maintenance",
    ];
    insta::assert_snapshot!(all(&texts), @"
    2026-04-09T07:03:21.618Z 2026-04-09T07:03:22.618Z
    2026-04-09T14:03:21.618Z 2026-04-09T14:03:22.618Z
    2026-04-09T14:03:22Z 2026-04-09T14:03:23Z
    2026-04-09T07:03:22Z 2026-04-09T07:03:23Z
    2025-12-24T07:03:22Z 2025-12-24T07:03:23Z
    2026-04-11T07:03:21.618Z 2026-04-11T07:03:22.618Z
    2026-04-11T06:46:39.618Z 2026-04-11T06:46:40.618Z
    2026-04-09T12:03:22Z 2026-04-09T12:03:23Z
    2026-04-09T07:03:22Z 2026-04-09T07:03:23Z
    2026-04-09T07:03:22Z 2026-04-09T07:03:23Z
    2026-04-09T12:03:22Z 2026-04-09T12:03:23Z
    2026-04-09T07:03:00Z 2026-04-09T07:04:00Z
    ");
}

#[test]
fn what_names_no_time_is_none() {
    for text in [
        "",
        "soon",
        "now-",
        "25:99",
        "2026-13-40",
        "order 7919 failed",
        "14:20..",
        "2026-04-09..2026-04-08",
        "99999999999999999999",
        "177589",
        "17758900001",
        "-5",
    ] {
        assert_eq!(read(text), "-", "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_pasted_is_a_range_or_none(text in ".{0,80}", digits in "[0-9:. TZ/+-]{0,40}") {
        for text in [text, digits] {
            if let Some(TimeRange { from, until }) = read_time_range(&text, &clock()) {
                prop_assert!(from < until);
            }
        }
    }
}
