//! What of an answer is drawn.

use super::*;

/// The chart of an answer: its places, then a line for each series.
fn drawn(text: &str) -> String {
    let question = Question::parse(text, NOW).expect("a question");
    let mut run = Run::new(&question);
    orders(&mut run);
    let Some(chart) = run.answer().chart() else {
        return "nothing to draw".to_owned();
    };
    let places: Vec<_> = chart.places.iter().map(ToString::to_string).collect();
    let axis = if chart.is_over_time { "times" } else { "names" };
    let mut lines = vec![format!("{axis} {}", places.join(" "))];
    for series in &chart.series {
        let values = series.values.iter().map(|value| match value {
            Some(value) => value.to_string(),
            None => "–".to_owned(),
        });
        let values: Vec<_> = values.collect();
        lines.push(format!("{}: {}", series.name, values.join(" ")));
    }
    lines.join("\n")
}

#[test]
fn groups_are_drawn_over_time_or_over_names() {
    insta::assert_snapshot!(drawn("stats count(*), sum(amount) by bin(1m)"), @r"
    times 2026-04-11T14:03:00.000Z 2026-04-11T14:04:00.000Z 2026-04-11T14:05:00.000Z
    count(*): 2 3 1
    sum(amount): 17.75 0.3 0
    ");
    insta::assert_snapshot!(drawn("stats count(*) as n by type, bin(1m)"), @r"
    times 2026-04-11T14:03:00.000Z 2026-04-11T14:04:00.000Z 2026-04-11T14:05:00.000Z
    ORDER_CREATED: 2 1 –
    PAYMENT_OK: – 1 1
    PAYMENT_FAILED: – 1 –
    ");
    insta::assert_snapshot!(drawn("stats count(*) as n, max(order) by type | sort n"), @r"
    names PAYMENT_FAILED PAYMENT_OK ORDER_CREATED
    n: 1 2 3
    ");
    insta::assert_snapshot!(drawn("stats count(*) as n by type, user.id | sort n desc | limit 3"), @r"
    names ORDER_CREATED PAYMENT_OK
    1: 2 –
    –: – 2
    2: 1 –
    ");
}

#[test]
fn what_has_no_groups_or_no_numbers_is_not_drawn() {
    for text in [
        "fields amount",
        "stats count(*)",
        "stats max(order) by type",
        "stats count(*) as n by type | display n",
        "filter type:nothing | stats count(*) by type",
    ] {
        assert_eq!(drawn(text), "nothing to draw", "{text}");
    }
}

#[test]
fn a_chart_has_the_latest_times_and_the_largest_series() {
    let question = Question::parse("stats count(*) as n by bin(1s), m", NOW).expect("a question");
    let mut run = Run::new(&question);
    for n in 0..2_100u64 {
        let payload = format!(r#"{{"m":{}}}"#, n % 9);
        let subject = Subject {
            arrival: Millis(n as i64 * 1_000),
            payload: payload.as_bytes(),
            ..empty_subject()
        };
        run.push(&subject, n);
    }
    let chart = run.answer().chart().expect("a chart");
    assert_eq!((chart.places.len(), chart.places_left_out), (2_000, 100));
    assert_eq!(chart.places[0], Value::Time(Millis(100_000)));
    assert_eq!((chart.series.len(), chart.series_left_out), (6, 3));
}
