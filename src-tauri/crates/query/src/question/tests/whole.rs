//! Rows as files have them, and the types of events that are packed in records.

use super::*;
use crate::question::WholeRow;

const MANY: &[u8] = b"{\"type\":\"A\",\"level\":\"INFO\",\"n\":1}\n\xFF\n{\"type\":\"B\",\"level\":\"INFO\",\"n\":2}";

fn packed(text: &[u8]) -> Subject<'_> {
    Subject {
        payload: b"\x1f\x8b",
        text: Some(text),
        ..empty_subject()
    }
}

fn answer(question: &str, subjects: &[Subject<'_>]) -> Table {
    let question = Question::parse(question, NOW).expect("a question");
    let mut run = Run::new(&question);
    for (handle, subject) in (0..).zip(subjects) {
        run.push(subject, handle);
    }
    run.answer()
}

#[test]
fn a_row_that_is_an_event_is_read_again_whole() {
    let long = "x".repeat(100_000);
    let second = format!("{{\"n\":2,\"note\":\"{long}\",\"list\":[\"{long}\"]}}");
    let text = [b"{\"n\":1}\n\xFF\n", second.as_bytes()].concat();
    let subject = packed(&text);
    let asked = "filter n > 1 | fields n, note, list | sort n | limit 5";
    let table = answer(asked, &[subject]);
    let row = &table.rows[0];
    assert_eq!(
        (row.record, row.event, &row.cut[..]),
        (Some(0), 1, &[1, 2][..])
    );
    let question = Question::parse(asked, NOW).expect("a question");
    let whole = question
        .whole_row(&subject, row.event, 1 << 20)
        .expect("a row");
    assert_eq!(whole.cut, [0usize; 0]);
    assert_eq!(whole.cells[1], Value::Text(long.clone()));
    assert_eq!(whole.cells[2], Value::Json(format!("[\"{long}\"]")));
    let WholeRow { cells, cut } = question.whole_row(&subject, 1, 50_000).expect("a row");
    assert_eq!(cut, [1, 2]);
    assert_eq!(cells[1], Value::Text(format!("{}…", "x".repeat(50_000))));
    assert_eq!(
        question.whole_row(&subject, 7, 10),
        None,
        "there is no such event"
    );
    let groups = Question::parse("stats count(*) by note", NOW).expect("a question");
    assert_eq!(
        groups.whole_row(&subject, 0, 10),
        None,
        "groups are no events"
    );
}

#[test]
fn packed_events_have_their_own_types() {
    let own = Subject {
        event_type: Some("C"),
        ..empty_subject()
    };
    let subjects = [packed(MANY), own];
    let rows = |question: &str| {
        let table = answer(question, &subjects);
        let cells = table.rows.iter().map(|row| {
            let cells: Vec<String> = row.cells.iter().map(ToString::to_string).collect();
            cells.join(" ")
        });
        (cells.collect::<Vec<_>>(), table.events)
    };
    // of records alone each is one row, of the first type that it has
    assert_eq!(
        rows("stats count(*) by type | sort type"),
        (vec!["A 1".to_owned(), "C 1".to_owned()], None)
    );
    assert_eq!(
        rows("filter type:B | stats count(*)"),
        (vec!["1".to_owned()], None)
    );
    // where events are asked, each has its own
    assert_eq!(
        rows("filter has:n | fields n, type | sort n"),
        (vec!["1 A".to_owned(), "2 B".to_owned()], Some(2))
    );
    assert_eq!(
        rows("filter type:B level:INFO | fields n"),
        (vec!["2".to_owned()], Some(1))
    );
    assert_eq!(
        rows("filter -type:B level:INFO | fields n"),
        (vec!["1".to_owned()], Some(1))
    );
}
