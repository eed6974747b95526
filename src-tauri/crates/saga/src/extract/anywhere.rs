//! Whether a record carries a value at all, under whatever name.

use decode::{JsonEvent, json_events, string_text};

/// Whether the value is a whole string or a number of the payload; names of fields do not count.
pub(super) fn is_in(value: &str, payload: &[u8]) -> bool {
    let is_it = |scalar: &[u8]| match scalar.first() {
        Some(b'"') => string_text(scalar) == value,
        Some(b'-' | b'0'..=b'9') => scalar == value.as_bytes(),
        _ => false,
    };
    let mut events = json_events(payload).map_while(Result::ok);
    events.any(|event| match event {
        JsonEvent::Scalar(place) => is_it(&payload[place]),
        _ => false,
    })
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
        assert!(is_in("17", br#"{"id":17}"#));
        assert!(!is_in("17", br#"{"id":170}"#));
        assert!(!is_in("true", br#"{"id":true}"#));
        assert!(is_in("a/b", br#"{"id":"a\/b"}"#));
    }
}
