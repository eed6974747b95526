use super::*;
use crate::{Marks, arbitrary, parse};
use proptest::prelude::*;

const ORDER: &str = r#"{"eventType":"ORDER_CREATED","timestamp":"2025-10-30T12:00:00.000Z",
    "payload":{"orderId":"ord-7919","amount":5129900000000000001,"price":"512.50","paid":false,
    "note":null,"lines":[{"sku":"A-1","qty":2},{"sku":"B-2","qty":1}],"detail-type":"x","name":"Jos\u00e9"}}"#;

/// Whether a filter takes the order above, which lies on shard 3 under the key `cust-42`.
fn takes(filter: &str) -> bool {
    let filter = parse(filter, Millis(0)).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let shard = "shardId-000000000003".parse().expect("a shard id");
    let sequence = "49590338271490256608559692538361571095921575989136588898"
        .parse()
        .expect("digits");
    let subject = Subject {
        arrival: Millis(1_000),
        stream: "order-events",
        shard: &shard,
        partition_key: Some("cust-42"),
        event_type: Some("ORDER_CREATED"),
        size_bytes: ORDER.len() as u64,
        sequence: &sequence,
        marks: Marks::NONE.with(Mark::Replayed),
        payload: ORDER.as_bytes(),
        text: None,
        read_by: None,
    };
    assert_eq!(filter.matches(&subject), filter.compile().matches(&subject));
    if !filter.needs_payload() {
        assert_eq!(
            filter.matches(&subject),
            filter.matches(&Subject {
                payload: b"",
                ..subject
            })
        );
    }
    filter.matches(&subject)
}

#[track_caller]
fn check(taken: &[&str], left: &[&str]) {
    for filter in taken {
        assert!(takes(filter), "left: {filter}");
    }
    for filter in left {
        assert!(!takes(filter), "taken: {filter}");
    }
}

#[test]
fn the_records_own_fields() {
    check(
        &[
            "type:ORDER_CREATED",
            "type:ORDER_*",
            "key:cust-42",
            "key:*-42",
            "stream:order-*",
            "-type:x",
        ],
        &[
            "type:order_created",
            "type:ORDER",
            "key:cust",
            "stream:orders",
            "-key:cust-42",
        ],
    );
    check(
        &[
            "shard:3",
            "shard:003",
            "shard:1,3",
            "shard:shardId-000000000003",
        ],
        &["shard:0", "shard:30", "shard:0x3"],
    );
    check(
        &["after:1000 before:1001", "size:>100", "size:1..1k"],
        &["before:1000", "after:1001", "size:<100"],
    );
    check(
        &["seq:49590338271490256608559692538361571095921575989136588898"],
        &["seq:4959"],
    );
}

#[test]
fn numbers_compare_by_their_exact_value() {
    check(
        &[
            "payload.amount:5129900000000000001",
            "payload.amount:>5129900000000000000",
            "payload.amount:<5129900000000000001.5",
        ],
        &[
            "payload.amount:5129900000000000000",
            "payload.amount:>5129900000000000001",
        ],
    );
    check(
        &[
            "payload.lines[0].qty:2.0",
            "payload.lines[1].qty:<2",
            "payload.price:>500",
            "payload.price:512.5",
        ],
        &[
            "payload.lines[0].qty:\"2\"",
            "payload.orderId:>1",
            "payload.lines[2].qty:1",
        ],
    );
}

#[test]
fn texts_truths_and_nulls_compare_with_their_like() {
    check(
        &[
            "payload.orderId:ord-7919",
            "payload.orderId:ord-*",
            "payload.name:José",
            "timestamp:>2025-10",
            "payload.paid:false",
        ],
        &[
            "payload.orderId:ORD-7919",
            "payload.paid:\"false\"",
            "payload.paid:true",
            "timestamp:<2025",
            "payload:ord",
        ],
    );
    check(
        &[
            "payload.note:null",
            "payload.note:!=5",
            "has:payload.note",
            "payload.lines:*",
        ],
        &["payload.gone:null", "payload.gone:!=5"],
    );
    check(
        &[
            "-payload.gone:5",
            "-has:payload.gone",
            "payload.detail-type:x",
        ],
        &["has:payload.gone"],
    );
}

