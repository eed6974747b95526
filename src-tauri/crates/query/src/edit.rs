//! "Filter by this value", "exclude it" and conditions that are switched on and off, as changes to the text of a filter.
//!
//! What a person typed stays as it was typed; only the condition itself comes or goes.

use crate::{Clock, Comparison, Filter, FilterError, Literal, Number, Reading, TextMatch, read};
use decode::{Path, Scalar};
use std::ops::Range;

impl Filter {
    /// The condition that a field has just this value. A list or an object has no value to compare:
    /// then the field is there.
    pub fn has_value(field: Path, value: &Scalar<'_>) -> Self {
        let value = match value {
            Scalar::Null => Literal::Null,
            Scalar::Bool(value) => Literal::Bool(*value),
            Scalar::Number(text) => match Number::parse(text) {
                Some(number) => Literal::Number(number),
                None => Literal::Text((*text).to_owned()),
            },
            Scalar::String(text) => Literal::Text(text.clone().into_owned()),
            Scalar::Object | Scalar::Array => return Self::Exists(field),
        };
        Self::Compare {
            field,
            comparison: Comparison::Equal,
            value,
        }
    }

    pub fn has_type(name: &str) -> Self {
        Self::Type(TextMatch::Is(name.to_owned()))
    }

    pub fn in_stream(name: &str) -> Self {
        Self::Stream(TextMatch::Is(name.to_owned()))
    }

    pub fn has_key(key: &str) -> Self {
        Self::Key(TextMatch::Is(key.to_owned()))
    }
}

/// The text of a filter with one more condition that must hold. A condition that is there already
/// is not added again, and its opposite gives way to it.
///
/// # Errors
/// [`FilterError`] where the text is no filter.
pub fn narrowed(
    text: &str,
    condition: &Filter,
    clock: impl Into<Clock>,
) -> Result<String, FilterError> {
    let reading = read(text, clock);
    let filter = reading.filter?;
    if filter == Filter::Everything || *condition == Filter::Everything {
        return Ok(if filter == Filter::Everything {
            condition.to_string()
        } else {
            text.to_owned()
        });
    }
    if reading.is_any {
        return Ok(format!("({}) {}", text.trim(), operand(condition)));
    }
    if reading.parts.iter().any(|(_, part)| part == condition) {
        return Ok(text.to_owned());
    }
    let opposite = match condition {
        Filter::Not(inner) => (**inner).clone(),
        other => !other.clone(),
    };
    let condition = operand(condition);
    match reading.parts.iter().find(|(_, part)| *part == opposite) {
        Some((at, _)) => Ok(format!(
            "{}{condition}{}",
            &text[..at.start],
            &text[at.end..]
        )),
        None => Ok(format!("{} {condition}", text.trim_end())),
    }
}

/// The text of a filter without some conditions where all of them must hold in it, else with those that are missing.
///
/// # Errors
/// [`FilterError`] where one of the texts is no filter.
pub fn toggled(
    text: &str,
    conditions: &str,
    clock: impl Into<Clock>,
) -> Result<String, FilterError> {
    let clock = clock.into();
    let Reading { filter, parts, .. } = read(text, clock.clone());
    filter?;
    let wanted = read(conditions, clock.clone());
    let whole = wanted.filter?;
    if wanted.is_any {
        return narrowed(text, &whole, clock);
    }
    let is_wanted = |part: &Filter| wanted.parts.iter().any(|(_, one)| one == part);
    let stands = |one: &Filter| parts.iter().any(|(_, part)| part == one);
    if wanted.parts.iter().all(|(_, one)| stands(one)) {
        return Ok(kept(text, &parts, |part| !is_wanted(part)));
    }
    let mut missing = wanted.parts.iter().filter(|(_, one)| !stands(one));
    missing.try_fold(text.to_owned(), |text, (_, one)| {
        narrowed(&text, one, clock.clone())
    })
}

/// Some of the parts of a conjunction, each with what stood between it and the one before it.
fn kept(text: &str, parts: &[(Range<usize>, Filter)], stays: impl Fn(&Filter) -> bool) -> String {
    let mut left = String::new();
    for (place, (at, part)) in parts.iter().enumerate() {
        if !stays(part) {
            continue;
        }
        if !left.is_empty() {
            left += &text[parts[place - 1].0.end..at.start];
        }
        left += &text[at.clone()];
    }
    left
}

