//! A payload as one line of an NDJSON file: what other tools read without knowing of Kinesis.
//!
//! JSON stays as it is but for its line ends; other text becomes a JSON string, and bytes that are no
//! text become `{"$base64": "…"}`. Keys, places and times are not in it: the capture format has them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::de::IgnoredAny;

/// One line, its end included.
pub fn payload_line(data: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(data) else {
        return format!("{{\"$base64\":\"{}\"}}\n", STANDARD.encode(data));
    };
    let text = text.trim();
    let mut line = if serde_json::from_str::<IgnoredAny>(text).is_ok() {
        // within a JSON string a line end is escaped: what is left of them is white space
        text.replace(['\r', '\n'], " ")
    } else {
        serde_json::Value::from(text).to_string()
    };
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_of_payload_has_its_line() {
        assert_eq!(payload_line(b"{\"n\": 1.50}"), "{\"n\": 1.50}\n");
        assert_eq!(payload_line(b"{\n  \"n\": 1\r\n}\n"), "{   \"n\": 1  }\n");
        assert_eq!(payload_line(b"two\nlines"), "\"two\\nlines\"\n");
        assert_eq!(payload_line(b""), "\"\"\n");
        assert_eq!(payload_line(&[0xff, 0x00]), "{\"$base64\":\"/wA=\"}\n");
    }

    proptest! {
        #[test]
        fn it_is_one_line_of_json(data in prop::collection::vec(any::<u8>(), 0..64)) {
            let line = payload_line(&data);
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok());
        }
    }
}
