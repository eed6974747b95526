//! Lengths of time as people write them: `500ms`, `30s`, `2m`, `1h30m`, `72h`, `7d`.

/// Ten years: longer than any stream keeps its records.
const MAX_MILLIS: i64 = 10 * 366 * 86_400_000;

pub(crate) const EXPECTED: &str = "a length of time such as 500ms, 30s, 2m, 1h30m or 7d";

/// `None` for anything else, for nothing, and for more than ten years.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, after) = after.split_at(letters.unwrap_or(after.len()));
        let unit_millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        let part = number.parse::<i64>().ok()?.checked_mul(unit_millis)?;
        total = total.checked_add(part)?;
        rest = after;
    }
    (!text.is_empty() && total <= MAX_MILLIS).then_some(total)
}

/// The shortest text that [`millis`] reads back.
pub(crate) fn text(millis: i64) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1_000, "s"),
    ];
    let fits = UNITS
        .iter()
        .find(|(unit, _)| millis != 0 && millis % unit == 0);
    match fits {
        Some((unit, name)) => format!("{}{name}", millis / unit),
        None => format!("{millis}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_sums_of_numbers_with_units() {
        for (written, expected) in [
            ("500ms", Some(500)),
            ("30s", Some(30_000)),
            ("1h30m", Some(5_400_000)),
            ("7d", Some(604_800_000)),
            ("0s", Some(0)),
            ("", None),
            ("30", None),
            ("s", None),
            ("-1s", None),
            ("1.5h", None),
            ("1 h", None),
            ("99999999999999999999s", None),
            ("9999999d", None),
        ] {
            assert_eq!(millis(written), expected, "{written}");
        }
    }

    #[test]
    fn the_text_reads_back() {
        for length in [0, 1, 999, 1_000, 5_400_000, 259_200_000] {
            assert_eq!(millis(&text(length)), Some(length));
        }
    }
}
