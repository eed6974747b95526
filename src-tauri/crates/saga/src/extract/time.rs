//! The time that an event gives itself: RFC 3339 text, or seconds or milliseconds since 1970.

use decode::Scalar;
use jiff::Timestamp;
use record::Millis;

/// Numbers from here on are milliseconds: as seconds they would lie after the year 5000.
const FIRST_MILLIS: f64 = 1e11;

pub(crate) fn millis(value: &Scalar<'_>) -> Option<Millis> {
    match value {
        Scalar::String(text) => match text.parse::<Timestamp>() {
            Ok(timestamp) => Some(Millis(
                timestamp.as_nanosecond().div_euclid(1_000_000) as i64
            )),
            Err(_) => number(text),
        },
        Scalar::Number(text) => number(text),
        _ => None,
    }
}

fn number(text: &str) -> Option<Millis> {
    const LAST_MILLIS: f64 = 253_402_300_799_999.0; // the end of the year 9999
    let number: f64 = text.parse().ok()?;
    if !(0.0..=LAST_MILLIS).contains(&number) {
        return None;
    }
    Some(if number < FIRST_MILLIS {
        Millis::from_secs_f64(number)
    } else {
        Millis(number as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_commonly_written() {
        let of_text = |text: &str| millis(&Scalar::String(text.into())).map(|millis| millis.0);
        assert_eq!(of_text("2025-10-30T12:00:00.5Z"), Some(1_761_825_600_500));
        assert_eq!(
            of_text("2025-10-30T13:00:00.500+01:00"),
            Some(1_761_825_600_500)
        );
        assert_eq!(of_text("1761825600.5"), Some(1_761_825_600_500));
        assert_eq!(of_text("soon"), None);
        assert_eq!(
            millis(&Scalar::Number("1761825600500")),
            Some(Millis(1_761_825_600_500))
        );
        assert_eq!(millis(&Scalar::Number("-1")), None);
        assert_eq!(millis(&Scalar::Number("1e300")), None);
        assert_eq!(millis(&Scalar::Bool(true)), None);
    }
}
