use super::*;
use crate::{Marks, Subject, matcher::tests::empty_subject};
use record::Millis;

mod chart;
mod complete;
mod events;
mod naive;
mod narrow;
mod properties;
mod whole;

/// 2026-04-11T14:03:22.118Z
const NOW: Millis = Millis(1_775_916_202_118);

const ORDERS: [(&str, &str); 6] = [
    (
        "ORDER_CREATED",
        r#"{"order":"o-1","amount":10.50,"user":{"id":1},"note":"user=ann, ip=10.0.0.1"}"#,
    ),
    (
        "ORDER_CREATED",
        r#"{"order":"o-2","amount":"7.25","user":{"id":2},"note":"user=bob, ip=10.0.0.2"}"#,
    ),
    (
        "PAYMENT_FAILED",
        r#"{"order":"o-1","amount":null,"code":5129900000000000001}"#,
    ),
    (
        "ORDER_CREATED",
        r#"{"order":"o-3","amount":0.10,"user":{"id":1},"note":"none"}"#,
    ),
    (
        "PAYMENT_OK",
        r#"{"order":"o-3","amount":0.20,"lines":[{"sku":"a b"}]}"#,
    ),
    ("PAYMENT_OK", "no JSON"),
];

fn orders(run: &mut Run) {
    for (place, (event_type, payload)) in (0..).zip(ORDERS) {
        let subject = Subject {
            arrival: Millis(NOW.0 + place * 20_000),
            stream: "orders",
            partition_key: Some("k"),
            event_type: Some(event_type),
            size_bytes: payload.len() as u64,
            marks: Marks::NONE,
            payload: payload.as_bytes(),
            ..empty_subject()
        };
        run.push(&subject, place as u64);
    }
}

/// The answer as lines, its notes below.
fn shown(table: &Table) -> String {
    let mut lines = vec![table.columns.join(" | ")];
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| match cell {
            Value::Missing => "–".to_owned(),
            Value::Text(text) => format!("{text:?}"),
            Value::Float(float) => format!("~{float}"),
            other => other.to_string(),
        });
        lines.push(cells.collect::<Vec<_>>().join(" | "));
    }
    lines.extend(table.notes.iter().map(|note| format!("({note})")));
    lines.join("\n")
}

fn asked(text: &str) -> String {
    match Question::parse(text, NOW) {
        Ok(question) => {
            let mut run = Run::new(&question);
            orders(&mut run);
            shown(&run.answer())
        }
        Err(error) => refused(text, &error),
    }
}

fn refused(text: &str, error: &FilterError) -> String {
    let at = error.at.clone();
    format!(
        "{}⟨{}⟩{} {}",
        &text[..at.start],
        &text[at.clone()],
        &text[at.end..],
        error.message
    )
}

