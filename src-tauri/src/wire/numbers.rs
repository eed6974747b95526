//! Numbers that JavaScript holds exactly.

use serde::{Deserialize, Serialize};

/// The largest integer up to which every integer is a JavaScript number: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A count, a size in bytes or a time in milliseconds since the epoch, between -2^53 and 2^53.
/// What lies beyond is clamped on the way out and refused on the way in.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Number(f64);

impl specta::Type for Number {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        // i32's definition is TypeScript's `number`; f64's would be `number | null`
        <i32 as specta::Type>::definition(types)
    }
}

impl Number {
    pub fn from_i64(number: i64) -> Self {
        Self((number as f64).clamp(-EXACT, EXACT))
    }

    pub fn from_u64(number: u64) -> Self {
        Self((number as f64).min(EXACT))
    }

    /// A measured figure, such as a rate; what is not finite becomes 0.
    pub fn from_rate(rate: f64) -> Self {
        Self(if rate.is_finite() {
            rate.clamp(-EXACT, EXACT)
        } else {
            0.0
        })
    }

    pub fn as_f64(self) -> f64 {
        self.0
    }

    pub fn as_i64(self) -> i64 {
        self.0 as i64
    }

    /// Negative numbers become 0.
    pub fn as_u64(self) -> u64 {
        self.0 as u64
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        if number.abs() <= EXACT {
            Ok(Self(number))
        } else {
            Err(serde::de::Error::custom(
                "a number between -2^53 and 2^53 was expected",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn what_javascript_cannot_hold_is_refused() {
        assert!(
            serde_json::from_str::<Number>("9007199254740993").is_ok(),
            "rounds to 2^53"
        );
        assert!(serde_json::from_str::<Number>("9007199254740994").is_err());
        assert!(serde_json::from_str::<Number>("1e300").is_err());
        assert!(serde_json::from_str::<Number>("null").is_err());
    }

    #[test]
    fn what_goes_out_is_a_plain_number() {
        assert_eq!(
            serde_json::to_string(&Number::from_u64(u64::MAX))
                .ok()
                .as_deref(),
            Some("9007199254740992.0")
        );
        assert_eq!(
            serde_json::to_string(&Number::from_rate(f64::NAN))
                .ok()
                .as_deref(),
            Some("0.0")
        );
    }
}
