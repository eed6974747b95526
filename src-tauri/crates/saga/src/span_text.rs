//! Lengths of time for people: `4.2 s`, `6 min 58 s`, `2 d 3 h`.

pub(crate) fn span_text(millis: i64) -> String {
    let seconds = millis / 1_000;
    match millis {
        i64::MIN..=-1 => format!("-{}", span_text(millis.saturating_neg())),
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{seconds}.{} s", millis % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600_000..86_400_000 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::span_text;

    #[test]
    fn two_units_at_most() {
        let lengths = [0, 999, 4_250, 418_000, 7_500_000, 183_600_000, -250];
        assert_eq!(
            lengths.map(span_text),
            [
                "0 ms",
                "999 ms",
                "4.2 s",
                "6 min 58 s",
                "2 h 5 min",
                "2 d 3 h",
                "-250 ms"
            ]
        );
    }
}
