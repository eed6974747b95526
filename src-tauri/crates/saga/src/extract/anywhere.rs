//! Whether a record carries a value at all, under whatever name.

use decode::{JsonEvent, JsonProblem, is_number, json_events, string_text};

/// Whether a value is found under any name: a small number or a word is also somebody else's.
pub fn is_telling(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 || (digits > 0 && value.len() >= 4 && !is_number(value))
}

/// Whether the value is a whole string or a number of the payload; names of fields do not count.
pub(super) fn is_in(value: &str, payload: &[u8]) -> bool {
    let is_it = |scalar: &[u8]| match scalar.first() {
        Some(b'"') => string_text(scalar) == value,
        Some(b'-' | b'0'..=b'9') => scalar == value.as_bytes(),
        _ => false,
    };
    let mut rest = payload;
    loop {
        let next = json_events(rest).find_map(|event| match event {
            Ok(JsonEvent::Scalar(place)) => is_it(&rest[place]).then_some(Ok(())),
            Ok(_) => None,
            Err(fault) => Some(Err(fault)),
        });
        match next {
            Some(Ok(())) => return true,
            // the next of several documents
            Some(Err(fault)) if fault.what == JsonProblem::Trailing => rest = &rest[fault.offset..],
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_under_any_name() {
        for payload in [
            r#"{"reference":"ord-7"}"#,
            r#"{"deep":[{"ids":["a","ord-7"]}]}"#,
            r#""ord-7""#,
            r#"{"written by numbers":"\u006frd-7"}"#,
            "{\"id\":\"ord-6\"}\n{\"id\":\"ord-7\"}",
        ] {
            assert!(is_in("ord-7", payload.as_bytes()), "{payload}");
        }
        for payload in [
            r#"{"ord-7":1}"#,
            r#"{"id":"ord-77"}"#,
            r#"{"id":"xord-7"}"#,
            r#"{"text":"about ord-7"}"#,
            "ord-7",
            "",
        ] {
            assert!(!is_in("ord-7", payload.as_bytes()), "{payload}");
        }
        for (value, tells) in [
            ("ord-7", true),
            ("3f2a-77", true),
            ("170017", true),
            ("7", false),
            ("12.50", false),
            ("-1200.50", true),
            ("2024", false),
            ("EUR", false),
            ("PENDING", false),
            ("a1", false),
            ("", false),
        ] {
            assert_eq!(is_telling(value), tells, "{value}");
        }
        assert!(is_in("17", br#"{"id":17}"#));
        assert!(!is_in("17", br#"{"id":170}"#));
        assert!(!is_in("true", br#"{"id":true}"#));
        assert!(is_in("a/b", br#"{"id":"a\/b"}"#));
    }
}
