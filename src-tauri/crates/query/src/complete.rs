//! What may be typed at a place in a filter's text: fields, values and words of the language.

use crate::{
    Mark, Seen,
    parse::words::{self, ends_word},
};
use decode::Path;
use std::ops::Range;

pub(crate) const MAX_OFFERS: usize = 50;

/// Around values, and in questions around names.
const QUOTES: [char; 2] = ['"', '`'];

/// Spans and times to begin with.
const SPANS: [&str; 5] = ["5m", "15m", "1h", "24h", "7d"];
const TIMES: [&str; 4] = ["now-5m", "now-15m", "now-1h", "now-24h"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that an offer replaces.
    pub at: Range<usize>,
    /// The best first.
    pub offers: Vec<Offer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// To be written in the place of what is there.
    pub text: String,
    pub kind: OfferKind,
    /// Seen records that have it; 0 where none are counted.
    pub records: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferKind {
    Value,
    Attribute,
    Field,
    Keyword,
}

/// Offers for the word around a place. The place is moved back to a whole character.
pub fn complete(text: &str, cursor: usize, seen: &Seen) -> Completion {
    let cursor = text.floor_char_boundary(cursor.min(text.len()));
    let word = Word::around(text, cursor);
    let offers = match &word.field {
        Some(field) => values(field, seen),
        None => names(seen, true),
    };
    Completion {
        offers: best(offers, &text[word.at.start..cursor]),
        at: word.at,
    }
}

/// What is being typed: a name, or a field's value.
struct Word {
    field: Option<String>,
    at: Range<usize>,
}

impl Word {
    fn around(text: &str, cursor: usize) -> Self {
        let start = term_start(&text[..cursor]);
        let start =
            start + text[start..cursor].len() - text[start..cursor].trim_start_matches('-').len();
        let end = cursor
            + text[cursor..]
                .find(ends_word)
                .unwrap_or(text.len() - cursor);
        let term = &text[start..cursor];
        if let Ok((_, len)) = Path::parse_prefix(term)
            && let Some(operator) = operator_len(&term[len..])
        {
            return Self {
                field: Some(term[..len].to_owned()),
                at: start + len + operator..end,
            };
        }
        Self {
            field: field_before(text[..start].trim_end()),
            at: start..end,
        }
    }
}

/// Where the word that ends here began: white space and parentheses end one, but not in quotes.
fn term_start(text: &str) -> usize {
    let mut start = 0;
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if c == '"' && !is_escaped {
            is_quoted = !is_quoted;
        } else if ends_word(c) && !is_quoted {
            start = at + c.len_utf8();
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    start
}

fn operator_len(text: &str) -> Option<usize> {
    let len = text.len() - text.trim_start_matches([':', '<', '>', '=', '!']).len();
    (len > 0).then_some(len)
}

/// The field whose operator stands at the end: `amount >=`, `last`.
fn field_before(text: &str) -> Option<String> {
    let name = text.trim_end_matches(['<', '>', '=', '!']);
    let word = &name.trim_end()[term_start(name.trim_end())..];
    let has_operator = name.len() < text.len();
    let is_field = Path::parse(word).is_ok();
    ((has_operator && is_field) || word.eq_ignore_ascii_case("last")).then(|| word.to_owned())
}

fn values(field: &str, seen: &Seen) -> Vec<Offer> {
    let fixed = |texts: &[&str]| -> Vec<Offer> {
        let offer = |text: &&str| Offer {
            text: (*text).to_owned(),
            kind: OfferKind::Value,
            records: 0,
        };
        texts.iter().map(offer).collect()
    };
    match field {
        "is" => fixed(&Mark::ALL.map(Mark::name)),
        "last" => fixed(&SPANS),
        "after" | "before" | "time" => fixed(&TIMES),
        "has" | "exists" => names(seen, false),
        field => {
            let values = seen
                .field(field)
                .into_iter()
                .flat_map(|field| &field.values);
            values
                .map(|(text, &records)| Offer {
                    text: text.clone(),
                    kind: OfferKind::Value,
                    records,
                })
                .collect()
        }
    }
}

/// Fields, and where a condition may begin also attributes and keywords.
fn names(seen: &Seen, is_condition: bool) -> Vec<Offer> {
    let colon = if is_condition { ":" } else { "" };
    let fields = seen
        .fields()
        .filter(|(name, _)| !words::is_reserved(name))
        .map(|(name, field)| Offer {
            text: format!("{name}{colon}"),
            kind: OfferKind::Field,
            records: field.records,
        });
    let attributes = words::OFFERED.iter().map(|name| Offer {
        text: format!("{name}:"),
        kind: OfferKind::Attribute,
        records: seen.field(name).map_or(0, |field| field.records),
    });
    let keywords = ["and", "or", "not"].map(|word| Offer {
        text: word.to_owned(),
        kind: OfferKind::Keyword,
        records: 0,
    });
    let others = attributes.chain(keywords).filter(|_| is_condition);
    fields.chain(others).collect()
}

/// Those that begin with what was typed, then those that hold it; the most frequent first.
pub(crate) fn best(offers: Vec<Offer>, typed: &str) -> Vec<Offer> {
    let typed = typed.trim_start_matches(QUOTES).to_lowercase();
    let rank = |offer: &Offer| {
        let text = offer.text.to_lowercase();
        match text.trim_start_matches(QUOTES).find(&typed) {
            Some(0) => Some(0),
            Some(_) => Some(1),
            None => None,
        }
    };
    let mut ranked: Vec<_> = offers
        .into_iter()
        .filter_map(|offer| Some((rank(&offer)?, offer)))
        .collect();
    ranked.sort_by(|(a_rank, a), (b_rank, b)| {
        (a_rank, b.records, a.kind, &a.text).cmp(&(b_rank, a.records, b.kind, &b.text))
    });
    ranked.truncate(MAX_OFFERS);
    ranked.into_iter().map(|(_, offer)| offer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Subject, matcher::tests::empty_subject, parse};
    use proptest::prelude::*;
    use record::Millis;

    fn seen() -> Seen {
        let mut seen = Seen::default();
        for (event_type, payload) in [
            (
                "ORDER_CREATED",
                r#"{"type":"x","customer":{"id":"cust-1","name":"Ann Lee"},"amount":5}"#,
            ),
            (
                "ORDER_CREATED",
                r#"{"customer":{"id":"cust-2"},"amount":7,"paid":true}"#,
            ),
            ("PAYMENT_FAILED", r#"{"customer":{"id":"cust-2"}}"#),
        ] {
            seen.take(&Subject {
                event_type: Some(event_type),
                payload: payload.as_bytes(),
                ..empty_subject()
            });
        }
        seen
    }

    /// `|` is the cursor; the answer shows what is replaced, and the offers.
    fn offered(marked: &str) -> String {
        let cursor = marked.find('|').expect("a cursor");
        let text = marked.replacen('|', "", 1);
        let completion = complete(&text, cursor, &seen());
        let offers: Vec<_> = completion
            .offers
            .iter()
            .take(6)
            .map(|offer| offer.text.as_str())
            .collect();
        format!("[{}] {}", &text[completion.at], offers.join(" "))
    }

    #[test]
    fn names_are_offered_where_a_condition_may_stand() {
        insta::assert_snapshot!(offered("cust|"), @"[cust] customer.id: customer.name:");
        insta::assert_snapshot!(offered("a -(TY|"), @"[TY] type: $.type:");
        insta::assert_snapshot!(offered("a o|r b"), @"[or] or customer.id: amount: customer.name: before: not");
        insta::assert_snapshot!(offered("has:am|"), @"[am] amount customer.name");
        insta::assert_snapshot!(offered("|"), @"[] shard: stream: type: customer.id: amount: $.type:");
    }

    #[test]
    fn values_are_offered_after_a_field() {
        insta::assert_snapshot!(offered("type:|"), @"[] ORDER_CREATED PAYMENT_FAILED");
        insta::assert_snapshot!(offered("type:pay|x y"), @"[payx] PAYMENT_FAILED");
        insta::assert_snapshot!(offered("customer.id = |"), @"[] cust-2 cust-1");
        insta::assert_snapshot!(offered("customer.name:\"ann l|"), @r#"["ann l] "Ann Lee""#);
        insta::assert_snapshot!(offered("is:d|"), @"[d] damaged duplicate aggregated outside replayed undecoded");
        insta::assert_snapshot!(offered("last |"), @"[] 15m 1h 24h 5m 7d");
        insta::assert_snapshot!(offered("gone:|"), @"[] ");
    }

    proptest! {
        #[test]
        fn any_place_in_any_text_is_answered(text in any::<String>(), cursor in 0usize..40) {
            let completion = complete(&text, cursor, &seen());
            prop_assert!(text.get(completion.at).is_some());
        }

        #[test]
        fn an_offered_value_can_be_read(cursor in 0usize..30, text in r#"(type|customer\.(id|name)|amount|:|=| |-|\(|"|a){0,10}"#) {
            let completion = complete(&text, cursor, &seen());
            for offer in &completion.offers {
                let condition = match offer.kind {
                    OfferKind::Value | OfferKind::Keyword => continue,
                    OfferKind::Field | OfferKind::Attribute => format!("has:{}", offer.text.trim_end_matches(':')),
                };
                prop_assert!(parse(&condition, Millis(0)).is_ok(), "{}", condition);
            }
        }
    }
}
