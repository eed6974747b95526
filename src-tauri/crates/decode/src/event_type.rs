//! What kind of event a payload says it is, for the capture's write path.
//!
//! A bounded skim of the top level: no parse, no recursion, no opinion on whether the rest is JSON.

use crate::json::{skim::Skim, string::unescape};
use std::borrow::Cow;

pub const MAX_EVENT_TYPE_CHARS: usize = 128;

/// The members that name the event, the most telling first: the envelope of an event, that of a
/// command, `EventBridge`'s (its user guide, "Event structure"), and that of `CloudEvents` and others.
const NAMES: [&str; 4] = ["eventType", "commandType", "detail-type", "type"];

/// An envelope names its event early; what lies behind this many bytes is not looked at.
const MAX_SKIM_BYTES: usize = 64 * 1024;

/// 128 characters take at most this many bytes of source, as `\uXXXX\uXXXX` each.
const MAX_SOURCE_BYTES: usize = MAX_EVENT_TYPE_CHARS * 12;

/// The string under the first of `eventType`, `commandType`, `detail-type` and `type` that has one
/// at the top level, cut to [`MAX_EVENT_TYPE_CHARS`]. `None` for anything that is no JSON object.
pub fn event_type(payload: &[u8]) -> Option<Cow<'_, str>> {
    let mut skim = Skim::new(&payload[..payload.len().min(MAX_SKIM_BYTES)]);
    skim.enter(b'{')?;
    let mut best_rank = NAMES.len();
    let mut best = None;
    while let Some(key) = skim.next_key() {
        if let Some(rank) = rank(key).filter(|&rank| rank < best_rank)
            && skim.peek() == Some(b'"')
        {
            let Some(value) = skim.string() else { break };
            if !value.is_empty() {
                best = Some(value);
                best_rank = rank;
            }
            if best_rank == 0 {
                break;
            }
        } else if skim.skip_value().is_none() {
            break;
        }
    }
    best.map(named)
}

/// The place of a key among the [`NAMES`].
fn rank(key: &[u8]) -> Option<usize> {
    if key.contains(&b'\\') {
        let key = unescape(key);
        return NAMES.iter().position(|name| key == *name);
    }
    NAMES.iter().position(|name| key == name.as_bytes())
}

fn named(raw: &[u8]) -> Cow<'_, str> {
    let text = unescape(&raw[..raw.len().min(MAX_SOURCE_BYTES)]);
    match text.char_indices().nth(MAX_EVENT_TYPE_CHARS) {
        None => text,
        Some((end, _)) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
            Cow::Owned(text) => Cow::Owned(text[..end].to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(payload: &str, expected: Option<&str>) {
        assert_eq!(
            event_type(payload.as_bytes()).as_deref(),
            expected,
            "{payload}"
        );
    }

    #[test]
    fn the_most_telling_name_wins_wherever_it_stands() {
        check(
            r#"{"type":"x","eventType":"ORDER_CREATED"}"#,
            Some("ORDER_CREATED"),
        );
        check(
            r#"{"type":"x","detail-type":"Order Placed"}"#,
            Some("Order Placed"),
        );
        check(
            r#" { "commandType" : "SHIP_ORDER" , "type":"x"} "#,
            Some("SHIP_ORDER"),
        );
        check(r#"{"data":[{"a":"]}"},1.5e3,true],"type":"t"}"#, Some("t"));
    }

    #[test]
    fn only_a_string_at_the_top_level_names_the_event() {
        check(r#"{"payload":{"eventType":"INNER"}}"#, None);
        check(r#"{"eventType":7,"type":"t"}"#, Some("t"));
        check(r#"{"eventType":null,"commandType":{"type":"x"}}"#, None);
        check(r#"{"eventType":"","type":"t"}"#, Some("t"));
        check(r#"[{"eventType":"x"}]"#, None);
        check("eventType", None);
        check("", None);
    }

    #[test]
    fn escapes_are_resolved_in_names_and_values() {
        check(
            r#"{"event\u0054ype":"caf\u00e9 \"\ud83d\ude00\""}"#,
            Some("café \"😀\""),
        );
        check(r#"{"type":"\ud800"}"#, Some("\u{FFFD}"));
        check(r#"{"a\\":1,"type":"b\\"}"#, Some("b\\"));
    }

    #[test]
    fn a_payload_cut_short_still_gives_what_was_seen() {
        check(r#"{"type":"t","data":{"a":"#, Some("t"));
        check(r#"{"type":"t"#, None);
    }

    #[test]
    fn long_names_are_cut_at_128_characters() {
        let long = format!(r#"{{"type":"{}"}}"#, "é".repeat(5_000));
        check(&long, Some(&"é".repeat(128)));
        let escaped = format!(r#"{{"type":"{}"}}"#, r"\ud83d\ude00".repeat(5_000));
        check(&escaped, Some(&"😀".repeat(128)));
    }

    #[test]
    fn what_lies_far_behind_is_not_looked_at() {
        let far = format!(r#"{{"a":"{}","type":"t"}}"#, "x".repeat(1 << 20));
        check(&far, None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = event_type(&bytes);
        }

        #[test]
        fn no_almost_json_makes_it_panic(text in r#"\{("(type|eventType|a)?\\?"?[:,]?[\[\]{}" \\1-]{0,4}){0,8}"#) {
            let found = event_type(text.as_bytes());
            prop_assert!(found.is_none_or(|name| name.chars().count() <= MAX_EVENT_TYPE_CHARS));
        }
    }
}
