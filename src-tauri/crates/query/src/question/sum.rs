//! Sums that do not depend on the order of what is added.
//!
//! Numbers with up to nine decimals below 10^18 are added exactly. Others, and results of
//! arithmetic, are added as `f64` without losing a bit between them (Shewchuk, "Adaptive Precision
//! Floating-Point Arithmetic", 1997), and rounded once.

use super::value::Value;

const DECIMALS: usize = 9;
const WHOLE_DIGITS: usize = 18;
const UNIT: i128 = 1_000_000_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    /// In billionths. It would take 10^11 of the largest numbers to overflow.
    units: i128,
    /// Of growing size, and without a common bit.
    floats: Vec<f64>,
    /// Something beyond the range of `f64` was met.
    is_lost: bool,
}

impl Sum {
    /// Says whether the value is a number.
    pub fn add(&mut self, value: &Value) -> bool {
        let units = match value {
            Value::Number(number) => units(number.as_str()),
            Value::Text(text) if decode::is_number(text) => units(text),
            Value::Float(_) | Value::Text(_) => None,
            _ => return false,
        };
        match (units, value.as_f64()) {
            (Some(units), _) => self.units += units,
            (None, Some(float)) => self.add_float(float),
            (None, None) if value.number_text().is_some() => self.is_lost = true,
            (None, None) => return false,
        }
        true
    }

    pub fn merge(&mut self, other: &Self) {
        self.units += other.units;
        self.is_lost |= other.is_lost;
        for &float in &other.floats {
            self.add_float(float);
        }
    }

    pub fn value(&self) -> Value {
        if self.floats.is_empty() && !self.is_lost {
            Value::of_number_text(&text(self.units))
        } else {
            self.as_f64().map_or(Value::Missing, Value::of_float)
        }
    }

    /// `None` where it has no finite value.
    pub fn as_f64(&self) -> Option<f64> {
        let mut all = self.clone();
        let whole = self.units / UNIT;
        let high = whole as f64;
        all.add_float(high);
        all.add_float((whole - high as i128) as f64);
        // at most nine digits: the quotient is rounded once
        all.add_float((self.units % UNIT) as f64 / UNIT as f64);
        let sum = rounded(&all.floats);
        (sum.is_finite() && !all.is_lost).then_some(sum)
    }

    /// What is beyond the range is lost, and stays so: parts of it would be no numbers.
    fn add_float(&mut self, float: f64) {
        if self.is_lost {
            return;
        }
        let mut x = float;
        let mut kept = 0;
        for place in 0..self.floats.len() {
            let mut y = self.floats[place];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.floats[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.floats.truncate(kept);
        self.is_lost = !x.is_finite();
        if self.is_lost {
            self.floats.clear();
        } else {
            self.floats.push(x);
        }
    }
}

/// The sum of parts that share no bit, rounded to the nearest, ties to even.
#[expect(
    clippy::float_cmp,
    reason = "whether anything was lost is asked exactly"
)]
fn rounded(parts: &[f64]) -> f64 {
    let mut parts = parts.iter().rev().copied();
    let Some(mut high) = parts.next() else {
        return 0.0;
    };
    let mut low = 0.0;
    for part in parts.by_ref() {
        let sum = high + part;
        low = part - (sum - high);
        high = sum;
        if low != 0.0 {
            break;
        }
    }
    // exactly half way, and what is left decides
    if let Some(next) = parts.find(|&part| part != 0.0)
        && (low < 0.0) == (next < 0.0)
        && low != 0.0
    {
        let twice = low * 2.0;
        let away = high + twice;
        if twice == away - high {
            high = away;
        }
    }
    high
}

/// Billionths, where a number has no more than that and no exponent.
fn units(text: &str) -> Option<i128> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.len() > WHOLE_DIGITS
        || fraction.len() > DECIMALS
        || !is_plain(whole)
        || !is_plain(fraction)
    {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let parts: u32 = if fraction.is_empty() {
        0
    } else {
        fraction.parse().ok()?
    };
    let parts = i128::from(parts) * 10i128.pow((DECIMALS - fraction.len()) as u32);
    let units = whole * UNIT + parts;
    Some(if is_negative { -units } else { units })
}

fn text(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let units = units.unsigned_abs();
    let unit = UNIT.unsigned_abs();
    let fraction = format!("{:0DECIMALS$}", units % unit);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{}", units / unit),
        fraction => format!("{sign}{}.{fraction}", units / unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(numbers: &[&str]) -> String {
        let mut sum = Sum::default();
        for number in numbers {
            assert!(sum.add(&Value::of_number_text(number)), "{number}");
        }
        sum.value().to_string()
    }

    #[test]
    fn decimals_add_up_exactly() {
        insta::assert_snapshot!(sum(&["0.1", "0.2"]), @"0.3");
        insta::assert_snapshot!(sum(&["5129900000000000001", "1"]), @"5129900000000000000");
        insta::assert_snapshot!(sum(&["512990000000000001", "1"]), @"512990000000000002");
        insta::assert_snapshot!(sum(&["-0.000000001", "1.5"]), @"1.499999999");
        insta::assert_snapshot!(sum(&[]), @"0");
        insta::assert_snapshot!(sum(&["1e300", "1", "-1e300"]), @"1");
    }

    #[test]
    fn what_no_number_holds_has_no_sum() {
        insta::assert_snapshot!(sum(&["1e999", "1"]), @"");
        insta::assert_snapshot!(sum(&["1e308", "1e308"]), @"");
        assert!(!Sum::default().add(&Value::Null) && !Sum::default().add(&Value::Text("x".into())));
    }

    #[test]
    fn what_comes_after_a_lost_sum_takes_no_room() {
        let mut lost = Sum::default();
        let (large, small) = (Value::of_float(1e308), Value::of_float(0.123_456_789_01));
        for value in [&large, &large].into_iter().chain([&small; 1_000]) {
            assert!(lost.add(value));
        }
        let mut merged = lost.clone();
        merged.merge(&lost);
        assert_eq!((lost.floats.len(), merged.floats.len()), (0, 0));
        assert_eq!(merged.value(), Value::Missing);
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter(
            mut numbers in proptest::collection::vec(
                prop_oneof![any::<i64>().prop_map(|n| n.to_string()), any::<i32>().prop_map(|n| format!("{n}e-3")),
                    (-1e40f64..1e40).prop_map(|n| n.to_string()), (-1.0f64..1.0).prop_map(|n| n.to_string())],
                0..30),
            cut in 0usize..30,
        ) {
            let one = |numbers: &[String]| {
                let mut sum = Sum::default();
                for number in numbers {
                    assert!(sum.add(&Value::of_number_text(number)));
                }
                sum
            };
            let forth = one(&numbers);
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut merged = one(right);
            merged.merge(&one(left));
            prop_assert_eq!(merged.value(), forth.value());
            numbers.reverse();
            prop_assert_eq!(one(&numbers).value(), forth.value());
        }
    }
}