/// As a part of a conjunction.
fn operand(condition: &Filter) -> String {
    match condition {
        Filter::Any(parts) if parts.len() > 1 => format!("({condition})"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arbitrary, parse};
    use proptest::prelude::*;
    use record::Millis;

    fn with(text: &str, condition: &str) -> String {
        let condition = parse(condition, Millis(0)).expect("a condition");
        narrowed(text, &condition, Millis(0)).unwrap_or_else(|error| format!("{error}"))
    }

    #[test]
    fn what_was_typed_stays_as_it_was_typed() {
        insta::assert_snapshot!(with("", "a.b:x"), @"a.b:x");
        insta::assert_snapshot!(with("  type = \"X\"   AND c ", "a:1"), @"  type = \"X\"   AND c a:1");
        insta::assert_snapshot!(with("last 5m", "-a:1"), @"last 5m -a:1");
        insta::assert_snapshot!(with("a or b", "c:1"), @"(a or b) c:1");
        insta::assert_snapshot!(with("(a or b) c", "c:1"), @"(a or b) c c:1");
        insta::assert_snapshot!(with("a", "b or c"), @"a (b or c)");
        insta::assert_snapshot!(with("a (", "b"), @"expected a condition");
    }

    #[test]
    fn a_condition_is_there_once_and_its_opposite_gives_way() {
        insta::assert_snapshot!(with("x type:A y", "type:A"), @"x type:A y");
        insta::assert_snapshot!(with("x -type:A y", "type:A"), @"x type:A y");
        insta::assert_snapshot!(with("x AND type = A AND y", "-type:A"), @"x AND -type:A AND y");
        insta::assert_snapshot!(with("(type:A x)", "type:A"), @"(type:A x) type:A");
    }

    #[test]
    fn conditions_come_and_go_with_what_was_typed_around_them() {
        let toggle = |text: &str, conditions: &str| {
            let text = toggled(text, conditions, Millis(0));
            text.unwrap_or_else(|error| error.to_string())
        };
        insta::assert_snapshot!(toggle("", "has:a"), @"has:a");
        insta::assert_snapshot!(toggle("has:a", "has:a"), @"");
        insta::assert_snapshot!(toggle("type:AB -type:A", "has:x"), @"type:AB -type:A has:x");
        insta::assert_snapshot!(toggle("type:A or type:B", "has:x"), @"(type:A or type:B) has:x");
        insta::assert_snapshot!(toggle("(type:A or type:B) has:x", "has:x"), @"(type:A or type:B)");
        insta::assert_snapshot!(
            toggle("has:$['first name']", "has:$['last name']"),
            @"has:$['first name'] has:$['last name']"
        );
        insta::assert_snapshot!(
            toggle("x  has:$['first name'] AND y", "has:$['first name']"),
            @"x AND y"
        );
        insta::assert_snapshot!(toggle("key = \"a b\" and type:A", "key:\"a b\""), @"type:A");
        insta::assert_snapshot!(toggle("stream:s a:1", "stream:s shard:002"), @"stream:s a:1 shard:002");
        insta::assert_snapshot!(toggle("stream:s shard:002 x", "stream:s shard:002"), @"x");
        insta::assert_snapshot!(toggle("a (", "has:x"), @"expected a condition");
    }

    #[test]
    fn values_are_conditions() {
        let of = |value: &Scalar<'_>| {
            Filter::has_value(Path::parse("a.type").expect("a path"), value).to_string()
        };
        insta::assert_snapshot!(of(&Scalar::String("two words".into())), @r#"a.type:"two words""#);
        insta::assert_snapshot!(of(&Scalar::String("5".into())), @r#"a.type:"5""#);
        insta::assert_snapshot!(of(&Scalar::Number("5.10")), @"a.type:5.10");
        insta::assert_snapshot!(of(&Scalar::Null), @"a.type:null");
        insta::assert_snapshot!(of(&Scalar::Array), @"has:a.type");
        insta::assert_snapshot!(Filter::has_type("A b"), @r#"type:"A b""#);
        insta::assert_snapshot!(Filter::has_key("*"), @r#"key:"*""#);
    }

    proptest! {
        #[test]
        fn what_was_switched_on_holds_and_goes_again(
            filter in arbitrary::filter(),
            condition in arbitrary::filter(),
            record in arbitrary::record(),
        ) {
            let conditions = condition.to_string();
            let on = toggled(&filter.to_string(), &conditions, Millis(0)).expect("a filter");
            let narrow = parse(&on, Millis(0)).expect("a filter");
            let subject = record.subject();
            let was_on = parse(&toggled(&on, &conditions, Millis(0)).expect("a filter"), Millis(0));
            was_on.expect("a filter");
            // switched off it takes no fewer
            if filter.matches(&subject) && condition.matches(&subject) {
                prop_assert!(narrow.matches(&subject), "{}", on);
            }
        }

        #[test]
        fn the_new_text_takes_what_both_take(
            filter in arbitrary::filter(),
            condition in arbitrary::filter(),
            record in arbitrary::record(),
        ) {
            let text = narrowed(&filter.to_string(), &condition, Millis(0)).expect("a filter");
            let narrow = parse(&text, Millis(0)).expect("a filter");
            let subject = record.subject();
            let takes = narrow.matches(&subject);
            // an opposite that gave way is the one thing that may come back
            prop_assert!(!takes || condition.matches(&subject), "{}", text);
            if filter.matches(&subject) {
                prop_assert_eq!(takes, condition.matches(&subject), "{}", text);
            }
        }
    }
}
