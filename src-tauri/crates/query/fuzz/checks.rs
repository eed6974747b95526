//! What must hold of any text, for the fuzz targets, the property tests and the committed corpus.

use query::{
    FilterError, Marks, Question, Run, Seen, Subject, Token, complete, complete_question, narrowed,
    parse, question_tokens, read,
};
use record::{Millis, SequenceNumber, ShardId};

const NOW: Millis = Millis(1_775_916_202_118);

const PAYLOADS: [&str; 4] = [
    r#"{"type":"A","a":1,"b":{"a":"x y","c":[1.0,"1",null]},"text":"a=1 b=2"}"#,
    r#"{"a":"1","\u0061b":true,"b":{"a":null}}"#,
    "a plain text: a=1",
    "",
];

/// Reading, showing, colouring, completing, editing.
pub fn filter(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let reading = read(text, NOW);
    assert_tokens(text, &reading.tokens);
    let completion = complete(text, bytes.len() / 2, &seen());
    assert!(text.get(completion.at).is_some());
    match reading.filter {
        Err(error) => assert_place(text, &error),
        Ok(filter) => {
            assert_eq!(uncovered(text, &reading.tokens).trim(), "");
            let shown = filter.to_string();
            if shown.len() <= query::MAX_TEXT_BYTES {
                assert_eq!(parse(&shown, Millis(0)).as_ref(), Ok(&filter), "{shown}");
            }
            let more = parse("zz:1", NOW).expect("a filter");
            if let Ok(narrow) = narrowed(text, &more, NOW)
                && narrow.len() <= query::MAX_TEXT_BYTES
            {
                assert!(parse(&narrow, NOW).is_ok(), "{narrow}");
            }
        }
    }
}

/// Reading, colouring, running in halves and as a whole.
pub fn question(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    assert_tokens(text, &question_tokens(text, NOW));
    let completion = complete_question(text, bytes.len() / 2, &seen(), NOW);
    assert!(text.get(completion.at).is_some());
    match Question::parse(text, NOW) {
        Err(error) => assert_place(text, &error),
        Ok(question) => {
            let [mut whole, mut left, mut right] = [(); 3].map(|()| Run::new(&question));
            for (handle, payload) in (0..).zip(PAYLOADS) {
                with_subject(payload.as_bytes(), handle, |subject| {
                    whole.push(subject, handle);
                    let half = if handle % 2 == 0 {
                        &mut left
                    } else {
                        &mut right
                    };
                    half.push(subject, handle);
                });
            }
            left.merge(right);
            let table = whole.answer();
            assert!(
                table
                    .rows
                    .iter()
                    .all(|row| row.cells.len() == table.columns.len())
            );
            assert_eq!(left.answer(), table);
        }
    }
}

/// A filter and a payload, with a line end between.
pub fn matching(bytes: &[u8]) {
    let end = bytes
        .iter()
        .position(|&b| b == b'\n')
        .unwrap_or(bytes.len());
    let payload = bytes.get(end + 1..).unwrap_or_default();
    let filter = std::str::from_utf8(&bytes[..end])
        .ok()
        .and_then(|text| parse(text, NOW).ok());
    let Some(filter) = filter else { return };
    with_subject(payload, 0, |subject| {
        let matches = filter.matches(subject);
        assert!(!matches || filter.required().is_in(payload), "{filter}");
        assert!(!matches || filter.bounds().admits(subject), "{filter}");
        assert_eq!((!filter.clone()).matches(subject), !matches, "{filter}");
    });
    let mut seen = Seen::default();
    with_subject(payload, 0, |subject| seen.take(subject));
}

fn with_subject(payload: &[u8], handle: u64, then: impl FnOnce(&Subject<'_>)) {
    let shard: ShardId = "shardId-000000000001".parse().expect("a shard id");
    let sequence: SequenceNumber = "49590338271490256608559692538361571095921575989136588898"
        .parse()
        .expect("digits");
    then(&Subject {
        arrival: Millis(NOW.0 - handle as i64 * 1_000),
        stream: "orders",
        shard: &shard,
        partition_key: Some("key"),
        event_type: Some("A"),
        size_bytes: payload.len() as u64,
        sequence: &sequence,
        marks: Marks::NONE,
        payload,
        text: None,
        read_by: None,
    });
}

fn seen() -> Seen {
    let mut seen = Seen::default();
    for payload in PAYLOADS {
        with_subject(payload.as_bytes(), 0, |subject| seen.take(subject));
    }
    seen
}

fn assert_place(text: &str, error: &FilterError) {
    assert!(
        text.get(error.at.clone()).is_some(),
        "{error:?} in {text:?}"
    );
    assert!(!error.message.is_empty());
}

/// In order, apart and at whole characters.
fn assert_tokens(text: &str, tokens: &[Token]) {
    let mut end = 0;
    for token in tokens {
        assert!(token.at.start >= end, "{token:?} in {text:?}");
        assert!(
            text.get(token.at.clone())
                .is_some_and(|piece| !piece.is_empty()),
            "{token:?} in {text:?}"
        );
        end = token.at.end;
    }
}

/// What stands between the tokens.
fn uncovered(text: &str, tokens: &[Token]) -> String {
    let mut rest = String::new();
    let mut end = 0;
    for token in tokens {
        rest.push_str(&text[end..token.at.start]);
        end = token.at.end;
    }
    rest + &text[end..]
}
