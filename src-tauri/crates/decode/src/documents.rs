//! What a payload is at a glance, for who reads a million of them: which can be read as the JSON that it is, and
//! which must be taken apart. Nothing is validated here.

use crate::{envelope, json::skim::Skim};

/// Whether bytes begin as an object or an array does.
pub fn begins_as_json(bytes: &[u8]) -> bool {
    matches!(Skim::new(bytes).peek(), Some(b'{' | b'['))
}

/// The JSON values that stand one after the other, each without what is around it; what is none ends it, as it is.
pub fn documents(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut skim = Skim::starting_at(bytes, at);
        skim.peek()?;
        let first = skim.at();
        at = match skim.skip_value() {
            Some(()) if skim.at() > first => skim.at(),
            _ => bytes.len(),
        };
        Some(&bytes[first..at])
    })
}

/// Whether the bytes are one JSON value and nothing behind it.
pub fn is_one_document(bytes: &[u8]) -> bool {
    let mut skim = Skim::new(bytes);
    skim.skip_value().is_some() && skim.peek().is_none()
}

/// Whether JSON is an envelope that carries somebody else's event.
pub fn is_enveloped(json: &[u8]) -> bool {
    envelope::recognised(json).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_taken_apart_is_told_at_a_glance() {
        for (payload, begins, is_one) in [
            (r#"{"a":1}"#, true, true),
            (" [1]\n", true, true),
            ("\u{feff}{}", true, true),
            ("{} {}", true, false),
            ("{}\n[1]", true, false),
            (r#"{"a":"#, true, false),
            (r#""text""#, false, true),
            ("", false, false),
            ("\u{1f}\u{8b}", false, false),
        ] {
            let bytes = payload.as_bytes();
            assert_eq!(begins_as_json(bytes), begins, "{payload}");
            assert_eq!(is_one_document(bytes), is_one, "{payload}");
        }
        let all = |text: &'static str| {
            documents(text.as_bytes())
                .map(|one| str::from_utf8(one).expect("text"))
                .collect::<Vec<_>>()
        };
        assert_eq!(all("{\"a\":1}\n[2] 3"), ["{\"a\":1}", "[2]", "3"]);
        assert_eq!(all(" <a/>\n{}"), ["<a/>\n{}"]);
        assert_eq!(all("{} {\"a\":"), ["{}", "{\"a\":"]);
        assert!(all(" \n").is_empty());
        assert!(is_enveloped(
            br#"{"detail-type":"a","source":"b","region":"c","detail":{}}"#
        ));
        assert!(!is_enveloped(br#"{"detail":{}}"#));
    }
}
