use super::*;
use rand::{SeedableRng, rngs::StdRng};
use record::Millis;

fn message(text: &str, format: MessageFormat, key: &str) -> Message {
    Message {
        text: text.to_owned(),
        format,
        key: key.to_owned(),
        explicit_hash_key: None,
        is_literal: false,
        encoding: Encoding::None,
    }
}

fn made(message: &Message) -> Made {
    let recipe = message.read().expect("a recipe");
    let mut variables = Variables {
        now: Millis(0),
        seq: 3,
        random: &mut StdRng::seed_from_u64(1),
    };
    recipe.make(&mut variables, &Limits::of_stream(None))
}

fn json(text: &str, key: &str) -> Made {
    made(&message(text, MessageFormat::Json, key))
}

#[track_caller]
fn problem(made: &Made) -> (MessageField, &str, Option<(usize, usize)>) {
    let [problem] = &made.problems[..] else {
        panic!("{:?}", made.problems)
    };
    (problem.field, &problem.message, problem.place)
}

#[test]
fn variables_and_paths_make_the_key() {
    let made = json(r#"{"order":{"id":"o-{{seq}}"}}"#, "{{seq}}/{$.order.id}");
    assert_eq!(made.problems, []);
    assert_eq!(made.entry.key, "3/o-3");
    assert_eq!(&made.entry.data[..], br#"{"order":{"id":"o-3"}}"#);
    assert_eq!(made.text, r#"{"order":{"id":"o-3"}}"#);
}

#[test]
fn a_fault_in_json_is_placed_in_the_text_that_was_written() {
    let made = json("{\n  \"id\": \"{{uuid}}\" \"b\": 1\n}", "k");
    let (field, message, place) = problem(&made);
    assert_eq!((field, place), (MessageField::Text, Some((2, 20))));
    assert!(
        message.starts_with("this is no JSON: expected"),
        "{message}"
    );
    // fine with a number in its place, and not with what it becomes
    let made = json(r#"{"at": {{now}}}"#, "k");
    assert_eq!(problem(&made).0, MessageField::Text);
}

#[test]
fn base64_is_bytes_and_text_is_text() {
    let made = |text, format| made(&message(text, format, "k"));
    assert_eq!(
        &made("/wA=\n", MessageFormat::Base64).entry.data[..],
        [255, 0]
    );
    assert_eq!(
        problem(&made("/w=A", MessageFormat::Base64)).0,
        MessageField::Text
    );
    assert_eq!(
        &made("not {json", MessageFormat::Text).entry.data[..],
        b"not {json"
    );
}

#[test]
fn a_payload_can_be_written_down_and_read_again() {
    for (payload, format) in [
        (&b"{\"a\": 1e400}"[..], MessageFormat::Json),
        (b"hello\n\tworld", MessageFormat::Text),
        (b"\x1f\x8b\x08", MessageFormat::Base64),
        (b"a\0b", MessageFormat::Base64),
    ] {
        let (found, text) = MessageFormat::of_payload(payload);
        assert_eq!(found, format);
        assert_eq!(&made(&message(&text, found, "k")).entry.data[..], payload);
    }
}

#[test]
fn each_part_has_its_own_problem() {
    assert_eq!(problem(&json("{}", "{$.nope}")).0, MessageField::Key);
    assert_eq!(problem(&json("{}", "  ")).0, MessageField::Key);
    assert_eq!(problem(&json("{}", &"k".repeat(257))).0, MessageField::Key);
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    assert_eq!(problem(&json(&large, "k")).0, MessageField::Text);
    let wrong = Message {
        explicit_hash_key: Some("-1".to_owned()),
        ..message("a\n{{nope}}", MessageFormat::Text, "{{no")
    };
    let problems = wrong.read().expect_err("three problems");
    let found: Vec<_> = problems.iter().map(|p| (p.field, p.place)).collect();
    let expected = [
        (MessageField::Text, Some((2, 1))),
        (MessageField::Key, None),
        (MessageField::HashKey, None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_explicit_hash_key_is_taken_and_an_empty_one_is_none() {
    let with = |hash: &str| Message {
        explicit_hash_key: Some(hash.to_owned()),
        ..message("{}", MessageFormat::Json, "k")
    };
    assert_eq!(made(&with(" 7 ")).entry.explicit_hash_key, Some(HashKey(7)));
    assert_eq!(made(&with(" ")).entry.explicit_hash_key, None);
}

#[test]
fn a_key_is_taken_out_of_the_payload_before_it_is_packed() {
    let text = format!(r#"{{"id":"o-{{{{seq}}}}","note":"{}"}}"#, "x".repeat(2_000));
    let plain = made(&message(&text, MessageFormat::Json, "{$.id}"));
    for encoding in [
        Encoding::Gzip,
        Encoding::Zlib,
        Encoding::Zstd,
        Encoding::Base64,
    ] {
        let packed = made(&Message {
            encoding,
            ..message(&text, MessageFormat::Json, "{$.id}")
        });
        assert_eq!(packed.problems, []);
        assert_eq!(packed.entry.key, "o-3");
        assert_eq!(packed.text, plain.text, "it is shown as it was written");
        assert_eq!(packed.plain_bytes, plain.entry.data.len());
        let encoded = encoding.encode(plain.entry.data.clone());
        assert_eq!(packed.entry.data, encoded.expect("packed"));
    }
}

#[test]
fn what_is_packed_has_to_fit() {
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    let packed = Message {
        encoding: Encoding::Gzip,
        ..message(&large, MessageFormat::Json, "k")
    };
    assert_eq!(made(&packed).problems, []);
    let digits = Message {
        encoding: Encoding::Base64,
        ..message(&"x".repeat(900_000), MessageFormat::Text, "k")
    };
    assert_eq!(problem(&made(&digits)).0, MessageField::Text);
}
