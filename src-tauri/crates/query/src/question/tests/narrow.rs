//! A cell's value as one more step: with it and without it are all rows.

use super::{properties::question, *};
use crate::arbitrary;
use proptest::prelude::*;

fn answer(text: &str, records: &[arbitrary::Record]) -> Table {
    let question = Question::parse(text, NOW).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut run = Run::new(&question);
    for (handle, record) in (0..).zip(records) {
        run.push(&record.subject(), handle);
    }
    run.answer()
}

fn narrowed(text: &str, column: usize) -> String {
    let question = Question::parse(text, NOW).expect("a question");
    let mut run = Run::new(&question);
    orders(&mut run);
    let value = run.answer().rows[0].cells[column].clone();
    question
        .narrowed(text, column, &value, false)
        .map_or_else(|| "nothing".to_owned(), |text| text.replace('\n', " "))
}

#[test]
fn a_value_is_a_condition_on_its_column() {
    insta::assert_snapshot!(narrowed("fields type, order | limit 1", 0), @"fields type, order | limit 1 | filter $.type:PAYMENT_OK");
    insta::assert_snapshot!(narrowed("fields type, amount, @timestamp, @size", 0), @"fields type, amount, @timestamp, @size | filter type:PAYMENT_OK");
    insta::assert_snapshot!(narrowed("fields type, order as o | sort o desc", 1), @"fields type, order as o | sort o desc | filter order:o-3");
    insta::assert_snapshot!(narrowed("filter has:amount | fields user.id, @size", 0), @"filter has:amount | fields user.id, @size | filter -has:user.id");
    insta::assert_snapshot!(narrowed("fields @timestamp", 0), @"fields @timestamp | filter time:2026-04-11T14:05:02.118Z..2026-04-11T14:05:02.119Z");
    insta::assert_snapshot!(narrowed("fields @message", 0), @"nothing");
    insta::assert_snapshot!(narrowed("stats count(*) by bin(1m), type", 0), @r#"stats count(*) by bin(1m), type | filter $['bin(1m)']:"2026-04-11T14:03:00.000Z""#);
    insta::assert_snapshot!(narrowed("stats count(*), avg(amount) by type", 1), @"stats count(*), avg(amount) by type | filter $['count(*)']:3");
    insta::assert_snapshot!(narrowed("stats count(*) by user.id", 0), @"stats count(*) by user.id | filter -has:$['user.id']");
}

proptest! {
    #[test]
    fn with_a_value_and_without_it_are_all_rows(
        text in question(),
        records in proptest::collection::vec(arbitrary::small_record(), 1..12),
        place in any::<proptest::sample::Index>(),
    ) {
        let Ok(question) = Question::parse(&text, NOW) else { return Ok(()) };
        let whole = answer(&text, &records);
        if whole.rows.is_empty() {
            return Ok(());
        }
        let row = &whole.rows[place.index(whole.rows.len())];
        for (column, value) in row.cells.iter().enumerate() {
            let [only, others] = [false, true].map(|is_excluded| {
                let text = question.narrowed(&text, column, value, is_excluded)?;
                Some((answer(&text, &records), text))
            });
            let (Some((only, only_text)), Some((others, _))) = (only, others) else {
                continue;
            };
            prop_assert!(only.rows.contains(row), "{} lost {:?}", only_text, row);
            prop_assert!(!others.rows.contains(row), "{} kept {:?}", only_text, row);
            prop_assert_eq!(only.rows.len() + others.rows.len(), whole.rows.len(), "{}", only_text);
        }
    }
}