#[test]
fn free_text_is_looked_for_in_the_payload_as_it_is_and_as_it_may_be_spelled() {
    check(
        &[
            "ord-7919",
            "ORD-7919",
            "\"ord-7919\"",
            "text:\"\\\"PAID\\\":false\"",
            "José",
            "JOSÉ",
            "\"José\"",
            "text:\"Jos\\\\u00e9\"",
            // an expression meets the bytes as they are written
            r"/Jos\\u00e9/",
        ],
        &["\"ORD-7919\"", "ord-7920", "\"JOSÉ\"", "Josè", "/José/"],
    );
}

#[test]
fn conditions_combine() {
    check(
        &[
            "type:x or key:cust-42",
            "type:ORDER_* payload.amount:>1",
            "-(type:x key:cust-42)",
            "",
            "*",
        ],
        &[
            "type:x or key:y",
            "type:ORDER_* payload.amount:<1",
            "-*",
            "-(type:x or key:cust-42)",
        ],
    );
    assert!(
        !Filter::Any(vec![]).matches(&empty_subject())
            && Filter::All(vec![]).matches(&empty_subject())
    );
}

pub(crate) fn empty_subject() -> Subject<'static> {
    use std::sync::LazyLock;
    static SHARD: LazyLock<ShardId> = LazyLock::new(|| "alpha".parse().expect("a shard id"));
    static SEQUENCE: LazyLock<SequenceNumber> = LazyLock::new(|| "0".parse().expect("digits"));
    Subject {
        arrival: Millis(0),
        stream: "s",
        shard: &SHARD,
        partition_key: None,
        event_type: None,
        size_bytes: 0,
        sequence: &SEQUENCE,
        marks: Marks::NONE,
        payload: b"",
        text: None,
        read_by: None,
    }
}

#[test]
fn what_is_absent_matches_no_condition() {
    let matches = |text: &str| {
        parse(text, Millis(0))
            .expect("a filter")
            .matches(&empty_subject())
    };
    assert!(!matches("key:*") && !matches("type:*") && !matches("$:*") && !matches("a"));
    assert!(matches("-key:*") && matches("size:0") && matches("shard:alpha"));
}

proptest! {
    #[test]
    fn the_shown_text_takes_the_same_records(filter in arbitrary::filter(), record in arbitrary::record()) {
        let again = parse(&filter.to_string(), Millis(0)).expect("a filter");
        prop_assert_eq!(again.matches(&record.subject()), filter.matches(&record.subject()));
    }

    #[test]
    fn not_is_the_opposite(filter in arbitrary::filter(), record in arbitrary::record()) {
        let subject = record.subject();
        prop_assert_eq!(filter.matches(&subject), !(!filter).matches(&subject));
    }

    #[test]
    fn no_bytes_make_it_panic(filter in arbitrary::wild_filter(), payload in any::<Vec<u8>>()) {
        filter.matches(&Subject { payload: &payload, ..empty_subject() });
    }

    #[test]
    fn a_raw_tree_takes_what_its_shortest_form_takes(
        parts in proptest::collection::vec(arbitrary::filter(), 0..4),
        record in arbitrary::record(),
    ) {
        let subject = record.subject();
        for (raw, short) in [
            (Filter::All(parts.clone()), Filter::all(parts.clone())),
            (Filter::Any(parts.clone()), Filter::any(parts.clone())),
        ] {
            let again = parse(&raw.to_string(), Millis(0)).expect("a filter");
            prop_assert_eq!(raw.matches(&subject), short.matches(&subject));
            prop_assert_eq!(raw.matches(&subject), again.matches(&subject));
        }
    }
}

/// Whether a filter takes a payload of which nothing else is known.
pub(crate) fn takes_payload(filter: &Filter, payload: &[u8]) -> bool {
    filter.matches(&Subject {
        payload,
        ..empty_subject()
    })
}

