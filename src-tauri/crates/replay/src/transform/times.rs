//! Moments in payloads, moved by one delta and written as they were: same precision, same zone, same
//! separators.
//!
//! A moment written in whole seconds moves by whole seconds (the delta rounded down), so that all
//! moments of one precision keep their distances exactly.

use jiff::{SignedDuration, civil::DateTime};

/// An ISO-8601 date and time (RFC 3339 with `T` or a space, any number of decimals, any zone or
/// none). `None` for any other text, and where the year would leave 0 to 9999.
pub(crate) fn shift_text(text: &str, delta_millis: i64) -> Option<String> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let is = |at: usize, what: &[u8]| bytes.get(at).is_some_and(|b| what.contains(b));
    if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let decimals = match bytes.get(19) {
        Some(b'.' | b',') => bytes[20..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count(),
        _ => 0,
    };
    let zone = if decimals > 0 { 20 + decimals } else { 19 };
    if !is_zone(bytes.get(zone..)?) {
        return None;
    }
    let moment = DateTime::new(
        number(0, 4)? as i16,
        number(5, 7)? as i8,
        number(8, 10)? as i8,
        number(11, 13)? as i8,
        number(14, 16)? as i8,
        number(17, 19)? as i8,
        (number(20, 20 + decimals.min(9))? * 10i64.pow(9 - decimals.min(9) as u32)) as i32,
    );
    let step_millis = 10i64.pow(3u32.saturating_sub(decimals as u32));
    let delta = delta_millis
        .div_euclid(step_millis)
        .checked_mul(step_millis)?;
    let moved = moment
        .ok()?
        .checked_add(SignedDuration::from_millis(delta))
        .ok()?;
    if moved.year() < 0 {
        return None;
    }
    let mut shifted = bytes.to_vec();
    let mut write =
        |from: usize, to: usize, number: i64| write_digits(&mut shifted[from..to], number);
    write(0, 4, moved.year().into());
    write(5, 7, moved.month().into());
    write(8, 10, moved.day().into());
    write(11, 13, moved.hour().into());
    write(14, 16, moved.minute().into());
    write(17, 19, moved.second().into());
    if decimals > 0 {
        let kept = decimals.min(9);
        let fraction = i64::from(moved.subsec_nanosecond()) / 10i64.pow(9 - kept as u32);
        write(20, 20 + kept, fraction);
    }
    String::from_utf8(shifted).ok()
}

fn is_zone(zone: &[u8]) -> bool {
    match zone {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', rest @ ..] => match rest {
            [h1, h2] | [h1, h2, b':'] if rest.len() == 2 => digits(&[*h1, *h2]).is_some(),
            [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => digits(&[*h1, *h2, *m1, *m2]).is_some(),
            _ => false,
        },
        _ => false,
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |number, b| {
        b.is_ascii_digit()
            .then(|| number * 10 + i64::from(b - b'0'))
    })
}