#[test]
fn fields_are_shown_newest_first() {
    insta::assert_snapshot!(asked("fields order, amount, type, user.id | limit 4"), @r#"
    order | amount | type | user.id
    – | – | "PAYMENT_OK" | –
    "o-3" | 0.20 | "PAYMENT_OK" | –
    "o-3" | 0.10 | "ORDER_CREATED" | 1
    "o-1" | null | "PAYMENT_FAILED" | –
    "#);
    insta::assert_snapshot!(asked("filter code > 1 | fields @timestamp, code, code * 1 as rounded, lines"), @r"
    @timestamp | code | rounded | lines
    2026-04-11T14:04:02.118Z | 5129900000000000001 | ~5129900000000000000 | –
    ");
    insta::assert_snapshot!(asked("filter has:lines"), @r#"
    @timestamp | @message
    2026-04-11T14:04:42.118Z | "{\"order\":\"o-3\",\"amount\":0.20,\"lines\":[{\"sku\":\"a b\"}]}"
    "#);
    insta::assert_snapshot!(asked("filter has:lines | fields lines[0].sku, lines"), @r#"
    lines[0].sku | lines
    "a b" | [{"sku":"a b"}]
    "#);
}

#[test]
fn stats_leave_out_what_is_missing_or_null() {
    insta::assert_snapshot!(
        asked("stats count(*), count(amount), sum(amount), avg(amount), min(amount), max(amount), pct(amount, 50), count_distinct(order)"), @r"
    count(*) | count(amount) | sum(amount) | avg(amount) | min(amount) | max(amount) | pct(amount, 50) | count_distinct(order)
    6 | 4 | 18.05 | ~4.5125 | 0.10 | 10.50 | ~0.2 | 3
    ");
    insta::assert_snapshot!(asked("stats count(*) as n, sum(amount) by type | sort n desc, type"), @r#"
    type | n | sum(amount)
    "ORDER_CREATED" | 3 | 17.85
    "PAYMENT_OK" | 2 | 0.2
    "PAYMENT_FAILED" | 1 | 0
    "#);
    insta::assert_snapshot!(asked("stats count(*) by bin(1m), user.id"), @r"
    bin(1m) | user.id | count(*)
    2026-04-11T14:03:00.000Z | 1 | 1
    2026-04-11T14:03:00.000Z | 2 | 1
    2026-04-11T14:04:00.000Z | – | 2
    2026-04-11T14:04:00.000Z | 1 | 1
    2026-04-11T14:05:00.000Z | – | 1
    ");
    insta::assert_snapshot!(asked("filter type:nothing | stats count(*), sum(amount), min(amount), pct(amount, 99)"), @r"
    count(*) | sum(amount) | min(amount) | pct(amount, 99)
    0 | 0 | – | –
    ");
    insta::assert_snapshot!(asked("filter type:nothing | stats count(*) by type"), @"type | count(*)");
}

#[test]
fn parse_takes_parts_out() {
    insta::assert_snapshot!(asked(r#"filter has:note | parse note "user=*, ip=*" as who, ip | fields who, ip | sort who"#), @r#"
    who | ip
    – | –
    "ann" | "10.0.0.1"
    "bob" | "10.0.0.2"
    "#);
    insta::assert_snapshot!(asked(r"parse /user=(?<who>\w+)/ | filter has:who | stats count(*) by who"), @r#"
    who | count(*)
    "ann" | 1
    "bob" | 1
    "#);
}

#[test]
fn steps_may_follow_each_other_in_any_order() {
    insta::assert_snapshot!(asked("# the dearest\nfields order, amount | sort amount desc | dedup order | limit 2 | display amount"), @r#"
    amount
    10.50
    "7.25"
    "#);
    insta::assert_snapshot!(asked("stats count(*) as n by order | filter n > 1 | stats count(*), max(n)"), @r"
    count(*) | max(n)
    2 | 2
    ");
    insta::assert_snapshot!(asked(r#"fields toupper(concat(type, "/", coalesce(order, "?"))) as name, strlen(order) % 2 = 1 as odd | sort name | limit 3"#), @r#"
    name | odd
    "ORDER_CREATED/O-1" | true
    "ORDER_CREATED/O-2" | true
    "ORDER_CREATED/O-3" | true
    "#);
    insta::assert_snapshot!(asked("fields amount as a | filter a:5..20 | sort a | stats count(*) by a > 8 as dear"), @r"
    dear | count(*)
    false | 1
    true | 1
    ");
    insta::assert_snapshot!(asked("filter @message like /no J/ or @type like \"FAIL\" | stats count(*)"), @r"
    count(*)
    2
    ");
}

#[test]
fn what_a_question_asks_of_records_is_a_filter() {
    let filter = |text: &str| {
        Question::parse(text, NOW)
            .expect("a question")
            .filter()
            .to_string()
    };
    insta::assert_snapshot!(
        filter("filter type = X and amount > 5 | filter last 5m | parse @message \"a*\" as b | filter c:1 | filter b:2 | limit 5"),
        @"type:X amount:>5 after:2026-04-11T13:58:22.118Z c:1");
    assert_eq!(filter("stats count(*) | filter ['count(*)']:1"), "");
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let texts = [
        "",
        "field a",
        "fields",
        "fields a,",
        "fields a b",
        "limit 0",
        "limit x",
        "stats count(*",
        "stats cnt(*)",
        "stats pct(a)",
        "stats pct(a, 101)",
        "stats count(*) by",
        "filter",
        "filter a:> | limit 5",
        "filter (a | limit 5",
        "sort a up",
        "parse \"a\" as b",
        "parse \"a*\"",
        "parse \"a*\" as b, c",
        "parse /(a)/",
        "parse /(/",
        "fields bin(x, 5m",
        "fields bin(x)",
        "fields nope(x)",
        "fields substr(x)",
        "fields 'a",
        "fields `a",
        "fields a ; b",
        "fields 5mm",
        "stats count(*) as n | fields a",
        "limit 5 | filter \"text\"",
        "fields a | | limit 5",
        "fields a['b",
    ];
    let refused: Vec<_> = texts
        .iter()
        .map(|text| match Question::parse(text, NOW) {
            Err(error) => refused(text, &error),
            Ok(_) => format!("read: {text}"),
        })
        .collect();
    insta::assert_snapshot!(refused.join("\n"), @r#"
    ⟨⟩ expected a step: fields, display, filter, stats, sort, limit, dedup, parse
    ⟨field⟩ a expected a step: fields, display, filter, stats, sort, limit, dedup, parse
    fields⟨⟩ expected a name, a number, a text or a function
    fields a,⟨⟩ expected a name, a number, a text or a function
    fields a ⟨b⟩ expected `,`, `|` or the end
    limit ⟨0⟩ expected a number from 1 to 10000
    limit ⟨x⟩ expected a number from 1 to 10000
    stats count(*⟨⟩ expected `)`
    stats ⟨cnt⟩(*) expected one of count, count_distinct, sum, avg, min, max, pct, percentile, median
    stats pct(a⟨)⟩ expected `,`
    stats pct(a, ⟨101⟩) expected a percentage from 0 to 100
    stats count(*) by⟨⟩ expected a name, a number, a text or a function
    filter⟨⟩ expected a condition
    filter a:>⟨ ⟩| limit 5 expected a value: a number, a word, "a text", true, false or null
    filter ⟨(⟩a | limit 5 this parenthesis is not closed
    sort a ⟨up⟩ expected `,`, `|` or the end
    parse ⟨"a"⟩ as b expected a text with `*`, or an expression with (?<name>…)
    parse "a*"⟨⟩ expected `as` and a name for each `*`
    parse ⟨"a*"⟩ as b, c expected 1 names: one for each `*`
    parse ⟨/(a)/⟩ expected groups with names, as (?<name>…)
    parse /⟨(⟩/ unclosed group
    fields bin(x, 5m⟨⟩ expected `)`
    fields bin(x⟨)⟩ expected `,`
    fields ⟨nope⟩(x) expected one of the functions abs, ceil, floor, round, sqrt, strlen, toupper, tolower, trim, concat, substr, coalesce, ispresent, bin
    fields ⟨substr⟩(x) expected 2 to 3 arguments
    fields ⟨'⟩a this quote is not closed
    fields ⟨`⟩a this backquote is not closed
    fields a ⟨;⟩ b this has no meaning here
    fields ⟨5mm⟩ expected a number, or a length of time such as 5m
    stats count(*) as n | fields ⟨a⟩ expected a column of stats: n
    limit 5 | filter ⟨"text"⟩ after limit, dedup and stats a filter looks at columns only
    fields a | ⟨⟩| limit 5 expected a step: fields, display, filter, stats, sort, limit, dedup, parse
    fields a[⟨'⟩b expected a closing quote
    "#);
}

#[test]
fn the_parts_of_a_question_are_told() {
    let told = |text: &str| -> String {
        let tokens = question_tokens(text, NOW).into_iter();
        let told = tokens.map(|token| format!("{:?}:{}", token.kind, &text[token.at]));
        told.collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(told("filter type:A* and x>1 | stats pct(a.b, 99) as p by bin(5m) | sort p desc"), @"Keyword:filter Attribute:type Operator:: Pattern:A* Keyword:and Field:x Operator:> Number:1 Operator:| Keyword:stats Keyword:pct Bracket:( Field:a.b Bracket:, Number:99 Bracket:) Keyword:as Field:p Keyword:by Keyword:bin Bracket:( Time:5m Bracket:) Operator:| Keyword:sort Field:p Keyword:desc");
    insta::assert_snapshot!(told("fields a, 'x' | limit no"), @"Keyword:fields Field:a Bracket:, Quoted:'x' Operator:| Keyword:limit Fault:no");
}

#[test]
fn too_many_groups_and_rows_are_said() {
    let question = Question::parse("stats count(*), pct(n, 50), count_distinct(n) by m", NOW)
        .expect("a question");
    let all = Question::parse("stats pct(n, 50) as half, count_distinct(n) as n", NOW)
        .expect("a question");
    let rows = Question::parse("fields n", NOW).expect("a question");
    let mut runs = [question, all, rows].map(|question| Run::new(&question));
    for n in 0..12_000u64 {
        let payload = format!(r#"{{"n":{n},"m":{}}}"#, n / 2 * 2 + 7);
        for run in &mut runs {
            let payload = payload.as_bytes();
            run.push(
                &Subject {
                    payload,
                    ..empty_subject()
                },
                n,
            );
        }
    }
    let [groups, all, rows] = runs.map(|run| run.answer());
    assert_eq!((groups.rows.len(), groups.notes.len()), (6_000, 0));
    insta::assert_snapshot!(shown(&all), @r"
    half | n
    ~5944.606884551549 | 11912
    (half is an estimate, within about 1.0 %)
    (n is an estimate, within about 0.8 %)
    ");
    assert_eq!(rows.rows.len(), 10_000);
    insta::assert_snapshot!(rows.notes[0].to_string(), @"the first 10000 of 12000 rows");
}

#[test]
fn a_question_about_what_is_known_of_records_reads_no_payload() {
    let needs = |text: &str| {
        Question::parse(text, NOW)
            .expect("a question")
            .needs_payload()
    };
    assert!(!needs(
        "filter type:A size:>5 last 5m | stats count(*), max(@size) by bin(1m), key"
    ));
    for text in [
        "fields a",
        "limit 5",
        "filter a:1 | stats count(*)",
        "fields type as t | filter t:1 or \"x\" | stats count(*)",
    ] {
        assert!(needs(text), "{text}");
    }
}
