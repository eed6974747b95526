use super::*;
use crate::{arbitrary, parse};
use proptest::prelude::*;
use record::Millis;

/// `?` for no bound, `&` and `|` between parts, texts as they are or `~text` in any case.
fn shown(required: &Required) -> String {
    let join = |parts: &[Required], mark| {
        let parts: Vec<_> = parts.iter().map(shown).collect();
        format!("({})", parts.join(mark))
    };
    match required {
        Required::Anything => "?".to_owned(),
        Required::Bytes { bytes, any_case } => {
            let mark = if *any_case { "~" } else { "" };
            format!("{mark}{}", String::from_utf8_lossy(bytes))
        }
        Required::All(parts) => join(parts, " & "),
        Required::Any(parts) => join(parts, " | "),
    }
}

fn required(text: &str) -> String {
    shown(&parse(text, Millis(0)).expect("a filter").required())
}

#[test]
fn texts_are_required_as_they_are_written() {
    insta::assert_snapshot!(required("\"Free text\""), @"Free text");
    insta::assert_snapshot!(required("Paid"), @"~paid");
    insta::assert_snapshot!(required("Status"), @"(~status | ſ)");
    insta::assert_snapshot!(required("Ёлка-1"), @"~-1");
    insta::assert_snapshot!(required("Ёлка"), @"?");
    insta::assert_snapshot!(required(r#"text:"\"Mül/x\"""#), @"(~m & ~l & ~x)");
    insta::assert_snapshot!(required("a or b (c or -d)"), @"(~a | ~b)");
}

#[test]
fn values_may_be_written_with_escapes() {
    insta::assert_snapshot!(required("order.id:ord-7"), @r#"(("order" | \u) & ("id" | \u | \"id\) & ("ord-7" | \u | \"ord-7\))"#);
    // below a string, quotes are escaped themselves
    insta::assert_snapshot!(required("c[1]:x"), @r#"(("c" | \u) & ("x" | \u | \"x\))"#);
    insta::assert_snapshot!(required("url:\"a/b c\""), @r#"(("url" | \u) & ((a & b c) | \u))"#);
    insta::assert_snapshot!(required("a:Order*Paid"), @r#"(("a" | \u) & ((Order & Paid) | \u))"#);
    insta::assert_snapshot!(required("a:>5 has:b[0]"), @r#"(("a" | \u) & ("b" | \u))"#);
    insta::assert_snapshot!(required("a:true"), @r#"(("a" | \u) & true)"#);
    insta::assert_snapshot!(required("a:\"\u{FFFD}\""), @r#"("a" | \u)"#);
}

#[test]
fn expressions_give_their_literals() {
    insta::assert_snapshot!(required("/time(d )?out: [0-9]+ms/"), @"(time & out:  & ms)");
    insta::assert_snapshot!(required("/(paid|void) (order)/"), @"((paid | void) &  order)");
    insta::assert_snapshot!(required("/paid\\b/i"), @"~paid");
    insta::assert_snapshot!(required("/tasks/i"), @"~ta");
    insta::assert_snapshot!(required("/a*|b/"), @"?");
    insta::assert_snapshot!(required("type:/x/ -/y/"), @"?");
    insta::assert_snapshot!(required(r#"a:/b"c/"#), @r#"(("a" | \u) & ((b & c) | \u))"#);
}

proptest! {
    #[test]
    fn no_matching_payload_lacks_it(filter in arbitrary::filter(), record in arbitrary::record()) {
        let subject = record.subject();
        let required = filter.required();
        prop_assert!(
            required.is_in(subject.said()) || !filter.matches(&subject),
            "{} needs {}", filter, shown(&required)
        );
    }

    #[test]
    fn any_spelling_of_a_value_is_found(
        key in r#"[a/"é\\]{1,3}"#,
        value in r#"[ab/"\\\n\u{FFFD}K]{0,4}"#,
        escaped in proptest::collection::vec(any::<bool>(), 8),
    ) {
        let payload = format!("{{{}:{}}}", arbitrary::spelled(&key, &escaped), arbitrary::spelled(&value, &escaped));
        let field = Path::new(vec![Segment::Key(key)]);
        for literal in [
            Literal::Text(value.clone()),
            Literal::Like(format!("*{}", value.replace('\\', r"\\"))),
        ] {
            let filter = Filter::Compare { field: field.clone(), comparison: Comparison::Equal, value: literal };
            prop_assert!(filter.required().is_in(payload.as_bytes()), "{} in {}", filter, payload);
            prop_assert!(crate::matcher::tests::takes_payload(&filter, payload.as_bytes()), "{} takes {}", filter, payload);
        }
    }
}
