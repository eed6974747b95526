//! What is offered at places of questions.

use crate::{OfferKind, Question, Seen, Subject, complete_question, matcher::tests::empty_subject};
use proptest::prelude::*;
use record::Millis;

fn seen() -> Seen {
    let mut seen = Seen::default();
    for (event_type, payload) in [
        (
            "ORDER_CREATED",
            r#"{"type":"x","customer":{"id":"cust-1"},"amount":5,"detail-type":"a"}"#,
        ),
        (
            "ORDER_CREATED",
            r#"{"customer":{"id":"cust-2"},"amount":7,"first name":"Ann"}"#,
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

/// `¦` is the cursor; the answer shows what is replaced, and the first offers.
fn offered(marked: &str) -> String {
    let cursor = marked.find('¦').expect("a cursor");
    let text = marked.replacen('¦', "", 1);
    let completion = complete_question(&text, cursor, &seen(), Millis(0));
    let offers = completion.offers.iter().take(5);
    let offers: Vec<_> = offers.map(|offer| offer.text.trim_end()).collect();
    format!("[{}] {}", &text[completion.at], offers.join(" "))
}

#[test]
fn steps_are_offered_at_their_beginning() {
    insta::assert_snapshot!(offered("¦"), @"[] fields display filter stats sort");
    insta::assert_snapshot!(offered("st¦"), @"[st] stats");
    insta::assert_snapshot!(offered("fields a | s¦ | limit 1"), @"[s] stats sort");
    insta::assert_snapshot!(offered("fields a\n|¦"), @"[] fields display filter stats sort");
    insta::assert_snapshot!(offered("# st¦\nstats count(*)"), @"[] ");
}

#[test]
fn names_and_functions_are_offered_in_expressions() {
    insta::assert_snapshot!(offered("fields ¦"), @"[] shard stream type customer.id amount");
    insta::assert_snapshot!(offered("fields cust¦"), @"[cust] customer.id");
    insta::assert_snapshot!(offered("fields a, st¦"), @"[st] stream strlen( customer.id $['first name'] @timestamp");
    insta::assert_snapshot!(offered("fields strlen(cus¦)"), @"[cus] customer.id");
    insta::assert_snapshot!(offered("fields str¦(a)"), @"[str] stream strlen");
    insta::assert_snapshot!(offered("fields a ¦"), @"[] as");
    insta::assert_snapshot!(offered("fields a as ¦"), @"[] ");
    insta::assert_snapshot!(offered("fields @¦"), @"[@] @message @timestamp");
    insta::assert_snapshot!(offered("fields detail¦"), @"[detail] `detail-type`");
    insta::assert_snapshot!(offered("fields `first¦"), @"[`first] $['first name']");
    insta::assert_snapshot!(offered("fields 'cust¦"), @"[] ");
    insta::assert_snapshot!(offered("display am¦"), @"[am] amount stream $['first name'] @timestamp");
    insta::assert_snapshot!(offered("sort amount ¦"), @"[] asc desc");
    insta::assert_snapshot!(offered("limit ¦"), @"[] 10 20 50 100");
    insta::assert_snapshot!(offered("parse @message /a¦"), @"[] ");
}

#[test]
fn stats_offer_aggregates_then_what_they_are_told_apart_by() {
    insta::assert_snapshot!(offered("stats ¦"), @"[] count(*) count( count_distinct( sum( avg(");
    insta::assert_snapshot!(offered("stats av¦"), @"[av] avg(");
    insta::assert_snapshot!(offered("stats avg(am¦"), @"[am] amount stream $['first name'] @timestamp");
    insta::assert_snapshot!(offered("stats pct(amount, ¦"), @"[] 50 90 95 99 99.9");
    insta::assert_snapshot!(offered("stats count(*) ¦"), @"[] as by");
    insta::assert_snapshot!(offered("stats count(*) by ty¦"), @"[ty] type $.type `detail-type`");
    insta::assert_snapshot!(offered("stats count(*) by bin(¦"), @"[] 10s 1m 5m 15m 1h");
    insta::assert_snapshot!(offered("stats count(*) by bin¦"), @"[bin] bin(1m)");
}

#[test]
fn later_steps_know_the_columns_before_them() {
    insta::assert_snapshot!(offered("fields amount * 2 as twice | sort tw¦"), @"[tw] twice");
    insta::assert_snapshot!(offered("stats count(*), avg(amount) as mean by type | sort ¦"), @"[] `count(*)` mean type abs( ceil(");
    insta::assert_snapshot!(offered("stats count(*) as records by type | filter ¦"), @"[] records: type: and not or");
    insta::assert_snapshot!(offered("parse @message 'a=* b=*' as first, second | fields ¦"), @"[] first second shard stream type");
    insta::assert_snapshot!(offered("nonsense | fields am¦"), @"[am] amount stream $['first name'] @timestamp");
}

#[test]
fn a_filter_offers_what_the_bar_does() {
    insta::assert_snapshot!(offered("filter cust¦"), @"[cust] customer.id:");
    insta::assert_snapshot!(offered("filter type:pay¦ | limit 1"), @"[pay] PAYMENT_FAILED");
    insta::assert_snapshot!(offered("fields a | filter customer.id = ¦"), @"[] cust-2 cust-1");
    insta::assert_snapshot!(offered("filter is:d¦"), @"[d] damaged duplicate aggregated outside replayed");
}

proptest! {
    #[test]
    fn any_place_in_any_text_is_answered(text in any::<String>(), cursor in 0usize..40) {
        let completion = complete_question(&text, cursor, &seen(), Millis(0));
        prop_assert!(text.get(completion.at).is_some());
    }

    /// What is offered can be written where it is offered, unless more must follow.
    #[test]
    fn an_offered_name_can_be_read(steps in r"((fields|stats|sort|parse|dedup|filter) (a|amount|count\(\*\)|by|as|b|'x\*'|,| ){0,6}\|){0,2}", step in "(fields|display|sort|dedup) ") {
        let text = steps + &step;
        let completion = complete_question(&text, text.len(), &seen(), Millis(0));
        let is_readable = Question::parse(&(text.clone() + "a"), Millis(0)).is_ok();
        for offer in completion.offers.iter().filter(|_| is_readable) {
            if matches!(offer.kind, OfferKind::Field | OfferKind::Attribute) {
                let taken = format!("{}{}", &text[..completion.at.start], offer.text);
                prop_assert!(Question::parse(&taken, Millis(0)).is_ok(), "{}", taken);
            }
        }
    }
}
