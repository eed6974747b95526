//! Decimal numbers of any length, compared by their exact value and never as `f64`.

use std::{cmp::Ordering, fmt};

/// The text of a JSON number, kept as it was written. Equal if the texts are; ordered by value
/// through [`Number::cmp_value`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    /// `None` for what the JSON grammar does not call a number.
    pub fn parse(text: &str) -> Option<Self> {
        decode::is_number(text).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How the value of another number's text, such as a token out of a payload, compares with this
    /// one: `Less` if the other is less. `None` if it is no number.
    pub fn cmp_value(&self, other: &str) -> Option<Ordering> {
        decode::is_number(other).then(|| Decimal::new(other).cmp(&Decimal::new(&self.0)))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number as the digits from its first significant one, borrowed from its text.
struct Decimal<'a> {
    negative: bool,
    /// No significant digit: zero, whatever its sign and exponent.
    zero: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: &'a str,
    /// The place of the first significant digit before the exponent is applied: 0 for `1.5`.
    place: i64,
}

impl<'a> Decimal<'a> {
    /// `text` is a JSON number.
    fn new(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let whole = whole.trim_start_matches('0').as_bytes();
        let leading_zeros = fraction.bytes().take_while(|&b| b == b'0').count();
        let (fraction, place) = match whole.len() {
            0 => (
                &fraction.as_bytes()[leading_zeros..],
                -1 - leading_zeros as i64,
            ),
            len => (fraction.as_bytes(), len as i64 - 1),
        };
        let zero = whole.is_empty() && fraction.is_empty();
        Self {
            negative,
            zero,
            whole,
            fraction,
            exponent,
            place,
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (0, 0) => Ordering::Equal,
            (1, 1) => self.cmp_magnitude(other),
            (-1, -1) => other.cmp_magnitude(self),
            (ours, theirs) => ours.cmp(&theirs),
        }
    }

    fn sign(&self) -> i8 {
        match (self.zero, self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        self.scale()
            .cmp(&other.scale())
            .then_with(|| self.cmp_digits(other))
    }

    /// The power of ten of the first significant digit.
    fn scale(&self) -> Scale {
        match self.exponent.parse::<i64>() {
            Ok(exponent) => Scale::Near(i128::from(exponent) + i128::from(self.place)),
            Err(_) => Scale::far(self.exponent, self.place),
        }
    }

    /// Digit by digit from the first significant one; what is shorter goes on with zeros.
    fn cmp_digits(&self, other: &Self) -> Ordering {
        let mut ours = self.whole.iter().chain(self.fraction);
        let mut theirs = other.whole.iter().chain(other.fraction);
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return Ordering::Equal,
                (ours, theirs) => {
                    let order = ours.unwrap_or(&b'0').cmp(theirs.unwrap_or(&b'0'));
                    if order.is_ne() {
                        return order;
                    }
                }
            }
        }
    }
}

/// As many as any `i128` holds: a scale of more digits is far, and greater than all of these.
const NEAR_DIGITS: usize = 38;

/// A power of ten whose own text may have any number of digits. `1e99999999999999999999` is JSON.
#[derive(Debug)]
enum Scale {
    Near(i128),
    /// More than [`NEAR_DIGITS`]: the sign, and the decimal digits without leading zeros.
    Far {
        negative: bool,
        digits: Vec<u8>,
    },
}