#[test]
fn expressions_are_found_anywhere() {
    check(
        &[
            r"/ord-\d{4}/",
            "/ORDER_created/i",
            "payload.orderId:/^ord/",
            "payload.amount:/^5129/",
            "payload.orderId=~/79/",
            "type:/CREATED$/",
            "key:/^cust-[0-9]+$/",
            "payload.orderId!=/^x/",
        ],
        &[
            "/ord-x/",
            "/ORDER_created/",
            "payload.orderId:/^79/",
            "payload.lines:/A-1/",
            "payload.paid:/false/",
            "type:/^CREATED/",
        ],
    );
}

#[test]
fn lists_ranges_and_likes_are_spelled_as_in_other_languages() {
    check(
        &[
            r#"payload.orderId in ["ord-1", ord-7919]"#,
            "type in [ORDER_CREATED]",
            "shard in [1, 3]",
            r#"payload.orderId like "d-79""#,
            "payload.orderId like /^ord/",
            r#"payload.orderId not like "x""#,
            "payload.lines[0].qty:1..2",
            "payload.price:500..",
            "ispresent(payload.note)",
            "payload.lines[0].qty not in [1, 3]",
            r#"type like "CREATED""#,
        ],
        &[
            "payload.orderId in [ORD-7919]",
            "type not in [ORDER_CREATED, b]",
            "payload.lines[0].qty:..1",
            "payload.lines[0].qty:!=1..2",
            "payload.lines[0].qty in [\"2\"]",
            r#"payload.orderId like "D-79""#,
            "not ispresent(payload.note)",
        ],
    );
}

#[test]
fn marks_are_what_is_known_and_undecoded_is_found_out() {
    check(
        &["is:replayed"],
        &["is:duplicate", "is:undecoded", "is:error"],
    );
    let undecoded = parse("is:undecoded", Millis(0)).expect("a filter");
    assert!(undecoded.needs_payload() && undecoded.asks_for(Mark::Undecoded));
    // the beginning of a gzip member and nothing more
    assert!(takes_payload(
        &undecoded,
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03broken"
    ));
    assert!(!takes_payload(&undecoded, b"text") && !takes_payload(&undecoded, b"{}"));
    let replayed = parse("a -(b is:replayed)", Millis(0)).expect("a filter");
    assert!(replayed.asks_for(Mark::Replayed) && !replayed.asks_for(Mark::Duplicate));
}

#[test]
fn a_field_may_be_any_events_and_no_line_hides_another() {
    let packed = b"START RequestId: 8f Version: $LATEST\n\xFD\n/group\n\xFF\n{\"orderId\":\"ord-7\"}\n\xFE\n{\"source\":\"shop\"}";
    let takes = |filter: &str, payload: &[u8], text: Option<&[u8]>| {
        parse(filter, Millis(0))
            .expect("a filter")
            .matches(&Subject {
                payload,
                text,
                ..empty_subject()
            })
    };
    for (filter, is_taken) in [
        ("orderId:ord-7", true),
        ("-orderId:ord-7", false),
        ("source:shop orderId:ord-7", true),
        ("has:orderId \"/group\" START", true),
        ("orderId:ord-8", false),
    ] {
        assert_eq!(takes(filter, b"", Some(packed)), is_taken, "{filter}");
    }
    let plain: [&[u8]; 4] = [
        b"{\"id\":1}\n{\"id\":2,\"x\":3}",
        b"{\"id\":1}{\"id\":2,\"x\":3}",
        b"{\"id\":1}\nnot JSON\n{\"id\":2,\"x\":3}\n",
        b"not JSON: {\n{\"id\":1}\n{\"id\":2,\"x\":3}",
    ];
    for payload in plain {
        for (filter, is_taken) in [
            ("id:2", true),
            ("-id:2", false),
            // of two events
            ("id:1 x:3", true),
            ("id:2 x:3", true),
            ("id:3", false),
            ("x.id:2", false),
            ("id!=1", true),
        ] {
            let shown = String::from_utf8_lossy(payload);
            assert_eq!(
                takes(filter, payload, None),
                is_taken,
                "{filter} on {shown}"
            );
        }
    }
}
