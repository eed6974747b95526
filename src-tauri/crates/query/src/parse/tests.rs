use super::*;
use crate::arbitrary;
use proptest::prelude::*;
use record::Millis;

/// 2026-04-11T14:03:22.118Z
const NOW: Millis = Millis(1_775_916_202_118);

fn filter(text: &str) -> Filter {
    parse(text, NOW).unwrap_or_else(|error| panic!("{text}: {error} at {:?}", error.at))
}

/// The filter as its canonical text.
fn canonical(text: &str) -> String {
    filter(text).to_string()
}

/// The message, with the blamed bytes marked in the text.
fn refused(text: &str) -> String {
    match parse(text, NOW) {
        Ok(filter) => format!("read as {filter:?}"),
        Err(FilterError { at, message }) => {
            format!(
                "{}⟨{}⟩{} {message}",
                &text[..at.start],
                &text[at.clone()],
                &text[at.end..]
            )
        }
    }
}

#[test]
fn the_examples_of_the_filter_bar_are_read() {
    insta::assert_debug_snapshot!(
        filter(r#"type:Order* amount:>500 key:cust-42 shard:0,2 "free text" -type:Heartbeat"#), @r#"
    All(
        [
            Type(
                Like(
                    "Order*",
                ),
            ),
            Compare {
                field: Path {
                    segments: [
                        Key(
                            "amount",
                        ),
                    ],
                },
                comparison: Greater,
                value: Number(
                    Number(
                        "500",
                    ),
                ),
            },
            Key(
                Is(
                    "cust-42",
                ),
            ),
            Shard(
                [
                    "0",
                    "2",
                ],
            ),
            Contains {
                text: "free text",
                case_sensitive: true,
            },
            Not(
                Type(
                    Is(
                        "Heartbeat",
                    ),
                ),
            ),
        ],
    )
    "#);
    insta::assert_snapshot!(
        canonical("customer.id:42 size:>1k has:error seq:4965 after:now-5m or (a and not b)"), @"customer.id:42 size:>=1025 has:error seq:4965 after:2026-04-11T13:58:22.118Z or a -b");
}

#[test]
fn empty_text_is_everything() {
    for text in ["", "  ", "*", "* and *", "(*)", "* or type:a"] {
        assert_eq!(filter(text), Filter::Everything, "{text:?}");
    }
    assert_eq!(Filter::Everything.to_string(), "");
    assert_eq!(canonical("-*"), "-*");
    assert_eq!(canonical("type:* a:!=*"), "type:* a:!=*");
}

#[test]
fn and_binds_more_tightly_than_or() {
    insta::assert_snapshot!(canonical("a or b c or d and e"), @"a or b c or d e");
    insta::assert_snapshot!(canonical("(a or b) (c or (d e))"), @"(a or b) (c or d e)");
    insta::assert_snapshot!(canonical("NOT (a b) And --c"), @"-(a b) --c");
    insta::assert_snapshot!(canonical("((a)) (b (c d))"), @"a b c d");
}

#[test]
fn operators_have_two_spellings() {
    insta::assert_snapshot!(canonical("a>1 a:>1 a >= 1 a:>=1 a<1 a<=1 a=1 a:1 a==1"), @"a:>1 a:>1 a:>=1 a:>=1 a:<1 a:<=1 a:1 a:1 a:1");
    insta::assert_snapshot!(canonical("a != b type!=X size!=3 -a:b"), @"a:!=b -type:X -size:3 -a:b");
}

#[test]
fn values_are_what_they_look_like() {
    insta::assert_debug_snapshot!(
        ["a:42", "a:\"42\"", "a:007", "a:true", "a:null", "a:\"null\"", "a:x*", r"a:x\*", "a:\"x*\"", "a:*", "a:-1.50e3"]
            .map(|text| match filter(text) {
                Filter::Compare { value, .. } => format!("{value:?}"),
                other => format!("{other:?}"),
            }),
        @r#"
    [
        "Number(Number(\"42\"))",
        "Text(\"42\")",
        "Text(\"007\")",
        "Bool(true)",
        "Null",
        "Text(\"null\")",
        "Like(\"x*\")",
        "Text(\"x*\")",
        "Text(\"x*\")",
        "Exists(Path { segments: [Key(\"a\")] })",
        "Number(Number(\"-1.50e3\"))",
    ]
    "#);
}

#[test]
fn record_fields_and_payload_fields_of_one_name_are_apart() {
    assert!(matches!(filter("type:x"), Filter::Type(_)));
    assert!(matches!(filter("$.type:x"), Filter::Compare { .. }));
    assert!(matches!(filter("['type']:x"), Filter::Compare { .. }));
    assert!(matches!(filter("type.name:x"), Filter::Compare { .. }));
    insta::assert_snapshot!(canonical("$['type']:x $.a['b c'].d:1 detail-type:y lines[0].sku:z"), @"$.type:x $.a['b c'].d:1 detail-type:y lines[0].sku:z");
}

#[test]
fn free_text_may_look_like_many_things() {
    for text in [
        "http://example.com/a",
        "14:03",
        "[1,2]",
        "$5.00",
        "hello.",
        "123e4567-e89b",
        "ORDER_CREATED",
    ] {
        let expected = Filter::Contains {
            text: text.to_owned(),
            case_sensitive: false,
        };
        assert_eq!(filter(text), expected, "{text}");
    }
    insta::assert_snapshot!(canonical(r#"text:"free text" text:and contains:x "Exact \"q\"""#), @r#"text:"free text" text:"and" x "Exact \"q\"""#);
}

#[test]
fn times_without_a_zone_are_those_of_the_clock() {
    let zone = jiff::tz::TimeZone::get("Asia/Jakarta").expect("a zone");
    // 00:33:22 on the next day there
    let now = Millis(NOW.0 + 3 * 3_600_000 + 30 * 60_000);
    let clock = crate::Clock { now, zone };
    let canonical = |text: &str| parse(text, clock.clone()).expect("a filter").to_string();
    insta::assert_snapshot!(canonical("time:00:00..00:05"), @"time:2026-04-11T17:00:00.000Z..2026-04-11T17:05:00.000Z");
    insta::assert_snapshot!(canonical("time:2026-04-11"), @"time:2026-04-10T17:00:00.000Z..2026-04-11T17:00:00.000Z");
    insta::assert_snapshot!(canonical("after:2026-04-11T14:03"), @"after:2026-04-11T07:03:00.000Z");
    insta::assert_snapshot!(canonical("after:2026-04-11T14:03Z last:5m"), @"after:2026-04-11T14:03:00.000Z after:2026-04-11T17:28:22.118Z");
}

#[test]
fn times_count_from_now_and_are_utc() {
    insta::assert_snapshot!(canonical("after:now"), @"after:2026-04-11T14:03:22.118Z");
    insta::assert_snapshot!(canonical("after:now-1h30m before:now+500ms"), @"after:2026-04-11T12:33:22.118Z before:2026-04-11T14:03:22.618Z");
    insta::assert_snapshot!(canonical("after:2026-04-11"), @"after:2026-04-11T00:00:00.000Z");
    insta::assert_snapshot!(canonical("after:2026-04-11T14:03"), @"after:2026-04-11T14:03:00.000Z");
    insta::assert_snapshot!(canonical("after:2026-04-11T14:03:22.1189+07:00"), @"after:2026-04-11T07:03:22.118Z");
    insta::assert_snapshot!(canonical("after:14:03 before:14:03:22.5"), @"after:2026-04-11T14:03:00.000Z before:2026-04-11T14:03:22.500Z");
    insta::assert_snapshot!(canonical("after:1775916202118 before:-5"), @"after:2026-04-11T14:03:22.118Z before:1969-12-31T23:59:59.995Z");
    insta::assert_snapshot!(canonical("time:now-2d..now last:5m time:..0"), @"time:2026-04-09T14:03:22.118Z..2026-04-11T14:03:22.118Z after:2026-04-11T13:58:22.118Z before:1970-01-01T00:00:00.000Z");
    insta::assert_snapshot!(canonical("after:9223372036854775807"), @"after:9223372036854775807");
}

#[test]
fn sizes_have_units() {
    insta::assert_snapshot!(canonical("size:>1k size:<=2M size:512 size:100..1.5k size:1kb.."), @"size:>=1025 size:<=2097152 size:512 size:100..1536 size:>=1024");
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let texts = [
        "amount:>",
        "a or",
        "or a",
        "a and",
        "(a",
        "a)",
        "()",
        "-",
        "- a",
        "\"abc",
        r"a:\q",
        "size:big",
        "size:<0",
        "size:99999999999999999999",
        "size:>1..2",
        "after:yesterday",
        "after:now-5",
        "time:now",
        "last:soon",
        "seq:12x",
        "has:",
        "has:a..b",
        "type:>x",
        "shard:0,",
        "a:>true",
        "a:>b*",
        "Ord*",
        "$.a['b:1",
        "shard:",
        "é:",
        "nowé after:nowé",
        "after:now--5m",
    ];
    insta::assert_snapshot!(texts.map(refused).join("\n"), @r#"
    amount:>⟨⟩ expected a value: a number, a word, "a text", true, false or null
    a or⟨⟩ expected a condition
    ⟨or⟩ a expected a condition before `or`
    a and⟨⟩ expected a condition
    ⟨(⟩a this parenthesis is not closed
    a⟨)⟩ no parenthesis is open here
    (⟨)⟩ expected a condition before `)`
    ⟨-⟩ expected a condition right after `-`
    ⟨-⟩ a expected a condition right after `-`
    ⟨"⟩abc this quote is not closed
    a:⟨\⟩q expected an escape: \n, \r, \t, \u{1f600}, or `\` before a mark such as " or *
    size:⟨big⟩ expected a size, such as 512, 1k, 2M or 100..2k
    size:<⟨0⟩ no size is less than 0
    size:⟨99999999999999999999⟩ that size is too large
    size:>⟨1..2⟩ a range stands right after `size:`
    after:⟨yesterday⟩ expected a time: now-5m, 14:03:22, 2026-04-11, 2026-04-11T14:03:22.118Z or milliseconds since 1970
    after:⟨now-5⟩ expected a time: now-5m, 14:03:22, 2026-04-11, 2026-04-11T14:03:22.118Z or milliseconds since 1970
    time:⟨now⟩ expected a date, or two times with `..` between, each a time: now-5m, 14:03:22, 2026-04-11, 2026-04-11T14:03:22.118Z or milliseconds since 1970
    last:⟨soon⟩ expected a length of time, such as 30s, 5m, 2h, 1h30m or 7d
    seq:⟨12x⟩ a sequence number has decimal digits only, and character 3 is none
    has:⟨⟩ expected a field name
    has:a.⟨.⟩b expected a field name
    type⟨:>⟩x expected `:` after `type`
    shard:0,⟨⟩ expected a shard's number or id, such as 0,2
    a:>⟨true⟩ only numbers and texts can be less or greater
    a:>⟨b*⟩ only numbers and texts can be less or greater
    ⟨Ord*⟩ `*` stands for any text only after a field, as in type:Order*; in quotes it is itself
    $.a[⟨'⟩b:1 expected a closing quote
    shard:⟨⟩ expected a shard's number or id, such as 0,2
    é:⟨⟩ expected a value: a number, a word, "a text", true, false or null
    nowé after:⟨nowé⟩ expected a time: now-5m, 14:03:22, 2026-04-11, 2026-04-11T14:03:22.118Z or milliseconds since 1970
    after:⟨now--5m⟩ expected a time: now-5m, 14:03:22, 2026-04-11, 2026-04-11T14:03:22.118Z or milliseconds since 1970
    "#);
}

#[test]
fn hostile_text_is_refused_and_overflows_nothing() {
    let message = |text: String| match parse(&text, NOW) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    };
    insta::assert_snapshot!(message("(".repeat(60_000)), @"parentheses and negations go at most 64 deep");
    insta::assert_snapshot!(message("-".repeat(60_000) + "a"), @"parentheses and negations go at most 64 deep");
    insta::assert_snapshot!(message("not ".repeat(15_000) + "a"), @"parentheses and negations go at most 64 deep");
    insta::assert_snapshot!(message("a ".repeat(500_000)), @"a filter has at most 65536 bytes");
    insta::assert_snapshot!(message("é".repeat(1_001)), @"a text to look for has at most 1000 characters");
    let flat = filter("a:1 or ".repeat(9_000).trim_end_matches(" or "));
    assert!(matches!(flat, Filter::Any(parts) if parts.len() == 9_000));
    let deep = "(".repeat(MAX_DEPTH) + "a" + &")".repeat(MAX_DEPTH);
    assert_eq!(canonical(&deep), "a");
}

#[test]
fn what_cannot_be_seen_is_escaped() {
    let filter = Filter::Contains {
        text: "a\u{202E}\0\n\"b\\".into(),
        case_sensitive: true,
    };
    insta::assert_snapshot!(filter, @r#""a\u{202e}\u{0}\n\"b\\""#);
}

proptest! {
    #[test]
    fn the_shown_text_is_the_same_filter(filter in arbitrary::wild_filter()) {
        let text = filter.to_string();
        prop_assert_eq!(parse(&text, NOW), Ok(filter), "{}", text);
    }

    #[test]
    fn what_is_read_is_shown_and_read_again(text in r#"((type|a\.b|size|after|-|not|or|and|\(|\)|"|:|>|=|\*|\\|x|1|k|\.\.|,| ){1,2}){0,12}"#) {
        if let Ok(filter) = parse(&text, NOW) {
            let shown = filter.to_string();
            prop_assert_eq!(parse(&shown, Millis(0)), Ok(filter), "{}", shown);
        }
    }

    #[test]
    fn no_text_makes_it_panic_and_errors_are_at_whole_characters(text in any::<String>(), now in any::<i64>()) {
        if let Err(error) = parse(&text, Millis(now)) {
            prop_assert!(text.get(error.at.clone()).is_some(), "{:?} in {:?}", error, text);
        }
    }
}
