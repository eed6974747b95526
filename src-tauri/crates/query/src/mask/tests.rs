use super::*;
use proptest::prelude::*;

fn masks(rules: &[MaskRule]) -> Masks {
    Masks::new(rules, RandomState::new()).expect("rules")
}
fn path(text: &str) -> MaskRule {
    MaskRule::Path(Path::parse(text).expect("a path"))
}
fn name(text: &str) -> MaskRule {
    MaskRule::Name(text.to_owned())
}
fn pattern(text: &str) -> MaskRule {
    MaskRule::Pattern(text.to_owned())
}

/// Each mask as `*`, so that tests do not depend on the salt.
fn shown(masks: &Masks, text: &str) -> String {
    let shown = String::from_utf8(masks.payload(text.as_bytes()).into_owned()).expect("text");
    Regex::new("masked-[0-9a-f]{10}")
        .expect("a pattern")
        .replace_all(&shown, "*")
        .into_owned()
}

#[test]
fn without_rules_nothing_is_copied() {
    assert!(matches!(
        Masks::default().payload(b"{}"),
        Cow::Borrowed(b"{}")
    ));
    assert!(matches!(
        masks(&[]).payload(b"\xFF"),
        Cow::Borrowed(b"\xFF")
    ));
}

#[test]
fn a_path_covers_what_lies_in_it_and_leaves_the_rest_as_it_was_written() {
    let masks = masks(&[path("$.customer"), path("$.lines.sku")]);
    let text = r#"{ "id" : 1.50, "customer":{"name":"Ada","age":36,"vip":null,"tags":["a"]},
        "lines":[{"sku":"x-1","n":1},{"sku":"x-2","n":2}], "e":"caf\u00e9" }"#;
    let expected = r#"{ "id" : 1.50, "customer":{"name":"*","age":"*","vip":null,"tags":["*"]},
        "lines":[{"sku":"*","n":1},{"sku":"*","n":2}], "e":"caf\u00e9" }"#;
    assert_eq!(shown(&masks, text), expected);
}

#[test]
fn a_path_with_an_index_names_one_element() {
    let masks = masks(&[path("$.lines[1].sku")]);
    let text = r#"{"lines":[{"sku":"a"},{"sku":"b"}]}"#;
    assert_eq!(
        shown(&masks, text),
        r#"{"lines":[{"sku":"a"},{"sku":"*"}]}"#
    );
}

#[test]
fn a_name_is_found_at_any_depth_in_any_case_and_however_it_is_escaped() {
    let masks = masks(&[name("cardNumber")]);
    let text = r#"[{"CARDNUMBER":"4111"},{"a":{"card\u004eumber":4111}},{"cardNumbers":"kept"}]"#;
    let expected = r#"[{"CARDNUMBER":"*"},{"a":{"card\u004eumber":"*"}},{"cardNumbers":"kept"}]"#;
    assert_eq!(shown(&masks, text), expected);
}