fn write_digits(place: &mut [u8], mut number: i64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size, with their decimals
/// kept. `None` for what is none of them: before 1973, or with an exponent.
pub(crate) fn shift_epoch(token: &str, delta_millis: i64) -> Option<String> {
    let (whole, decimals) = token.split_once('.').unwrap_or((token, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    if decimals.len() > 12 || token.ends_with('.') {
        return None;
    }
    let unit_per_second = match whole.trim_start_matches('0').len() {
        9..=11 => 1,
        12..=14 => 1_000,
        15..=17 => 1_000_000,
        18..=20 => 1_000_000_000,
        _ => return None,
    };
    let scale = 10i128.pow(decimals.len() as u32);
    let delta = (i128::from(delta_millis) * unit_per_second * scale).div_euclid(1_000);
    let value: i128 = format!("{whole}{decimals}").parse().ok()?;
    let moved = value.checked_add(delta).filter(|moved| *moved >= 0)?;
    let (moved_whole, moved_decimals) = (moved / scale, moved % scale);
    Some(if decimals.is_empty() {
        moved_whole.to_string()
    } else {
        format!(
            "{moved_whole}.{moved_decimals:0>width$}",
            width = decimals.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_writing_stays() {
        let shifted = |text| shift_text(text, HOUR + 1).unwrap_or_else(|| "untouched".into());
        for (text, expected) in [
            ("2025-10-30T12:00:00.000Z", "2025-10-30T13:00:00.001Z"),
            ("2025-10-30T12:00:00Z", "2025-10-30T13:00:00Z"),
            ("2025-12-31 23:30:00,5+02:00", "2026-01-01 00:30:00,5+02:00"),
            (
                "2024-02-28t23:59:59.123456789-0330",
                "2024-02-29t00:59:59.124456789-0330",
            ),
            (
                "2025-10-30T12:00:00.123456789012",
                "2025-10-30T13:00:00.124456789012",
            ),
            ("2025-10-30T12:00:00+02", "2025-10-30T13:00:00+02"),
        ] {
            assert_eq!(shifted(text), expected);
        }
        for text in [
            "",
            "2025-10-30",
            "2025-10-30T12:00",
            "2025-13-30T12:00:00Z",
            "2025-10-30T25:00:00Z",
            "2025-10-30T12:00:00 Z",
            "2025-10-30T12:00:00.Z",
            "2025-10-30T12:00:00+2",
            "order 2025-10-30T12:00:00Z",
            "9999-12-31T23:59:59Z",
            "2025-10-30T12:00:00+02:",
            "２０25-10-30T12:00:00Z",
        ] {
            assert_eq!(shifted(text), "untouched", "{text}");
        }
    }

    #[test]
    fn numbers_are_told_apart_by_their_size() {
        let shifted = |text| shift_epoch(text, HOUR + 1).unwrap_or_else(|| "untouched".into());
        for (text, expected) in [
            ("1700000000", "1700003600"),
            ("1700000000000", "1700003600001"),
            ("1700000000.1", "1700003600.1"),
            ("1700000000.123000", "1700003600.124000"),
            ("1700000000000000", "1700003600001000"),
            ("1700000000000000000", "1700003600001000000"),
        ] {
            assert_eq!(shifted(text), expected);
        }
        for text in [
            "",
            "0",
            "42",
            "12345678",
            "-1700000000",
            "1.7e9",
            "1700000000.",
            "x",
            "170000000000000000000000",
        ] {
            assert_eq!(shifted(text), "untouched", "{text}");
        }
        assert_eq!(
            shift_epoch("1700000000", -1),
            Some("1699999999".into()),
            "rounded down, as all of this precision"
        );
        assert_eq!(shift_epoch("100000000", i64::MIN / 1_000), None);
    }

    #[test]
    fn a_time_that_is_cut_off_is_left_alone() {
        for cut in [
            "2026-11-22T14:50:",
            "2026-11-22T14:50:3",
            "2026-11-22T14:50:30.",
        ] {
            assert_eq!(shift_text(cut, 1000), None, "{cut}");
        }
    }

    proptest! {
        #[test]
        fn distances_are_kept(
            a in 0i64..4_000_000_000_000, b in 0i64..4_000_000_000_000, delta in -100_000_000_000i64..100_000_000_000, decimals in 0usize..10,
        ) {
            let written = |millis: i64| {
                let step = 10i64.pow(3u32.saturating_sub(decimals as u32));
                let time = jiff::Timestamp::from_millisecond(millis.div_euclid(step) * step).expect("a time");
                format!("{time:.decimals$}")
            };
            let read = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_nanosecond();
            let (a, b) = (written(a), written(b));
            let (Some(moved_a), Some(moved_b)) = (shift_text(&a, delta), shift_text(&b, delta)) else {
                return Err(TestCaseError::fail("not moved"));
            };
            prop_assert_eq!(moved_a.len(), a.len());
            prop_assert_eq!(read(&moved_a) - read(&moved_b), read(&a) - read(&b));
            if decimals >= 3 {
                prop_assert_eq!(read(&moved_a) - read(&a), i128::from(delta) * 1_000_000);
            }
            prop_assert_eq!(shift_text(&a, 0), Some(a));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.,Zz+-]{0,30}", delta in any::<i64>()) {
            let _ = (shift_text(&text, delta), shift_epoch(&text, delta), shift_text(&near, delta));
        }
    }
}