impl Scale {
    /// `exponent` as text, moved by `place`. It has 19 digits or more, and a place is bounded by
    /// the length of a text, so the sum keeps its sign.
    fn far(exponent: &str, place: i64) -> Self {
        let negative = exponent.starts_with('-');
        let digits = exponent
            .trim_start_matches(['-', '+'])
            .trim_start_matches('0');
        let mut digits: Vec<u8> = digits.bytes().map(|b| b - b'0').collect();
        let grows = negative == (place < 0);
        let mut carry = place.unsigned_abs();
        for digit in digits.iter_mut().rev() {
            let step = (carry % 10) as u8;
            carry /= 10;
            if grows {
                *digit += step;
                carry += u64::from(*digit >= 10);
                *digit %= 10;
            } else {
                carry += u64::from(*digit < step);
                *digit = (*digit + 10 - step) % 10;
            }
        }
        if carry > 0 {
            digits.insert(0, carry as u8);
        }
        let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
        digits.drain(..zeros);
        if digits.len() <= NEAR_DIGITS {
            let scale = digits
                .iter()
                .fold(0, |n, &digit| n * 10 + i128::from(digit));
            return Self::Near(if negative { -scale } else { scale });
        }
        Self::Far { negative, digits }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Near(ours), Self::Near(theirs)) => ours.cmp(theirs),
            (Self::Far { negative, .. }, Self::Near(_)) => Self::outside(*negative),
            (Self::Near(_), Self::Far { negative, .. }) => Self::outside(*negative).reverse(),
            (
                Self::Far {
                    negative: ours,
                    digits: our_digits,
                },
                Self::Far {
                    negative: theirs,
                    digits: their_digits,
                },
            ) => {
                let magnitude = our_digits.len().cmp(&their_digits.len());
                let magnitude = magnitude.then_with(|| our_digits.cmp(their_digits));
                match (ours, theirs) {
                    (false, false) => magnitude,
                    (true, true) => magnitude.reverse(),
                    (ours, _) => Self::outside(*ours),
                }
            }
        }
    }

    fn outside(negative: bool) -> Ordering {
        if negative {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(a: &str, expected: Ordering, b: &str) {
        let number = |text| Number::parse(text).expect("a number");
        assert_eq!(number(b).cmp_value(a), Some(expected), "{a} and {b}");
        assert_eq!(
            number(a).cmp_value(b),
            Some(expected.reverse()),
            "{b} and {a}"
        );
    }

    #[test]
    fn equal_values_are_equal_however_they_are_written() {
        for same in [
            "100",
            "100.0",
            "1e2",
            "1E+2",
            "0.1e3",
            "1000e-1",
            "0.0001e6",
            "100.000e0",
        ] {
            check("100", Ordering::Equal, same);
        }
        check("0", Ordering::Equal, "-0.00e99999999999999999999999999");
    }

    #[test]
    fn neighbours_that_f64_cannot_tell_apart_differ() {
        check("9007199254740993", Ordering::Greater, "9007199254740992");
        check(
            "0.1",
            Ordering::Less,
            "0.1000000000000000000000000000000001",
        );
        check(
            "-5129900000000000001",
            Ordering::Less,
            "-5129900000000000000",
        );
        let long = "9".repeat(400);
        check(&long, Ordering::Less, &format!("{long}.1"));
        check(&long, Ordering::Less, "1e400");
    }

    #[test]
    fn exponents_of_any_length_count() {
        let far = "1".to_owned() + &"0".repeat(40);
        check(
            &format!("1e{far}"),
            Ordering::Equal,
            &format!("0.1e{}1", &far[..40]),
        );
        check(
            &format!("10e-{far}"),
            Ordering::Equal,
            &format!("1e-{}", "9".repeat(40)),
        );
        check(&format!("2e{far}"), Ordering::Greater, &format!("1e{far}"));
        check(&format!("1e{far}"), Ordering::Greater, &"9".repeat(500));
        check(&format!("1e-{far}"), Ordering::Greater, "0");
        check(&format!("-1e{far}"), Ordering::Less, &format!("-1e-{far}"));
        check(
            "1e9223372036854775807",
            Ordering::Less,
            "1e9223372036854775808",
        );
        check(
            "10e9223372036854775807",
            Ordering::Equal,
            "1e9223372036854775808",
        );
        check(
            "10e9223372036854775806",
            Ordering::Less,
            "1e9223372036854775808",
        );
        check(
            "0.1e9223372036854775808",
            Ordering::Equal,
            "1e9223372036854775807",
        );
        check(
            "1e-9223372036854775808",
            Ordering::Greater,
            "1e-9223372036854775809",
        );
    }

    #[test]
    fn what_is_no_number_has_no_value() {
        assert_eq!(Number::parse("007"), None);
        assert_eq!(
            Number::parse("1").and_then(|one| one.cmp_value("one")),
            None
        );
    }

    proptest! {
        #[test]
        fn agrees_with_integers(a in any::<i64>(), b in any::<i64>(), zeros in 0usize..4) {
            let shifted = |n: i64| format!("{n}{}e-{zeros}", "0".repeat(zeros));
            let number = Number::parse(&shifted(b)).expect("a number");
            prop_assert_eq!(number.cmp_value(&a.to_string()), Some(a.cmp(&b)));
        }

        #[test]
        fn is_antisymmetric_and_total(
            a in r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?(e[+-]?[0-9]{1,25})?",
            b in r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?(e[+-]?[0-9]{1,25})?",
        ) {
            let number = |text: &str| Number::parse(text).expect("a number");
            let forth = number(&a).cmp_value(&b).map(Ordering::reverse);
            prop_assert_eq!(forth, number(&b).cmp_value(&a));
            prop_assert_eq!(number(&a).cmp_value(&a), Some(Ordering::Equal));
        }
    }
}