#[test]
fn a_pattern_masks_what_it_finds_in_keys_values_and_text() {
    let masks = masks(&[pattern(r"\d{4}-\d{4}")]);
    assert_eq!(
        shown(&masks, r#"{"of 1234-5678":"a 1234-5678 b","n":12345678}"#),
        r#"{"of *":"a * b","n":12345678}"#
    );
    assert_eq!(shown(&masks, "card 1234-5678 declined"), "card * declined");
    assert_eq!(shown(&masks, r#"{"x":"1234\u002d5678"}"#), r#"{"x":"*"}"#);
}

#[test]
fn the_same_text_has_the_same_mask_and_another_run_another_one() {
    let rules = [name("id")];
    let (first, second) = (masks(&rules), masks(&rules));
    let of = |masks: &Masks, text: &str| masks.payload(text.as_bytes()).into_owned();
    assert_eq!(
        of(&first, r#"{"id":"a"}"#),
        of(&first, r#"{"id":"\u0061"}"#)
    );
    assert_ne!(of(&first, r#"{"id":"a"}"#), of(&first, r#"{"id":"b"}"#));
    assert_ne!(of(&first, r#"{"id":"a"}"#), of(&second, r#"{"id":"a"}"#));
}

#[test]
fn json_within_a_string_is_masked_from_its_own_root_too() {
    let masks = masks(&[path("$.card")]);
    let text = r#"{"Message":"{\"card\":\"4111\",\"ok\":1}","note":"[ERROR] card","cut":"{\"card\":\"41"}"#;
    let expected =
        r#"{"Message":"{\"card\":\"*\",\"ok\":1}","note":"[ERROR] card","cut":"{\"card\"…"}"#;
    assert_eq!(shown(&masks, text), expected);
    let said = r#"{"log":"INFO {\"card\":\"4111\"} was read","deep":"\"{\\\"card\\\":1}\""}"#;
    let expected = r#"{"log":"INFO {\"card\":\"*\"} …","deep":"\"{\\\"card\\\":\\\"*\\\"}\""}"#;
    assert_eq!(shown(&masks, said), expected);
}

#[test]
fn what_a_path_finds_below_a_string_is_masked_however_the_string_is_written() {
    for (rule, text) in [
        ("$.msg[0].email", "[\n  {\n    \"email\": \"4111\"\n  }\n]"),
        ("$.msg[0].email", "[ {\"email\":\"4111\"}]"),
        ("$.msg[1].email", "[true,{\"email\":4111}]"),
        ("$.msg[0][0]", "[[\"4111\"]]"),
        ("$.msg[0]", " [4111, 2]"),
        ("$.msg.email", "{\r\n  \"email\":\"4111\"}"),
        ("$.msg.email", "{\t\"email\":\"4111\"}"),
        ("$.msg.email", "{  \"email\":\"{\\\"a\\\":4111}\"}"),
        ("$.msg.email.a", "{\"email\":\"{  \\\"a\\\":4111}\"}"),
    ] {
        let mut payload = "{\"msg\":".to_owned();
        decode::push_json_text(&mut payload, text);
        payload.push('}');
        let rule = Path::parse(rule).expect("a path");
        assert!(
            decode::find(payload.as_bytes(), &rule).is_some(),
            "{payload}"
        );
        let all = [MaskRule::Path(rule), name("email"), name("msg")];
        let rules = if text.contains("email") {
            &all[..]
        } else {
            &all[..1]
        };
        for rule in rules {
            let shown = shown(&masks(std::slice::from_ref(rule)), &payload);
            assert!(!shown.contains("4111"), "{rule:?}: {payload} is {shown}");
        }
    }
    let masks = masks(&[path("$.msg.card")]);
    let said = r#"{"msg":"[1] order [INFO] {} {card} [ ] was read"}"#;
    assert_eq!(
        shown(&masks, said),
        said,
        "words in brackets are no document"
    );
}

/// Each bracket would be asked about all that is around it: this test would not end.
#[test]
fn what_is_open_too_deep_is_masked_as_a_whole() {
    let masks = masks(&[path("$.m.a.card")]);
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{}4111{}", open.repeat(levels), close.repeat(levels))
    };
    assert_eq!(shown(&masks, &deep("[", "]", 100)), deep("[", "]", 100));
    assert!(!shown(&masks, &deep("[", "]", 300_000)).contains("4111"));
    let mut payload = "{\"m\":".to_owned();
    decode::push_json_text(&mut payload, &deep("{\"a\":", "}", 60_000));
    payload.push('}');
    assert!(!shown(&masks, &payload).contains("4111"));
}

#[test]
fn a_path_counts_from_what_an_envelope_carries_too_in_both_writings() {
    let image = r#"{"dynamodb":{"NewImage":{"who":{"M":{"card":{"S":"4111"}}},"n":{"N":"1"}}}}"#;
    let hidden = r#"{"dynamodb":{"NewImage":{"who":{"M":{"card":{"S":"*"}}},"n":{"N":"1"}}}}"#;
    for rule in [
        "$.who.card",
        "$.new.who.card",
        "$.dynamodb.NewImage.who.card",
    ] {
        let masks = masks(&[path(rule)]);
        assert_eq!(shown(&masks, image), hidden, "{rule}");
        assert_eq!(
            shown(&masks, r#"{"who":{"card":"4111"}}"#),
            r#"{"who":{"card":"*"}}"#,
            "{rule}: what was carried, alone"
        );
    }
    let whole = r#"{"dynamodb":{"NewImage":{"who":{"M":{"card":{"S":"*"}}},"n":{"N":"*"}}}}"#;
    for rule in [path("$.new"), name("New"), name("newimage")] {
        let masks = masks(&[rule]);
        assert_eq!(shown(&masks, image), whole);
        let alone = masks.unpacked(br#"{"who":1}"#).into_owned();
        assert!(alone.starts_with(b"masked-"), "its own way is not known");
    }
    let deep = masks(&[path("$.card")]);
    let text = r#"{"detail":{"card":1},"other":{"card":2}}"#;
    assert_eq!(
        shown(&deep, text),
        r#"{"detail":{"card":"*"},"other":{"card":2}}"#
    );
}

#[test]
fn what_is_masked_already_stays_and_is_known_as_such() {
    let masks = masks(&[name("id")]);
    let once = masks.payload(br#"{"id":"a"}"#).into_owned();
    assert_eq!(masks.payload(&once), once);
    assert!(holds_mask(&String::from_utf8(once).expect("text")));
    assert!(!holds_mask("masked-12345678 and masked-0123456XYZ"));
}

#[test]
fn keys_types_and_remarks_are_hidden_by_their_names_and_by_patterns() {
    let names = ["partitionKey", "key"];
    let hides = |rule: MaskRule, text: &str| masks(&[rule]).text(&names, text) != text;
    assert!(hides(name("PartitionKey"), "a-1"));
    assert!(hides(path("$.partitionKey"), "a-1"));
    assert!(hides(pattern("[0-9]"), "a-1"));
    assert!(!hides(name("other"), "a-1"));
    assert_eq!(masks(&[pattern("[0-9]")]).remark("log group"), "log group");
    assert_ne!(masks(&[name("x")]).remark("log group"), "log group");
    let all = Masks::of_everything(RandomState::new());
    assert!(!all.is_empty());
    assert!(all.payload(b"{}").starts_with(b"masked-"));
    assert!(all.text(&[], "a").starts_with("masked-"));
}

#[test]
fn what_is_cut_is_told_as_far_as_it_was_read() {
    let masks = masks(&[name("card")]);
    assert_eq!(shown(&masks, r#"{"a":1,"card":"41"#), r#"{"a":1,"card"…"#);
    assert_eq!(
        shown(&masks, r#"{"a":1,"b":"x","car"#),
        r#"{"a":1,"b":"x"…"#
    );
}

#[test]
fn documents_after_each_other_are_each_masked_and_what_is_broken_ends_it() {
    let masks = masks(&[name("card")]);
    let text = "{\"card\":1}\n{\"card\":2}\n";
    assert_eq!(shown(&masks, text), "{\"card\":\"*\"}\n{\"card\":\"*\"}\n");
    assert_eq!(shown(&masks, "{\"a\":1} card=4111"), "{\"a\":1} …");
}

#[test]
fn what_no_rule_can_read_is_masked_as_a_whole() {
    let by_name = masks(&[name("card")]);
    for text in [
        "card=4111",
        "<card>4111</card>",
        "[ERROR] card 4111",
        "{card: 4111}",
    ] {
        assert_eq!(shown(&by_name, text), "*", "{text}");
    }
    let by_pattern = masks(&[pattern("4111")]);
    assert_eq!(shown(&by_pattern, "<card>4111</card>"), "<card>*</card>");
    // gzip, and base64 of `{"card":4111}`
    assert!(
        by_pattern
            .payload(b"\x1F\x8B\x08\xFF")
            .starts_with(b"masked-")
    );
    assert_eq!(shown(&by_pattern, "eyJjYXJkIjo0MTExfQ=="), "*");
    assert_eq!(
        shown(&by_pattern, r#"{"data":"eyJjYXJkIjo0MTExfQ=="}"#),
        r#"{"data":"*"}"#
    );
    // ids are no packed text
    let id = r#"{"id":"550e8400-e29b-41d4-a716-446655440000","n":"1234567890123456"}"#;
    assert_eq!(shown(&by_pattern, id), id);
}

#[test]
fn rules_that_cannot_be_used_are_refused_by_number() {
    let problem = |rules: &[MaskRule]| {
        let refused = Masks::new(rules, RandomState::new());
        refused.expect_err("it is refused").to_string()
    };
    assert_eq!(problem(&[name("a"), name("")]), "mask 1: the name is empty");
    assert_eq!(
        problem(&[pattern("a*")]),
        "mask 0: the regular expression matches an empty text"
    );
    let refused = Masks::new(&[pattern("ab(")], RandomState::new());
    let refused = refused.expect_err("it is open").problem;
    assert!(matches!(refused, MaskProblem::Pattern { at, .. } if at == (2..3)));
    assert!(problem(&[pattern("(?:a{1000}){1000}")]).contains("large"));
}

/// A secret somewhere in a document, under a name that is masked.
fn document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just(r#""text""#.to_owned()),
        Just(r#"{"card":"SECRET-4111"}"#.to_owned()),
        Just(r#"{"Card":["SECRET-4111",{"deep":"SECRET-4111"}]}"#.to_owned()),
        Just(r#""{\"card\":\"SECRET-4111\"}""#.to_owned()),
        Just(r#""[{\"x\":\"{\\\"card\\\":\\\"SECRET-4111\\\"}\"}]""#.to_owned()),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|all| format!("[{}]", all.join(" , "))),
            prop::collection::vec(("[a-c]{1,2}", inner), 0..6).prop_map(|all| {
                let all: Vec<_> = all
                    .iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", all.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_part_of_a_document_tells_a_masked_value(text in document(), cut in 0usize..400) {
        let masks = masks(&[name("card")]);
        let part = &text[..cut.min(text.len())];
        for text in [text.as_str(), part] {
            prop_assert!(!shown(&masks, text).contains("SECRET"), "{}", shown(&masks, text));
        }
    }

    #[test]
    fn any_bytes_are_masked_without_a_panic_and_what_is_json_stays_json(bytes in prop::collection::vec(any::<u8>(), 0..200), text in document()) {
        let masks = masks(&[name("card"), pattern("[0-9]{2}"), path("$.a.b")]);
        masks.payload(&bytes);
        let shown = masks.payload(text.as_bytes()).into_owned();
        if text.starts_with(['{', '[']) {
            prop_assert!(decode::json_events(&shown).all(|event| event.is_ok()));
        }
    }
}
