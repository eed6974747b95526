//! Records read by a definition.

use super::*;
use crate::definition::DEMO;

fn read(payload: &str) -> Option<Reading<'_>> {
    let definition = Definition::parse(DEMO).expect("valid");
    let sequence: SequenceNumber = "7".parse().expect("a number");
    // the reading borrows from the payload only
    Extractor::new(&definition).read(&Record {
        handle: RecordHandle(1),
        shard: ShardKey(0),
        sequence: Box::leak(Box::new(sequence)),
        sub: 0,
        arrival: Millis(99),
        partition_key: Some("p"),
        payload: payload.as_bytes(),
        replayed: false,
    })
}

#[test]
fn an_envelope_is_read_in_one_pass() {
    let reading = read(
        r#"{"eventId":"e1","eventType":"PAYMENT_PROCESSED","timestamp":"2025-10-30T12:00:00.250Z","sagaId":"s1",
            "payload":{"orderId":"o1","service":"payment-service"}}"#,
    )
    .expect("a saga's event");
    assert_eq!(reading.ids.to_vec(), [(0, "s1".into()), (1, "o1".into())]);
    assert_eq!(reading.event.time, Millis(1_761_825_600_250));
    assert!(matches!(reading.kind, Said::Known(_)));
    assert_eq!(reading.source, Said::Text("payment-service".into()));
    assert!(reading.event.has_own_time && reading.event.id != 0 && reading.event.cause == 0);
}

#[test]
fn a_command_is_read_by_the_next_paths() {
    let reading =
        read(r#"{"commandType":"X","sagaId":17,"orderId":"o1"}"#).expect("a saga's command");
    assert_eq!(reading.ids[0], (0, "17".into()));
    assert_eq!(reading.kind, Said::Text("X".into()));
    assert_eq!(reading.source, Said::BuiltIn(BuiltIn::Stream));
    assert_eq!(
        reading.event.time,
        Millis(99),
        "the arrival stands in for a missing time"
    );
}

#[test]
fn what_carries_no_id_is_left_out() {
    for payload in [
        "",
        "{}",
        "[1]",
        "\u{1}",
        r#"{"sagaId":""}"#,
        r#"{"sagaId":null}"#,
        r#"{"sagaId":{}}"#,
    ] {
        assert!(read(payload).is_none(), "{payload}");
    }
    assert!(read(&format!(r#"{{"sagaId":"{}"}}"#, "x".repeat(2_000))).is_none());
}

fn extractor(correlate: &str) -> Extractor {
    let text = format!(
        "apiVersion: kinescope/v1\nsaga: bus\nversion: 1\nevent: {{ type: [$.eventType, \"$['detail-type']\", $.type], \
         id: [$.eventId, $.id], time: [$.time], source: [$.source, \"@stream\"] }}\n\
         correlate: {{ key: orderId, paths: [{{ at: {correlate} }}] }}\n"
    );
    Extractor::new(&Definition::parse(&text).expect("valid"))
}

fn record<'a>(sequence: &'a SequenceNumber, payload: &'a str) -> Record<'a> {
    Record {
        handle: RecordHandle(1),
        shard: ShardKey(0),
        sequence,
        sub: 0,
        arrival: Millis(99),
        partition_key: Some("p"),
        payload: payload.as_bytes(),
        replayed: false,
    }
}

#[test]
fn what_must_be_taken_apart_is_told_and_plain_json_is_not() {
    let sequence: SequenceNumber = "7".parse().expect("a number");
    let extractor = extractor("$.orderId");
    let look = |payload: &str| {
        let (reading, has_more) = extractor.read_stored(&record(&sequence, payload));
        (reading.is_some(), has_more)
    };
    let bus = r#"{"detail-type":"PAID","source":"shop","region":"r","detail":{"orderId":"o1"}}"#;
    for (payload, said) in [
        (r#"{"orderId":"o1","type":"PAID"}"#, (true, false)),
        ("{\"orderId\":\"o1\",\"type\":\"PAID\"}\n ", (true, false)),
        // nothing of a saga, and nothing within
        (r#"{"userId":"u1"}"#, (false, false)),
        (r#"{"orderId":"o1"}"#, (true, false)),
        // several documents
        (
            r#"{"orderId":"o1","type":"PAID"} {"orderId":"o2"}"#,
            (true, true),
        ),
        // no JSON
        ("H4sIAAAA", (false, true)),
        (r#""H4sIAAAA""#, (false, true)),
        // an envelope around the id
        (bus, (false, true)),
    ] {
        assert_eq!(look(payload), said, "{payload}");
    }
    // the definition's own paths lead into the envelope
    let inside = self::extractor("$.detail.orderId");
    let (reading, has_more) = inside.read_stored(&record(&sequence, bus));
    assert_eq!((reading.is_some(), has_more), (true, false));
}

#[test]
fn an_event_says_what_it_lacks_by_its_envelope() {
    let sequence: SequenceNumber = "7".parse().expect("a number");
    let fact = |name, value: &str| Fact {
        name,
        value: value.to_owned(),
    };
    let facts = [
        fact("type", "PAID"),
        fact("time", "2025-10-30T12:00:00Z"),
        fact("id", "outer"),
        fact("id", "inner"),
        fact("source", "shop"),
    ];
    let part = Part {
        number: 3,
        around: None,
        facts: &facts,
    };
    let extractor = extractor("$.orderId");
    let bare = record(&sequence, r#"{"orderId":"o1"}"#);
    let reading = extractor.read_part(&bare, &part).expect("a saga's event");
    assert_eq!(reading.kind, Said::Text("PAID".into()));
    assert_eq!(
        reading.source,
        Said::Text("shop".into()),
        "and not the stream's name"
    );
    assert_eq!(reading.event.time, Millis(1_761_825_600_000));
    assert_eq!((reading.event.part, reading.event.id), (3, hash(b"inner")));

    let own = r#"{"orderId":"o1","eventType":"DONE","eventId":"e","time":0,"source":"own"}"#;
    let own = record(&sequence, own);
    let reading = extractor.read_part(&own, &part).expect("a saga's event");
    assert_eq!(reading.kind, Said::Text("DONE".into()));
    assert_eq!(
        (reading.event.time, reading.event.id),
        (Millis(0), hash(b"e"))
    );

    // what lies around this event alone is read like the event, after it
    let around =
        r#"{"detail-type":"OUTER","id":"around","detail":{"orderId":"o1","type":"express"}}"#;
    let part = Part {
        number: 1,
        around: Some(around.as_bytes()),
        facts: &[],
    };
    let inner = record(&sequence, r#"{"orderId":"o1","type":"express"}"#);
    let reading = extractor.read_part(&inner, &part).expect("a saga's event");
    assert_eq!(
        reading.kind,
        Said::Text("OUTER".into()),
        "the first path that hits wins"
    );
    assert_eq!(reading.event.id, hash(b"around"));
    let deep = self::extractor("$.detail.orderId");
    assert!(deep.read_part(&inner, &part).is_some());
}
