//! What must hold of any question and any records, and of hostile texts.

use super::*;
use crate::arbitrary;
use proptest::prelude::*;

/// Questions over the few names of the arbitrary records.
pub(super) fn question() -> impl Strategy<Value = String> {
    let name = || {
        prop_oneof![
            Just("a"),
            Just("b.a"),
            Just("c[1]"),
            Just("x.a"),
            Just("type"),
            Just("key"),
            Just("$.type"),
            Just("@size"),
            Just("c")
        ]
    };
    let number = || {
        prop_oneof![
            name().prop_map(str::to_owned),
            name().prop_map(|name| format!("{name} + 1")),
            Just("bin(2ms)".to_owned())
        ]
    };
    let step = prop_oneof![
        (name(), number()).prop_map(|(a, b)| format!("fields {a}, {b} as v")),
        arbitrary::filter().prop_map(|filter| format!(
            "filter {}",
            if filter.to_string().is_empty() {
                "*".to_owned()
            } else {
                filter.to_string()
            }
        )),
        (number(), any::<bool>()).prop_map(|(key, is_descending)| format!(
            "sort {key} {}",
            if is_descending { "desc" } else { "" }
        )),
        (1usize..6).prop_map(|most| format!("limit {most}")),
        name().prop_map(|name| format!("dedup {name}")),
        Just("parse b.a \"a*\" as p".to_owned()),
    ];
    let aggregate = || {
        (
            prop_oneof![
                Just("count"),
                Just("sum"),
                Just("avg"),
                Just("min"),
                Just("max"),
                Just("count_distinct"),
                Just("median")
            ],
            number(),
        )
            .prop_map(|(call, of)| format!("{call}({of})"))
    };
    let stats = (
        proptest::collection::vec(aggregate(), 1..4),
        proptest::collection::vec(number(), 0..3),
    )
        .prop_map(|(calls, by)| {
            let by = if by.is_empty() {
                String::new()
            } else {
                format!("by {}", by.join(", "))
            };
            format!("stats count(*), {} {by}", calls.join(", "))
        });
    (
        proptest::collection::vec(step, 0..4),
        proptest::option::of(stats),
    )
        .prop_map(|(steps, stats)| {
            let steps: Vec<_> = steps.into_iter().chain(stats).collect();
            if steps.is_empty() {
                "fields a".to_owned()
            } else {
                steps.join(" | ")
            }
        })
}

proptest! {
    #[test]
    fn halves_give_what_the_whole_gives(
        text in question(),
        records in proptest::collection::vec((arbitrary::small_record(), any::<bool>()), 0..24),
    ) {
        let Ok(question) = Question::parse(&text, NOW) else { return Ok(()) };
        let [mut whole, mut left, mut right] = [(); 3].map(|()| Run::new(&question));
        for (handle, (record, is_left)) in (0..).zip(&records) {
            whole.push(&record.subject(), handle);
            let half = if *is_left { &mut left } else { &mut right };
            half.push(&record.subject(), handle);
            let _ = half.answer();
        }
        left.merge(right);
        prop_assert_eq!(left.answer(), whole.answer(), "{}", text);
    }

    #[test]
    fn any_text_is_answered_and_errors_are_at_whole_characters(
        text in prop_oneof![
            any::<String>(),
            question(),
            r#"((fields|stats|filter|sort|limit|dedup|parse|display|count\(|pct|by|as|bin|\(|\)|,|\||\*|"|'|`|/|#|\n|5m|1|a|é|@message|\.|\[|\]|-|=) ?){0,16}"#,
        ],
    ) {
        match Question::parse(&text, NOW) {
            Ok(question) => {
                let mut run = Run::new(&question);
                orders(&mut run);
                let table = run.answer();
                prop_assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()));
            }
            Err(error) => prop_assert!(text.get(error.at.clone()).is_some(), "{:?} in {:?}", error, text),
        }
        let mut end = 0;
        for token in question_tokens(&text, NOW) {
            prop_assert!(token.at.start >= end && text.get(token.at.clone()).is_some(), "{:?} in {:?}", token, text);
            end = token.at.end;
        }
    }
}

#[test]
fn hostile_questions_are_refused_and_overflow_nothing() {
    for text in [
        format!("fields {}a{}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("fields {}a", "-".repeat(60_000)),
        format!("fields {}a", "a+".repeat(30_000)),
        "|".repeat(60_000),
        "/".repeat(60_000),
        format!("fields {}", "abs(".repeat(15_000)),
        format!("filter {}", "(".repeat(60_000)),
        "é".repeat(70_000),
    ] {
        assert!(Question::parse(&text, NOW).is_err(), "{}", &text[..20]);
    }
}
