//! Fields and values seen in some records, for completion and for a list of fields. Bounded: what
//! comes after the first few hundred fields, or the first values of a field, is only counted.
//!
//! A field has the name that the language writes for it: `type`, `customer.id`, `$.type`. Of a list
//! only the first element is looked into.

use crate::{Literal, Number, Subject, TextMatch, display, place};
use decode::string_text;
use std::collections::{BTreeMap, BTreeSet};

const MAX_FIELDS: usize = 500;
const MAX_VALUES: usize = 100;
/// Longer texts are no values to choose from.
const MAX_VALUE_CHARS: usize = 80;

#[derive(Clone, Debug, Default)]
pub struct Seen {
    fields: BTreeMap<String, SeenField>,
    records: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenField {
    /// Records that have it.
    pub records: u64,
    /// Values as the language writes them, with how often they were met.
    pub values: BTreeMap<String, u64>,
}

impl Seen {
    /// Takes in one record.
    pub fn take(&mut self, subject: &Subject<'_>) {
        self.records += 1;
        let own = [
            ("stream", Some(subject.stream)),
            ("shard", Some(subject.shard.short())),
            ("key", subject.partition_key),
            ("type", subject.event_type),
        ];
        for (name, value) in own {
            let text = value.map(|value| TextMatch::Is(value.to_owned()).to_string());
            if let Some(text) = text {
                self.add(name.to_owned(), Some(text), true);
            }
        }
        let mut names = BTreeSet::new();
        subject.each_document(|json| self.take_document(json, &mut names));
    }

    pub fn records(&self) -> u64 {
        self.records
    }

    /// In the order of their names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &SeenField)> {
        self.fields
            .iter()
            .map(|(name, field)| (name.as_str(), field))
    }

    pub fn field(&self, name: &str) -> Option<&SeenField> {
        self.fields.get(name)
    }

    /// `known`: the fields that the record is known to have.
    fn take_document(&mut self, json: &[u8], known: &mut BTreeSet<String>) {
        place::each_value(json, &mut |path, token| {
            if matches!(token, [b'{' | b'[', ..]) {
                return;
            }
            let name = display::field_text(path);
            let is_new = known.insert(name.clone());
            self.add(name, literal(token), is_new);
        });
    }

    fn add(&mut self, name: String, value: Option<String>, is_new: bool) {
        if self.fields.len() >= MAX_FIELDS && !self.fields.contains_key(&name) {
            return;
        }
        let field = self.fields.entry(name).or_default();
        field.records += u64::from(is_new);
        let Some(value) = value.filter(|value| value.chars().count() <= MAX_VALUE_CHARS) else {
            return;
        };
        if field.values.len() < MAX_VALUES || field.values.contains_key(&value) {
            *field.values.entry(value).or_default() += 1;
        }
    }
}

fn literal(token: &[u8]) -> Option<String> {
    let literal = match token.first()? {
        b'"' => Literal::Text(string_text(token).into_owned()),
        b't' => Literal::Bool(true),
        b'f' => Literal::Bool(false),
        b'n' => Literal::Null,
        _ => Literal::Number(Number::parse(std::str::from_utf8(token).ok()?)?),
    };
    Some(literal.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arbitrary, matcher::tests::empty_subject};
    use proptest::prelude::*;

    fn seen(payloads: &[&str]) -> Seen {
        let mut seen = Seen::default();
        for payload in payloads {
            let payload = payload.as_bytes();
            seen.take(&Subject {
                payload,
                ..empty_subject()
            });
        }
        seen
    }

    fn shown(seen: &Seen) -> String {
        let fields = seen.fields().map(|(name, field)| {
            let values: Vec<_> = field
                .values
                .iter()
                .map(|(value, times)| format!("{value} {times}"))
                .collect();
            format!("{name} {}: {}", field.records, values.join(", "))
        });
        fields.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn fields_and_values_have_the_languages_names() {
        let seen = seen(&[
            r#"{"type":"A b","id":7,"lines":[{"sku":"x"},{"sku":"y"}],"n":null,"o":{}}"#,
            r#"{"type":"A b","id":"7","detail-type":true,"first name":1.50}"#,
            "no JSON",
        ]);
        insta::assert_snapshot!(shown(&seen), @r#"
        $.type 2: "A b" 2
        $['first name'] 1: 1.50 1
        detail-type 1: true 1
        id 2: "7" 1, 7 1
        lines[0].sku 1: x 1
        n 1: null 1
        shard 3: alpha 3
        stream 3: s 3
        "#);
        assert_eq!(seen.records(), 3);
    }

    #[test]
    fn every_event_of_a_record_is_looked_into_and_the_record_counts_once() {
        let seen = seen(&["{\"a\":1}\nno JSON\n{\"a\":2,\"b\":3}", "[1]{\"b\":4}"]);
        insta::assert_snapshot!(shown(&seen), @r"
        $[0] 1: 1 1
        a 1: 1 1, 2 1
        b 2: 3 1, 4 1
        shard 2: alpha 2
        stream 2: s 2
        ");
    }

    #[test]
    fn it_is_bounded() {
        let wide = |n: usize| format!(r#"{{"k{n}":1,"v":{n},"long":"{}"}}"#, "x".repeat(200));
        let mut payloads: Vec<_> = (0..MAX_FIELDS + 50).map(wide).collect();
        payloads.push("[".repeat(10_000));
        let texts: Vec<_> = payloads.iter().map(String::as_str).collect();
        let seen = seen(&texts);
        assert_eq!(seen.fields().count(), MAX_FIELDS);
        let values = seen
            .field("v")
            .map(|field| (field.records as usize, field.values.len()));
        assert_eq!(values, Some((MAX_FIELDS + 50, MAX_VALUES)));
        assert_eq!(seen.field("long").map(|field| field.values.len()), Some(0));
    }

    proptest! {
        #[test]
        fn every_field_is_one_that_the_language_finds(record in arbitrary::record(), cut in 0usize..200) {
            let payload = record.subject().payload;
            let text = &payload[..payload.len().min(cut)];
            let mut seen = Seen::default();
            seen.take(&Subject { payload: text, ..empty_subject() });
            for (name, _) in seen.fields().filter(|(name, _)| !matches!(*name, "shard" | "stream")) {
                let filter = crate::parse(&format!("has:{name}"), record::Millis(0)).expect("a filter");
                let found = crate::matcher::tests::takes_payload(&filter, text);
                prop_assert!(found, "{} in {}", name, String::from_utf8_lossy(text));
            }
        }
    }
}
