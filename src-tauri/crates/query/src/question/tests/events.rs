//! Records of several events: each is a row with its own fields, unless nothing in payloads is asked for.

use super::*;

const RECORDS: [(&str, Option<&[u8]>); 4] = [
    (r#"{"level":"INFO","n":1}"#, None),
    ("{\"level\":\"INFO\",\"n\":2}\nno JSON\n{\"level\":\"ERROR\",\"n\":3}", None),
    (
        "",
        Some(b"{\"level\":\"INFO\",\"n\":4}\n\xFD\n/group/a\n\xFF\nSTART\n\xFD\n/group/a\n\xFF\n{\"level\":\"ERROR\",\"n\":5}\n\xFD\n/group/b"),
    ),
    ("", Some(b"{\"n\":6}\n\xFE\n{\"source\":\"shop\",\"detail\":{\"n\":6},\"n\":7}")),
];

fn asked(text: &str) -> String {
    let question = Question::parse(text, NOW).expect("a question");
    let mut run = Run::new(&question);
    for (place, (payload, packed)) in (0..).zip(RECORDS) {
        let subject = Subject {
            arrival: Millis(NOW.0 + place),
            payload: payload.as_bytes(),
            size_bytes: payload.len() as u64,
            text: packed,
            partition_key: Some("k"),
            ..empty_subject()
        };
        run.push(&subject, place as u64);
    }
    let table = run.answer();
    let events = table
        .events
        .map_or("no".to_owned(), |events| events.to_string());
    format!(
        "{}\n{} of {} records, {events} events",
        shown(&table),
        table.matched,
        table.records
    )
}

#[test]
fn a_condition_and_the_fields_are_of_the_same_event() {
    insta::assert_snapshot!(asked("filter level:ERROR | stats count(*) by level"), @r#"
    level | count(*)
    "ERROR" | 2
    2 of 4 records, 2 events
    "#);
    insta::assert_snapshot!(asked("filter level:INFO n:>1 | fields n, @key"), @r#"
    n | @key
    4 | "k"
    2 | "k"
    2 of 4 records, 2 events
    "#);
    // what is not in an event may be in its neighbour
    insta::assert_snapshot!(asked("filter has:level -level:INFO | fields n | sort n"), @r"
    n
    3
    5
    2 of 4 records, 2 events
    ");
    insta::assert_snapshot!(asked("filter level:INFO n:3"), @r"
    @timestamp | @message
    0 of 4 records, 0 events
    ");
}

#[test]
fn every_event_is_a_row_with_what_it_says_itself() {
    insta::assert_snapshot!(asked("fields n, @message"), @r#"
    n | @message
    6 | "{\"n\":6}"
    5 | "{\"level\":\"ERROR\",\"n\":5}"
    – | "START"
    4 | "{\"level\":\"INFO\",\"n\":4}"
    3 | "{\"level\":\"ERROR\",\"n\":3}"
    2 | "{\"level\":\"INFO\",\"n\":2}\nno JSON\n"
    1 | "{\"level\":\"INFO\",\"n\":1}"
    4 of 4 records, 7 events
    "#);
    insta::assert_snapshot!(asked("filter \"/group/a\" | stats count(*), count(n), sum(n)"), @r"
    count(*) | count(n) | sum(n)
    2 | 1 | 4
    1 of 4 records, 2 events
    ");
}

#[test]
fn an_envelope_around_one_event_is_looked_into_too() {
    insta::assert_snapshot!(asked("filter source:shop | fields source, n, detail.n"), @r#"
    source | n | detail.n
    "shop" | 6 | 6
    1 of 4 records, 1 events
    "#);
}

#[test]
fn a_question_about_records_alone_has_a_row_for_each() {
    insta::assert_snapshot!(asked("stats count(*) by @key"), @r#"
    @key | count(*)
    "k" | 4
    4 of 4 records, no events
    "#);
    insta::assert_snapshot!(asked("filter key:k | fields @size + 1 as v | filter v:1 | stats count(*)"), @r"
    count(*)
    2
    2 of 4 records, no events
    ");
}
